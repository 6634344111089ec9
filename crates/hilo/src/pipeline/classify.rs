//! What a message wants: evidence that cannot err first, then what we said before it, then the text model; otherwise a person.

use classifier::plain;
use classifier::rules::Rule;
use domain::evidence::is_decided;
use domain::fact::Carried;
use domain::interaction::{Author, Evidence, Guessed, Intent};
use domain::prompt::{Prompt, Spoken};
use domain::{Category, Language};
use jiff::Timestamp;
use serde_json::Value;
use store::OurMessage;

use super::act::LONGEST_BEGINNING;
use super::values::{Message, Resolved};
use crate::workflows::{Published, language_of};

/// How much of an example phrase is kept as evidence.
const LONGEST_PHRASE: usize = 60;
/// Where state says that a message answers ours, words of another kind are believed from here on: a complaint under a reminder is one, and
/// what is told from "sí" is not. Seven of ten such guesses are right.
const SURE_AGAINST_STATE: f32 = 0.7;

/// A message read by itself: everything about its intent that needs no database, so that it can be read before the transaction.
#[derive(Debug, Clone)]
pub struct Reading {
    language: Option<Language>,
    found: Found,
}

/// Reads a message by itself. Who wants to hear nothing more is heard before any rule of the business.
pub(super) fn read(workflow: &Published, message: &Message) -> Reading {
    let text = message.text.as_deref().unwrap_or_default();
    let rule = classifier::rules::recognise(text);
    let found = by_payload(workflow, message)
        .or_else(|| rule.filter(|rule| *rule == Rule::OptOut).map(by_rule))
        .or_else(|| by_words(workflow, text))
        .or_else(|| rule.map(by_rule))
        .unwrap_or_else(|| by_model(workflow, text, &message.kind));
    Reading { language: language_of(text), found }
}

/// The intent of a message: as read by itself, or together with what its sender wrote just before about the same matter, or as what it
/// answers. `quoted` is the message of ours that it points at.
pub(super) fn intent(
    workflow: &Published,
    resolved: &Resolved,
    message: &Message,
    reading: Reading,
    quoted: Option<&OurMessage>,
    now: Timestamp,
) -> Intent {
    let language = language(workflow, resolved, reading.language);
    if let Some(plain) = plainly(workflow, resolved, message, quoted, &reading.found, now.as_millisecond()) {
        return plain.taken_in(language);
    }
    let is_guess = match &reading.found.evidence {
        Evidence::Model(_) => true,
        // Without an opt-out before it, it is a word like any other.
        Evidence::Rule { rule } if rule == "opt_in" => !has_opted_out(resolved),
        Evidence::Rule { rule } => rule == "greeting" && is_unanswered(resolved),
        _ => false,
    };
    let read = match together(resolved, message) {
        Some(burst) if is_guess => by_model(workflow, &burst, &message.kind),
        None if is_guess && matches!(reading.found.evidence, Evidence::Rule { .. }) => {
            by_model(workflow, message.text.as_deref().unwrap_or_default(), &message.kind)
        }
        Some(_) | None => reading.found,
    };
    let found = match answered(resolved, quoted, now.as_millisecond()) {
        Some(answered) => by_state(read, &answered),
        None => read,
    };
    let found =
        brings_what_was_asked(workflow, resolved, message, quoted, &found, now.as_millisecond()).unwrap_or(found);
    found.taken_in(language)
}

/// Whether automation waits for the end of what is said, to answer it.
fn is_unanswered(resolved: &Resolved) -> bool {
    let open = resolved.known_conversation().and_then(|thread| thread.interaction.as_ref());
    open.is_some_and(|open| open.answer_due_at.is_some())
}

fn has_opted_out(resolved: &Resolved) -> bool {
    resolved.contact().is_some_and(|contact| contact.opted_out_at.is_some())
}

/// The intent of what a machine heard in a voice message: the text model's alone, since it may have misheard a word that would decide.
pub(crate) fn of_transcript(workflow: &Published, text: &str, heard_by: &str, language: Language) -> Intent {
    let Found { kind, category, confidence, evidence } = by_model(workflow, text, "audio");
    let evidence = match evidence {
        Evidence::Model(guess) => Evidence::Transcript { heard_by: heard_by.to_owned(), guess },
        other => other,
    };
    Intent { kind, category, confidence, evidence, language: language_of(text).unwrap_or(language) }
}

#[derive(Debug, Clone)]
struct Found {
    kind: Option<String>,
    category: Option<Category>,
    confidence: f32,
    evidence: Evidence,
}

impl Found {
    fn taken_in(self, language: Language) -> Intent {
        let Found { kind, category, confidence, evidence } = self;
        Intent { kind, category, confidence, evidence, language }
    }

    fn nothing(evidence: Evidence) -> Found {
        Found { kind: None, category: None, confidence: 0.0, evidence }
    }
}

fn by_payload(workflow: &Published, message: &Message) -> Option<Found> {
    let payload = message.payload.as_deref()?;
    let kind = workflow.workflow.interaction_type(&Carried::parse(payload)?.kind)?;
    let evidence = Evidence::Payload { payload: payload.to_owned() };
    Some(Found { kind: Some(kind.id.clone()), category: Some(kind.category), confidence: 1.0, evidence })
}

fn by_words(workflow: &Published, text: &str) -> Option<Found> {
    let kind = workflow::decided_by_rule(&workflow.workflow, text)?;
    let evidence = Evidence::Words { words: text.chars().take(80).collect() };
    Some(Found { kind: Some(kind.id.clone()), category: Some(kind.category), confidence: 1.0, evidence })
}

fn by_rule(rule: Rule) -> Found {
    let rule = match rule {
        Rule::OptOut => "opt_out",
        Rule::OptIn => "opt_in",
        Rule::Thanks => "thanks",
        Rule::Greeting => "greeting",
    };
    Found { confidence: 1.0, ..Found::nothing(Evidence::Rule { rule: rule.to_owned() }) }
}

fn by_model(workflow: &Published, text: &str, kind_of_message: &str) -> Found {
    let nothing_to_read = || Found::nothing(Evidence::NoText { what: kind_of_message.to_owned() });
    if text.trim().is_empty() {
        return nothing_to_read();
    }
    let Some(guess) = workflow.guess(text) else { return nothing_to_read() };
    let shown = |phrase: String| phrase.chars().take(LONGEST_PHRASE).collect();
    let guessed = Guessed {
        best: guess.kind.clone(),
        runner_up: guess.runner_up,
        margin: in_hundredths(guess.margin),
        nearest: guess.nearest.into_iter().take(2).map(shown).collect(),
        novelty: in_hundredths(guess.novelty),
    };
    let decides = is_decided(&guessed, guess.confidence, guess.threshold);
    Found {
        kind: decides.then_some(guess.kind),
        category: decides.then_some(guess.category),
        confidence: guess.confidence,
        evidence: Evidence::Model(guessed),
    }
}

/// Short enough to be kept with every message.
fn in_hundredths(score: f32) -> f32 {
    if score.is_finite() { (score.clamp(-99.0, 99.0) * 100.0).round() / 100.0 } else { 99.0 }
}

/// A yes or a no to a message of ours that asked for one: the last thing said, or the one that it points at.
fn plainly(
    workflow: &Published,
    resolved: &Resolved,
    message: &Message,
    quoted: Option<&OurMessage>,
    read: &Found,
    now: i64,
) -> Option<Found> {
    let thread = resolved.known_conversation()?;
    let prompt = thread.prompt.as_ref().filter(|prompt| prompt.yes.is_some() || prompt.no.is_some())?;
    let is_meant = match quoted {
        Some(quoted) => quoted.seq == prompt.seq,
        None => prompt.is_last(thread.standing.next_seq, now),
    };
    let is_choice = matches!(&read.evidence, Evidence::Payload { .. });
    let said = plain::yes_or_no(message.text.as_deref()?).filter(|_| is_meant && !is_choice)?;
    let kind = workflow.workflow.interaction_type(prompt.type_of(said)?)?;
    Some(Found {
        kind: Some(kind.id.clone()),
        category: Some(kind.category),
        confidence: 1.0,
        evidence: Evidence::Plain { seq: prompt.seq, said },
    })
}

/// A message of ours that a customer answers.
struct Answered {
    prompt: Prompt,
    is_quoted: bool,
}

/// What a message points at; else what we said last, if nothing has been said since and no matter is open that it could belong to.
fn answered(resolved: &Resolved, quoted: Option<&OurMessage>, now: i64) -> Option<Answered> {
    if let Some(quoted) = quoted {
        return Some(Answered { prompt: prompt_of(quoted), is_quoted: true });
    }
    let thread = resolved.known_conversation().filter(|thread| thread.interaction.is_none())?;
    let prompt = thread.prompt.clone().filter(|prompt| prompt.is_last(thread.standing.next_seq, now))?;
    Some(Answered { prompt, is_quoted: false })
}

/// What a message of ours asked, as its words say.
fn prompt_of(message: &OurMessage) -> Prompt {
    let content = message.content.as_deref().and_then(|content| serde_json::from_str::<Value>(content).ok());
    let template = content.as_ref().filter(|_| message.kind == "template");
    let template = template.and_then(|content| content["name"].as_str());
    Prompt::of(&Spoken {
        seq: message.seq,
        at: message.at,
        by: message.author,
        kind: &message.kind,
        text: message.text.as_deref().unwrap_or_default(),
        template,
        about: message.about.as_deref(),
    })
}

/// State says that it answers a message of ours, and that is what it is, unless its words surely match a type.
fn by_state(read: Found, answered: &Answered) -> Found {
    let Answered { prompt, is_quoted } = answered;
    let asks_nothing = prompt.by == Author::Automation && prompt.template.is_none(); // an acknowledgement
    match &read.evidence {
        Evidence::Model(_) | Evidence::NoText { .. } => {}
        Evidence::Rule { .. } if *is_quoted => return Found { category: Some(Category::Reply), ..read },
        Evidence::Rule { .. }
        | Evidence::Payload { .. }
        | Evidence::Words { .. }
        | Evidence::Asked { .. }
        | Evidence::Plain { .. }
        | Evidence::Reply { .. }
        | Evidence::Transcript { .. }
        | Evidence::SecondOpinion { .. } => return read,
    }
    let is_sure = asks_nothing || read.category == Some(Category::Reply) || SURE_AGAINST_STATE <= read.confidence;
    if read.kind.is_some() && is_sure {
        return read;
    }
    let evidence = Evidence::Reply {
        seq: prompt.seq,
        quoted: *is_quoted,
        template: prompt.template.clone(),
        about: prompt.about.clone(),
    };
    Found { kind: None, category: Some(Category::Reply), confidence: read.confidence, evidence }
}

/// A photo, a document, a card or a place that we asked for takes the type that asked, unless its own words say better.
fn brings_what_was_asked(
    workflow: &Published,
    resolved: &Resolved,
    message: &Message,
    quoted: Option<&OurMessage>,
    found: &Found,
    now: i64,
) -> Option<Found> {
    if found.kind.is_some() || matches!(found.evidence, Evidence::Rule { .. }) {
        return None;
    }
    let last = resolved.known_conversation().and_then(|thread| thread.prompt.clone());
    let mut prompts = quoted.map(prompt_of).into_iter().chain(last);
    let (what, prompt) = prompts.find_map(|prompt| Some((prompt.is_met_by(&message.kind, now)?, prompt)))?;
    let kind = prompt.about.as_deref().and_then(|about| workflow.workflow.interaction_type(about));
    Some(Found {
        kind: kind.map(|kind| kind.id.clone()),
        category: Some(kind.map_or(Category::Reply, |kind| kind.category)),
        confidence: 1.0,
        evidence: Evidence::Asked { seq: prompt.seq, what },
    })
}

/// Short messages in a row are one thought: `hola` and then `y mi pedido?` is a question about an order. After a long one the
/// next has to be clear by itself. What automation has yet to answer is no more than the beginning of a thought.
fn together(resolved: &Resolved, message: &Message) -> Option<String> {
    let open = resolved.known_conversation()?.interaction.as_ref()?;
    let unclear = (open.kind.is_none() || open.answer_due_at.is_some())
        && (1..=LONGEST_BEGINNING).contains(&open.text.chars().count());
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
