//! A person writes to the customer. Automation stops in this conversation.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::delivery::Purpose;
use domain::ids::{ConversationId, SendId, WorkspaceId};
use domain::interaction::{Author, Step};
use serde_json::json;
use store::{NewMessage, NewSend, Tx};

use super::entry::Entry;
use super::{Acted, Done, Once, Refusal};
use crate::changes;
use crate::clock::machine_now;
use crate::ids;
use crate::node::Node;
use crate::pipeline::WINDOW_MARGIN;

/// WhatsApp's limit for a text.
const LONGEST: usize = 4096;

/// A reply that was queued.
#[derive(Debug, Clone)]
pub struct Replied {
    /// Its way out.
    pub send: SendId,
    /// Its place in the thread.
    pub seq: i64,
}

/// Queues a text of a person. Refused where WhatsApp would refuse it.
pub async fn reply(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    text: &str,
    by: &str,
    once: Once<Replied>,
) -> Done<Acted<Replied>> {
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::Invalid("`text` is empty; write something".to_owned()));
    }
    if LONGEST < text.chars().count() {
        return Err(Refusal::Invalid(format!("`text` is longer than {LONGEST} characters; WhatsApp takes no more")));
    }
    let (entry, send, epoch) = (Entry::new(node, by), SendId(ids::fresh()), node.instance.epoch);
    let work = move |tx: &mut Tx<'_>| reply_at(tx, workspace, conversation, &text, send, epoch, &entry);
    let queued = once.write(node, workspace, Vec::new(), work).await;
    node.outbox_wakes.notify_one();
    node.changed(&[workspace]);
    queued
}

/// The same inside a transaction, with the moment in the entry.
pub(crate) fn reply_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    text: &str,
    send: SendId,
    epoch: i64,
    entry: &Entry,
) -> store::Result<Done<Replied>> {
    let now = entry.at;
    tx.lock_conversation(workspace, id)?;
    let Some(thread) = tx.conversation(workspace, id)? else { return Ok(Err(Refusal::Missing("conversation"))) };
    if thread.window_until - (WINDOW_MARGIN.as_millis() as i64) < now {
        let said = "the 24-hour window is closed: only a template can be sent until the customer writes again";
        return Ok(Err(Refusal::Conflict(said.to_owned())));
    }
    let seq = tx.take_seqs(workspace, id, 1, now)?;
    tx.add_message(
        workspace,
        &NewMessage {
            conversation: id,
            seq,
            author: Author::Agent,
            kind: "text".to_owned(),
            text: Some(text.to_owned()),
            content: None,
            wamid: None,
            context_wamid: None,
            sent_at: now,
            recorded_at: now,
            interaction: thread.interaction,
            body: None,
            steps: None,
            send: Some(send),
            media: None,
        },
    )?;
    let new = NewSend {
        id: send,
        epoch,
        channel: thread.channel,
        conversation: id,
        seq,
        purpose: Purpose::Reply,
        payload: json!({ "type": "text", "text": text }).to_string(),
    };
    tx.add_send(workspace, &new, machine_now())?;
    tx.set_person(workspace, id, Some(now))?;
    let queued = (EventType::MessageQueued, Subject::Message(id, seq));
    let taken = (EventType::ConversationChanged, Subject::Conversation(id));
    match thread.person_since {
        None => changes::tell_all(tx, workspace, &[queued, taken])?,
        Some(_) => changes::tell_all(tx, workspace, &[queued])?,
    }
    entry.write(tx, workspace, id, Step::PersonAnswered)?;
    Ok(Ok(Replied { send, seq }))
}
