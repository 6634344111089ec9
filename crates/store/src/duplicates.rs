//! Pairs of contacts that may be one person.

use domain::duplicate::{Likeness, score};
use domain::ids::{ContactId, WorkspaceId};
use domain::spelling::plain;

use crate::{Position, Result, Row, StoreError, Tx, params};

/// Two contacts that may be one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateRow {
    /// The pair, the smaller id first.
    pub pair: (ContactId, ContactId),
    /// How sure it is, in percent.
    pub score: i64,
    /// What speaks for it.
    pub likenesses: Vec<Likeness>,
    /// Milliseconds since 1970.
    pub found_at: i64,
}

/// A place in the list, which begins with what is surest.
pub type DuplicatePlace = (i64, ContactId, ContactId);

fn ordered(one: ContactId, other: ContactId) -> (ContactId, ContactId) {
    (one.min(other), one.max(other))
}

impl Tx<'_> {
    /// Lists a pair, or what speaks for it more strongly than before. One that a person has judged stays judged.
    pub fn suggest_duplicate(
        &mut self,
        workspace: WorkspaceId,
        one: ContactId,
        other: ContactId,
        likenesses: &[Likeness],
        now: i64,
    ) -> Result<()> {
        let (one, other) = ordered(one, other);
        let reasons = serde_json::to_string(likenesses).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        self.execute(
            "INSERT INTO duplicates (workspace_id, one_id, other_id, score, reasons, found_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (workspace_id, one_id, other_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
             WHERE duplicates.judged_at IS NULL AND duplicates.score < excluded.score",
            params![workspace, one, other, score(likenesses), reasons, now],
        )
        .map(drop)
    }

    /// A page of the pairs that nobody has judged, the surest first, behind the last one of the page before.
    pub fn duplicates(
        &mut self,
        workspace: WorkspaceId,
        after: Option<DuplicatePlace>,
        limit: i64,
    ) -> Result<Vec<DuplicateRow>> {
        let last = ContactId(uuid::Uuid::max());
        let (score, one, other) = after.unwrap_or((i64::MAX, last, last));
        let rows = self.query(
            "SELECT one_id, other_id, score, reasons, found_at FROM duplicates
             WHERE workspace_id = $1 AND judged_at IS NULL AND score <= $2 AND (score, one_id, other_id) < ($2, $3, $4)
             ORDER BY score DESC, one_id DESC, other_id DESC LIMIT $5",
            params![workspace, score, one, other, limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// A person has judged a pair. Answers whether it was to be judged.
    pub fn judge_duplicate(
        &mut self,
        workspace: WorkspaceId,
        one: ContactId,
        other: ContactId,
        by: &str,
        now: i64,
    ) -> Result<bool> {
        let (one, other) = ordered(one, other);
        let touched = self.execute(
            "UPDATE duplicates SET judged_at = $4, judged_by = $5
             WHERE workspace_id = $1 AND one_id = $2 AND other_id = $3 AND judged_at IS NULL",
            params![workspace, one, other, now, by],
        )?;
        Ok(touched == 1)
    }

    /// What nobody has judged of a contact is found anew, under whom it is now.
    pub fn forget_duplicates_of(&mut self, workspace: WorkspaceId, contact: ContactId) -> Result<()> {
        for sql in [
            "DELETE FROM duplicates WHERE workspace_id = $1 AND one_id = $2 AND judged_at IS NULL",
            "DELETE FROM duplicates WHERE workspace_id = $1 AND other_id = $2 AND judged_at IS NULL",
        ] {
            self.execute(sql, params![workspace, contact])?;
        }
        Ok(())
    }

    /// People who are called exactly like this, whatever its case and accents.
    pub fn contacts_called(&mut self, workspace: WorkspaceId, name: &str, limit: i64) -> Result<Vec<ContactId>> {
        let rows = self.query(
            "SELECT id FROM contacts WHERE workspace_id = $1 AND name_key = $2 ORDER BY id LIMIT $3",
            params![workspace, plain(name.trim()), limit],
        )?;
        rows.iter().map(|row| row.id(0).map(ContactId)).collect()
    }

    /// Up to where the log of changes was looked through for duplicates.
    pub fn duplicate_position(&mut self, workspace: WorkspaceId) -> Result<Position> {
        let sql = "SELECT txid, seq, place FROM duplicate_positions WHERE workspace_id = $1";
        let Some(row) = self.query_opt(sql, params![workspace])? else { return Ok(Position::default()) };
        Ok(Position { txid: row.int(0)?, seq: row.int(1)?, place: row.int(2)? })
    }

    /// Notes up to where it was.
    pub fn note_duplicate_position(&mut self, workspace: WorkspaceId, position: Position) -> Result<()> {
        self.put(
            "INSERT INTO duplicate_positions (workspace_id, txid, seq, place) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace_id) DO UPDATE SET txid = excluded.txid, seq = excluded.seq, place = excluded.place",
            params![workspace, position.txid, position.seq, position.place],
        )
    }
}

fn read(row: &Row) -> Result<DuplicateRow> {
    let reasons = row.text(3)?;
    Ok(DuplicateRow {
        pair: (ContactId(row.id(0)?), ContactId(row.id(1)?)),
        score: row.int(2)?,
        likenesses: serde_json::from_str(&reasons).map_err(|error| StoreError::Unexpected(error.to_string()))?,
        found_at: row.int(4)?,
    })
}
