//! Gives away what waits in the queues that are set to do so: right after the commit that brought work or room, and now and then. What waits
//! of people who are gone goes back first.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::change::{EventType, Subject};
use domain::desk::Assignment;
use domain::ids::{UserId, WorkspaceId};
use domain::interaction::Step;
use domain::right::Right;
use jiff::Timestamp;
use store::{AgentRow, TicketRow, Tx, UserRow};
use tokio::sync::watch;
use tracing::warn;

use crate::changes;
use crate::clock::machine_now;
use crate::inbox::{Attendance, Entry, Hand, Piece, attendance, choose};
use crate::node::Node;
use crate::workflows::Published;

/// However often it is called, it does not run more often than this.
const BREATH: Duration = Duration::from_millis(200);
const NAP: Duration = Duration::from_secs(20);
/// So much of a queue is given away at once.
const AT_ONCE: i64 = 50;
/// And so many times as much is looked through for something that somebody takes.
const MOST_PAGES: usize = 20;
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
        let (now, published) = (node.clock.now().as_millisecond(), node.workflows.of(workspace)?);
        let give = move |tx: &mut Tx<'_>| {
            heard.iter().try_for_each(|(user, at)| tx.note_alive(workspace, *user, *at))?;
            Ok(take_back(tx, workspace, now)? + give_away(tx, workspace, &published, now)?)
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
        let person = tx.user(workspace, agent.user)?;
        let is_gone = !works(person.as_ref()) || attendance(&agent, machine_now()) == Attendance::Gone;
        if agent.released_at.is_some() || !is_gone {
            continue;
        }
        let name = person.map_or_else(String::new, |person| person.name);
        let held = tx.held_by(workspace, agent.user, MOST_HELD)?;
        for ticket in held.iter().filter(|ticket| ticket.waiting_since.is_some()) {
            let step = Step::Returned { from: name.clone() };
            moved += usize::from(hand(tx, workspace, ticket, None, step, now)?);
        }
        tx.put_agent(workspace, &AgentRow { released_at: Some(machine_now()), ..agent })?;
    }
    Ok(moved)
}

/// What waits in a queue that is closed waits until it opens.
fn give_away(tx: &mut Tx<'_>, workspace: WorkspaceId, published: &Published, now: i64) -> store::Result<usize> {
    let given = tx.assignments(workspace)?.into_iter();
    let given = given.filter(|(queue, how)| *how != Assignment::Off && is_open(published, queue, now));
    let members = tx.members(workspace)?;
    let mut hands = hands(tx, workspace)?;
    let mut moved = 0;
    for (queue, how) in given {
        let here: Vec<UserId> = members.iter().filter(|(of, _)| *of == queue).map(|(_, user)| *user).collect();
        let mut after = None;
        // What nobody takes who is there must not keep back what stands behind it.
        for _ in 0..MOST_PAGES {
            if !hands.values().any(|hand| here.contains(&hand.user) && 0 < hand.room) {
                break;
            }
            let page = tx.unassigned_in(workspace, &queue, after, AT_ONCE)?;
            for ticket in &page {
                moved += usize::from(give(tx, workspace, ticket, how, &here, &mut hands, now)?);
            }
            after = page.last().and_then(|last| Some((last.waiting_since?, last.ticket.id)));
            if after.is_none() {
                break;
            }
        }
    }
    Ok(moved)
}

/// To whoever of those who belong here takes it; answers whether anybody does.
fn give(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    ticket: &TicketRow,
    how: Assignment,
    here: &[UserId],
    hands: &mut HashMap<UserId, Hand>,
    now: i64,
) -> store::Result<bool> {
    let free: Vec<Hand> = hands.values().filter(|hand| here.contains(&hand.user)).cloned().collect();
    let contact = ticket.ticket.contact;
    let person = contact.map(|contact| tx.contact(workspace, contact)).transpose()?.flatten();
    let piece = Piece {
        kind: ticket.ticket.kind.as_deref(),
        language: person.and_then(|person| person.contact.language),
        last: tx.last_agent_of(workspace, contact, ticket.ticket.conversation)?,
    };
    let Some(user) = choose(&free, how, piece) else { return Ok(false) };
    let name = tx.user(workspace, user)?.map(|person| person.name);
    let step = Step::Assigned { to: name, queue: None };
    let is_given = hand(tx, workspace, ticket, Some(user), step, now)?;
    if let Some(hand) = hands.get_mut(&user).filter(|_| is_given) {
        (hand.load, hand.room) = (hand.load + 1, hand.room - 1);
    }
    Ok(is_given)
}

/// One that left the workflow has no hours any more; what is left in it is given away at any time.
fn is_open(published: &Published, queue: &str, now: i64) -> bool {
    match (published.workflow.queue(queue), Timestamp::from_millisecond(now)) {
        (Some(queue), Ok(now)) => queue.hours.is_open(now, &queue.time_zone),
        (Some(_), Err(_)) | (None, _) => true,
    }
}

/// Who is there, with what each has.
fn hands(tx: &mut Tx<'_>, workspace: WorkspaceId) -> store::Result<HashMap<UserId, Hand>> {
    let mut hands = HashMap::new();
    for agent in tx.agents(workspace)? {
        let person = tx.user(workspace, agent.user)?;
        if !works(person.as_ref()) || attendance(&agent, machine_now()) != Attendance::There {
            continue;
        }
        let load = tx.held_by(workspace, agent.user, MOST_HELD)?.len() as i64;
        let hand = Hand { user: agent.user, room: agent.capacity - load, load, skills: agent.skills };
        hands.insert(agent.user, hand);
    }
    Ok(hands)
}

/// Whoever was disabled, or has a role without conversations, is gone from one moment to the next.
fn works(person: Option<&UserRow>) -> bool {
    person.is_some_and(|person| person.disabled_at.is_none() && Right::Work.is_of(person.role))
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
