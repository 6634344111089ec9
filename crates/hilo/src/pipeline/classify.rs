//! What a message wants: evidence that cannot err first, then the text model.

use classifier::rules::Rule;
use domain::interaction::{Evidence, Intent};
use domain::{Category, Language};

use super::act::LONGEST_BEGINNING;
use super::values::{Message, Resolved};
use crate::workflows::{Published, language_of};

/// How much of an example phrase is kept as evidence.
const LONGEST_PHRASE: usize = 60;

/// A message read by itself: everything about its intent that needs no database, so that it can be read before the transaction.
#[derive(Debug, Clone)]
pub struct Reading {
    language: Option<Language>,
    found: Found,
}

/// Reads a message by itself.
pub(super) fn read(workflow: &Published, message: &Message) -> Reading {
    let text = message.text.as_deref().unwrap_or_default();
    let found = by_payload(workflow, message)
        .or_else(|| by_words(workflow, text))
        .or_else(|| by_rule(text))
        .unwrap_or_else(|| by_model(workflow, text));
    Reading { language: language_of(text), found }
}

/// The intent of a message: as read by itself, or together with what its sender wrote just before about the same matter.
pub(super) fn intent(
    workflow: &Published,
    resolved: &Resolved,
    message: &Message,
    reading: Reading,
    answers_ours: bool,
) -> Intent {
    let language = language(workflow, resolved, reading.language);
    let by_model = matches!(reading.found.evidence, Evidence::Model { .. });
    let found = match together(resolved, message) {
        Some(burst) if by_model => self::by_model(workflow, &burst),
        Some(_) | None => reading.found,
    };
    let category = found.category.or(answers_ours.then_some(Category::Reply));
    Intent { kind: found.kind, category, confidence: found.confidence, evidence: found.evidence, language }
}

#[derive(Debug, Clone)]
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
    let shown = |phrase: String| phrase.chars().take(LONGEST_PHRASE).collect();
    let nearest = guess.nearest.into_iter().take(2).map(shown).collect();
    let evidence = Evidence::Model { best: guess.kind.clone(), nearest };
    Found {
        kind: sure.then_some(guess.kind),
        category: sure.then_some(guess.category),
        confidence: guess.confidence,
        evidence,
    }
}

/// Short messages in a row are one thought: `hola` and then `y mi pedido?` is a question about an order. After a long one the
/// next has to be clear by itself.
fn together(resolved: &Resolved, message: &Message) -> Option<String> {
    let open = resolved.known_conversation()?.interaction.as_ref()?;
    let unclear = open.kind.is_none() && (1..=LONGEST_BEGINNING).contains(&open.text.chars().count());
    unclear.then(|| format!("{}\n{}", open.text, message.text.as_deref().unwrap_or_default()))
}

/// The language of the words; where they do not tell, the one that this person writes in, or that their country speaks.
fn language(workflow: &Published, resolved: &Resolved, of_words: Option<Language>) -> Language {
    of_words
        .or_else(|| resolved.contact().and_then(|contact| contact.language))
        .or_else(|| resolved.region.as_ref().and_then(|region| spoken_in(&region.code())))
        .unwrap_or(workflow.workflow.business.default_language)
}

fn spoken_in(region: &str) -> Option<Language> {
    match region {
        "BR" | "PT" | "AO" | "MZ" => Some(Language::Pt),
        "AR" | "BO" | "CL" | "CO" | "CR" | "CU" | "DO" | "EC" | "ES" | "GT" | "HN" | "MX" | "NI" | "PA" | "PE"
        | "PY" | "SV" | "UY" | "VE" => Some(Language::Es),
        "AU" | "CA" | "GB" | "IE" | "NZ" | "US" => Some(Language::En),
        _ => None,
    }
}
