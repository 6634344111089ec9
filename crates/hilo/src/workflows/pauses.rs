//! What is paused, at hand where a message is decided about: a statement for each message would cost more than the message is late by.

use std::sync::{Arc, RwLock};

use domain::ids::ChannelId;
use domain::pause::Paused;
use store::{PauseRow, paused};

/// What is paused in a workspace.
#[derive(Debug, Default)]
pub(super) struct Pauses(RwLock<Arc<Heard>>);

#[derive(Debug, Default)]
struct Heard {
    rows: Vec<PauseRow>,
    paused: Paused,
}

impl Pauses {
    pub(super) fn hear(&self, rows: Vec<PauseRow>) {
        if let Ok(mut heard) = self.0.write() {
            *heard = Arc::new(Heard { paused: paused(&rows), rows });
        }
    }

    pub(super) fn rows(&self) -> Vec<PauseRow> {
        self.heard().rows.clone()
    }

    pub(super) fn stop(&self, channel: ChannelId, kind: Option<&str>) -> bool {
        self.heard().paused.stops(channel, kind)
    }

    fn heard(&self) -> Arc<Heard> {
        self.0.read().map(|heard| heard.clone()).unwrap_or_default()
    }
}
