//! Ids for a simulation: the same ones whenever it runs again.

use std::cell::Cell;

use uuid::{Builder, Uuid};

use crate::clock::machine_now;

thread_local! {
    static LAST: Cell<Option<u64>> = const { Cell::new(None) };
}

/// From now on the ids of this thread are made of its clock and of a number that begins anew.
pub(crate) fn begin() {
    LAST.set(Some(0));
}

pub(super) fn next() -> Option<Uuid> {
    let number = LAST.get()? + 1;
    LAST.set(Some(number));
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&number.to_be_bytes());
    Some(Builder::from_unix_timestamp_millis(machine_now().unsigned_abs(), &bytes).into_uuid())
}
