//! How often a matter was taken for what it was not, by what people put right.

use domain::ids::WorkspaceId;
use uuid::Uuid;

use crate::{Result, Tx, params};

/// Up to here is counted.
const FARTHEST: i64 = 10_000;

/// What was misread since a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Misread {
    /// Taken for another type than it was.
    pub wrong: i64,
    /// Taken for none, although it was one.
    pub unread: i64,
    /// So many matters began.
    pub matters: i64,
}

impl Tx<'_> {
    /// Counts since a moment of machine time, as far as counting stays quick.
    pub fn misread(&mut self, workspace: WorkspaceId, since: i64) -> Result<Misread> {
        let since = first_id(since);
        let corrections = self.query_one(
            "SELECT count(reached.was), count(*) FROM (SELECT was FROM corrections counted WHERE workspace_id = $1 AND id > $2 LIMIT $3) reached",
            params![workspace, since, FARTHEST],
        )?;
        let matters = "SELECT count(*) FROM (SELECT 1 FROM interactions counted WHERE workspace_id = $1 AND id > $2 LIMIT $3) reached";
        let matters = self.query_one(matters, params![workspace, since, FARTHEST])?.int(0)?;
        let wrong = corrections.int(0)?;
        Ok(Misread { wrong, unread: corrections.int(1)? - wrong, matters })
    }
}

/// Ids begin with the moment at which they were made: those that were made later sort behind it.
fn first_id(at: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(at).unwrap_or_default() << 80)
}
