//! What is new or called otherwise becomes words by which it is found: behind the log of changes, so that nobody who writes a message
//! waits for it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::change::{EventType, Subject};
use domain::contact::IdentityKind;
use domain::ids::{ContactId, TicketId, WorkspaceId, ticket_reference};
use domain::record::{Company, Deal, Order};
use domain::search::{Kind, ending, words};
use store::{ChangeRow, ContactRow, Position, Stored, Tx};
use tokio::sync::watch;
use uuid::Uuid;

use super::behind_the_log::{Pace, follow};
use crate::node::Node;
use crate::pipeline::lock_of_name;

/// Somebody may be looking for it already.
const PACE: Pace = Pace { gather: Duration::from_millis(100), look_again: Duration::from_secs(2), rests: 0 };
/// Rows of the log in one look.
const ROWS: i64 = 500;

/// Follows the log until told to stop.
pub(super) async fn run(node: Arc<Node>, stop: watch::Receiver<bool>) {
    follow(node, stop, PACE, "What is new cannot be made findable", advance).await;
}

/// One look. Where it finds nothing to do it writes nothing, not even how far it came.
async fn advance(node: Arc<Node>, workspace: WorkspaceId, behind: Position) -> store::Result<(Position, bool)> {
    let look = move |tx: &mut Tx<'_>| {
        let after = tx.search_position(workspace)?.max(behind);
        tx.changes(workspace, after, ROWS)
    };
    let stretch = node.store.read(look).await?;
    let (up_to, more) = (stretch.up_to, stretch.more && behind < stretch.up_to);
    let wanted: Vec<ChangeRow> = stretch.changes.into_iter().filter(is_findable).collect();
    if !wanted.is_empty() {
        let work = move |tx: &mut Tx<'_>| {
            write(tx, workspace, &wanted)?;
            tx.note_search_position(workspace, up_to)
        };
        node.store.write(vec![lock_of_name(workspace, "search words")], work).await?;
    }
    Ok((up_to, more))
}

fn is_findable(row: &ChangeRow) -> bool {
    matches!(
        row.change.event,
        EventType::ContactCreated
            | EventType::ContactChanged
            | EventType::ContactMerged
            | EventType::ContactUnmerged
            | EventType::TicketOpened
            | EventType::CompanyCreated
            | EventType::CompanyChanged
            | EventType::DealCreated
            | EventType::DealChanged
            | EventType::OrderCreated
            | EventType::OrderChanged
    )
}

/// The words as things are called now: two nodes that do the same write the same.
fn write(tx: &mut Tx<'_>, workspace: WorkspaceId, rows: &[ChangeRow]) -> store::Result<()> {
    let mut people: BTreeSet<ContactId> = BTreeSet::new();
    let mut tickets: BTreeSet<TicketId> = BTreeSet::new();
    let (mut companies, mut deals, mut orders) = (BTreeSet::<Uuid>::new(), BTreeSet::new(), BTreeSet::new());
    for row in rows {
        match row.change.about {
            Subject::Contact(id) => drop(people.insert(id)),
            Subject::Ticket(id) => drop(tickets.insert(id)),
            Subject::Company(id) => drop(companies.insert(id.0)),
            Subject::Deal(id) => drop(deals.insert(id.0)),
            Subject::Order(id) => drop(orders.insert(id.0)),
            Subject::Message(..)
            | Subject::Conversation(_)
            | Subject::Interaction(_)
            | Subject::Send(_)
            | Subject::Channel(_)
            | Subject::Notice(_)
            | Subject::Endpoint(_)
            | Subject::Appointment(_)
            | Subject::Note(_) => {}
        }
    }
    for row in tx.contacts_by_id(workspace, &Vec::from_iter(people))? {
        tx.replace_words(workspace, Kind::Contact, row.contact.id.0, &of_person(&row))?;
    }
    for id in tickets {
        tx.replace_words(workspace, Kind::Ticket, id.0, &of_ticket(id))?;
    }
    for kept in Company::by_id(tx, workspace, &Vec::from_iter(companies))? {
        let Company { id, name, domain, phone } = kept.record;
        let mut all = words(&format!("{name} {}", domain.unwrap_or_default()));
        all.extend(phone.map(|phone| ending(&phone)));
        tx.replace_words(workspace, Kind::Company, id.0, &all)?;
    }
    for kept in Deal::by_id(tx, workspace, &Vec::from_iter(deals))? {
        tx.replace_words(workspace, Kind::Deal, kept.record.id.0, &words(&kept.record.title))?;
    }
    for kept in Order::by_id(tx, workspace, &Vec::from_iter(orders))? {
        tx.replace_words(workspace, Kind::Order, kept.record.id.0, &words(&kept.record.number))?;
    }
    Ok(())
}

/// Their name, how their numbers end, and the words of their other identities. Whoever was merged is found as whoever they are.
fn of_person(row: &ContactRow) -> Vec<String> {
    if row.merged_into.is_some() {
        return Vec::new();
    }
    let mut all = words(row.contact.name.as_deref().unwrap_or_default());
    for known in &row.identities {
        match known.identity.kind {
            IdentityKind::Phone => all.push(ending(&known.identity.match_key)),
            IdentityKind::Email | IdentityKind::ExternalId => all.extend(words(&known.identity.value)),
            IdentityKind::UserId | IdentityKind::ParentUserId => {}
        }
    }
    all
}

/// `T-7K3QX9` is looked for with its T or without.
fn of_ticket(id: TicketId) -> Vec<String> {
    let reference = ticket_reference(id).to_lowercase();
    let short = reference.trim_start_matches("t-").to_owned();
    vec![format!("t{short}"), short]
}
