//! What the business has set up for its numbers and accounts: profiles, greetings, blocked people, callbacks.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The desks of all numbers, and what is subscribed for each account.
#[derive(Debug, Default)]
pub(crate) struct Desks {
    desks: HashMap<String, Desk>,
    subscriptions: HashMap<String, Subscription>,
}

/// What stands around one number.
#[derive(Debug, Default, Clone)]
pub(crate) struct Desk {
    pub(crate) profile: Map<String, Value>,
    pub(crate) automation: Map<String, Value>,
    pub(crate) callback: Option<String>,
    /// The phones that it has blocked, in order.
    pub(crate) blocked: Vec<usize>,
}

/// Whether webhooks of an account are wanted, and where else than usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subscription {
    Usual,
    Elsewhere(String),
    Ended,
}

impl Desks {
    pub(crate) fn desk(&mut self, phone_number_id: &str) -> &mut Desk {
        self.desks.entry(phone_number_id.to_owned()).or_default()
    }

    pub(crate) fn subscription(&self, account: &str) -> Subscription {
        self.subscriptions.get(account).cloned().unwrap_or(Subscription::Usual)
    }

    pub(crate) fn subscribe(&mut self, account: &str, subscription: Subscription) {
        self.subscriptions.insert(account.to_owned(), subscription);
    }

    pub(crate) fn has_blocked(&self, phone_number_id: &str, phone: usize) -> bool {
        self.desks.get(phone_number_id).is_some_and(|desk| desk.blocked.contains(&phone))
    }
}
