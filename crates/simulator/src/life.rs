//! The life of an accepted message: sent, delivered, read, or failed. Each status is one webhook.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::accept::{Acceptance, Address, Outbound};
use crate::acts;
use crate::codes::Failure;
use crate::faults::Fate;
use crate::phones::Reads;
use crate::platform::{Platform, lock};
use crate::pricing::Told;
use crate::verdict::Verdict;
use crate::webhook::payload::{self, Status};
use crate::webhook::{Label, Lane, Receipt};
use crate::world::NUMBER_KNOWN;

const PATIENCE: Duration = Duration::from_secs(2); // how long a response waits for the status that must precede it

/// Starts the message's life. Returns once the response may be given.
pub(crate) async fn begin(platform: &Arc<Platform>, acceptance: &Acceptance, fate: Fate) {
    note_contact(platform, &acceptance.message);
    if acceptance.verdict == Verdict::Deliver {
        acts::take_back(platform, &acceptance.message);
    }
    if fate.black_hole {
        return;
    }
    let message = Arc::clone(&acceptance.message);
    if fate.silent {
        lock(&platform.world).silent.insert(message.wamid.clone());
    }
    match &acceptance.verdict {
        Verdict::Vanish => {}
        Verdict::Hold => platform.hold(message, fate.late),
        Verdict::Deliver if let Some(code) = fate.fails_with => {
            let failure = Failure { code, details: "a fault was asked for" };
            spawn_failure(platform, message, failure, fate.late);
        }
        Verdict::Fail(failure) => spawn_failure(platform, message, failure.clone(), fate.late),
        Verdict::Deliver if fate.status_before_response => {
            let receipt = announce_sent(platform, &message);
            spawn_delivery(platform, message, fate.late);
            if let Some(receipt) = receipt {
                // When the webhook cannot be posted at all, the response must not wait for it for ever.
                drop(tokio::time::timeout(PATIENCE, receipt).await);
            }
        }
        Verdict::Deliver => spawn_life(platform, message, fate.late),
    }
}

/// Who is written to by number has that number shown again.
fn note_contact(platform: &Platform, message: &Outbound) {
    if let (Some(phone), Address::Number(_)) = (message.phone, &message.address) {
        let phone = &mut lock(&platform.world).phones[phone];
        phone.number_known_until = platform.now() + NUMBER_KNOWN;
        phone.in_contact_book |= platform.settings.contact_book;
    }
}

pub(crate) fn spawn_failure(platform: &Arc<Platform>, message: Arc<Outbound>, failure: Failure, late: Duration) {
    let platform_then = Arc::clone(platform);
    platform.tasks.spawn(async move {
        sleep(platform_then.settings.delays.sent + late).await;
        platform_then.post_status(&message, "failed", &json!({ "errors": [failure.error()] }));
    });
}

pub(crate) fn spawn_life(platform: &Arc<Platform>, message: Arc<Outbound>, late: Duration) {
    let platform_then = Arc::clone(platform);
    platform.tasks.spawn(async move {
        sleep(platform_then.settings.delays.sent + late).await;
        drop(announce_sent(&platform_then, &message));
        deliver_in_time(&platform_then, message, late).await;
    });
}

fn spawn_delivery(platform: &Arc<Platform>, message: Arc<Outbound>, late: Duration) {
    let platform_then = Arc::clone(platform);
    platform.tasks.spawn(async move { deliver_in_time(&platform_then, message, late).await });
}

fn announce_sent(platform: &Platform, message: &Outbound) -> Option<Receipt> {
    platform.post_status(message, "sent", &platform.price(message, "sent"))
}

async fn deliver_in_time(platform: &Arc<Platform>, message: Arc<Outbound>, late: Duration) {
    let delays = platform.settings.delays;
    sleep(delays.delivered.saturating_sub(delays.sent) + late).await;
    if !reach(platform, &message) {
        return;
    }
    if let Some(phone) = message.phone
        && reads(platform, phone) == Reads::AtOnce
    {
        return read(platform, phone, &message.wamid, &platform.price(&message, "read"));
    }
    platform.post_status(&message, "delivered", &platform.price(&message, "delivered"));
    read_in_time(platform, &message, late).await;
}

/// Puts the message on the phone. A phone that is offline gets it later; one that has blocked the business, never:
/// the message stays at `sent`, as in reality.
fn reach(platform: &Platform, message: &Arc<Outbound>) -> bool {
    let Some(phone) = message.phone else { return false };
    let phone = &mut lock(&platform.world).phones[phone];
    if phone.blocked {
        return false;
    }
    if !phone.online {
        phone.waiting.push(Arc::clone(message));
        return false;
    }
    phone.receive(Arc::clone(message), false);
    true
}

async fn read_in_time(platform: &Arc<Platform>, message: &Arc<Outbound>, late: Duration) {
    let delays = platform.settings.delays;
    sleep(delays.read.saturating_sub(delays.delivered) + late).await;
    if let Some(phone) = message.phone
        && reads(platform, phone) != Reads::Manual
    {
        read(platform, phone, &message.wamid, &json!({}));
    }
}

fn reads(platform: &Platform, phone: usize) -> Reads {
    lock(&platform.world).phones[phone].reads
}

fn read(platform: &Platform, phone: usize, wamid: &str, price: &Value) {
    let unread = {
        let mut world = lock(&platform.world);
        let mut newest_first = world.phones[phone].inbox.iter_mut().rev();
        newest_first.find(|entry| entry.message.wamid == wamid && !entry.read).map(|entry| {
            entry.read = true;
            Arc::clone(&entry.message)
        })
    };
    if let Some(message) = unread {
        announce_read(platform, &message, price);
    }
}

/// A voice note is played when it is read.
fn announce_read(platform: &Platform, message: &Outbound, price: &Value) {
    platform.post_status(message, "read", price);
    if message.body["audio"]["voice"] == true {
        platform.post_status(message, "played", &json!({}));
    }
}

/// The person opens the chat: everything in it is read.
pub(crate) fn open_chat(platform: &Platform, phone: usize) {
    let unread: Vec<_> = {
        let mut world = lock(&platform.world);
        let unread = world.phones[phone].inbox.iter_mut().filter(|entry| !entry.read);
        unread
            .filter_map(|entry| {
                entry.read = true;
                (!entry.echo).then(|| Arc::clone(&entry.message))
            })
            .collect()
    };
    for message in unread {
        announce_read(platform, &message, &json!({}));
    }
}

/// The phone is reachable again: what waited arrives, unless it waited for too long.
pub(crate) fn come_online(platform: &Arc<Platform>, phone: usize) {
    let waiting = {
        let now = platform.now();
        let phone = &mut lock(&platform.world).phones[phone];
        phone.online = true;
        let mut waiting = std::mem::take(&mut phone.waiting);
        waiting.retain(|message| now < message.gone_at());
        waiting.iter().for_each(|message| phone.receive(Arc::clone(message), false));
        waiting
    };
    for message in waiting {
        platform.post_status(&message, "delivered", &platform.price(&message, "delivered"));
        let platform_then = Arc::clone(platform);
        platform.tasks.spawn(async move { read_in_time(&platform_then, &message, Duration::ZERO).await });
    }
}

impl Platform {
    /// The part of a status about the price.
    fn price(&self, message: &Outbound, status: &str) -> Value {
        let told = Told {
            wamid: &message.wamid,
            is_sent: status == "sent",
            graph_version: self.settings.webhooks.graph_version,
            now: self.now(),
        };
        message.pricing.map_or_else(|| json!({}), |pricing| pricing.to_json(&told))
    }

    /// Nothing to wait for when the status is one that never comes.
    fn post_status(&self, message: &Outbound, status: &'static str, extra: &Value) -> Option<Receipt> {
        if lock(&self.world).silent.contains(&message.wamid) {
            return None;
        }
        let identity = message.phone.map(|phone| self.shown(phone, &message.number));
        let value = payload::status(&Status { message, identity: identity.as_ref(), status, extra, now: self.now() });
        let lane = message.phone.map_or_else(|| Lane::Stranger(message.person.clone()), Lane::Phone);
        let label = Label::new("messages", status, &message.wamid, &message.person);
        Some(self.post(&message.number, lane, &label, value))
    }
}
