//! The words by which things are found.

use domain::ids::{ContactId, WorkspaceId};
use domain::record::Appointment;
use domain::search::Kind;
use uuid::Uuid;

use crate::{Position, Result, Tx, Versioned, params, records};

impl Tx<'_> {
    /// Up to where the log of changes has become words.
    pub fn search_position(&mut self, workspace: WorkspaceId) -> Result<Position> {
        let sql = "SELECT txid, seq, place FROM search_positions WHERE workspace_id = $1";
        let Some(row) = self.query_opt(sql, params![workspace])? else { return Ok(Position::default()) };
        Ok(Position { txid: row.int(0)?, seq: row.int(1)?, place: row.int(2)? })
    }

    /// Notes up to where it has.
    pub fn note_search_position(&mut self, workspace: WorkspaceId, position: Position) -> Result<()> {
        self.put(
            "INSERT INTO search_positions (workspace_id, txid, seq, place) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace_id) DO UPDATE SET txid = excluded.txid, seq = excluded.seq, place = excluded.place",
            params![workspace, position.txid, position.seq, position.place],
        )
    }

    /// Keeps the words of a thing, in the place of those that it had.
    pub fn replace_words(&mut self, workspace: WorkspaceId, kind: Kind, id: Uuid, words: &[String]) -> Result<()> {
        self.put(
            "DELETE FROM search_words WHERE workspace_id = $1 AND kind = $2 AND id = $3",
            params![workspace, kind.name(), id],
        )?;
        for word in words {
            self.put(
                "INSERT INTO search_words (workspace_id, kind, word, id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                params![workspace, kind.name(), word, id],
            )?;
        }
        Ok(())
    }

    /// The things that have a word that begins like each of these, the longest of which comes first. Of more than three words the
    /// others say nothing new. A beginning that very many words have is looked through only so far.
    pub fn with_words(
        &mut self,
        workspace: WorkspaceId,
        kind: Kind,
        words: &[String],
        limit: i64,
    ) -> Result<Vec<Uuid>> {
        let Some(first) = words.first() else { return Ok(Vec::new()) };
        let end = |word: &String| format!("{word}{}", char::MAX);
        let rows = match words.get(1) {
            None => self.query(
                "SELECT id FROM search_words WHERE workspace_id = $1 AND kind = $2 AND word >= $3 AND word < $4
                 ORDER BY word, id LIMIT $5",
                params![workspace, kind.name(), first, end(first), limit],
            )?,
            Some(second) => {
                let third = words.get(2).unwrap_or(second);
                self.query(
                    "SELECT a.id FROM (SELECT id FROM search_words WHERE workspace_id = $1 AND kind = $2 AND word >= $3 AND word < $4
                                       ORDER BY word, id LIMIT 20000) a
                     WHERE EXISTS (SELECT 1 FROM search_words b
                                   WHERE b.workspace_id = $1 AND b.kind = $2 AND b.id = a.id AND b.word >= $5 AND b.word < $6)
                       AND EXISTS (SELECT 1 FROM search_words b
                                   WHERE b.workspace_id = $1 AND b.kind = $2 AND b.id = a.id AND b.word >= $7 AND b.word < $8)
                     LIMIT $9",
                    params![workspace, kind.name(), first, end(first), second, end(second), third, end(third), limit],
                )?
            }
        };
        let mut found: Vec<Uuid> = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.id(0)?;
            if !found.contains(&id) {
                found.push(id);
            }
        }
        Ok(found)
    }

    /// The latest appointments of some people.
    pub fn appointments_of(
        &mut self,
        workspace: WorkspaceId,
        people: &[ContactId],
    ) -> Result<Vec<Versioned<Appointment>>> {
        if people.is_empty() { Ok(Vec::new()) } else { records::appointments_of_people(self, workspace, people) }
    }
}
