//! How many uploads a key or a person may have under way: each holds a connection and a file on disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// More at once make nothing faster.
pub(super) const AT_ONCE: usize = 8;

/// The uploads that are arriving, by who sends them.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots(Arc<Mutex<HashMap<Uuid, usize>>>);

/// One upload; it counts until it is dropped.
pub(super) struct Slot {
    slots: Slots,
    caller: Uuid,
}

impl Slots {
    /// Room for one more upload, if there is any.
    pub(super) fn take(&self, caller: Uuid) -> Option<Slot> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(caller).or_default();
        if AT_ONCE <= *count {
            return None;
        }
        *count += 1;
        Some(Slot { slots: self.clone(), caller })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.caller) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_room_for_some_uploads_and_another_key_for_its_own() {
        let (slots, one, other) = (Slots::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let mut held: Vec<_> = (0..AT_ONCE).map_while(|_| slots.take(one)).collect();
        assert_eq!(held.len(), AT_ONCE);
        assert!(slots.take(one).is_none() && slots.take(other).is_some());
        held.pop();
        assert!(slots.take(one).is_some());
    }
}
