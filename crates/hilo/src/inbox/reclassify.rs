//! A person says that a conversation is about something else than it was taken for: it waits in the right queue from then on, what the wrong
//! type had pending is cancelled, and the text model learns it.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::delivery::{Progress, Purpose, SendState};
use domain::ids::{ConversationId, CorrectionId, InteractionId, SendId, WorkspaceId};
use domain::interaction::Step;
use jiff::Timestamp;
use store::{CorrectionRow, InteractionRow, OutboxRow, TicketRow, Tx};
use workflow::InteractionType;

use super::entry::Entry;
use super::open_work::{OpenWork, changed, open_work};
use super::{Actor, Done, Refusal};
use crate::changes;
use crate::ids;
use crate::node::Node;
use crate::workflows::Published;

/// What became of a conversation that was taken for something else.
#[derive(Debug, Clone)]
pub struct Reclassified {
    /// Its work, as it stands now.
    pub ticket: TicketRow,
    /// What had not left yet, and will not.
    pub cancelled: Vec<SendId>,
    /// When the customer was told what the wrong type promises: that cannot be undone.
    pub acknowledged_at: Option<i64>,
}

/// What somebody wants a conversation to be taken for.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The id of a type of the workflow.
    pub kind: String,
    /// What it was taken for when they looked, if they say so.
    pub was: Option<Option<String>>,
}

/// Puts the type of the open matter right.
pub async fn reclassify(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ConversationId,
    correction: Correction,
    by: &Actor,
) -> Done<Reclassified> {
    let published = node.workflows.of(workspace)?;
    if published.workflow.interaction_type(&correction.kind).is_none() {
        let said = format!("there is no type `{}` in the workflow; GET /workflow shows it", correction.kind);
        return Err(Refusal::Invalid(said));
    }
    let order = Order { correction, id: CorrectionId(ids::fresh()), entry: Entry::new(node, &by.name) };
    let put_right = move |tx: &mut Tx<'_>| put_right(tx, workspace, id, &published, &order);
    let done = node.store.write(Vec::new(), put_right).await?;
    node.changed(&[workspace]);
    node.work_wakes.notify_one();
    if done.is_ok() {
        node.workflows.learn(&node.store, workspace).await?;
    }
    done
}

/// With what a unit that runs again must not make anew.
struct Order {
    correction: Correction,
    id: CorrectionId,
    entry: Entry,
}

fn put_right(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    published: &Published,
    order: &Order,
) -> store::Result<Done<Reclassified>> {
    let work = match open_work(tx, workspace, id)? {
        Ok(work) => work,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let matter = work.thread.interaction.unwrap_or(work.ticket.ticket.interaction);
    let Some(matter) = tx.interaction(workspace, matter)? else { return Ok(Err(Refusal::Missing("matter"))) };
    if let Some(refusal) = taken_otherwise(&matter, &order.correction) {
        return Ok(Err(refusal));
    }
    let Some(kind) = published.workflow.interaction_type(&order.correction.kind) else {
        return Ok(Err(Refusal::Missing("type")));
    };
    if matter.kind.as_deref() == Some(&kind.id) {
        let ticket = work.ticket;
        return Ok(Ok(Reclassified { ticket, cancelled: Vec::new(), acknowledged_at: None }));
    }
    let cancelled = cancel_pending(tx, workspace, id)?;
    let is_told = matter.acknowledged_at.filter(|_| cancelled.is_empty());
    keep(tx, workspace, &work, &matter, kind, order)?;
    route(tx, workspace, &work, kind, published, is_told, order)?;
    let step = Step::Reclassified { from: matter.kind.clone(), to: kind.id.clone() };
    order.entry.write(tx, workspace, id, step)?;
    let told = [
        (EventType::InteractionChanged, Subject::Interaction(matter.id)),
        (EventType::TicketChanged, Subject::Ticket(work.ticket.ticket.id)),
    ];
    changes::tell_all(tx, workspace, &told)?;
    let ticket = changed(tx, workspace, &work.ticket)?;
    Ok(ticket.map(|ticket| Reclassified { ticket, cancelled, acknowledged_at: is_told }))
}

/// Somebody else was faster, and took it for something that whoever asks has not seen.
fn taken_otherwise(matter: &InteractionRow, correction: &Correction) -> Option<Refusal> {
    let was = correction.was.as_ref()?;
    (*was != matter.kind).then(|| {
        let now = matter.kind.as_deref().unwrap_or("nothing in particular");
        let said = format!("somebody has taken it for `{now}` meanwhile; look again before you decide");
        Refusal::Overtaken { said, seqs: Vec::new() }
    })
}

/// What waits to leave and tells the customer what the wrong type promises.
fn cancel_pending(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ConversationId) -> store::Result<Vec<SendId>> {
    let is_pending = |row: &OutboxRow| {
        row.send.purpose == Purpose::Acknowledgement && matches!(row.state, SendState::Queued | SendState::Held)
    };
    let pending: Vec<SendId> =
        tx.sends_of(workspace, id)?.iter().filter(|row| is_pending(row)).map(|row| row.send.id).collect();
    let mut cancelled = Vec::new();
    for send in pending {
        // Once more, with nobody else at it: it may be leaving by now.
        let Some(row) = tx.outbox_row(workspace, send)?.filter(is_pending) else { continue };
        let why = Some((0, "a person says that it is about something else"));
        tx.end_message(workspace, id, row.send.seq, Progress::Cancelled, why)?;
        tx.remove_send(workspace, send)?;
        let message = Subject::Message(id, row.send.seq);
        changes::tell(tx, workspace, EventType::MessageStatusChanged, message)?;
        cancelled.push(send);
    }
    Ok(cancelled)
}

/// The type of the matter, and what the model learns from it.
fn keep(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    work: &OpenWork,
    matter: &InteractionRow,
    kind: &InteractionType,
    order: &Order,
) -> store::Result<()> {
    tx.retype_interaction(workspace, matter.id, &kind.id, kind.category)?;
    let text = written(tx, workspace, matter.id)?;
    if text.is_empty() {
        return Ok(()); // a photo teaches nothing
    }
    let correction = CorrectionRow {
        id: order.id,
        conversation: work.thread.id,
        interaction: matter.id,
        text,
        was: matter.kind.clone(),
        kind: kind.id.clone(),
        by: order.entry.by.clone(),
        at: order.entry.at,
    };
    tx.add_correction(workspace, &correction)
}

fn written(tx: &mut Tx<'_>, workspace: WorkspaceId, matter: InteractionId) -> store::Result<String> {
    Ok(tx.interaction_text(workspace, matter)?.unwrap_or_default().trim().to_owned())
}

/// To the queue of the type, where nobody has it yet unless a person is answering. A promise that the customer was told stays.
fn route(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    work: &OpenWork,
    kind: &InteractionType,
    published: &Published,
    told: Option<i64>,
    order: &Order,
) -> store::Result<()> {
    let ticket = &work.ticket.ticket;
    let queue = kind.queue.as_deref().and_then(|queue| published.workflow.queue(queue));
    let name = queue.map_or(ticket.queue.as_str(), |queue| queue.id.as_str());
    tx.retype_ticket(workspace, ticket.id, &kind.id, name, order.entry.at)?;
    if name != ticket.queue && work.thread.person_since.is_none() {
        tx.assign_ticket(workspace, ticket.id, None, name, order.entry.at)?;
    }
    if let (Some(queue), None, Ok(opened)) = (queue, told, Timestamp::from_millisecond(work.ticket.created_at)) {
        tx.set_ticket_due(workspace, ticket.id, workflow::promise(queue, opened).due.as_millisecond())?;
    }
    Ok(())
}
