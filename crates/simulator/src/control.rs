//! The control API under `/sim`: what a person, the demo page or another process does to the platform.
//!
//! | request | does |
//! |---|---|
//! | `POST /sim/phones` | adds a phone: [`crate::NewPhone`] |
//! | `GET /sim/phones` | lists them: [`crate::PhoneView`] |
//! | `PUT /sim/phones/{id}` | connects, blocks, sets who reads: [`crate::PhoneChange`] |
//! | `GET /sim/phones/{id}/inbox` | what it has received: [`crate::Received`] |
//! | `GET /sim/phones/{id}/said` | what it has written: [`crate::SaidView`] |
//! | `POST /sim/phones/{id}/send` | does something: [`crate::Act`], and optionally `phone_number_id` |
//! | `POST /sim/phones/{id}/tap` | taps a button or row: [`crate::Tap`] |
//! | `POST /sim/phones/{id}/read` | opens the chat |
//! | `POST /sim/fault`, `GET`, `DELETE` | sets a [`crate::Fault`], lists them, takes all back |
//! | `GET /sim/fault/kinds` | every fault there is, each with a sentence: [`crate::FaultInfo`] |
//! | `POST /sim/personas` | lets people come who write by themselves: [`crate::Personas`] |
//! | `GET /sim/personas`, `DELETE` | who they are and what they did: [`crate::PersonaView`]; sends all home |
//! | `GET /sim/numbers` | the numbers of the business: [`crate::NumberView`] |
//! | `PUT /sim/numbers/{phone_number_id}` | connects the business's phone app: [`crate::NumberChange`] |
//! | `POST /sim/event` | has something happen to the account: [`crate::Event`] |
//! | `GET /sim/clock` | what time it is for the business: [`ClockView`] |
//! | `POST /sim/clock` | `{"advance_ms"}`: moves it forward, where it may be moved |
//! | `POST /sim/media/{filename}` | keeps the body as a file of its `Content-Type`, and answers `{"id"}` |
//! | `GET /sim/media/{id}` | the bytes of a file |
//! | `GET /sim/ledger`, `DELETE` | reads the [`crate::Ledger`], forgets it |
//! | `GET /sim/templates` | all templates, as Graph shows them |
//! | `PUT /sim/templates/{name or id}` | approves, rejects, pauses, disables, recategorises, rates: [`crate::Decision`] |
//! | `POST /sim/settled` | `{"within_ms"}`: waits until nothing is under way, and answers `{"settled"}` |
//! | `PUT /sim/webhook` | `{"url"}`: where webhooks go from now on |
//! | `POST /sim/webhook/verification` | Meta's handshake with the webhook |
//!
//! `{id}` is a number in any format, a user id or a username. Every refusal is a problem (RFC 9457), whose `detail` is a
//! sentence.

mod client;
mod clock;
mod event;
mod fault;
mod ledger;
mod media;
mod numbers;
mod personas;
mod phones;
mod settled;
mod templates;
mod trouble;
mod webhook;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post, put};

use crate::graph::LARGEST_BODY;
use crate::platform::Platform;
use trouble::Trouble;

pub use client::Client;
pub use clock::ClockView;

pub(crate) fn router() -> Router<Arc<Platform>> {
    Router::new()
        .route("/phones", get(phones::list).post(phones::add))
        .route("/phones/{id}", put(phones::change))
        .route("/phones/{id}/inbox", get(phones::inbox))
        .route("/phones/{id}/said", get(phones::said))
        .route("/phones/{id}/send", post(phones::send))
        .route("/phones/{id}/tap", post(phones::tap))
        .route("/phones/{id}/read", post(phones::read))
        .route("/fault", get(fault::list).post(fault::set).delete(fault::clear))
        .route("/fault/kinds", get(fault::kinds))
        .route("/personas", get(personas::list).post(personas::start).delete(personas::stop))
        .route("/numbers", get(numbers::list))
        .route("/numbers/{id}", put(numbers::change))
        .route("/event", post(event::announce))
        .route("/clock", get(clock::read).post(clock::advance))
        .route("/ledger", get(ledger::read).delete(ledger::clear))
        .route("/media/{id}", get(media::read).post(media::put).layer(DefaultBodyLimit::max(LARGEST_BODY)))
        .route("/templates", get(templates::list))
        .route("/templates/{name}", put(templates::decide))
        .route("/settled", post(settled::settled))
        .route("/webhook", put(webhook::set))
        .route("/webhook/verification", post(webhook::verify))
        .fallback(trouble::nothing_here)
        .layer(middleware::from_fn(trouble::in_our_words))
}
