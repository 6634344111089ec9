//! What the owner decides about colleagues. There is always an owner who can sign in.

use std::sync::Arc;

use domain::ids::{SessionId, UserId, WorkspaceId};
use domain::news::News;
use domain::role::Role;
use store::{Tx, UserChange, UserRow};

use super::links;
use crate::clock::machine_now;
use crate::inbox::{Done, Entry, Refusal};
use crate::node::Node;

const LONGEST_NAME: usize = 100;

/// What is to be different about somebody; nothing leaves it as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Another role.
    pub role: Option<Role>,
    /// Whether they may not sign in.
    pub disabled: Option<bool>,
}

/// A name that others see.
pub fn checked_name(name: &str) -> Result<String, String> {
    let name = name.trim();
    if name.is_empty() || LONGEST_NAME < name.chars().count() || name.chars().any(char::is_control) {
        return Err(format!("give a name of at most {LONGEST_NAME} characters"));
    }
    Ok(name.to_owned())
}

/// Whether somebody else of the workspace has that name: nobody could tell who did something. Inside a transaction, with its people locked.
pub(crate) fn is_taken(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    name: &str,
    but: Option<UserId>,
) -> store::Result<bool> {
    let name = as_compared(name);
    Ok(tx.users(workspace)?.iter().any(|user| Some(user.id) != but && as_compared(&user.name) == name))
}

/// People do not tell capitals and spaces apart.
fn as_compared(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Changes somebody's role, or whether they may sign in. It ends their sessions, and the links that they made.
pub async fn change(node: &Arc<Node>, workspace: WorkspaceId, id: UserId, wanted: Wanted, by: &str) -> Done<UserRow> {
    let entry = Entry::new(node, by);
    let unit = move |tx: &mut Tx<'_>| change_at(tx, workspace, id, wanted, &entry);
    let changed = node.store.write(vec![links::lock(workspace)], unit).await??;
    node.changed(&[workspace]);
    Ok(changed)
}

/// The same inside a transaction, with the workspace's people locked.
pub(crate) fn change_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: UserId,
    wanted: Wanted,
    entry: &Entry,
) -> store::Result<Done<UserRow>> {
    let everybody = tx.users(workspace)?;
    let Some(user) = everybody.iter().find(|user| user.id == id) else { return Ok(Err(Refusal::Missing("person"))) };
    let change = decided(user, wanted, machine_now());
    let is_owner = |role: Role, disabled_at: Option<i64>| role == Role::Owner && disabled_at.is_none();
    let others = everybody.iter().filter(|other| other.id != id);
    let others_own = others.into_iter().any(|other| is_owner(other.role, other.disabled_at));
    if is_owner(user.role, user.disabled_at) && !is_owner(change.role, change.disabled_at) && !others_own {
        let said = "this is the only owner who can sign in; make somebody else owner first";
        return Ok(Err(Refusal::Conflict(said.to_owned())));
    }
    if let Some(news) = difference(user, &change) {
        tx.change_user(workspace, id, &change)?;
        tx.end_sessions_of(workspace, id, None)?;
        tx.forget_resets_of(workspace, id)?;
        tx.forget_invitations_by(workspace, id)?;
        entry.write_notice(tx, workspace, &user.email, &news)?;
    }
    Ok(tx.user(workspace, id)?.ok_or(Refusal::Missing("person")))
}

fn decided(user: &UserRow, wanted: Wanted, now: i64) -> UserChange {
    let disabled_at = match wanted.disabled {
        None => user.disabled_at,
        Some(true) => user.disabled_at.or(Some(now)),
        Some(false) => None,
    };
    let role = wanted.role.unwrap_or(user.role);
    UserChange { name: user.name.clone(), role, language: user.language, disabled_at }
}

fn difference(user: &UserRow, change: &UserChange) -> Option<News> {
    let role = Some(change.role).filter(|role| *role != user.role);
    let may_sign_in = match (user.disabled_at, change.disabled_at) {
        (None, Some(_)) => Some(false),
        (Some(_), None) => Some(true),
        (Some(_), Some(_)) | (None, None) => None,
    };
    (role.is_some() || may_sign_in.is_some()).then_some(News::PersonChanged { role, before: user.role, may_sign_in })
}

/// Ends sessions of somebody: one, or all of them.
pub async fn end_sessions(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    user: UserId,
    which: Option<SessionId>,
    by: &str,
) -> Done<()> {
    let entry = Entry::new(node, by);
    let unit = move |tx: &mut Tx<'_>| {
        let Some(user) = tx.user(workspace, user)? else { return Ok(Err(Refusal::Missing("person"))) };
        let ended = match which {
            None => tx.end_sessions_of(workspace, user.id, None)?,
            Some(id) => match tx.session(workspace, id)? {
                Some(session) if session.user == user.id => u64::from(tx.end_session(workspace, id)?),
                Some(_) | None => return Ok(Err(Refusal::Missing("session"))),
            },
        };
        if 0 < ended {
            entry.write_notice(tx, workspace, &user.email, &News::SessionsEnded)?;
        }
        Ok(Ok(()))
    };
    node.store.write(Vec::new(), unit).await??;
    node.changed(&[workspace]);
    Ok(())
}

/// Somebody lost the phone with their codes: they are asked for none until they set it up again.
pub async fn remove_totp(node: &Arc<Node>, workspace: WorkspaceId, user: UserId, by: &str) -> Done<()> {
    let entry = Entry::new(node, by);
    let unit = move |tx: &mut Tx<'_>| {
        let Some(user) = tx.user(workspace, user)? else { return Ok(Err(Refusal::Missing("person"))) };
        remove_totp_at(tx, &user, &entry).map(Ok)
    };
    node.store.write(Vec::new(), unit).await??;
    node.changed(&[workspace]);
    Ok(())
}

/// The same inside a transaction.
pub(crate) fn remove_totp_at(tx: &mut Tx<'_>, user: &UserRow, entry: &Entry) -> store::Result<()> {
    if user.totp.is_none() {
        return Ok(());
    }
    tx.set_totp(user.workspace, user.id, None, &[])?;
    tx.end_sessions_of(user.workspace, user.id, None)?;
    entry.write_notice(tx, user.workspace, &user.email, &News::CodesTakenOff)
}
