//! Who is in a conversation at this moment, and up to where each has read it.

use std::sync::Arc;

use domain::desk::Doing;
use domain::ids::{ConversationId, UserId, WorkspaceId};
use store::{ConversationRow, PresenceRow};

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
    known(node, workspace, conversation).await?;
    let (user, name, now) = (person(by)?, by.name.clone(), machine_now());
    node.lives.note(workspace, user, now);
    let here = PresenceRow { conversation, user, name, doing };
    let write = move |tx: &mut store::Tx<'_>| {
        tx.forget_presence(workspace, now - FORGOTTEN_MS)?;
        tx.note_presence(workspace, &here, now)
    };
    node.store.write(Vec::new(), write).await?;
    node.changed(&[workspace]);
    Ok(())
}

/// Somebody has left a conversation.
pub async fn leave(node: &Arc<Node>, workspace: WorkspaceId, conversation: ConversationId, by: &Actor) -> Done<()> {
    known(node, workspace, conversation).await?;
    let user = person(by)?;
    node.store.write(Vec::new(), move |tx| tx.end_presence(workspace, conversation, user)).await?;
    node.changed(&[workspace]);
    Ok(())
}

/// Somebody has read a conversation up to a message. What called them there has been seen.
pub async fn note_seen(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    seq: i64,
    by: &Actor,
) -> Done<()> {
    let last = known(node, workspace, conversation).await?.last_seq;
    let (user, now) = (person(by)?, node.clock.now().as_millisecond());
    node.lives.note(workspace, user, machine_now());
    Ok(node.store.write(Vec::new(), move |tx| tx.note_seen(workspace, user, conversation, seq.min(last), now)).await?)
}

/// A conversation of this workspace; what is not there is not there for a key either.
pub(super) async fn known(
    node: &Node,
    workspace: WorkspaceId,
    conversation: ConversationId,
) -> Result<ConversationRow, Refusal> {
    let found = node.store.read(move |tx| tx.conversation(workspace, conversation)).await?;
    found.ok_or(Refusal::Missing("conversation"))
}

/// A key reads nothing and is nowhere.
pub(super) fn person(by: &Actor) -> Result<UserId, Refusal> {
    by.user.ok_or_else(|| Refusal::Invalid("only somebody who is signed in can do that, not a key".to_owned()))
}
