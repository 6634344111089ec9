//! The floor's way out: each committed outbox row is posted to the Graph API and handed back to be marked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use tokio::sync::{Semaphore, mpsc};

use super::writers::{Delivery, REPLY, Sent, Writers};
use crate::wire::{self, Wire};

const AT_ONCE: usize = 128;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const TRIES: u32 = 6;

/// The Graph API as one business number sees it.
pub(super) struct GraphApi {
    address: SocketAddr,
    path: String,
}

impl GraphApi {
    /// Reads a base URL such as `http://127.0.0.1:4000/v25.0`.
    pub(super) fn parse(base: &str, phone_number_id: &str) -> Result<Self> {
        let rest = base.strip_prefix("http://").context("the floor speaks plain http on loopback only")?;
        let (address, version) = rest.split_once('/').context("the Graph API's URL has no version")?;
        let address = address.parse().context("the Graph API's host is no address")?;
        Ok(Self { address, path: format!("/{version}/{phone_number_id}/messages") })
    }
}

/// The way to the Graph API, with the connections that are free at the moment.
struct Postman {
    graph: GraphApi,
    idle: Mutex<Vec<Wire>>,
    writers: Writers,
}

/// Delivers what is due, so many at once, until the program ends.
pub(super) async fn run(mut due: mpsc::UnboundedReceiver<Vec<Delivery>>, graph: GraphApi, writers: Writers) {
    let postman = Arc::new(Postman { graph, idle: Mutex::default(), writers });
    let places = Arc::new(Semaphore::new(AT_ONCE));
    while let Some(deliveries) = due.recv().await {
        for delivery in deliveries {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let postman = postman.clone();
            tokio::spawn(async move {
                postman.deliver(delivery).await;
                drop(place);
            });
        }
    }
}

impl Postman {
    /// A refusal is tried again; a broken connection is not, because the message may have been accepted.
    async fn deliver(&self, delivery: Delivery) {
        let request = self.request(&delivery);
        for attempt in 0..TRIES {
            match self.post(&request).await {
                Ok(Some(wamid)) => return self.writers.sent(Sent { outbox: delivery.outbox, wamid }),
                Ok(None) => tokio::time::sleep(FIRST_PAUSE * 2u32.pow(attempt)).await,
                Err(error) => return eprintln!("outbox row {} left, its outcome is unknown: {error}", delivery.outbox),
            }
        }
        eprintln!("outbox row {} was refused {TRIES} times", delivery.outbox);
    }

    async fn post(&self, request: &[u8]) -> std::io::Result<Option<String>> {
        let free = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut wire = match free {
            Some(wire) => wire,
            None => Wire::connect(self.graph.address).await?,
        };
        let answer = wire.exchange(request).await?;
        let wamid = (answer.status() == 200).then(|| wamid(answer.body)).flatten();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(wire);
        Ok(wamid)
    }

    fn request(&self, delivery: &Delivery) -> Vec<u8> {
        let Delivery { outbox, recipient } = delivery;
        let body = format!(
            r#"{{"messaging_product":"whatsapp","recipient_type":"individual","to":"{recipient}","type":"text","text":{{"body":"{REPLY}"}},"biz_opaque_callback_data":"{outbox}"}}"#
        );
        wire::post(self.graph.address, &self.graph.path, "authorization: Bearer floor\r\n", body.as_bytes())
    }
}

#[derive(Deserialize)]
struct Acceptance {
    messages: Vec<Accepted>,
}

#[derive(Deserialize)]
struct Accepted {
    id: String,
}

fn wamid(body: &[u8]) -> Option<String> {
    serde_json::from_slice::<Acceptance>(body).ok()?.messages.pop().map(|message| message.id)
}
