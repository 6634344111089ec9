//! Guests, whom automation serves: each comes once, asks where an order is, is asked about an appointment and confirms it; then some cancel
//! it, some want no more messages, and some come. What each was told and what was written down with it is known one by one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use simulator::{Phone, Simulator};
use tokio::sync::watch;

use super::api::Api;
use super::dice::Dice;
use super::evidence::{Conversation, Guest, Names, digits};
use super::relay::Relay;
use crate::unix_millisecond;

/// So many are served at a time.
pub(super) const HOSTS: usize = 6;
/// A message that did not come within this time, because the program died or because WhatsApp failed to deliver it, is not waited for.
const PATIENCE: Duration = Duration::from_secs(12);
const TIMEOUT: Duration = Duration::from_secs(3);
const AGAIN: Duration = Duration::from_millis(150);
const TRIES: usize = 60;
/// An appointment is so long away that the request to confirm it is due a moment after it was made; see `workflow.yaml`.
const REQUEST_AFTER_MS: i64 = 500;
const AN_HOUR_MS: i64 = 3600 * 1000;
/// So long before it begins the reminder is due.
const REMINDER_BEFORE_MS: i64 = 3592 * 1000;
/// What the program knew so long before the reminder was due, it knew in time.
const IN_TIME_MS: i64 = 1_000;
const PREFIX: &str = "52155";
/// Behind the numbers of the crowd.
const FIRST_NUMBER: usize = 61_000_000;

pub(super) struct Guests {
    relay: Arc<Relay>,
    key: Rc<str>,
    simulator: Arc<Simulator>,
    coming: Cell<usize>,
    /// In the order in which they left.
    pub(super) served: RefCell<Vec<Guest>>,
}

/// How the story of a guest ends.
#[derive(Clone, Copy)]
enum End {
    Cancels,
    OptsOut,
    Comes,
}

/// Whether a thread is with a guest.
pub(super) fn is_of_a_guest(thread: &Conversation) -> bool {
    let number = thread.phone.as_deref().and_then(digits);
    let own = number.and_then(|digits| digits.strip_prefix(PREFIX)?.parse::<usize>().ok());
    own.is_some_and(|number| FIRST_NUMBER < number)
}

impl Guests {
    pub(super) fn new(relay: Arc<Relay>, key: Rc<str>, simulator: Arc<Simulator>) -> Self {
        Self { relay, key, simulator, coming: Cell::new(0), served: RefCell::default() }
    }

    /// Serves one from the beginning to the end of their story, or as far as it comes.
    async fn serve(&self, dice: &mut Dice) {
        let number = self.coming.get() + 1;
        self.coming.set(number);
        let phone = self.simulator.phone(&format!("+{PREFIX}{}", FIRST_NUMBER + number)).await;
        let view = phone.view();
        let names = Names { number: view.number, user_id: view.user_id };
        let mut guest = Guest { number, names, ..Guest::default() };
        // A story that breaks off is judged as far as it came.
        drop(self.tell(&phone, &mut guest, dice).await);
        self.served.borrow_mut().push(guest);
    }

    async fn tell(&self, phone: &Phone, guest: &mut Guest, dice: &mut Dice) -> Result<()> {
        let number = guest.number;
        let person =
            json!({ "phone": format!("+{PREFIX}{}", FIRST_NUMBER + number), "name": format!("Invitado {number}") });
        let made = self.post(number, "contact", "/contacts", &person).await?;
        let contact = made["contact"]["id"].as_str().context("no contact")?.to_owned();
        let order = json!({ "number": guest.order_name(), "contact_id": contact, "status": "shipped" });
        guest.order = Some(id(&self.post(number, "order", "/orders", &order).await?)?);
        guest.said.push(phone.says("Hola, ¿dónde está mi pedido?").await);
        hears(phone, 1).await?;

        let starts_at = unix_millisecond() as i64 + AN_HOUR_MS + REQUEST_AFTER_MS;
        let visit = json!({
            "contact_id": contact, "service": guest.visit_name(), "starts_at": starts_at, "ends_at": starts_at + AN_HOUR_MS
        });
        let visit = id(&self.post(number, "visit", "/appointments", &visit).await?)?;
        guest.visit = Some(visit.clone());
        hears(phone, 2).await?;
        guest.said.push(if dice.chance(50) { phone.taps("Voy").await? } else { phone.says("sí").await });
        hears(phone, 3).await?;

        match [End::Cancels, End::OptsOut, End::Comes][number % 3] {
            End::Cancels => self.cancel(&visit).await?,
            End::OptsOut => {
                guest.said.push(phone.says("BAJA").await);
                self.knows(&format!("/contacts/{contact}"), |person| person["opted_out_at"].is_number()).await?;
            }
            End::Comes => return Ok(()),
        }
        guest.ended_in_time = unix_millisecond() as i64 + IN_TIME_MS < starts_at - REMINDER_BEFORE_MS;
        Ok(())
    }

    /// Until it is answered, under one key: it is done once.
    async fn post(&self, guest: usize, what: &str, path: &str, body: &Value) -> Result<Value> {
        let key = format!("guest-{guest}-{what}");
        let post = async |mut api: Api| {
            let (status, answer) = api.post_once(path, &key, body).await?;
            Ok(matches!(status, 200 | 201).then_some(answer))
        };
        self.insist(path, post).await
    }

    /// A person of the business cancels it, whatever became of the last try.
    async fn cancel(&self, visit: &str) -> Result<()> {
        let path = format!("/appointments/{visit}");
        let cancel = async |mut api: Api| {
            let known = api.one(&path).await?;
            if known["status"] == "cancelled" {
                return Ok(Some(()));
            }
            let wish = json!({ "version": known["version"], "status": "cancelled" });
            Ok((api.put_body(&format!("{path}/status"), &wish).await?.0 == 200).then_some(()))
        };
        self.insist(&path, cancel).await
    }

    /// Waits until the program says so of something.
    async fn knows(&self, path: &str, is_so: impl Fn(&Value) -> bool) -> Result<()> {
        let look = async |mut api: Api| Ok(is_so(&api.one(path).await?).then_some(()));
        self.insist(path, look).await
    }

    /// Tries until something comes of it: the program may be away at any moment.
    async fn insist<T>(&self, what: &str, attempt: impl AsyncFn(Api) -> Result<Option<T>>) -> Result<T> {
        for _ in 0..TRIES {
            let attempted = async { attempt(Api::connect(self.relay.target(), &self.key).await?).await };
            if let Ok(Ok(Some(done))) = tokio::time::timeout(TIMEOUT, attempted).await {
                return Ok(done);
            }
            tokio::time::sleep(AGAIN).await;
        }
        bail!("{what} came to nothing")
    }
}

async fn hears(phone: &Phone, messages: usize) -> Result<()> {
    let heard = phone.wait_for(messages, PATIENCE).await.len();
    if heard < messages {
        bail!("they heard {heard} of {messages} messages");
    }
    Ok(())
}

fn id(made: &Value) -> Result<String> {
    made["id"].as_str().map(str::to_owned).context("nothing was made")
}

/// Serves one after the other until told to stop; whoever is there then goes as they are.
pub(super) async fn serve_without_pause(guests: Rc<Guests>, mut dice: Dice, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        guests.serve(&mut dice).await;
        tokio::select! {
            () = tokio::time::sleep(dice.between(50, 400)) => {}
            _ = stop.changed() => {}
        }
    }
}
