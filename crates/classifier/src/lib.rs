//! What a short message wants.
//!
//! Four recognisers, from the surest to the most tolerant: [`plain`] knows a bare yes or no; [`rules`] knows opt-outs, thanks and bare
//! greetings by their words; [`Model`] learns an operator's types from example messages and from every correction; [`language`] tells
//! Spanish, Portuguese and English apart. [`bank`] holds the example messages that give a new type its start.
//!
//! Everything here is a function of its arguments: no network, no clock, no randomness but a seeded one, so that two
//! nodes that saw the same examples and corrections in the same order give the same answers.

pub mod bank;
pub mod fold;
pub mod language;
pub mod measure;
pub mod plain;
pub mod rules;

mod calibrate;
mod features;
mod lanes;
mod model;
mod neighbours;
mod random;
mod regression;

pub use language::Lang;
pub use model::{Example, LearnError, Model, Neighbour, Novelty, Prediction, TrainError};
