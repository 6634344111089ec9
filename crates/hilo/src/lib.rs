//! Hilo: WhatsApp and the CRM as one workflow. Start reading at [`pipeline`].

mod advice;
pub mod changes;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod config;
mod deliberate;
pub mod deliver;
pub mod demo;
mod dice;
pub mod doctor;
pub mod explain;
pub mod http;
pub mod ids;
pub mod imports;
pub mod inbox;
pub mod jobs;
pub mod kill_points;
pub mod lives;
pub mod media;
pub mod neighbours;
pub mod node;
pub mod outgoing;
pub mod people;
pub mod pipeline;
pub mod reconcile;
pub mod records;
pub mod seal;
pub mod search;
pub mod server;
pub mod simulated;
pub mod subscribers;
pub mod templates;
pub mod texts;
#[cfg(test)]
mod weeks;
pub mod workflows;
