//! Files of people on their way in: the pieces of a file, up to where it is worked off, and what became of its rows.

use std::collections::HashSet;

use domain::contact::Candidate;
use domain::ids::{ContactId, ImportId, WorkspaceId};
use domain::import::ImportState;
use uuid::Uuid;

use crate::contacts::candidate;
use crate::{Dialect, Result, Row, StoreError, Tx, params};

/// A file that arrived whole.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// Its id.
    pub id: ImportId,
    /// How to read it, JSON.
    pub plan: String,
    /// Of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// How many bytes are kept of it.
    pub size: i64,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportProgress {
    /// Bytes that are worked off.
    pub at_byte: i64,
    /// Lines that are.
    pub at_line: i64,
    /// Rows that were somebody new.
    pub created: i64,
    /// Rows that were somebody known.
    pub matched: i64,
    /// Rows that could be several people.
    pub ambiguous: i64,
    /// Rows that could not be used.
    pub refused: i64,
}

/// An import as it stands.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// Its id.
    pub id: ImportId,
    /// What the file is called.
    pub name: String,
    /// Where it stands.
    pub state: ImportState,
    /// How to read it, JSON.
    pub plan: String,
    /// Whether its rows are looked at and not written.
    pub dry: bool,
    /// How many bytes there are.
    pub size: i64,
    /// How far it is.
    pub progress: ImportProgress,
    /// Why it failed.
    pub reason: Option<String>,
    /// Who brought it.
    pub by: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub changed_at: i64,
}

macro_rules! imports {
    ($condition:literal) => {
        concat!(
            "SELECT id, name, state, plan, dry, size, at_byte, at_line, created, matched, ambiguous, refused, reason, made_by, created_at, changed_at
             FROM imports WHERE ",
            $condition
        )
    };
}

impl Tx<'_> {
    /// A file begins to arrive. Should it never end, it stands among those that failed.
    pub fn announce_import(
        &mut self,
        workspace: WorkspaceId,
        id: ImportId,
        name: &str,
        by: &str,
        now: i64,
    ) -> Result<()> {
        self.put(
            "INSERT INTO imports (workspace_id, id, name, state, plan, dry, sha256, size, at_byte, at_line, created, matched, ambiguous,
                                  refused, reason, made_by, created_at, changed_at, lease_until)
             VALUES ($1, $2, $3, 'failed', '', 1, '', 0, 0, 0, 0, 0, 0, 0, 'the file did not arrive whole; send it again', $4, $5, $5, 0)",
            params![workspace, id, name, by, now],
        )
    }

    /// The file is here. It waits until somebody says what to do with it.
    pub fn hold_import(&mut self, workspace: WorkspaceId, new: &NewImport, now: i64) -> Result<()> {
        self.put(
            "UPDATE imports SET state = $3, plan = $4, sha256 = $5, size = $6, reason = NULL, changed_at = $7 WHERE workspace_id = $1 AND id = $2",
            params![workspace, new.id, ImportState::Held.name(), &new.plan, &new.sha256, new.size, now],
        )
    }

    /// Keeps a piece of a file.
    pub fn add_import_piece(&mut self, workspace: WorkspaceId, id: ImportId, place: i64, bytes: &[u8]) -> Result<()> {
        let sql = "INSERT INTO import_pieces (workspace_id, import_id, place, bytes) VALUES ($1, $2, $3, $4)";
        self.put(sql, params![workspace, id, place, bytes])
    }

    /// A piece of a file; nothing behind the last one.
    pub fn import_piece(&mut self, workspace: WorkspaceId, id: ImportId, place: i64) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT bytes FROM import_pieces WHERE workspace_id = $1 AND import_id = $2 AND place = $3";
        self.query_opt(sql, params![workspace, id, place])?.map(|row| row.bytes(0)).transpose()
    }

    /// One import.
    pub fn import(&mut self, workspace: WorkspaceId, id: ImportId) -> Result<Option<ImportRow>> {
        let row = self.query_opt(imports!("workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    /// A page of imports, the newest first. `before` is the last id of the page before.
    pub fn imports(&mut self, workspace: WorkspaceId, before: Option<ImportId>, limit: i64) -> Result<Vec<ImportRow>> {
        let before = before.unwrap_or(ImportId(Uuid::max()));
        let sql = imports!("workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
        self.query(sql, params![workspace, before, limit])?.iter().map(read).collect()
    }

    /// The latest import of the very same file.
    pub fn import_of_file(&mut self, workspace: WorkspaceId, sha256: &str) -> Result<Option<ImportRow>> {
        let sql = imports!("workspace_id = $1 AND sha256 = $2 ORDER BY id DESC LIMIT 1");
        let row = self.query_opt(sql, params![workspace, sha256])?;
        row.as_ref().map(read).transpose()
    }

    /// Changes how a file that nobody works off yet is read.
    pub fn plan_import(&mut self, workspace: WorkspaceId, id: ImportId, plan: &str) -> Result<()> {
        let sql = "UPDATE imports SET plan = $3 WHERE workspace_id = $1 AND id = $2 AND state <> 'waiting'";
        self.put(sql, params![workspace, id, plan])
    }

    /// Lets an import be worked off from its first row on. Answers whether it stood where that can be asked.
    pub fn begin_import(
        &mut self,
        workspace: WorkspaceId,
        id: ImportId,
        plan: &str,
        dry: bool,
        now: i64,
    ) -> Result<bool> {
        let begun = self.execute(
            "UPDATE imports SET state = $3, plan = $4, dry = $5, at_byte = 0, at_line = 0, created = 0, matched = 0, ambiguous = 0,
                    refused = 0, reason = NULL, changed_at = $6, node = NULL, lease_until = 0
             WHERE workspace_id = $1 AND id = $2 AND size > 0 AND state <> $3 AND state <> $7",
            params![
                workspace,
                id,
                ImportState::Waiting.name(),
                plan,
                i64::from(dry),
                now,
                ImportState::Done.name()
            ],
        )? == 1;
        if begun {
            self.forget_import_rows(workspace, id)?;
        }
        Ok(begun)
    }

    /// Whether an import waits for somebody to work it off. Machine time.
    pub fn has_import_to_claim(&mut self, machine_now: i64) -> Result<bool> {
        let sql = "SELECT 1 FROM imports WHERE state = 'waiting' AND lease_until < $1 LIMIT 1";
        Ok(self.query_opt(sql, params![machine_now])?.is_some())
    }

    /// The import that waits longest for somebody to work it off, which is now `node` until the lease ends. Machine time.
    pub fn claim_import(
        &mut self,
        node: Uuid,
        machine_now: i64,
        lease_until: i64,
    ) -> Result<Option<(WorkspaceId, ImportRow)>> {
        let row = self.query_opt(
            "SELECT workspace_id, id FROM imports WHERE state = 'waiting' AND lease_until < $1
             ORDER BY lease_until, id LIMIT 1 FOR UPDATE SKIP LOCKED",
            params![machine_now],
        )?;
        let Some(row) = row else { return Ok(None) };
        let (workspace, id) = (WorkspaceId(row.id(0)?), ImportId(row.id(1)?));
        self.lease_import(workspace, id, node, lease_until)?;
        Ok(self.import(workspace, id)?.map(|import| (workspace, import)))
    }

    /// The same of one import, if nobody else works it off.
    pub fn claim_one_import(
        &mut self,
        workspace: WorkspaceId,
        id: ImportId,
        node: Uuid,
        [machine_now, lease_until]: [i64; 2],
    ) -> Result<Option<ImportRow>> {
        let sql = "SELECT 1 FROM imports WHERE workspace_id = $1 AND id = $2 AND state = 'waiting' AND lease_until < $3 FOR UPDATE";
        if self.query_opt(sql, params![workspace, id, machine_now])?.is_none() {
            return Ok(None);
        }
        self.lease_import(workspace, id, node, lease_until)?;
        self.import(workspace, id)
    }

    fn lease_import(&mut self, workspace: WorkspaceId, id: ImportId, node: Uuid, until: i64) -> Result<()> {
        let sql = "UPDATE imports SET node = $3, lease_until = $4 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, node, until])
    }

    /// Whether an import is still worked off by this node, and up to here. Nobody else changes that until the transaction ends.
    pub fn holds_import(&mut self, workspace: WorkspaceId, id: ImportId, node: Uuid, at_byte: i64) -> Result<bool> {
        let sql = "SELECT 1 FROM imports WHERE workspace_id = $1 AND id = $2 AND state = 'waiting' AND node = $3 AND at_byte = $4 FOR UPDATE";
        Ok(self.query_opt(sql, params![workspace, id, node, at_byte])?.is_some())
    }

    /// Begins again at the first row, in the same hands.
    pub fn restart_import(&mut self, workspace: WorkspaceId, id: ImportId) -> Result<()> {
        self.put(
            "UPDATE imports SET at_byte = 0, at_line = 0, created = 0, matched = 0, ambiguous = 0, refused = 0 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        self.forget_import_rows(workspace, id)
    }

    /// So far it is worked off.
    pub fn move_import(
        &mut self,
        workspace: WorkspaceId,
        id: ImportId,
        progress: &ImportProgress,
        [now, lease_until]: [i64; 2],
    ) -> Result<()> {
        let ImportProgress { at_byte, at_line, created, matched, ambiguous, refused } = *progress;
        self.put(
            "UPDATE imports SET at_byte = $3, at_line = $4, created = $5, matched = $6, ambiguous = $7, refused = $8, changed_at = $9,
                    lease_until = $10
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, at_byte, at_line, created, matched, ambiguous, refused, now, lease_until],
        )
    }

    /// It is over. The bytes of what is written are not needed any more.
    pub fn end_import(
        &mut self,
        workspace: WorkspaceId,
        id: ImportId,
        state: ImportState,
        reason: Option<&str>,
        now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE imports SET state = $3, reason = $4, changed_at = $5, node = NULL, lease_until = 0 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, state.name(), reason, now],
        )?;
        if state == ImportState::Done { self.forget_import_pieces(workspace, id) } else { Ok(()) }
    }

    /// The bytes of a file are not needed any more.
    pub fn forget_import_pieces(&mut self, workspace: WorkspaceId, id: ImportId) -> Result<()> {
        self.put("DELETE FROM import_pieces WHERE workspace_id = $1 AND import_id = $2", params![workspace, id])
    }

    /// Removes an import with its file and its report. Who came by it stays. Answers whether there was one.
    pub fn delete_import(&mut self, workspace: WorkspaceId, id: ImportId) -> Result<bool> {
        self.forget_import_pieces(workspace, id)?;
        self.forget_import_rows(workspace, id)?;
        Ok(self.execute("DELETE FROM imports WHERE workspace_id = $1 AND id = $2", params![workspace, id])? == 1)
    }

    fn forget_import_rows(&mut self, workspace: WorkspaceId, id: ImportId) -> Result<()> {
        self.put("DELETE FROM import_rows WHERE workspace_id = $1 AND import_id = $2", params![workspace, id])
    }

    /// Keeps what became of a stretch of rows, JSON.
    pub fn add_import_rows(&mut self, workspace: WorkspaceId, id: ImportId, line: i64, rows: &str) -> Result<()> {
        let sql = "INSERT INTO import_rows (workspace_id, import_id, line, rows) VALUES ($1, $2, $3, $4)";
        self.put(sql, params![workspace, id, line, rows])
    }

    /// What became of the rows behind a line: the stretches, each with its first line.
    pub fn import_rows(
        &mut self,
        workspace: WorkspaceId,
        id: ImportId,
        behind: i64,
        limit: i64,
    ) -> Result<Vec<(i64, String)>> {
        let sql = "SELECT line, rows FROM import_rows WHERE workspace_id = $1 AND import_id = $2 AND line > $3 ORDER BY line LIMIT $4";
        let rows = self.query(sql, params![workspace, id, behind, limit])?;
        rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
    }

    /// Everybody who is found under one of these keys, and of whom else they are names.
    pub fn candidates_of_keys(&mut self, workspace: WorkspaceId, keys: &[String]) -> Result<Vec<Candidate>> {
        let sql = match self.dialect() {
            Dialect::Sqlite => {
                "SELECT c.id, c.name, c.language, c.opted_out_at, i.kind, i.value, i.match_key, c.blocked_at, c.joint, i.member_id,
                        c.doubted_at, c.provisional_at
                 FROM identities i JOIN contacts c ON c.workspace_id = i.workspace_id AND c.id = i.contact_id
                 WHERE i.workspace_id = $1 AND i.match_key IN (SELECT value FROM json_each($2))"
            }
            Dialect::Postgres => {
                "SELECT c.id, c.name, c.language, c.opted_out_at, i.kind, i.value, i.match_key, c.blocked_at, c.joint, i.member_id,
                        c.doubted_at, c.provisional_at
                 FROM identities i JOIN contacts c ON c.workspace_id = i.workspace_id AND c.id = i.contact_id
                 WHERE i.workspace_id = $1 AND i.match_key = ANY(ARRAY(SELECT json_array_elements_text($2::text::json)))"
            }
        };
        let list = serde_json::to_string(keys).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        self.query(sql, params![workspace, list])?.iter().map(candidate).collect()
    }

    /// Who of these people has a number.
    pub fn with_numbers(&mut self, workspace: WorkspaceId, people: &[ContactId]) -> Result<HashSet<ContactId>> {
        let ids: Vec<Uuid> = people.iter().map(|id| id.0).collect();
        let sql =
            "SELECT contact_id FROM identities WHERE workspace_id = $1 AND contact_id = ANY($2) AND kind = 'phone'";
        self.query(sql, params![workspace, ids])?.iter().map(|row| row.id(0).map(ContactId)).collect()
    }
}

fn read(row: &Row) -> Result<ImportRow> {
    Ok(ImportRow {
        id: ImportId(row.id(0)?),
        name: row.text(1)?,
        state: row.named(2)?,
        plan: row.text(3)?,
        dry: row.int(4)? == 1,
        size: row.int(5)?,
        progress: ImportProgress {
            at_byte: row.int(6)?,
            at_line: row.int(7)?,
            created: row.int(8)?,
            matched: row.int(9)?,
            ambiguous: row.int(10)?,
            refused: row.int(11)?,
        },
        reason: row.opt_text(12)?,
        by: row.text(13)?,
        created_at: row.int(14)?,
        changed_at: row.int(15)?,
    })
}
