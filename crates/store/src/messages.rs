//! Messages of a thread, in and out.

pub(crate) mod reading;
mod reporting;

use domain::delivery::{Progress, SendState};
use domain::ids::{BodyId, ConversationId, InteractionId, MediaId, SendId, UserId, WorkspaceId};
use domain::interaction::Author;
use domain::media::{MediaKind, MediaState};

use crate::{Result, StoredFile, Tx, params};

pub use reporting::Reported;

/// A message to be recorded.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its thread.
    pub conversation: ConversationId,
    /// Its place in the thread.
    pub seq: i64,
    /// Who wrote it.
    pub author: Author,
    /// WhatsApp's name for its type: `text`, `image`, ….
    pub kind: String,
    /// What a person wrote or chose.
    pub text: Option<String>,
    /// What the text does not say, JSON.
    pub content: Option<String>,
    /// WhatsApp's id.
    pub wamid: Option<String>,
    /// WhatsApp's id of the message that it answers.
    pub context_wamid: Option<String>,
    /// WhatsApp's time for what came in, ours for what goes out. Milliseconds since 1970.
    pub sent_at: i64,
    /// When it was recorded, milliseconds since 1970.
    pub recorded_at: i64,
    /// The matter it belongs to.
    pub interaction: Option<InteractionId>,
    /// Where its raw form is.
    pub body: Option<BodyId>,
    /// What was done with it and why, JSON.
    pub steps: Option<String>,
    /// Its way out.
    pub send: Option<SendId>,
    /// Its file.
    pub media: Option<MediaId>,
    /// Who of ours wrote it, if it was a person or a program that speaks for one.
    pub writer: Option<Writer>,
}

/// Whose words a message of ours has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    /// What they were called then.
    pub name: String,
    /// Who they are, if they sign in.
    pub user: Option<UserId>,
}

/// A message of ours that a customer answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OurMessage {
    /// Its place in the thread.
    pub seq: i64,
    /// When it was written, milliseconds since 1970.
    pub at: i64,
    /// Who wrote it.
    pub author: Author,
    /// WhatsApp's name for its type.
    pub kind: String,
    /// What a person reads of it.
    pub text: Option<String>,
    /// What the text does not say, JSON.
    pub content: Option<String>,
    /// The type of the matter that it belongs to.
    pub about: Option<String>,
}

/// One report of WhatsApp on a message of ours.
#[derive(Debug, Clone)]
pub struct Report {
    /// How far it came.
    pub progress: Progress,
    /// WhatsApp's time, milliseconds since 1970.
    pub at: i64,
    /// WhatsApp's id.
    pub wamid: String,
    /// Meta's error code, if it failed.
    pub error_code: Option<i64>,
    /// What Meta says about it.
    pub error_text: Option<String>,
    /// Meta's pricing category.
    pub price_category: Option<String>,
    /// Meta's pricing type.
    pub price_type: Option<String>,
    /// Millionths of a US dollar.
    pub price_micros: Option<i64>,
}

/// What a report did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// Nothing: it was there before, or there is no such message.
    Nothing,
    /// It is kept; the message was further already.
    Noted,
    /// The message is where the report says.
    Moved,
}

/// Where a message stands among all of a workspace: many can have the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recorded {
    /// When it was recorded, milliseconds since 1970.
    pub at: i64,
    /// Its thread.
    pub conversation: ConversationId,
    /// Its place in the thread.
    pub seq: i64,
}

/// A message as threads show it.
#[derive(Debug, Clone)]
pub struct MessageRow {
    /// The message as recorded.
    pub message: NewMessage,
    /// How far it came, if it goes out.
    pub progress: Option<Progress>,
    /// Every report that arrived.
    pub reports: Option<String>,
    /// Meta's error code, if it failed.
    pub error_code: Option<i64>,
    /// What Meta says about it.
    pub error_text: Option<String>,
    /// Meta's pricing category.
    pub price_category: Option<String>,
    /// Meta's pricing type.
    pub price_type: Option<String>,
    /// Millionths of a US dollar.
    pub price_micros: Option<i64>,
    /// Where it stands in the outbox, while it is there.
    pub send_state: Option<SendState>,
    /// Why it stands there.
    pub send_reason: Option<String>,
    /// Its file.
    pub file: Option<MessageFile>,
}

/// The file of a message, as threads show it.
#[derive(Debug, Clone)]
pub struct MessageFile {
    /// Its id.
    pub id: MediaId,
    /// WhatsApp's kind.
    pub kind: MediaKind,
    /// Where it stands.
    pub state: MediaState,
    /// Why it is not here.
    pub reason: Option<String>,
    /// What is known of it once it is here.
    pub stored: Option<StoredFile>,
    /// Its name.
    pub filename: Option<String>,
}

impl Tx<'_> {
    /// Records a message.
    pub fn add_message(&mut self, workspace: WorkspaceId, new: &NewMessage) -> Result<()> {
        if let (Some(media), Some(_)) = (new.media, new.send) {
            self.note_media_sent(workspace, media)?;
        }
        self.put(
            "INSERT INTO messages (workspace_id, conversation_id, seq, author, kind, text, content, wamid, context_wamid,
                                   sent_at, recorded_at, interaction_id, body_id, steps, send_id, progress, media_id,
                                   written_by, writer_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
            params![
                workspace,
                new.conversation,
                new.seq,
                new.author.name(),
                &new.kind,
                new.text.as_deref(),
                new.content.as_deref(),
                new.wamid.as_deref(),
                new.context_wamid.as_deref(),
                new.sent_at,
                new.recorded_at,
                new.interaction,
                new.body,
                new.steps.as_deref(),
                new.send,
                new.send.map(|_| Progress::Pending.rank()),
                new.media,
                new.writer.as_ref().map(|writer| writer.name.as_str()),
                new.writer.as_ref().and_then(|writer| writer.user)
            ],
        )
    }

    /// The message failed, or was taken back, before WhatsApp could report on it.
    pub fn end_message(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        seq: i64,
        progress: Progress,
        error: Option<(i64, &str)>,
    ) -> Result<()> {
        self.put(
            "UPDATE messages SET progress = $4, error_code = $5, error_text = $6
             WHERE workspace_id = $1 AND conversation_id = $2 AND seq = $3 AND progress < $4",
            params![workspace, conversation, seq, progress.rank(), error.map(|e| e.0), error.map(|e| e.1)],
        )
    }
}
