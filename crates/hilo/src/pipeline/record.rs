//! Writes the effects of a message: the only stage that does.

use domain::change::{Change, EventType, Subject};
use domain::contact::Contact;
use domain::delivery::Purpose;
use domain::duplicate::Likeness;
use domain::ids::{ConversationId, FreshIds, InteractionId, SendId};
use domain::interaction::{Author, Step};
use domain::merge::{Learnt, Whose};
use jiff::Timestamp;
use store::{NewInteraction, NewMedia, NewMessage, NewSend, OpenTicket, Standing, StoreError, TicketTouch, Tx};

use super::values::{
    Answering, Control, Course, Effects, Inbound, InteractionEffect, Nature, News, Reply, Thread, TicketEffect,
};
use crate::clock::machine_now;
use crate::follow_ups::{self, Rules};
use crate::kill_points::reached;
use crate::outgoing::Payload;
use crate::records::{Trail, WrittenIds, write_down};
use crate::workflows::Published;

/// As timelines and histories name it.
const AUTOMATION: &str = "automation";

/// Everything that a message changes, in the transaction that is open.
pub(super) fn effects(
    tx: &mut Tx<'_>,
    inbound: &Inbound,
    effects: &Effects,
    workflow: &Published,
    fresh: &FreshIds,
    epoch: i64,
    now: Timestamp,
) -> store::Result<()> {
    let now = now.as_millisecond();
    person(tx, inbound, effects, now)?;
    let seq = thread(tx, inbound, effects, now)?;
    if effects.brings_message {
        message(tx, inbound, effects, seq, fresh, now)?;
        file(tx, inbound, effects, seq, fresh)?;
    }
    reached("message_recorded");
    matter(tx, inbound, effects, workflow.version, now)?;
    reached("matter_recorded");
    ticket(tx, inbound, effects, &workflow.rules, now)?;
    standing_of_work(tx, inbound, effects, now)?;
    if let Some(prompt) = &effects.prompt {
        tx.set_prompt(inbound.workspace, effects.conversation_id(), prompt)?;
    }
    reached("ticket_recorded");
    if let (true, Some(interaction)) = (would_have_ended(effects), matter_of(effects)) {
        tx.keep_back(inbound.workspace, interaction)?;
    }
    if let (Some(written), Some(contact)) = (&effects.written, effects.contact_id()) {
        let trail = Trail::at(now, AUTOMATION, matter_of(effects), workflow.rules.clone());
        let ids = WrittenIds { note: fresh.note, event: fresh.event, note_event: fresh.note_event };
        write_down(tx, inbound.workspace, written, contact, &trail, ids)?;
        reached("answer_written_down");
    }
    if let Some(reply) = &effects.reply {
        let interaction = effects.open.interaction.or_else(|| matter_of(effects));
        let place = Place { conversation: effects.conversation_id(), seq: effects.reply_seq(), interaction };
        queue_reply(tx, inbound, reply, &place, fresh.send, epoch, now)?;
        reached("reply_queued");
    }
    tx.add_changes(inbound.workspace, &changes(inbound, effects, seq), machine_now())
}

/// The matter that it belongs to.
fn matter_of(effects: &Effects) -> Option<InteractionId> {
    match &effects.interaction {
        InteractionEffect::Open(id, ..) | InteractionEffect::Update(id, _) => Some(*id),
        InteractionEffect::None => effects.open.interaction,
    }
}

/// Whether automation would have dealt with the matter, if it were not on trial.
fn would_have_ended(effects: &Effects) -> bool {
    effects.steps.iter().any(|step| matches!(step, Step::KeptBack { ends: true, .. }))
}

/// What other systems are told about it, in the order in which one would tell it.
fn changes(inbound: &Inbound, effects: &Effects, seq: i64) -> Vec<Change> {
    let conversation = effects.conversation_id();
    let mut changes = Vec::with_capacity(6);
    let mut add = |event, about| changes.push(Change::new(event, about));
    if let Some(person) = &effects.person {
        match person.news {
            News::New => add(EventType::ContactCreated, Subject::Contact(person.contact.id)),
            News::Nothing if !is_news(effects) => {}
            News::Changed | News::Nothing => add(EventType::ContactChanged, Subject::Contact(person.contact.id)),
        }
    }
    match &effects.conversation {
        Thread::New(_) => add(EventType::ConversationCreated, Subject::Conversation(conversation)),
        Thread::Known(known) => {
            if answering_changed(effects, known.standing.person_since.is_some()) {
                add(EventType::ConversationChanged, Subject::Conversation(conversation));
            }
        }
    }
    let arrived =
        if effects.author == Author::Customer { EventType::MessageReceived } else { EventType::MessageEchoed };
    if effects.brings_message {
        add(arrived, Subject::Message(conversation, seq));
    }
    let kind_before = kind_before(effects);
    let matter = match &effects.interaction {
        InteractionEffect::None => None,
        InteractionEffect::Open(id, _, change) => {
            add(EventType::InteractionOpened, Subject::Interaction(*id));
            Some((id, change))
        }
        InteractionEffect::Update(id, change) => {
            if kind_before.is_some_and(|kind| *kind != change.kind) || effects.taken_up.is_some() {
                add(EventType::InteractionChanged, Subject::Interaction(*id));
            }
            Some((id, change))
        }
    };
    match &effects.ticket {
        TicketEffect::None => {}
        TicketEffect::Open(new) => add(EventType::TicketOpened, Subject::Ticket(new.id)),
        TicketEffect::Update { id, reopened: Some(_), .. } => add(EventType::TicketReopened, Subject::Ticket(*id)),
        TicketEffect::Update { id, kind, queue, reopened: None } => {
            if waited_in(effects) != Some(queue) || kind.is_some() && kind_before != Some(kind) {
                add(EventType::TicketChanged, Subject::Ticket(*id));
            }
        }
    }
    if let Some(ticket) = open_ticket(effects).filter(|_| comes_back(inbound, effects)) {
        add(EventType::TicketWoken, Subject::Ticket(ticket.id));
    }
    if effects.reply.is_some() {
        add(EventType::MessageQueued, Subject::Message(conversation, effects.reply_seq()));
    }
    if let Some((id, _)) = matter.filter(|(_, change)| change.outcome.is_some()) {
        add(EventType::InteractionClosed, Subject::Interaction(*id));
    }
    changes
}

/// Whether something else became known of the person than what they are called and speak.
fn is_news(effects: &Effects) -> bool {
    !effects.identities.is_empty() || effects.doubt.is_some() || effects.steps.contains(&Step::BecameRecord)
}

/// The queue in which the thread's ticket was.
fn waited_in(effects: &Effects) -> Option<&String> {
    open_ticket(effects).map(|ticket| &ticket.queue)
}

/// The thread's ticket as it was.
fn open_ticket(effects: &Effects) -> Option<&OpenTicket> {
    match &effects.conversation {
        Thread::Known(known) => known.ticket.as_ref(),
        Thread::New(_) => None,
    }
}

/// What the thread's matter was taken for before.
fn kind_before(effects: &Effects) -> Option<&Option<String>> {
    match &effects.conversation {
        Thread::Known(known) => known.interaction.as_ref().map(|matter| &matter.kind),
        Thread::New(_) => None,
    }
}

fn answering_changed(effects: &Effects, was_answering: bool) -> bool {
    match effects.answering {
        Answering::Since(_) => !was_answering,
        Answering::Nobody => was_answering,
        Answering::Unchanged => false,
    }
}

fn person(tx: &mut Tx<'_>, inbound: &Inbound, effects: &Effects, now: i64) -> store::Result<()> {
    let Some(person) = &effects.person else { return Ok(()) };
    let (workspace, contact) = (inbound.workspace, &person.contact);
    let said = effects.steps.iter().any(|step| matches!(step, Step::OptedOut | Step::OptedIn));
    match (person.news, person.member) {
        (News::New, _) if effects.provisional => tx.add_provisional_contact(workspace, contact, now)?,
        (News::New, _) => tx.add_contact(workspace, contact, now)?,
        (News::Changed, None) => tx.update_contact(workspace, contact)?,
        (News::Changed, Some(_)) | (News::Nothing, _) => {}
    }
    match person.member {
        None if said => tx.set_opted_out(workspace, contact.id, contact.opted_out_at)?,
        Some(member) if said || person.news == News::Changed => {
            tx.learn(workspace, contact.id, Whose::One(member), &learnt(contact, said))?;
        }
        None | Some(_) => {}
    }
    if effects.steps.contains(&Step::BecameRecord) {
        tx.make_record(workspace, contact.id)?;
    }
    for step in &effects.steps {
        if let Step::BelongsToAnother { contact: other, .. } = step {
            let reasons = [Likeness::WroteUnderBoth];
            tx.suggest_duplicate(workspace, contact.id, *other, &reasons, machine_now())?;
        }
    }
    if effects.doubt.is_some() {
        let (phone, user_id) = (inbound.sender.phone.as_ref(), inbound.sender.user_id.as_deref());
        tx.set_doubted(workspace, contact.id, Some(now))?;
        tx.retire_address(workspace, contact.id, phone.map(|phone| phone.as_str()), user_id)?;
    }
    for identity in &effects.identities {
        tx.learn_identity(workspace, contact.id, person.member, identity, now)?;
    }
    Ok(())
}

/// What a message shows of whoever wrote it, and what they wish, if it says so.
fn learnt(contact: &Contact, said: bool) -> Vec<Learnt> {
    let wish = said.then(|| contact.opted_out_at.map_or(Learnt::OptedIn, Learnt::OptedOut));
    std::iter::once(Learnt::Met(contact.name.clone(), contact.language)).chain(wish).collect()
}

/// The thread, and the place in it of the message; the reply comes right after.
fn thread(tx: &mut Tx<'_>, inbound: &Inbound, effects: &Effects, now: i64) -> store::Result<i64> {
    let messages = i64::from(effects.brings_message) + i64::from(effects.reply.is_some());
    let (workspace, id) = (inbound.workspace, effects.conversation_id());
    let standing = standing(effects, messages, now);
    match &effects.conversation {
        Thread::New(new) => tx.add_conversation(workspace, new, &standing, now)?,
        Thread::Known(_) => tx.set_standing(workspace, id, &standing)?,
    }
    if let Some(user_id) = &effects.pin_user_id {
        tx.pin_user_id(workspace, inbound.channel, id, user_id)?;
    }
    if let Some(phone) = &effects.pin_phone {
        tx.pin_phone(workspace, inbound.channel, id, phone)?;
    }
    Ok(standing.next_seq - messages)
}

/// How far the thread is with `messages` more messages. Its window only ever moves forward.
fn standing(effects: &Effects, messages: i64, now: i64) -> Standing {
    let mut standing = match &effects.conversation {
        Thread::New(_) => Standing::of_new(messages, now),
        Thread::Known(known) => Standing { next_seq: known.standing.next_seq + messages, ..known.standing },
    };
    standing.last_message_at = standing.last_message_at.max(now);
    standing.window_until = standing.window_until.max(effects.window_until);
    match effects.answering {
        Answering::Since(moment) => (standing.person_since, standing.waiting_since) = (Some(moment), None),
        Answering::Nobody => standing.person_since = None,
        Answering::Unchanged => {}
    }
    if effects.waits {
        standing.waiting_since.get_or_insert(now);
    }
    match effects.control {
        Control::Ours => standing.elsewhere_at = None,
        Control::Elsewhere(moment) => standing.elsewhere_at = Some(moment),
        Control::Unchanged => {}
    }
    standing.last_interaction = effects.ended().map(|(id, _)| id).or(standing.last_interaction);
    (standing.interaction, standing.ticket) = (effects.open.interaction, effects.open.ticket);
    standing
}

fn message(
    tx: &mut Tx<'_>,
    inbound: &Inbound,
    effects: &Effects,
    seq: i64,
    fresh: &FreshIds,
    now: i64,
) -> store::Result<()> {
    let message = &inbound.message;
    let steps = serde_json::to_string(&effects.steps).map_err(|error| StoreError::Unexpected(error.to_string()))?;
    tx.add_message(
        inbound.workspace,
        &NewMessage {
            conversation: effects.conversation_id(),
            seq,
            author: effects.author,
            kind: message.kind.clone(),
            text: message.text.clone(),
            content: message.content.clone(),
            wamid: Some(message.wamid.clone()),
            context_wamid: message.context.clone(),
            sent_at: message.sent_at,
            recorded_at: now,
            interaction: matter_of(effects),
            body: Some(inbound.body),
            steps: Some(steps),
            send: None,
            media: message.file.as_ref().map(|_| fresh.media),
            writer: None,
        },
    )
}

/// The job that fetches it finds the row as soon as it is committed.
fn file(tx: &mut Tx<'_>, inbound: &Inbound, effects: &Effects, seq: i64, fresh: &FreshIds) -> store::Result<()> {
    let Some(file) = &inbound.message.file else { return Ok(()) };
    let new = NewMedia {
        id: fresh.media,
        channel: inbound.channel,
        conversation: effects.conversation_id(),
        seq,
        kind: file.kind,
        meta_id: file.meta_id.clone(),
        url: file.url.clone(),
        claimed_type: file.claimed_type.clone(),
        claimed_sha256: file.claimed_sha256.clone(),
        filename: file.filename.clone(),
    };
    tx.add_media(inbound.workspace, &new, machine_now())
}

fn matter(tx: &mut Tx<'_>, inbound: &Inbound, effects: &Effects, workflow_version: i64, now: i64) -> store::Result<()> {
    let due = match effects.course {
        Course::LooksAgain(at) => Some(at),
        Course::AsItsTicket | Course::Automated => None,
    };
    match &effects.interaction {
        InteractionEffect::None => return Ok(()),
        InteractionEffect::Open(id, opened_at, change) => {
            let new = NewInteraction {
                id: *id,
                conversation: effects.conversation_id(),
                contact: effects.contact_id(),
                workflow_version,
                change: change.clone(),
            };
            tx.add_interaction(inbound.workspace, &new, *opened_at)?;
        }
        InteractionEffect::Update(id, change) => tx.update_interaction(inbound.workspace, *id, change, now)?,
    }
    match matter_of(effects).filter(|_| due != due_before(effects)) {
        Some(id) => tx.set_answer_due(inbound.workspace, id, due),
        None => Ok(()),
    }
}

/// When automation was to look again at the matter at hand.
fn due_before(effects: &Effects) -> Option<i64> {
    match &effects.conversation {
        Thread::Known(known) => known.interaction.as_ref().and_then(|matter| matter.answer_due_at),
        Thread::New(_) => None,
    }
}

/// The ticket, and what follows from how it stands now.
fn ticket(tx: &mut Tx<'_>, inbound: &Inbound, effects: &Effects, rules: &Rules, now: i64) -> store::Result<()> {
    let workspace = inbound.workspace;
    match &effects.ticket {
        TicketEffect::None => Ok(()),
        TicketEffect::Open(new) => {
            tx.add_ticket(workspace, new, now)?;
            follow_ups::of_new_ticket(tx, workspace, rules, new, now)
        }
        TicketEffect::Update { id, kind, queue, reopened } => {
            if let Some(due) = reopened {
                tx.reopen_ticket(workspace, *id, now)?;
                tx.set_ticket_due(workspace, *id, *due)?;
            }
            let touch = TicketTouch {
                kind: kind.as_deref().filter(|_| kind_before(effects) != Some(kind)),
                queue: (waited_in(effects) != Some(queue)).then_some(queue.as_str()),
                waits: effects.waits && reopened.is_none() && open_ticket(effects).is_none_or(|ticket| !ticket.waiting),
            };
            tx.touch_ticket(workspace, *id, &touch, now)?;
            let stands_otherwise = reopened.is_some() || touch.kind.is_some() || touch.queue.is_some();
            if stands_otherwise { follow_ups::of_ticket(tx, workspace, rules, *id, now) } else { Ok(()) }
        }
    }
}

/// What was put aside comes back when the customer writes, whatever it is; and a person who answers on the phone has answered.
fn standing_of_work(tx: &mut Tx<'_>, inbound: &Inbound, effects: &Effects, now: i64) -> store::Result<()> {
    let Some(ticket) = open_ticket(effects) else { return Ok(()) };
    if comes_back(inbound, effects) {
        tx.wake_ticket(inbound.workspace, ticket.id, now)?;
    }
    match effects.answering {
        Answering::Since(_) if ticket.waiting => tx.answer_ticket(inbound.workspace, ticket.id, now),
        Answering::Since(_) | Answering::Nobody | Answering::Unchanged => Ok(()),
    }
}

fn comes_back(inbound: &Inbound, effects: &Effects) -> bool {
    inbound.message.nature == Nature::Message && open_ticket(effects).is_some_and(|ticket| ticket.snoozed)
}

struct Place {
    conversation: ConversationId,
    seq: i64,
    interaction: Option<InteractionId>,
}

fn queue_reply(
    tx: &mut Tx<'_>,
    inbound: &Inbound,
    reply: &Reply,
    place: &Place,
    send: SendId,
    epoch: i64,
    now: i64,
) -> store::Result<()> {
    let author = match reply.purpose {
        Purpose::Acknowledgement | Purpose::Answer | Purpose::FollowUp => Author::Automation,
        Purpose::Reply | Purpose::Template => Author::Agent,
    };
    let message = NewMessage {
        conversation: place.conversation,
        seq: place.seq,
        author,
        kind: reply.said.kind().to_owned(),
        text: reply.said.words(),
        content: reply.said.beyond_words().map(|content| content.to_string()),
        wamid: None,
        context_wamid: None,
        sent_at: now,
        recorded_at: now,
        interaction: place.interaction,
        body: None,
        steps: None,
        send: Some(send),
        media: None,
        writer: None,
    };
    tx.add_message(inbound.workspace, &message)?;
    let new = NewSend {
        id: send,
        epoch,
        channel: inbound.channel,
        conversation: place.conversation,
        seq: place.seq,
        purpose: reply.purpose,
        payload: Payload { said: reply.said.clone(), context: None, detour: None }.to_json().to_string(),
    };
    tx.add_send(inbound.workspace, &new, machine_now())
}
