//! Posting webhooks: signed, retried until 200, in order for each phone unless disorder is wanted.

mod ascii;
mod bundle;
mod delivery;
mod impostor;
pub(crate) mod payload;
mod post;
mod queue;
mod signature;

pub(crate) use bundle::Change;
pub(crate) use post::{checked, http_client, is_loopback};
pub(crate) use queue::{Courier, Receipt, nothing_posted};

use std::borrow::Cow;

use reqwest::Url;

/// What a webhook is about, for the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) field: Cow<'static, str>,
    pub(crate) what: String,
    pub(crate) wamid: String,
    pub(crate) phone: String,
}

impl Label {
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, what: &str, wamid: &str, phone: &str) -> Self {
        Self { field: field.into(), what: what.into(), wamid: wamid.into(), phone: phone.into() }
    }
}

/// What is kept in order: everything about one phone, about one address that no phone has, or about the account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    Phone(usize),
    Stranger(String),
    Account,
    /// What is posted in batches to one address, whoever it is about.
    Together(Option<Url>),
}
