//! A WhatsApp platform on loopback.
//!
//! The simulator serves the Graph API as Meta defines it (`/vNN.N/{phone_number_id}/messages`), posts signed webhooks
//! to the server under test, and holds phones that people type on. It reads the wire by itself and shares no type with
//! the program that it tests, so that a misreading on one side cannot hide on the other.
//!
//! ```no_run
//! # async fn example() -> Result<(), simulator::Error> {
//! use simulator::{Settings, Simulator};
//!
//! let sim = Simulator::start(Settings::default()).await?;
//! sim.deliver_webhooks_to("http://127.0.0.1:8080/webhooks/meta")?;
//! let ana = sim.phone("+52 1 55 1234 5678").await;
//! ana.says("Hola, ¿dónde está mi pedido?").await;
//! # Ok(()) }
//! ```
//!
//! The way of a send: `graph` reads and refuses, `accept` gives it a wamid and a verdict, `life` turns the verdict
//! into statuses, `webhook` posts them. The way of a message from a phone: `acts` composes it, `webhook` posts it.
//! `personas` holds customers who write by themselves, `faults` what goes wrong on purpose.

mod accept;
mod acts;
mod codes;
mod connection;
mod content;
mod desks;
mod enforcement;
mod error;
mod events;
mod faults;
mod files;
mod gate;
mod graph;
mod growth;
mod health;
mod identity;
mod ledger;
mod life;
mod limits;
mod media;
mod numbers;
mod outreach;
mod pacing;
mod part;
mod personas;
mod phone;
mod phones;
mod platform;
mod pricing;
mod random;
mod settings;
mod simulator;
mod tasks;
mod templates;
mod verdict;
mod wamid;
mod webhook;
mod world;

pub mod control;

pub use acts::{Act, OrderItem, PastMessage, Referral, Tap};
pub use error::{Error, PhoneError};
pub use events::Event;
pub use faults::{Fault, FaultInfo, FaultKind};
pub use health::{NumberChange, NumberView};
pub use ledger::{Accepted, Ledger, Outcome, WebhookRecord};
pub use media::StoredMedia;
pub use personas::{Crowd, Language, Pace, PersonaState, PersonaView, Personas};
pub use phone::Phone;
pub use phones::{Button, ButtonKind, NewPhone, PhoneChange, PhoneView, Reads, Received, SaidView};
pub use settings::{
    BusinessNumber, BusinessTime, Category, Delays, MessagingLimit, MoveClock, Rate, Settings, Template,
    WebhookSettings,
};
pub use simulator::Simulator;
pub use templates::{Decision, Lot, Quality};
