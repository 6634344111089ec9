//! Silence closes what people forget to close: a matter that a person answered, and to which the customer said nothing more for
//! the set time. A customer who waits for an answer is never closed.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::ids::{EventId, WorkspaceId};
use domain::interaction::{Outcome, Step};
use store::{Ending, EventRow, Tx};

use crate::changes;
use crate::follow_ups::{self, Rules};
use crate::ids;
use crate::node::Node;

const AT_ONCE: i64 = 200;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    for (workspace, _) in node.store.read(|tx| tx.workspaces()).await? {
        let published = node.workflows.of(workspace)?;
        let silence = published.workflow.interaction.silence.as_millis() as i64;
        let now = node.clock.now().as_millisecond();
        let close = move |tx: &mut Tx<'_>| close(tx, workspace, &published.rules, now - silence, now);
        let closed = node.store.write(Vec::new(), close).await?;
        if 0 < closed {
            node.changed(&[workspace]);
        }
    }
    Ok(())
}

/// The next moment at which silence closes something, as things stand.
pub(super) fn next_due(tx: &mut Tx<'_>, node: &Node, workspace: WorkspaceId, now: i64) -> store::Result<Option<i64>> {
    let silence = node.workflows.of(workspace)?.workflow.interaction.silence.as_millis() as i64;
    // Closed is what was silent for longer than the set time.
    Ok(tx.next_silence(workspace, now - silence)?.map(|since| since + silence + 1))
}

/// Closes what nothing was said about since `before`.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    before: i64,
    now: i64,
) -> store::Result<usize> {
    let silent = tx.silent_conversations(workspace, before, AT_ONCE)?;
    for conversation in &silent {
        let mut told = Vec::new();
        if let Some(interaction) = conversation.interaction
            && !tx.close_interaction(workspace, interaction, Outcome::Silence, now)?
        {
            continue;
        }
        told.extend(conversation.interaction.map(|id| (EventType::InteractionClosed, Subject::Interaction(id))));
        if let Some(ticket) = conversation.ticket {
            let ending = Ending { outcome: Outcome::Silence, note: None, by: "silence" };
            tx.close_ticket(workspace, ticket, &ending, now)?;
            follow_ups::of_ticket(tx, workspace, rules, ticket, now)?;
            told.push((EventType::TicketResolved, Subject::Ticket(ticket)));
        }
        tx.clear_open_work(workspace, conversation.id)?;
        if let Some(contact) = conversation.contact {
            let event = EventRow {
                id: EventId(ids::fresh()),
                contact,
                conversation: Some(conversation.id),
                at: now,
                by: "automation".to_owned(),
                step: Step::Closed { outcome: Outcome::Silence, said: None },
            };
            tx.add_event(workspace, &event)?;
        }
        changes::tell_all(tx, workspace, &told)?;
    }
    Ok(silent.len())
}
