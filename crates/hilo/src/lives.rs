//! Signs of life of the people who work here, gathered so that they cost no write each: a job writes them down twice a minute.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ids::{UserId, WorkspaceId};

type Latest = HashMap<(WorkspaceId, UserId), i64>;

/// When each was last heard of on this node, machine time.
#[derive(Debug, Default)]
pub struct Lives(Mutex<Latest>);

impl Lives {
    /// Somebody did something.
    pub fn note(&self, workspace: WorkspaceId, user: UserId, machine_now: i64) {
        self.latest().insert((workspace, user), machine_now);
    }

    /// What was gathered since the last time.
    pub(crate) fn take(&self) -> Latest {
        std::mem::take(&mut *self.latest())
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
