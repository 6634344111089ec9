//! A changed workflow over the traffic of the last days: which messages it would decide about otherwise. The version in force and the changed one
//! live through the same threads, by the same decisions as ever; nothing is sent and nothing is written.

mod compare;
mod thread;
mod told;

use std::sync::Arc;

use domain::ids::{ContactId, ConversationId, WorkspaceId};
use store::{Store, StoreError, Tx};
use tokio::sync::mpsc::Sender;

pub(crate) use crate::pipeline::Decided;
use crate::workflows::{self, Published};
use thread::Thread;
pub(crate) use told::Told;

/// Threads in one reading.
const AT_ONCE: i64 = 20;

/// A message about which is decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) conversation: ConversationId,
    pub(crate) seq: i64,
    /// When it came, milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) contact: Option<ContactId>,
    pub(crate) name: Option<String>,
    /// What it said.
    pub(crate) text: String,
    /// By the version in force.
    pub(crate) before: Decided,
    /// By the changed one.
    pub(crate) after: Decided,
}

impl Difference {
    /// Whether it is taken for something else.
    pub(crate) fn in_type(&self) -> bool {
        (&self.before.kind, self.before.category) != (&self.after.kind, self.after.category)
    }

    /// Whether something else is done about it, or it waits elsewhere.
    pub(crate) fn in_route(&self) -> bool {
        let route = |one: &Decided| (one.policy, one.guard, one.queue.clone());
        route(&self.before) != route(&self.after)
    }

    /// Whether the customer is told something else.
    pub(crate) fn in_answer(&self) -> bool {
        self.before.said != self.after.said
    }

    /// Whether something else is written down.
    pub(crate) fn in_writing(&self) -> bool {
        self.before.written != self.after.written
    }
}

/// How much was looked at, and what was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) conversations: u64,
    pub(crate) messages: u64,
    /// Messages about which the version in force decides what was decided then, as far as their steps tell.
    pub(crate) as_then: u64,
    pub(crate) different: u64,
    pub(crate) in_type: u64,
    pub(crate) in_route: u64,
    pub(crate) in_answer: u64,
    pub(crate) in_writing: u64,
}

impl Tally {
    fn count(&mut self, found: &Found) {
        self.conversations += 1;
        self.messages += found.messages;
        self.as_then += found.as_then;
        for one in &found.different {
            self.different += 1;
            self.in_type += u64::from(one.in_type());
            self.in_route += u64::from(one.in_route());
            self.in_answer += u64::from(one.in_answer());
            self.in_writing += u64::from(one.in_writing());
        }
    }
}

/// What came of one thread.
#[derive(Debug, Default)]
pub(crate) struct Found {
    messages: u64,
    as_then: u64,
    different: Vec<Difference>,
}

/// The version in force, and a changed text of it.
pub(crate) struct Trial {
    before: Arc<Published>,
    after: Arc<Published>,
}

impl Trial {
    /// Both as they would be if they were in force now: with what people put right, and with nothing paused.
    pub(crate) async fn of(store: &Store, workspace: WorkspaceId, text: String) -> anyhow::Result<Trial> {
        let in_force = store.read(move |tx| tx.workflow_in_force(workspace)).await?;
        let (version, text_before) = in_force.unwrap_or_else(|| (0, workflow::TRIAGE.to_owned()));
        let before = workflows::apart(store, workspace, version, text_before).await?;
        let after = workflows::apart(store, workspace, version + 1, text).await?;
        Ok(Trial { before: Arc::new(before), after: Arc::new(after) })
    }
}

/// What is told of a replay while it goes on.
#[derive(Debug)]
pub(crate) enum News {
    /// A message is decided about otherwise.
    Different(Box<Difference>),
    /// So much was looked at so far.
    Progress(Tally),
    /// That was all.
    Done(Tally),
}

/// Replays what came in since a moment, thread by thread, until it is done or nobody listens any more.
pub(crate) async fn replay(
    store: &Store,
    workspace: WorkspaceId,
    trial: &Trial,
    since: i64,
    tell: Sender<News>,
) -> store::Result<()> {
    let (mut tally, mut behind) = (Tally::default(), None);
    loop {
        let read = move |tx: &mut Tx<'_>| page(tx, workspace, behind, since);
        let (threads, next) = store.read(read).await?;
        let (old, new) = (trial.before.clone(), trial.after.clone());
        let compare = move || threads.iter().map(|thread| compare::compare(&old, &new, thread, since)).collect();
        let found: Vec<Found> = tokio::task::spawn_blocking(compare).await.map_err(|_| StoreError::Stopped)?;
        for one in found {
            tally.count(&one);
            for different in one.different {
                if tell.send(News::Different(Box::new(different))).await.is_err() {
                    return Ok(());
                }
            }
        }
        let news = if next.is_some() { News::Progress(tally) } else { News::Done(tally) };
        if tell.send(news).await.is_err() || next.is_none() {
            return Ok(());
        }
        behind = next;
    }
}

/// A page of threads in which something came since; with where the next one begins.
fn page(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    behind: Option<ConversationId>,
    since: i64,
) -> store::Result<(Vec<Thread>, Option<ConversationId>)> {
    let rows = tx.conversations(workspace, None, behind, AT_ONCE)?;
    let next = rows.last().map(|row| row.id).filter(|_| rows.len() as i64 == AT_ONCE);
    let lately = rows.into_iter().filter(|row| since <= row.last_message_at);
    let threads = lately.map(|row| thread::load(tx, workspace, row)).collect::<store::Result<_>>()?;
    Ok((threads, next))
}
