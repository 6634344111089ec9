//! People who sign in. Passwords and codes are kept as hashes.

use domain::Language;
use domain::ids::{UserId, WorkspaceId};
use domain::role::Role;

use crate::{Result, Row, Tx, params};

/// Somebody to be kept.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Their id.
    pub id: UserId,
    /// Their address, in lower case.
    pub email: String,
    /// What others call them.
    pub name: String,
    /// What they are there for.
    pub role: Role,
    /// In which language they read the screens.
    pub language: Language,
    /// The hash of their password.
    pub password: String,
}

/// Somebody who signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Their id.
    pub id: UserId,
    /// Their address, in lower case.
    pub email: String,
    /// What others call them.
    pub name: String,
    /// What they are there for.
    pub role: Role,
    /// In which language they read the screens.
    pub language: Language,
    /// The hash of their password.
    pub password: String,
    /// The secret of their codes, if they are asked for one.
    pub totp: Option<Vec<u8>>,
    /// A secret that was shown to them and not yet proven.
    pub totp_offered: Option<Vec<u8>>,
    /// The step of the last code that was taken.
    pub totp_step: i64,
    /// Since when they may not sign in.
    pub disabled_at: Option<i64>,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

impl std::fmt::Debug for UserRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRow").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// What people change about themselves, or the owner about them.
#[derive(Debug, Clone)]
pub struct UserChange {
    /// What others call them.
    pub name: String,
    /// What they are there for.
    pub role: Role,
    /// In which language they read the screens.
    pub language: Language,
    /// Since when they may not sign in.
    pub disabled_at: Option<i64>,
}

impl Tx<'_> {
    /// Keeps somebody new. Answers whether the address was free.
    pub fn add_user(&mut self, workspace: WorkspaceId, new: &NewUser, now: i64) -> Result<bool> {
        let added = self.execute(
            "INSERT INTO users (workspace_id, id, email, name, role, language, password, totp_step, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT (email) DO NOTHING",
            params![workspace, new.id, &new.email, &new.name, new.role.name(), new.language.code(), &new.password, now],
        )?;
        Ok(added == 1)
    }

    /// Somebody of a workspace.
    pub fn user(&mut self, workspace: WorkspaceId, id: UserId) -> Result<Option<UserRow>> {
        let row = self.query_opt(
            "SELECT workspace_id, id, email, name, role, language, password, totp, totp_offered, totp_step, disabled_at, created_at
             FROM users WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        row.as_ref().map(|row| read(row, 0)).transpose()
    }

    /// The same, and nobody changes them before the transaction ends.
    pub fn user_held(&mut self, workspace: WorkspaceId, id: UserId) -> Result<Option<UserRow>> {
        let row = self.query_opt(
            "SELECT workspace_id, id, email, name, role, language, password, totp, totp_offered, totp_step, disabled_at, created_at
             FROM users WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
            params![workspace, id],
        )?;
        row.as_ref().map(|row| read(row, 0)).transpose()
    }

    /// Whose address this is: they sign in with it before it is known to which workspace.
    pub fn user_of_email(&mut self, email: &str) -> Result<Option<UserRow>> {
        let row = self.query_opt(
            "SELECT workspace_id, id, email, name, role, language, password, totp, totp_offered, totp_step, disabled_at, created_at
             FROM users WHERE email = $1",
            params![email],
        )?;
        row.as_ref().map(|row| read(row, 0)).transpose()
    }

    /// Everybody of a workspace, the first to come first.
    pub fn users(&mut self, workspace: WorkspaceId) -> Result<Vec<UserRow>> {
        let rows = self.query(
            "SELECT workspace_id, id, email, name, role, language, password, totp, totp_offered, totp_step, disabled_at, created_at
             FROM users WHERE workspace_id = $1 ORDER BY id",
            params![workspace],
        )?;
        rows.iter().map(|row| read(row, 0)).collect()
    }

    /// Whether a workspace has an owner who can sign in.
    pub fn has_owner(&mut self, workspace: WorkspaceId) -> Result<bool> {
        let everybody = self.users(workspace)?;
        Ok(everybody.iter().any(|user| user.role == Role::Owner && user.disabled_at.is_none()))
    }

    /// Changes what is known about somebody.
    pub fn change_user(&mut self, workspace: WorkspaceId, id: UserId, change: &UserChange) -> Result<()> {
        self.put(
            "UPDATE users SET name = $3, role = $4, language = $5, disabled_at = $6 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, &change.name, change.role.name(), change.language.code(), change.disabled_at],
        )
    }

    /// Gives somebody another password.
    pub fn set_password(&mut self, workspace: WorkspaceId, id: UserId, password: &str) -> Result<()> {
        let sql = "UPDATE users SET password = $3 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, password])
    }

    /// Shows somebody a secret that is theirs once they prove to have it.
    pub fn offer_totp(&mut self, workspace: WorkspaceId, id: UserId, secret: &[u8]) -> Result<()> {
        let sql = "UPDATE users SET totp_offered = $3 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, secret])
    }

    /// From now on somebody is asked for a code, or for none any more. Recovery codes of before are void.
    pub fn set_totp(
        &mut self,
        workspace: WorkspaceId,
        id: UserId,
        secret: Option<&[u8]>,
        codes: &[Vec<u8>],
    ) -> Result<()> {
        self.execute(
            "UPDATE users SET totp = $3, totp_offered = NULL WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, secret],
        )?;
        let sql = "DELETE FROM recovery_codes WHERE workspace_id = $1 AND user_id = $2";
        self.execute(sql, params![workspace, id])?;
        for hash in codes {
            self.execute(
                "INSERT INTO recovery_codes (workspace_id, user_id, hash) VALUES ($1, $2, $3)",
                params![workspace, id, &**hash],
            )?;
        }
        Ok(())
    }

    /// Takes the code of a step, unless it or a later one was taken before.
    pub fn take_totp_step(&mut self, workspace: WorkspaceId, id: UserId, step: i64) -> Result<bool> {
        let sql = "UPDATE users SET totp_step = $3 WHERE workspace_id = $1 AND id = $2 AND totp_step < $3";
        Ok(self.execute(sql, params![workspace, id, step])? == 1)
    }

    /// Takes a recovery code, if there is such a one.
    pub fn take_recovery_code(&mut self, workspace: WorkspaceId, id: UserId, hash: &[u8]) -> Result<bool> {
        let sql = "DELETE FROM recovery_codes WHERE workspace_id = $1 AND user_id = $2 AND hash = $3";
        Ok(self.execute(sql, params![workspace, id, hash])? == 1)
    }

    /// How many recovery codes somebody has left.
    pub fn recovery_codes_left(&mut self, workspace: WorkspaceId, id: UserId) -> Result<i64> {
        let sql = "SELECT count(*) FROM recovery_codes WHERE workspace_id = $1 AND user_id = $2";
        self.query_one(sql, params![workspace, id])?.int(0)
    }
}

pub(crate) fn read(row: &Row, from: usize) -> Result<UserRow> {
    Ok(UserRow {
        workspace: WorkspaceId(row.id(from)?),
        id: UserId(row.id(from + 1)?),
        email: row.text(from + 2)?,
        name: row.text(from + 3)?,
        role: row.named(from + 4)?,
        language: row.named(from + 5)?,
        password: row.text(from + 6)?,
        totp: row.opt_bytes(from + 7)?,
        totp_offered: row.opt_bytes(from + 8)?,
        totp_step: row.int(from + 9)?,
        disabled_at: row.opt_int(from + 10)?,
        created_at: row.int(from + 11)?,
    })
}
