//! A thread lived through once more by some workflow: what each message would be taken for, where it would go and what would be said, by the
//! same decisions as ever. Nothing is read and nothing is written: what was known then comes in, and what follows stays in memory.

mod decided;

use domain::contact::{Contact, Sender};
use domain::fact::Dealings;
use domain::guard::LOOP_WITHIN_MS;
use domain::ids::{
    BodyId, ChannelId, ContactId, ConversationId, EventId, FreshIds, InteractionId, MediaId, NoteId, SendId, TicketId,
    WorkspaceId,
};
use domain::interaction::{Author, Evidence, Intent, Outcome, Step};
use domain::prompt::{Prompt, Spoken};
use domain::{PhoneNumber, Region};
use jiff::Timestamp;
use store::{EndedMatter, InteractionChange, KnownConversation, OpenInteraction, OpenTicket, OurMessage, Standing};
use uuid::Uuid;

pub(crate) use decided::Decided;

use super::asked::asked;
use super::play::{Lately, Lookup};
use super::values::{
    Answering, Course, Effects, Inbound, InteractionEffect, Message, Nature, Resolved, TicketEffect, Understood, Who,
};
use super::{act, classify, close, decide, process, resolve, take_up};
use crate::records::Past;
use crate::workflows::Published;

/// A message as it came, and what its rows tell of who wrote it.
#[derive(Debug, Clone)]
pub(crate) struct Then {
    /// Its place in the thread.
    pub(crate) seq: i64,
    /// When it was recorded.
    pub(crate) at: Timestamp,
    /// What it said.
    pub(crate) message: Message,
    /// The message of ours that it points at.
    pub(crate) quoted: Option<OurMessage>,
    /// How they were known.
    pub(crate) sender: Known,
    /// Whether we wanted to hear nothing of them.
    pub(crate) blocked: bool,
    /// Whether their number might have been somebody else's.
    pub(crate) doubted: bool,
}

/// How a sender was known when a message came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// They had written before, or stood in the CRM.
    Before,
    /// They were somebody new.
    New,
    /// They could be several people.
    Several(Vec<ContactId>),
}

/// A thread as a workflow has left it so far.
pub(crate) struct Rehearsal<'a> {
    workflow: &'a Published,
    channel: ChannelId,
    region: Option<Region>,
    contact: Option<Contact>,
    thread: KnownConversation,
    /// What automation said, and when.
    said: Vec<Uttered>,
    /// The message that automation answers once nothing more is said.
    waiting: Option<(i64, Message, Intent)>,
    /// Ids of what there would be: they only tell one from the other.
    numbered: u128,
}

struct Uttered {
    at: i64,
    /// The type that it answered by itself.
    kind: Option<String>,
}

impl<'a> Rehearsal<'a> {
    /// A thread before its first message.
    pub(crate) fn new(
        workflow: &'a Published,
        channel: ChannelId,
        thread: ConversationId,
        phone: Option<&str>,
        contact: Option<Contact>,
    ) -> Self {
        let region = phone.and_then(|phone| PhoneNumber::from_whatsapp(phone).ok()).and_then(|phone| phone.region());
        let thread = KnownConversation {
            id: thread,
            contact: contact.as_ref().map(|contact| contact.id),
            phone: None,
            user_id: None,
            profile_name: None,
            standing: Standing::of_new(0, 0),
            interaction: None,
            ticket: None,
            ended: None,
            prompt: None,
        };
        Self { workflow, channel, region, contact, thread, said: Vec::new(), waiting: None, numbered: 1 }
    }

    /// A message, decided about.
    pub(crate) fn hears(&mut self, then: &Then, past: &Past) -> Decided {
        let inbound = self.inbound(then.message.clone());
        let resolved = self.resolved(then);
        let reading = classify::read(self.workflow, &then.message);
        let quoted = then.quoted.as_ref();
        let intent = classify::intent(self.workflow, &resolved, &then.message, reading, quoted, then.at);
        let resolved = take_up::what_ended(resolved, &intent, &self.workflow.workflow, then.at);
        let understood = Understood { resolved, intent: Some(intent.clone()) };
        let lookup = self.lookup(&understood, &then.message, past, then.at);
        let fresh = self.fresh();
        let effects = process(understood, lookup.as_ref(), self.workflow, &inbound, &fresh, then.at);
        if effects.steps.iter().any(|step| matches!(step, Step::AnswerWaits { .. })) {
            self.waiting = Some((then.seq, then.message.clone(), intent));
        } else if !matches!(effects.course, Course::LooksAgain(_)) {
            self.waiting = None;
        }
        let decided = Decided::of(&effects);
        self.takes(effects, then.at);
        decided
    }

    /// What automation does by itself before a moment: it answers the message that waited, whose place is told, or gives up waiting.
    pub(crate) fn goes_on(&mut self, until: Timestamp, past: &Past) -> Option<(i64, Decided)> {
        let due = self.thread.interaction.as_ref()?.answer_due_at.filter(|due| *due < until.as_millisecond())?;
        let now = Timestamp::from_millisecond(due).ok()?;
        let Some((seq, message, intent)) = self.waiting.take() else {
            self.ends(Outcome::Silence, due);
            return None;
        };
        let contact = self.contact.clone()?;
        let resolved = resolve::again(contact, false, false, &self.workflow.trial(), self.thread.clone());
        let understood = Understood { resolved, intent: Some(intent.clone()) };
        let lookup = self.lookup(&understood, &message, past, now);
        let (resolved, channel) = (understood.resolved, self.channel);
        let plan = decide::plan(self.workflow, &resolved, &intent, lookup.as_ref(), &message, channel, now);
        let fresh = self.fresh();
        let effects = act::go_on(self.workflow, resolved, &intent, plan, &message, &fresh, now);
        let effects = close::outcome(effects);
        let decided = Decided::of(&effects);
        self.takes(effects, now);
        Some((seq, decided))
    }

    /// A person of ours says something, or a template left.
    pub(crate) fn we_say(&mut self, by: Author, kind: &str, text: &str, template: Option<&str>, at: i64) {
        let about = self.thread.interaction.as_ref().and_then(|matter| matter.kind.clone());
        let seq = self.thread.standing.next_seq;
        let spoken = Spoken { seq, at, by, kind, text, template, about: about.as_deref() };
        self.thread.prompt = Some(Prompt::of(&spoken));
        self.thread.standing.next_seq += 1;
        self.thread.standing.last_message_at = at;
        if by != Author::Automation {
            self.thread.standing.person_since = Some(at);
        }
    }

    /// The place of what was said last.
    pub(crate) fn last_place(&self) -> i64 {
        self.thread.standing.next_seq - 1
    }

    /// Something came that asked for nothing.
    pub(crate) fn passes_by(&mut self, at: i64) {
        self.thread.standing.next_seq += 1;
        self.thread.standing.last_message_at = at;
    }

    /// A person took the conversation, or left it to automation.
    pub(crate) fn is_held_since(&mut self, since: Option<i64>) {
        self.thread.standing.person_since = since;
    }

    /// A person said what the matter is about.
    pub(crate) fn is_put_right(&mut self, kind: &str) {
        let known = self.workflow.workflow.interaction_type(kind);
        if let Some(matter) = &mut self.thread.interaction {
            matter.kind = Some(kind.to_owned());
            matter.category = known.map(|kind| kind.category);
        }
        if let (Some(ticket), Some(queue)) = (&mut self.thread.ticket, known.and_then(|kind| kind.queue.as_ref())) {
            ticket.queue = queue.clone();
        }
    }

    /// The matter is over.
    pub(crate) fn ends(&mut self, outcome: Outcome, at: i64) {
        let ticket = self.thread.ticket.take();
        let ended = self.thread.interaction.take().map(|matter| EndedMatter { matter, at, outcome, ticket });
        self.thread.ended = ended.or(self.thread.ended.take());
        self.waiting = None;
        let standing = &mut self.thread.standing;
        (standing.interaction, standing.ticket, standing.person_since) = (None, None, None);
    }

    fn resolved(&self, then: &Then) -> Resolved {
        let (who, contact) = match (&then.sender, &self.contact) {
            (Known::Several(candidates), _) => (Who::Ambiguous(candidates.clone()), None),
            (Known::Before, Some(contact)) => (Who::Known(contact.clone()), Some(contact)),
            (Known::New, Some(contact)) => (Who::New(contact.clone()), Some(contact)),
            (Known::Before | Known::New, None) => (Who::Ambiguous(Vec::new()), None),
        };
        let somebody = contact.cloned().unwrap_or(Contact {
            id: ContactId(Uuid::nil()),
            name: None,
            language: None,
            opted_out_at: None,
        });
        let mut thread = self.thread.clone();
        thread.ended = thread.ended.filter(|_| thread.interaction.is_none());
        let as_ever = resolve::again(somebody, then.blocked, then.doubted, &self.workflow.trial(), thread);
        Resolved { who, is_pause: false, region: self.region, ..as_ever }
    }

    fn lookup(&self, understood: &Understood, message: &Message, past: &Past, now: Timestamp) -> Option<Lookup> {
        let Understood { resolved, intent } = understood;
        let asked = asked(&self.workflow.workflow, resolved, intent.as_ref()?, message, now)?;
        resolved.contact()?;
        let at = now.as_millisecond();
        let topics = asked.automation.about.map(|about| past.topics(about, at)).unwrap_or_default();
        let is_meant = |topic: &crate::records::Topic| asked.about.is_none_or(|about| about == topic.reference());
        let open_tickets = i64::from(self.thread.ticket.is_some());
        Some(Lookup {
            topics: topics.into_iter().filter(is_meant).collect(),
            dealings: Dealings { open_tickets, last_wrote_at: Some(at) },
            pipelines: past.pipelines.clone(),
            lately: self.lately(&asked.kind.id, at),
        })
    }

    fn lately(&self, kind: &str, now: i64) -> Lately {
        let reopen = self.workflow.workflow.interaction.reopen.as_millis() as i64;
        let within = |length: i64| self.said.iter().filter(move |one| now - length < one.at);
        Lately {
            said: within(LOOP_WITHIN_MS).count(),
            same: within(reopen).filter(|one| one.kind.as_deref() == Some(kind)).count(),
        }
    }

    /// The thread and the person after it.
    fn takes(&mut self, effects: Effects, now: Timestamp) {
        let at = now.as_millisecond();
        if effects.reply.is_some() {
            self.said.push(Uttered { at, kind: answered_by_itself(&effects) });
        }
        let standing = &mut self.thread.standing;
        standing.next_seq += i64::from(effects.brings_message) + i64::from(effects.reply.is_some());
        standing.last_message_at = at;
        match effects.answering {
            Answering::Since(moment) => standing.person_since = Some(moment),
            Answering::Nobody => standing.person_since = None,
            Answering::Unchanged => {}
        }
        (standing.interaction, standing.ticket) = (effects.open.interaction, effects.open.ticket);
        if effects.taken_up.is_some() {
            self.thread.ended = None;
        }
        if let Some((id, outcome)) = effects.ended() {
            let matter = self.matter(id, &effects);
            self.thread.ended = matter.map(|matter| EndedMatter { matter, at, outcome, ticket: None });
        }
        self.thread.interaction = effects.open.interaction.and_then(|id| self.matter(id, &effects));
        self.thread.ticket = effects.open.ticket.and_then(|id| self.ticket(id, &effects));
        self.thread.prompt = effects.prompt.or(self.thread.prompt.take());
        self.contact = effects.person.map(|person| person.contact).or(self.contact.take());
    }

    fn matter(&self, id: InteractionId, effects: &Effects) -> Option<OpenInteraction> {
        let due = match effects.course {
            Course::LooksAgain(at) => Some(at),
            Course::AsItsTicket | Course::Automated => None,
        };
        let (InteractionEffect::Open(_, _, change) | InteractionEffect::Update(_, change)) = &effects.interaction
        else {
            return self.thread.interaction.clone();
        };
        let InteractionChange { text, kind, category, confidence, acknowledged_at, .. } = change.clone();
        let workflow_version = self.workflow.version;
        Some(OpenInteraction {
            id,
            kind,
            category,
            confidence,
            acknowledged_at,
            text,
            answer_due_at: due,
            workflow_version,
        })
    }

    fn ticket(&self, id: TicketId, effects: &Effects) -> Option<OpenTicket> {
        let queue = match &effects.ticket {
            TicketEffect::None => return self.thread.ticket.clone(),
            TicketEffect::Open(new) => new.queue.clone(),
            TicketEffect::Update { queue, .. } => queue.clone(),
        };
        Some(OpenTicket { id, queue, waiting: true, snoozed: false })
    }

    fn inbound(&self, message: Message) -> Inbound {
        Inbound {
            workspace: WorkspaceId(Uuid::nil()),
            channel: self.channel,
            body: BodyId(Uuid::nil()),
            field: String::new(),
            sender: Sender { phone: None, user_id: None, parent_user_id: None, profile_name: None },
            attested: None,
            message,
        }
    }

    fn fresh(&mut self) -> FreshIds {
        self.numbered += 1;
        let id = Uuid::from_u128(self.numbered);
        FreshIds {
            contact: ContactId(id),
            conversation: ConversationId(id),
            interaction: InteractionId(id),
            ticket: TicketId(id),
            send: SendId(id),
            media: MediaId(id),
            note: NoteId(id),
            event: EventId(id),
            note_event: EventId(id),
        }
    }
}

/// The type that was answered, or of which it was asked what is meant, without a choice that would have come of that.
fn answered_by_itself(effects: &Effects) -> Option<String> {
    let is_choice = effects.steps.iter().any(|step| match step {
        Step::Classified(intent) => matches!(intent.evidence, Evidence::Payload { .. } | Evidence::Plain { .. }),
        _ => false,
    });
    let kind = effects.steps.iter().find_map(|step| match step {
        Step::Answered { kind, .. } | Step::AskedWhich { kind, .. } => Some(kind.clone()),
        _ => None,
    });
    kind.filter(|_| !is_choice)
}

/// A message of the thread as the row keeps it. `payload` is what a button carried.
pub(crate) fn message(row: &store::NewMessage, payload: Option<String>) -> Message {
    Message {
        wamid: row.wamid.clone().unwrap_or_default(),
        sent_at: row.sent_at,
        nature: Nature::Message,
        kind: row.kind.clone(),
        text: row.text.clone(),
        payload,
        content: row.content.clone(),
        context: row.context_wamid.clone(),
        file: None,
    }
}
