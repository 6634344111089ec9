//! Two contacts that look like one person are not: a person says so, and they are not suggested again.

use std::sync::Arc;

use domain::ids::{ContactId, WorkspaceId};
use store::Tx;

use super::{Done, Refusal};
use crate::node::Node;

/// Says that two contacts are two people.
pub async fn tell_apart(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    one: ContactId,
    other: ContactId,
    by: &str,
) -> Done<()> {
    let (now, by) = (node.clock.now().as_millisecond(), by.to_owned());
    let judge = move |tx: &mut Tx<'_>| tx.judge_duplicate(workspace, one, other, &by, now);
    let was_open = node.store.write(Vec::new(), judge).await?;
    node.changed(&[workspace]);
    if was_open { Ok(()) } else { Err(Refusal::Missing("suggestion")) }
}
