//! The inbox: conversations with an open ticket as agents see them, and those that are done.

mod standing;

use domain::delivery::Progress;
use domain::desk::View;
use domain::ids::{ConversationId, TicketId, UserId, WorkspaceId};
use domain::interaction::Author;
use uuid::Uuid;

use crate::conversations::{self, CONVERSATION_COLUMNS, conversation_columns};
use crate::messages::reading::writer;
use crate::tickets::{TICKET_COLUMNS, ticket_columns};
use crate::{ConversationRow, Result, Row, TicketRow, Tx, Writer, params, tickets};

pub use standing::Ending;

/// Snoozed until then is snoozed until the customer writes.
pub(crate) const NO_END: i64 = 1 << 53;
/// What counts are counted up to: nobody needs to know more of a list than that it is long.
pub const COUNTED: i64 = 1_000;
/// How much of a message or a draft a list shows.
const BEGINNING: i64 = 160;
/// Failures are looked for among so many of the latest messages of a conversation.
const LATEST: i64 = 20;

/// Which conversations somebody wants to see.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The list.
    pub view: View,
    /// Whose work is theirs.
    pub me: Option<UserId>,
    /// Of this queue only.
    pub queue: Option<String>,
    /// Of this type only.
    pub kind: Option<String>,
    /// Only those whose window for free text closes behind the first moment and not behind the second.
    pub window: Option<(i64, i64)>,
}

/// Where a conversation stands in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The rank, lowest first; in the list of what is done, the moment at which it was.
    pub rank: i64,
    /// The ticket, of several with that rank.
    pub ticket: TicketId,
}

/// A conversation as the inbox shows it.
#[derive(Debug, Clone)]
pub struct DeskRow {
    /// Where it stands in the list.
    pub place: Place,
    /// The work.
    pub ticket: TicketRow,
    /// The thread.
    pub conversation: ConversationRow,
    /// The name of the person, if one is known.
    pub name: Option<String>,
    /// The name of whoever has it.
    pub assignee: Option<String>,
    /// What was said last.
    pub last: Option<LastMessage>,
    /// How many of the latest messages of ours did not arrive, or wait for a person.
    pub failures: i64,
    /// Up to where they have read it, if anywhere.
    pub seen: Option<i64>,
    /// Whether a note calls them to it, which they have not seen.
    pub called: bool,
    /// What people have begun to write in it.
    pub drafts: Vec<Draft>,
}

/// The beginning of a message.
#[derive(Debug, Clone)]
pub struct LastMessage {
    /// Its place in the thread.
    pub seq: i64,
    /// Who wrote it.
    pub author: Author,
    /// WhatsApp's name for its type.
    pub kind: String,
    /// Its first words.
    pub text: Option<String>,
    /// When it was recorded.
    pub at: i64,
    /// How far it came, if it goes out.
    pub progress: Option<Progress>,
    /// Who of ours wrote it.
    pub writer: Option<Writer>,
}

/// What somebody has begun to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub user: UserId,
    /// What.
    pub text: String,
    /// When, milliseconds since 1970.
    pub at: i64,
}

/// How long the lists are, up to [`COUNTED`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskCounts {
    /// What they have.
    pub mine: i64,
    /// What of it waits for an answer.
    pub mine_waiting: i64,
    /// What nobody has.
    pub unassigned: i64,
    /// All that is open.
    pub all: i64,
    /// What is put aside.
    pub snoozed: i64,
    /// To how many conversations they are called.
    pub calls: i64,
    /// By queue, in the order asked: what is open in it.
    pub queues: Vec<i64>,
}

/// The rows of a condition on the ticket `t` and the thread `v`. What a message needs to be shown is looked up by its place. In plain words
/// the states would be those of the index of what is listed, which PostgreSQL would walk through for each row.
macro_rules! desk {
    ($place:literal, $condition:literal) => {
        concat!(
            "SELECT ", ticket_columns!(), ", ", conversation_columns!(), ", ", $place, ", p.name,
                    (SELECT u.name FROM users u WHERE u.workspace_id = t.workspace_id AND u.id = t.assignee_id),
                    m.seq, m.author, m.kind, substr(m.text, 1, $10), m.recorded_at, m.progress,
                    (SELECT count(*) FROM outbox o WHERE o.workspace_id = v.workspace_id AND o.conversation_id = v.id
                       AND coalesce(o.state, '') IN ('held', 'dead', 'unknown', 'needs_review'))
                  + (SELECT count(*) FROM messages f WHERE f.workspace_id = v.workspace_id AND f.conversation_id = v.id
                       AND f.seq >= v.next_seq - $11 AND f.progress = 4
                       AND NOT EXISTS (SELECT 1 FROM outbox d WHERE d.workspace_id = f.workspace_id AND d.id = f.send_id)),
                    m.written_by, m.writer_id
             FROM tickets t
             JOIN conversations v ON v.workspace_id = t.workspace_id AND v.id = t.conversation_id
             LEFT JOIN contacts p ON p.workspace_id = v.workspace_id AND p.id = v.contact_id
             LEFT JOIN messages m ON m.workspace_id = v.workspace_id AND m.conversation_id = v.id AND m.seq = v.next_seq - 1
             WHERE t.workspace_id = $1 AND v.window_until > $7 AND v.window_until <= $8
               AND coalesce(t.kind, '') = coalesce($5, t.kind, '') AND ",
            $condition
        )
    };
}

impl Tx<'_> {
    /// A page of a list of the inbox. `after` is where the last of the page before stands.
    pub fn desk(
        &mut self,
        workspace: WorkspaceId,
        wanted: &Wanted,
        after: Option<Place>,
        limit: i64,
    ) -> Result<Vec<DeskRow>> {
        let holder = match (wanted.view, wanted.me) {
            (View::Mine, Some(me)) => Some(me.0),
            (View::Mine, None) => return Ok(Vec::new()),
            (View::Unassigned, _) => Some(Uuid::nil()),
            (View::All | View::Snoozed | View::Closed, _) => None,
        };
        let first = match wanted.view {
            View::Closed => Place { rank: i64::MAX, ticket: TicketId(Uuid::max()) },
            View::Mine | View::Unassigned | View::All | View::Snoozed => {
                Place { rank: i64::MIN, ticket: TicketId(Uuid::nil()) }
            }
        };
        let after = after.unwrap_or(first);
        let (from, until) = wanted.window.unwrap_or((i64::MIN, i64::MAX));
        let rows = self.query(
            statement(wanted),
            params![
                workspace,
                after.rank,
                after.ticket,
                limit,
                wanted.kind.as_deref(),
                wanted.queue.as_deref(),
                from,
                until,
                holder,
                BEGINNING,
                LATEST
            ],
        )?;
        let rows = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        self.with_what_people_do(workspace, wanted.me, rows)
    }

    /// How long the lists are for somebody, and the queues named.
    pub fn desk_counts(&mut self, workspace: WorkspaceId, me: Option<UserId>, queues: &[String]) -> Result<DeskCounts> {
        let me = me.map_or(Uuid::nil(), |me| me.0);
        let held = "SELECT count(*) FROM (SELECT 1 FROM tickets counted WHERE workspace_id = $1 AND holder = $2
                      AND state = 'open' AND snoozed_at IS NULL LIMIT $3) reached";
        let waiting = "SELECT count(*) FROM (SELECT 1 FROM tickets counted WHERE workspace_id = $1 AND holder = $2
                      AND state = 'open' AND snoozed_at IS NULL AND place < $4 LIMIT $3) reached";
        // In the order of its own index: by that of the states, few snoozed ones would be looked for among all that is open.
        let all = "SELECT count(*) FROM (SELECT 1 FROM tickets counted WHERE workspace_id = $1
                      AND state = 'open' AND snoozed_at IS NULL ORDER BY place LIMIT $2) reached";
        let snoozed = "SELECT count(*) FROM (SELECT 1 FROM tickets counted WHERE workspace_id = $1
                      AND state = 'open' AND snoozed_at IS NOT NULL ORDER BY snoozed_until LIMIT $2) reached";
        let queued = "SELECT count(*) FROM (SELECT 1 FROM tickets counted WHERE workspace_id = $1 AND queue = $2
                      AND state = 'open' AND snoozed_at IS NULL LIMIT $3) reached";
        let calls = "SELECT count(*) FROM (SELECT 1 FROM calls counted WHERE workspace_id = $1 AND user_id = $2
                      AND seen_at IS NULL LIMIT $3) reached";
        let mut count = |sql, params| self.query_one(sql, params)?.int(0);
        let mut counts = DeskCounts {
            mine: 0,
            mine_waiting: 0,
            unassigned: count(held, params![workspace, Uuid::nil(), COUNTED])?,
            all: count(all, params![workspace, COUNTED])?,
            snoozed: count(snoozed, params![workspace, COUNTED])?,
            calls: count(calls, params![workspace, me, COUNTED])?,
            queues: Vec::with_capacity(queues.len()),
        };
        if !me.is_nil() {
            counts.mine = count(held, params![workspace, me, COUNTED])?;
            counts.mine_waiting = count(waiting, params![workspace, me, COUNTED, NO_END / 2])?;
        }
        for queue in queues {
            counts.queues.push(count(queued, params![workspace, queue, COUNTED])?);
        }
        Ok(counts)
    }

    fn with_what_people_do(
        &mut self,
        workspace: WorkspaceId,
        me: Option<UserId>,
        mut rows: Vec<DeskRow>,
    ) -> Result<Vec<DeskRow>> {
        let threads: Vec<Uuid> = rows.iter().map(|row| row.conversation.id.0).collect();
        if threads.is_empty() {
            return Ok(rows);
        }
        let drafts = self.query(
            "SELECT conversation_id, user_id, substr(text, 1, $3), at FROM drafts WHERE workspace_id = $1 AND conversation_id = ANY($2)",
            params![workspace, threads.clone(), BEGINNING],
        )?;
        let drafts = drafts.iter().map(draft).collect::<Result<Vec<_>>>()?;
        let (mut seen, mut called) = (Vec::new(), Vec::new());
        if let Some(me) = me {
            seen = self.query(
                "SELECT conversation_id, seq FROM seen WHERE workspace_id = $1 AND user_id = $2 AND conversation_id = ANY($3)",
                params![workspace, me, threads.clone()],
            )?;
            called = self.query(
                "SELECT conversation_id FROM calls WHERE workspace_id = $1 AND user_id = $2 AND seen_at IS NULL
                   AND conversation_id = ANY($3)",
                params![workspace, me, threads],
            )?;
        }
        for row in &mut rows {
            let id = row.conversation.id;
            row.drafts = drafts.iter().filter(|draft| draft.conversation == id).cloned().collect();
            for mark in &seen {
                if mark.id(0)? == id.0 {
                    row.seen = Some(mark.int(1)?);
                }
            }
            for call in &called {
                row.called |= call.id(0)? == id.0;
            }
        }
        Ok(rows)
    }
}

/// The list in the order of the index that fits it best.
fn statement(wanted: &Wanted) -> &'static str {
    match (wanted.view, &wanted.queue) {
        (View::Mine, _) | (View::Unassigned, None) => {
            desk!(
                "t.place",
                "t.holder = $9 AND t.queue = coalesce($6, t.queue) AND t.state = 'open' AND t.snoozed_at IS NULL
                 AND (t.place, t.id) > ($2, $3) ORDER BY t.place, t.id LIMIT $4"
            )
        }
        (View::Unassigned | View::All, Some(_)) => {
            desk!(
                "t.place",
                "t.queue = $6 AND t.holder = coalesce($9, t.holder) AND t.state = 'open' AND t.snoozed_at IS NULL
                 AND (t.place, t.id) > ($2, $3) ORDER BY t.place, t.id LIMIT $4"
            )
        }
        (View::All, None) => {
            desk!(
                "t.place",
                "t.queue = coalesce($6, t.queue) AND t.holder = coalesce($9, t.holder) AND t.state = 'open' AND t.snoozed_at IS NULL
                 AND (t.place, t.id) > ($2, $3) ORDER BY t.place, t.id LIMIT $4"
            )
        }
        (View::Snoozed, _) => {
            desk!(
                "t.snoozed_until",
                "t.queue = coalesce($6, t.queue) AND t.holder = coalesce($9, t.holder) AND t.state = 'open' AND t.snoozed_at IS NOT NULL
                 AND (t.snoozed_until, t.id) > ($2, $3) ORDER BY t.snoozed_until, t.id LIMIT $4"
            )
        }
        (View::Closed, None) => {
            // Of a thread whose work is done, its last ticket.
            desk!(
                "t.resolved_at",
                "t.queue = coalesce($6, t.queue) AND t.holder = coalesce($9, t.holder) AND t.state = 'resolved'
                 AND v.ticket_id IS NULL AND coalesce(v.last_ticket_id, t.id) = t.id
                 AND (t.resolved_at, t.id) < ($2, $3) ORDER BY t.resolved_at DESC, t.id DESC LIMIT $4"
            )
        }
        (View::Closed, Some(_)) => {
            desk!(
                "t.resolved_at",
                "t.queue = $6 AND t.holder = coalesce($9, t.holder) AND t.state = 'resolved'
                 AND v.ticket_id IS NULL AND coalesce(v.last_ticket_id, t.id) = t.id
                 AND (t.resolved_at, t.id) < ($2, $3) ORDER BY t.resolved_at DESC, t.id DESC LIMIT $4"
            )
        }
    }
}

fn read(row: &Row) -> Result<DeskRow> {
    let ticket = tickets::read(row)?;
    let conversation = conversations::read(row, TICKET_COLUMNS)?;
    let rest = TICKET_COLUMNS + CONVERSATION_COLUMNS;
    let last = match row.opt_int(rest + 3)? {
        None => None,
        Some(seq) => Some(LastMessage {
            seq,
            author: row.named(rest + 4)?,
            kind: row.text(rest + 5)?,
            text: row.opt_text(rest + 6)?,
            at: row.int(rest + 7)?,
            progress: row.opt_int(rest + 8)?.and_then(Progress::of_rank),
            writer: writer(row, rest + 10)?,
        }),
    };
    Ok(DeskRow {
        place: Place { rank: row.int(rest)?, ticket: ticket.ticket.id },
        ticket,
        conversation,
        name: row.opt_text(rest + 1)?,
        assignee: row.opt_text(rest + 2)?,
        last,
        failures: row.int(rest + 9)?,
        seen: None,
        called: false,
        drafts: Vec::new(),
    })
}

pub(crate) fn draft(row: &Row) -> Result<Draft> {
    Ok(Draft {
        conversation: ConversationId(row.id(0)?),
        user: UserId(row.id(1)?),
        text: row.text(2)?,
        at: row.int(3)?,
    })
}
