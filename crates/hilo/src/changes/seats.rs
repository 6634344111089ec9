//! How many follow the events at once: each of them is a connection and a look every second.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use domain::ids::WorkspaceId;
use uuid::Uuid;

/// For one key or person: enough for a few programs, and a program that opens another at every error is stopped.
const SEATS: usize = 8;

type Taken = HashMap<(WorkspaceId, Uuid), usize>;

/// The places of those who follow, by who they are.
#[derive(Debug, Clone, Default)]
pub struct Seats {
    taken: Arc<Mutex<Taken>>,
}

/// A place, free again when this is dropped.
#[derive(Debug)]
pub struct Seat {
    whose: (WorkspaceId, Uuid),
    taken: Arc<Mutex<Taken>>,
}

impl Seats {
    /// A place for a key or a person of a workspace; none if they have too many.
    pub fn take(&self, workspace: WorkspaceId, caller: Uuid) -> Option<Seat> {
        let whose = (workspace, caller);
        let mut taken = self.taken.lock().ok()?;
        let places = taken.entry(whose).or_default();
        if SEATS <= *places {
            return None;
        }
        *places += 1;
        Some(Seat { whose, taken: self.taken.clone() })
    }

    /// The workspaces that somebody follows.
    pub fn followed(&self) -> BTreeSet<WorkspaceId> {
        self.taken.lock().map(|taken| taken.keys().map(|(workspace, _)| *workspace).collect()).unwrap_or_default()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Ok(mut taken) = self.taken.lock() else { return };
        if let Some(places) = taken.get_mut(&self.whose) {
            *places -= 1;
            if *places == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_eight_seats_and_another_key_its_own() {
        let (seats, [crm, shop]) = (Seats::default(), [1, 2].map(Uuid::from_u128));
        let here = WorkspaceId(Uuid::nil());
        let mut taken: Vec<Seat> = (0..8).filter_map(|_| seats.take(here, crm)).collect();
        assert_eq!(taken.len(), 8);
        assert!(seats.take(here, crm).is_none());
        assert!(seats.take(here, shop).is_some());
        taken.pop();
        assert!(seats.take(here, crm).is_some());
        assert_eq!(seats.followed().len(), 1);
        taken.clear();
        assert!(seats.followed().is_empty());
    }
}
