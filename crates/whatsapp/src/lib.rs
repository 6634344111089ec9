//! The WhatsApp Cloud API as Meta defines it: what its webhooks say, how they are signed, what may be sent, and what its refusals mean.
//!
//! Nothing here decides what a message is worth or who its sender is; this crate turns bytes into values and values into bytes.
//!
//! - [`webhook`]: a body Meta posted, as typed items, without losing a part of it
//! - [`signature`]: whether Meta posted it
//! - [`outbound`]: what can be sent, and the limits that are checked before it leaves
//! - [`templates`]: how Meta lists them, what makes one and what fills one
//! - [`client`]: sending, with an outcome that never pretends to know
//! - [`media`]: files, looked up, fetched and uploaded
//! - [`error`] and [`remedy`]: what Meta refused, and what to do about it

pub mod client;
pub mod error;
pub mod media;
pub mod outbound;
pub mod remedy;
pub mod secret;
pub mod signature;
pub mod templates;
pub mod webhook;

pub use client::{Client, SendOutcome};
pub use error::GraphError;
pub use outbound::OutboundMessage;
pub use remedy::{Remedy, classify};
pub use secret::Secret;
pub use webhook::parse;
