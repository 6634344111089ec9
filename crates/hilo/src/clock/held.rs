//! The machine's clocks in the hand of a simulation: they stand in its thread until it moves them.

use std::cell::Cell;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;

thread_local! {
    static AT: Cell<Option<i64>> = const { Cell::new(None) };
}

static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Puts the clocks of this thread on a moment, in milliseconds since 1970.
pub(crate) fn at(moment: i64) {
    AT.set(Some(moment));
}

pub(super) fn wall() -> Option<Timestamp> {
    AT.get().and_then(|moment| Timestamp::from_millisecond(moment).ok())
}

pub(super) fn steady() -> Option<Instant> {
    AT.get().map(|moment| *BEGINNING + Duration::from_millis(moment.unsigned_abs()))
}
