//! Whoever is new or known by another name is compared with whom it could be: behind the log of changes, so that nobody who writes a
//! message waits for it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::change::{EventType, Subject};
use domain::contact::Identity;
use domain::duplicate::{Compared, Likeness, likenesses};
use domain::ids::{ContactId, WorkspaceId};
use store::{ChangeRow, ContactRow, DealsOf, Position, Tx};
use tokio::sync::watch;
use uuid::Uuid;

use super::behind_the_log::{Pace, follow};
use crate::clock::machine_now;
use crate::node::Node;
use crate::pipeline::lock_of_name;

/// A duplicate may wait a little longer than what somebody looks for, and gives way to messages that come in crowds.
const PACE: Pace = Pace { gather: Duration::from_millis(500), look_again: Duration::from_secs(5), rests: 3 };
/// Rows of the log in one look.
const ROWS: i64 = 200;
/// Namesakes beyond these tell nothing.
const NAMESAKES: i64 = 20;
const DEALS: i64 = 20;

/// Follows the log until told to stop.
pub(super) async fn run(node: Arc<Node>, stop: watch::Receiver<bool>) {
    follow(node, stop, PACE, "Duplicates cannot be looked for", advance).await;
}

/// One look. What it finds is compared where nothing waits, and only what speaks for something is written.
async fn advance(node: Arc<Node>, workspace: WorkspaceId, behind: Position) -> store::Result<(Position, bool)> {
    let look = move |tx: &mut Tx<'_>| {
        let after = tx.duplicate_position(workspace)?.max(behind);
        let stretch = tx.changes(workspace, after, ROWS)?;
        let people = people_in(&stretch.changes);
        let found = if people.is_empty() { Vec::new() } else { pairs(tx, workspace, &people)? };
        Ok((stretch.up_to, stretch.more, people.is_empty(), found))
    };
    let (up_to, more, nothing_new, found) = node.store.read(look).await?;
    if !nothing_new {
        let now = machine_now();
        let work = move |tx: &mut Tx<'_>| {
            for ((one, other), reasons) in &found {
                tx.suggest_duplicate(workspace, *one, *other, reasons, now)?;
            }
            tx.note_duplicate_position(workspace, up_to)
        };
        node.store.write(vec![lock_of_name(workspace, "duplicates")], work).await?;
    }
    Ok((up_to, more && behind < up_to))
}

fn people_in(rows: &[ChangeRow]) -> Vec<ContactId> {
    let tells = |event: EventType| {
        matches!(
            event,
            EventType::ContactCreated
                | EventType::ContactChanged
                | EventType::ContactMerged
                | EventType::ContactUnmerged
                | EventType::DealCreated
        )
    };
    let people = rows.iter().filter(|row| tells(row.change.event)).filter_map(|row| match row.change.about {
        Subject::Contact(id) => Some(id),
        Subject::Message(..)
        | Subject::Conversation(_)
        | Subject::Interaction(_)
        | Subject::Ticket(_)
        | Subject::Send(_)
        | Subject::Channel(_)
        | Subject::Notice(_)
        | Subject::Endpoint(_)
        | Subject::Company(_)
        | Subject::Deal(_)
        | Subject::Appointment(_)
        | Subject::Order(_)
        | Subject::Note(_) => None,
    });
    people.collect::<BTreeSet<_>>().into_iter().collect()
}

type Pair = ((ContactId, ContactId), Vec<Likeness>);

/// Everybody who is like one of these people, and why.
fn pairs(tx: &mut Tx<'_>, workspace: WorkspaceId, people: &[ContactId]) -> store::Result<Vec<Pair>> {
    let mut found = Vec::new();
    for row in tx.contacts_by_id(workspace, people)?.into_iter().filter(|row| row.merged_into.is_none()) {
        let others = alike(tx, workspace, &row)?;
        if others.is_empty() {
            continue;
        }
        let own = Known::read(tx, workspace, &row)?;
        for other in tx.contacts_by_id(workspace, &others)?.into_iter().filter(|row| row.merged_into.is_none()) {
            // Who has to do with no company shares none.
            let theirs = if own.companies.is_empty() { Known::of(&other) } else { Known::read(tx, workspace, &other)? };
            let reasons = likenesses(&own.compared(), &theirs.compared());
            if !reasons.is_empty() {
                found.push(((row.contact.id, other.contact.id), reasons));
            }
        }
    }
    Ok(found)
}

/// Who shares a spelling of a name with somebody, or is called like them.
fn alike(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &ContactRow) -> store::Result<Vec<ContactId>> {
    let mut others = BTreeSet::new();
    for known in &row.identities {
        let candidates = tx.candidates(workspace, std::slice::from_ref(&known.identity))?;
        others.extend(candidates.into_iter().map(|candidate| candidate.contact.id));
    }
    if let Some(name) = row.contact.name.as_deref().filter(|name| !name.trim().is_empty()) {
        others.extend(tx.contacts_called(workspace, name, NAMESAKES)?);
    }
    others.remove(&row.contact.id);
    Ok(others.into_iter().collect())
}

struct Known {
    name: Option<String>,
    identities: Vec<Identity>,
    companies: Vec<Uuid>,
}

impl Known {
    fn of(row: &ContactRow) -> Known {
        Known {
            name: row.contact.name.clone(),
            identities: row.identities.iter().map(|known| known.identity.clone()).collect(),
            companies: row.company.map(|id| id.0).into_iter().collect(),
        }
    }

    /// The same with the companies of their deals.
    fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &ContactRow) -> store::Result<Known> {
        let mut known = Known::of(row);
        let deals = tx.deals(workspace, &DealsOf::Contact(row.contact.id), None, DEALS)?;
        known.companies.extend(deals.into_iter().filter_map(|kept| kept.record.company.map(|id| id.0)));
        Ok(known)
    }

    fn compared(&self) -> Compared<'_> {
        Compared { name: self.name.as_deref(), identities: &self.identities, companies: &self.companies }
    }
}
