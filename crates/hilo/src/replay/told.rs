//! A replay as others read it: a line of JSON for each message that is decided about otherwise, and for how far it is.

use domain::Policy;
use serde::Serialize;
use uuid::Uuid;

use super::{Decided, Difference, News, Tally};

/// One line.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Told {
    /// A message is decided about otherwise.
    Different(Box<Message>),
    /// So much was looked at so far.
    Progress(Counted),
    /// That was all.
    Done(Counted),
}

/// A message, and what is decided about it by the version in force and by the changed one.
#[derive(Debug, Serialize)]
pub(crate) struct Message {
    conversation_id: Uuid,
    seq: i64,
    at: i64,
    contact_id: Option<Uuid>,
    name: Option<String>,
    text: String,
    /// `type`, `route`, `answer`, `writing`.
    differs: Vec<&'static str>,
    then: Decision,
    now: Decision,
}

/// What is decided about a message.
#[derive(Debug, Serialize)]
struct Decision {
    #[serde(rename = "type")]
    kind: Option<String>,
    category: Option<&'static str>,
    policy: Option<Policy>,
    guard: Option<&'static str>,
    queue: Option<String>,
    said: Option<String>,
    written: Vec<String>,
}

/// How much was looked at, and what was found.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Counted {
    conversations: u64,
    messages: u64,
    as_then: u64,
    different: u64,
    in_type: u64,
    in_route: u64,
    in_answer: u64,
    in_writing: u64,
}

impl From<News> for Told {
    fn from(news: News) -> Self {
        match news {
            News::Different(one) => Told::Different(Box::new((*one).into())),
            News::Progress(tally) => Told::Progress(tally.into()),
            News::Done(tally) => Told::Done(tally.into()),
        }
    }
}

impl From<Tally> for Counted {
    fn from(tally: Tally) -> Self {
        let Tally { conversations, messages, as_then, different, in_type, in_route, in_answer, in_writing } = tally;
        Counted { conversations, messages, as_then, different, in_type, in_route, in_answer, in_writing }
    }
}

impl From<Difference> for Message {
    fn from(one: Difference) -> Self {
        let differs = [
            ("type", one.in_type()),
            ("route", one.in_route()),
            ("answer", one.in_answer()),
            ("writing", one.in_writing()),
        ];
        Message {
            conversation_id: one.conversation.0,
            seq: one.seq,
            at: one.at,
            contact_id: one.contact.map(|contact| contact.0),
            name: one.name,
            text: one.text,
            differs: differs.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect(),
            then: one.before.into(),
            now: one.after.into(),
        }
    }
}

impl From<Decided> for Decision {
    fn from(one: Decided) -> Self {
        let Decided { kind, category, policy, guard, queue, said, written } = one;
        Decision {
            kind,
            category: category.map(|category| category.name()),
            policy,
            guard: guard.map(|guard| guard.name()),
            queue,
            said,
            written,
        }
    }
}

impl Told {
    /// As it is written.
    pub(crate) fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}
