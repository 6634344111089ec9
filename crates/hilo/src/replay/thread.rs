//! A thread with everything that its rows tell of then.

use domain::contact::Contact;
use domain::ids::{ContactId, WorkspaceId};
use domain::interaction::{Author, Evidence, Guard, Resolution, Step};
use jiff::Timestamp;
use serde_json::Value;
use store::{AppointmentsOf, ContactRow, ConversationRow, DealsOf, EventRow, MessageRow, OrdersOf, OurMessage, Tx};

use crate::explain::steps;
use crate::pipeline::{KnownThen, Then, message_then};
use crate::records::{Past, Topic};

/// So far back a thread is lived through: what was said before the days that are asked for is how it stood when they began.
const MOST_MESSAGES: i64 = 500;
const MOST_EVENTS: i64 = 500;
/// As many of a person's records as an answer looks at.
const MOST_RECORDS: i64 = 20;

/// A thread.
#[derive(Debug)]
pub(super) struct Thread {
    pub(super) row: ConversationRow,
    /// The oldest first.
    pub(super) messages: Vec<MessageRow>,
    pub(super) person: Option<ContactRow>,
    /// What people did about it, the earliest first.
    pub(super) acts: Vec<EventRow>,
    pub(super) past: Past,
}

pub(super) fn load(tx: &mut Tx<'_>, workspace: WorkspaceId, row: ConversationRow) -> store::Result<Thread> {
    let messages = tx.latest_messages(workspace, row.id, MOST_MESSAGES)?;
    let person = row.contact.map(|contact| tx.contact(workspace, contact)).transpose()?.flatten();
    let timeline = match &person {
        Some(person) => tx.events(workspace, person.contact.id, MOST_EVENTS)?,
        None => Vec::new(),
    };
    let past = match &person {
        Some(person) => past(tx, workspace, person.contact.id, &timeline)?,
        None => Past::default(),
    };
    let mut acts: Vec<EventRow> =
        timeline.into_iter().filter(|event| event.conversation == Some(row.id) && is_act(&event.step)).collect();
    acts.reverse();
    Ok(Thread { row, messages, person, acts, past })
}

fn is_act(step: &Step) -> bool {
    matches!(step, Step::TakenOver | Step::HandedBack | Step::Closed { .. } | Step::Reclassified { .. })
}

fn past(tx: &mut Tx<'_>, workspace: WorkspaceId, contact: ContactId, timeline: &[EventRow]) -> store::Result<Past> {
    let orders = tx.orders(workspace, OrdersOf::Contact(contact), None, MOST_RECORDS)?;
    let visits = tx.appointments(workspace, AppointmentsOf::Contact(contact), None, MOST_RECORDS)?;
    let deals = tx.deals(workspace, &DealsOf::Contact(contact), None, MOST_RECORDS)?;
    let pipelines = match deals.is_empty() {
        true => Vec::new(),
        false => tx.pipelines(workspace)?.into_iter().map(|kept| kept.record).collect(),
    };
    let orders = orders.into_iter().map(|kept| Topic::Order(kept.record));
    let visits = visits.into_iter().map(|kept| Topic::Appointment(kept.record));
    let deals = deals.into_iter().map(|kept| Topic::Deal(kept.record));
    Ok(Past::of(orders.chain(visits).chain(deals).collect(), pipelines, timeline))
}

impl Thread {
    /// Whoever wrote, as they were known before the first of its messages.
    pub(super) fn person_then(&self) -> Option<Contact> {
        let person = self.person.as_ref()?.contact.clone();
        let first = self.messages.first()?;
        let was_new = steps(first).iter().any(|step| matches!(step, Step::Resolved { how: Resolution::New, .. }));
        if was_new {
            return Some(Contact { language: None, opted_out_at: None, ..person });
        }
        let opted_out_at = person.opted_out_at.filter(|at| *at < first.message.recorded_at);
        Some(Contact { opted_out_at, ..person })
    }

    /// A message that asked for something, as it came; nothing for whatever else came in.
    pub(super) fn then(&self, row: &MessageRow) -> Option<Then> {
        let steps = steps(row);
        let intent = steps.iter().find_map(|step| match step {
            Step::Classified(intent) => Some(intent),
            _ => None,
        })?;
        let payload = match &intent.evidence {
            Evidence::Payload { payload } => Some(payload.clone()),
            _ => carried(row),
        };
        let at = row.message.recorded_at;
        let doubted_at = self.person.as_ref().and_then(|person| person.doubted_at);
        Some(Then {
            seq: row.message.seq,
            at: Timestamp::from_millisecond(at).ok()?,
            message: message_then(&row.message, payload),
            quoted: self.quoted(row),
            sender: sender(&steps),
            blocked: speaks(&steps, Guard::Blocked),
            doubted: speaks(&steps, Guard::PossibleNewOwner)
                || steps.iter().any(|step| matches!(step, Step::Doubted { .. }))
                || doubted_at.is_some_and(|since| since <= at),
        })
    }

    fn quoted(&self, row: &MessageRow) -> Option<OurMessage> {
        let wamid = row.message.context_wamid.as_ref()?;
        let quoted = &self.messages.iter().find(|one| one.message.wamid.as_ref() == Some(wamid))?.message;
        (quoted.author != Author::Customer).then(|| OurMessage {
            seq: quoted.seq,
            at: quoted.recorded_at,
            author: quoted.author,
            kind: quoted.kind.clone(),
            text: quoted.text.clone(),
            content: quoted.content.clone(),
            about: self.about(row),
        })
    }

    /// What the matter of a message was taken for.
    fn about(&self, row: &MessageRow) -> Option<String> {
        let of_matter = self.messages.iter().filter(|one| one.message.interaction == row.message.interaction);
        let earlier = of_matter.filter(|one| one.message.seq < row.message.seq);
        earlier.flat_map(steps).find_map(|step| match step {
            Step::Classified(intent) => intent.kind,
            _ => None,
        })
    }
}

fn sender(steps: &[Step]) -> KnownThen {
    let found = steps.iter().find_map(|step| match step {
        Step::Resolved { how: Resolution::New, .. } => Some(KnownThen::New),
        Step::Ambiguous { candidates } => Some(KnownThen::Several(candidates.clone())),
        _ => None,
    });
    found.unwrap_or(KnownThen::Before)
}

fn speaks(steps: &[Step], guard: Guard) -> bool {
    steps.iter().any(|step| match step {
        Step::Decided { guard: Some(spoke), .. } | Step::NotAcknowledged { guard: spoke } => *spoke == guard,
        _ => false,
    })
}

/// What a tapped button or row carries, as WhatsApp wrote it.
fn carried(row: &MessageRow) -> Option<String> {
    let content: Value = serde_json::from_str(row.message.content.as_deref()?).ok()?;
    let places = [content.pointer("/button_reply/id"), content.pointer("/list_reply/id"), content.get("payload")];
    places.into_iter().flatten().find_map(Value::as_str).map(str::to_owned)
}
