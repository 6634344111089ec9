//! Two contacts become one, and come apart again. Ownership moves; an identity and the address of a thread stay as they are.

mod apart;
mod moves;

use domain::contact::Identity;
use domain::ids::{AppointmentId, ContactId, ConversationId, DealId, MergeId, NoteId, OrderId, TicketId, WorkspaceId};
use domain::merge::{Facts, Joint};
use domain::spelling::plain;

use crate::{Result, Row, StoreError, Tx, params};

/// Two contacts that became one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMerge {
    /// Its id.
    pub id: MergeId,
    /// Who they are.
    pub survivor: ContactId,
    /// Whose contact leads there.
    pub merged: ContactId,
    /// What was known of the survivor.
    pub before: Facts,
    /// What was known of both, right after.
    pub joined: Facts,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who did it.
    pub by: String,
}

/// A merge as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeRow {
    /// The merge.
    pub merge: NewMerge,
    /// When it was undone, and by whom.
    pub undone: Option<(i64, String)>,
}

/// A contact as a merge looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mergeable {
    /// What is known of them.
    pub facts: Facts,
    /// Whom they turned out to be.
    pub merged_into: Option<ContactId>,
    /// Whether all that was known of them is gone.
    pub erased: bool,
}

/// What changed hands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// Names.
    pub identities: Vec<Identity>,
    /// Threads.
    pub conversations: Vec<ConversationId>,
    /// Work for people.
    pub tickets: Vec<TicketId>,
    /// What may be sold.
    pub deals: Vec<DealId>,
    /// Meetings.
    pub appointments: Vec<AppointmentId>,
    /// What was bought.
    pub orders: Vec<OrderId>,
    /// What people wrote down beside the person.
    pub notes: Vec<NoteId>,
}

/// The merges of a condition, as `read` takes them.
macro_rules! merges {
    ($condition:literal) => {
        concat!(
            "SELECT id, survivor_id, merged_id, before, joined, at, actor, undone_at, undone_by FROM merges WHERE ",
            $condition
        )
    };
}

impl Tx<'_> {
    /// A contact as a merge looks at it, itself and not whom it leads to. Nobody else changes it until this transaction ends.
    pub fn contact_to_merge(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<Option<Mergeable>> {
        self.query("SELECT id FROM contacts WHERE workspace_id = $1 AND id = $2 FOR UPDATE", params![workspace, id])?;
        let row = self.query_opt(
            "SELECT name, language, opted_out_at, no_marketing_until, blocked_at, merged_into, erased_at
             FROM contacts WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        row.map(|row| {
            Ok(Mergeable {
                facts: Facts {
                    name: row.opt_text(0)?,
                    language: row.opt_named(1)?,
                    opted_out_at: row.opt_int(2)?,
                    spared_until: row.opt_int(3)?,
                    blocked_at: row.opt_int(4)?,
                },
                merged_into: row.opt_id(5)?.map(ContactId),
                erased: row.opt_int(6)?.is_some(),
            })
        })
        .transpose()
    }

    /// Whom an id means, who stays that until this transaction ends.
    pub fn survivor_to_name(&mut self, workspace: WorkspaceId, mut id: ContactId) -> Result<Option<ContactId>> {
        while let Some(contact) = self.contact_to_merge(workspace, id)? {
            match contact.merged_into {
                Some(next) => id = next,
                None => return Ok(Some(id)),
            }
        }
        Ok(None)
    }

    /// Makes one of two, whom the caller has locked and judged.
    pub fn merge_contacts(&mut self, workspace: WorkspaceId, new: &NewMerge) -> Result<Moved> {
        self.put(
            "INSERT INTO merges (workspace_id, id, survivor_id, merged_id, before, joined, at, actor)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                workspace,
                new.id,
                new.survivor,
                new.merged,
                text(&new.before)?,
                text(&new.joined)?,
                new.at,
                &new.by
            ],
        )?;
        let moved = self.hand_over_everything(workspace, new)?;
        self.set_facts(workspace, new.survivor, &new.joined)?;
        // Nobody looks for somebody who is somebody else by name.
        self.execute(
            "UPDATE contacts SET merged_into = $3, name_key = NULL WHERE workspace_id = $1 AND id = $2",
            params![workspace, new.merged, new.survivor],
        )?;
        Ok(moved)
    }

    /// Gives everything back: what moved, and what came since on the names and threads of the one who was merged.
    pub fn unmerge_contacts(&mut self, workspace: WorkspaceId, row: &MergeRow, by: &str, now: i64) -> Result<Moved> {
        let merge = &row.merge;
        let (Some(survivor), Some(merged)) =
            (self.contact_to_merge(workspace, merge.survivor)?, self.contact_to_merge(workspace, merge.merged)?)
        else {
            return Err(StoreError::Unexpected("a merged contact is missing".to_owned()));
        };
        let parting = self.parting(workspace, merge)?;
        let wishes = self.wishes_since(workspace, merge, &parting)?;
        let moved = self.hand_back_everything(workspace, merge, &parting, now)?;
        let (before, joined) = (&merge.before, &merge.joined);
        let joint = Joint { before, joined, merged: &merged.facts, now: &survivor.facts };
        let (own, others) = joint.apart(&wishes);
        self.set_facts(workspace, merge.survivor, &own)?;
        self.set_facts(workspace, merge.merged, &others)?;
        self.execute(
            "UPDATE contacts SET merged_into = NULL WHERE workspace_id = $1 AND id = $2",
            params![workspace, merge.merged],
        )?;
        self.execute(
            "UPDATE merges SET undone_at = $3, undone_by = $4 WHERE workspace_id = $1 AND id = $2",
            params![workspace, merge.id, now, by],
        )?;
        Ok(moved)
    }

    fn set_facts(&mut self, workspace: WorkspaceId, id: ContactId, facts: &Facts) -> Result<()> {
        self.execute(
            "UPDATE contacts SET name = $3, name_key = $4, language = $5, opted_out_at = $6, no_marketing_until = $7, blocked_at = $8
             WHERE workspace_id = $1 AND id = $2",
            params![
                workspace,
                id,
                facts.name.as_deref(),
                facts.name.as_deref().map(|name| plain(name.trim())),
                facts.language.map(domain::Language::code),
                facts.opted_out_at,
                facts.spared_until,
                facts.blocked_at
            ],
        )
        .map(drop)
    }

    /// One merge, which nobody else undoes until this transaction ends.
    pub fn merge_to_undo(&mut self, workspace: WorkspaceId, id: MergeId) -> Result<Option<MergeRow>> {
        self.query("SELECT id FROM merges WHERE workspace_id = $1 AND id = $2 FOR UPDATE", params![workspace, id])?;
        self.merge(workspace, id)
    }

    /// One merge.
    pub fn merge(&mut self, workspace: WorkspaceId, id: MergeId) -> Result<Option<MergeRow>> {
        let row = self.query_opt(merges!("workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    /// A page of merges, the newest first; those that made one contact what it is, if asked for. `before` is the last id of the page
    /// before.
    pub fn merges(
        &mut self,
        workspace: WorkspaceId,
        survivor: Option<ContactId>,
        before: Option<MergeId>,
        limit: i64,
    ) -> Result<Vec<MergeRow>> {
        let before = before.map_or(uuid::Uuid::max(), |id| id.0);
        let rows = match survivor {
            Some(contact) => self.query(
                merges!("workspace_id = $1 AND survivor_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                params![workspace, contact, before, limit],
            )?,
            None => self.query(
                merges!("workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
                params![workspace, before, limit],
            )?,
        };
        rows.iter().map(read).collect()
    }
}

fn text(facts: &Facts) -> Result<String> {
    serde_json::to_string(facts).map_err(|error| StoreError::Unexpected(error.to_string()))
}

fn facts(text: &str) -> Result<Facts> {
    serde_json::from_str(text).map_err(|error| StoreError::Unexpected(error.to_string()))
}

fn read(row: &Row) -> Result<MergeRow> {
    let merge = NewMerge {
        id: MergeId(row.id(0)?),
        survivor: ContactId(row.id(1)?),
        merged: ContactId(row.id(2)?),
        before: facts(&row.text(3)?)?,
        joined: facts(&row.text(4)?)?,
        at: row.int(5)?,
        by: row.text(6)?,
    };
    let undone =
        row.opt_int(7)?.map(|at| Ok::<_, StoreError>((at, row.opt_text(8)?.unwrap_or_default()))).transpose()?;
    Ok(MergeRow { merge, undone })
}
