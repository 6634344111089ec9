//! What the business has set up for its numbers and accounts: profiles, greetings, blocked people, callbacks.

use std::collections::HashMap;

use reqwest::Url;
use serde_json::{Map, Value};

use crate::codes::{self, Refusal};
use crate::enforcement::Enforcement;
use crate::health::Health;
use crate::settings::{BusinessNumber, MessagingLimit, Settings};

/// The only webhooks that another callback than the app's can be set for.
const WITH_CALLBACKS: &str = "messages";

/// The desks of all numbers, and what is subscribed for each account.
#[derive(Debug)]
pub(crate) struct Desks {
    desks: HashMap<String, Desk>,
    subscriptions: HashMap<String, Subscription>,
    pub(crate) enforcement: Enforcement,
    /// One for the portfolio.
    pub(crate) messaging_limit: MessagingLimit,
}

/// What stands around one number.
#[derive(Debug, Default, Clone)]
pub(crate) struct Desk {
    pub(crate) profile: Map<String, Value>,
    pub(crate) automation: Map<String, Value>,
    pub(crate) callback: Option<Url>,
    /// The phones that it has blocked, in order.
    pub(crate) blocked: Vec<usize>,
    pub(crate) health: Health,
    /// Whether it asks who holds a phone before a message is delivered: the identity change check.
    pub(crate) checks_devices: bool,
}

/// Whether webhooks of an account are wanted, and where else than usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subscription {
    Usual,
    Elsewhere(Url),
    Ended,
}

/// Where a webhook goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    /// The address of the app, whatever it is when the webhook is posted.
    App,
    /// Another callback.
    Callback(Url),
    /// The app is not subscribed to the account.
    Nowhere,
}

const MOST_BLOCKED: usize = 64_000;

impl Desk {
    pub(crate) fn block(&mut self, phone: usize) -> Result<(), Refusal> {
        if self.blocked.contains(&phone) {
            return Ok(());
        }
        if MOST_BLOCKED <= self.blocked.len() {
            return Err(Refusal::of(codes::BLOCK_LIST_FULL, "64,000 people are blocked already"));
        }
        self.blocked.push(phone);
        Ok(())
    }

    pub(crate) fn unblock(&mut self, phone: usize) {
        self.blocked.retain(|blocked| *blocked != phone);
    }
}

impl Desks {
    pub(crate) fn new(settings: &Settings) -> Self {
        let desk = |number: &BusinessNumber| {
            let health = Health::default().connected(number.on_business_app, (settings.now)());
            (number.phone_number_id.clone(), Desk { health, ..Desk::default() })
        };
        Self {
            desks: settings.numbers.iter().map(desk).collect(),
            subscriptions: HashMap::new(),
            enforcement: Enforcement::default(),
            messaging_limit: settings.messaging_limit,
        }
    }

    pub(crate) fn desk(&mut self, phone_number_id: &str) -> &mut Desk {
        self.desks.entry(phone_number_id.to_owned()).or_default()
    }

    pub(crate) fn subscription(&self, account: &str) -> Subscription {
        self.subscriptions.get(account).cloned().unwrap_or(Subscription::Usual)
    }

    pub(crate) fn subscribe(&mut self, account: &str, subscription: Subscription) {
        self.subscriptions.insert(account.to_owned(), subscription);
    }

    /// The callback of the number goes before that of its account, and that before the app's.
    pub(crate) fn destination(&self, number: &BusinessNumber, field: &str) -> Destination {
        let of_number = self.desks.get(&number.phone_number_id).and_then(|desk| desk.callback.clone());
        match (self.subscription(&number.waba_id), of_number) {
            (Subscription::Ended, _) => Destination::Nowhere,
            _ if field != WITH_CALLBACKS => Destination::App,
            (_, Some(callback)) | (Subscription::Elsewhere(callback), None) => Destination::Callback(callback),
            (Subscription::Usual, None) => Destination::App,
        }
    }

    pub(crate) fn checks_devices(&self, phone_number_id: &str) -> bool {
        self.desks.get(phone_number_id).is_some_and(|desk| desk.checks_devices)
    }

    pub(crate) fn has_blocked(&self, phone_number_id: &str, phone: usize) -> bool {
        self.desks.get(phone_number_id).is_some_and(|desk| desk.blocked.contains(&phone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_blocks_64_000_people_and_no_more() {
        let mut desk = Desk { blocked: (1..MOST_BLOCKED).collect(), ..Desk::default() };
        assert_eq!((desk.block(0), desk.block(0)), (Ok(()), Ok(())));
        assert_eq!(desk.block(MOST_BLOCKED).unwrap_err().code, codes::BLOCK_LIST_FULL);
        desk.unblock(0);
        assert_eq!(desk.block(MOST_BLOCKED), Ok(()));
    }
}
