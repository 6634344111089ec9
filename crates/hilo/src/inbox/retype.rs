//! What follows when a matter is about something else than it was taken for, whoever found out: it waits in the right queue, and what
//! automation had pending because of the wrong type does not leave.

use domain::change::{EventType, Subject};
use domain::delivery::{Progress, Purpose, SendState};
use domain::ids::{ConversationId, InteractionId, SendId, WorkspaceId};
use domain::interaction::Author;
use jiff::Timestamp;
use store::{InteractionRow, MessageRow, OutboxRow, Tx};
use workflow::InteractionType;

use super::make_record::make_record_by_rule;
use super::open_work::OpenWork;
use crate::changes;
use crate::follow_ups;
use crate::workflows::Published;

/// So far back it is looked what automation said about a matter.
const LATEST: i64 = 200;

/// What a matter is taken for from now on.
pub(crate) struct NewKind<'a> {
    pub(crate) kind: &'a InteractionType,
    pub(crate) confidence: f64,
    pub(crate) published: &'a Published,
    /// Whether the customer was told by when somebody answers: that promise stays.
    pub(crate) is_promised: bool,
    /// When, milliseconds since 1970.
    pub(crate) at: i64,
}

/// What was and what cannot be undone.
#[derive(Debug, Clone, Default)]
pub(super) struct Undone {
    /// What had not left yet, and will not.
    pub(super) cancelled: Vec<SendId>,
    /// What automation had said about the matter, and cannot take back.
    pub(super) stays: Vec<Stays>,
}

/// Something that automation said and that cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stays {
    /// Its place in the thread.
    pub seq: i64,
    /// What it says.
    pub text: String,
    /// When it was written, milliseconds since 1970.
    pub at: i64,
}

/// Takes an open matter for something else: it waits in the right queue. Whoever calls holds its thread.
pub(crate) fn retype(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    work: &OpenWork,
    matter: InteractionId,
    to: &NewKind<'_>,
) -> store::Result<()> {
    tx.retype_interaction(workspace, matter, &to.kind.id, to.kind.category, to.confidence)?;
    route(tx, workspace, work, to)?;
    follow_ups::of_ticket(tx, workspace, &to.published.rules, work.ticket.ticket.id, to.at)?;
    make_record_by_rule(tx, workspace, work.thread.id, &to.published.workflow, &to.kind.id)?;
    let told = [
        (EventType::InteractionChanged, Subject::Interaction(matter)),
        (EventType::TicketChanged, Subject::Ticket(work.ticket.ticket.id)),
    ];
    changes::tell_all(tx, workspace, &told)
}

/// Calls back what automation had pending about a matter, and lists what had left.
pub(super) fn call_back(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: ConversationId,
    matter: &InteractionRow,
) -> store::Result<Undone> {
    let cancelled = cancel_pending(tx, workspace, thread)?;
    let stays = said_by_automation(&tx.latest_messages(workspace, thread, LATEST)?, matter.id);
    if stays.is_empty() && matter.acknowledged_at.is_some() {
        tx.forget_acknowledgement(workspace, matter.id)?;
    }
    Ok(Undone { cancelled, stays })
}

/// What waits to leave and tells the customer what the wrong type promises.
fn cancel_pending(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ConversationId) -> store::Result<Vec<SendId>> {
    let pending: Vec<SendId> =
        tx.sends_of(workspace, id)?.iter().filter(|row| is_pending(row)).map(|row| row.send.id).collect();
    let mut cancelled = Vec::new();
    for send in pending {
        // Once more, with nobody else at it: it may be leaving by now.
        let Some(row) = tx.outbox_row(workspace, send)?.filter(is_pending) else { continue };
        let why = Some((0, "it is about something else"));
        tx.end_message(workspace, id, row.send.seq, Progress::Cancelled, why)?;
        tx.remove_send(workspace, send)?;
        tx.forget_prompt(workspace, id, row.send.seq)?;
        let message = Subject::Message(id, row.send.seq);
        changes::tell(tx, workspace, EventType::MessageStatusChanged, message)?;
        cancelled.push(send);
    }
    Ok(cancelled)
}

fn is_pending(row: &OutboxRow) -> bool {
    let is_automations = matches!(row.send.purpose, Purpose::Acknowledgement | Purpose::Answer);
    is_automations && matches!(row.state, SendState::Queued | SendState::Held)
}

/// What automation said about a matter and what is not known to have stayed here: one under way may arrive.
pub(crate) fn said_by_automation(messages: &[MessageRow], matter: InteractionId) -> Vec<Stays> {
    let is_said = |row: &&MessageRow| {
        row.message.author == Author::Automation
            && row.message.interaction == Some(matter)
            && !matches!(row.progress, Some(Progress::Cancelled | Progress::Failed))
    };
    let stays = |row: &MessageRow| Stays {
        seq: row.message.seq,
        text: row.message.text.clone().unwrap_or_default(),
        at: row.message.sent_at,
    };
    messages.iter().filter(is_said).map(stays).collect()
}

/// To the queue of the type, where nobody has it yet unless a person is answering. A promise that the customer was told stays.
fn route(tx: &mut Tx<'_>, workspace: WorkspaceId, work: &OpenWork, to: &NewKind<'_>) -> store::Result<()> {
    let ticket = &work.ticket.ticket;
    let queue = to.kind.queue.as_deref().and_then(|queue| to.published.workflow.queue(queue));
    let name = queue.map_or(ticket.queue.as_str(), |queue| queue.id.as_str());
    tx.retype_ticket(workspace, ticket.id, &to.kind.id, name, to.at)?;
    if name != ticket.queue && work.thread.person_since.is_none() {
        tx.assign_ticket(workspace, ticket.id, None, name, to.at)?;
    }
    if let (Some(queue), false, Ok(opened)) =
        (queue, to.is_promised, Timestamp::from_millisecond(work.ticket.created_at))
    {
        tx.set_ticket_due(workspace, ticket.id, workflow::promise(queue, opened).due.as_millisecond())?;
    }
    Ok(())
}
