//! Who may do what: one table for keys and people, and every route asks for one line of it.

use crate::role::Role;
use crate::role::Role::{Agent, Designer, Manager, Owner};
use crate::scope::Scope;

/// A kind of thing that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Look at conversations and records.
    Look,
    /// See what concerns the whole business: its people, its notices, what was put aside, who is told by webhook.
    Oversee,
    /// Work on conversations and records.
    Work,
    /// Direct the work of all: numbers, queues, what was put aside.
    Direct,
    /// Templates and the workflow.
    Design,
    /// What connects other systems: keys, webhooks.
    Own,
    /// Who is let in, and as what. Not for keys: one could make itself an owner.
    LetIn,
    /// One's own account.
    Account,
}

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// What a key needs for it; without one, no key may.
    pub scope: Option<Scope>,
    /// The people who may.
    pub roles: &'static [Role],
}

impl Right {
    /// Every right.
    pub const ALL: [Right; 8] = [
        Right::Look,
        Right::Oversee,
        Right::Work,
        Right::Direct,
        Right::Design,
        Right::Own,
        Right::LetIn,
        Right::Account,
    ];

    /// Who may. Whoever is not named may not.
    pub fn grant(self) -> Grant {
        let (scope, roles): (_, &'static [Role]) = match self {
            Right::Look => (Some(Scope::Read), &[Owner, Manager, Agent, Designer]),
            Right::Oversee => (Some(Scope::Read), &[Owner, Manager]),
            Right::Work => (Some(Scope::Send), &[Owner, Manager, Agent]),
            Right::Direct => (Some(Scope::Manage), &[Owner, Manager]),
            Right::Design => (Some(Scope::Manage), &[Owner, Manager, Designer]),
            Right::Own => (Some(Scope::Manage), &[Owner]),
            Right::LetIn => (None, &[Owner]),
            Right::Account => (None, &[Owner, Manager, Agent, Designer]),
        };
        Grant { scope, roles }
    }

    /// Whether a person of this role may.
    pub fn is_of(self, role: Role) -> bool {
        self.grant().roles.contains(&role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_may_everything_and_nobody_else_may_open_the_house() {
        assert!(Right::ALL.into_iter().all(|right| right.is_of(Owner)));
        for role in [Manager, Agent, Designer] {
            assert!(!Right::Own.is_of(role) && !Right::LetIn.is_of(role), "{role}");
        }
        assert!(Right::Work.is_of(Agent) && !Right::Work.is_of(Designer));
        assert!(Right::Design.is_of(Designer) && !Right::Design.is_of(Agent));
    }
}
