//! What somebody has begun to write stays here, for them wherever they go on, and for colleagues to see.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::ids::{ConversationId, WorkspaceId};
use store::{Draft, Tx};

use super::presence::{known, person};
use super::{Actor, Done, Refusal};
use crate::changes;
use crate::node::Node;

/// WhatsApp takes no longer text.
const LONGEST: usize = 4_096;

/// Keeps a draft; an empty one is none.
pub async fn keep_draft(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    text: &str,
    by: &Actor,
) -> Done<()> {
    if LONGEST < text.chars().count() {
        return Err(Refusal::Invalid(format!("a draft has at most {LONGEST} characters")));
    }
    let at = node.clock.now().as_millisecond();
    known(node, workspace, conversation).await?;
    let draft = Draft { conversation, user: person(by)?, text: text.to_owned(), at };
    node.store.write(Vec::new(), move |tx| keep(tx, workspace, &draft)).await?;
    node.changed(&[workspace]);
    Ok(())
}

/// Colleagues hear that there is one, and that there is none any more; not of every letter.
fn keep(tx: &mut Tx<'_>, workspace: WorkspaceId, draft: &Draft) -> store::Result<()> {
    let before = tx.drafts(workspace, draft.conversation)?;
    let had_one = before.iter().any(|known| known.user == draft.user);
    let has_one = !draft.text.trim().is_empty();
    if has_one {
        tx.put_draft(workspace, draft)?;
    } else if had_one {
        tx.delete_draft(workspace, draft.conversation, draft.user)?;
    }
    if had_one != has_one {
        let about = Subject::Conversation(draft.conversation);
        changes::tell(tx, workspace, EventType::ConversationDrafted, about)?;
    }
    Ok(())
}
