//! Sessions: 12 hours after their last use, or seven days after they began, they open nothing any more.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use domain::ids::SessionId;
use store::{SessionRow, Tx, UserRow};

use super::{Person, token};
use crate::clock::machine_now;
use crate::ids;
use crate::node::Node;

const HOUR_MS: i64 = 3_600_000;
const IDLE_MS: i64 = 12 * HOUR_MS; // a long shift
const LONGEST_MS: i64 = 7 * 24 * HOUR_MS;
const NOTED_EVERY_MS: i64 = 60_000;
const LONGEST_BROWSER: usize = 300;

/// Whether a session still opens anything.
pub(crate) fn stands(session: &SessionRow, user: &UserRow, now: i64) -> bool {
    user.disabled_at.is_none() && now < session.seen_at + IDLE_MS && now < session.created_at + LONGEST_MS
}

/// Before this nobody used a session that still stands.
pub(crate) fn all_over_before(now: i64) -> i64 {
    now - IDLE_MS
}

/// A new session with the text for the browser's cookie.
pub(crate) struct Begun {
    pub(crate) row: SessionRow,
    pub(crate) hash: Vec<u8>,
    pub(crate) cookie: String,
}

/// Begins a session, to be kept in the transaction that lets somebody in.
pub(crate) fn begin(user: domain::ids::UserId, address: IpAddr, browser: &str) -> Begun {
    let (cookie, hash) = token::mint();
    let now = machine_now();
    let browser = browser.chars().take(LONGEST_BROWSER).collect();
    let row = SessionRow {
        id: SessionId(ids::fresh()),
        user,
        created_at: now,
        seen_at: now,
        address: address.to_string(),
        browser,
    };
    Begun { row, hash, cookie }
}

/// Another session in the place of this one, and of all others: what anybody knew of them opens nothing any more. Answers whether this one
/// was still there.
pub(crate) fn renew(tx: &mut Tx<'_>, person: &Person, begun: &Begun) -> store::Result<bool> {
    let before = tx.session(person.workspace, person.session)?;
    tx.end_sessions_of(person.workspace, person.user, None)?;
    let Some(before) = before else { return Ok(false) };
    let row = SessionRow { address: before.address, browser: before.browser, ..begun.row.clone() };
    tx.add_session(person.workspace, &row, &begun.hash)?;
    Ok(true)
}

/// Begins the one that takes the place of another.
pub(crate) fn anew(user: domain::ids::UserId) -> Begun {
    begin(user, IpAddr::V4(Ipv4Addr::UNSPECIFIED), "")
}

/// Whose session a cookie stands for, if it opens anything. Its use is noted to the minute, and nobody waits for that.
pub(crate) async fn person(node: &Arc<Node>, cookie: &str, address: IpAddr) -> store::Result<Option<Person>> {
    let (hash, now) = (token::hash(cookie), machine_now());
    let found = node.store.read(move |tx| tx.session_of_hash(&hash)).await?;
    let Some((session, user)) = found.filter(|(session, user)| stands(session, user, now)) else { return Ok(None) };
    if session.seen_at + NOTED_EVERY_MS <= now {
        note_use(node, user.workspace, session.id, address.to_string(), now);
    }
    Ok(Some(Person::of(&session, user)))
}

fn note_use(node: &Arc<Node>, workspace: domain::ids::WorkspaceId, id: SessionId, address: String, now: i64) {
    let node = node.clone();
    tokio::spawn(async move {
        let noted = node.store.write(Vec::new(), move |tx| tx.note_session_use(workspace, id, &address, now)).await;
        if let Err(reason) = noted {
            tracing::warn!(%reason, "The use of a session was not noted");
        }
    });
}

/// Whether somebody is still signed in there: asked of connections that stay.
pub(crate) fn still_stands(tx: &mut Tx<'_>, person: &Person, now: i64) -> store::Result<bool> {
    let Some(session) = tx.session(person.workspace, person.session)? else { return Ok(false) };
    let user = tx.user(person.workspace, person.user)?;
    Ok(user.is_some_and(|user| user.role == person.role && stands(&session, &user, now)))
}

#[cfg(test)]
mod tests {
    use domain::ids::{UserId, WorkspaceId};
    use domain::role::Role;
    use uuid::Uuid;

    use super::*;

    fn session(created_at: i64, seen_at: i64) -> SessionRow {
        let (id, user) = (SessionId(Uuid::nil()), UserId(Uuid::nil()));
        SessionRow { id, user, created_at, seen_at, address: String::new(), browser: String::new() }
    }

    fn user(disabled_at: Option<i64>) -> UserRow {
        UserRow {
            workspace: WorkspaceId(Uuid::nil()),
            id: UserId(Uuid::nil()),
            email: String::new(),
            name: String::new(),
            role: Role::Agent,
            language: domain::Language::Es,
            password: String::new(),
            totp: None,
            totp_offered: None,
            totp_step: 0,
            disabled_at,
            created_at: 0,
        }
    }

    #[test]
    fn a_session_ends_after_a_shift_without_use_and_after_a_week_in_any_case() {
        let now = LONGEST_MS;
        assert!(stands(&session(now - IDLE_MS, now - IDLE_MS + 1), &user(None), now));
        assert!(!stands(&session(now - IDLE_MS, now - IDLE_MS), &user(None), now));
        assert!(stands(&session(1, now - 1), &user(None), now));
        assert!(!stands(&session(0, now - 1), &user(None), now));
        assert!(!stands(&session(1, now - 1), &user(Some(now)), now), "disabled");
    }
}
