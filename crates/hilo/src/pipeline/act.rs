//! Carries a plan out, as effects: the ticket, the answer, what the contact's page will show.

mod automated;
mod hand_over;

use domain::Policy;
use domain::ids::FreshIds;
use domain::interaction::{Author, Intent, OptWish, Step};
use domain::prompt::{Prompt, Spoken};
use jiff::Timestamp;
use store::{InteractionChange, OpenInteraction};

use super::values::{
    Answering, Control, Course, Effects, FULL_WINDOW, InteractionEffect, Message, Nature, News, OpenWork, Person, Plan,
    Resolved, TakenUp, Thread, TicketEffect, Who,
};
use crate::workflows::Published;
use hand_over::Opening;

/// Characters that may have been the beginning of a thought, to be read together with the rest of it.
pub(crate) const LONGEST_BEGINNING: usize = 200;

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
    let matter = matter(&resolved, &intent, message, now);
    let mut effects = record_only(resolved, message, now);
    effects.change_person(|contact| contact.language = contact.language.or(Some(intent.language)));
    effects.steps.push(Step::Classified(intent.clone()));
    let taken_up = effects.taken_up.map(|TakenUp { outcome, ticket, .. }| Step::TakenUp { outcome, ticket });
    effects.steps.extend(taken_up);
    let office = Office { workflow, intent: &intent, message, fresh, now };
    office.carry_out(&mut effects, matter, plan);
    effects
}

/// The effects of a plan for a matter to which no message comes: automation looks at it again. `last` is what was written last.
pub(super) fn go_on(
    workflow: &Published,
    resolved: Resolved,
    intent: &Intent,
    plan: Plan,
    last: &Message,
    fresh: &FreshIds,
    now: Timestamp,
) -> Effects {
    let (open, change) = matter(&resolved, intent, last, now);
    let text = open.as_ref().map(|open| open.text.clone()).unwrap_or_default();
    let change = InteractionChange { text, last_inbound_at: last.sent_at.min(now.as_millisecond()), ..change };
    let mut effects = Effects { steps: Vec::new(), brings_message: false, ..record_only(resolved, last, now) };
    let office = Office { workflow, intent, message: last, fresh, now };
    office.carry_out(&mut effects, (open, change), plan);
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
        brings_message: true,
        author: Author::Customer,
        window_until: 0,
        answering: Answering::Unchanged,
        control: Control::Unchanged,
        taken_up: resolved.taken_up,
        interaction: InteractionEffect::None,
        ticket: TicketEffect::None,
        open: open.unwrap_or_default(),
        waits: false,
        reply: None,
        written: None,
        course: Course::AsItsTicket,
        prompt: None,
        steps: resolved.steps,
    };
    // What may be a stranger's name is not theirs.
    let profile_name = resolved.profile_name.filter(|_| !resolved.doubted);
    effects.change_person(|contact| contact.name = contact.name.take().or(profile_name));
    effects.control = match &message.nature {
        Nature::Message | Nature::Welcome => Control::Ours,
        Nature::Standby | Nature::StandbyEcho => Control::Elsewhere(now.as_millisecond()),
        Nature::Annotation
        | Nature::Echo
        | Nature::IdentityChange { .. }
        | Nature::DeviceChange
        | Nature::Preference { .. } => Control::Unchanged,
    };
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
    // What a matter was taken for holds, until it was taken for nothing; what automation has yet to answer, is what was said last.
    let is_unanswered = |open: &&OpenInteraction| open.answer_due_at.is_some() && intent.kind.is_some();
    let earlier = open.as_ref().filter(|open| open.kind.is_some()).filter(|open| !is_unanswered(open));
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

/// The matter as it was, if one is open, and after the message.
type Matter = (Option<OpenInteraction>, InteractionChange);

/// Where a plan is carried out.
#[derive(Clone, Copy)]
struct Office<'a> {
    workflow: &'a Published,
    intent: &'a Intent,
    message: &'a Message,
    fresh: &'a FreshIds,
    now: Timestamp,
}

impl Office<'_> {
    fn carry_out(self, effects: &mut Effects, matter: Matter, plan: Plan) {
        match plan {
            Plan::Intake(over) => self.hand_over(effects, matter, &over, Opening::Acknowledgement),
            Plan::Automate(play, over) => self.automate(effects, matter, *play, &over),
            Plan::KeepBack(play, over) => self.keep_back(effects, matter, *play, &over),
            Plan::Wait { until } => {
                effects.steps.push(Step::Decided { policy: Policy::Automate, guard: None });
                effects.steps.push(Step::AnswerWaits { until });
                self.keep_open(effects, matter, until);
            }
            Plan::StayOut(guard) => {
                effects.steps.push(Step::Decided { policy: Policy::StayOut, guard: Some(guard) });
                self.leave_alone(effects, matter);
            }
            Plan::Opt(wish) => {
                opt(effects, wish, self.now);
                self.leave_alone(effects, matter);
            }
        }
    }

    /// Goes on with a matter, or opens one about which nobody has to do anything.
    fn leave_alone(self, effects: &mut Effects, (open, change): Matter) {
        if let Some(due) = open.as_ref().and_then(|open| open.answer_due_at) {
            effects.course = Course::LooksAgain(due);
        }
        self.put(effects, (open, change));
    }

    /// The same with a matter at which automation looks again.
    fn keep_open(self, effects: &mut Effects, (open, change): Matter, until: i64) {
        effects.course = Course::LooksAgain(until);
        effects.open.interaction = Some(open.as_ref().map_or(self.fresh.interaction, |open| open.id));
        self.put(effects, (open, change));
    }

    fn put(self, effects: &mut Effects, (open, change): Matter) {
        effects.interaction = match open {
            Some(open) => InteractionEffect::Update(open.id, change),
            None => {
                effects.steps.push(Step::Opened);
                InteractionEffect::Open(self.fresh.interaction, self.now.as_millisecond(), change)
            }
        };
    }
}
