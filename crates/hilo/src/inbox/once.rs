//! A request that comes again has no second effect: the key under which it was made, and its answer, commit with the effect.

mod outside;

use domain::ids::WorkspaceId;
use store::{KeptAnswer, KeptKey, Tx};

pub use outside::{Failed, Tried};

use super::{Done, Refusal};
use crate::clock::machine_now;
use crate::kill_points::reached;
use crate::node::Node;
use crate::pipeline::lock_of_name;

/// Which request it is: its caller's key, and a hash of what it asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The caller's own name for the request.
    pub key: String,
    /// The same for the same request, another for any other.
    pub request: Vec<u8>,
}

impl Asked {
    fn lock(&self, workspace: WorkspaceId) -> i64 {
        lock_of_name(workspace, &format!("once {}", self.key))
    }
}

/// An answer as it goes out and as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body; empty where there is nothing to say.
    pub body: String,
}

/// What came of a verb.
#[derive(Debug)]
pub enum Acted<T> {
    /// It was done.
    Now(T),
    /// It was done before under this key, and answered like this.
    Before(Answer),
}

type Show<T> = Box<dyn Fn(&T) -> Answer + Send + Sync>;

/// How often a verb may have its effect, however often it is called.
pub struct Once<T> {
    asked: Option<(Asked, Show<T>)>,
}

impl<T: Send + 'static> Once<T> {
    /// As often as it is called: for callers that do not repeat themselves.
    pub fn each_time() -> Self {
        Self { asked: None }
    }

    /// One time for this request, whose answer is kept as `show` writes it; each time if it has no key.
    pub fn for_request(asked: Option<Asked>, show: impl Fn(&T) -> Answer + Send + Sync + 'static) -> Self {
        Self { asked: asked.map(|asked| (asked, Box::new(show) as Show<T>)) }
    }

    /// Runs a verb's unit of work, unless it has run under this key before. A refusal is not kept: nothing happened, and the next
    /// try may find things otherwise.
    pub async fn write(
        self,
        node: &Node,
        workspace: WorkspaceId,
        mut locks: Vec<i64>,
        mut work: impl FnMut(&mut Tx<'_>) -> store::Result<Done<T>> + Send + 'static,
    ) -> Done<Acted<T>> {
        let Some((asked, show)) = self.asked else {
            return node.store.write(locks, work).await?.map(Acted::Now);
        };
        locks.push(asked.lock(workspace));
        let unit = move |tx: &mut Tx<'_>| {
            match tx.kept_key(workspace, &asked.key)? {
                Some(kept) if kept.request() != asked.request => return Ok(Err(Refusal::KeyTaken)),
                Some(KeptKey::Answered(answer)) => return Ok(Ok(Acted::Before(as_given(answer)))),
                // Taken by this very request, which is about to be answered.
                Some(KeptKey::Taken { .. }) | None => {}
            }
            let done = work(tx)?;
            if let Ok(value) = &done {
                tx.keep_answer(workspace, &asked.key, &to_keep(&asked, show(value)), machine_now())?;
            }
            Ok(done.map(Acted::Now))
        };
        let done = node.store.write(locks, unit).await?;
        reached("once_committed");
        done
    }
}

fn as_given(kept: KeptAnswer) -> Answer {
    Answer { status: u16::try_from(kept.status).unwrap_or(200), body: kept.body }
}

fn to_keep(asked: &Asked, answer: Answer) -> KeptAnswer {
    KeptAnswer { request: asked.request.clone(), status: i64::from(answer.status), body: answer.body }
}
