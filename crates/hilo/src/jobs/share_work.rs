//! Gives away what waits in the queues that are set to do so: right after the commit that brought work or room, and now and then. What waits
//! of people who are gone goes back first.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::change::{EventType, Subject};
use domain::desk::Assignment;
use domain::ids::{UserId, WorkspaceId};
use domain::interaction::Step;
use store::{AgentRow, TicketRow, Tx};
use tokio::sync::watch;
use tracing::warn;

use crate::changes;
use crate::clock::machine_now;
use crate::inbox::{Attendance, Entry, Hand, Piece, attendance, choose};
use crate::node::Node;

/// However often it is called, it does not run more often than this.
const BREATH: Duration = Duration::from_millis(200);
const NAP: Duration = Duration::from_secs(20);
/// So much of a queue is given away at once.
const AT_ONCE: i64 = 50;
/// What somebody has is counted so far; nobody's capacity is larger.
const MOST_HELD: i64 = 200;
const BY: &str = "automation";

pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(reason) = share(&node).await {
            warn!(%reason, "Work could not be given away; trying again in a moment");
        }
        tokio::select! {
            () = tokio::time::sleep(BREATH) => {}
            _ = stop.changed() => return,
        }
        tokio::select! {
            () = node.work_wakes.notified() => {}
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn share(node: &Arc<Node>) -> store::Result<()> {
    let lives = node.lives.take();
    for (workspace, _) in node.store.read(|tx| tx.workspaces()).await? {
        let heard: Vec<(UserId, i64)> =
            lives.iter().filter(|((of, _), _)| *of == workspace).map(|((_, user), at)| (*user, *at)).collect();
        let wanted = node.store.read(move |tx| is_wanted(tx, workspace)).await?;
        if heard.is_empty() && !wanted {
            continue;
        }
        let now = node.clock.now().as_millisecond();
        let give = move |tx: &mut Tx<'_>| {
            heard.iter().try_for_each(|(user, at)| tx.note_alive(workspace, *user, *at))?;
            Ok(take_back(tx, workspace, now)? + give_away(tx, workspace, now)?)
        };
        if 0 < node.store.write(Vec::new(), give).await? {
            node.changed(&[workspace]);
        }
    }
    Ok(())
}

/// Whether anything is ever given away or taken back here.
fn is_wanted(tx: &mut Tx<'_>, workspace: WorkspaceId) -> store::Result<bool> {
    Ok(!tx.agents(workspace)?.is_empty())
}

/// What waits of people who are gone goes back to its queue.
fn take_back(tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> store::Result<usize> {
    let mut moved = 0;
    for agent in tx.agents(workspace)? {
        if agent.released_at.is_some() || attendance(&agent, machine_now()) != Attendance::Gone {
            continue;
        }
        let name = tx.user(workspace, agent.user)?.map_or_else(String::new, |person| person.name);
        let held = tx.held_by(workspace, agent.user, MOST_HELD)?;
        for ticket in held.iter().filter(|ticket| ticket.waiting_since.is_some()) {
            let step = Step::Returned { from: name.clone() };
            moved += usize::from(hand(tx, workspace, ticket, None, step, now)?);
        }
        tx.put_agent(workspace, &AgentRow { released_at: Some(machine_now()), ..agent })?;
    }
    Ok(moved)
}

fn give_away(tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> store::Result<usize> {
    let given = tx.assignments(workspace)?.into_iter().filter(|(_, how)| *how != Assignment::Off);
    let members = tx.members(workspace)?;
    let mut hands = hands(tx, workspace)?;
    let mut moved = 0;
    for (queue, how) in given {
        let here: Vec<UserId> = members.iter().filter(|(of, _)| *of == queue).map(|(_, user)| *user).collect();
        for ticket in tx.unassigned_in(workspace, &queue, AT_ONCE)? {
            let free: Vec<Hand> = hands.values().filter(|hand| here.contains(&hand.user)).cloned().collect();
            let contact = ticket.ticket.contact;
            let person = contact.map(|contact| tx.contact(workspace, contact)).transpose()?.flatten();
            let piece = Piece {
                kind: ticket.ticket.kind.as_deref(),
                language: person.and_then(|person| person.contact.language),
                last: tx.last_agent_of(workspace, contact, ticket.ticket.conversation)?,
            };
            let Some(user) = choose(&free, how, piece) else { continue };
            let name = tx.user(workspace, user)?.map(|person| person.name);
            let step = Step::Assigned { to: name, queue: None };
            if hand(tx, workspace, &ticket, Some(user), step, now)? {
                moved += 1;
                if let Some(hand) = hands.get_mut(&user) {
                    (hand.load, hand.room) = (hand.load + 1, hand.room - 1);
                }
            }
        }
    }
    Ok(moved)
}

/// Who is there, with what each has.
fn hands(tx: &mut Tx<'_>, workspace: WorkspaceId) -> store::Result<HashMap<UserId, Hand>> {
    let mut hands = HashMap::new();
    for agent in tx.agents(workspace)? {
        let is_let_in = tx.user(workspace, agent.user)?.is_some_and(|person| person.disabled_at.is_none());
        if !is_let_in || attendance(&agent, machine_now()) != Attendance::There {
            continue;
        }
        let load = tx.held_by(workspace, agent.user, MOST_HELD)?.len() as i64;
        let hand = Hand { user: agent.user, room: agent.capacity - load, load, skills: agent.skills };
        hands.insert(agent.user, hand);
    }
    Ok(hands)
}

/// The thread is locked first, and the ticket looked at once more: a person may have been faster.
fn hand(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    before: &TicketRow,
    to: Option<UserId>,
    step: Step,
    now: i64,
) -> store::Result<bool> {
    let (id, thread) = (before.ticket.id, before.ticket.conversation);
    tx.lock_conversation(workspace, thread)?;
    let as_before = |ticket: &TicketRow| {
        ticket.assignee == before.assignee && ticket.state == before.state && ticket.ticket.queue == before.ticket.queue
    };
    if !tx.ticket_to_change(workspace, id)?.is_some_and(|ticket| as_before(&ticket)) {
        return Ok(false);
    }
    tx.assign_ticket(workspace, id, to, &before.ticket.queue, now)?;
    Entry::at(now, BY).write(tx, workspace, thread, step)?;
    changes::tell(tx, workspace, EventType::TicketAssigned, Subject::Ticket(id))?;
    Ok(true)
}
