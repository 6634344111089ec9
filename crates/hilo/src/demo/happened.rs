//! What happened on the way of a move of the clock: from the log of changes, and from what passes without a change.

use std::collections::{BTreeSet, HashMap};

use domain::change::Subject;
use domain::delivery::{Progress, SendState};
use domain::ids::{ConversationId, InteractionId, SendId, TicketId, WorkspaceId};
use domain::interaction::{Author, Guard, Outcome, Step};
use store::{InteractionRow, MessageRow, Result, Tx};

use super::line::Moved;
use crate::explain::steps;

/// Rows of the log that are read for one move, and of each list besides.
const FARTHEST: i64 = 1_000;

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Happening {
    /// When, milliseconds since 1970.
    pub at: i64,
    /// With whom, if a name is known.
    pub who: Option<String>,
    /// In which thread.
    pub conversation: ConversationId,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum What {
    /// A message of ours left.
    Sent {
        /// What it says.
        text: Option<String>,
    },
    /// A message of ours did not leave, or did not arrive.
    NotSent {
        /// What it says.
        text: Option<String>,
        /// Where it waits for a person, if it does.
        state: Option<SendState>,
        /// Why.
        why: Option<String>,
    },
    /// A customer wrote, and was told nothing.
    NotAcknowledged {
        /// What they wrote.
        text: Option<String>,
        /// Why not.
        guard: Guard,
    },
    /// A matter ended.
    Closed(Outcome),
    /// A ticket was still open when it was to be answered.
    PromisePassed {
        /// Which.
        ticket: TicketId,
        /// Where it waits.
        queue: String,
    },
    /// Somebody waits, and WhatsApp takes no more free text.
    WindowClosed {
        /// Whose ticket.
        ticket: TicketId,
    },
}

/// Everything that happened on the way of a move, the earliest first.
pub fn happened(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Vec<Happening>> {
    let changed = Changed::read(tx, workspace, moved)?;
    let messages = tx.messages_at(workspace, &changed.messages)?;
    let matters = tx.interactions_by_id(workspace, &changed.matters)?;
    let mut all: Vec<Happening> = messages.iter().filter_map(|row| message(row, moved)).collect();
    all.extend(matters.iter().filter_map(closed));
    all.extend(promises(tx, workspace, moved)?);
    all.extend(windows(tx, workspace, moved)?);
    name(tx, workspace, &mut all)?;
    all.sort_by_key(|happening| happening.at);
    Ok(all)
}

/// What the log names between the move's beginning and its end.
struct Changed {
    messages: Vec<(ConversationId, i64)>,
    matters: Vec<InteractionId>,
}

impl Changed {
    fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Changed> {
        let stretch = tx.changes(workspace, moved.behind.position, FARTHEST)?;
        let (mut messages, mut matters, mut sends) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::<SendId>::new());
        for row in stretch.changes {
            if moved.up_to.is_some_and(|end| end.position < row.position) {
                break;
            }
            match row.change.about {
                Subject::Message(conversation, seq) => drop(messages.insert((conversation, seq))),
                Subject::Interaction(id) => drop(matters.insert(id)),
                Subject::Send(id) => drop(sends.insert(id)),
                Subject::Contact(_)
                | Subject::Conversation(_)
                | Subject::Ticket(_)
                | Subject::Channel(_)
                | Subject::Notice(_)
                | Subject::Endpoint(_)
                | Subject::Company(_)
                | Subject::Deal(_)
                | Subject::Appointment(_)
                | Subject::Order(_)
                | Subject::Note(_) => {}
            }
        }
        let sends = tx.outbox_by_id(workspace, &Vec::from_iter(sends))?;
        messages.extend(sends.iter().map(|row| (row.send.conversation, row.send.seq)));
        Ok(Changed { messages: Vec::from_iter(messages), matters: Vec::from_iter(matters) })
    }
}

/// What a message says about the way. One of before the move counts if it waits for a person or failed since.
fn message(row: &MessageRow, moved: &Moved) -> Option<Happening> {
    let (message, text) = (&row.message, row.message.text.clone());
    let on_the_way = moved.from <= message.recorded_at;
    let waits = row.send_state.filter(|state| SendState::LISTED.contains(state));
    let what = match (message.author, row.progress) {
        (Author::Customer, _) => What::NotAcknowledged { text, guard: left_alone(row).filter(|_| on_the_way)? },
        (_, Some(Progress::Failed | Progress::Cancelled)) => {
            What::NotSent { text, state: waits, why: row.error_text.clone().or(row.send_reason.clone()) }
        }
        _ if waits.is_some() => What::NotSent { text, state: waits, why: row.send_reason.clone() },
        _ if on_the_way && message.send.is_some() => What::Sent { text },
        _ => return None,
    };
    Some(Happening { at: message.recorded_at.max(moved.from), who: None, conversation: message.conversation, what })
}

fn left_alone(row: &MessageRow) -> Option<Guard> {
    steps(row).into_iter().find_map(|step| match step {
        Step::NotAcknowledged { guard } => Some(guard),
        _ => None,
    })
}

fn closed(row: &InteractionRow) -> Option<Happening> {
    let (at, outcome) = row.closed_at.zip(row.outcome)?;
    Some(Happening { at, who: None, conversation: row.conversation, what: What::Closed(outcome) })
}

fn promises(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Vec<Happening>> {
    let passed = tx.passed_promises(workspace, moved.from, moved.to, FARTHEST)?;
    let tickets = tx.tickets_by_id(workspace, &passed.iter().map(|passed| passed.ticket).collect::<Vec<_>>())?;
    let queues: HashMap<TicketId, String> = tickets.into_iter().map(|row| (row.ticket.id, row.ticket.queue)).collect();
    let told = passed.iter().map(|passed| {
        let queue = queues.get(&passed.ticket).cloned().unwrap_or_default();
        let what = What::PromisePassed { ticket: passed.ticket, queue };
        Happening { at: passed.at, who: None, conversation: passed.conversation, what }
    });
    Ok(told.collect())
}

fn windows(tx: &mut Tx<'_>, workspace: WorkspaceId, moved: &Moved) -> Result<Vec<Happening>> {
    let closed = tx.closed_windows(workspace, moved.from, moved.to, FARTHEST)?;
    let told = closed.iter().map(|passed| {
        let what = What::WindowClosed { ticket: passed.ticket };
        Happening { at: passed.at, who: None, conversation: passed.conversation, what }
    });
    Ok(told.collect())
}

fn name(tx: &mut Tx<'_>, workspace: WorkspaceId, all: &mut [Happening]) -> Result<()> {
    let ids: BTreeSet<ConversationId> = all.iter().map(|happening| happening.conversation).collect();
    let threads = tx.conversations_by_id(workspace, &Vec::from_iter(ids))?;
    let people = tx.contacts_by_id(workspace, &threads.iter().filter_map(|row| row.contact).collect::<Vec<_>>())?;
    let names: HashMap<_, _> = people.into_iter().map(|row| (row.contact.id, row.contact.name)).collect();
    let of_contact = |id| names.get(&id).cloned().flatten();
    let names: HashMap<ConversationId, String> = threads
        .into_iter()
        .filter_map(|row| Some((row.id, row.contact.and_then(of_contact).or(row.profile_name)?)))
        .collect();
    for happening in all {
        happening.who = names.get(&happening.conversation).cloned();
    }
    Ok(())
}
