//! Who is in a conversation at this moment, and up to where each has read it.

use std::sync::Arc;

use domain::desk::Doing;
use domain::ids::{ConversationId, UserId, WorkspaceId};
use store::PresenceRow;

use super::{Actor, Done, Refusal};
use crate::clock::machine_now;
use crate::node::Node;

/// Whoever says nothing for so long has left.
pub(crate) const FORGOTTEN_MS: i64 = 15_000;

/// Somebody has a conversation open, or writes in it. To be said again every few seconds.
pub async fn say_here(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    doing: Doing,
    by: &Actor,
) -> Done<()> {
    let (user, name, now) = (person(by)?, by.name.clone(), machine_now());
    node.lives.note(workspace, user, now);
    let here = PresenceRow { conversation, user, name, doing };
    let write = move |tx: &mut store::Tx<'_>| {
        if tx.conversation(workspace, conversation)?.is_none() {
            return Ok(Err(Refusal::Missing("conversation")));
        }
        tx.forget_presence(workspace, now - FORGOTTEN_MS)?;
        tx.note_presence(workspace, &here, now).map(Ok)
    };
    let said = node.store.write(Vec::new(), write).await?;
    node.changed(&[workspace]);
    said
}

/// Somebody has left a conversation.
pub async fn leave(node: &Arc<Node>, workspace: WorkspaceId, conversation: ConversationId, by: &Actor) -> Done<()> {
    let user = person(by)?;
    let write = move |tx: &mut store::Tx<'_>| match tx.conversation(workspace, conversation)? {
        None => Ok(Err(Refusal::Missing("conversation"))),
        Some(_) => tx.end_presence(workspace, conversation, user).map(Ok),
    };
    let left = node.store.write(Vec::new(), write).await?;
    node.changed(&[workspace]);
    left
}

/// Somebody has read a conversation up to a message. What called them there has been seen.
pub async fn note_seen(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    seq: i64,
    by: &Actor,
) -> Done<()> {
    let (user, now) = (person(by)?, node.clock.now().as_millisecond());
    node.lives.note(workspace, user, machine_now());
    let write = move |tx: &mut store::Tx<'_>| match tx.conversation(workspace, conversation)? {
        None => Ok(Err(Refusal::Missing("conversation"))),
        Some(thread) => tx.note_seen(workspace, user, conversation, seq.min(thread.last_seq), now).map(Ok),
    };
    node.store.write(Vec::new(), write).await?
}

/// A key reads nothing and is nowhere.
pub(super) fn person(by: &Actor) -> Result<UserId, Refusal> {
    by.user.ok_or_else(|| Refusal::Invalid("only somebody who is signed in can do that, not a key".to_owned()))
}
