//! Another version of the workflow is in force: what waits is planned anew by its rules, and what it follows now and nothing followed before
//! is planned. In stretches, each with how far it came, so that a stop loses nothing; one node at a time does it.

use std::collections::HashSet;
use std::sync::Arc;

use domain::fact::{Thing, ThingRef};
use domain::ids::{NoticeId, WorkspaceId};
use domain::news::News;
use domain::record::{Appointment, Deal, Order, Record};
use serde::{Deserialize, Serialize};
use store::{AdoptionRow, Since, Stored, Tx};
use uuid::Uuid;

use super::Rules;
use super::replan::{Replanned, of_thing};
use crate::ids;
use crate::news::{self, Told};
use crate::node::Node;
use crate::pipeline::lock_of_name;

/// Records in one transaction.
const STRETCH: i64 = 200;

/// Brings what is planned in line with the workflows in force.
pub async fn adopt(node: &Arc<Node>) -> store::Result<()> {
    for (workspace, _) in node.store.read(|tx| tx.workspaces()).await? {
        let Ok(published) = node.workflows.of(workspace) else { continue };
        let known = node.store.read(move |tx| tx.adoption(workspace)).await?;
        if known.is_some_and(|known| {
            published.version < known.version || (known.version == published.version && known.done)
        }) {
            continue;
        }
        loop {
            let (rules, version) = (published.rules.clone(), published.version);
            let now = node.clock.now().as_millisecond();
            let notice = NoticeId(ids::fresh());
            let unit = move |tx: &mut Tx<'_>| stretch(tx, workspace, &rules, version, notice, now);
            if !node.store.write(vec![lock_of_name(workspace, "follow-ups")], unit).await? {
                break;
            }
        }
        node.changed(&[workspace]);
    }
    Ok(())
}

/// How far it came: first what waits, then each kind of record that is followed, each in its own order.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Place {
    part: usize,
    at: i64,
    id: Uuid,
}

/// A stretch. Answers whether there is more.
fn stretch(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    version: i64,
    notice: NoticeId,
    now: i64,
) -> store::Result<bool> {
    let known = tx.adoption(workspace)?.filter(|known| version <= known.version);
    if known.as_ref().is_some_and(|known| version < known.version || known.done) {
        return Ok(false);
    }
    let mut row = known.unwrap_or(AdoptionRow { version, place: String::new(), planned: 0, cancelled: 0, done: false });
    let mut place: Place = serde_json::from_str(&row.place).unwrap_or_default();
    let things = rules.things();
    let (found, last) = match place.part.checked_sub(1).map(|part| things.get(part)) {
        None => waiting(tx, workspace, place)?,
        Some(Some(thing)) => records(tx, workspace, *thing, place)?,
        Some(None) => (Vec::new(), None),
    };
    for about in found {
        let Replanned { planned, cancelled } = of_thing(tx, workspace, rules, about, now)?;
        row.planned += planned;
        row.cancelled += cancelled;
    }
    place = match last {
        Some((at, id)) => Place { at, id, ..place },
        None => Place { part: place.part + 1, ..Place::default() },
    };
    row.done = things.len() < place.part;
    row.place = serde_json::to_string(&place).unwrap_or_default();
    tx.put_adoption(workspace, &row)?;
    if row.done {
        tell(tx, workspace, &row, notice, now)?;
    }
    Ok(!row.done)
}

type Found = (Vec<ThingRef>, Option<Since>);

fn waiting(tx: &mut Tx<'_>, workspace: WorkspaceId, place: Place) -> store::Result<Found> {
    let rows = tx.waiting_follow_ups(workspace, (place.at, place.id), STRETCH)?;
    let last = rows.last().map(|row| (row.due_at, row.key.about.id));
    let found: HashSet<ThingRef> = rows.into_iter().map(|row| row.key.about).collect();
    Ok((found.into_iter().collect(), last))
}

fn records(tx: &mut Tx<'_>, workspace: WorkspaceId, of: Thing, place: Place) -> store::Result<Found> {
    let since = (place.at, place.id);
    let found = match of {
        Thing::Appointment => changed::<Appointment>(tx, workspace, since)?,
        Thing::Deal => changed::<Deal>(tx, workspace, since)?,
        Thing::Order => changed::<Order>(tx, workspace, since)?,
        Thing::Ticket => {
            let rows = tx.tickets_behind(workspace, place.id, STRETCH)?;
            rows.into_iter().map(|row| (0, row.ticket.id.0)).collect()
        }
        Thing::Contact | Thing::Company => Vec::new(),
    };
    let last = found.last().copied();
    Ok((found.into_iter().map(|(_, id)| ThingRef { of, id }).collect(), last))
}

fn changed<R: Record + Stored>(tx: &mut Tx<'_>, workspace: WorkspaceId, since: Since) -> store::Result<Vec<Since>> {
    let kept = R::changed(tx, workspace, since, STRETCH)?;
    Ok(kept.into_iter().map(|kept| (kept.updated_at, kept.record.id())).collect())
}

/// Whoever looks after the business reads how much is different.
fn tell(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &AdoptionRow, id: NoticeId, now: i64) -> store::Result<()> {
    let &AdoptionRow { version, planned, cancelled, .. } = row;
    if planned + cancelled == 0 {
        return Ok(());
    }
    let told = Told { id, at: now, subject: "follow_ups", by: None };
    news::tell(tx, workspace, &told, &News::FollowUpsReplanned { version, planned, cancelled })
}
