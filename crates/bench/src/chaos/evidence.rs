//! What is known after a run, from four sides: the people, WhatsApp, another system that is told of changes, and the program.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// Everything that the findings are made from.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    pub(super) people: Vec<Names>,
    /// In the order in which it was said.
    pub(super) said: Vec<Said>,
    pub(super) promises: Vec<Promise>,
    /// Whom automation served.
    pub(super) guests: Vec<Guest>,
    /// By message of a person.
    pub(super) passages: HashMap<String, Passage>,
    /// In the order in which WhatsApp took them.
    pub(super) accepted: Vec<Accepted>,
    /// The names of the changes that another system was told, in the order in which it was.
    pub(super) heard: Vec<String>,
    /// Whether it was told the last thing there is to tell.
    pub(super) heard_last_word: bool,
    /// The messages of which WhatsApp still has a webhook to deliver.
    pub(super) owed: HashSet<String>,
    /// The messages that it took and then reported as failed, without the name that we gave them.
    pub(super) failed: HashSet<String>,
    /// Requests that WhatsApp could not make sense of.
    pub(super) nonsense: u64,
    pub(super) told: Told,
}

/// Somebody whom automation serves, as far as their story came.
#[derive(Debug, Clone, Default)]
pub(super) struct Guest {
    /// From 1 on.
    pub(super) number: usize,
    pub(super) names: Names,
    /// What WhatsApp calls their messages.
    pub(super) said: Vec<String>,
    /// What is known of an order of theirs, and of their appointment.
    pub(super) order: Option<String>,
    pub(super) visit: Option<String>,
    /// Whether it was known well before their reminder was due that they should get none.
    pub(super) ended_in_time: bool,
}

/// The names of their things, and what they are told; see `workflow.yaml`. No two are told the same.
impl Guest {
    pub(super) fn order_name(&self) -> String {
        format!("P{}", self.number)
    }

    pub(super) fn visit_name(&self) -> String {
        format!("Examen {}", self.number)
    }

    pub(super) fn answer(&self) -> String {
        format!("Va en camino: {}.", self.order_name())
    }

    pub(super) fn request(&self) -> String {
        format!("¿Nos confirma {}?", self.visit_name())
    }

    pub(super) fn confirmation(&self) -> String {
        format!("Quedó confirmado: {}.", self.visit_name())
    }

    pub(super) fn reminder(&self) -> String {
        format!("Le esperamos: {}.", self.visit_name())
    }
}

/// Under which names the program can know a person.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) number: Option<String>,
    pub(super) user_id: String,
}

/// A message of a person.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) person: usize,
    /// Each person counts from 1.
    pub(super) number: usize,
    pub(super) wamid: String,
    /// The body that carried it with others, in the order of the body.
    pub(super) bulk: Option<usize>,
}

/// Something that the program confirmed to an agent.
#[derive(Debug, Clone)]
pub(super) enum Promise {
    /// A reply was taken.
    Replied { conversation: String, send: String },
    /// A ticket is done.
    Resolved { ticket: String },
    /// A file is kept.
    Uploaded { file: String },
    /// A template is with WhatsApp.
    Submitted { template: String },
}

/// When a message was first posted and first answered with 200, as moments of one counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) posted: u64,
    pub(super) kept: u64,
}

impl Default for Passage {
    fn default() -> Self {
        Self { posted: u64::MAX, kept: u64::MAX }
    }
}

/// A send that WhatsApp took.
#[derive(Debug, Clone)]
pub(super) struct Accepted {
    /// Which send of ours it says it is.
    pub(super) send: Option<String>,
    pub(super) wamid: String,
    /// To which number or user id.
    pub(super) recipient: String,
    pub(super) text: Option<String>,
    /// WhatsApp's word for what it is.
    pub(super) kind: String,
}

/// The program's answers, read through its API.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) contacts: Vec<Contact>,
    pub(super) conversations: Vec<Conversation>,
    /// Of each thread in its order.
    pub(super) messages: Vec<Message>,
    pub(super) tickets: Vec<Ticket>,
    pub(super) interactions: Vec<Interaction>,
    pub(super) outbox: Vec<InOutbox>,
    /// Of messages that came and wait to be worked off.
    pub(super) backlog: Vec<Aside>,
    /// The names of changes that another system is still to be told.
    pub(super) deliveries: Vec<Delivery>,
    pub(super) files: Vec<File>,
    /// Of those that another system wants to be told, in their order.
    pub(super) changes: Vec<Change>,
    pub(super) templates: Vec<Template>,
    /// Beside the records of guests.
    pub(super) notes: Vec<Note>,
    /// The appointments of guests that became confirmed, each as often as it did.
    pub(super) confirmed: Vec<String>,
    /// About the appointments of guests.
    pub(super) follow_ups: Vec<FollowUp>,
}

/// Something that is written down beside a record.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) record: String,
    pub(super) text: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct FollowUp {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) send_id: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Change {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// A message that was taken and put aside.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Aside {
    pub(super) state: String,
    pub(super) part: Option<Part>,
}

/// A message as it stood in its body.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Part {
    pub(super) id: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Delivery {
    pub(super) id: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Template {
    pub(super) name: String,
    pub(super) state: String,
}

/// What became of a photo.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct File {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) reason: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Contact {
    pub(super) id: String,
    pub(super) identities: Vec<Identity>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Identity {
    pub(super) value: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Conversation {
    pub(super) id: String,
    pub(super) phone: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) ticket_id: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Message {
    pub(super) conversation_id: String,
    pub(super) seq: i64,
    pub(super) author: String,
    pub(super) text: Option<String>,
    pub(super) wamid: Option<String>,
    pub(super) interaction_id: Option<String>,
    pub(super) send_id: Option<String>,
    pub(super) status: Option<String>,
    pub(super) steps: Option<Vec<Step>>,
}

/// Something that was done about a message.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Step {
    pub(super) step: String,
    pub(super) ticket: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Ticket {
    pub(super) id: String,
    pub(super) conversation_id: String,
    pub(super) interaction_id: String,
    pub(super) state: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Interaction {
    pub(super) id: String,
    pub(super) conversation_id: String,
    pub(super) acknowledged_at: Option<i64>,
    pub(super) closed_at: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct InOutbox {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) conversation_id: String,
}

impl Message {
    /// That it took up a matter which had ended, if it did.
    pub(super) fn taken_up(&self) -> Option<&Step> {
        self.steps.iter().flatten().find(|step| step.step == "taken_up")
    }
}

impl Aside {
    /// The message that is tried again by itself.
    pub(super) fn waits(&self) -> Option<&str> {
        self.part.as_ref().filter(|_| self.state == "open")?.id.as_deref()
    }
}

impl InOutbox {
    /// Whether it still moves by itself, or waits for a report of WhatsApp.
    pub(super) fn is_under_way(&self) -> bool {
        ["queued", "sending", "accepted"].contains(&self.state.as_str())
    }

    /// Whether nobody can know whether it left.
    pub(super) fn is_unknown(&self) -> bool {
        ["unknown", "needs_review"].contains(&self.state.as_str())
    }
}

impl Conversation {
    /// Whether a message to this address reaches the person of this thread.
    pub(super) fn is_at(&self, address: &str) -> bool {
        self.phone.as_deref().is_some_and(|phone| digits(phone) == digits(address))
            || self.user_id.as_deref() == Some(address)
    }
}

impl Names {
    /// Whether an address or identity is this person's.
    pub(super) fn include(&self, address: &str) -> bool {
        self.user_id == address || self.number.as_deref().is_some_and(|number| digits(number) == digits(address))
    }
}

/// A number without its punctuation; empty for a user id, which no number is.
pub(super) fn digits(address: &str) -> Option<String> {
    let bare = address.strip_prefix('+').unwrap_or(address);
    (!bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit())).then(|| bare.to_owned())
}

/// A line of the simulator's ledger.
pub(super) fn accepted(line: simulator::Accepted) -> Accepted {
    let send = line.opaque.as_deref().and_then(send_of);
    Accepted { send, wamid: line.wamid, recipient: line.recipient, text: line.text, kind: line.kind }
}

/// The id of the send that a name speaks of. Its other parts, such as the number of the attempt, differ when a send is repeated.
fn send_of(opaque: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(opaque.strip_prefix("h1.")?).ok()?;
    let hex = |part: &[u8]| part.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let id = bytes.get(..16)?;
    Some([hex(&id[..4]), hex(&id[4..6]), hex(&id[6..8]), hex(&id[8..10]), hex(&id[10..])].join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_attempts_of_one_send_are_the_same_send() {
        let name = |attempt: u8| {
            let mut bytes = [7; 56];
            bytes[47] = attempt;
            format!("h1.{}", URL_SAFE_NO_PAD.encode(bytes))
        };
        assert_eq!(send_of(&name(1)).as_deref(), Some("07070707-0707-0707-0707-070707070707"));
        assert_eq!(send_of(&name(1)), send_of(&name(2)));
        assert_eq!(send_of("somebody else's"), None);
    }

    #[test]
    fn an_address_is_the_same_with_and_without_its_plus() {
        let names = Names { number: Some("5215512340001".into()), user_id: "MX.1".into() };
        assert!(names.include("+5215512340001") && names.include("MX.1"));
        assert!(!names.include("+5215512340002") && !names.include("MX.2"));
    }
}
