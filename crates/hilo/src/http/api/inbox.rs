//! The inbox: conversations that are work, in lists.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use domain::desk::View;
use domain::ids::{ContactId, ConversationId, TicketId, UserId};
use domain::interaction::Author;
use serde::{Deserialize, Serialize};
use store::{COUNTED, DeskRow, Draft, LastMessage, Place, Wanted};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::schemas::{AuthorName, Id, Time, ViewName};
use super::tickets::TicketView;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;

/// A window that closes within this time is about to close.
pub(crate) const CLOSING_MS: i64 = 2 * 3_600_000;

/// A conversation as the inbox lists it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InboxRow)]
pub(super) struct RowView {
    #[schema(value_type = Id)]
    conversation_id: ConversationId,
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    /// What the person is called, by you or by their WhatsApp profile.
    #[schema(example = "Ana")]
    name: Option<String>,
    /// Their number.
    phone: Option<String>,
    /// WhatsApp's id of them.
    user_id: Option<String>,
    /// The work in it.
    ticket: TicketView,
    /// The name of whoever has it.
    assignee: Option<String>,
    /// What was said last.
    last_message: Option<LastView>,
    /// The place of the latest message.
    last_seq: i64,
    /// Up to where you have read it; null if never.
    seen: Option<i64>,
    /// Whether a note calls you to it that you have not seen.
    called: bool,
    /// Since when a person answers; automation is stopped.
    #[schema(value_type = Option<Time>)]
    person_since: Option<i64>,
    /// Until when free text may be sent, less two minutes.
    #[schema(value_type = Time)]
    window_until: i64,
    /// How many of the latest messages of yours did not arrive, or wait for a person.
    failures: i64,
    /// What people have begun to write in it.
    drafts: Vec<DraftView>,
}

/// The beginning of a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LastMessage)]
struct LastView {
    seq: i64,
    #[schema(value_type = AuthorName)]
    author: Author,
    /// Who of yours wrote it.
    by: Option<String>,
    /// WhatsApp's name for it: `text`, `image`, `button` …
    #[serde(rename = "type")]
    kind: String,
    /// Its first words.
    text: Option<String>,
    #[schema(value_type = Time)]
    at: i64,
}

/// What somebody has begun to write.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DraftBeginning)]
struct DraftView {
    #[schema(value_type = Id)]
    user_id: UserId,
    /// Its first words.
    text: String,
    #[schema(value_type = Time)]
    at: i64,
}

impl From<DeskRow> for RowView {
    fn from(row: DeskRow) -> Self {
        let thread = row.conversation;
        RowView {
            conversation_id: thread.id,
            contact_id: thread.contact,
            name: row.name.or(thread.profile_name),
            phone: thread.phone,
            user_id: thread.user_id,
            ticket: row.ticket.into(),
            assignee: row.assignee,
            last_message: row.last.map(LastView::from),
            last_seq: thread.last_seq,
            seen: row.seen,
            called: row.called,
            person_since: thread.person_since,
            window_until: thread.window_until,
            failures: row.failures,
            drafts: row.drafts.into_iter().map(DraftView::from).collect(),
        }
    }
}

impl From<LastMessage> for LastView {
    fn from(last: LastMessage) -> Self {
        let by = last.writer.map(|writer| writer.name);
        LastView { seq: last.seq, author: last.author, by, kind: last.kind, text: last.text, at: last.at }
    }
}

impl From<Draft> for DraftView {
    fn from(draft: Draft) -> Self {
        DraftView { user_id: draft.user, text: draft.text, at: draft.at }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// The list; `all` unless given.
    #[param(value_type = Option<ViewName>)]
    view: Option<String>,
    /// Of one queue only, by its id.
    queue: Option<String>,
    /// Of one type only, by its id.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// `closing`: only those in which free text can be sent for two hours at most.
    window: Option<String>,
    /// Whose work `mine` is; yours unless given, and a key has none.
    #[param(value_type = Option<Id>)]
    person: Option<String>,
}

impl Filter {
    fn wanted(self, caller: &Caller, now: i64) -> Result<Wanted, Problem> {
        let view = filter::<View>("view", self.view.as_deref())?.unwrap_or(View::All);
        let person = filter::<UserId>("person", self.person.as_deref())?.or(caller.actor().user);
        if view == View::Mine && person.is_none() {
            return Err(Problem::invalid("a key has no work of its own; name whose with `person`"));
        }
        let window = match self.window.as_deref() {
            None => None,
            Some("closing") => Some((now, now + CLOSING_MS)),
            Some(other) => return Err(Problem::invalid(format!("`window` is `closing`, not `{other}`"))),
        };
        Ok(Wanted { view, me: person, queue: self.queue, kind: self.kind, window })
    }
}

/// Where a page ends, as its cursor says it.
pub(crate) struct Cursor(pub(crate) Place);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.rank, self.0.ticket)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (rank, ticket) = text.split_once('.').ok_or(())?;
        let ticket: TicketId = ticket.parse().map_err(drop)?;
        Ok(Cursor(Place { rank: rank.parse().map_err(drop)?, ticket }))
    }
}

/// A list of the inbox: who waits longest comes first, then what was answered, the latest first. What is snoozed comes in the order in which
/// it returns, what is closed the latest first.
#[utoipa::path(get, path = "/inbox", tag = "inbox", operation_id = "list_inbox", params(Asked, Filter), responses((status = 200, body = Page<RowView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<RowView>> {
    let (limit, after) = (asked.limit()?, asked.cursor::<Cursor>()?.map(|cursor| cursor.0));
    let wanted = wanted.wanted(&caller, node.clock.now().as_millisecond())?;
    let rows = node.store.read(move |tx| tx.desk(caller.workspace, &wanted, after, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| Cursor(row.place).to_string(), RowView::from)))
}

/// How long the lists are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InboxCounts)]
pub(super) struct Counts {
    /// What you have; 0 for a key.
    mine: i64,
    /// What of it waits for an answer.
    mine_waiting: i64,
    /// What nobody has.
    unassigned: i64,
    /// All that is open.
    all: i64,
    /// What is put aside.
    snoozed: i64,
    /// To how many conversations you are called.
    calls: i64,
    /// What is open in each queue of the workflow.
    queues: Vec<QueueCount>,
    /// Nothing is counted further than this.
    counted_up_to: i64,
}

/// What is open in a queue.
#[derive(Debug, Serialize, ToSchema)]
struct QueueCount {
    /// As tickets name it.
    #[schema(example = "support")]
    id: String,
    open: i64,
}

/// How long the lists of the inbox are, for whoever asks.
#[utoipa::path(get, path = "/inbox/counts", tag = "inbox", operation_id = "count_inbox", responses((status = 200, body = Counts)))]
pub(super) async fn counts(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<Counts> {
    let published = node.workflows.of(caller.workspace)?;
    let queues: Vec<String> = published.workflow.queues.iter().map(|queue| queue.id.clone()).collect();
    let (me, asked) = (caller.actor().user, queues.clone());
    let counted = node.store.read(move |tx| tx.desk_counts(caller.workspace, me, &asked)).await?;
    let queues = queues.into_iter().zip(counted.queues).map(|(id, open)| QueueCount { id, open });
    Ok(Json(Counts {
        mine: counted.mine,
        mine_waiting: counted.mine_waiting,
        unassigned: counted.unassigned,
        all: counted.all,
        snoozed: counted.snoozed,
        calls: counted.calls,
        queues: queues.collect(),
        counted_up_to: COUNTED,
    }))
}
