//! A person says that a conversation is about something else than it was taken for: it waits in the right queue from then on, what the wrong
//! type had pending is cancelled, and the text model learns it.

use std::sync::Arc;

use domain::ids::{ConversationId, CorrectionId, SendId, WorkspaceId};
use domain::interaction::Step;
use store::{CorrectionRow, InteractionRow, TicketRow, Tx};
use workflow::InteractionType;

use super::entry::Entry;
use super::open_work::{OpenWork, changed, open_work};
use super::retype::{NewKind, Stays, Undone, call_back, retype};
use super::{Actor, Done, Refusal};
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
    /// What automation had said already: that cannot be undone.
    pub stays: Vec<Stays>,
    /// When the customer was told that their message arrived, if they were.
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
        return Ok(Ok(Reclassified { ticket, cancelled: Vec::new(), stays: Vec::new(), acknowledged_at: None }));
    }
    let undone = call_back(tx, workspace, id, &matter)?;
    let is_promised = !undone.stays.is_empty();
    let to = NewKind { kind, confidence: 1.0, published, is_promised, at: order.entry.at };
    retype(tx, workspace, &work, matter.id, &to)?;
    keep(tx, workspace, &work, &matter, kind, order)?;
    let step = Step::Reclassified {
        from: matter.kind.clone(),
        to: kind.id.clone(),
        cancelled: undone.cancelled.len() as u32,
        stays: undone.stays.len() as u32,
    };
    order.entry.write(tx, workspace, id, step)?;
    let acknowledged_at = matter.acknowledged_at.filter(|_| is_promised);
    let Undone { cancelled, stays } = undone;
    let ticket = changed(tx, workspace, &work.ticket)?;
    Ok(ticket.map(|ticket| Reclassified { ticket, cancelled, stays, acknowledged_at }))
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

/// What the model learns from it. A photo teaches nothing, and was taken for the wrong thing all the same.
fn keep(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    work: &OpenWork,
    matter: &InteractionRow,
    kind: &InteractionType,
    order: &Order,
) -> store::Result<()> {
    let text = tx.interaction_text(workspace, matter.id)?.unwrap_or_default().trim().to_owned();
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
