//! Verbs that ask WhatsApp in between. No transaction is open meanwhile, so the key is taken before the call, and answered with what
//! came of it. A try that finds the key taken and left looks at what WhatsApp has before it does anything.

use std::time::Duration;

use domain::ids::WorkspaceId;
use store::{KeptKey, Tx};

use super::{Acted, Answer, Asked, Once, as_given};
use crate::clock::machine_now;
use crate::ids;
use crate::inbox::{Done, Refusal};
use crate::kill_points::reached;
use crate::node::Node;

/// Nobody works on one request for longer: whoever took its key was stopped.
const LONGEST_TRY: Duration = Duration::from_secs(90);

/// Whether a request may have had its effect already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// This is the first try.
    Never,
    /// One was made, and nobody knows what came of it.
    Perhaps,
}

/// Why a call outside came to nothing.
#[derive(Debug)]
pub enum Failed {
    /// It had no effect.
    Surely(Refusal),
    /// It may have had its effect all the same.
    Perhaps(Refusal),
}

enum Taking {
    Mine(Tried),
    Before(Answer),
}

impl<T: Send + 'static> Once<T> {
    /// Calls, unless the call was answered under this key before, and then writes down what came of it.
    pub async fn call<V, F>(
        self,
        node: &Node,
        workspace: WorkspaceId,
        call: impl FnOnce(Tried) -> F,
        mut record: impl FnMut(&mut Tx<'_>, &V) -> store::Result<Done<T>> + Send + 'static,
    ) -> Done<Acted<T>>
    where
        V: Send + 'static,
        F: Future<Output = Result<V, Failed>>,
    {
        let asked = self.asked.as_ref().map(|(asked, _)| asked.clone());
        let tried = match take(node, workspace, asked.as_ref()).await? {
            Taking::Mine(tried) => tried,
            Taking::Before(answer) => return Ok(Acted::Before(answer)),
        };
        let called = call(tried).await;
        reached("outside_called");
        match called {
            Ok(value) => self.write(node, workspace, Vec::new(), move |tx| record(tx, &value)).await,
            Err(Failed::Surely(refusal)) => {
                let_go(node, workspace, asked, |tx, workspace, key| tx.free_key(workspace, key)).await?;
                Err(refusal)
            }
            Err(Failed::Perhaps(refusal)) => {
                let_go(node, workspace, asked, |tx, workspace, key| tx.leave_key(workspace, key)).await?;
                Err(refusal)
            }
        }
    }
}

async fn take(node: &Node, workspace: WorkspaceId, asked: Option<&Asked>) -> Done<Taking> {
    let Some(asked) = asked.cloned() else { return Ok(Taking::Mine(Tried::Never)) };
    let locks = vec![asked.lock(workspace)];
    let alone_since = (!node.store.is_shared()).then(|| ids::made_at(node.id));
    let unit = move |tx: &mut Tx<'_>| {
        let now = machine_now();
        let tried = match tx.kept_key(workspace, &asked.key)? {
            None => Tried::Never,
            Some(kept) if kept.request() != asked.request => return Ok(Err(Refusal::KeyTaken)),
            Some(KeptKey::Answered(answer)) => return Ok(Ok(Taking::Before(as_given(answer)))),
            Some(KeptKey::Taken { since: Some(since), .. }) if !is_left(since, alone_since, now) => {
                let said = "the same request is under way; ask again in a moment under the same `Idempotency-Key`";
                return Ok(Err(Refusal::Conflict(said.to_owned())));
            }
            Some(KeptKey::Taken { .. }) => Tried::Perhaps,
        };
        tx.take_key(workspace, &asked.key, &asked.request, now)?;
        Ok(Ok(Taking::Mine(tried)))
    };
    node.store.write(locks, unit).await?
}

/// Whether nobody works any more on a request that was taken then. On a database that only one process can use, whoever took it before
/// this process began is gone.
fn is_left(taken_at: i64, alone_since: Option<i64>, now: i64) -> bool {
    alone_since.is_some_and(|began| taken_at < began) || taken_at + LONGEST_TRY.as_millis() as i64 <= now
}

async fn let_go(
    node: &Node,
    workspace: WorkspaceId,
    asked: Option<Asked>,
    how: fn(&mut Tx<'_>, WorkspaceId, &str) -> store::Result<()>,
) -> Done<()> {
    let Some(asked) = asked else { return Ok(()) };
    let locks = vec![asked.lock(workspace)];
    Ok(node.store.write(locks, move |tx| how(tx, workspace, &asked.key)).await?)
}
