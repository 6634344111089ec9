//! From the file's text to a workflow: the shape first, then every value, and all that is wrong with them at once.

mod answers;
mod automation;
mod business;
mod choices;
mod condition;
mod follow_up_message;
mod follow_ups;
mod limits;
mod new_contacts;
mod opening;
mod overlaps;
mod queues;
mod templates;
mod texts;
mod types;
mod version;
mod wording;
mod writes;

use domain::fact::fields;
use serde::de::IgnoredAny;

use automation::Known;

use crate::duration;
use crate::file::{FallbackFile, InteractionFile, Word, WorkflowFile};
use crate::finding::Findings;
use crate::model::{Fallback, Interaction, Workflow};
use crate::suggest::did_you_mean;
use crate::syntax;

/// The phrase banks that come with the classifier; a type may name one as its `archetype`.
pub const ARCHETYPES: [&str; 17] = [
    "order_status",
    "delivery_problem",
    "return_refund",
    "place_order",
    "price_info",
    "hours_location",
    "book_appointment",
    "confirm_appointment",
    "cancel_reschedule",
    "payment_invoice",
    "tech_support",
    "complaint_service",
    "talk_to_human",
    "reply_thanks",
    "warranty",
    "quote_request",
    "opt_out",
];

const DEFAULT_SILENCE: &str = "72h";
const DEFAULT_BURST: &str = "3s";
const DEFAULT_REOPEN: &str = "24h";

/// A file and everything that can be said about it.
#[derive(Debug)]
pub struct Checked {
    /// The workflow, unless a finding is an error.
    pub workflow: Option<Workflow>,
    /// Errors and warnings, in the order of the file's lines.
    pub findings: Findings,
}

/// Reads a workflow; `file` is only the name that findings carry. Warnings do not stop it.
pub fn read(text: &str, file: &str) -> Result<Workflow, Findings> {
    read_with_archetypes(text, file, &ARCHETYPES)
}

/// Reads a workflow whose types may name other archetypes than [`ARCHETYPES`].
pub fn read_with_archetypes(text: &str, file: &str, archetypes: &[&str]) -> Result<Workflow, Findings> {
    let checked = check(text, file, archetypes);
    checked.workflow.ok_or(checked.findings)
}

/// Reads a workflow and keeps the warnings too.
pub fn check(text: &str, file: &str, archetypes: &[&str]) -> Checked {
    let mut findings = Findings::new(file, text);
    let workflow = match written(text) {
        Ok(written) => workflow(&written, archetypes, &mut findings),
        Err(error) => {
            syntax::explain(&error, &mut findings);
            None
        }
    };
    findings.sort();
    Checked { workflow: workflow.filter(|_| !findings.has_errors()), findings }
}

fn written(text: &str) -> Result<WorkflowFile, serde_saphyr::Error> {
    let options = || serde_saphyr::options! { with_snippet: false };
    // A line that is indented wrongly ends its part early: without this, what is found is the key that then lacks.
    serde_saphyr::from_str_with_options::<IgnoredAny>(text, options())?;
    serde_saphyr::from_str_with_options(text, options())
}

fn workflow(written: &WorkflowFile, archetypes: &[&str], found: &mut Findings) -> Option<Workflow> {
    version::version(written, found);
    let languages = business::languages(&written.business, found);
    let business = business::business(&written.business, &languages, found);
    let opening = opening::opening(written, found);
    let queues = queues::queues(&written.queues, &opening, business.as_ref(), &languages, found);
    let queue_ids: Vec<&str> = written.queues.value.iter().map(|queue| queue.id.value.as_str()).collect();
    let type_ids: Vec<&str> = written.types.value.iter().map(|kind| kind.id.value.as_str()).collect();
    let all_fields = fields();
    let tapped = writes::tapped(written);
    let known = Known {
        version: written.version.value,
        fields: &all_fields,
        types: &type_ids,
        tapped: &tapped,
        languages: &languages,
    };
    let types = types::types(&written.types, &queue_ids, archetypes, &known, found);
    if let Some(types) = &types {
        writes::carried(written, types, &all_fields, found);
    }
    let templates = templates::templates(written.templates.as_ref(), &languages, found);
    let follow_ups = follow_ups::follow_ups(written.follow_ups.as_ref(), &templates, &known, found);
    let fallback = fallback(&written.fallback, &queue_ids, found);
    let texts = texts::texts(&written.texts, &languages, found);
    let interaction = interaction(&written.interaction, found);
    Some(Workflow {
        version: written.version.value,
        business: business?,
        queues: queues?,
        types: types?,
        fallback,
        texts,
        interaction: interaction?,
        new_contacts: new_contacts::new_contacts(&written.new_contacts, &written.types, found),
        follow_ups: follow_ups?,
        templates,
        limits: limits::limits(written.limits.as_ref(), found),
    })
}

fn fallback(written: &FallbackFile, queue_ids: &[&str], found: &mut Findings) -> Fallback {
    known_queue(&written.unrecognised, queue_ids, found);
    known_queue(&written.ambiguous, queue_ids, found);
    Fallback { unrecognised: written.unrecognised.value.clone(), ambiguous: written.ambiguous.value.clone() }
}

fn known_queue(written: &Word, queue_ids: &[&str], found: &mut Findings) {
    let id = written.value.as_str();
    if !queue_ids.contains(&id) {
        let suggestion = did_you_mean(id, queue_ids.iter().copied());
        let advice =
            if suggestion.is_empty() { "; add it under `queues` or name another".to_owned() } else { suggestion };
        found.error(written, "unknown-queue", format!("there is no queue `{id}`{advice}"));
    }
}

fn interaction(written: &InteractionFile, found: &mut Findings) -> Option<Interaction> {
    let silence = length(written.silence.as_ref(), DEFAULT_SILENCE, "hmd", "72h", found);
    let burst = length(written.burst.as_ref(), DEFAULT_BURST, "sm", "3s", found);
    let reopen = length(written.reopen.as_ref(), DEFAULT_REOPEN, "hmd", "24h", found);
    Some(Interaction { silence: silence?, burst: burst?, reopen: reopen? })
}

fn length(
    written: Option<&Word>,
    default: &str,
    units: &str,
    example: &str,
    found: &mut Findings,
) -> Option<jiff::SignedDuration> {
    let Some(written) = written else { return duration::parse(default, units) };
    let length = duration::parse(&written.value, units);
    if length.is_none() {
        let message = format!("`{}` is not a length of time; write it like `{example}`", written.value);
        found.error(written, "duration", message);
    }
    length
}
