//! A number may have a new owner, and a person says whether it has: the same person as before, or somebody new whose it is from now on.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::contact::{Contact, Identity};
use domain::ids::{ContactId, WorkspaceId};
use domain::interaction::Step;
use store::{ContactRow, ConversationRow, Tx};

use super::entry::Entry;
use super::name_sender::names_in;
use super::settle::{go_on, heed_wish};
use super::{Actor, Done, Refusal};
use crate::node::Node;
use crate::pipeline::locks_of_names;
use crate::workflows::Published;
use crate::{changes, ids};

/// More threads than begin while somebody is doubted.
const MOST: usize = 20;

/// Who has the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Who had it.
    Same,
    /// Somebody new.
    New,
}

/// Says who has the number of a person who is doubted; answers whose it is. Whoever says so second is told.
pub async fn judge_owner(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ContactId,
    owner: Owner,
    by: &Actor,
) -> Done<ContactRow> {
    let known = node.store.read(move |tx| tx.contact(workspace, id)).await?.ok_or(Refusal::Missing("contact"))?;
    let order = Order {
        id: known.contact.id,
        names: known.identities.into_iter().map(|row| row.identity).collect(),
        fresh: ContactId(ids::fresh()),
        entry: Entry::new(node, &by.name),
        others: (0..MOST).map(|_| Entry::new(node, &by.name)).collect(),
        published: node.workflows.of(workspace)?,
    };
    let locks = locks_of_names(workspace, &order.names);
    let judged = node.store.write(locks, move |tx: &mut Tx<'_>| judged(tx, workspace, owner, &order)).await?;
    node.changed(&[workspace]);
    node.work_wakes.notify_one();
    judged
}

/// As long as nobody knows whose a number is, nothing that has it becomes somebody else's.
pub(super) fn undecided() -> Refusal {
    let said = "the number of one of them may have a new owner; say first who has it";
    Refusal::Conflict(said.to_owned())
}

/// Whether the number of one of these people may have a new owner.
pub(super) fn is_doubted(tx: &mut Tx<'_>, workspace: WorkspaceId, people: &[ContactId]) -> store::Result<bool> {
    Ok(tx.contacts_by_id(workspace, people)?.iter().any(|row| row.doubted_at.is_some()))
}

/// With what a unit that runs again must not make anew.
struct Order {
    id: ContactId,
    /// Those that are locked.
    names: Vec<Identity>,
    fresh: ContactId,
    entry: Entry,
    /// For the threads of somebody new.
    others: Vec<Entry>,
    published: Arc<Published>,
}

fn judged(tx: &mut Tx<'_>, workspace: WorkspaceId, owner: Owner, order: &Order) -> store::Result<Done<ContactRow>> {
    let id = order.id;
    if tx.survivor_to_name(workspace, id)? != Some(id) {
        return Ok(Err(Refusal::Stale("this contact was merged just now; try again".to_owned())));
    }
    let Some(row) = tx.contact(workspace, id)? else { return Ok(Err(Refusal::Missing("contact"))) };
    let Some(since) = row.doubted_at else {
        let said = "nobody doubts this person, or somebody has decided meanwhile; look again".to_owned();
        return Ok(Err(Refusal::Overtaken { said, seqs: Vec::new() }));
    };
    if row.identities.iter().any(|row| !order.names.contains(&row.identity)) {
        return Ok(Err(Refusal::Stale("another name of theirs became known just now; try again".to_owned())));
    }
    let threads = of_the_number(tx.conversations_since(workspace, id, since)?);
    for thread in &threads {
        tx.lock_conversation(workspace, thread.id)?;
    }
    tx.set_doubted(workspace, id, None)?;
    changes::tell(tx, workspace, EventType::ContactChanged, Subject::Contact(id))?;
    let whose = match owner {
        Owner::Same => trust(tx, workspace, &threads, order)?,
        Owner::New => hand_on(tx, workspace, &threads, order)?,
    };
    for thread in &threads {
        changes::tell(tx, workspace, EventType::ConversationChanged, Subject::Conversation(thread.id))?;
        go_on(tx, workspace, thread, &order.published, order.entry.at)?;
    }
    Ok(tx.contact(workspace, whose)?.ok_or(Refusal::Missing("contact")))
}

/// The threads of the number that is doubted: the first one that began since, and those that share an address with it. Whoever has
/// another number goes on writing from that one.
fn of_the_number(mut threads: Vec<ConversationRow>) -> Vec<ConversationRow> {
    threads.sort_unstable_by_key(|thread| thread.id);
    let Some((phone, user_id)) = threads.first().map(|first| (first.phone.clone(), first.user_id.clone())) else {
        return threads;
    };
    let shares = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    threads.retain(|thread| shares(&thread.phone, &phone) || shares(&thread.user_id, &user_id));
    threads.truncate(MOST);
    threads
}

/// What they write under is theirs.
fn trust(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    threads: &[ConversationRow],
    order: &Order,
) -> store::Result<ContactId> {
    for thread in threads {
        for name in names_in(thread) {
            tx.add_identity(workspace, order.id, &name, order.entry.at)?;
        }
    }
    order.entry.write_about(tx, workspace, order.id, Step::Trusted)?;
    Ok(order.id)
}

/// The names and the threads since the doubt are somebody's who is not known yet. Who had the number before keeps all that was theirs.
fn hand_on(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    threads: &[ConversationRow],
    order: &Order,
) -> store::Result<ContactId> {
    let (id, new, at) = (order.id, order.fresh, order.entry.at);
    let name = threads.iter().find_map(|thread| thread.profile_name.clone());
    let contact = Contact { id: new, name: name.clone(), language: None, opted_out_at: None };
    tx.add_contact(workspace, &contact, at)?;
    for (thread, entry) in threads.iter().zip(&order.others) {
        for name in names_in(thread) {
            tx.hand_on_name(workspace, id, new, &name)?;
            tx.add_identity(workspace, new, &name, at)?;
        }
        tx.hand_on_thread(workspace, thread.id, Some(id), Some(new))?;
        tx.hand_on_events(workspace, thread.id, id, new)?;
        heed_wish(tx, workspace, thread, new)?;
        entry.write(tx, workspace, thread.id, Step::SenderNamed { contact: new, name: name.clone() })?;
    }
    order.entry.write_about(tx, workspace, id, Step::HandedOn { contact: new, name })?;
    changes::tell(tx, workspace, EventType::ContactCreated, Subject::Contact(new))?;
    Ok(new)
}
