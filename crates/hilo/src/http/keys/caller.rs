//! Who calls: a key, or somebody who is signed in.

use domain::ids::{KeyId, WorkspaceId};
use domain::right::Right;
use domain::scope::{Scope, Scopes};
use store::Tx;
use uuid::Uuid;

use crate::inbox::Actor;
use crate::people::{Person, sessions};

/// Who calls.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The only workspace that exists for this caller.
    pub workspace: WorkspaceId,
    /// The name of the key or of the person, for the timeline.
    pub name: String,
    /// Which of the two.
    pub who: Who,
}

/// A key or a person.
#[derive(Debug, Clone)]
pub enum Who {
    /// A key of the API.
    Key {
        /// Which.
        id: KeyId,
        /// What it may do.
        scopes: Scopes,
        /// From when on it opens nothing.
        expires_at: Option<i64>,
    },
    /// Somebody who is signed in.
    Person(Person),
}

impl Caller {
    /// Somebody who is signed in.
    pub fn person(person: Person) -> Self {
        Self { workspace: person.workspace, name: person.name.clone(), who: Who::Person(person) }
    }

    /// Who acts, for what they do.
    pub fn actor(&self) -> Actor {
        let user = match &self.who {
            Who::Key { .. } => None,
            Who::Person(person) => Some(person.user),
        };
        Actor { name: self.name.clone(), user }
    }

    /// What is counted when this caller asks too often.
    pub fn id(&self) -> Uuid {
        match &self.who {
            Who::Key { id, .. } => id.0,
            Who::Person(person) => person.user.0,
        }
    }

    /// Whether this caller may do such a thing.
    pub fn may(&self, right: Right) -> bool {
        match &self.who {
            Who::Key { scopes, .. } => right.grant().scope.is_some_and(|scope| scopes.contains(scope)),
            Who::Person(person) => right.is_of(person.role),
        }
    }

    /// Whether a key that this caller makes may have this scope: a key gives none that it does not have, and the owner gives any.
    pub fn may_give(&self, scope: Scope) -> bool {
        match &self.who {
            Who::Key { scopes, .. } => scopes.contains(scope),
            Who::Person(person) => Right::Own.is_of(person.role),
        }
    }

    /// From when on this caller opens nothing, if that is known.
    pub fn ends_at(&self) -> Option<i64> {
        match &self.who {
            Who::Key { expires_at, .. } => *expires_at,
            Who::Person(_) => None,
        }
    }

    /// Whether this caller is still let in: asked of connections that stay. Keys live in business time, sessions in the machine's.
    pub fn still_opens(&self, tx: &mut Tx<'_>, now: i64, machine_now: i64) -> store::Result<bool> {
        match &self.who {
            Who::Key { id, .. } => Ok(tx.key(self.workspace, *id)?.is_some_and(|key| key.opens(now))),
            Who::Person(person) => sessions::still_stands(tx, person, machine_now),
        }
    }
}
