//! What the platform saw, for proofs: every send it accepted and every webhook it posted.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::accept::Outbound;
use crate::webhook::Label;

/// A copy of the ledger at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// Every send that was accepted, in order.
    pub accepted: Vec<Accepted>,
    /// How many requests were refused, by Meta's code; a plain HTTP 500 counts as 500.
    pub refused: BTreeMap<i64, u64>,
    /// Every webhook, in the order in which it came about.
    pub webhooks: Vec<WebhookRecord>,
}

/// A send that was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    /// The id that was, or would have been, answered.
    pub wamid: String,
    /// The sender's `biz_opaque_callback_data`.
    pub opaque: Option<String>,
    /// The business number that sent.
    pub phone_number_id: String,
    /// The number or user id that the request named.
    pub recipient: String,
    /// The phone that has it: its `wa_id` or user id; the recipient again when nobody has it.
    pub phone: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// What a person would read.
    pub text: Option<String>,
    /// Business time, in milliseconds.
    pub at: i64,
    /// The request as it came.
    pub body: Value,
}

/// A webhook and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookRecord {
    /// The subscribed field, such as `messages`.
    pub field: String,
    /// A status, or the type of a message.
    pub what: String,
    /// The message that it is about.
    pub wamid: String,
    /// The phone that it is about.
    pub phone: String,
    /// Business time at which it came about, in milliseconds.
    pub at: i64,
    /// How often it was posted.
    pub attempts: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// The last answer that was not 200.
    pub last_refusal: Option<String>,
}

/// What became of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// On its way, perhaps for the second time.
    Waiting,
    /// Answered with 200.
    Delivered,
    /// Given up because too many were waiting.
    Dropped,
    /// Given up because it was never answered with 200, or because it was a fault that is posted once.
    GivenUp,
}

impl Ledger {
    /// How many sends were accepted with this opaque data.
    pub fn accepted_with(&self, opaque: &str) -> usize {
        self.accepted.iter().filter(|send| send.opaque.as_deref() == Some(opaque)).count()
    }

    /// How many sends of this text were accepted for this phone.
    pub fn accepted_for(&self, phone: &str, text: &str) -> usize {
        self.accepted.iter().filter(|send| send.phone == phone && send.text.as_deref() == Some(text)).count()
    }

    /// The opaque data that was accepted more than once.
    pub fn repeated_opaque(&self) -> Vec<String> {
        repeated(self.accepted.iter().filter_map(|send| send.opaque.clone()))
    }

    /// The pairs of phone and text that were accepted more than once.
    pub fn repeated_texts(&self) -> Vec<(String, String)> {
        repeated(self.accepted.iter().filter_map(|send| Some((send.phone.clone(), send.text.clone()?))))
    }
}

fn repeated<T: Clone + Eq + Hash + Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut counts: HashMap<T, usize> = HashMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    let mut repeated: Vec<T> = counts.into_iter().filter(|(_, count)| 1 < *count).map(|(one, _)| one).collect();
    repeated.sort();
    repeated
}

/// The ledger as it is being written.
#[derive(Default)]
pub(crate) struct Book {
    accepted: Vec<Arc<Outbound>>,
    refused: BTreeMap<i64, u64>,
    webhooks: Vec<WebhookRecord>,
    /// How many webhooks were struck out before the first one here.
    struck_out: usize,
}

impl Book {
    pub(crate) fn accept(&mut self, message: Arc<Outbound>) {
        self.accepted.push(message);
    }

    pub(crate) fn refuse(&mut self, code: i64) {
        *self.refused.entry(code).or_default() += 1;
    }

    /// Enters a webhook and says under which line.
    pub(crate) fn webhook(&mut self, label: &Label, at: i64) -> usize {
        self.webhooks.push(WebhookRecord {
            field: label.field.clone().into_owned(),
            what: label.what.clone(),
            wamid: label.wamid.clone(),
            phone: label.phone.clone(),
            at,
            attempts: 0,
            outcome: Outcome::Waiting,
            last_refusal: None,
        });
        self.struck_out + self.webhooks.len() - 1
    }

    pub(crate) fn attempted(&mut self, line: usize, refusal: Option<String>) {
        if let Some(record) = self.line(line) {
            record.attempts += 1;
            match refusal {
                None => record.outcome = Outcome::Delivered,
                Some(refusal) => record.last_refusal = Some(refusal),
            }
        }
    }

    pub(crate) fn dropped(&mut self, line: usize) {
        if let Some(record) = self.line(line) {
            record.outcome = Outcome::Dropped;
        }
    }

    pub(crate) fn given_up(&mut self, line: usize) {
        if let Some(record) = self.line(line) {
            record.outcome = Outcome::GivenUp;
        }
    }

    pub(crate) fn clear(&mut self) {
        let struck_out = self.struck_out + self.webhooks.len();
        *self = Self { struck_out, ..Self::default() };
    }

    pub(crate) fn copy(&self) -> Ledger {
        Ledger {
            accepted: self.accepted.iter().map(|message| accepted(message)).collect(),
            refused: self.refused.clone(),
            webhooks: self.webhooks.clone(),
        }
    }

    fn line(&mut self, line: usize) -> Option<&mut WebhookRecord> {
        self.webhooks.get_mut(line.checked_sub(self.struck_out)?)
    }
}

fn accepted(message: &Outbound) -> Accepted {
    Accepted {
        wamid: message.wamid.clone(),
        opaque: message.opaque.clone(),
        phone_number_id: message.number.phone_number_id.clone(),
        recipient: message.address.as_str().to_owned(),
        phone: message.person.clone(),
        kind: message.content.kind.clone(),
        text: message.content.text.clone(),
        at: message.at,
        body: message.body.clone(),
    }
}
