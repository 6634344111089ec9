//! Files of messages: to be fetched, or here. Times are machine time: they are waits and leases, not dates.

use domain::ids::{ChannelId, ConversationId, MediaId, WorkspaceId};
use domain::media::{MediaKind, MediaState};
use uuid::Uuid;

use crate::{Result, Row, Tx, params};

/// A file of a message that came in, as WhatsApp describes it.
#[derive(Debug, Clone)]
pub struct NewMedia {
    /// Its id here.
    pub id: MediaId,
    /// The number of ours that it came to.
    pub channel: ChannelId,
    /// Its thread.
    pub conversation: ConversationId,
    /// The message in the thread.
    pub seq: i64,
    /// WhatsApp's kind.
    pub kind: MediaKind,
    /// What to ask WhatsApp for it by.
    pub meta_id: Option<String>,
    /// Where it can be fetched for a few minutes.
    pub url: Option<String>,
    /// The type that it claims.
    pub claimed_type: Option<String>,
    /// The hash that it claims, as WhatsApp wrote it.
    pub claimed_sha256: Option<String>,
    /// The name that the customer's device gave it.
    pub filename: Option<String>,
}

/// What is known of a file that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// What its bytes are.
    pub mime_type: String,
    /// How many bytes.
    pub size: i64,
    /// Their hash in hexadecimal digits, under which they are kept.
    pub sha256: String,
}

/// A file that is due to be fetched.
#[derive(Debug, Clone)]
pub struct DueMedia {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The file.
    pub media: NewMedia,
    /// Tries so far.
    pub attempts: i64,
    /// When its message was recorded.
    pub created_at: i64,
}

/// What came of a try.
#[derive(Debug, Clone)]
pub enum MediaOutcome {
    /// It is here.
    Stored(StoredFile),
    /// Another try, later.
    Again {
        /// Why.
        reason: String,
        /// Not before.
        not_before: i64,
    },
    /// No more tries.
    Ended {
        /// As what.
        state: MediaState,
        /// Why.
        reason: String,
    },
}

/// How many files there are, and how many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// That are here.
    pub files: i64,
    /// Of those that are here.
    pub bytes: i64,
    /// That are missing or refused.
    pub lost: i64,
}

/// A file as lists show it.
#[derive(Debug, Clone)]
pub struct MediaRow {
    /// Its id.
    pub id: MediaId,
    /// The thread of the message that it came with; none if it was uploaded here.
    pub conversation: Option<ConversationId>,
    /// That message.
    pub seq: Option<i64>,
    /// WhatsApp's kind.
    pub kind: MediaKind,
    /// Where it stands.
    pub state: MediaState,
    /// Why it is not here.
    pub reason: Option<String>,
    /// What is known of it once it is here.
    pub file: Option<StoredFile>,
    /// Its name.
    pub filename: Option<String>,
    /// Tries so far.
    pub attempts: i64,
    /// When its message was recorded, or when it was uploaded here.
    pub created_at: i64,
}

impl Tx<'_> {
    /// Records that a message has a file, to be fetched at once.
    pub fn add_media(&mut self, workspace: WorkspaceId, new: &NewMedia, machine_now: i64) -> Result<()> {
        self.put(
            "INSERT INTO media (workspace_id, id, channel_id, conversation_id, seq, kind, meta_id, url, claimed_type, claimed_sha256,
                                filename, state, attempts, not_before, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', 0, $12, $12)",
            params![
                workspace,
                new.id,
                new.channel,
                new.conversation,
                new.seq,
                new.kind.name(),
                new.meta_id.as_deref(),
                new.url.as_deref(),
                new.claimed_type.as_deref(),
                new.claimed_sha256.as_deref(),
                new.filename.as_deref(),
                machine_now
            ],
        )
    }

    /// Records a file that somebody uploaded here, to be sent.
    pub fn add_uploaded_media(
        &mut self,
        workspace: WorkspaceId,
        id: MediaId,
        kind: MediaKind,
        filename: Option<&str>,
        file: &StoredFile,
        machine_now: i64,
    ) -> Result<()> {
        self.put(
            "INSERT INTO media (workspace_id, id, kind, filename, state, mime_type, size, sha256, attempts, not_before, created_at,
                                unsent_since)
             VALUES ($1, $2, $3, $4, 'stored', $5, $6, $7, 0, $8, $8, $8)",
            params![workspace, id, kind.name(), filename, &file.mime_type, file.size, &file.sha256, machine_now],
        )?;
        self.count_media(workspace, Kept { files: 1, bytes: file.size, lost: 0 })
    }

    /// How many files of a workspace no message names, and how many bytes they have.
    pub fn unsent_media(&mut self, workspace: WorkspaceId) -> Result<(i64, i64)> {
        let row = self.query_one(
            "SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM media WHERE workspace_id = $1 AND unsent_since > $2",
            params![workspace, i64::MIN],
        )?;
        Ok((row.int(0)?, row.int(1)?))
    }

    /// A message names a file: it stays.
    pub(crate) fn note_media_sent(&mut self, workspace: WorkspaceId, id: MediaId) -> Result<()> {
        self.put("UPDATE media SET unsent_since = NULL WHERE workspace_id = $1 AND id = $2", params![workspace, id])
    }

    /// Gives up files that were uploaded before a moment and that no message names; no message can be sent with them from here on.
    /// Answers some, also those that were given up and are not forgotten yet.
    pub fn give_up_unsent_media(
        &mut self,
        before: i64,
        reason: &str,
        limit: i64,
    ) -> Result<Vec<(WorkspaceId, MediaId)>> {
        let rows = self.query(
            "SELECT workspace_id, id FROM media WHERE unsent_since < $1 ORDER BY unsent_since, id LIMIT $2 FOR UPDATE SKIP LOCKED",
            params![before, limit],
        )?;
        let given_up = rows.iter().map(whose).collect::<Result<Vec<_>>>()?;
        for (workspace, id) in &given_up {
            self.put(
                "UPDATE media SET state = 'missing', reason = $3 WHERE workspace_id = $1 AND id = $2",
                params![*workspace, *id, reason],
            )?;
        }
        Ok(given_up)
    }

    /// Forgets a file that was given up and whose bytes are gone, unless a message names it meanwhile.
    pub fn forget_unsent_media(&mut self, workspace: WorkspaceId, id: MediaId) -> Result<()> {
        let row = self.query_opt(
            "DELETE FROM media WHERE workspace_id = $1 AND id = $2 AND state = 'missing' AND unsent_since IS NOT NULL RETURNING size",
            params![workspace, id],
        )?;
        let Some(row) = row else { return Ok(()) };
        self.execute("DELETE FROM media_uploads WHERE workspace_id = $1 AND media_id = $2", params![workspace, id])?;
        self.count_media(workspace, Kept { files: -1, bytes: -row.int(0)?, lost: 0 })
    }

    fn count_media(&mut self, workspace: WorkspaceId, more: Kept) -> Result<()> {
        self.put(
            "INSERT INTO media_kept (workspace_id, files, bytes, lost) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace_id) DO UPDATE SET
                files = media_kept.files + $2, bytes = media_kept.bytes + $3, lost = media_kept.lost + $4",
            params![workspace, more.files, more.bytes, more.lost],
        )
    }

    /// How much is kept, over all workspaces.
    pub fn kept_media(&mut self) -> Result<Kept> {
        let row = self.query_one(
            "SELECT CAST(coalesce(sum(files), 0) AS BIGINT), CAST(coalesce(sum(bytes), 0) AS BIGINT),
                    CAST(coalesce(sum(lost), 0) AS BIGINT)
             FROM media_kept WHERE workspace_id >= $1",
            params![Uuid::nil()],
        )?;
        Ok(Kept { files: row.int(0)?, bytes: row.int(1)?, lost: row.int(2)? })
    }

    /// Files that are due to be fetched. They stay locked until this transaction ends; what another node has locked is passed over.
    pub fn due_media(&mut self, machine_now: i64, limit: i64) -> Result<Vec<DueMedia>> {
        let rows = self.query(
            "SELECT workspace_id, id, channel_id, conversation_id, seq, kind, meta_id, url, claimed_type, claimed_sha256, filename,
                    attempts, created_at
             FROM media WHERE state = 'waiting' AND not_before <= $1 ORDER BY not_before, id LIMIT $2 FOR UPDATE SKIP LOCKED",
            params![machine_now, limit],
        )?;
        rows.iter().map(due).collect()
    }

    /// Machine time at which the next file is due, if any waits.
    pub fn next_due_media(&mut self) -> Result<Option<i64>> {
        let sql =
            "SELECT not_before FROM media WHERE state = 'waiting' AND not_before <= $1 ORDER BY not_before LIMIT 1";
        self.query_opt(sql, params![i64::MAX])?.map(|row| row.int(0)).transpose()
    }

    /// Takes a file for a node: nobody else fetches it until the lease has run out.
    pub fn lease_media(&mut self, workspace: WorkspaceId, id: MediaId, node: Uuid, until: i64) -> Result<()> {
        self.put(
            "UPDATE media SET node = $3, not_before = $4, attempts = attempts + 1 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, node, until],
        )
    }

    /// A long transfer goes on. Answers whether the file is still this node's.
    pub fn keep_media(&mut self, workspace: WorkspaceId, id: MediaId, node: Uuid, until: i64) -> Result<bool> {
        let sql =
            "UPDATE media SET not_before = $4 WHERE workspace_id = $1 AND id = $2 AND node = $3 AND state = 'waiting'";
        Ok(self.execute(sql, params![workspace, id, node, until])? == 1)
    }

    /// What came of a try of this node; one that lost its lease changes nothing. Answers whether it did.
    pub fn settle_media(
        &mut self,
        workspace: WorkspaceId,
        id: MediaId,
        node: Uuid,
        outcome: &MediaOutcome,
    ) -> Result<bool> {
        let touched = match outcome {
            MediaOutcome::Stored(file) => self.execute(
                "UPDATE media SET state = 'stored', reason = NULL, node = NULL, mime_type = $4, size = $5, sha256 = $6
                 WHERE workspace_id = $1 AND id = $2 AND node = $3 AND state = 'waiting'",
                params![workspace, id, node, &file.mime_type, file.size, &file.sha256],
            ),
            MediaOutcome::Again { reason, not_before } => self.execute(
                "UPDATE media SET reason = $4, not_before = $5, node = NULL
                 WHERE workspace_id = $1 AND id = $2 AND node = $3 AND state = 'waiting'",
                params![workspace, id, node, reason, *not_before],
            ),
            MediaOutcome::Ended { state, reason } => self.execute(
                "UPDATE media SET state = $4, reason = $5, node = NULL
                 WHERE workspace_id = $1 AND id = $2 AND node = $3 AND state = 'waiting'",
                params![workspace, id, node, state.name(), reason],
            ),
        };
        let settled = touched? == 1;
        match outcome {
            MediaOutcome::Stored(file) if settled => {
                self.count_media(workspace, Kept { files: 1, bytes: file.size, lost: 0 })?;
            }
            MediaOutcome::Ended { .. } if settled => {
                self.count_media(workspace, Kept { files: 0, bytes: 0, lost: 1 })?;
            }
            MediaOutcome::Stored(_) | MediaOutcome::Ended { .. } | MediaOutcome::Again { .. } => {}
        }
        Ok(settled)
    }

    /// For a database that only one process can use: what another one was fetching is due at once, since that one is gone.
    pub fn release_media(&mut self, node: Uuid, machine_now: i64) -> Result<u64> {
        self.execute(
            "UPDATE media SET not_before = $2, node = NULL WHERE state = 'waiting' AND $2 < not_before AND node <> $1",
            params![node, machine_now],
        )
    }

    /// A person wants another try. Answers whether there was one to have.
    pub fn retry_media(&mut self, workspace: WorkspaceId, id: MediaId, machine_now: i64) -> Result<bool> {
        let touched = self.execute(
            "UPDATE media SET state = 'waiting', attempts = 0, not_before = $3, node = NULL
             WHERE workspace_id = $1 AND id = $2 AND (state = 'missing' OR state = 'refused') AND conversation_id IS NOT NULL",
            params![workspace, id, machine_now],
        )?;
        if touched == 1 {
            self.count_media(workspace, Kept { files: 0, bytes: 0, lost: -1 })?;
        }
        Ok(touched == 1)
    }

    /// One file.
    pub fn media(&mut self, workspace: WorkspaceId, id: MediaId) -> Result<Option<MediaRow>> {
        let row = self.query_opt(
            "SELECT id, conversation_id, seq, kind, state, reason, mime_type, size, sha256, filename, attempts, created_at
             FROM media WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// A page of the files, the newest first; of one state, if given. `before` is the last id of the page before.
    pub fn media_page(
        &mut self,
        workspace: WorkspaceId,
        state: Option<MediaState>,
        before: Option<MediaId>,
        limit: i64,
    ) -> Result<Vec<MediaRow>> {
        let before = before.map_or(Uuid::max(), |id| id.0);
        let rows = match state {
            None => self.query(
                "SELECT id, conversation_id, seq, kind, state, reason, mime_type, size, sha256, filename, attempts, created_at
                 FROM media WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                params![workspace, before, limit],
            ),
            // Rows of one state can be rare among all.
            Some(state) => self.query(
                "SELECT id, conversation_id, seq, kind, state, reason, mime_type, size, sha256, filename, attempts, created_at
                 FROM media WHERE workspace_id = $1 AND state = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
                params![workspace, state.name(), before, limit],
            ),
        };
        rows?.iter().map(read).collect()
    }

    /// How many files wait, over all workspaces.
    pub fn waiting_media(&mut self) -> Result<i64> {
        let sql = "SELECT count(*) FROM media WHERE state = 'waiting' AND not_before <= $1";
        self.query_one(sql, params![i64::MAX])?.int(0)
    }

    /// The id under which WhatsApp keeps a file for a number, if it was uploaded after `since`.
    pub fn media_upload(
        &mut self,
        workspace: WorkspaceId,
        id: MediaId,
        channel: ChannelId,
        since: i64,
    ) -> Result<Option<String>> {
        let row = self.query_opt(
            "SELECT meta_id FROM media_uploads WHERE workspace_id = $1 AND media_id = $2 AND channel_id = $3 AND uploaded_at > $4",
            params![workspace, id, channel, since],
        )?;
        row.map(|row| row.text(0)).transpose()
    }

    /// Remembers the id that WhatsApp gave a file.
    pub fn note_media_upload(
        &mut self,
        workspace: WorkspaceId,
        id: MediaId,
        channel: ChannelId,
        meta_id: &str,
        machine_now: i64,
    ) -> Result<()> {
        self.note_media_sent(workspace, id)?;
        self.put(
            "INSERT INTO media_uploads (workspace_id, media_id, channel_id, meta_id, uploaded_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace_id, media_id, channel_id) DO UPDATE SET meta_id = $4, uploaded_at = $5",
            params![workspace, id, channel, meta_id, machine_now],
        )
    }
}

fn due(row: &Row) -> Result<DueMedia> {
    Ok(DueMedia {
        workspace: WorkspaceId(row.id(0)?),
        media: NewMedia {
            id: MediaId(row.id(1)?),
            channel: ChannelId(row.id(2)?),
            conversation: ConversationId(row.id(3)?),
            seq: row.int(4)?,
            kind: row.named(5)?,
            meta_id: row.opt_text(6)?,
            url: row.opt_text(7)?,
            claimed_type: row.opt_text(8)?,
            claimed_sha256: row.opt_text(9)?,
            filename: row.opt_text(10)?,
        },
        attempts: row.int(11)?,
        created_at: row.int(12)?,
    })
}

fn read(row: &Row) -> Result<MediaRow> {
    Ok(MediaRow {
        id: MediaId(row.id(0)?),
        conversation: row.opt_id(1)?.map(ConversationId),
        seq: row.opt_int(2)?,
        kind: row.named(3)?,
        state: row.named(4)?,
        reason: row.opt_text(5)?,
        file: stored(row, 6)?,
        filename: row.opt_text(9)?,
        attempts: row.int(10)?,
        created_at: row.int(11)?,
    })
}

/// Type, size and hash, from the place `from` on; they are there together.
pub(crate) fn stored(row: &Row, from: usize) -> Result<Option<StoredFile>> {
    let Some(mime_type) = row.opt_text(from)? else { return Ok(None) };
    Ok(Some(StoredFile { mime_type, size: row.int(from + 1)?, sha256: row.text(from + 2)? }))
}

/// The file that a row names, with its workspace.
pub(crate) fn whose(row: &Row) -> Result<(WorkspaceId, MediaId)> {
    Ok((WorkspaceId(row.id(0)?), MediaId(row.id(1)?)))
}
