//! What other systems follow: the log of changes, and how each thing in it stands now.

mod cursor;
mod seats;
mod things;

use domain::change::{Change, EventType, Subject};
use domain::ids::{ChannelId, WorkspaceId};
use serde::Serialize;
use serde_json::Value;
use store::{ChangeRow, Position, Tx};
use utoipa::ToSchema;

use crate::clock::machine_now;
use crate::http::api::schemas::{EventTypeName, Time};
use crate::http::api::shapes::ChangeData;

pub use cursor::Cursor;
pub use seats::{Seat, Seats};
pub(crate) use things::Things;

/// Rows of the log that one look goes through at most, when only some kinds are wanted.
const FARTHEST: i64 = 1_000;

/// Tells other systems of a change, in the transaction that makes it.
pub fn tell(tx: &mut Tx<'_>, workspace: WorkspaceId, event: EventType, about: Subject) -> store::Result<()> {
    tell_all(tx, workspace, &[(event, about)])
}

/// The same for several changes of one unit of work.
pub fn tell_all(tx: &mut Tx<'_>, workspace: WorkspaceId, told: &[(EventType, Subject)]) -> store::Result<()> {
    let changes: Vec<Change> = told.iter().map(|(event, about)| Change::new(*event, *about)).collect();
    tx.add_changes(workspace, &changes, machine_now())
}

/// Stops the sends of a number, and tells of it unless they were stopped before.
pub fn pause_channel(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ChannelId, reason: &str) -> store::Result<()> {
    if !is_paused(tx, workspace, id)? {
        tell(tx, workspace, EventType::ChannelPaused, Subject::Channel(id))?;
    }
    tx.pause_channel(workspace, id, Some(reason)).map(drop)
}

/// Lets the sends of a number go on, and tells of it if they were stopped. Answers whether there is such a number.
pub fn resume_channel(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ChannelId) -> store::Result<bool> {
    if is_paused(tx, workspace, id)? {
        tell(tx, workspace, EventType::ChannelResumed, Subject::Channel(id))?;
    }
    tx.pause_channel(workspace, id, None)
}

fn is_paused(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ChannelId) -> store::Result<bool> {
    let channels = tx.channels(workspace)?;
    Ok(channels.iter().any(|channel| channel.id == id && channel.paused_reason.is_some()))
}

/// A change as other systems hear of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct Told {
    /// Its own name, and the cursor to go on from behind it.
    #[schema(value_type = String)]
    pub id: Cursor,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(value_type = EventTypeName)]
    pub event: EventType,
    /// When it was recorded.
    #[schema(value_type = Time)]
    pub at: i64,
    /// The ids of what it is about, and under its name how that stands now: null if it is not there any more.
    #[schema(value_type = ChangeData)]
    pub data: Value,
}

/// What one look found.
#[derive(Debug)]
pub struct Look {
    /// The changes, in their order.
    pub told: Vec<Told>,
    /// Where the next look goes on.
    pub next: Cursor,
    /// Whether there may be more already.
    pub more: bool,
}

/// From where somebody follows.
#[derive(Debug, Clone, Copy)]
pub enum From {
    /// The oldest that is kept.
    Beginning,
    /// Only what comes.
    Now,
    /// Behind what was read before.
    Cursor(Cursor),
}

/// What was read before lies behind what is kept: something was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOld;

/// Where somebody starts to read.
pub fn start(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    epoch: i64,
    from: From,
) -> store::Result<Result<Position, TooOld>> {
    match from {
        From::Beginning => Ok(Ok(Position::default())),
        From::Now => tx.end_of_changes(workspace).map(Ok),
        // A backup that was brought back has another log than the one that was read.
        From::Cursor(cursor) if cursor.epoch != epoch => Ok(Err(TooOld)),
        From::Cursor(cursor) => {
            let position = cursor.position;
            let is_cut = tx.changes_cut_at(workspace)?.is_some_and(|cut_at| position < cut_at);
            Ok(if is_cut { Err(TooOld) } else { Ok(position) })
        }
    }
}

/// At most `limit` changes behind a place, of these types if any are named.
pub fn look(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    epoch: i64,
    after: Position,
    limit: usize,
    types: &[EventType],
) -> store::Result<Look> {
    // One more, since the row of `after` itself may have nothing left.
    let rows = if types.is_empty() { limit as i64 + 1 } else { FARTHEST };
    let stretch = tx.changes(workspace, after, rows)?;
    let is_wanted = |row: &&ChangeRow| types.is_empty() || types.contains(&row.change.event);
    let mut wanted: Vec<ChangeRow> = stretch.changes.iter().filter(is_wanted).copied().collect();
    let full = limit < wanted.len();
    wanted.truncate(limit);
    let next = wanted.last().filter(|_| full).map_or(stretch.up_to, |last| last.position);
    let told = tell_of(tx, workspace, epoch, &wanted)?;
    Ok(Look { told, next: Cursor { epoch, position: next }, more: full || stretch.more })
}

/// The changes with how their things stand now.
pub fn tell_of(tx: &mut Tx<'_>, workspace: WorkspaceId, epoch: i64, rows: &[ChangeRow]) -> store::Result<Vec<Told>> {
    let things = Things::load(tx, workspace, rows.iter().map(|row| row.change.about))?;
    let tell = |row: &ChangeRow| Told {
        id: Cursor { epoch, position: row.position },
        event: row.change.event,
        at: row.at,
        data: things.data(row.change.about),
    };
    Ok(rows.iter().map(tell).collect())
}
