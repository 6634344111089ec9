//! Automation looks at a matter again: it answers once nothing more was said, it gives up waiting for a choice, or it hands over what it
//! had ended, because its answer did not arrive.

use domain::change::{EventType, Subject};
use domain::contact::Sender;
use domain::ids::{BodyId, EventId, FreshIds};
use domain::interaction::{Author, Outcome, Step};
use jiff::{SignedDuration, Timestamp};
use store::{ConversationRow, DueAnswer, EventRow, InteractionRow, MessageRow, NewTicket, Tx};

use super::values::{Inbound, Message, Nature, Understood};
use super::{act, close, decide, load, record, resolve};
use crate::changes;
use crate::explain::steps;
use crate::follow_ups;
use crate::kill_points::reached;
use crate::workflows::Published;

/// So long a matter waits for another one of its thread that automation has in hand.
const AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// So far back it is looked what was written.
const LATEST: i64 = 40;
/// How much of what was said stands on a ticket.
const LONGEST_SUBJECT: usize = 120;

/// What automation does about a matter whose moment has come, in one transaction. Answers whether something waits in the outbox of it.
pub(crate) fn answer_due(
    tx: &mut Tx<'_>,
    workflow: &Published,
    due: DueAnswer,
    fresh: &FreshIds,
    epoch: i64,
    now: Timestamp,
) -> store::Result<bool> {
    let DueAnswer { workspace, conversation, interaction } = due;
    tx.lock_conversation(workspace, conversation)?;
    let is_due = tx.answer_due_at(workspace, interaction)?.is_some_and(|at| at <= now.as_millisecond());
    let (Some(thread), Some(matter), true) =
        (tx.conversation(workspace, conversation)?, tx.interaction(workspace, interaction)?, is_due)
    else {
        return Ok(false); // somebody wrote meanwhile, or another node was faster
    };
    reached("answer_due");
    let begun_on = workflow.of_matter(matter.workflow_version);
    let workflow = begun_on.as_deref().unwrap_or(workflow);
    let said = tx.latest_messages(workspace, conversation, LATEST)?;
    let is_open = thread.interaction == Some(interaction);
    let of_matter = said.iter().rev().filter(|row| row.message.interaction == Some(interaction));
    match (matter.outcome, of_matter.map(waits).find_map(|waits| waits)) {
        (Some(Outcome::Automated), _) => {
            hand_over(tx, workflow, due, &thread, &matter, &said, fresh, now).map(|()| false)
        }
        (None, Some((last, true))) if is_open => answer(tx, workflow, due, &thread, last, fresh, epoch, now),
        (None, Some((_, false)) | None) if is_open => give_up(tx, due, &thread, now).map(|()| false),
        (Some(_) | None, _) => tx.set_answer_due(workspace, interaction, None).map(|()| false),
    }
}

/// A message that was to be answered later, and whether it still is.
fn waits(row: &MessageRow) -> Option<(&MessageRow, bool)> {
    let steps = steps(row);
    let waits = steps.iter().rposition(|step| matches!(step, Step::AnswerWaits { .. }))?;
    let is_dealt_with = |step: &Step| {
        matches!(
            step,
            Step::Answered { .. } | Step::AskedWhich { .. } | Step::NotAnswered { .. } | Step::Decided { .. }
        )
    };
    Some((row, !steps[waits..].iter().any(is_dealt_with)))
}

/// Answers what was said since.
#[expect(clippy::too_many_arguments, reason = "the place, what was said in it, and what a step of the pipeline needs")]
fn answer(
    tx: &mut Tx<'_>,
    workflow: &Published,
    due: DueAnswer,
    thread: &ConversationRow,
    last: &MessageRow,
    fresh: &FreshIds,
    epoch: i64,
    now: Timestamp,
) -> store::Result<bool> {
    let workspace = due.workspace;
    let known = tx.known_conversation(workspace, thread.channel, thread.phone.as_deref(), thread.user_id.as_deref())?;
    let contact = thread.contact.map(|contact| tx.contact(workspace, contact)).transpose()?.flatten();
    let (Some(known), Some(contact)) = (known.filter(|known| known.id == thread.id), contact) else {
        return tx.set_answer_due(workspace, due.interaction, None).map(|()| false);
    };
    let blocked = tx.is_blocked(workspace, contact.contact.id)?;
    let inbound = as_it_came(due, thread, last);
    let mut understood = Understood {
        resolved: resolve::again(contact.contact, blocked, contact.doubted_at.is_some(), &workflow.trial(), known),
        intent: None,
    };
    understood.intent = steps(last).into_iter().rev().find_map(|step| match step {
        Step::Classified(intent) => Some(intent),
        _ => None,
    });
    let lookup = load::lookup(tx, workflow, &inbound, &understood, now)?;
    let Understood { resolved, intent: Some(intent) } = understood else { return Ok(false) };
    let message = &inbound.message;
    let plan = decide::plan(workflow, &resolved, &intent, lookup.as_ref(), message, inbound.channel, now);
    let effects = close::outcome(act::go_on(workflow, resolved, &intent, plan, message, fresh, now));
    record::effects(tx, &inbound, &effects, workflow, fresh, epoch, now)?;
    tx.add_steps(workspace, thread.id, last.message.seq, &effects.steps)?;
    Ok(effects.reply.is_some())
}

/// A message as it came in, from how it is kept.
fn as_it_came(due: DueAnswer, thread: &ConversationRow, row: &MessageRow) -> Inbound {
    let kept = &row.message;
    Inbound {
        workspace: due.workspace,
        channel: thread.channel,
        body: kept.body.unwrap_or(BodyId(uuid::Uuid::nil())),
        field: String::new(),
        sender: Sender { phone: None, user_id: thread.user_id.clone(), parent_user_id: None, profile_name: None },
        attested: None,
        message: Message {
            wamid: kept.wamid.clone().unwrap_or_default(),
            sent_at: kept.sent_at,
            nature: Nature::Message,
            kind: kept.kind.clone(),
            text: kept.text.clone(),
            payload: None,
            content: kept.content.clone(),
            context: kept.context_wamid.clone(),
            file: None,
        },
    }
}

/// Nobody chose: silence ends it, as it ends what a person has answered.
fn give_up(tx: &mut Tx<'_>, due: DueAnswer, thread: &ConversationRow, now: Timestamp) -> store::Result<()> {
    let (workspace, at) = (due.workspace, now.as_millisecond());
    tx.set_answer_due(workspace, due.interaction, None)?;
    if thread.ticket.is_some() || !tx.close_interaction(workspace, due.interaction, Outcome::Silence, at)? {
        return Ok(());
    }
    tx.clear_open_work(workspace, thread.id)?;
    write(tx, due, thread, at, Step::Closed { outcome: Outcome::Silence, said: None })?;
    changes::tell(tx, workspace, EventType::InteractionClosed, Subject::Interaction(due.interaction))
}

/// The matter is a person's from now on. What was written down with the answer stays: it is true whether or not the customer heard of it.
#[expect(clippy::too_many_arguments, reason = "the place, what was said in it, and what a step of the pipeline needs")]
fn hand_over(
    tx: &mut Tx<'_>,
    workflow: &Published,
    due: DueAnswer,
    thread: &ConversationRow,
    matter: &InteractionRow,
    said: &[MessageRow],
    fresh: &FreshIds,
    now: Timestamp,
) -> store::Result<()> {
    let (workspace, at) = (due.workspace, now.as_millisecond());
    let of_matter = |author: Author| {
        let mut theirs = said.iter().rev().filter(move |row| row.message.author == author);
        theirs.find(|row| row.message.interaction == Some(due.interaction)).and_then(|row| row.message.text.clone())
    };
    let queue = queue_of(workflow, matter);
    let ticket = thread.ticket.unwrap_or(fresh.ticket);
    let step = Step::AnswerFailed { ticket, queue: queue.clone(), said: of_matter(Author::Automation) };
    if thread.ticket.is_some() {
        tx.set_answer_due(workspace, due.interaction, None)?;
        return write(tx, due, thread, at, step); // a person has the thread already
    }
    if thread.interaction.is_some() {
        let later = at + AGAIN.as_millis() as i64; // automation has another matter of theirs in hand
        return tx.set_answer_due(workspace, due.interaction, Some(later));
    }
    if !tx.hand_over_again(workspace, due.interaction, ticket)? {
        return Ok(());
    }
    let subject = of_matter(Author::Customer).unwrap_or_default().chars().take(LONGEST_SUBJECT).collect();
    let due_at = workflow.workflow.queue(&queue).map_or(now, |queue| workflow::promise(queue, now).due);
    let new = NewTicket {
        id: ticket,
        contact: thread.contact,
        conversation: thread.id,
        interaction: due.interaction,
        kind: matter.kind.clone(),
        queue,
        subject,
        due_at: due_at.as_millisecond(),
    };
    tx.add_ticket(workspace, &new, at)?;
    follow_ups::of_new_ticket(tx, workspace, &workflow.rules, &new, at)?;
    tx.await_person(workspace, thread.id, due.interaction, ticket, at)?;
    write(tx, due, thread, at, step)?;
    let told = [
        (EventType::InteractionChanged, Subject::Interaction(due.interaction)),
        (EventType::TicketOpened, Subject::Ticket(ticket)),
    ];
    changes::tell_all(tx, workspace, &told)?;
    reached("answer_handed_over");
    Ok(())
}

/// The queue of its type; one that a newer workflow no longer has would leave it with nobody.
fn queue_of(workflow: &Published, matter: &InteractionRow) -> String {
    let workflow = &workflow.workflow;
    let kind = matter.kind.as_deref().and_then(|kind| workflow.interaction_type(kind));
    let queue = kind.and_then(|kind| kind.queue.clone()).filter(|queue| workflow.queue(queue).is_some());
    queue.unwrap_or_else(|| workflow.fallback.unrecognised.clone())
}

fn write(tx: &mut Tx<'_>, due: DueAnswer, thread: &ConversationRow, at: i64, step: Step) -> store::Result<()> {
    let Some(contact) = thread.contact else { return Ok(()) };
    let event = EventRow {
        id: EventId(crate::ids::fresh()),
        contact,
        conversation: Some(thread.id),
        at,
        by: "automation".to_owned(),
        step,
    };
    tx.add_event(due.workspace, &event)
}
