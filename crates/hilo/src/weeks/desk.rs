//! What the people of the business do in a week, and how they repeat it when no answer comes.

use std::sync::Arc;

use domain::delivery::SendState;
use domain::ids::{ChannelId, ConversationId, SendId, TicketId, WorkId, WorkspaceId};
use store::{StoreError, Tx};

use super::machine::Trouble;
use super::platform::Platform;
use crate::dice::Dice;
use crate::inbox::{self, Acted, Answer, Asked, Done, Once, Refusal};
use crate::node::Node;
use crate::outgoing::{Filling, Gaps, New, Said};

/// Why somebody of the business sits down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errand {
    /// To answer a person.
    Reply(usize),
    /// To send a person a template.
    Template(usize),
    /// To resolve a person's ticket.
    Resolve(usize),
    /// To look through everything that did not simply go through.
    Lists,
}

/// One thing that they do. It has the same key however often they try.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) verb: Verb,
    pub(super) key: String,
}

#[derive(Debug, Clone)]
pub(super) enum Verb {
    Reply(ConversationId, String),
    Template(ConversationId),
    Resolve(TicketId),
    Release(SendId),
    Resend(SendId),
    Drop(SendId),
    Resume(ChannelId),
    Replay(WorkId),
}

/// What somebody finds to do, as things stand.
pub(super) fn verbs(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    platform: &Platform,
    errand: Errand,
    nth: usize,
    dice: &mut Dice,
) -> store::Result<Vec<Verb>> {
    if errand == Errand::Lists {
        return lists(tx, workspace, dice);
    }
    let (Errand::Reply(person) | Errand::Template(person) | Errand::Resolve(person)) = errand else {
        return Ok(Vec::new());
    };
    let person = &platform.people[person];
    let threads = tx.conversations(workspace, None, None, 50)?;
    let is_theirs = |address: &Option<String>| address.as_deref().is_some_and(|address| person.has_address(address));
    let Some(thread) = threads.iter().find(|thread| is_theirs(&thread.phone) || is_theirs(&thread.user_id)) else {
        return Ok(Vec::new());
    };
    Ok(match errand {
        Errand::Reply(_) => vec![Verb::Reply(thread.id, format!("answer {nth}"))],
        Errand::Template(_) => vec![Verb::Template(thread.id)],
        Errand::Resolve(_) => thread.ticket.map(Verb::Resolve).into_iter().collect(),
        Errand::Lists => Vec::new(),
    })
}

fn lists(tx: &mut Tx<'_>, workspace: WorkspaceId, dice: &mut Dice) -> store::Result<Vec<Verb>> {
    let mut verbs = Vec::new();
    for channel in tx.channels(workspace)? {
        verbs.extend(channel.paused_reason.map(|_| Verb::Resume(channel.id)));
    }
    for row in tx.outbox(workspace, None, 50)? {
        let gives_up = dice.chance(30);
        verbs.extend(match row.state {
            SendState::Held | SendState::Dead if gives_up => Some(Verb::Drop(row.send.id)),
            SendState::Held | SendState::Dead => Some(Verb::Release(row.send.id)),
            SendState::NeedsReview if gives_up => Some(Verb::Drop(row.send.id)),
            SendState::NeedsReview => Some(Verb::Resend(row.send.id)),
            SendState::Queued | SendState::Sending | SendState::Accepted | SendState::Unknown => None,
        });
    }
    let given_up = tx.work(workspace, None, 50)?.into_iter().filter(|row| row.quarantined);
    verbs.extend(given_up.map(|row| Verb::Replay(row.work.id)));
    Ok(verbs)
}

/// Does it, through the verbs that the API calls.
pub(super) async fn act(node: Arc<Node>, workspace: WorkspaceId, act: Act) -> Result<(), Trouble> {
    let by = "Luisa";
    let node = &node;
    match act.verb {
        Verb::Reply(thread, text) => told(inbox::reply(node, workspace, thread, &text, by, once(&act.key)).await),
        Verb::Template(thread) => {
            let new = New { said: Said::Template(template()), reply_to: None };
            let (wish, by) = (inbox::Wish { new, seen: None }, inbox::Actor::named(by));
            told(inbox::send_message(node, workspace, thread, wish, &by, once(&act.key)).await)
        }
        Verb::Resolve(ticket) => told(inbox::resolve_ticket(node, workspace, ticket, by).await.map(Acted::Now)),
        Verb::Release(send) => told(inbox::release_send(node, workspace, send, by, once(&act.key)).await),
        Verb::Resend(send) => told(inbox::resend(node, workspace, send, by, once(&act.key)).await),
        Verb::Drop(send) => told(inbox::drop_send(node, workspace, send, by).await.map(Acted::Now)),
        Verb::Resume(channel) => told(inbox::resume_channel(node, workspace, channel, by).await.map(Acted::Now)),
        Verb::Replay(work) => told(inbox::replay_message(node, workspace, work, by, once(&act.key)).await),
    }
}

fn once<T: Send + 'static>(key: &str) -> Once<T> {
    let asked = Asked { key: key.to_owned(), request: key.as_bytes().to_vec() };
    Once::for_request(Some(asked), |_| Answer { status: 200, body: String::new() })
}

fn template() -> Filling {
    Filling {
        name: "spring_sale".to_owned(),
        language: "es".to_owned(),
        header: None,
        body: Gaps::Ordered(Vec::new()),
        buttons: Vec::new(),
    }
}

fn told<T>(done: Done<Acted<T>>) -> Result<(), Trouble> {
    match done {
        Ok(_) => Ok(()),
        Err(Refusal::Store(StoreError::Refused(_))) | Err(Refusal::Store(_)) => Err(Trouble::Store),
        Err(_) => Err(Trouble::Refused),
    }
}
