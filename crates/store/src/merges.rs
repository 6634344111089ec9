//! Two contacts become one person, and come apart again. Ownership moves; an identity and the address of a thread stay as they are, and
//! whatever there is names whose it is by itself.

mod members;
mod moves;

use domain::ids::{AppointmentId, ContactId, ConversationId, DealId, MergeId, NoteId, OrderId, TicketId, WorkspaceId};
use domain::merge::Person;

use crate::{Result, Row, StoreError, Tx, params};
use moves::{Way, hand_back, hand_over};

/// Two contacts that became one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMerge {
    /// Its id.
    pub id: MergeId,
    /// Who they are.
    pub survivor: ContactId,
    /// Whose contact leads there.
    pub merged: ContactId,
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
    /// What they are called.
    pub name: Option<String>,
    /// Whom they turned out to be.
    pub merged_into: Option<ContactId>,
    /// Whether all that was known of them is gone.
    pub erased: bool,
}

/// What changed hands and has an id of its contact elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
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
        concat!("SELECT id, survivor_id, merged_id, at, actor, undone_at, undone_by FROM merges WHERE ", $condition)
    };
}

impl Tx<'_> {
    /// A contact as a merge looks at it, itself and not whom it leads to. Nobody else changes it until this transaction ends.
    pub fn contact_to_merge(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<Option<Mergeable>> {
        self.query("SELECT id FROM contacts WHERE workspace_id = $1 AND id = $2 FOR UPDATE", params![workspace, id])?;
        let row = self.query_opt(
            "SELECT name, merged_into, erased_at FROM contacts WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        row.map(|row| {
            Ok(Mergeable {
                name: row.opt_text(0)?,
                merged_into: row.opt_id(1)?.map(ContactId),
                erased: row.opt_int(2)?.is_some(),
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

    /// Whose a thread is, and which of the contacts that are taken for them it is of by itself. Both stay that until this transaction ends.
    pub fn person_of_thread(
        &mut self,
        workspace: WorkspaceId,
        thread: ConversationId,
    ) -> Result<Option<(ContactId, ContactId)>> {
        loop {
            let Some(contact) = self.conversation(workspace, thread)?.and_then(|thread| thread.contact) else {
                return Ok(None);
            };
            let Some(survivor) = self.survivor_to_name(workspace, contact)? else { return Ok(None) };
            // They may have been merged, or parted, before they were locked.
            let now = self.conversation(workspace, thread)?;
            if let Some(thread) = now.filter(|thread| thread.contact == Some(survivor)) {
                return Ok(Some((survivor, thread.member.unwrap_or(survivor))));
            }
        }
    }

    /// Makes one of two, whom the caller has locked and judged.
    pub fn merge_contacts(&mut self, workspace: WorkspaceId, new: &NewMerge) -> Result<Moved> {
        let (mut person, other) = (self.standing(workspace, new.survivor)?, self.standing(workspace, new.merged)?);
        self.put(
            "INSERT INTO merges (workspace_id, id, survivor_id, merged_id, at, actor) VALUES ($1, $2, $3, $4, $5, $6)",
            params![workspace, new.id, new.survivor, new.merged, new.at, &new.by],
        )?;
        let moved = hand_over(self, Way { workspace, from: new.merged, to: new.survivor, now: new.at })?;
        self.forget_members(workspace, new.merged)?;
        self.set_employment(workspace, new.merged, None)?;
        // Nobody looks for somebody who is somebody else by name.
        self.execute(
            "UPDATE contacts SET merged_into = $3, name_key = NULL WHERE workspace_id = $1 AND id = $2",
            params![workspace, new.merged, new.survivor],
        )?;
        person.members.extend(other.members);
        self.keep_person(workspace, &person)?;
        Ok(moved)
    }

    /// Gives everything back that is theirs by itself: what moved, and what came since.
    pub fn unmerge_contacts(&mut self, workspace: WorkspaceId, row: &MergeRow, by: &str, now: i64) -> Result<Moved> {
        let merge = &row.merge;
        let mut person = self.standing(workspace, merge.survivor)?;
        let theirs = self.merged_in(workspace, merge.merged)?;
        let way = Way { workspace, from: merge.survivor, to: merge.merged, now };
        let moved = hand_back(self, way, &theirs, merge.at)?;
        self.execute(
            "UPDATE contacts SET merged_into = NULL WHERE workspace_id = $1 AND id = $2",
            params![workspace, merge.merged],
        )?;
        let other = person.part(merge.merged, &theirs);
        self.keep_person(workspace, &person)?;
        self.keep_person(workspace, &other)?;
        self.execute(
            "UPDATE merges SET undone_at = $3, undone_by = $4 WHERE workspace_id = $1 AND id = $2",
            params![workspace, merge.id, now, by],
        )?;
        Ok(moved)
    }

    fn standing(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<Person> {
        let person = self.person(workspace, id)?.filter(|person| person.survivor == id);
        person.ok_or_else(|| StoreError::Unexpected("a contact to be merged is missing, or somebody else".to_owned()))
    }

    /// A contact, those that were merged into it, and those that were merged into these.
    fn merged_in(&mut self, workspace: WorkspaceId, contact: ContactId) -> Result<Vec<ContactId>> {
        let mut found = vec![contact];
        let mut place = 0;
        while let Some(next) = found.get(place).copied() {
            let rows = self.query(
                "SELECT merged_id FROM merges WHERE workspace_id = $1 AND survivor_id = $2 AND undone_at IS NULL",
                params![workspace, next],
            )?;
            for row in &rows {
                found.push(ContactId(row.id(0)?));
            }
            place += 1;
        }
        Ok(found)
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

    /// The merges that made one contact what it is and stand, the newest first.
    pub fn standing_merges(
        &mut self,
        workspace: WorkspaceId,
        survivor: ContactId,
        limit: i64,
    ) -> Result<Vec<MergeRow>> {
        let sql = merges!("workspace_id = $1 AND survivor_id = $2 AND undone_at IS NULL ORDER BY id DESC LIMIT $3");
        self.query(sql, params![workspace, survivor, limit])?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<MergeRow> {
    let merge = NewMerge {
        id: MergeId(row.id(0)?),
        survivor: ContactId(row.id(1)?),
        merged: ContactId(row.id(2)?),
        at: row.int(3)?,
        by: row.text(4)?,
    };
    let undone =
        row.opt_int(5)?.map(|at| Ok::<_, StoreError>((at, row.opt_text(6)?.unwrap_or_default()))).transpose()?;
    Ok(MergeRow { merge, undone })
}
