//! What people at their screens ask meanwhile: the inbox, a conversation, a contact, at a fixed pace.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::api::{self, Api};
use crate::correlate::{Percentiles, percentiles};
use crate::senders::{self, scatter};
use crate::wire::Wire;

const CONNECTIONS: usize = 16;
const PEOPLE: usize = 300; // more than the program could have at hand by chance

/// How long one kind of thing took.
#[derive(Clone, Debug, Serialize)]
pub struct Timing {
    /// What was asked or done.
    pub what: &'static str,
    /// How often it was.
    pub done: usize,
    /// How often it was not, or was answered with something else than 200.
    pub failed: usize,
    /// From the moment at which it was due.
    pub ms: Percentiles,
}

/// What a screen asks first when somebody opens a conversation.
pub(crate) const OPENED: &str = "messages of a conversation";

/// The questions, in turn.
const QUESTIONS: [(&str, &str); 6] = [
    ("inbox", "/conversations?limit=50"),
    ("conversation", "/conversations/{conversation}"),
    (OPENED, "/conversations/{conversation}/messages?limit=50"),
    ("contacts", "/contacts?limit=50"),
    ("timeline of a contact", "/contacts/{contact}/timeline"),
    ("tickets", "/tickets?limit=50"),
];

/// Whoever reads.
#[derive(Clone)]
pub(crate) struct Readers {
    door: SocketAddr,
    headers: Rc<str>,
    conversations: Rc<[String]>,
    contacts: Rc<[String]>,
    taken: Rc<RefCell<BTreeMap<&'static str, Taken>>>,
}

#[derive(Default)]
struct Taken {
    spans: Vec<Duration>,
    failed: usize,
}

impl Readers {
    /// Looks some of these people up: the reads are about them.
    pub(crate) async fn look_around(door: SocketAddr, key: &str, people: usize) -> Result<Self> {
        let mut api = Api::connect(door, key).await?;
        let (mut conversations, mut contacts) = (Vec::new(), Vec::new());
        for number in 0..PEOPLE {
            let user_id = senders::sender(scatter(number) as usize % people.max(1)).user_id;
            let contact = first(&mut api, &format!("/contacts?user_id={user_id}")).await?;
            conversations.push(first(&mut api, &format!("/conversations?contact_id={contact}")).await?);
            contacts.push(contact);
        }
        let (conversations, contacts) = (conversations.into(), contacts.into());
        let headers = api::headers(door, key).into();
        Ok(Self { door, headers, conversations, contacts, taken: Rc::default() })
    }

    /// Reads so many times a second until it is dropped.
    pub(crate) fn read_on(&self, per_second: u32) -> JoinSet<Result<()>> {
        let start = Instant::now();
        let mut reading = JoinSet::new();
        for slot in 0..CONNECTIONS {
            let readers = self.clone();
            reading.spawn_local(async move {
                let mut wire = Wire::connect(readers.door).await?;
                for number in (slot..).step_by(CONNECTIONS) {
                    let due = start + Duration::from_secs(number as u64) / per_second.max(1);
                    tokio::time::sleep_until(due.into()).await;
                    readers.read(&mut wire, number, due).await?;
                }
                Ok(())
            });
        }
        reading
    }

    /// Reads so many times, one after the other.
    pub(crate) async fn read_in_turn(&self, times: usize) -> Result<()> {
        let mut wire = Wire::connect(self.door).await?;
        for number in 0..times {
            self.read(&mut wire, number, Instant::now()).await?;
        }
        Ok(())
    }

    async fn read(&self, wire: &mut Wire, number: usize, due: Instant) -> Result<()> {
        let (what, path) = QUESTIONS[number % QUESTIONS.len()];
        let path = path.replace("{conversation}", one_of(&self.conversations, number));
        let path = path.replace("{contact}", one_of(&self.contacts, number));
        let answered = wire.exchange(&api::request("GET", &path, &self.headers)).await.map(|answer| answer.status());
        if answered.is_err() {
            *wire = Wire::connect(self.door).await?;
        }
        let mut taken = self.taken.borrow_mut();
        let taken = taken.entry(what).or_default();
        match answered {
            Ok(200) => taken.spans.push(due.elapsed()),
            Ok(_) | Err(_) => taken.failed += 1,
        }
        Ok(())
    }

    /// What it took.
    pub(crate) fn figures(&self) -> Vec<Timing> {
        let taken = self.taken.take();
        let figure = |(what, taken): (&'static str, Taken)| {
            let Taken { spans, failed } = taken;
            Timing { what, done: spans.len(), failed, ms: percentiles(spans) }
        };
        taken.into_iter().map(figure).collect()
    }
}

fn one_of(ids: &[String], number: usize) -> &str {
    ids.get(scatter(number) as usize % ids.len().max(1)).map_or("", String::as_str)
}

/// The id of the first row of a list.
async fn first(api: &mut Api, path: &str) -> Result<String> {
    let rows = api.list(path).await?;
    let id = rows.first().and_then(|row| row["id"].as_str());
    Ok(id.with_context(|| format!("{path} has nobody"))?.to_owned())
}
