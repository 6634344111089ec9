//! Names of things. Each is a UUID of version 7, so that what is made later sorts later.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

// A contact's id where a conversation's belongs must not compile: that is the class of mistakes this macro removes.
macro_rules! id {
    ($(#[$doc:meta] $name:ident),* $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                raw.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// A tenant: one company's contacts, channels and workflow. Everything belongs to exactly one.
    WorkspaceId,
    /// A WhatsApp business number that a workspace receives and sends with.
    ChannelId,
    /// A person.
    ContactId,
    /// The thread of one WhatsApp account with one channel.
    ConversationId,
    /// One matter that somebody wrote about, from its first message to its outcome.
    InteractionId,
    /// Work for a person, in a queue.
    TicketId,
    /// One message on its way out. The same whatever number of attempts it takes.
    SendId,
    /// A webhook body as Meta posted it.
    BodyId,
    /// A part of a webhook body that waits to be processed.
    WorkId,
    /// Something from the platform that belongs to no conversation.
    NoticeId,
    /// A key of the API.
    KeyId,
    /// An entry of a contact's timeline that is not a message.
    EventId,
    /// A receiver of Hilo's own webhooks.
    EndpointId,
    /// A file that a customer sent, or that is sent to one.
    MediaId,
    /// Somebody of the company who signs in.
    UserId,
    /// One browser in which a person is signed in.
    SessionId,
    /// What a person said that a message was about.
    CorrectionId,
    /// A text that is sent again and again.
    CannedReplyId,
    /// A link with which somebody joins, or chooses a new password.
    InvitationId,
    /// Word of trouble that goes out to somebody.
    AlertId,
    /// A business that people belong to.
    CompanyId,
    /// Something that may be sold.
    DealId,
    /// A meeting with a person.
    AppointmentId,
    /// Something that was bought.
    OrderId,
    /// Something that a person of ours wrote down beside a record.
    NoteId,
    /// Two contacts that became one.
    MergeId,
    /// A file of people, on its way in.
    ImportId,
}

/// Ids that one step of an interaction may need, made before the transaction so that a re-run makes the same ones.
#[derive(Debug, Clone, Copy)]
pub struct FreshIds {
    /// For a person not met before.
    pub contact: ContactId,
    /// For a thread not met before.
    pub conversation: ConversationId,
    /// For a matter that opens.
    pub interaction: InteractionId,
    /// For a ticket that opens.
    pub ticket: TicketId,
    /// For the answer.
    pub send: SendId,
    /// For the file of the message.
    pub media: MediaId,
    /// For what automation writes down beside a record.
    pub note: NoteId,
    /// For what becomes of that record, on its history and on the timeline.
    pub event: EventId,
    /// For the note, there.
    pub note_event: EventId,
}

/// The short name under which people speak of a ticket: `T-7K3QX9`. Made from the random end of its id.
pub fn ticket_reference(id: TicketId) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's: no I, L, O, U to misread
    let mut rest = id.0.as_u128();
    let mut letters = [0u8; 6];
    for letter in letters.iter_mut().rev() {
        *letter = LETTERS[(rest & 31) as usize];
        rest >>= 5;
    }
    format!("T-{}", String::from_utf8_lossy(&letters))
}
