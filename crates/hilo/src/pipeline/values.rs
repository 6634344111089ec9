//! What goes into the pipeline and what comes out of it.

use domain::contact::{Candidate, Contact, Identity, Sender};
use domain::delivery::Purpose;
use domain::ids::{BodyId, ChannelId, ContactId, ConversationId, InteractionId, TicketId, WorkspaceId};
use domain::interaction::{Author, Guard, Intent, OptWish, Outcome, OwnerSign, Step};
use domain::media::MediaKind;
use domain::prompt::Prompt;
use domain::{PhoneNumber, Region};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use store::{InteractionChange, KnownConversation, NewConversation, NewTicket, OurMessage};

use super::play::Play;
use crate::outgoing::Said;
use crate::records::Written;

/// WhatsApp takes a free answer for so long after the customer wrote.
pub(crate) const FULL_WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// For the way, and for clocks that differ.
pub(crate) const WINDOW_MARGIN: SignedDuration = SignedDuration::from_mins(2);

/// One message, reaction, edit, echo or preference as it arrived: who sent it, to which number, and what it says.
/// The address is apart from the message, so that no stage after `resolve` can be given it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inbound {
    /// Whose number it came to.
    pub workspace: WorkspaceId,
    /// The number it came to.
    pub channel: ChannelId,
    /// The body it came in.
    pub body: BodyId,
    /// The webhook field it came under.
    pub field: String,
    /// Who sent it, as WhatsApp describes them.
    pub sender: Sender,
    /// The sender's own number, which we had asked for and WhatsApp filled in, where they show none.
    #[serde(default)]
    pub attested: Option<PhoneNumber>,
    /// What it says.
    pub message: Message,
}

impl Inbound {
    /// Every name that the message carries: the sender's, and those that it announces as theirs.
    pub fn all_names(&self) -> Vec<Identity> {
        let mut names = self.sender.identities();
        if let Nature::IdentityChange { identities } = &self.message.nature {
            names.extend(identities.iter().cloned());
        }
        names.extend(self.attested.as_ref().map(Identity::phone));
        names
    }
}

/// What somebody wrote, without who it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    /// WhatsApp's id.
    pub wamid: String,
    /// WhatsApp's time, milliseconds since 1970; 0 where it gave none.
    pub sent_at: i64,
    /// How it is handled.
    pub nature: Nature,
    /// WhatsApp's name for its type.
    pub kind: String,
    /// What a person wrote or chose.
    pub text: Option<String>,
    /// What a button or list row carries.
    pub payload: Option<String>,
    /// What the text does not say, JSON.
    pub content: Option<String>,
    /// The message that it answers.
    pub context: Option<String>,
    /// The file that came with it.
    #[serde(default)]
    pub file: Option<Attached>,
}

/// A file as WhatsApp describes it with its message. All of it is what somebody claims.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attached {
    /// WhatsApp's kind.
    pub kind: MediaKind,
    /// What to ask WhatsApp for it by.
    pub meta_id: Option<String>,
    /// Where it can be fetched for a few minutes.
    pub url: Option<String>,
    /// Its type.
    pub claimed_type: Option<String>,
    /// The hash of its bytes.
    pub claimed_sha256: Option<String>,
    /// Its name.
    pub filename: Option<String>,
}

/// How something that arrived is handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nature {
    /// The customer wants something: the pipeline decides.
    Message,
    /// Belongs to a message that is there already: a reaction, an edit, a deletion. Recorded.
    Annotation,
    /// The customer opened the chat. Recorded; opens the window.
    Welcome,
    /// A person of ours answered in the phone app. Recorded; automation stops.
    Echo,
    /// Another system holds the conversation and got this message. Recorded.
    Standby,
    /// The other system answered. Recorded.
    StandbyEcho,
    /// Meta says that these names belong to the same person from now on.
    IdentityChange {
        /// The new names.
        identities: Vec<Identity>,
    },
    /// WhatsApp says that the number is at home on another device: it may be somebody else's.
    DeviceChange,
    /// The customer stopped or resumed marketing messages in WhatsApp's own settings.
    Preference {
        /// Whether they want none.
        stop: bool,
    },
}

/// What the database knew when the message came.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Everybody the sender's names could mean.
    pub candidates: Vec<Candidate>,
    /// The thread.
    pub conversation: Option<KnownConversation>,
    /// Whether the sender's user id is pinned to a thread of another number.
    pub user_id_pinned_elsewhere: bool,
    /// The message of ours that it answers by quoting it.
    pub quoted: Option<OurMessage>,
}

/// A sender after resolution. Only `resolve` makes one, and everything after it takes one.
#[derive(Debug, Clone)]
pub struct Resolved {
    pub(super) who: Who,
    /// If several contacts are taken for them, which of these wrote.
    pub(super) member: Option<ContactId>,
    pub(super) blocked: bool,
    /// Whether their number may be somebody else's, and what says so if that is new.
    pub(super) doubted: bool,
    pub(super) doubt: Option<OwnerSign>,
    /// Whether they are no record of the CRM, or none before this message.
    pub(super) provisional: bool,
    /// Whether automation answers them while the workflow is on trial.
    pub(super) in_reach: bool,
    /// Whether nothing came, and that is why it is looked at again.
    pub(super) is_pause: bool,
    pub(super) conversation: Thread,
    /// What had ended and is at hand again.
    pub(super) taken_up: Option<TakenUp>,
    pub(super) region: Option<Region>,
    pub(super) steps: Vec<Step>,
    pub(super) identities: Vec<Identity>,
    pub(super) profile_name: Option<String>,
    pub(super) pin_user_id: Option<String>,
    pub(super) pin_phone: Option<String>,
}

/// A message of which is known who wrote it, and what it is about.
#[derive(Debug, Clone)]
pub struct Understood {
    pub(super) resolved: Resolved,
    /// Nothing, if it asks for nothing.
    pub(super) intent: Option<Intent>,
}

/// Who a sender turned out to be.
#[derive(Debug, Clone)]
pub(super) enum Who {
    /// Somebody met before.
    Known(Contact),
    /// Somebody met now.
    New(Contact),
    /// One of several. Nothing is written to any of them.
    Ambiguous(Vec<ContactId>),
}

/// A matter that had ended and goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenUp {
    /// Which.
    pub interaction: InteractionId,
    /// How it had ended.
    pub outcome: Outcome,
    /// The ticket that was closed with it.
    pub ticket: Option<TicketId>,
}

/// The thread that a message belongs to.
#[derive(Debug, Clone)]
pub enum Thread {
    /// There already.
    Known(Box<KnownConversation>),
    /// To be made.
    New(NewConversation),
}

impl Resolved {
    /// The person, unless it could be several.
    pub fn contact(&self) -> Option<&Contact> {
        match &self.who {
            Who::Known(contact) | Who::New(contact) => Some(contact),
            Who::Ambiguous(_) => None,
        }
    }

    /// The thread as it was, if it was there.
    pub fn known_conversation(&self) -> Option<&KnownConversation> {
        match &self.conversation {
            Thread::Known(conversation) => Some(conversation),
            Thread::New(_) => None,
        }
    }
}

/// How something is handed to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HandOver {
    /// Where it waits.
    pub(super) queue: String,
    /// What kept automation from dealing with it.
    pub(super) guard: Option<Guard>,
    /// Whether the customer is told, and if not, why.
    pub(super) acknowledgement: Result<(), Guard>,
}

/// What is done about a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plan {
    /// A ticket in a queue, and an acknowledgement unless a guard stops it.
    Intake(HandOver),
    /// What automation does about it by itself; and where it goes if that does not end it.
    Automate(Box<Play>, HandOver),
    /// What automation would do about it if it were not on trial; and where it goes instead.
    KeepBack(Box<Play>, HandOver),
    /// The same, once the customer has said all that they want to say.
    Wait {
        /// Until when, milliseconds since 1970.
        until: i64,
    },
    /// Recorded, and nothing else.
    StayOut(Guard),
    /// Recorded, and the contact hears nothing from us that they did not ask for.
    Opt(OptWish),
}

/// Everything that one message changes. `record` writes it; nothing else does.
#[derive(Debug, Clone)]
pub struct Effects {
    /// The thread.
    pub conversation: Thread,
    /// The user id that Meta gave together with the thread's phone.
    pub pin_user_id: Option<String>,
    /// The number that Meta gave together with the thread's user id.
    pub pin_phone: Option<String>,
    /// Who wrote, unless it could be several people.
    pub person: Option<Person>,
    /// Names that became known, of `person`.
    pub identities: Vec<Identity>,
    /// What of this message speaks for a new owner of the number.
    pub doubt: Option<OwnerSign>,
    /// Whether the person stays no record of the CRM.
    pub provisional: bool,
    /// Whether they come of a message, which has its place before the reply.
    pub brings_message: bool,
    /// Who wrote the message.
    pub author: Author,
    /// Until when free text may be sent, if the message opens the window.
    pub window_until: i64,
    /// Whether a person of ours answers.
    pub answering: Answering,
    /// Who has the thread.
    pub control: Control,
    /// What had ended and goes on.
    pub taken_up: Option<TakenUp>,
    /// The matter.
    pub interaction: InteractionEffect,
    /// The ticket.
    pub ticket: TicketEffect,
    /// The open matter and ticket of the thread afterwards.
    pub open: OpenWork,
    /// The customer waits for a person.
    pub waits: bool,
    /// What the customer is told.
    pub reply: Option<Reply>,
    /// What is written down with what they are told.
    pub written: Option<Written>,
    /// How the matter goes on.
    pub course: Course,
    /// What was said on our side that the customer may answer.
    pub prompt: Option<Prompt>,
    /// What happened and why.
    pub steps: Vec<Step>,
}

impl Effects {
    /// The thread's id.
    pub fn conversation_id(&self) -> ConversationId {
        match &self.conversation {
            Thread::Known(conversation) => conversation.id,
            Thread::New(conversation) => conversation.id,
        }
    }

    /// The person's id, unless it could be several people.
    pub fn contact_id(&self) -> Option<ContactId> {
        self.person.as_ref().map(|person| person.contact.id)
    }

    /// The matter that ends with the message, and how, if something was done about it.
    pub fn ended(&self) -> Option<(InteractionId, Outcome)> {
        match &self.interaction {
            InteractionEffect::Open(id, _, change) | InteractionEffect::Update(id, change) => {
                Some((*id, change.outcome.filter(|outcome| *outcome != Outcome::NoAction)?))
            }
            InteractionEffect::None => None,
        }
    }

    /// The place in the thread of what comes next: the message, if one comes.
    pub(super) fn seq(&self) -> i64 {
        match &self.conversation {
            Thread::Known(known) => known.standing.next_seq,
            Thread::New(_) => 1,
        }
    }

    /// The place of what is said on our side.
    pub(super) fn reply_seq(&self) -> i64 {
        self.seq() + i64::from(self.brings_message)
    }

    /// Changes what is known about the person, if it is one.
    pub(super) fn change_person(&mut self, change: impl FnOnce(&mut Contact)) {
        let Some(person) = &mut self.person else { return };
        let before = person.contact.clone();
        change(&mut person.contact);
        if person.news == News::Nothing && person.contact != before {
            person.news = News::Changed;
        }
    }
}

/// How a matter goes on after a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// As its ticket does; without one, there was nothing to do.
    AsItsTicket,
    /// Automation has dealt with it.
    Automated,
    /// Automation looks at it again at that moment, milliseconds since 1970.
    LooksAgain(i64),
}

/// The person who wrote, as known after the message.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub contact: Contact,
    /// If several contacts are taken for them, which of these wrote: what it says is its own.
    pub member: Option<ContactId>,
    /// What of it is to be written.
    pub news: News,
}

/// What a message says about whether a person of ours answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answering {
    /// Nothing.
    Unchanged,
    /// One does, as of that moment.
    Since(i64),
    /// The one who did has long left.
    Nobody,
}

/// What a message says about who has the thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Nothing.
    Unchanged,
    /// We do: WhatsApp gave it to us to answer.
    Ours,
    /// Another system does, as of that moment.
    Elsewhere(i64),
}

/// What is to be written about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Everything: they were not known.
    New,
    /// What changed.
    Changed,
    /// Nothing.
    Nothing,
}

/// What a message does to a matter.
#[derive(Debug, Clone)]
pub enum InteractionEffect {
    /// Nothing.
    None,
    /// Opens one.
    Open(InteractionId, i64, InteractionChange),
    /// Goes on with the open one.
    Update(InteractionId, InteractionChange),
}

/// What a message does to a ticket.
#[derive(Debug, Clone)]
pub enum TicketEffect {
    /// Nothing.
    None,
    /// Opens one.
    Open(NewTicket),
    /// Goes on with the open one, or opens the closed one again.
    Update {
        /// Which.
        id: TicketId,
        /// The type it is known to be of now.
        kind: Option<String>,
        /// Where it waits now.
        queue: String,
        /// By when somebody answers, if it was closed.
        reopened: Option<i64>,
    },
}

/// What of a thread is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenWork {
    /// The matter.
    pub interaction: Option<InteractionId>,
    /// The ticket.
    pub ticket: Option<TicketId>,
}

/// A message to the customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Why it goes out.
    pub purpose: Purpose,
    /// What it says.
    pub said: Said,
}
