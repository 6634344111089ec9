//! Who works in which queue, how much each takes on, and whether they are there.

use std::sync::Arc;

use domain::desk::{Assignment, Availability};
use domain::ids::{UserId, WorkspaceId};
use domain::right::Right;
use store::{AgentRow, Tx};

use super::presence::person;
use super::{Actor, Done, Refusal};
use crate::clock::machine_now;
use crate::node::Node;

/// What somebody has at once at most, unless that is set.
pub(crate) const USUAL_CAPACITY: i64 = 10;
const LARGEST_CAPACITY: i64 = 200;
const MOST_SKILLS: usize = 50;
const LONGEST_SKILL: usize = 64;
const LONGEST_UNDO_S: i64 = 30;

/// How much somebody takes on, and of what.
#[derive(Debug, Clone)]
pub struct Capacity {
    /// How many conversations at once.
    pub capacity: i64,
    /// The types and languages that they take; all, if there are none.
    pub skills: Vec<String>,
}

/// Somebody belongs to a queue from now on, or no longer.
pub async fn set_member(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    queue: &str,
    user: UserId,
    belongs: bool,
) -> Done<()> {
    let queue = known_queue(node, workspace, queue)?;
    let now = machine_now();
    let write = move |tx: &mut Tx<'_>| {
        if !belongs {
            return tx.remove_member(workspace, &queue, user).map(Ok);
        }
        match worker(tx, workspace, user, now)? {
            Err(refusal) => Ok(Err(refusal)),
            Ok(row) => {
                tx.put_agent(workspace, &row)?;
                tx.add_member(workspace, &queue, user).map(Ok)
            }
        }
    };
    let done = node.store.write(Vec::new(), write).await?;
    node.work_wakes.notify_one();
    done
}

/// How a queue gives its work away.
pub async fn set_assignment(node: &Arc<Node>, workspace: WorkspaceId, queue: &str, how: Assignment) -> Done<()> {
    let queue = known_queue(node, workspace, queue)?;
    node.store.write(Vec::new(), move |tx| tx.set_assignment(workspace, &queue, how)).await?;
    node.work_wakes.notify_one();
    Ok(())
}

/// How much somebody takes on.
pub async fn set_capacity(node: &Arc<Node>, workspace: WorkspaceId, user: UserId, wanted: Capacity) -> Done<AgentRow> {
    if !(1..=LARGEST_CAPACITY).contains(&wanted.capacity) {
        return Err(Refusal::Invalid(format!("`capacity` is a number from 1 to {LARGEST_CAPACITY}")));
    }
    let is_long = |skill: &String| skill.is_empty() || LONGEST_SKILL < skill.chars().count();
    if MOST_SKILLS < wanted.skills.len() || wanted.skills.iter().any(is_long) {
        return Err(Refusal::Invalid("`skills` are the ids of types, and languages such as `es`".to_owned()));
    }
    let now = machine_now();
    let change = move |row: AgentRow| AgentRow { capacity: wanted.capacity, skills: wanted.skills.clone(), ..row };
    put(node, workspace, user, now, change).await
}

/// Somebody says that they are there, or away. Whoever comes back gets work at once.
pub async fn set_availability(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    availability: Availability,
    by: &Actor,
) -> Done<AgentRow> {
    let now = machine_now();
    let change = move |row: AgentRow| AgentRow {
        availability,
        since: if row.availability == availability { row.since } else { now },
        alive_at: now,
        released_at: None,
        ..row
    };
    put(node, workspace, person(by)?, now, change).await
}

async fn put(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    user: UserId,
    now: i64,
    change: impl Fn(AgentRow) -> AgentRow + Send + 'static,
) -> Done<AgentRow> {
    let write = move |tx: &mut Tx<'_>| match worker(tx, workspace, user, now)? {
        Err(refusal) => Ok(Err(refusal)),
        Ok(row) => {
            let row = change(row);
            tx.put_agent(workspace, &row)?;
            Ok(Ok(row))
        }
    };
    let done = node.store.write(Vec::new(), write).await?;
    node.work_wakes.notify_one();
    node.changed(&[workspace]);
    done
}

/// For how many seconds a message of a person can be taken back.
pub async fn set_undo_seconds(node: &Arc<Node>, workspace: WorkspaceId, seconds: i64) -> Done<()> {
    if !(0..=LONGEST_UNDO_S).contains(&seconds) {
        return Err(Refusal::Invalid(format!("`undo_seconds` is a number from 0 to {LONGEST_UNDO_S}")));
    }
    Ok(node.store.write(Vec::new(), move |tx| tx.set_undo_seconds(workspace, seconds)).await?)
}

fn known_queue(node: &Node, workspace: WorkspaceId, queue: &str) -> Done<String> {
    let published = node.workflows.of(workspace).map_err(|_| Refusal::Missing("queue"))?;
    published.workflow.queue(queue).map(|queue| queue.id.clone()).ok_or(Refusal::Missing("queue"))
}

/// Somebody who works on conversations, as they are known, or as everybody begins.
fn worker(tx: &mut Tx<'_>, workspace: WorkspaceId, user: UserId, now: i64) -> store::Result<Done<AgentRow>> {
    let Some(person) = tx.user(workspace, user)? else { return Ok(Err(Refusal::Missing("person"))) };
    if !Right::Work.is_of(person.role) {
        return Ok(Err(Refusal::Invalid(format!("{} does not work on conversations", person.name))));
    }
    let known = tx.agent(workspace, user)?;
    Ok(Ok(known.unwrap_or(AgentRow {
        user,
        capacity: USUAL_CAPACITY,
        skills: Vec::new(),
        availability: Availability::Away,
        since: now,
        alive_at: now,
        released_at: None,
    })))
}
