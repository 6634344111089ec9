//! Reads threads, and finds a message in them.

use domain::contact::Identity;
use domain::delivery::{Progress, SendState};
use domain::ids::{BodyId, ConversationId, InteractionId, MediaId, SendId, UserId, WorkspaceId};
use domain::interaction::Step;
use uuid::Uuid;

use super::{MessageFile, MessageRow, NewMessage, OurMessage, Recorded, Writer};
use crate::{Dialect, Result, Row, StoreError, Tx, media, params};

/// Messages with what the outbox knows of them and their files, as `read` takes them. A message is `m`, its send `o`.
macro_rules! messages {
    ($from:literal) => {
        concat!(
            "SELECT m.conversation_id, m.seq, m.author, m.kind, m.text, m.content, coalesce(m.wamid, o.wamid), m.context_wamid, \
             m.sent_at, m.recorded_at, m.interaction_id, m.body_id, m.steps, m.send_id, m.progress, m.reports, \
             m.error_code, m.error_text, m.price_category, m.price_type, m.price_micros, o.state, o.reason, f.id, f.kind, \
             f.state, f.reason, f.mime_type, f.size, f.sha256, f.filename, m.written_by, m.writer_id FROM ",
            $from
        )
    };
}

impl Tx<'_> {
    /// Where a message of ours is, by WhatsApp's id and a name of the person it went to, in any of its spellings. Only the last 200
    /// messages of each of their threads are looked at: an index of ids that are looked up at random would cost more than all other
    /// writes of a message.
    pub fn find_sent(
        &mut self,
        workspace: WorkspaceId,
        wamid: &str,
        name: &Identity,
    ) -> Result<Option<(ConversationId, i64, SendId)>> {
        let threads = self.query(
            "SELECT DISTINCT v.id, v.next_seq FROM identities i
             CROSS JOIN conversations v
             WHERE i.workspace_id = $1 AND i.match_key = $2 AND v.workspace_id = i.workspace_id AND v.contact_id = i.contact_id",
            params![workspace, &name.match_key],
        )?;
        for thread in &threads {
            let found = self.query_opt(
                "SELECT m.seq, m.send_id FROM messages m
                 LEFT JOIN outbox o ON o.workspace_id = m.workspace_id AND o.id = m.send_id
                 WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq >= $3 AND m.send_id IS NOT NULL
                   AND (m.wamid = $4 OR o.wamid = $4)",
                params![workspace, thread.id(0)?, thread.int(1)? - 200, wamid],
            )?;
            if let Some(row) = found {
                return Ok(Some((ConversationId(thread.id(0)?), row.int(0)?, SendId(row.id(1)?))));
            }
        }
        Ok(None)
    }

    /// The one of our messages, among the last 200 of a thread, that has this id: then the customer answers it.
    pub fn ours(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        wamid: &str,
    ) -> Result<Option<OurMessage>> {
        let row = self.query_opt(
            "SELECT m.seq, m.recorded_at, m.author, m.kind, m.text, m.content, n.kind
             FROM conversations v JOIN messages m ON m.workspace_id = v.workspace_id AND m.conversation_id = v.id
             LEFT JOIN outbox o ON o.workspace_id = m.workspace_id AND o.id = m.send_id
             LEFT JOIN interactions n ON n.workspace_id = m.workspace_id AND n.id = m.interaction_id
             WHERE v.workspace_id = $1 AND v.id = $2 AND m.seq >= v.next_seq - 200 AND m.author <> 'customer'
               AND (m.wamid = $3 OR o.wamid = $3)",
            params![workspace, conversation, wamid],
        )?;
        row.as_ref().map(our_message).transpose()
    }

    /// Adds to what was done about a message. Whoever does so holds its thread.
    pub fn add_steps(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        seq: i64,
        more: &[Step],
    ) -> Result<()> {
        let key = params![workspace, conversation, seq];
        let sql = "SELECT steps FROM messages WHERE workspace_id = $1 AND conversation_id = $2 AND seq = $3";
        let Some(row) = self.query_opt(sql, key)? else { return Ok(()) };
        let mut steps: Vec<Step> =
            row.opt_text(0)?.and_then(|steps| serde_json::from_str(&steps).ok()).unwrap_or_default();
        steps.extend_from_slice(more);
        let steps = serde_json::to_string(&steps).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        self.put(
            "UPDATE messages SET steps = $4 WHERE workspace_id = $1 AND conversation_id = $2 AND seq = $3",
            params![workspace, conversation, seq, steps],
        )
    }

    /// WhatsApp's id of what the customer wrote last, among the last 200 messages of a thread.
    pub fn latest_inbound(&mut self, workspace: WorkspaceId, conversation: ConversationId) -> Result<Option<String>> {
        let row = self.query_opt(
            "SELECT m.wamid FROM conversations v
             JOIN messages m ON m.workspace_id = v.workspace_id AND m.conversation_id = v.id
             WHERE v.workspace_id = $1 AND v.id = $2 AND m.seq >= v.next_seq - 200 AND m.author = 'customer' AND m.wamid IS NOT NULL
             ORDER BY m.seq DESC LIMIT 1",
            params![workspace, conversation],
        )?;
        row.map(|row| row.text(0)).transpose()
    }

    /// Messages that did not arrive, the latest first. `before` is where the last of the page before stands.
    pub fn failed_messages(
        &mut self,
        workspace: WorkspaceId,
        before: Option<Recorded>,
        limit: i64,
    ) -> Result<Vec<MessageRow>> {
        let last = Recorded { at: i64::MAX, conversation: ConversationId(Uuid::max()), seq: i64::MAX };
        let before = before.unwrap_or(last);
        let rows = self.query(
            messages!(
                "messages m LEFT JOIN outbox o ON o.workspace_id = m.workspace_id AND o.id = m.send_id
             LEFT JOIN media f ON f.workspace_id = m.workspace_id AND f.id = m.media_id
             WHERE m.workspace_id = $1 AND m.failed_at IS NOT NULL
               AND (m.failed_at, m.conversation_id, m.seq) < ($2, $3, $4)
             ORDER BY m.failed_at DESC, m.conversation_id DESC, m.seq DESC LIMIT $5"
            ),
            params![workspace, before.at, before.conversation, before.seq, limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// The latest messages of a thread, oldest first.
    pub fn latest_messages(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        limit: i64,
    ) -> Result<Vec<MessageRow>> {
        let sql = "SELECT next_seq FROM conversations WHERE workspace_id = $1 AND id = $2";
        let Some(row) = self.query_opt(sql, params![workspace, conversation])? else { return Ok(Vec::new()) };
        self.messages(workspace, conversation, row.int(0)? - 1 - limit, limit)
    }

    /// The messages at these places, as far as there are any.
    pub fn messages_at(&mut self, workspace: WorkspaceId, places: &[(ConversationId, i64)]) -> Result<Vec<MessageRow>> {
        let sql = match self.dialect() {
            Dialect::Sqlite => {
                messages!(
                    "json_each($2) k CROSS JOIN messages m
                 LEFT JOIN outbox o ON o.workspace_id = m.workspace_id AND o.id = m.send_id
                 LEFT JOIN media f ON f.workspace_id = m.workspace_id AND f.id = m.media_id
                 WHERE m.workspace_id = $1 AND m.conversation_id = unhex(k.value->>0) AND m.seq = k.value->>1"
                )
            }
            Dialect::Postgres => {
                messages!(
                    "json_array_elements($2::text::json) AS k(place) JOIN messages m
                   ON m.conversation_id = (k.place->>0)::uuid AND m.seq = (k.place->>1)::bigint
                 LEFT JOIN outbox o ON o.workspace_id = m.workspace_id AND o.id = m.send_id
                 LEFT JOIN media f ON f.workspace_id = m.workspace_id AND f.id = m.media_id
                 WHERE m.workspace_id = $1"
                )
            }
        };
        let places: Vec<(String, i64)> =
            places.iter().map(|(thread, seq)| (thread.0.simple().to_string(), *seq)).collect();
        let places = serde_json::to_string(&places).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        self.query(sql, params![workspace, places])?.iter().map(read).collect()
    }

    /// A page of a thread from `after` on, oldest first.
    pub fn messages(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<MessageRow>> {
        let rows = self.query(
            messages!(
                "messages m LEFT JOIN outbox o ON o.workspace_id = m.workspace_id AND o.id = m.send_id
             LEFT JOIN media f ON f.workspace_id = m.workspace_id AND f.id = m.media_id
             WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq > $3 ORDER BY m.seq LIMIT $4"
            ),
            params![workspace, conversation, after, limit],
        )?;
        rows.iter().map(read).collect()
    }
}

fn our_message(row: &Row) -> Result<OurMessage> {
    Ok(OurMessage {
        seq: row.int(0)?,
        at: row.int(1)?,
        author: row.named(2)?,
        kind: row.text(3)?,
        text: row.opt_text(4)?,
        content: row.opt_text(5)?,
        about: row.opt_text(6)?,
    })
}

fn read(row: &Row) -> Result<MessageRow> {
    let send_state: Option<SendState> = row.opt_named(21)?;
    let progress = row.opt_int(14)?.and_then(Progress::of_rank);
    // While a send waits for its first report, the outbox is ahead of the message.
    let progress = match (progress, send_state) {
        (Some(Progress::Pending), Some(SendState::Accepted)) => Some(Progress::Accepted),
        (progress, _) => progress,
    };
    Ok(MessageRow {
        message: NewMessage {
            conversation: ConversationId(row.id(0)?),
            seq: row.int(1)?,
            author: row.named(2)?,
            kind: row.text(3)?,
            text: row.opt_text(4)?,
            content: row.opt_text(5)?,
            wamid: row.opt_text(6)?,
            context_wamid: row.opt_text(7)?,
            sent_at: row.int(8)?,
            recorded_at: row.int(9)?,
            interaction: row.opt_id(10)?.map(InteractionId),
            body: row.opt_id(11)?.map(BodyId),
            steps: row.opt_text(12)?,
            send: row.opt_id(13)?.map(SendId),
            media: row.opt_id(23)?.map(MediaId),
            writer: writer(row, 31)?,
        },
        progress,
        reports: row.opt_text(15)?,
        error_code: row.opt_int(16)?,
        error_text: row.opt_text(17)?,
        price_category: row.opt_text(18)?,
        price_type: row.opt_text(19)?,
        price_micros: row.opt_int(20)?,
        send_state,
        send_reason: row.opt_text(22)?,
        file: file(row)?,
    })
}

/// From two columns: the name, and who that is.
pub(crate) fn writer(row: &Row, at: usize) -> Result<Option<Writer>> {
    let user = row.opt_id(at + 1)?.map(UserId);
    Ok(row.opt_text(at)?.map(|name| Writer { name, user }))
}

fn file(row: &Row) -> Result<Option<MessageFile>> {
    let Some(id) = row.opt_id(23)? else { return Ok(None) };
    Ok(Some(MessageFile {
        id: MediaId(id),
        kind: row.named(24)?,
        state: row.named(25)?,
        reason: row.opt_text(26)?,
        stored: media::stored(row, 27)?,
        filename: row.opt_text(30)?,
    }))
}
