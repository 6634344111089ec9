//! A person writes first: to somebody who is known, from one of our numbers. WhatsApp takes a template for that.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::contact::{Identity, IdentityKind};
use domain::ids::{ChannelId, ContactId, ConversationId, WorkspaceId};
use store::{ContactRow, ConversationRow, IdentityRow, NewConversation, Standing, Tx};

use super::merge::with_all_names;
use super::{Acted, Done, Once, Refusal};
use crate::changes;
use crate::ids;
use crate::node::Node;
use crate::pipeline::locks_of_names;

/// A person has a thread for each of their names with each of our numbers: a handful.
const MOST_THREADS: i64 = 100;

/// The thread with a person, from a number of ours; a new one if there was none. What is then sent in it obeys WhatsApp's window.
pub async fn open_conversation(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    contact: ContactId,
    channel: Option<ChannelId>,
    once: Once<ConversationId>,
) -> Done<Acted<ConversationId>> {
    let known = node.store.read(move |tx| tx.contact(workspace, contact)).await?.ok_or(Refusal::Missing("contact"))?;
    let names: Vec<_> = known.identities.iter().map(|row| row.identity.clone()).collect();
    let (fresh, now) = (ConversationId(ids::fresh()), node.clock.now().as_millisecond());
    let locks = locks_of_names(workspace, &names);
    let work = move |tx: &mut Tx<'_>| match theirs(tx, workspace, contact, &names)? {
        Ok(known) => open(tx, workspace, &known, channel, fresh, now),
        Err(refusal) => Ok(Err(refusal)),
    };
    let opened = once.write(node, workspace, locks, work).await;
    node.changed(&[workspace]);
    opened
}

/// Of a person's threads with a number of ours, the one in which something was said last.
pub(crate) fn latest_on(threads: &[ConversationRow], channel: ChannelId) -> Option<&ConversationRow> {
    // One that gave its address up leads nowhere.
    let leads = |thread: &&ConversationRow| thread.phone.is_some() || thread.user_id.is_some();
    threads.iter().filter(|thread| thread.channel == channel).filter(leads).max_by_key(|thread| thread.last_message_at)
}

/// Who it is by now, with names that are all locked.
fn theirs(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    contact: ContactId,
    locked: &[Identity],
) -> store::Result<Done<ContactRow>> {
    let Some(id) = tx.survivor_to_name(workspace, contact)? else { return Ok(Err(Refusal::Missing("contact"))) };
    if let Err(refusal) = with_all_names(tx, workspace, &[id], locked)? {
        return Ok(Err(refusal));
    }
    tx.contact(workspace, id).map(|row| row.ok_or(Refusal::Missing("contact")))
}

fn open(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    known: &ContactRow,
    channel: Option<ChannelId>,
    fresh: ConversationId,
    now: i64,
) -> store::Result<Done<ConversationId>> {
    let channels = tx.channels(workspace)?;
    let channel = match channel {
        Some(channel) => channels.iter().find(|one| one.id == channel).ok_or(Refusal::Missing("channel")),
        None => channels.first().ok_or_else(|| Refusal::Conflict("no WhatsApp number is connected".to_owned())),
    };
    let channel = match channel {
        Ok(channel) => channel.id,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let threads = tx.conversations(workspace, Some(known.contact.id), None, MOST_THREADS)?;
    if let Some(thread) = latest_on(&threads, channel) {
        return Ok(Ok(thread.id));
    }
    // The newest name: an old number may be somebody else's by now.
    let name = |kind: IdentityKind| {
        let mut names = known.identities.iter().filter(move |row| row.identity.kind == kind);
        names.next_back()
    };
    let phone = name(IdentityKind::Phone);
    // One address and not two names: of somebody who was two contacts they could be two people's. What belongs to a number is learnt
    // when they write from it.
    let user_id = if phone.is_some() { None } else { name(IdentityKind::UserId) };
    let Some(name) = phone.or(user_id) else {
        return Ok(Err(Refusal::Conflict("nothing is known of this person that WhatsApp could reach".to_owned())));
    };
    let value = |name: Option<&IdentityRow>| name.map(|row| row.identity.value.clone());
    let (phone, user_id) = (value(phone), value(user_id));
    if let Some(id) = tx.conversation_of(workspace, channel, phone.as_deref(), user_id.as_deref())? {
        return Ok(Ok(id));
    }
    let new = NewConversation {
        id: fresh,
        channel,
        contact: Some(known.contact.id),
        member: name.member,
        candidates: None,
        phone,
        user_id,
        profile_name: known.contact.name.clone(),
    };
    tx.add_conversation(workspace, &new, &Standing::of_new(0, now), now)?;
    changes::tell(tx, workspace, EventType::ConversationCreated, Subject::Conversation(fresh))?;
    Ok(Ok(fresh))
}
