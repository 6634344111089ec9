//! Whoever acts on a conversation says how far they had read it; what came since, they read first.

use domain::delivery::Progress;
use domain::ids::{ConversationId, UserId, WorkspaceId};
use domain::interaction::Author;
use store::{MessageRow, Tx};

use super::Refusal;

/// Whoever missed more than that has to read them anyway.
const MOST_NEWS: i64 = 50;

/// The refusal of somebody who had read up to `seen`, if the customer or a colleague wrote behind it. What one wrote oneself is no news.
pub(super) fn overtaken(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    seen: Option<i64>,
    user: Option<UserId>,
) -> store::Result<Option<Refusal>> {
    let Some(seen) = seen else { return Ok(None) };
    let own = |row: &MessageRow| {
        let writer = row.message.writer.as_ref().and_then(|writer| writer.user);
        writer.is_some() && writer == user
    };
    let is_news = |row: &MessageRow| match row.message.author {
        Author::Customer | Author::PhoneApp => true,
        Author::Agent => row.progress != Some(Progress::Cancelled) && !own(row),
        Author::Automation => false,
    };
    let came = tx.messages(workspace, id, seen, MOST_NEWS)?;
    let seqs: Vec<i64> = came.iter().filter(|row| is_news(row)).map(|row| row.message.seq).collect();
    let said = || "somebody wrote in this conversation meanwhile; read it first".to_owned();
    Ok((!seqs.is_empty()).then(|| Refusal::Overtaken { said: said(), seqs }))
}
