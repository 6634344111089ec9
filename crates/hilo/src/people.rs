//! The people of a company: who they are, how they sign in, and from where.

pub mod account;
pub mod colleagues;
pub(crate) mod demo_agent;
pub mod email;
pub mod join;
pub mod links;
pub(crate) mod pass;
pub mod passwords;
pub mod sessions;
pub mod sign_in;
pub(crate) mod throttle;
pub mod token;
mod totp;

use domain::Language;
use domain::ids::{SessionId, UserId, WorkspaceId};
use domain::role::Role;
use store::{SessionRow, Tx, UserRow};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The only workspace that exists for them.
    pub workspace: WorkspaceId,
    /// Who.
    pub user: UserId,
    /// In which browser.
    pub session: SessionId,
    /// What others call them.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// What they are there for.
    pub role: Role,
    /// In which language they read the screens.
    pub language: Language,
}

impl Person {
    fn of(session: &SessionRow, user: UserRow) -> Self {
        Self {
            workspace: user.workspace,
            user: user.id,
            session: session.id,
            name: user.name,
            email: user.email,
            role: user.role,
            language: user.language,
        }
    }
}

/// Removes what lets nobody in any more.
pub(crate) fn forget(tx: &mut Tx<'_>, now: i64) -> store::Result<()> {
    tx.forget_sessions(sessions::all_over_before(now))?;
    tx.forget_invitations(now)?;
    tx.forget_sign_in_tries(throttle::forgotten_before(now)).map(drop)
}
