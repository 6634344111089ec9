//! A person writes to the customer, or sends them anything else. A reply stops automation in this conversation.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::delivery::Purpose;
use domain::ids::{ConversationId, SendId, WorkspaceId};
use domain::interaction::{Author, Step};
use domain::media::MediaState;
use domain::prompt::{Prompt, Spoken};
use store::{ConversationRow, NewMessage, NewSend, Tx, Writer};

use super::assign::hand;
use super::entry::Entry;
use super::open_work::open_work;
use super::overtaken::overtaken;
use super::{Acted, Actor, Done, Once, Refusal, fill_template, mark_read};
use crate::changes;
use crate::clock::machine_now;
use crate::ids;
use crate::node::Node;
use crate::outgoing::{New, Payload, Reaction, Said, Which};
use crate::pipeline::WINDOW_MARGIN;
use crate::reconcile::LONGEST_ID;

/// How long a message of a person can be taken back, unless the workspace says otherwise.
pub(crate) const UNDO_SECONDS: i64 = 5;

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
    let wish = Wish { new: New::text(text), seen: None };
    send_message(node, workspace, conversation, wish, &Actor::named(by), once).await
}

/// A message as somebody wants it to be sent.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What.
    pub new: New,
    /// Up to where its author had read the conversation: if somebody wrote since, nothing is sent.
    pub seen: Option<i64>,
}

/// Queues a message of any type. Refused where WhatsApp would refuse it. One of a person can be taken back for a few seconds.
pub async fn send_message(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    Wish { new, seen }: Wish,
    by: &Actor,
    once: Once<Replied>,
) -> Done<Acted<Replied>> {
    new.said.check().map_err(|problems| Refusal::Invalid(problems.join("; ")))?;
    let is_answer = is_answer(&new.said, by);
    let (send, epoch) = (SendId(ids::fresh()), node.instance.epoch);
    let [entry, taken] = [Entry::new(node, &by.name), Entry::new(node, &by.name)];
    let order = Order { new, seen, send, epoch, by: by.clone(), entry, taken };
    let work = move |tx: &mut Tx<'_>| queue(tx, workspace, conversation, &order);
    let queued = once.write(node, workspace, Vec::new(), work).await?;
    node.outbox_wakes.notify_one();
    node.changed(&[workspace]);
    if is_answer && node.settings.read_receipts.on_reply() {
        mark_read::in_background(node, workspace, conversation);
    }
    Ok(queued)
}

/// A template of a program's is news; one that a person chose is their answer.
fn is_answer(said: &Said, by: &Actor) -> bool {
    said.is_answer() || (matches!(said, Said::Template(_)) && by.user.is_some())
}

/// What is to be queued, with what a unit that runs again must not make anew.
struct Order {
    new: New,
    seen: Option<i64>,
    send: SendId,
    epoch: i64,
    by: Actor,
    entry: Entry,
    /// For the timeline, if whoever answers has the work from then on.
    taken: Entry,
}

/// A text, inside a transaction, with the moment in the entry.
pub(crate) fn reply_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    text: &str,
    send: SendId,
    epoch: i64,
    entry: &Entry,
) -> store::Result<Done<Replied>> {
    let (new, by) = (New::text(text), Actor::named(&entry.by));
    let order = Order { new, seen: None, send, epoch, by, entry: entry.clone(), taken: entry.clone() };
    queue(tx, workspace, id, &order)
}

fn queue(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ConversationId, order: &Order) -> store::Result<Done<Replied>> {
    tx.lock_conversation(workspace, id)?;
    let Some(thread) = tx.conversation(workspace, id)? else { return Ok(Err(Refusal::Missing("conversation"))) };
    if let Some(refusal) = overtaken(tx, workspace, id, order.seen, order.by.user)? {
        return Ok(Err(refusal));
    }
    let ready = match ready(tx, workspace, &thread, order)? {
        Ok(ready) => ready,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Ready { payload, words, purpose } = ready;
    let now = order.entry.at;
    let seq = tx.take_seqs(workspace, id, 1, now)?;
    let spoken = words.clone();
    tx.add_message(
        workspace,
        &NewMessage {
            conversation: id,
            seq,
            author: Author::Agent,
            kind: payload.said.kind().to_owned(),
            text: words,
            content: payload.said.beyond_words().map(|content| content.to_string()),
            wamid: None,
            context_wamid: payload.points_at().map(str::to_owned),
            sent_at: now,
            recorded_at: now,
            interaction: thread.interaction,
            body: None,
            steps: None,
            send: Some(order.send),
            media: payload.said.media_id(),
            writer: Some(Writer { name: order.by.name.clone(), user: order.by.user }),
        },
    )?;
    let new = NewSend {
        id: order.send,
        epoch: order.epoch,
        channel: thread.channel,
        conversation: id,
        seq,
        purpose,
        payload: payload.to_json().to_string(),
    };
    tx.add_send(workspace, &new, machine_now())?;
    remember(tx, workspace, &thread, &payload.said, spoken.as_deref(), seq, now)?;
    if let Some(user) = order.by.user {
        let undo_seconds = tx.undo_seconds(workspace)?.unwrap_or(UNDO_SECONDS);
        tx.hold_send(workspace, order.send, machine_now() + undo_seconds * 1000)?;
        tx.delete_draft(workspace, id, user)?;
        tx.note_seen(workspace, user, id, seq, now)?;
    }
    let is_answer = is_answer(&payload.said, &order.by);
    if is_answer {
        order.entry.write(tx, workspace, id, Step::PersonAnswered)?;
        answered(tx, workspace, &thread, order)?;
    }
    let queued = (EventType::MessageQueued, Subject::Message(id, seq));
    let taken = (EventType::ConversationChanged, Subject::Conversation(id));
    match thread.person_since {
        None if is_answer => changes::tell_all(tx, workspace, &[queued, taken])?,
        None | Some(_) => changes::tell_all(tx, workspace, &[queued])?,
    }
    Ok(Ok(Replied { send: order.send, seq }))
}

/// What comes back is read by what was said last. An emoji asks nothing.
fn remember(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
    said: &Said,
    words: Option<&str>,
    seq: i64,
    now: i64,
) -> store::Result<()> {
    let template = match said {
        Said::Reaction(_) => return Ok(()),
        Said::Template(filling) => Some(filling.name.as_str()),
        _ => None,
    };
    let matter = thread.interaction.map_or(Ok(None), |id| tx.interaction(workspace, id))?;
    let prompt = Prompt::of(&Spoken {
        seq,
        at: now,
        by: Author::Agent,
        kind: said.kind(),
        text: words.unwrap_or_default(),
        template,
        about: matter.as_ref().and_then(|matter| matter.kind.as_deref()),
    });
    tx.set_prompt(workspace, thread.id, &prompt)
}

/// Nobody waits any more, and whoever answers what nobody has, has it.
fn answered(tx: &mut Tx<'_>, workspace: WorkspaceId, thread: &ConversationRow, order: &Order) -> store::Result<()> {
    let (id, now) = (thread.id, order.entry.at);
    if let (Some(user), Ok(work)) = (order.by.user, open_work(tx, workspace, id)?)
        && work.ticket.assignee.is_none()
    {
        let queue = work.ticket.ticket.queue.clone();
        hand(tx, workspace, &work, Some((user, order.by.name.clone())), &queue, &order.taken)?;
    }
    tx.note_answer(workspace, id, order.by.user, now)?;
    match thread.ticket {
        Some(ticket) => tx.answer_ticket(workspace, ticket, now),
        None => Ok(()),
    }
}

/// A message that nothing speaks against.
struct Ready {
    payload: Payload,
    /// What a person reads of it in the thread.
    words: Option<String>,
    purpose: Purpose,
}

fn ready(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
    order: &Order,
) -> store::Result<Done<Ready>> {
    let (words, purpose) = match &order.new.said {
        Said::Template(filling) => match fill_template::words(tx, workspace, thread.channel, filling)? {
            Ok(words) => (Some(words), Purpose::Template),
            Err(refusal) => return Ok(Err(refusal)),
        },
        said => (said.words(), Purpose::Reply),
    };
    if purpose != Purpose::Template && thread.window_until - (WINDOW_MARGIN.as_millis() as i64) < order.entry.at {
        let said = "the 24-hour window is closed: only a template can be sent until the customer writes again";
        return Ok(Err(Refusal::Conflict(said.to_owned())));
    }
    if let Some(id) = order.new.said.media_id()
        && !tx.media(workspace, id)?.is_some_and(|file| file.state == MediaState::Stored)
    {
        let said = format!("there is no file `{id}` here to be sent; upload it with `POST /media`");
        return Ok(Err(Refusal::Invalid(said)));
    }
    let context = match order.new.reply_to.as_ref().map(|which| wamid(tx, workspace, thread, which)).transpose()? {
        None => None,
        Some(Ok(wamid)) => Some(wamid),
        Some(Err(refusal)) => return Ok(Err(refusal)),
    };
    let said = match &order.new.said {
        Said::Reaction(reaction) => match wamid(tx, workspace, thread, &reaction.to)? {
            Ok(wamid) => Said::Reaction(Reaction { to: Which::Wamid(wamid), emoji: reaction.emoji.clone() }),
            Err(refusal) => return Ok(Err(refusal)),
        },
        said => said.clone(),
    };
    Ok(Ok(Ready { payload: Payload { said, context, detour: None }, words, purpose }))
}

/// WhatsApp's id of a message of the thread.
fn wamid(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
    which: &Which,
) -> store::Result<Done<String>> {
    let seq = match which {
        Which::Wamid(wamid) if wamid.is_empty() || LONGEST_ID < wamid.len() => {
            return Ok(Err(Refusal::Invalid(
                "the message is named by its `seq`, or by the `wamid` of WhatsApp's".to_owned(),
            )));
        }
        Which::Wamid(wamid) => return Ok(Ok(wamid.clone())),
        Which::Seq(seq) => *seq,
    };
    let found = tx.messages(workspace, thread.id, seq.saturating_sub(1), 1)?;
    let message = found.into_iter().find(|row| row.message.seq == seq);
    Ok(match message.map(|row| row.message.wamid) {
        Some(Some(wamid)) => Ok(wamid),
        Some(None) => Err(Refusal::Conflict(format!("message {seq} has no WhatsApp id yet: it has not left"))),
        None => Err(Refusal::Invalid(format!("there is no message {seq} in this conversation"))),
    })
}
