//! Files that people upload, around the row that a message can name. Their bytes are outside of the database and come before the row, so
//! it is written down beforehand that they may be there. Times are machine time.

use domain::ids::{ChannelId, MediaId, WorkspaceId};

use crate::{Result, Tx, media, params};

impl Tx<'_> {
    /// From here on there may be bytes of a file that has no row.
    pub fn begin_upload(&mut self, workspace: WorkspaceId, id: MediaId, machine_now: i64) -> Result<()> {
        self.put(
            "INSERT INTO uploads_begun (workspace_id, id, begun_at) VALUES ($1, $2, $3)",
            params![workspace, id, machine_now],
        )
    }

    /// The file has its row, in this transaction. Answers whether its bytes are there: not if it was given up meanwhile.
    pub fn end_upload(&mut self, workspace: WorkspaceId, id: MediaId) -> Result<bool> {
        let sql = "DELETE FROM uploads_begun WHERE workspace_id = $1 AND id = $2 AND begun_at > 0";
        Ok(self.execute(sql, params![workspace, id])? == 1)
    }

    /// Gives up uploads that began before a moment: none of them can have its row from here on. Answers some, also those that were
    /// given up and are not forgotten yet.
    pub fn give_up_uploads(&mut self, before: i64, limit: i64) -> Result<Vec<(WorkspaceId, MediaId)>> {
        let rows = self.query(
            "SELECT workspace_id, id FROM uploads_begun WHERE begun_at < $1 ORDER BY begun_at LIMIT $2 FOR UPDATE SKIP LOCKED",
            params![before, limit],
        )?;
        let given_up = rows.iter().map(media::whose).collect::<Result<Vec<_>>>()?;
        for (workspace, id) in &given_up {
            self.put(
                "UPDATE uploads_begun SET begun_at = 0 WHERE workspace_id = $1 AND id = $2",
                params![*workspace, *id],
            )?;
        }
        Ok(given_up)
    }

    /// The bytes of an upload that was given up, or that nobody needs, are gone.
    pub fn forget_upload(&mut self, workspace: WorkspaceId, id: MediaId) -> Result<()> {
        self.put("DELETE FROM uploads_begun WHERE workspace_id = $1 AND id = $2", params![workspace, id])
    }

    /// A person does not want an uploaded file any more. No message can be sent with it from here on. Answers whether no message named
    /// it before.
    pub fn discard_upload(&mut self, workspace: WorkspaceId, id: MediaId, reason: &str) -> Result<bool> {
        // Older than anything, so that whoever removes what nobody sends goes on from here after a crash.
        let touched = self.execute(
            "UPDATE media SET state = 'missing', reason = $3, unsent_since = 0
             WHERE workspace_id = $1 AND id = $2 AND unsent_since IS NOT NULL",
            params![workspace, id, reason],
        )?;
        Ok(touched == 1)
    }

    /// WhatsApp does not take a file under the id that it gave it: the next message has it uploaded anew.
    pub fn forget_media_upload(&mut self, workspace: WorkspaceId, id: MediaId, channel: ChannelId) -> Result<()> {
        self.put(
            "DELETE FROM media_uploads WHERE workspace_id = $1 AND media_id = $2 AND channel_id = $3",
            params![workspace, id, channel],
        )
    }
}
