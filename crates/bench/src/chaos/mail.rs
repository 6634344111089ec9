//! What Meta does after an outage: many messages of many people in one body, more than the program takes in at once.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use super::crowd::Crowd;
use super::dice::Dice;
use super::evidence::Said;
use super::relay::Relay;
use crate::bodies::{self, Site};

const MESSAGES: usize = 70;
const RETRY: Duration = Duration::from_millis(100);

/// Posts bodies until told to stop, each until it is answered with 200.
pub(super) async fn deliver_in_bulk(
    crowd: Rc<Crowd>,
    site: Site,
    relay: Arc<Relay>,
    mut dice: Dice,
    mut stop: watch::Receiver<bool>,
) {
    let mut bulk = 0;
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(dice.between(500, 2_000)) => {}
            _ = stop.changed() => return,
        }
        if crowd.is_far_ahead_of(&relay) {
            continue;
        }
        bulk += 1;
        let body = body(&crowd, &site, bulk, &mut dice);
        let signature = format!("sha256={}", bodies::signature(&site.app_secret, body.as_bytes()));
        while relay.pass(&signature, body.as_bytes()).await != 200 {
            tokio::time::sleep(RETRY).await;
        }
    }
}

/// Messages that their senders' phones know nothing of: only this body carries them.
fn body(crowd: &Crowd, site: &Site, bulk: usize, dice: &mut Dice) -> String {
    let known: Vec<usize> = (0..crowd.people.len()).filter(|person| crowd.people[*person].number.is_some()).collect();
    let (mut contacts, mut messages) = (Vec::new(), Vec::new());
    for place in 0..MESSAGES {
        let person = known[dice.below(known.len())];
        let (number, text) = crowd.next_text(person, dice);
        let writer = &crowd.people[person];
        let wamid = format!("wamid.bulk.{bulk}.{place}");
        contacts.push(json!({ "profile": { "name": writer.name }, "wa_id": writer.number, "user_id": writer.user_id }));
        messages.push(json!({
            "from": writer.number,
            "from_user_id": writer.user_id,
            "id": wamid,
            "timestamp": crate::unix_second().to_string(),
            "type": "text",
            "text": { "body": text },
        }));
        crowd.said.borrow_mut().push(Said { person, number, wamid, bulk: Some(bulk) });
    }
    bodies::envelope(site, &format!(r#""contacts":{},"messages":{}"#, json!(contacts), json!(messages)))
}
