//! What the decisions about many follow-ups look at, each kind of it in one question. Nothing waits for anybody: what somebody else is
//! changing at this moment is passed over, and looked at again when they are done.

use domain::contact::Contact;
use domain::fact::Thing;
use domain::follow_up::FollowUpState;
use domain::ids::{ContactId, ConversationId, WorkspaceId};
use domain::prompt::Prompt;
use uuid::Uuid;

use super::{FollowUpRow, read};
use crate::{ConversationRow, Dialect, Result, Row, StoreError, TicketRow, Tx, params};

/// A person, as far as it is decided by it whether they hear from us.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub contact: Contact,
    /// Whether we want to hear nothing of them.
    pub blocked: bool,
    /// Whether they were erased.
    pub erased: bool,
    /// Whether they turned out to be somebody else.
    pub merged: bool,
    /// Whether their number may be somebody else's.
    pub doubted: bool,
}

/// What was found of what was asked for.
#[derive(Debug, Clone)]
pub struct Cut<T> {
    /// What nobody else changes until this transaction ends.
    pub held: Vec<T>,
    /// Whose somebody else is changing at this moment.
    pub busy: Vec<Uuid>,
}

/// Rows of a table by their ids: each is looked up, since of few rows PostgreSQL would rather read all that a workspace has.
macro_rules! looked_up {
    ($table:literal, $lock:literal) => {
        concat!(
            "SELECT found.id FROM unnest($2::uuid[]) AS wanted(id) CROSS JOIN LATERAL (SELECT id FROM ",
            $table,
            " WHERE workspace_id = $1 AND id = wanted.id LIMIT 1",
            $lock,
            ") AS found"
        )
    };
}

/// The statement that finds rows of a table, and the one that holds those that nobody else has.
macro_rules! held_rows {
    ($table:literal) => {
        (looked_up!($table, ""), looked_up!($table, " FOR UPDATE SKIP LOCKED"))
    };
}

impl Tx<'_> {
    /// What is to be looked at, of all workspaces, the longest due first. It stays locked until this transaction ends; what another node
    /// has locked is passed over.
    pub fn due_follow_ups(&mut self, now: i64, limit: i64) -> Result<Vec<(WorkspaceId, FollowUpRow)>> {
        let rows = self.query(
            "SELECT workspace_id, thing, record_id, rule, episode, step, contact_id, due_at, look_at, expires_at, state, because, looked,
                    send_id, decided_at
             FROM follow_ups WHERE look_at <= $1 ORDER BY look_at LIMIT $2 FOR UPDATE SKIP LOCKED",
            params![now, limit],
        )?;
        rows.iter().map(|row| Ok((WorkspaceId(row.id(0)?), read(row, 1)?))).collect()
    }

    /// Records of one kind that nobody else changes until this transaction ends, and those that somebody else is changing.
    pub fn hold_things(&mut self, workspace: WorkspaceId, of: Thing, ids: &[Uuid]) -> Result<Cut<Uuid>> {
        let (known, held) = match of {
            Thing::Appointment => held_rows!("appointments"),
            Thing::Deal => held_rows!("deals"),
            Thing::Order => held_rows!("orders"),
            Thing::Ticket => held_rows!("tickets"),
            Thing::Contact => held_rows!("contacts"),
            Thing::Company => held_rows!("companies"),
        };
        if self.dialect() == Dialect::Sqlite {
            return Ok(Cut { held: ids.to_vec(), busy: Vec::new() }); // its only writer is here
        }
        let known = self.ids(known, workspace, ids)?;
        let held = self.ids(held, workspace, ids)?;
        let busy = known.into_iter().filter(|id| !held.contains(id)).collect();
        Ok(Cut { held, busy })
    }

    /// The threads of these people that nobody else changes until this transaction ends, and the people of whose threads somebody else is
    /// changing one.
    pub fn hold_threads(&mut self, workspace: WorkspaceId, people: &[ContactId]) -> Result<Cut<ConversationRow>> {
        let rows = self.query(
            "SELECT id, contact_id FROM conversations WHERE workspace_id = $1 AND contact_id = ANY($2)",
            params![workspace, people.iter().map(|id| id.0).collect::<Vec<_>>()],
        )?;
        let known = rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect::<Result<Vec<_>>>()?;
        let ids: Vec<Uuid> = known.iter().map(|(id, _)| *id).collect();
        let held = match self.dialect() {
            Dialect::Sqlite => ids,
            Dialect::Postgres => self.ids(looked_up!("conversations", " FOR UPDATE SKIP LOCKED"), workspace, &ids)?,
        };
        let busy = known.iter().filter(|(id, _)| !held.contains(id)).map(|(_, whose)| *whose).collect();
        // Read after they are held: what was changed before is seen only now.
        let held: Vec<ConversationId> = held.into_iter().map(ConversationId).collect();
        let threads = if held.is_empty() { Vec::new() } else { self.conversations_by_id(workspace, &held)? };
        Ok(Cut { held: threads, busy })
    }

    fn ids(&mut self, sql: &'static str, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        self.query(sql, params![workspace, ids.to_vec()])?.iter().map(|row| row.id(0)).collect()
    }

    /// People by their ids, as far as there are any.
    pub fn people_by_id(&mut self, workspace: WorkspaceId, ids: &[ContactId]) -> Result<Vec<Person>> {
        let rows = self.query(
            "SELECT id, name, language, opted_out_at, blocked_at, erased_at, merged_into, doubted_at FROM contacts
             WHERE workspace_id = $1 AND id = ANY($2)",
            params![workspace, ids.iter().map(|id| id.0).collect::<Vec<_>>()],
        )?;
        rows.iter().map(person).collect()
    }

    /// Who of these people got a message that they did not ask for since `since`; somebody who got two, twice.
    pub fn followed_up_since(
        &mut self,
        workspace: WorkspaceId,
        people: &[ContactId],
        since: i64,
    ) -> Result<Vec<ContactId>> {
        let sql = match self.dialect() {
            Dialect::Sqlite => {
                "SELECT contact_id FROM follow_ups WHERE workspace_id = $1 AND contact_id = ANY($2) AND state = $3 AND decided_at >= $4"
            }
            Dialect::Postgres => {
                "SELECT found.contact_id FROM unnest($2::uuid[]) AS wanted(id) CROSS JOIN LATERAL
                   (SELECT contact_id FROM follow_ups WHERE workspace_id = $1 AND contact_id = wanted.id AND state = $3
                      AND decided_at >= $4 LIMIT 1000) AS found"
            }
        };
        let rows = self.query(
            sql,
            params![workspace, people.iter().map(|id| id.0).collect::<Vec<_>>(), FollowUpState::Sent.name(), since],
        )?;
        rows.iter().map(|row| Ok(ContactId(row.id(0)?))).collect()
    }

    /// In which of these threads automation answered since `since`; one in which it did twice, twice. Of each its last 40 messages count.
    pub fn answered_since(
        &mut self,
        workspace: WorkspaceId,
        threads: &[ConversationId],
        since: i64,
    ) -> Result<Vec<ConversationId>> {
        // What nobody asked for belongs to no matter.
        let sql = match self.dialect() {
            Dialect::Sqlite => {
                "SELECT m.conversation_id FROM conversations v
                 CROSS JOIN messages m
                 WHERE v.workspace_id = $1 AND v.id = ANY($2) AND m.workspace_id = v.workspace_id AND m.conversation_id = v.id
                   AND m.seq >= v.next_seq - 40 AND m.author = 'automation' AND m.interaction_id IS NOT NULL AND m.recorded_at > $3"
            }
            Dialect::Postgres => {
                "SELECT found.conversation_id FROM unnest($2::uuid[]) AS wanted(id)
                 CROSS JOIN LATERAL (SELECT next_seq FROM conversations WHERE workspace_id = $1 AND id = wanted.id LIMIT 1) AS thread
                 CROSS JOIN LATERAL
                   (SELECT conversation_id FROM messages WHERE workspace_id = $1 AND conversation_id = wanted.id
                      AND seq >= thread.next_seq - 40 AND author = 'automation' AND interaction_id IS NOT NULL AND recorded_at > $3
                    LIMIT 40) AS found"
            }
        };
        let threads: Vec<Uuid> = threads.iter().map(|id| id.0).collect();
        let rows = self.query(sql, params![workspace, threads, since])?;
        rows.iter().map(|row| Ok(ConversationId(row.id(0)?))).collect()
    }

    /// Writes down that a message of ours is the last in a thread that nobody else changes, and what it asks.
    pub fn say_last(&mut self, workspace: WorkspaceId, id: ConversationId, prompt: &Prompt) -> Result<()> {
        let text = serde_json::to_string(prompt).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        self.put(
            "UPDATE conversations SET next_seq = $3, prompt = $4,
                    last_message_at = CASE WHEN last_message_at < $5 THEN $5 ELSE last_message_at END
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, prompt.seq + 1, text, prompt.at],
        )
    }

    /// A page of tickets, the oldest first, behind one.
    pub fn tickets_behind(&mut self, workspace: WorkspaceId, id: Uuid, limit: i64) -> Result<Vec<TicketRow>> {
        let rows = self.query(
            concat!(
                "SELECT ",
                crate::tickets::ticket_columns!(),
                " FROM tickets t WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3"
            ),
            params![workspace, id, limit],
        )?;
        rows.iter().map(crate::tickets::read).collect()
    }
}

fn person(row: &Row) -> Result<Person> {
    Ok(Person {
        contact: Contact {
            id: ContactId(row.id(0)?),
            name: row.opt_text(1)?,
            language: row.opt_named(2)?,
            opted_out_at: row.opt_int(3)?,
        },
        blocked: row.opt_int(4)?.is_some(),
        erased: row.opt_int(5)?.is_some(),
        merged: row.opt_id(6)?.is_some(),
        doubted: row.opt_int(7)?.is_some(),
    })
}
