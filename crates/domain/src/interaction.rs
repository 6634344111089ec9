//! Matters, tickets, and the steps by which they came about.

use serde::{Deserialize, Serialize};

use crate::Policy;
use crate::errand::{Became, Errand};
pub use crate::evidence::{Evidence, Guessed, Intent, OptWish};
use crate::fact::ThingRef;
use crate::follow_up::Decided;
pub use crate::guard::Guard;
use crate::ids::{ContactId, InteractionId, NoteId, SendId, TicketId};
use crate::named::named;
use crate::record::Noun;
use crate::record::{FieldChange, RecordRef};

named! {
    /// How a matter ended.
    Outcome: "outcome" {
        /// A person resolved its ticket.
        Resolved = "resolved",
        /// Nothing had to be done.
        NoAction = "no_action",
        /// Automation dealt with it.
        Automated = "automated",
        /// Nobody wrote for the set time after our answer.
        Silence = "silence",
        /// It was no inquiry.
        Spam = "spam",
        /// It is dealt with elsewhere.
        Duplicate = "duplicate",
        /// Something else, which whoever closed it put into a sentence.
        Other = "other",
    }
}

named! {
    /// Who wrote a message.
    Author: "author" {
        /// The customer.
        Customer = "customer",
        /// The workflow.
        Automation = "automation",
        /// A person of ours, through Hilo.
        Agent = "agent",
        /// A person of ours, in the WhatsApp app on the business's own phone.
        PhoneApp = "phone_app",
    }
}

named! {
    /// Whether a ticket waits for someone.
    TicketState: "ticket state" {
        /// Waits.
        Open = "open",
        /// Done.
        Resolved = "resolved",
    }
}

/// Refused: the move does not start from this state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a ticket that is {from} cannot become {to}")]
pub struct InvalidTransition {
    /// Where it stands.
    pub from: TicketState,
    /// Where it was asked to go.
    pub to: TicketState,
}

impl TicketState {
    /// The state after somebody resolved it.
    pub fn resolve(self) -> Result<Self, InvalidTransition> {
        match self {
            TicketState::Open => Ok(TicketState::Resolved),
            TicketState::Resolved => Err(InvalidTransition { from: self, to: TicketState::Resolved }),
        }
    }

    /// The state after somebody opened it again.
    pub fn reopen(self) -> Result<Self, InvalidTransition> {
        match self {
            TicketState::Resolved => Ok(TicketState::Open),
            TicketState::Open => Err(InvalidTransition { from: self, to: TicketState::Open }),
        }
    }
}

/// One thing that happened to a message, in the order in which it happened. The timeline shows them as sentences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// The sender was found, or made.
    Resolved {
        /// How.
        how: Resolution,
        /// Who.
        contact: ContactId,
        /// What they are called, at that moment.
        name: Option<String>,
    },
    /// The sender could be several people; nothing was written to any of them.
    Ambiguous {
        /// Who they could be.
        candidates: Vec<ContactId>,
    },
    /// The message was read.
    Classified(Intent),
    /// A matter was opened; the message says which.
    Opened,
    /// A matter that had ended goes on, with its ticket if it had one; its outcome is taken back.
    TakenUp {
        /// How it had ended.
        outcome: Outcome,
        /// Its ticket.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<TicketId>,
    },
    /// The workflow's policy for the type, and the guard that overruled it, if one did.
    Decided {
        /// What is done.
        policy: Policy,
        /// Why not more.
        guard: Option<Guard>,
    },
    /// A ticket was made.
    TicketOpened {
        /// Which.
        ticket: TicketId,
        /// Where it waits.
        queue: String,
        /// By when somebody answers, milliseconds since 1970.
        due: i64,
    },
    /// The open ticket got the message too.
    TicketUpdated {
        /// Which.
        ticket: TicketId,
        /// Where it waits.
        queue: String,
        /// The queue it was moved from, if this message told better where it belongs.
        moved_from: Option<String>,
    },
    /// The customer is told that the message arrived.
    Acknowledged {
        /// By when somebody answers, milliseconds since 1970.
        due: i64,
    },
    /// The customer is told nothing.
    NotAcknowledged {
        /// Why.
        guard: Guard,
    },
    /// Automation gave the answer of a type.
    Answered {
        /// The type.
        kind: String,
        /// Which of its answers, from 1 on.
        answer: usize,
        /// The condition under which it is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        condition: Option<String>,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<ThingRef>,
        /// What stood there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        values: Vec<SeenValue>,
    },
    /// Automation asked which record is meant.
    AskedWhich {
        /// The type.
        kind: String,
        /// Among how many.
        among: usize,
    },
    /// Automation had no answer.
    NotAnswered {
        /// The type.
        kind: String,
        /// Why.
        lack: Lack,
        /// What stood there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        values: Vec<SeenValue>,
    },
    /// Automation answers once nothing more is said.
    AnswerWaits {
        /// Until when, milliseconds since 1970.
        until: i64,
    },
    /// The answer of automation did not reach the customer: a person goes on with the matter.
    AnswerFailed {
        /// Its ticket.
        ticket: TicketId,
        /// Where it waits.
        queue: String,
        /// What the customer was to be told.
        said: Option<String>,
    },
    /// The workflow is on trial: automation had decided what to do, and a person does it instead.
    KeptBack {
        /// What it would have done: given an answer, asked which record is meant, or found none.
        would: Box<Step>,
        /// In these words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
        /// Whether nobody would have been needed for it.
        ends: bool,
    },
    /// The contact asked for no more messages.
    OptedOut,
    /// The contact allows messages again.
    OptedIn,
    /// Another name of the same person became known.
    Linked {
        /// The name, as stored.
        identity: crate::contact::Identity,
    },
    /// A name of this person already belongs to somebody else: a duplicate, probably.
    BelongsToAnother {
        /// The name.
        identity: crate::contact::Identity,
        /// Whose it is.
        contact: ContactId,
    },
    /// Somebody who was known without being a record of the CRM is one from now on.
    BecameRecord,
    /// A person answered; automation stops.
    PersonAnswered,
    /// Another system named the person before they wrote.
    ContactMade,
    /// Name or language was put right.
    ContactChanged,
    /// A message that was kept back was let go.
    SendReleased {
        /// Which.
        send: SendId,
    },
    /// A message of which nobody knows whether it arrived was sent again.
    SendRepeated {
        /// The new one.
        send: SendId,
    },
    /// WhatsApp did not take one address of the person, so the message was sent again to the other one.
    SendRedirected {
        /// The new one.
        send: SendId,
    },
    /// A message was given up.
    SendDropped {
        /// Which.
        send: SendId,
    },
    /// A resolved ticket was taken up again.
    TicketReopened {
        /// Which.
        ticket: TicketId,
    },
    /// Somebody has the work from now on, or nobody, or it waits in another queue.
    Assigned {
        /// Who, by name.
        to: Option<String>,
        /// The queue, if it is another.
        queue: Option<String>,
    },
    /// The work of somebody who is not there went back to its queue.
    Returned {
        /// Whose it was, by name.
        from: String,
    },
    /// A person took the conversation before they answered; automation stops.
    TakenOver,
    /// A person left the conversation to automation.
    HandedBack,
    /// A person says that it is about something else than it was taken for.
    Reclassified {
        /// What it was taken for.
        from: Option<String>,
        /// What it is.
        to: String,
        /// How many messages of automation had not left yet, and will not.
        #[serde(default)]
        cancelled: u32,
        /// How many had left, and cannot be taken back.
        #[serde(default)]
        stays: u32,
    },
    /// A machine outside was asked about the message.
    AskedOutside {
        /// For what.
        what: Errand,
        /// The name of its model.
        model: String,
        /// What it said, shortened, or why there was no answer.
        said: String,
        /// How long it took, in milliseconds.
        ms: i64,
        /// What became of it.
        became: Became,
    },
    /// The work was put aside.
    Snoozed {
        /// Until when, milliseconds since 1970; until the customer writes, if open.
        until: Option<i64>,
        /// Or until a record of this kind changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        record: Option<Noun>,
    },
    /// It is back.
    Woken,
    /// A person took a message back before it left.
    SendTakenBack {
        /// Which.
        send: SendId,
    },
    /// Nobody answered by the promised time.
    Overdue {
        /// Which ticket.
        ticket: TicketId,
    },
    /// We want to hear nothing of this person.
    Blocked,
    /// We hear this person again.
    Unblocked,
    /// Another contact turned out to be this person.
    Merged {
        /// Which.
        contact: ContactId,
        /// What it was called.
        name: Option<String>,
    },
    /// It was somebody of their own after all.
    Unmerged {
        /// The other one.
        contact: ContactId,
        /// What they are called.
        name: Option<String>,
    },
    /// A person said who wrote.
    SenderNamed {
        /// Who.
        contact: ContactId,
        /// What they are called, at that moment.
        name: Option<String>,
    },
    /// The number may have a new owner: automation keeps still until a person says.
    Doubted {
        /// What speaks for it.
        sign: OwnerSign,
    },
    /// A person said that it is the same person.
    Trusted,
    /// A person said that somebody new has the number: it is theirs from now on.
    HandedOn {
        /// Whose it is.
        contact: ContactId,
        /// What they are called.
        name: Option<String>,
    },
    /// The matter ended.
    Closed {
        /// How.
        outcome: Outcome,
        /// What whoever ended it said about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
    /// A record was made.
    RecordMade {
        /// Which.
        record: RecordRef,
        /// What it is called, at that moment.
        name: String,
    },
    /// The customer said how content they were.
    TicketScored {
        /// With what.
        ticket: TicketId,
        /// What they had said before.
        before: Option<i64>,
        /// What they say now.
        score: i64,
        /// The matter in which they said it.
        interaction: Option<InteractionId>,
    },
    /// Something about a record is different.
    RecordChanged {
        /// Which.
        record: RecordRef,
        /// What it is called, at that moment.
        name: String,
        /// What.
        changes: Vec<FieldChange>,
        /// The matter that caused it.
        interaction: Option<InteractionId>,
    },
    /// A person of ours wrote something down beside a record.
    NoteAdded {
        /// What.
        note: NoteId,
        /// Beside what.
        record: RecordRef,
        /// What it says, shortened.
        text: String,
    },
    /// It was decided about a message that follows the state of a record.
    FollowUp(Decided),
}

/// What stood in a field when something was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenValue {
    /// The field: `order.status`.
    pub field: String,
    /// What stood there, as people read it; empty if nothing did.
    pub value: String,
}

named! {
    /// Why automation had no answer.
    Lack: "lack" {
        /// Nothing of theirs counts.
        NothingFound = "nothing_found",
        /// Several do, and the workflow has no words to ask which.
        Several = "several",
        /// What the button was about is not theirs, or is there no more.
        NotTheirs = "not_theirs",
        /// What the message was about stands otherwise by now.
        NoLonger = "no_longer",
        /// No answer of the type fits how things stand.
        NoAnswerFits = "no_answer_fits",
        /// What it would write does not follow from how things stand.
        CannotWrite = "cannot_write",
    }
}

/// How a sender was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Resolution {
    /// The very identity is known.
    Known {
        /// Which.
        identity: crate::contact::Identity,
    },
    /// Another spelling of a known number.
    Twin {
        /// The known spelling.
        of: String,
    },
    /// Never met.
    New,
}

named! {
    /// What speaks for a new owner of a number.
    OwnerSign: "sign of a new owner" {
        /// WhatsApp says that the number is at home on another device.
        IdentityChanged = "identity_changed",
        /// After a long silence the number writes with another user id and under another name.
        ChangedAfterSilence = "changed_after_silence",
    }
}
