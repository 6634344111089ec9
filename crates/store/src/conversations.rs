//! Threads: one WhatsApp account with one channel.

mod known;

use domain::ids::{ChannelId, ContactId, ConversationId, InteractionId, TicketId, UserId, WorkspaceId};
use domain::prompt::Prompt;

use crate::{Dialect, Result, Row, StoreError, Tx, Value, params};

pub use known::{Address, Ahead, EndedMatter, Foresight, KnownConversation, OpenInteraction, OpenTicket, Standing};

/// A thread to be made.
#[derive(Debug, Clone)]
pub struct NewConversation {
    /// Its id.
    pub id: ConversationId,
    /// With which number of ours.
    pub channel: ChannelId,
    /// Whose, unless ambiguous.
    pub contact: Option<ContactId>,
    /// If several contacts are taken for them, which of these it is of by itself.
    pub member: Option<ContactId>,
    /// Who it could be, JSON, if ambiguous.
    pub candidates: Option<String>,
    /// The WhatsApp phone.
    pub phone: Option<String>,
    /// The user id.
    pub user_id: Option<String>,
    /// The name in the WhatsApp profile.
    pub profile_name: Option<String>,
}

/// A thread as lists show it.
#[derive(Debug, Clone)]
pub struct ConversationRow {
    /// Its id.
    pub id: ConversationId,
    /// With which number of ours.
    pub channel: ChannelId,
    /// Whose, unless ambiguous.
    pub contact: Option<ContactId>,
    /// Whose it is by itself, while that contact is taken for this one.
    pub member: Option<ContactId>,
    /// Who it could be, if ambiguous.
    pub candidates: Option<String>,
    /// The WhatsApp phone.
    pub phone: Option<String>,
    /// The user id.
    pub user_id: Option<String>,
    /// The name in the WhatsApp profile.
    pub profile_name: Option<String>,
    /// Until when free text may be sent, milliseconds since 1970.
    pub window_until: i64,
    /// When the latest message was recorded.
    pub last_message_at: i64,
    /// Since when a person answers.
    pub person_since: Option<i64>,
    /// The open matter.
    pub interaction: Option<InteractionId>,
    /// The open ticket.
    pub ticket: Option<TicketId>,
    /// The ticket before it, or the last one if none is open.
    pub last_ticket: Option<TicketId>,
    /// The place of the latest message; 0 before the first.
    pub last_seq: i64,
    /// Who of us answered last.
    pub last_agent: Option<UserId>,
    /// When another system that has the thread was last heard in it.
    pub elsewhere_at: Option<i64>,
}

/// The columns of a thread `v`, as `read` takes them.
macro_rules! conversation_columns {
    () => {
        "v.id, v.channel_id, v.contact_id, v.candidates, v.phone, v.user_id, v.profile_name, v.window_until, v.last_message_at, \
         v.person_since, v.interaction_id, v.ticket_id, v.last_ticket_id, v.next_seq, v.last_agent_id, v.member_id, \
         v.elsewhere_at"
    };
}
pub(crate) use conversation_columns;

/// How many they are.
pub(crate) const CONVERSATION_COLUMNS: usize = 17;

/// The threads of a condition.
macro_rules! threads {
    ($from:literal) => {
        concat!("SELECT ", conversation_columns!(), " FROM ", $from)
    };
}

impl Tx<'_> {
    /// The thread of an address on a channel: the phone's if there is one, else the user id's.
    pub fn conversation_of(
        &mut self,
        workspace: WorkspaceId,
        channel: ChannelId,
        phone: Option<&str>,
        user_id: Option<&str>,
    ) -> Result<Option<ConversationId>> {
        let by_phone = "SELECT id FROM conversations WHERE workspace_id = $1 AND channel_id = $2 AND phone = $3";
        let by_user_id = "SELECT id FROM conversations WHERE workspace_id = $1 AND channel_id = $2 AND user_id = $3";
        for (sql, address) in [(by_phone, phone), (by_user_id, user_id)] {
            if let Some(address) = address
                && let Some(row) = self.query_opt(sql, params![workspace, channel, address])?
            {
                return Ok(Some(ConversationId(row.id(0)?)));
            }
        }
        Ok(None)
    }

    /// Nobody else changes the thread until this transaction ends; what is read of it afterwards is how it stands.
    pub fn lock_conversation(&mut self, workspace: WorkspaceId, id: ConversationId) -> Result<()> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(()); // its only writer is here
        }
        let sql = "SELECT id FROM conversations WHERE workspace_id = $1 AND id = $2 FOR UPDATE";
        self.query(sql, params![workspace, id]).map(drop)
    }

    /// Makes a thread.
    pub fn add_conversation(
        &mut self,
        workspace: WorkspaceId,
        new: &NewConversation,
        standing: &Standing,
        now: i64,
    ) -> Result<()> {
        self.put(
            "INSERT INTO conversations (workspace_id, id, channel_id, contact_id, candidates, phone, user_id, profile_name,
                                        next_seq, last_message_at, window_until, person_since, waiting_since, interaction_id,
                                        ticket_id, created_at, member_id, last_interaction_id, elsewhere_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
            params![
                workspace,
                new.id,
                new.channel,
                new.contact,
                new.candidates.as_deref(),
                new.phone.as_deref(),
                new.user_id.as_deref(),
                new.profile_name.as_deref(),
                standing.next_seq,
                standing.last_message_at,
                standing.window_until,
                standing.person_since,
                standing.waiting_since,
                standing.interaction,
                standing.ticket,
                now,
                new.member.filter(|member| new.contact != Some(*member)),
                standing.last_interaction,
                standing.elsewhere_at
            ],
        )
    }

    /// Writes down how far a thread is, all of it: for whoever read it in this transaction with [`Tx::known_conversation`].
    pub fn set_standing(&mut self, workspace: WorkspaceId, id: ConversationId, standing: &Standing) -> Result<()> {
        self.put(
            "UPDATE conversations SET next_seq = $3, last_message_at = $4, window_until = $5, person_since = $6, waiting_since = $7,
                    interaction_id = $8, ticket_id = $9, last_interaction_id = $10, elsewhere_at = $11
             WHERE workspace_id = $1 AND id = $2",
            params![
                workspace,
                id,
                standing.next_seq,
                standing.last_message_at,
                standing.window_until,
                standing.person_since,
                standing.waiting_since,
                standing.interaction,
                standing.ticket,
                standing.last_interaction,
                standing.elsewhere_at
            ],
        )
    }

    /// Takes the next `messages` sequence numbers of a thread and answers the first.
    pub fn take_seqs(&mut self, workspace: WorkspaceId, id: ConversationId, messages: i64, now: i64) -> Result<i64> {
        let row = self.query_one(
            "UPDATE conversations SET next_seq = next_seq + $3,
                    last_message_at = CASE WHEN last_message_at < $4 THEN $4 ELSE last_message_at END
             WHERE workspace_id = $1 AND id = $2 RETURNING next_seq",
            params![workspace, id, messages, now],
        )?;
        Ok(row.int(0)? - messages)
    }

    /// Writes down where a thread stands after a message. The window only ever moves forward.
    pub fn update_conversation(
        &mut self,
        workspace: WorkspaceId,
        id: ConversationId,
        window_until: i64,
        interaction: Option<InteractionId>,
        ticket: Option<TicketId>,
    ) -> Result<()> {
        self.put(
            "UPDATE conversations SET interaction_id = $3, ticket_id = $4,
                    window_until = CASE WHEN window_until < $5 THEN $5 ELSE window_until END
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, interaction, ticket, window_until],
        )
    }

    /// Notes the user id that Meta gave together with the thread's phone. An id that pins another thread stays there.
    pub fn pin_user_id(
        &mut self,
        workspace: WorkspaceId,
        channel: ChannelId,
        id: ConversationId,
        user_id: &str,
    ) -> Result<()> {
        self.put(
            "UPDATE conversations SET user_id = $4 WHERE workspace_id = $1 AND id = $3 AND NOT EXISTS
               (SELECT 1 FROM conversations o WHERE o.workspace_id = $1 AND o.channel_id = $2 AND o.user_id = $4)",
            params![workspace, channel, id, user_id],
        )
    }

    /// Notes the phone that Meta gave together with the thread's user id. One that pins another thread stays there.
    pub fn pin_phone(
        &mut self,
        workspace: WorkspaceId,
        channel: ChannelId,
        id: ConversationId,
        phone: &str,
    ) -> Result<()> {
        self.put(
            "UPDATE conversations SET phone = $4 WHERE workspace_id = $1 AND id = $3 AND NOT EXISTS
               (SELECT 1 FROM conversations o WHERE o.workspace_id = $1 AND o.channel_id = $2 AND o.phone = $4)",
            params![workspace, channel, id, phone],
        )
    }

    /// A person answered, so nobody waits, and whoever else had the thread has it no more; who, if they signed in.
    pub fn note_answer(
        &mut self,
        workspace: WorkspaceId,
        id: ConversationId,
        by: Option<UserId>,
        now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE conversations SET person_since = $3, waiting_since = NULL, elsewhere_at = NULL, last_agent_id = coalesce($4, last_agent_id)
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, now, by],
        )
    }

    /// A person takes the thread over before they answer, or, with `None`, leaves it to automation.
    pub fn set_person(&mut self, workspace: WorkspaceId, id: ConversationId, since: Option<i64>) -> Result<()> {
        self.put(
            "UPDATE conversations SET person_since = $3 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, since],
        )
    }

    /// Notes what we said that the customer may answer.
    pub fn set_prompt(&mut self, workspace: WorkspaceId, id: ConversationId, prompt: &Prompt) -> Result<()> {
        let prompt = serde_json::to_string(prompt).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        self.put(
            "UPDATE conversations SET prompt = $3 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, prompt],
        )
    }

    /// What was said last did not leave, so nobody answers it.
    pub fn forget_prompt(&mut self, workspace: WorkspaceId, id: ConversationId, seq: i64) -> Result<()> {
        self.put(
            "UPDATE conversations SET prompt = NULL WHERE workspace_id = $1 AND id = $2 AND next_seq = $3",
            params![workspace, id, seq + 1],
        )
    }

    /// The matter and the ticket of the thread are closed.
    pub fn clear_open_work(&mut self, workspace: WorkspaceId, id: ConversationId) -> Result<()> {
        self.put(
            "UPDATE conversations SET last_ticket_id = coalesce(ticket_id, last_ticket_id),
                    last_interaction_id = coalesce(interaction_id, last_interaction_id), interaction_id = NULL, ticket_id = NULL,
                    person_since = NULL, waiting_since = NULL
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )
    }

    /// Threads with an open matter that a person answered, where nobody waits for an answer and nothing was said since `before`.
    /// They stay locked until this transaction ends; what is worked on elsewhere is passed over.
    pub fn silent_conversations(
        &mut self,
        workspace: WorkspaceId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<ConversationRow>> {
        let rows = self.query(
            threads!(
                "conversations v
             WHERE workspace_id = $1 AND silent_since < $2
             ORDER BY silent_since LIMIT $3 FOR UPDATE SKIP LOCKED"
            ),
            params![workspace, before, limit],
        )?;
        rows.iter().map(|row| read(row, 0)).collect()
    }

    /// When the last thing was said in the thread, of those whose silence is waited for, that fell silent first after `after`.
    pub fn next_silence(&mut self, workspace: WorkspaceId, after: i64) -> Result<Option<i64>> {
        let row = self.query_opt(
            "SELECT silent_since FROM conversations WHERE workspace_id = $1 AND silent_since >= $2 ORDER BY silent_since LIMIT 1",
            params![workspace, after],
        )?;
        row.map(|row| row.int(0)).transpose()
    }

    /// One thread.
    pub fn conversation(&mut self, workspace: WorkspaceId, id: ConversationId) -> Result<Option<ConversationRow>> {
        let row =
            self.query_opt(threads!("conversations v WHERE workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(|row| read(row, 0)).transpose()
    }

    /// The threads of these ids, as far as there are any.
    pub fn conversations_by_id(
        &mut self,
        workspace: WorkspaceId,
        ids: &[ConversationId],
    ) -> Result<Vec<ConversationRow>> {
        let rows = self.query(
            threads!("conversations v WHERE workspace_id = $1 AND id = ANY($2)"),
            params![workspace, ids.iter().map(|id| id.0).collect::<Vec<_>>()],
        )?;
        rows.iter().map(|row| read(row, 0)).collect()
    }

    /// A page of threads, the newest first. `before` is the last id of the page before; `contact` keeps one person's.
    pub fn conversations(
        &mut self,
        workspace: WorkspaceId,
        contact: Option<ContactId>,
        before: Option<ConversationId>,
        limit: i64,
    ) -> Result<Vec<ConversationRow>> {
        let last = Value::Uuid(uuid::Uuid::max());
        let before = before.map_or(last, Value::from);
        let rows = match contact {
            Some(contact) => self.query(
                threads!(
                    "conversations v WHERE workspace_id = $1 AND contact_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
                ),
                params_with(workspace, Some(contact), before, limit),
            )?,
            None => self.query(
                threads!("conversations v WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
                params_with(workspace, None, before, limit),
            )?,
        };
        rows.iter().map(|row| read(row, 0)).collect()
    }
}

fn params_with(workspace: WorkspaceId, contact: Option<ContactId>, before: Value, limit: i64) -> Vec<Value> {
    let contact = contact.map(Value::from);
    [Some(workspace.into()), contact, Some(before), Some(limit.into())].into_iter().flatten().collect()
}

/// A thread in a row, from that column on.
pub(crate) fn read(row: &Row, from: usize) -> Result<ConversationRow> {
    Ok(ConversationRow {
        id: ConversationId(row.id(from)?),
        channel: ChannelId(row.id(from + 1)?),
        contact: row.opt_id(from + 2)?.map(ContactId),
        member: row.opt_id(from + 15)?.map(ContactId),
        candidates: row.opt_text(from + 3)?,
        phone: row.opt_text(from + 4)?,
        user_id: row.opt_text(from + 5)?,
        profile_name: row.opt_text(from + 6)?,
        window_until: row.int(from + 7)?,
        last_message_at: row.int(from + 8)?,
        person_since: row.opt_int(from + 9)?,
        interaction: row.opt_id(from + 10)?.map(InteractionId),
        ticket: row.opt_id(from + 11)?.map(TicketId),
        last_ticket: row.opt_id(from + 12)?.map(TicketId),
        last_seq: row.int(from + 13)? - 1,
        last_agent: row.opt_id(from + 14)?.map(UserId),
        elsewhere_at: row.opt_int(from + 16)?,
    })
}
