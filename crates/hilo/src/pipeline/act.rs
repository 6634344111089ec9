//! Carries a plan out, as effects: the ticket, the answer, what the contact's page will show.

use domain::delivery::Purpose;
use domain::ids::{FreshIds, InteractionId, TicketId};
use domain::interaction::{Author, Evidence, Guard, Intent, OptWish, Step};
use domain::prompt::{Prompt, Spoken};
use domain::{Language, Policy};
use jiff::Timestamp;
use store::{InteractionChange, NewTicket, OpenInteraction};

use super::values::{
    Answering, Effects, FULL_WINDOW, InteractionEffect, Message, Nature, News, OpenWork, Person, Plan, Reply, Resolved,
    Thread, TicketEffect, Who,
};
use crate::workflows::Published;

/// Characters that may have been the beginning of a thought, to be read together with the rest of it.
pub(crate) const LONGEST_BEGINNING: usize = 200;
/// How much of a message stands on its ticket.
const LONGEST_SUBJECT: usize = 120;

/// The effects of a plan.
pub(super) fn carry_out(
    workflow: &Published,
    resolved: Resolved,
    intent: Intent,
    plan: Plan,
    message: &Message,
    fresh: &FreshIds,
    now: Timestamp,
) -> Effects {
    let change = matter(&resolved, &intent, message, now);
    let mut effects = record_only(resolved, message, now);
    effects.change_person(|contact| contact.language = contact.language.or(Some(intent.language)));
    effects.steps.push(Step::Classified(intent.clone()));
    match plan {
        Plan::Intake { queue, acknowledgement } => {
            let intake = Intake { workflow, queue, intent: &intent, message, fresh, now };
            intake.carry_out(&mut effects, change, acknowledgement);
        }
        Plan::StayOut(guard) => {
            effects.steps.push(Step::Decided { policy: Policy::StayOut, guard: Some(guard) });
            leave_alone(&mut effects, change, fresh, now);
        }
        Plan::Opt(wish) => {
            opt(&mut effects, wish, now);
            leave_alone(&mut effects, change, fresh, now);
        }
    }
    effects
}

/// The effects of something that is no request: it is recorded, and what it says about the thread or the person holds.
pub(super) fn record_only(resolved: Resolved, message: &Message, now: Timestamp) -> Effects {
    let open = resolved.known_conversation().map(|known| OpenWork {
        interaction: known.interaction.as_ref().map(|matter| matter.id),
        ticket: known.ticket.as_ref().map(|ticket| ticket.id),
    });
    let mut effects = Effects {
        pin_user_id: resolved.pin_user_id,
        pin_phone: resolved.pin_phone,
        conversation: resolved.conversation,
        person: match resolved.who {
            Who::New(contact) => Some(Person { contact, member: None, news: News::New }),
            Who::Known(contact) => Some(Person { contact, member: resolved.member, news: News::Nothing }),
            Who::Ambiguous(_) => None,
        },
        identities: resolved.identities,
        doubt: resolved.doubt,
        provisional: resolved.provisional,
        author: Author::Customer,
        window_until: 0,
        answering: Answering::Unchanged,
        interaction: InteractionEffect::None,
        ticket: TicketEffect::None,
        open: open.unwrap_or_default(),
        waits: false,
        reply: None,
        prompt: None,
        steps: resolved.steps,
    };
    // What may be a stranger's name is not theirs.
    let profile_name = resolved.profile_name.filter(|_| !resolved.doubted);
    effects.change_person(|contact| contact.name = contact.name.take().or(profile_name));
    match &message.nature {
        Nature::Message | Nature::Welcome | Nature::Standby => {
            effects.window_until = message.sent_at.min(now.as_millisecond()) + FULL_WINDOW.as_millis() as i64;
        }
        Nature::Echo => {
            effects.author = Author::PhoneApp;
            effects.answering = Answering::Since(now.as_millisecond());
            effects.prompt = Some(said_on_the_phone(&effects, message, now));
            effects.steps.push(Step::PersonAnswered);
        }
        Nature::StandbyEcho => effects.author = Author::Automation,
        Nature::Preference { stop } => opt(&mut effects, if *stop { OptWish::Out } else { OptWish::In }, now),
        Nature::Annotation | Nature::IdentityChange { .. } | Nature::DeviceChange => {}
    }
    effects
}

fn said_on_the_phone(effects: &Effects, message: &Message, now: Timestamp) -> Prompt {
    let about = match &effects.conversation {
        Thread::Known(known) => known.interaction.as_ref().and_then(|matter| matter.kind.clone()),
        Thread::New(_) => None,
    };
    Prompt::of(&Spoken {
        seq: effects.seq(),
        at: now.as_millisecond(),
        by: Author::PhoneApp,
        kind: &message.kind,
        text: message.text.as_deref().unwrap_or_default(),
        template: None,
        about: about.as_deref(),
    })
}

fn opt(effects: &mut Effects, wish: OptWish, now: Timestamp) {
    let (opted_out_at, step) = match wish {
        OptWish::Out => (Some(now.as_millisecond()), Step::OptedOut),
        OptWish::In => (None, Step::OptedIn),
    };
    effects.change_person(|contact| contact.opted_out_at = opted_out_at);
    effects.steps.push(step);
}

/// The matter after this message, before anything is done about it.
fn matter(
    resolved: &Resolved,
    intent: &Intent,
    message: &Message,
    now: Timestamp,
) -> (Option<OpenInteraction>, InteractionChange) {
    let open = resolved.known_conversation().and_then(|known| known.interaction.clone());
    let own = message.text.as_deref().unwrap_or_default();
    let text = match &open {
        Some(open) if !open.text.is_empty() => format!("{}\n{own}", open.text),
        Some(_) | None => own.to_owned(),
    };
    // What a matter was taken for holds, until it was taken for nothing.
    let earlier = open.as_ref().filter(|open| open.kind.is_some());
    let change = InteractionChange {
        last_inbound_at: now.as_millisecond(),
        text: text.chars().take(LONGEST_BEGINNING + 1).collect(),
        kind: earlier.map_or_else(|| intent.kind.clone(), |open| open.kind.clone()),
        category: earlier.map_or(intent.category, |open| open.category),
        confidence: earlier.map_or(intent.confidence, |open| open.confidence),
        acknowledged_at: open.as_ref().and_then(|open| open.acknowledged_at),
        ticket: resolved.known_conversation().and_then(|known| known.ticket.as_ref()).map(|ticket| ticket.id),
        outcome: None,
    };
    (open, change)
}

/// Goes on with a matter, or opens one about which nobody has to do anything.
fn leave_alone(
    effects: &mut Effects,
    (open, change): (Option<OpenInteraction>, InteractionChange),
    fresh: &FreshIds,
    now: Timestamp,
) {
    effects.interaction = match open {
        Some(open) => InteractionEffect::Update(open.id, change),
        None => {
            effects.steps.push(Step::Opened);
            InteractionEffect::Open(fresh.interaction, now.as_millisecond(), change)
        }
    };
}

/// An acknowledgement is no question; one whose words ask for a photo is remembered.
fn asks(seq: i64, text: &str, about: Option<&str>, now: Timestamp) -> Option<Prompt> {
    let spoken =
        Spoken { seq, at: now.as_millisecond(), by: Author::Automation, kind: "text", text, template: None, about };
    Some(Prompt::of(&spoken)).filter(|prompt| !prompt.asks.is_empty())
}

struct Intake<'a> {
    workflow: &'a Published,
    queue: String,
    intent: &'a Intent,
    message: &'a Message,
    fresh: &'a FreshIds,
    now: Timestamp,
}

impl Intake<'_> {
    fn carry_out(
        self,
        effects: &mut Effects,
        (open, mut change): (Option<OpenInteraction>, InteractionChange),
        acknowledgement: Result<(), Guard>,
    ) {
        let interaction = open.as_ref().map_or(self.fresh.interaction, |open| open.id);
        if open.is_none() {
            effects.steps.push(Step::Opened);
        }
        effects.steps.push(Step::Decided { policy: Policy::Intake, guard: self.guard() });

        let due = self.due();
        let ticket = self.ticket(effects, interaction, due, change.kind.clone());
        match acknowledgement {
            Ok(()) => {
                effects.answering = Answering::Nobody;
                let text = self.words(effects);
                effects.prompt = asks(effects.seq() + 1, &text, change.kind.as_deref(), self.now);
                effects.reply = Some(Reply { purpose: Purpose::Acknowledgement, text });
                effects.steps.push(Step::Acknowledged { due });
                change.acknowledged_at = Some(self.now.as_millisecond());
            }
            Err(guard) => effects.steps.push(Step::NotAcknowledged { guard }),
        }
        change.ticket = Some(ticket);
        effects.waits = true;
        effects.open = OpenWork { interaction: Some(interaction), ticket: Some(ticket) };
        effects.interaction = match open {
            Some(open) => InteractionEffect::Update(open.id, change),
            None => InteractionEffect::Open(interaction, self.now.as_millisecond(), change),
        };
    }

    fn guard(&self) -> Option<Guard> {
        let by_model = matches!(self.intent.evidence, Evidence::Model(_) | Evidence::NoText { .. });
        (self.intent.kind.is_none() && by_model).then_some(Guard::BelowThreshold)
    }

    fn due(&self) -> i64 {
        let queue = self.workflow.workflow.queue(&self.queue);
        queue.map_or(self.now, |queue| workflow::promise(queue, self.now).due).as_millisecond()
    }

    fn ticket(&self, effects: &mut Effects, interaction: InteractionId, due: i64, kind: Option<String>) -> TicketId {
        if let Thread::Known(known) = &effects.conversation
            && let Some(open) = &known.ticket
        {
            let moved_from = (open.queue != self.queue).then(|| open.queue.clone());
            let id = open.id;
            effects.steps.push(Step::TicketUpdated { ticket: id, queue: self.queue.clone(), moved_from });
            effects.ticket = TicketEffect::Update { id, kind, queue: self.queue.clone() };
            return id;
        }
        let id = self.fresh.ticket;
        effects.steps.push(Step::TicketOpened { ticket: id, queue: self.queue.clone(), due });
        effects.ticket = TicketEffect::Open(NewTicket {
            id,
            contact: effects.contact_id(),
            conversation: effects.conversation_id(),
            interaction,
            kind,
            queue: self.queue.clone(),
            subject: self.subject(),
            due_at: due,
        });
        id
    }

    fn subject(&self) -> String {
        let text = self.message.text.as_deref().unwrap_or(&self.message.kind);
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_SUBJECT).collect()
    }

    fn words(&self, effects: &Effects) -> String {
        let workflow = &self.workflow.workflow;
        let language: Language = self.intent.language;
        let Some(queue) = workflow.queue(&self.queue) else { return String::new() };
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
