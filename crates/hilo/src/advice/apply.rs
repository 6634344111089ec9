//! What becomes of an answer: applied if nobody was faster, kept in any case.

use domain::Language;
use domain::errand::{Became, Errand};
use domain::ids::InteractionId;
use domain::interaction::{Evidence, Intent, Step};
use store::{DueErrand, ErrandEnd, Tx};

use super::load::{message, undecided};
use super::{TRIES, opinion};
use crate::inbox::{NewKind, OpenWork, retype};
use crate::pipeline::{LONGEST_BEGINNING, of_transcript};
use crate::workflows::Published;

/// A machine that did not answer is asked again after so long.
const PAUSE_MS: i64 = 2_000;
/// As much of an answer stands in the thread; of a voice message, all that is kept.
const SHOWN_OPINION: usize = 120;

/// What came of trying to ask.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    /// The machine said this.
    Words(String),
    /// It was settled before it could be asked.
    NotAsked,
    /// No answer, and why.
    Nothing(String),
}

/// What came back, with what it is read by.
pub(crate) struct Answer<'a> {
    pub(crate) said: Said,
    /// How long it took, in milliseconds.
    pub(crate) ms: i64,
    pub(crate) model: &'a str,
    pub(crate) published: &'a Published,
    pub(crate) language: Language,
    /// Business time, milliseconds since 1970.
    pub(crate) now: i64,
    pub(crate) machine_now: i64,
}

/// Writes down what came of asking, in one transaction with what follows from it.
pub(crate) fn apply(tx: &mut Tx<'_>, due: DueErrand, answer: &Answer<'_>) -> store::Result<()> {
    tx.lock_conversation(due.workspace, due.key.conversation)?;
    let (said, outcome) = match &answer.said {
        Said::Nothing(_) if due.attempts < TRIES => {
            return tx.put_off_errand(due.workspace, due.key, due.attempts, answer.machine_now + PAUSE_MS);
        }
        Said::Nothing(why) => (why.as_str(), Outcome::nothing(Became::Failed)),
        Said::NotAsked => ("", Outcome::nothing(Became::Overtaken)),
        Said::Words(said) => (said.as_str(), outcome(tx, due, said, answer)?),
    };
    let end =
        ErrandEnd { became: outcome.became, model: answer.model.to_owned(), said: said.to_owned(), ms: answer.ms };
    if !tx.end_errand(due.workspace, due.key, due.attempts, &end)? {
        return Ok(()); // somebody else asked meanwhile, and was answered
    }
    count(due.key.what, outcome.became);
    if let Said::NotAsked = answer.said {
        return Ok(());
    }
    tx.add_steps(due.workspace, due.key.conversation, due.key.seq, &steps(due, &end, &outcome))?;
    match &outcome.decided {
        Some((work, matter, intent)) => decide(tx, due, answer, work, *matter, intent),
        None => Ok(()),
    }
}

/// How often machines were asked, and what became of it.
pub(super) fn count(what: Errand, became: Became) {
    metrics::counter!("hilo_asked_outside_total", "what" => what.name(), "became" => became.name()).increment(1);
}

struct Outcome {
    became: Became,
    /// What the answer decides.
    decided: Option<(OpenWork, InteractionId, Intent)>,
}

impl Outcome {
    fn nothing(became: Became) -> Outcome {
        Outcome { became, decided: None }
    }
}

fn outcome(tx: &mut Tx<'_>, due: DueErrand, said: &str, answer: &Answer<'_>) -> store::Result<Outcome> {
    let Some(intent) = intent(due.key.what, said, answer) else { return Ok(Outcome::nothing(Became::Unusable)) };
    let row = message(tx, due.workspace, due.key.conversation, due.key.seq)?;
    let matter = row.and_then(|row| row.message.interaction);
    let undecided = undecided(tx, due.workspace, due.key.conversation, matter)?;
    if let (Errand::Transcript, Some((_, matter))) = (due.key.what, &undecided) {
        remember(tx, due, *matter, said)?;
    }
    Ok(match undecided {
        Some((work, matter)) if intent.kind.is_some() => {
            Outcome { became: Became::Applied, decided: Some((work, matter, intent)) }
        }
        None if intent.kind.is_some() => Outcome::nothing(Became::Overtaken),
        Some(_) | None => Outcome::nothing(Became::Noted),
    })
}

/// What an answer says that a message is about.
fn intent(what: Errand, said: &str, answer: &Answer<'_>) -> Option<Intent> {
    match what {
        Errand::SecondOpinion => {
            let kind = opinion::named(&answer.published.workflow, said)?;
            Some(Intent {
                kind: Some(kind.id.clone()),
                category: Some(kind.category),
                confidence: kind.threshold as f32, // it was asked what is likeliest, not how sure it is
                evidence: Evidence::SecondOpinion {
                    said: kind.id.clone(),
                    model: answer.model.to_owned(),
                    ms: answer.ms,
                },
                language: answer.language,
            })
        }
        Errand::Transcript if said.is_empty() => None,
        Errand::Transcript => Some(of_transcript(answer.published, said, answer.model, answer.language)),
    }
}

/// What was said belongs to what was written: the next message is read together with it.
fn remember(tx: &mut Tx<'_>, due: DueErrand, matter: InteractionId, said: &str) -> store::Result<()> {
    let written = tx.interaction_text(due.workspace, matter)?.unwrap_or_default();
    let together = format!("{}\n{said}", written.trim_end());
    let beginning: String = together.trim_start().chars().take(LONGEST_BEGINNING + 1).collect();
    tx.set_interaction_text(due.workspace, matter, &beginning)
}

fn steps(due: DueErrand, end: &ErrandEnd, outcome: &Outcome) -> Vec<Step> {
    // A machine wraps its answer in all kinds of things; what counts is the type it named.
    let named = outcome.decided.as_ref().and_then(|(_, _, intent)| intent.kind.clone());
    let said = match (due.key.what, named) {
        (Errand::SecondOpinion, Some(kind)) => kind,
        (Errand::SecondOpinion, None) => end.said.chars().take(SHOWN_OPINION).collect(),
        (Errand::Transcript, _) => end.said.clone(),
    };
    let (what, model, ms, became) = (due.key.what, end.model.clone(), end.ms, outcome.became);
    let asked = Step::AskedOutside { what, model, said, ms, became };
    let classified = outcome.decided.iter().map(|(_, _, intent)| Step::Classified(intent.clone()));
    [asked].into_iter().chain(classified).collect()
}

/// As a correction routes it; but what was promised stays, and the text model learns from people only.
fn decide(
    tx: &mut Tx<'_>,
    due: DueErrand,
    answer: &Answer<'_>,
    work: &OpenWork,
    matter: InteractionId,
    intent: &Intent,
) -> store::Result<()> {
    let kind = intent.kind.as_deref().and_then(|kind| answer.published.workflow.interaction_type(kind));
    let Some(kind) = kind else { return Ok(()) };
    let confidence = f64::from(intent.confidence);
    let to = NewKind { kind, confidence, published: answer.published, is_promised: true, at: answer.now };
    retype(tx, due.workspace, work, matter, &to)
}
