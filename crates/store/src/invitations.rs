//! Links that open once. Only the hash of what a link carries is kept.

use domain::ids::{InvitationId, UserId, WorkspaceId};
use domain::invitation::Purpose;
use domain::role::Role;

use crate::{Result, Row, Tx, params};

/// A link with which somebody joins, or chooses a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its id.
    pub id: InvitationId,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose password it resets.
    pub user: Option<UserId>,
    /// What the one who joins is there for.
    pub role: Role,
    /// Whom it is meant for.
    pub email: Option<String>,
    /// Who made it.
    pub made_by: String,
    /// The same, if they sign in: the link goes when they go.
    pub maker: Option<UserId>,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// From when on it opens nothing.
    pub expires_at: i64,
}

impl Tx<'_> {
    /// Keeps a new link.
    pub fn add_invitation(&mut self, link: &InvitationRow, hash: &[u8]) -> Result<()> {
        self.put(
            "INSERT INTO invitations (workspace_id, id, hash, purpose, user_id, role, email, made_by, maker_id, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            params![
                link.workspace,
                link.id,
                hash,
                link.purpose.name(),
                link.user,
                link.role.name(),
                link.email.as_deref(),
                &link.made_by,
                link.maker,
                link.created_at,
                link.expires_at
            ],
        )
    }

    /// The link of this hash.
    pub fn invitation_of_hash(&mut self, hash: &[u8]) -> Result<Option<InvitationRow>> {
        let row = self.query_opt(
            "SELECT workspace_id, id, purpose, user_id, role, email, made_by, maker_id, created_at, expires_at
             FROM invitations WHERE hash = $1",
            params![hash],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// The links of a workspace that have not been used, the newest first.
    pub fn invitations(&mut self, workspace: WorkspaceId) -> Result<Vec<InvitationRow>> {
        let rows = self.query(
            "SELECT workspace_id, id, purpose, user_id, role, email, made_by, maker_id, created_at, expires_at
             FROM invitations WHERE workspace_id = $1 ORDER BY id DESC",
            params![workspace],
        )?;
        rows.iter().map(read).collect()
    }

    /// A link opens nothing any more. Answers whether there was one: of two who use it at once, one hears yes.
    pub fn take_invitation(&mut self, workspace: WorkspaceId, id: InvitationId) -> Result<bool> {
        let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND id = $2";
        Ok(self.execute(sql, params![workspace, id])? == 1)
    }

    /// The links that would reset somebody's password open nothing any more.
    pub fn forget_resets_of(&mut self, workspace: WorkspaceId, user: UserId) -> Result<()> {
        let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND user_id = $2";
        self.execute(sql, params![workspace, user]).map(drop)
    }

    /// The links that somebody made open nothing any more.
    pub fn forget_invitations_by(&mut self, workspace: WorkspaceId, maker: UserId) -> Result<()> {
        let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND maker_id = $2";
        self.execute(sql, params![workspace, maker]).map(drop)
    }

    /// Forgets links that opened nothing any more at that time.
    pub fn forget_invitations(&mut self, before: i64) -> Result<u64> {
        self.execute("DELETE FROM invitations WHERE expires_at < $1", params![before])
    }
}

fn read(row: &Row) -> Result<InvitationRow> {
    Ok(InvitationRow {
        workspace: WorkspaceId(row.id(0)?),
        id: InvitationId(row.id(1)?),
        purpose: row.named(2)?,
        user: row.opt_id(3)?.map(UserId),
        role: row.named(4)?,
        email: row.opt_text(5)?,
        made_by: row.text(6)?,
        maker: row.opt_id(7)?.map(UserId),
        created_at: row.int(8)?,
        expires_at: row.int(9)?,
    })
}
