//! What a person says about follow-ups: that one is not wanted, and what becomes of many that were overdue at once.

use std::sync::Arc;

use domain::follow_up::{Because, Cause, FollowUpKey, FollowUpState};
use domain::ids::WorkspaceId;
use store::{FollowUpEnd, FollowUpRow, Tx};

use super::settle::{Settlement, settle};
use crate::inbox::{Actor, Done, Refusal};
use crate::node::Node;

/// Taken in one transaction.
const AT_ONCE: i64 = 500;

/// A person does not want it sent.
pub async fn skip(node: &Arc<Node>, workspace: WorkspaceId, key: FollowUpKey, by: &Actor) -> Done<FollowUpRow> {
    let (now, by) = (node.clock.now().as_millisecond(), by.name.clone());
    let skipped = node.store.write(Vec::new(), move |tx| skip_at(tx, workspace, &key, &by, now)).await?;
    node.changed(&[workspace]);
    skipped
}

fn skip_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    key: &FollowUpKey,
    by: &str,
    now: i64,
) -> store::Result<Done<FollowUpRow>> {
    let Some(row) = tx.follow_up(workspace, key)? else { return Ok(Err(Refusal::Missing("follow-up"))) };
    match row.state {
        FollowUpState::Pending | FollowUpState::Held => {}
        FollowUpState::Sent | FollowUpState::Skipped | FollowUpState::Expired | FollowUpState::Cancelled => {
            let said = format!("it is {}: only what waits can be skipped", row.state);
            return Ok(Err(Refusal::Conflict(said)));
        }
    }
    settle(tx, workspace, &row, None, by_person(by, now))?;
    Ok(tx.follow_up(workspace, key)?.ok_or(Refusal::Missing("follow-up")))
}

fn by_person(by: &str, now: i64) -> Settlement {
    let because = Some(Because::Cause(Cause::ByPerson));
    Settlement { by: by.to_owned(), ..Settlement::new(FollowUpState::Skipped, because, now) }
}

/// What was held because many were overdue at once is decided like any other. Answers how many.
pub async fn release_flood(node: &Arc<Node>, workspace: WorkspaceId) -> Done<usize> {
    let now = node.clock.now().as_millisecond();
    let release = move |tx: &mut Tx<'_>, row: &FollowUpRow| {
        let end = FollowUpEnd {
            contact: row.contact,
            state: FollowUpState::Pending,
            because: Some(Because::Cause(Cause::Released)),
            looked: row.looked.clone(),
            look_at: Some(now),
            send: None,
            at: now,
        };
        tx.end_follow_up(workspace, &row.key, &end)
    };
    each_of_the_flood(node, workspace, release).await
}

/// It is not sent. Answers how many.
pub async fn drop_flood(node: &Arc<Node>, workspace: WorkspaceId, by: &Actor) -> Done<usize> {
    let (now, by) = (node.clock.now().as_millisecond(), by.name.clone());
    let drop = move |tx: &mut Tx<'_>, row: &FollowUpRow| settle(tx, workspace, row, None, by_person(&by, now));
    each_of_the_flood(node, workspace, drop).await
}

async fn each_of_the_flood(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    then: impl Fn(&mut Tx<'_>, &FollowUpRow) -> store::Result<()> + Clone + Send + 'static,
) -> Done<usize> {
    let mut all = 0;
    loop {
        let then = then.clone();
        let unit = move |tx: &mut Tx<'_>| {
            let rows = tx.flood_of_follow_ups(workspace, AT_ONCE)?;
            rows.iter().try_for_each(|row| then(tx, row))?;
            Ok(rows.len())
        };
        let some = node.store.write(Vec::new(), unit).await?;
        all += some;
        if (some as i64) < AT_ONCE {
            break;
        }
    }
    node.changed(&[workspace]);
    Ok(all)
}
