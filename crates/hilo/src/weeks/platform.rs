//! WhatsApp as a model: what customers wrote, what it took of ours, what it posts to us and how often it tries.

use std::collections::BTreeMap;

use domain::ids::ConversationId;
use serde_json::{Value, json};
use whatsapp::outbound::Recipient;
use whatsapp::{OutboundMessage, signature};

use super::people::{Deed, Person, part};
use super::stage::SECRET;
use crate::channels::LiveChannel;
use crate::dice::Dice;
use crate::seal::Sealed;

/// Everything that it knows.
pub(super) struct Platform {
    pub(super) people: Vec<Person>,
    pub(super) written: Vec<Written>,
    pub(super) taken: Vec<Taken>,
    pub(super) posts: Vec<Post>,
    given: u64,
}

/// What a customer did.
pub(super) struct Written {
    pub(super) wamid: String,
    pub(super) person: usize,
    pub(super) at: i64,
    pub(super) deed: Deed,
    pub(super) post: usize,
}

/// A message of ours that it took.
pub(super) struct Taken {
    pub(super) wamid: String,
    pub(super) sealed: Sealed,
    opaque: String,
    to: Recipient,
}

/// A webhook.
#[derive(Default)]
pub(super) struct Post {
    pub(super) body: Vec<u8>,
    pub(super) signature: String,
    pub(super) tries: u32,
    /// The step at which it was posted first.
    pub(super) first: Option<u64>,
    /// The step at which we first said that it is kept.
    pub(super) kept: Option<u64>,
    /// Whether WhatsApp heard that.
    pub(super) heard: bool,
    /// Which of `taken` it reports on, what it says of each, and whether it names them as we did.
    pub(super) reports: Vec<(usize, &'static str, bool)>,
}

impl Platform {
    pub(super) fn new(people: Vec<Person>) -> Platform {
        Platform { people, written: Vec::new(), taken: Vec::new(), posts: Vec::new(), given: 0 }
    }

    fn wamid(&mut self, kind: &str) -> String {
        self.given += 1;
        format!("wamid.{kind}.{:05}", self.given)
    }

    /// Somebody does something; answers the webhook about it.
    pub(super) fn write(
        &mut self,
        channel: &LiveChannel,
        person: usize,
        deed: Deed,
        at: i64,
        dice: &mut Dice,
    ) -> usize {
        let wamid = self.wamid("in");
        let before = self.written.iter().rev().find(|one| one.person == person).map(|one| one.wamid.clone());
        let (old_number, old_id) = (self.people[person].number(dice), self.people[person].user_id().to_owned());
        if deed == Deed::Moves {
            self.people[person].moves(person, dice);
        } else if dice.chance(4) {
            self.people[person].shows_number ^= true;
        }
        let who = &self.people[person];
        let shows = who.shows_number || deed == Deed::Moves;
        let mut message = part(deed, before.as_deref(), who, &old_number);
        message["id"] = json!(wamid);
        message["timestamp"] = json!((at / 1000).to_string());
        message["from_user_id"] = json!(old_id);
        let mut contact = json!({ "profile": { "name": who.name }, "user_id": old_id });
        if shows {
            message["from"] = json!(old_number);
            contact["wa_id"] = json!(old_number);
        }
        let body = match deed {
            Deed::Resumes => posted(channel, "user_preferences", resumed(old_number, old_id, shows, at)),
            _ => posted(channel, "messages", json!({ "contacts": [contact], "messages": [message] })),
        };
        let post = self.post(body, Vec::new());
        self.written.push(Written { wamid, person, at, deed, post });
        post
    }

    /// Takes a message of ours; answers which it is.
    pub(super) fn take(&mut self, sealed: Sealed, message: &OutboundMessage) -> usize {
        let wamid = self.wamid("out");
        let (opaque, to) = (message.opaque.clone(), message.to.clone());
        self.taken.push(Taken { wamid, sealed, opaque, to });
        self.taken.len() - 1
    }

    /// One webhook with reports on messages of ours; answers it.
    pub(super) fn report(&mut self, channel: &LiveChannel, reports: &[(usize, &'static str, bool)], at: i64) -> usize {
        let statuses: Vec<Value> = reports.iter().map(|report| self.status(*report, at)).collect();
        let body = posted(channel, "messages", json!({ "statuses": statuses }));
        self.post(body, reports.to_vec())
    }

    fn status(&self, (taken, name, says_name): (usize, &str, bool), at: i64) -> Value {
        let one = &self.taken[taken];
        let mut status = json!({ "id": one.wamid, "status": name, "timestamp": (at / 1000).to_string() });
        match &one.to {
            Recipient::Phone(number) => status["recipient_id"] = json!(number.trim_start_matches('+')),
            Recipient::UserId(id) => status["recipient_user_id"] = json!(id),
        }
        if says_name {
            status["biz_opaque_callback_data"] = json!(one.opaque);
        }
        if name == "failed" {
            status["errors"] = json!([{ "code": 131_000, "title": "Something went wrong" }]);
        }
        status
    }

    fn post(&mut self, body: Vec<u8>, reports: Vec<(usize, &'static str, bool)>) -> usize {
        let signature = signature::sign(SECRET.as_bytes(), &body);
        self.posts.push(Post { body, signature, reports, ..Post::default() });
        self.posts.len() - 1
    }

    fn author(&self, wamid: &str) -> Option<usize> {
        // What is no message has no id of WhatsApp's; ours names its author.
        let address = wamid.strip_prefix("preference/").and_then(|rest| rest.split('/').next());
        let of_address = |address| self.people.iter().position(|person| person.has_address(address));
        let written = self.written.iter().find(|written| written.wamid == *wamid).map(|written| written.person);
        written.or_else(|| address.and_then(of_address))
    }

    /// Whose thread each is, by whose messages are in it.
    pub(super) fn owners(&self, messages: &[(ConversationId, String)]) -> BTreeMap<ConversationId, Vec<usize>> {
        let mut owners: BTreeMap<ConversationId, Vec<usize>> = BTreeMap::new();
        for (thread, wamid) in messages {
            if let Some(author) = self.author(wamid) {
                let of_thread = owners.entry(*thread).or_default();
                if !of_thread.contains(&author) {
                    of_thread.push(author);
                }
            }
        }
        owners
    }
}

/// Somebody takes marketing messages again.
fn resumed(number: String, user_id: String, shows_number: bool, at: i64) -> Value {
    let mut preference = json!({
        "user_id": user_id,
        "category": "marketing_messages",
        "value": "resume",
        "timestamp": (at / 1000).to_string(),
    });
    if shows_number {
        preference["wa_id"] = json!(number);
    }
    json!({ "user_preferences": [preference] })
}

fn posted(channel: &LiveChannel, field: &str, mut value: Value) -> Vec<u8> {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] =
        json!({ "display_phone_number": channel.display_phone_number, "phone_number_id": channel.phone_number_id });
    let entry = json!({ "id": channel.waba_id, "changes": [{ "field": field, "value": value }] });
    json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string().into_bytes()
}
