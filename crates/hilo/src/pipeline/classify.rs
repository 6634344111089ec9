//! What a message wants: evidence that cannot err first, then the text model.

use classifier::rules::Rule;
use domain::interaction::{Evidence, Intent};
use domain::{Category, Language};

use super::values::{Message, Resolved};
use crate::workflows::Published;

/// The intent of a message, read together with what its sender wrote before it about the same matter.
pub(super) fn intent(workflow: &Published, resolved: &Resolved, message: &Message, answers_ours: bool) -> Intent {
    let own = message.text.as_deref().unwrap_or_default();
    let language = language(workflow, resolved, own);
    let found = by_payload(workflow, message)
        .or_else(|| by_words(workflow, own))
        .or_else(|| by_rule(own))
        .unwrap_or_else(|| by_model(workflow, &together(resolved, own)));
    let category = found.category.or(answers_ours.then_some(Category::Reply));
    Intent { kind: found.kind, category, confidence: found.confidence, evidence: found.evidence, language }
}

struct Found {
    kind: Option<String>,
    category: Option<Category>,
    confidence: f32,
    evidence: Evidence,
}

fn by_payload(workflow: &Published, message: &Message) -> Option<Found> {
    let payload = message.payload.as_deref()?;
    let kind = workflow.workflow.interaction_type(payload)?;
    let evidence = Evidence::Payload { payload: payload.to_owned() };
    Some(Found { kind: Some(kind.id.clone()), category: Some(kind.category), confidence: 1.0, evidence })
}

fn by_words(workflow: &Published, text: &str) -> Option<Found> {
    let kind = workflow::decided_by_rule(&workflow.workflow, text)?;
    let evidence = Evidence::Words { words: text.chars().take(80).collect() };
    Some(Found { kind: Some(kind.id.clone()), category: Some(kind.category), confidence: 1.0, evidence })
}

fn by_rule(text: &str) -> Option<Found> {
    let rule = match classifier::rules::recognise(text)? {
        Rule::OptOut => "opt_out",
        Rule::Thanks => "thanks",
        Rule::Greeting => "greeting",
    };
    let evidence = Evidence::Rule { rule: rule.to_owned() };
    Some(Found { kind: None, category: None, confidence: 1.0, evidence })
}

fn by_model(workflow: &Published, text: &str) -> Found {
    if text.trim().is_empty() {
        return Found { kind: None, category: None, confidence: 0.0, evidence: Evidence::NoText };
    }
    let Some(guess) = workflow.guess(text) else {
        return Found { kind: None, category: None, confidence: 0.0, evidence: Evidence::NoText };
    };
    let sure = guess.threshold <= guess.confidence;
    let evidence = Evidence::Model { best: guess.kind.clone(), confidence: guess.confidence, nearest: guess.nearest };
    Found {
        kind: sure.then_some(guess.kind),
        category: sure.then_some(guess.category),
        confidence: guess.confidence,
        evidence,
    }
}

/// Short messages in a row are one thought: `hola` and then `y mi pedido?` is a question about an order.
fn together(resolved: &Resolved, own: &str) -> String {
    match resolved.known_conversation().and_then(|conversation| conversation.interaction.as_ref()) {
        Some(open) if open.kind.is_none() && !open.text.is_empty() => format!("{}\n{own}", open.text),
        Some(_) | None => own.to_owned(),
    }
}

/// The language of the words; where they do not tell, the one that this person writes in, or that their country speaks.
fn language(workflow: &Published, resolved: &Resolved, text: &str) -> Language {
    crate::workflows::language_of(text)
        .or_else(|| resolved.contact().and_then(|contact| contact.language))
        .or_else(|| resolved.region.as_ref().and_then(|region| spoken_in(&region.code())))
        .unwrap_or(workflow.workflow.business.default_language)
}

fn spoken_in(region: &str) -> Option<Language> {
    match region {
        "BR" | "PT" | "AO" | "MZ" => Some(Language::Pt),
        "AR" | "BO" | "CL" | "CO" | "CR" | "CU" | "DO" | "EC" | "ES" | "GT" | "HN" | "MX" | "NI" | "PA" | "PE" | "PY"
        | "SV" | "UY" | "VE" => Some(Language::Es),
        "AU" | "CA" | "GB" | "IE" | "NZ" | "US" => Some(Language::En),
        _ => None,
    }
}
