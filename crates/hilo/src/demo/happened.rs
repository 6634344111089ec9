//! What happened between two moments of business time, from the rows that it left: whatever is written as a message, an event or a
//! row of the outbox appears here by itself.

use domain::delivery::{Progress, SendState};
use domain::ids::{ConversationId, TicketId, WorkspaceId};
use domain::interaction::{Author, Step};
use store::{Result, Row, StoreError, Tx, params};

use super::line::Moved;

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Happening {
    /// When, milliseconds since 1970.
    pub at: i64,
    /// With whom, if a name is known.
    pub who: Option<String>,
    /// In which thread.
    pub conversation: Option<ConversationId>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum What {
    /// A message of ours was written.
    Wrote {
        /// By whom.
        author: Author,
        /// What it says.
        text: Option<String>,
        /// How far it came.
        progress: Option<Progress>,
        /// Why it did not come further.
        why: Option<String>,
    },
    /// A message waits in the outbox for a person.
    Withheld {
        /// Where it stands.
        state: SendState,
        /// Why.
        why: Option<String>,
    },
    /// Something on the timeline of a contact.
    Event {
        /// Who did it.
        by: String,
        /// What.
        step: Step,
    },
    /// A ticket was still open when it was to be answered.
    PromisePassed {
        /// Which.
        ticket: TicketId,
        /// Where it waits.
        queue: String,
    },
    /// WhatsApp takes no more free text.
    WindowClosed,
}

/// Everything that happened on the way of a move, the earliest first.
pub fn happened(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Vec<Happening>> {
    let mut all = wrote(tx, workspace, moved)?;
    all.extend(withheld(tx, workspace, moved)?);
    all.extend(events(tx, workspace, moved)?);
    all.extend(promises(tx, workspace, moved)?);
    all.extend(windows(tx, workspace, moved)?);
    all.sort_by_key(|happening| happening.at);
    Ok(all)
}

fn wrote(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Vec<Happening>> {
    let rows = tx.query(
        "SELECT m.recorded_at, coalesce(p.name, v.profile_name), v.id, m.author, m.text, m.progress, m.error_text
         FROM messages m JOIN conversations v ON v.workspace_id = m.workspace_id AND v.id = m.conversation_id
         LEFT JOIN contacts p ON p.workspace_id = v.workspace_id AND p.id = v.contact_id
         WHERE m.workspace_id = $1 AND m.recorded_at > $2 AND m.recorded_at <= $3 AND m.send_id IS NOT NULL",
        params![workspace, moved.from, moved.to],
    )?;
    let read = |row: &Row| {
        let progress = row.opt_int(5)?.and_then(Progress::of_rank);
        let what = What::Wrote { author: row.named(3)?, text: row.opt_text(4)?, progress, why: row.opt_text(6)? };
        happening(row, what)
    };
    rows.iter().map(read).collect()
}

/// The outbox counts in machine time: what came to wait since the move began is told as of its end.
fn withheld(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Vec<Happening>> {
    let rows = tx.query(
        "SELECT CAST($3 AS BIGINT), coalesce(p.name, v.profile_name), v.id, o.state, o.reason
         FROM outbox o JOIN conversations v ON v.workspace_id = o.workspace_id AND v.id = o.conversation_id
         LEFT JOIN contacts p ON p.workspace_id = v.workspace_id AND p.id = v.contact_id
         WHERE o.workspace_id = $1 AND o.changed_at >= $2 AND o.state IN ('held', 'unknown', 'needs_review', 'dead')",
        params![workspace, moved.begun, moved.to],
    )?;
    rows.iter().map(|row| happening(row, What::Withheld { state: row.named(3)?, why: row.opt_text(4)? })).collect()
}

fn events(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Vec<Happening>> {
    let rows = tx.query(
        "SELECT e.at, p.name, e.conversation_id, e.actor, e.step
         FROM events e LEFT JOIN contacts p ON p.workspace_id = e.workspace_id AND p.id = e.contact_id
         WHERE e.workspace_id = $1 AND e.at > $2 AND e.at <= $3 ORDER BY e.at, e.id",
        params![workspace, moved.from, moved.to],
    )?;
    let read = |row: &Row| {
        let step = serde_json::from_str(&row.text(4)?).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        happening(row, What::Event { by: row.text(3)?, step })
    };
    rows.iter().map(read).collect()
}

fn promises(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Vec<Happening>> {
    let rows = tx.query(
        "SELECT t.due_at, coalesce(p.name, v.profile_name), v.id, t.id, t.queue
         FROM tickets t JOIN conversations v ON v.workspace_id = t.workspace_id AND v.id = t.conversation_id
         LEFT JOIN contacts p ON p.workspace_id = v.workspace_id AND p.id = v.contact_id
         WHERE t.workspace_id = $1 AND t.due_at > $2 AND t.due_at <= $3 AND (t.resolved_at IS NULL OR t.resolved_at > t.due_at)
           AND NOT EXISTS (SELECT 1 FROM messages m
                           WHERE m.workspace_id = t.workspace_id AND m.conversation_id = t.conversation_id
                             AND m.author = 'agent' AND m.recorded_at >= t.created_at AND m.recorded_at <= t.due_at)",
        params![workspace, moved.from, moved.to],
    )?;
    let read = |row: &Row| {
        let what = What::PromisePassed { ticket: TicketId(row.id(3)?), queue: row.text(4)? };
        happening(row, what)
    };
    rows.iter().map(read).collect()
}

fn windows(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Vec<Happening>> {
    let rows = tx.query(
        "SELECT v.window_until, coalesce(p.name, v.profile_name), v.id FROM conversations v
         LEFT JOIN contacts p ON p.workspace_id = v.workspace_id AND p.id = v.contact_id
         WHERE v.workspace_id = $1 AND v.window_until > $2 AND v.window_until <= $3",
        params![workspace, moved.from, moved.to],
    )?;
    rows.iter().map(|row| happening(row, What::WindowClosed)).collect()
}

fn happening(row: &Row, what: What) -> Result<Happening> {
    let conversation = row.opt_id(2)?.map(ConversationId);
    Ok(Happening { at: row.int(0)?, who: row.opt_text(1)?, conversation, what })
}
