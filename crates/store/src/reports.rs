//! Reports on messages that are not known yet.

use domain::ids::{ChannelId, ConversationId, EventId, SendId, WorkspaceId};

use crate::{Dialect, Result, Tx, params};

/// A report that waits for its message.
#[derive(Debug, Clone)]
pub struct ParkedReport {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The number of ours.
    pub channel: ChannelId,
    /// WhatsApp's id of the message.
    pub wamid: String,
    /// Its own id.
    pub id: EventId,
    /// Machine time, milliseconds.
    pub received_at: i64,
    /// As it was posted, JSON.
    pub report: String,
}

/// A parked report whose message is known now.
#[derive(Debug, Clone)]
pub struct SettledReport {
    /// The report.
    pub parked: ParkedReport,
    /// The thread of its message.
    pub conversation: ConversationId,
    /// The place of its message in the thread.
    pub seq: i64,
    /// The send of its message.
    pub send: SendId,
}

/// Parked reports with their sends among those that WhatsApp took.
macro_rules! settled {
    ($sends:literal) => {
        concat!(
            "SELECT p.workspace_id, p.channel_id, p.wamid, p.id, p.received_at, p.report, o.conversation_id, o.seq, o.id FROM ",
            $sends,
            " o JOIN parked_reports p ON p.workspace_id = o.workspace_id AND p.channel_id = o.channel_id AND p.wamid = o.wamid
             WHERE o.state = 'accepted' ORDER BY p.id LIMIT $1"
        )
    };
}

impl Tx<'_> {
    /// Keeps a report until its message is known.
    pub fn park_report(&mut self, parked: &ParkedReport) -> Result<()> {
        self.put(
            "INSERT INTO parked_reports (workspace_id, channel_id, wamid, id, received_at, report) VALUES ($1, $2, $3, $4, $5, $6)",
            params![parked.workspace, parked.channel, &parked.wamid, parked.id, parked.received_at, &parked.report],
        )
    }

    /// Parked reports whose send has learnt its id meanwhile, as far as it is still in the outbox, and where its message is.
    pub fn settled_reports(&mut self, limit: i64) -> Result<Vec<SettledReport>> {
        // No index has the ids of what was sent. On PostgreSQL the inner limit, which is none, keeps the planner from looking through the
        // sends of a workspace once for each report instead of once for all.
        let sent = match self.dialect() {
            Dialect::Sqlite => settled!("outbox"),
            Dialect::Postgres => {
                settled!("(SELECT * FROM outbox WHERE state = 'accepted' LIMIT 9223372036854775807 OFFSET 0)")
            }
        };
        let rows = self.query(sent, params![limit])?;
        let settled = |row: &crate::Row| {
            let parked = ParkedReport {
                workspace: WorkspaceId(row.id(0)?),
                channel: ChannelId(row.id(1)?),
                wamid: row.text(2)?,
                id: EventId(row.id(3)?),
                received_at: row.int(4)?,
                report: row.text(5)?,
            };
            Ok(SettledReport {
                parked,
                conversation: ConversationId(row.id(6)?),
                seq: row.int(7)?,
                send: SendId(row.id(8)?),
            })
        };
        rows.iter().map(settled).collect()
    }

    /// How many reports wait for their message.
    pub fn parked_count(&mut self) -> Result<i64> {
        self.query_one("SELECT count(*) FROM parked_reports", params![])?.int(0)
    }

    /// A parked report found its message.
    pub fn unpark_report(&mut self, parked: &ParkedReport) -> Result<()> {
        self.put(
            "DELETE FROM parked_reports WHERE workspace_id = $1 AND channel_id = $2 AND wamid = $3 AND id = $4",
            params![parked.workspace, parked.channel, &parked.wamid, parked.id],
        )
    }

    /// Drops what nobody asked for since `before`, machine time.
    pub fn drop_parked_reports(&mut self, before: i64) -> Result<u64> {
        self.execute("DELETE FROM parked_reports WHERE received_at < $1", params![before])
    }
}
