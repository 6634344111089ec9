//! A thread as the pipeline reads it, before it decides about a message.

use domain::Category;
use domain::contact::Identity;
use domain::ids::{ChannelId, ContactId, ConversationId, InteractionId, TicketId, WorkspaceId};
use domain::interaction::{Outcome, TicketState};
use domain::prompt::Prompt;

use crate::tx::Question;
use crate::{Dialect, Result, Row, Tx, contacts, inbox, params, webhooks};

/// What the pipeline reads of a thread before it decides.
#[derive(Debug, Clone)]
pub struct KnownConversation {
    /// Its id.
    pub id: ConversationId,
    /// Whose it is; `None` while it could be several people.
    pub contact: Option<ContactId>,
    /// The WhatsApp phone that it is pinned to.
    pub phone: Option<String>,
    /// The user id that it is pinned to.
    pub user_id: Option<String>,
    /// The name in the WhatsApp profile, when it began.
    pub profile_name: Option<String>,
    /// How far it is.
    pub standing: Standing,
    /// The matter at hand.
    pub interaction: Option<OpenInteraction>,
    /// The ticket at hand.
    pub ticket: Option<OpenTicket>,
    /// Where no matter is at hand, the one that ended last.
    pub ended: Option<EndedMatter>,
    /// What we said last that the customer may be answering.
    pub prompt: Option<Prompt>,
}

/// How far a thread is: what a message moves on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The place of the next message.
    pub next_seq: i64,
    /// When the latest message was recorded, milliseconds since 1970.
    pub last_message_at: i64,
    /// Until when free text may be sent, milliseconds since 1970.
    pub window_until: i64,
    /// Since when a person answers.
    pub person_since: Option<i64>,
    /// Since when the customer waits for an answer.
    pub waiting_since: Option<i64>,
    /// The open matter.
    pub interaction: Option<InteractionId>,
    /// The open ticket.
    pub ticket: Option<TicketId>,
    /// The matter that ended last, of those about which something was done.
    pub last_interaction: Option<InteractionId>,
    /// When another system that has the thread was last heard in it.
    pub elsewhere_at: Option<i64>,
}

impl Standing {
    /// That of a thread which begins at `now` with places for `messages` messages.
    pub fn of_new(messages: i64, now: i64) -> Standing {
        Standing {
            next_seq: 1 + messages,
            last_message_at: now,
            window_until: 0,
            person_since: None,
            waiting_since: None,
            interaction: None,
            ticket: None,
            last_interaction: None,
            elsewhere_at: None,
        }
    }
}

/// A matter of a thread that has ended.
#[derive(Debug, Clone)]
pub struct EndedMatter {
    /// As it was when it ended.
    pub matter: OpenInteraction,
    /// When it ended, milliseconds since 1970.
    pub at: i64,
    /// How.
    pub outcome: Outcome,
    /// Its ticket, if it had one and nobody has opened that again.
    pub ticket: Option<OpenTicket>,
}

/// The open matter of a thread.
#[derive(Debug, Clone)]
pub struct OpenInteraction {
    /// Its id.
    pub id: InteractionId,
    /// Its type, if any was sure enough.
    pub kind: Option<String>,
    /// The category of the type.
    pub category: Option<Category>,
    /// How sure.
    pub confidence: f32,
    /// When the customer was told that the message arrived.
    pub acknowledged_at: Option<i64>,
    /// The beginning of what the customer wrote.
    pub text: String,
    /// When automation looks at it again, if it does.
    pub answer_due_at: Option<i64>,
    /// The version of the workflow that it began on.
    pub workflow_version: i64,
}

/// The open ticket of a thread.
#[derive(Debug, Clone)]
pub struct OpenTicket {
    /// Its id.
    pub id: TicketId,
    /// Where it waits.
    pub queue: String,
    /// Whether the customer waits for us.
    pub waiting: bool,
    /// Whether it is put aside.
    pub snoozed: bool,
}

/// Where a person is written to: one thread for each.
#[derive(Debug, Clone, Copy)]
pub struct Address<'a> {
    /// With which number of ours.
    pub channel: ChannelId,
    /// Their phone.
    pub phone: Option<&'a str>,
    /// Their user id.
    pub user_id: Option<&'a str>,
}

impl Tx<'_> {
    /// The thread of an address with everything that the pipeline reads of it: the phone's if there is one, else the user id's. Nobody else changes the thread until this transaction ends.
    pub fn known_conversation(
        &mut self,
        workspace: WorkspaceId,
        channel: ChannelId,
        phone: Option<&str>,
        user_id: Option<&str>,
    ) -> Result<Option<KnownConversation>> {
        let address = Address { channel, phone, user_id };
        if self.dialect() == Dialect::Postgres && self.ask(lock_of(workspace, &address))?.is_empty() {
            return Ok(None);
        }
        self.ask(thread_of(workspace, &address))?.first().map(known).transpose()
    }

    /// Asks in one trip what taking in a message begins with.
    pub fn foresee_message(&mut self, message: &Foresight<'_>) -> Result<()> {
        self.foresee(|| message.questions())
    }
}

/// What taking in a message begins with asking: `claim_locked_effect`, `has_open_work`, `candidates` and `known_conversation`.
#[derive(Debug, Clone, Copy)]
pub struct Foresight<'a> {
    /// In whose data.
    pub workspace: WorkspaceId,
    /// Under which moment and key the message has its effect.
    pub effect: (i64, &'a [u8]),
    /// Under which phone and user id its sender waits, if something of theirs does.
    pub waits_as: (Option<&'a str>, Option<&'a str>),
    /// The names of its sender.
    pub names: &'a [Identity],
    /// Where its sender is written to.
    pub address: Address<'a>,
}

/// Questions that a unit of work begins with.
#[derive(Debug, Default)]
pub struct Ahead(pub(crate) Vec<Question>);

impl Foresight<'_> {
    /// For a unit that begins with this message.
    pub fn ahead(&self) -> Ahead {
        Ahead(self.questions())
    }

    fn questions(&self) -> Vec<Question> {
        vec![
            webhooks::effect(self.workspace, self.effect.0, self.effect.1),
            inbox::open_work(self.workspace, self.waits_as.0, self.waits_as.1),
            contacts::named_people(self.workspace, self.names),
            lock_of(self.workspace, &self.address),
            thread_of(self.workspace, &self.address),
        ]
    }
}

/// The lock comes before the reading, as a statement of its own: only then does what is read hold what whoever held the lock has
/// committed.
fn lock_of(workspace: WorkspaceId, address: &Address<'_>) -> Question {
    let sql = "SELECT id FROM conversations WHERE workspace_id = $1 AND id = coalesce(
           (SELECT id FROM conversations WHERE workspace_id = $1 AND channel_id = $2 AND phone = $3),
           (SELECT id FROM conversations WHERE workspace_id = $1 AND channel_id = $2 AND user_id = $4)) FOR UPDATE";
    Question { sql, params: params![workspace, address.channel, address.phone, address.user_id] }
}

fn thread_of(workspace: WorkspaceId, address: &Address<'_>) -> Question {
    // What has ended is only looked up where nothing is open: a key that is null finds nothing at once.
    let sql = "SELECT v.id, v.contact_id, v.phone, v.user_id, v.person_since,
                n.id, n.kind, n.category, n.confidence, n.acknowledged_at, n.text, n.answer_due_at,
                t.id, t.queue, t.waiting_since, t.snoozed_at, t.state,
                e.id, e.kind, e.category, e.confidence, e.acknowledged_at, e.text, e.answer_due_at,
                l.id, l.queue, l.waiting_since, l.snoozed_at, l.state,
                e.closed_at, e.outcome, v.next_seq, v.last_message_at, v.window_until, v.waiting_since, v.interaction_id,
                v.ticket_id, v.last_interaction_id, v.elsewhere_at, v.prompt, v.profile_name, n.workflow_version, e.workflow_version
         FROM conversations v
         LEFT JOIN interactions n ON n.workspace_id = v.workspace_id AND n.id = v.interaction_id
         LEFT JOIN tickets t ON t.workspace_id = v.workspace_id AND t.id = v.ticket_id
         LEFT JOIN interactions e ON e.workspace_id = v.workspace_id
           AND e.id = CASE WHEN v.interaction_id IS NULL AND v.ticket_id IS NULL THEN v.last_interaction_id END
         LEFT JOIN tickets l ON l.workspace_id = v.workspace_id AND l.id = e.ticket_id
         WHERE v.workspace_id = $1 AND v.id = coalesce(
           (SELECT id FROM conversations WHERE workspace_id = $1 AND channel_id = $2 AND phone = $3),
           (SELECT id FROM conversations WHERE workspace_id = $1 AND channel_id = $2 AND user_id = $4))";
    Question { sql, params: params![workspace, address.channel, address.phone, address.user_id] }
}

fn known(row: &Row) -> Result<KnownConversation> {
    Ok(KnownConversation {
        id: ConversationId(row.id(0)?),
        contact: row.opt_id(1)?.map(ContactId),
        phone: row.opt_text(2)?,
        user_id: row.opt_text(3)?,
        profile_name: row.opt_text(40)?,
        standing: Standing {
            next_seq: row.int(31)?,
            last_message_at: row.int(32)?,
            window_until: row.int(33)?,
            person_since: row.opt_int(4)?,
            waiting_since: row.opt_int(34)?,
            interaction: row.opt_id(35)?.map(InteractionId),
            ticket: row.opt_id(36)?.map(TicketId),
            last_interaction: row.opt_id(37)?.map(InteractionId),
            elsewhere_at: row.opt_int(38)?,
        },
        interaction: matter(row, 5, 41)?,
        ticket: ticket(row, 12)?.map(|(ticket, _)| ticket),
        ended: ended(row)?,
        prompt: row.opt_text(39)?.and_then(|prompt| serde_json::from_str(&prompt).ok()),
    })
}

/// A matter, from that column on, and the version that it began on in another.
fn matter(row: &Row, from: usize, version: usize) -> Result<Option<OpenInteraction>> {
    let Some(id) = row.opt_id(from)? else { return Ok(None) };
    Ok(Some(OpenInteraction {
        id: InteractionId(id),
        kind: row.opt_text(from + 1)?,
        category: row.opt_named(from + 2)?,
        confidence: row.real(from + 3)? as f32,
        acknowledged_at: row.opt_int(from + 4)?,
        text: row.text(from + 5)?,
        answer_due_at: row.opt_int(from + 6)?,
        workflow_version: row.int(version)?,
    }))
}

/// A ticket, from that column on, and where it stands.
fn ticket(row: &Row, from: usize) -> Result<Option<(OpenTicket, TicketState)>> {
    let Some(id) = row.opt_id(from)? else { return Ok(None) };
    let ticket = OpenTicket {
        id: TicketId(id),
        queue: row.text(from + 1)?,
        waiting: row.opt_int(from + 2)?.is_some(),
        snoozed: row.opt_int(from + 3)?.is_some(),
    };
    Ok(Some((ticket, row.named(from + 4)?)))
}

fn ended(row: &Row) -> Result<Option<EndedMatter>> {
    let (Some(matter), Some(at), Some(outcome)) = (matter(row, 17, 42)?, row.opt_int(29)?, row.opt_named(30)?) else {
        return Ok(None);
    };
    let ticket = ticket(row, 24)?.filter(|(_, state)| *state == TicketState::Resolved);
    Ok(Some(EndedMatter { matter, at, outcome, ticket: ticket.map(|(ticket, _)| ticket) }))
}
