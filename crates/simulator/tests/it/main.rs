//! The simulator told from outside: what Meta's documentation says, one sentence a test.

mod callbacks;
mod carousels;
mod control;
mod events;
mod faults;
mod identities;
mod limits;
mod media;
mod numbers;
mod pacing;
mod personas;
mod phones;
mod refusals;
mod rules;
mod sending;
mod stage;
mod statuses;
mod templates;
mod throughput;
mod webhooks;
