//! What people of ours write down beside a record.

use domain::ids::{NoteId, WorkspaceId};
use domain::record::{Note, RecordRef};
use uuid::Uuid;

use super::{Versioned, kept};
use crate::{Result, Row, Tx, params};

/// The notes of a condition, as `read` takes them.
macro_rules! notes {
    ($condition:literal) => {
        concat!(
            "SELECT id, noun, record_id, text, author, version, created_at, updated_at FROM record_notes WHERE ",
            $condition
        )
    };
}

impl Tx<'_> {
    /// Keeps a new note.
    pub fn add_record_note(&mut self, workspace: WorkspaceId, note: &Note, now: i64) -> Result<()> {
        let RecordRef { noun, id } = note.record;
        self.put(
            "INSERT INTO record_notes (workspace_id, id, noun, record_id, text, author, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)",
            params![workspace, note.id, noun.name(), id, &note.text, &note.author, now],
        )
    }

    /// Keeps what a note says now, as its next version.
    pub fn replace_record_note(&mut self, workspace: WorkspaceId, id: NoteId, text: &str, now: i64) -> Result<()> {
        self.put(
            "UPDATE record_notes SET text = $3, version = version + 1, updated_at = $4 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, text, now],
        )
    }

    /// One note, which nobody else changes until this transaction ends.
    pub fn record_note_to_change(&mut self, workspace: WorkspaceId, id: NoteId) -> Result<Option<Versioned<Note>>> {
        self.query(
            "SELECT id FROM record_notes WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
            params![workspace, id],
        )?;
        let row = self.query_opt(notes!("workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    /// The notes of these ids, as far as there are any.
    pub fn record_notes_by_id(&mut self, workspace: WorkspaceId, ids: &[NoteId]) -> Result<Vec<Versioned<Note>>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = self.query(by_ids!(self, notes), params![workspace, ids])?;
        rows.iter().map(read).collect()
    }

    /// A page of the notes beside a record, of a person beside whoever they are, the newest first. `before` is the last id of the page before.
    pub fn record_notes(
        &mut self,
        workspace: WorkspaceId,
        record: RecordRef,
        before: Option<NoteId>,
        limit: i64,
    ) -> Result<Vec<Versioned<Note>>> {
        let (record, before) = (self.record_meant(workspace, record)?, before.map_or(Uuid::max(), |id| id.0));
        let sql = notes!("workspace_id = $1 AND noun = $2 AND record_id = $3 AND id < $4 ORDER BY id DESC LIMIT $5");
        let rows = self.query(sql, params![workspace, record.noun.name(), record.id, before, limit])?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Versioned<Note>> {
    let record = RecordRef { noun: row.named(1)?, id: row.id(2)? };
    let note = Note { id: NoteId(row.id(0)?), record, text: row.text(3)?, author: row.text(4)? };
    kept(row, 5, note)
}
