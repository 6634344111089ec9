//! What somebody wrote could be of several people, and a person says of whom: what waited goes on as if that had been known.

use std::sync::Arc;

use domain::PhoneNumber;
use domain::change::{EventType, Subject};
use domain::contact::{Contact, Identity};
use domain::ids::{ContactId, ConversationId, MergeId, WorkspaceId};
use domain::interaction::Step;
use store::{ConversationRow, Tx};

use super::entry::Entry;
use super::merge::{Merging, merge_at, names_of, refused};
use super::open_work::thread;
use super::settle::{give, settle};
use super::{Actor, Done, Refusal};
use crate::node::Node;
use crate::pipeline::locks_of_names;
use crate::workflows::Published;
use crate::{changes, ids};

/// More people than could be meant.
const MOST: usize = 20;

/// Who wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// This person.
    Known(ContactId),
    /// Somebody who is not known yet.
    New,
    /// All whom it could be are one person, who goes on as this contact.
    Same(ContactId),
}

/// Says who wrote in a conversation that could be of several people. Whoever says so second is told.
pub async fn name_sender(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ConversationId,
    whose: Whose,
    by: &Actor,
) -> Done<ConversationRow> {
    let known = node.store.read(move |tx| tx.conversation(workspace, id)).await?;
    let known = known.ok_or(Refusal::Missing("conversation"))?;
    let mut people = candidates_of(&known);
    people.extend(match whose {
        Whose::Known(contact) | Whose::Same(contact) => Some(contact),
        Whose::New => None,
    });
    let mut names = names_of(node, workspace, &survivors_of(node, workspace, people).await?).await?;
    names.extend(names_in(&known));
    let order = Order {
        whose,
        fresh: ContactId(ids::fresh()),
        merges: (0..MOST).map(|_| (MergeId(ids::fresh()), Entry::new(node, &by.name))).collect(),
        entry: Entry::new(node, &by.name),
        published: node.workflows.of(workspace)?,
        names,
    };
    let locks = locks_of_names(workspace, &order.names);
    let named = node.store.write(locks, move |tx: &mut Tx<'_>| named(tx, workspace, id, &order)).await?;
    node.changed(&[workspace]);
    node.work_wakes.notify_one();
    named
}

/// Whoever these people are by now.
async fn survivors_of(node: &Node, workspace: WorkspaceId, people: Vec<ContactId>) -> store::Result<Vec<ContactId>> {
    let lead = move |tx: &mut Tx<'_>| people.iter().map(|id| tx.whoever(workspace, *id)).collect();
    node.store.read(lead).await
}

/// With what a unit that runs again must not make anew.
struct Order {
    whose: Whose,
    fresh: ContactId,
    merges: Vec<(MergeId, Entry)>,
    entry: Entry,
    published: Arc<Published>,
    /// Those that are locked.
    names: Vec<Identity>,
}

/// Who a conversation could be with, as it was found.
pub(crate) fn candidates_of(thread: &ConversationRow) -> Vec<ContactId> {
    thread.candidates.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The names by which a thread is pinned.
pub(super) fn names_in(thread: &ConversationRow) -> Vec<Identity> {
    let phone = thread.phone.as_deref().and_then(|phone| PhoneNumber::from_whatsapp(phone).ok());
    let user_id = thread.user_id.as_deref().map(Identity::user_id);
    phone.as_ref().map(Identity::phone).into_iter().chain(user_id).collect()
}

fn named(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    order: &Order,
) -> store::Result<Done<ConversationRow>> {
    let row = match thread(tx, workspace, id)? {
        Ok(row) => row,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(contact) = row.contact {
        let name = tx.contact(workspace, contact)?.and_then(|row| row.contact.name).unwrap_or_default();
        let said = format!("somebody has said meanwhile who this is ({name}); look again");
        return Ok(Err(Refusal::Overtaken { said, seqs: Vec::new() }));
    }
    let contact = match who(tx, workspace, &row, order)? {
        Ok(contact) => contact,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // Where people say that all are one, the conversation is theirs for as long as that holds.
    if !matches!(order.whose, Whose::Same(_)) {
        tx.forget_candidates(workspace, id)?;
    }
    for name in names_in(&row) {
        tx.add_identity(workspace, contact, &name, order.entry.at)?;
    }
    give(tx, workspace, &row, contact, &order.published, order.entry.at)?;
    let name = tx.contact(workspace, contact)?.and_then(|row| row.contact.name);
    order.entry.write(tx, workspace, id, Step::SenderNamed { contact, name })?;
    changes::tell(tx, workspace, EventType::ContactChanged, Subject::Contact(contact))?;
    tx.conversation(workspace, id).map(|row| row.ok_or(Refusal::Missing("conversation")))
}

fn who(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
    order: &Order,
) -> store::Result<Done<ContactId>> {
    match order.whose {
        Whose::Known(contact) => Ok(tx.survivor_to_name(workspace, contact)?.ok_or(Refusal::Missing("contact"))),
        Whose::New => {
            let (id, name) = (order.fresh, thread.profile_name.clone());
            let contact = Contact { id, name, language: None, opted_out_at: None };
            tx.add_contact(workspace, &contact, order.entry.at)?;
            changes::tell(tx, workspace, EventType::ContactCreated, Subject::Contact(id))?;
            Ok(Ok(id))
        }
        Whose::Same(contact) => {
            let Some(survivor) = tx.survivor(workspace, contact)? else { return Ok(Err(Refusal::Missing("contact"))) };
            same(tx, workspace, thread, survivor, order)
        }
    }
}

/// Everybody whom it could be becomes one.
fn same(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
    survivor: ContactId,
    order: &Order,
) -> store::Result<Done<ContactId>> {
    let mut others = Vec::new();
    for candidate in candidates_of(thread).into_iter().take(MOST) {
        others.extend(tx.survivor(workspace, candidate)?);
    }
    if !others.contains(&survivor) {
        return Ok(Err(Refusal::Invalid("`contact_id` is one of the candidates".to_owned())));
    }
    others.sort_unstable();
    others.dedup();
    // All of them or none: what is refused leaves no half of it behind.
    for other in &others {
        if let Some(refusal) = tx.contact_to_merge(workspace, *other)?.as_ref().and_then(refused) {
            return Ok(Err(refusal));
        }
    }
    let known = tx.contacts_by_id(workspace, &others)?;
    if known.iter().any(|row| row.doubted_at.is_some()) {
        return Ok(Err(super::judge_owner::undecided()));
    }
    if known.iter().flat_map(|row| &row.identities).any(|row| !order.names.contains(&row.identity)) {
        return Ok(Err(Refusal::Stale("another name of theirs became known just now; try again".to_owned())));
    }
    others.retain(|other| *other != survivor);
    for (merged, (id, entry)) in others.into_iter().zip(&order.merges) {
        let merging = Merging { id: *id, survivor, merged, entry: entry.clone() };
        if let Err(refusal) = merge_at(tx, workspace, &merging, None)? {
            return Ok(Err(refusal));
        }
        settle(tx, workspace, survivor, merged, &order.published, order.entry.at)?;
    }
    Ok(Ok(survivor))
}
