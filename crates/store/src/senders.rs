//! Whose a thread is, where that is said later: by a person, by a merge, or because somebody new has its number.

use domain::contact::Identity;
use domain::ids::{ContactId, ConversationId, WorkspaceId};
use domain::interaction::{OptWish, Step};
use uuid::Uuid;

use crate::conversations::{conversation_columns, read};
use crate::{ConversationRow, Result, Row, StoreError, Tx, params};

/// The threads of a condition.
macro_rules! threads {
    ($condition:literal) => {
        concat!("SELECT ", conversation_columns!(), " FROM conversations v WHERE workspace_id = $1 AND ", $condition)
    };
}

impl Tx<'_> {
    /// A page of threads that could be of several people, the newest first. `before` is the last id of the page before.
    pub fn conversations_of_nobody(
        &mut self,
        workspace: WorkspaceId,
        before: Option<ConversationId>,
        limit: i64,
    ) -> Result<Vec<ConversationRow>> {
        let before = before.map_or(Uuid::max(), |id| id.0);
        let sql = threads!("contact_id IS NULL AND id < $2 ORDER BY id DESC LIMIT $3");
        rows(self.query(sql, params![workspace, before, limit])?)
    }

    /// The threads that could be of several people, of whom this is one. They are few: each waits for a person's word.
    pub fn conversations_perhaps_of(
        &mut self,
        workspace: WorkspaceId,
        contact: ContactId,
    ) -> Result<Vec<ConversationRow>> {
        let named = format!("%{contact}%");
        rows(self.query(threads!("contact_id IS NULL AND candidates LIKE $2"), params![workspace, named])?)
    }

    /// The threads of a person that could be of several, who turned out to be this one.
    pub fn conversations_by_merge(
        &mut self,
        workspace: WorkspaceId,
        contact: ContactId,
    ) -> Result<Vec<ConversationRow>> {
        rows(self.query(threads!("contact_id = $2 AND candidates IS NOT NULL"), params![workspace, contact])?)
    }

    /// The threads of a person that began at a moment or later.
    pub fn conversations_since(
        &mut self,
        workspace: WorkspaceId,
        contact: ContactId,
        since: i64,
    ) -> Result<Vec<ConversationRow>> {
        rows(self.query(threads!("contact_id = $2 AND created_at >= $3"), params![workspace, contact, since])?)
    }

    /// A thread goes from one person, or from nobody, to another, or to nobody, with its matters and tickets.
    pub fn hand_on_thread(
        &mut self,
        workspace: WorkspaceId,
        id: ConversationId,
        from: Option<ContactId>,
        to: Option<ContactId>,
    ) -> Result<()> {
        let (matters, tickets) = self.work_of(workspace, id)?;
        self.execute(
            "UPDATE conversations SET contact_id = $4, member_id = NULL
             WHERE workspace_id = $1 AND id = $2 AND contact_id IS NOT DISTINCT FROM $3",
            params![workspace, id, from, to],
        )?;
        self.execute(
            "UPDATE interactions SET contact_id = $4
             WHERE workspace_id = $1 AND id = ANY($2) AND contact_id IS NOT DISTINCT FROM $3",
            params![workspace, matters, from, to],
        )?;
        self.execute(
            "UPDATE tickets SET contact_id = $4 WHERE workspace_id = $1 AND id = ANY($2) AND contact_id IS NOT DISTINCT FROM $3",
            params![workspace, tickets, from, to],
        )
        .map(drop)
    }

    /// The matters of a thread, which its messages name, and its tickets: those of the matters, the open and the last one.
    fn work_of(&mut self, workspace: WorkspaceId, id: ConversationId) -> Result<(Vec<Uuid>, Vec<Uuid>)> {
        let matters = ids(&self.query(
            "SELECT DISTINCT interaction_id FROM messages
             WHERE workspace_id = $1 AND conversation_id = $2 AND interaction_id IS NOT NULL",
            params![workspace, id],
        )?)?;
        let mut tickets = ids(&self.query(
            "SELECT ticket_id FROM interactions WHERE workspace_id = $1 AND id = ANY($2) AND ticket_id IS NOT NULL",
            params![workspace, matters.clone()],
        )?)?;
        let sql = "SELECT ticket_id, last_ticket_id FROM conversations WHERE workspace_id = $1 AND id = $2";
        if let Some(row) = self.query_opt(sql, params![workspace, id])? {
            tickets.extend(row.opt_id(0)?.into_iter().chain(row.opt_id(1)?));
        }
        Ok((matters, tickets))
    }

    /// A part of a timeline goes from one person to another: what happened in a thread.
    pub fn hand_on_events(
        &mut self,
        workspace: WorkspaceId,
        thread: ConversationId,
        from: ContactId,
        to: ContactId,
    ) -> Result<()> {
        self.execute(
            "UPDATE events SET contact_id = $4, member_id = NULL WHERE workspace_id = $1 AND contact_id = $3 AND conversation_id = $2",
            params![workspace, thread, from, to],
        )
        .map(drop)
    }

    /// All spellings of a name go from one person to another.
    pub fn hand_on_name(
        &mut self,
        workspace: WorkspaceId,
        from: ContactId,
        to: ContactId,
        name: &Identity,
    ) -> Result<()> {
        self.execute(
            "UPDATE identities SET contact_id = $4, member_id = NULL WHERE workspace_id = $1 AND match_key = $2 AND contact_id = $3",
            params![workspace, &name.match_key, from, to],
        )
        .map(drop)
    }

    /// A name of somebody is nobody's any more.
    pub fn unlearn_name(&mut self, workspace: WorkspaceId, contact: ContactId, name: &Identity) -> Result<()> {
        self.execute(
            "DELETE FROM identities WHERE workspace_id = $1 AND match_key = $2 AND kind = $3 AND value = $4 AND contact_id = $5",
            params![workspace, &name.match_key, name.kind.name(), &name.value, contact],
        )
        .map(drop)
    }

    /// What was last said in a thread about messages that nobody asked for: by whoever wrote, or by WhatsApp with this code.
    pub fn last_wish(
        &mut self,
        workspace: WorkspaceId,
        thread: ConversationId,
        refusal: i64,
    ) -> Result<Option<(i64, OptWish)>> {
        let rows = self.query(
            "SELECT recorded_at, steps, error_code FROM messages
             WHERE workspace_id = $1 AND conversation_id = $2
               AND (steps LIKE '%\"opted_out\"%' OR steps LIKE '%\"opted_in\"%' OR error_code = $3) ORDER BY seq DESC LIMIT 50",
            params![workspace, thread, refusal],
        )?;
        for row in &rows {
            if let Some(wish) = wish_in(row, refusal)? {
                return Ok(Some((row.int(0)?, wish)));
            }
        }
        Ok(None)
    }

    /// Nobody asks any more who it could be: a person has said whose the thread is.
    pub fn forget_candidates(&mut self, workspace: WorkspaceId, id: ConversationId) -> Result<()> {
        let sql = "UPDATE conversations SET candidates = NULL WHERE workspace_id = $1 AND id = $2";
        self.execute(sql, params![workspace, id]).map(drop)
    }

    /// Since when the numbers of a person may be somebody else's.
    pub fn set_doubted(&mut self, workspace: WorkspaceId, id: ContactId, since: Option<i64>) -> Result<()> {
        let sql = "UPDATE contacts SET doubted_at = $3 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, since])
    }

    /// The threads of a person give an address up, with whichever of our numbers: another thread begins there.
    pub fn retire_address(
        &mut self,
        workspace: WorkspaceId,
        contact: ContactId,
        phone: Option<&str>,
        user_id: Option<&str>,
    ) -> Result<()> {
        self.execute(
            "UPDATE conversations SET phone = CASE WHEN phone = $3 THEN NULL ELSE phone END,
                                      user_id = CASE WHEN user_id = $4 THEN NULL ELSE user_id END
             WHERE workspace_id = $1 AND contact_id = $2 AND (phone = $3 OR user_id = $4)",
            params![workspace, contact, phone, user_id],
        )
        .map(drop)
    }
}

fn wish_in(row: &Row, refusal: i64) -> Result<Option<OptWish>> {
    if row.opt_int(2)? == Some(refusal) {
        return Ok(Some(OptWish::Out));
    }
    let steps = row.opt_text(1)?.unwrap_or_else(|| "[]".to_owned());
    let steps: Vec<Step> = serde_json::from_str(&steps).map_err(|error| StoreError::Unexpected(error.to_string()))?;
    let wishes = [(Step::OptedOut, OptWish::Out), (Step::OptedIn, OptWish::In)];
    Ok(wishes.into_iter().find(|(said, _)| steps.contains(said)).map(|(_, wish)| wish))
}

fn rows(rows: Vec<Row>) -> Result<Vec<ConversationRow>> {
    rows.iter().map(|row| read(row, 0)).collect()
}

fn ids(rows: &[Row]) -> Result<Vec<Uuid>> {
    rows.iter().map(|row| row.id(0)).collect()
}
