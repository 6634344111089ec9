//! Where people are signed in. Only the hash of what their browser holds is kept.

use domain::ids::{SessionId, UserId, WorkspaceId};

use crate::users::{self, UserRow};
use crate::{Result, Row, Tx, params};

/// One browser in which somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// When they signed in.
    pub created_at: i64,
    /// When it was last used, to the minute.
    pub seen_at: i64,
    /// From where it was last used.
    pub address: String,
    /// What the browser calls itself.
    pub browser: String,
}

impl Tx<'_> {
    /// Keeps a new session.
    pub fn add_session(&mut self, workspace: WorkspaceId, session: &SessionRow, hash: &[u8]) -> Result<()> {
        self.put(
            "INSERT INTO sessions (workspace_id, id, user_id, hash, created_at, seen_at, address, browser)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                workspace,
                session.id,
                session.user,
                hash,
                session.created_at,
                session.seen_at,
                &session.address,
                &session.browser
            ],
        )
    }

    /// The session of this hash, with whose it is.
    pub fn session_of_hash(&mut self, hash: &[u8]) -> Result<Option<(SessionRow, UserRow)>> {
        let row = self.query_opt(
            "SELECT s.id, s.user_id, s.created_at, s.seen_at, s.address, s.browser,
                    u.workspace_id, u.id, u.email, u.name, u.role, u.language, u.password, u.totp, u.totp_offered,
                    u.totp_step, u.disabled_at, u.created_at
             FROM sessions s JOIN users u ON u.workspace_id = s.workspace_id AND u.id = s.user_id WHERE s.hash = $1",
            params![hash],
        )?;
        row.map(|row| Ok((read(&row)?, users::read(&row, 6)?))).transpose()
    }

    /// One session.
    pub fn session(&mut self, workspace: WorkspaceId, id: SessionId) -> Result<Option<SessionRow>> {
        let row = self.query_opt(
            "SELECT id, user_id, created_at, seen_at, address, browser FROM sessions WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// Where somebody is signed in, the latest first.
    pub fn sessions_of(&mut self, workspace: WorkspaceId, user: UserId) -> Result<Vec<SessionRow>> {
        let rows = self.query(
            "SELECT id, user_id, created_at, seen_at, address, browser FROM sessions
             WHERE workspace_id = $1 AND user_id = $2 ORDER BY id DESC",
            params![workspace, user],
        )?;
        rows.iter().map(read).collect()
    }

    /// Notes that a session is in use.
    pub fn note_session_use(&mut self, workspace: WorkspaceId, id: SessionId, address: &str, now: i64) -> Result<()> {
        let sql = "UPDATE sessions SET seen_at = $3, address = $4 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, now, address])
    }

    /// Ends a session. Answers whether there was one.
    pub fn end_session(&mut self, workspace: WorkspaceId, id: SessionId) -> Result<bool> {
        let sql = "DELETE FROM sessions WHERE workspace_id = $1 AND id = $2";
        Ok(self.execute(sql, params![workspace, id])? == 1)
    }

    /// Ends all sessions of somebody but one, if one is to stay.
    pub fn end_sessions_of(&mut self, workspace: WorkspaceId, user: UserId, but: Option<SessionId>) -> Result<u64> {
        let sql = "DELETE FROM sessions WHERE workspace_id = $1 AND user_id = $2 AND id <> $3";
        self.execute(sql, params![workspace, user, but.map_or(uuid::Uuid::nil(), |id| id.0)])
    }

    /// Forgets sessions that were not used since then.
    pub fn forget_sessions(&mut self, before: i64) -> Result<u64> {
        self.execute("DELETE FROM sessions WHERE seen_at < $1", params![before])
    }
}

fn read(row: &Row) -> Result<SessionRow> {
    Ok(SessionRow {
        id: SessionId(row.id(0)?),
        user: UserId(row.id(1)?),
        created_at: row.int(2)?,
        seen_at: row.int(3)?,
        address: row.text(4)?,
        browser: row.text(5)?,
    })
}
