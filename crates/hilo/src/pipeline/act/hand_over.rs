//! Hands something to a person: the ticket, and what the customer is told meanwhile.

use domain::delivery::Purpose;
use domain::ids::{InteractionId, TicketId};
use domain::interaction::{Author, Evidence, Guard, Step};
use domain::prompt::{Prompt, Spoken};
use domain::{Language, Policy};
use jiff::Timestamp;
use store::NewTicket;

use super::{Matter, Office};
use crate::outgoing::Said;
use crate::pipeline::values::{
    Answering, Effects, HandOver, InteractionEffect, News, OpenWork, Reply, Thread, TicketEffect,
};

/// How much of a message stands on its ticket.
const LONGEST_SUBJECT: usize = 120;

/// What the customer is told while they wait for a person.
pub(super) enum Opening {
    /// The acknowledgement of the queue.
    Acknowledgement,
    /// This in its place.
    Words(String),
    /// They were answered already.
    Answered,
}

/// An acknowledgement is no question; one whose words ask for a photo is remembered.
fn asks(seq: i64, text: &str, about: Option<&str>, now: Timestamp) -> Option<Prompt> {
    let spoken =
        Spoken { seq, at: now.as_millisecond(), by: Author::Automation, kind: "text", text, template: None, about };
    Some(Prompt::of(&spoken)).filter(|prompt| !prompt.asks.is_empty())
}

impl Office<'_> {
    pub(super) fn hand_over(
        self,
        effects: &mut Effects,
        (open, mut change): Matter,
        over: &HandOver,
        opening: Opening,
    ) {
        let interaction = open.as_ref().map_or(self.fresh.interaction, |open| open.id);
        if open.is_none() {
            effects.steps.push(Step::Opened);
        }
        if !matches!(opening, Opening::Answered) {
            let guard = over.guard.or_else(|| self.guard());
            effects.steps.push(Step::Decided { policy: Policy::Intake, guard });
        }

        let due = self.due(&over.queue);
        let ticket = self.ticket(effects, interaction, &over.queue, due, change.kind.clone());
        match (opening, over.acknowledgement) {
            (Opening::Answered, _) => change.acknowledged_at = Some(self.now.as_millisecond()),
            (Opening::Acknowledgement | Opening::Words(_), Err(guard)) => {
                effects.steps.push(Step::NotAcknowledged { guard });
            }
            (opening, Ok(())) => {
                effects.answering = Answering::Nobody;
                let text = match opening {
                    Opening::Words(text) => text,
                    Opening::Acknowledgement | Opening::Answered => self.words(effects, &over.queue),
                };
                effects.prompt = asks(effects.reply_seq(), &text, change.kind.as_deref(), self.now);
                effects.reply = Some(Reply { purpose: Purpose::Acknowledgement, said: Said::Text(text) });
                effects.steps.push(Step::Acknowledged { due });
                change.acknowledged_at = Some(self.now.as_millisecond());
            }
        }
        change.ticket = Some(ticket);
        effects.waits = true;
        effects.open = OpenWork { interaction: Some(interaction), ticket: Some(ticket) };
        effects.interaction = match open {
            Some(open) => InteractionEffect::Update(open.id, change),
            None => InteractionEffect::Open(interaction, self.now.as_millisecond(), change),
        };
    }

    fn guard(self) -> Option<Guard> {
        let by_model = matches!(self.intent.evidence, Evidence::Model(_) | Evidence::NoText { .. });
        (self.intent.kind.is_none() && by_model).then_some(Guard::BelowThreshold)
    }

    fn due(self, queue: &str) -> i64 {
        let queue = self.workflow.workflow.queue(queue);
        queue.map_or(self.now, |queue| workflow::promise(queue, self.now).due).as_millisecond()
    }

    fn ticket(
        self,
        effects: &mut Effects,
        interaction: InteractionId,
        queue: &str,
        due: i64,
        kind: Option<String>,
    ) -> TicketId {
        if let Thread::Known(known) = &effects.conversation
            && let Some(open) = &known.ticket
        {
            let moved_from = (open.queue != queue).then(|| open.queue.clone());
            let id = open.id;
            let reopened = effects.taken_up.and_then(|taken_up| taken_up.ticket).map(|_| due);
            effects.steps.push(Step::TicketUpdated { ticket: id, queue: queue.to_owned(), moved_from });
            effects.ticket = TicketEffect::Update { id, kind, queue: queue.to_owned(), reopened };
            return id;
        }
        let id = self.fresh.ticket;
        effects.steps.push(Step::TicketOpened { ticket: id, queue: queue.to_owned(), due });
        effects.ticket = TicketEffect::Open(NewTicket {
            id,
            contact: effects.contact_id(),
            conversation: effects.conversation_id(),
            interaction,
            kind,
            queue: queue.to_owned(),
            subject: self.subject(),
            due_at: due,
        });
        id
    }

    fn subject(self) -> String {
        let text = self.message.text.as_deref().unwrap_or(&self.message.kind);
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_SUBJECT).collect()
    }

    fn words(self, effects: &Effects, queue: &str) -> String {
        let workflow = &self.workflow.workflow;
        let language: Language = self.intent.language;
        let Some(queue) = workflow.queue(queue) else { return String::new() };
        match &effects.person {
            Some(person) => {
                let name = person.contact.name.as_deref();
                let words = workflow::acknowledgement(workflow, language, queue, name, self.now);
                match workflow::question_to_somebody_new(workflow, language).filter(|_| person.news == News::New) {
                    Some(question) => format!("{words}\n\n{question}"),
                    None => words,
                }
            }
            None => workflow::ambiguous_acknowledgement(workflow, language, queue, self.now),
        }
    }
}
