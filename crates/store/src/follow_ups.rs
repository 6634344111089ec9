//! Messages that follow the state of a record: what is planned, what was decided, and what a batch of decisions looks at.

mod adoption;
mod batch;

use domain::fact::ThingRef;
use domain::follow_up::{Because, Cause, FollowUpKey, FollowUpState};
use domain::ids::{ContactId, SendId, WorkspaceId};
use uuid::Uuid;

use crate::{Result, Row, Tx, params};

pub use adoption::AdoptionRow;
pub use batch::{Cut, Person};

/// A follow-up as it is kept. Moments are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpRow {
    /// Its name.
    pub key: FollowUpKey,
    /// Who would get it.
    pub contact: Option<ContactId>,
    /// Its moment.
    pub due_at: i64,
    /// When it is looked at next; nothing once it is decided.
    pub look_at: Option<i64>,
    /// Up to when it may be sent.
    pub expires_at: i64,
    /// Where it stands.
    pub state: FollowUpState,
    /// Why.
    pub because: Option<Because>,
    /// What stood in the fields that were looked at, JSON.
    pub looked: Option<String>,
    /// Its way out.
    pub send: Option<SendId>,
    /// When that was decided.
    pub decided_at: Option<i64>,
}

/// What became of a follow-up.
#[derive(Debug, Clone)]
pub struct FollowUpEnd {
    /// Who it was for.
    pub contact: Option<ContactId>,
    /// Where it stands from now on.
    pub state: FollowUpState,
    /// Why.
    pub because: Option<Because>,
    /// What stood in the fields that were looked at, JSON.
    pub looked: Option<String>,
    /// When it is looked at again, if it is.
    pub look_at: Option<i64>,
    /// Its way out.
    pub send: Option<SendId>,
    /// When that was decided.
    pub at: i64,
}

/// Which follow-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUpsOf {
    /// Those that stand there.
    State(FollowUpState),
    /// A person's; of one state only, if given.
    Contact(ContactId, Option<FollowUpState>),
}

/// The place of a follow-up in lists: the latest moment comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FollowUpPlace {
    /// Its moment.
    pub due_at: i64,
    /// Of which record.
    pub record: Uuid,
    /// By which rule.
    pub rule: String,
    /// Which message of the rule.
    pub step: i64,
    /// Reckoned from which moment.
    pub episode: i64,
}

impl FollowUpPlace {
    /// Before all.
    pub fn last() -> Self {
        Self { due_at: i64::MAX, record: Uuid::max(), rule: String::new(), step: i64::MAX, episode: i64::MAX }
    }
}

impl FollowUpRow {
    /// Its place in lists.
    pub fn place(&self) -> FollowUpPlace {
        let FollowUpKey { about, rule, episode, step } = self.key.clone();
        FollowUpPlace { due_at: self.due_at, record: about.id, rule, step, episode }
    }
}

/// The follow-ups of a condition, as `read` takes them.
macro_rules! follow_ups {
    ($rest:literal) => {
        concat!(
            "SELECT thing, record_id, rule, episode, step, contact_id, due_at, look_at, expires_at, state, because, looked, send_id, \
             decided_at FROM follow_ups ",
            $rest
        )
    };
}

impl Tx<'_> {
    /// Plans one. What stood under its name is planned anew.
    pub fn plan_follow_up(&mut self, workspace: WorkspaceId, row: &FollowUpRow) -> Result<()> {
        self.put(
            "INSERT INTO follow_ups (workspace_id, thing, record_id, rule, episode, step, contact_id, due_at, look_at, expires_at, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending')
             ON CONFLICT (workspace_id, thing, record_id, rule, episode, step) DO UPDATE
             SET contact_id = excluded.contact_id, due_at = excluded.due_at, look_at = excluded.look_at,
                 expires_at = excluded.expires_at, state = 'pending', because = NULL, looked = NULL, decided_at = NULL",
            params![
                workspace,
                row.key.about.of.name(),
                row.key.about.id,
                &row.key.rule,
                row.key.episode,
                row.key.step,
                row.contact,
                row.due_at,
                row.look_at,
                row.expires_at
            ],
        )
    }

    /// Writes down what was decided about one.
    pub fn end_follow_up(&mut self, workspace: WorkspaceId, key: &FollowUpKey, end: &FollowUpEnd) -> Result<()> {
        self.put(
            "UPDATE follow_ups SET contact_id = $7, state = $8, because = $9, looked = $10, look_at = $11, send_id = $12, decided_at = $13
             WHERE workspace_id = $1 AND thing = $2 AND record_id = $3 AND rule = $4 AND episode = $5 AND step = $6",
            params![
                workspace,
                key.about.of.name(),
                key.about.id,
                &key.rule,
                key.episode,
                key.step,
                end.contact,
                end.state.name(),
                end.because.map(Because::name),
                end.looked.as_deref(),
                end.look_at,
                end.send,
                end.at
            ],
        )
    }

    /// One of them, which nobody else decides until this transaction ends.
    pub fn follow_up(&mut self, workspace: WorkspaceId, key: &FollowUpKey) -> Result<Option<FollowUpRow>> {
        let row = self.query_opt(
            follow_ups!(
                "WHERE workspace_id = $1 AND thing = $2 AND record_id = $3 AND rule = $4 AND episode = $5 AND step = $6 FOR UPDATE"
            ),
            params![workspace, key.about.of.name(), key.about.id, &key.rule, key.episode, key.step],
        )?;
        row.as_ref().map(|row| read(row, 0)).transpose()
    }

    /// All that was ever planned for a record.
    pub fn follow_ups_about(&mut self, workspace: WorkspaceId, about: ThingRef) -> Result<Vec<FollowUpRow>> {
        let rows = self.query(
            follow_ups!("WHERE workspace_id = $1 AND thing = $2 AND record_id = $3"),
            params![workspace, about.of.name(), about.id],
        )?;
        rows.iter().map(|row| read(row, 0)).collect()
    }

    /// The same, which nobody else decides until this transaction ends.
    pub fn follow_ups_to_plan(&mut self, workspace: WorkspaceId, about: ThingRef) -> Result<Vec<FollowUpRow>> {
        let rows = self.query(
            follow_ups!("WHERE workspace_id = $1 AND thing = $2 AND record_id = $3 FOR UPDATE"),
            params![workspace, about.of.name(), about.id],
        )?;
        rows.iter().map(|row| read(row, 0)).collect()
    }

    /// A page of them, the latest moment first, behind a place.
    pub fn follow_ups(
        &mut self,
        workspace: WorkspaceId,
        which: FollowUpsOf,
        behind: &FollowUpPlace,
        limit: i64,
    ) -> Result<Vec<FollowUpRow>> {
        let FollowUpPlace { due_at, record, rule, step, episode } = behind;
        let rows = match which {
            FollowUpsOf::State(state) => self.query(
                follow_ups!(
                    "WHERE workspace_id = $1 AND state = $2 AND due_at <= $3
                       AND (due_at, record_id, rule, step, episode) < ($3, $4, $5, $6, $7)
                     ORDER BY due_at DESC, record_id DESC, rule DESC, step DESC, episode DESC LIMIT $8"
                ),
                params![workspace, state.name(), *due_at, *record, rule, *step, *episode, limit],
            ),
            FollowUpsOf::Contact(contact, state) => {
                let whose = self.whoever(workspace, contact)?;
                self.query(
                    follow_ups!(
                        "WHERE workspace_id = $1 AND contact_id = $2 AND due_at <= $3
                           AND (due_at, record_id, rule, step, episode) < ($3, $4, $5, $6, $7)
                           AND state = coalesce($8, state)
                         ORDER BY due_at DESC, record_id DESC, rule DESC, step DESC, episode DESC LIMIT $9"
                    ),
                    params![
                        workspace,
                        whose,
                        *due_at,
                        *record,
                        rule,
                        *step,
                        *episode,
                        state.map(FollowUpState::name),
                        limit
                    ],
                )
            }
        };
        rows?.iter().map(|row| read(row, 0)).collect()
    }

    /// When the next one is to be looked at after a moment, of all workspaces.
    pub fn next_follow_up(&mut self, after: i64) -> Result<Option<i64>> {
        let sql = "SELECT look_at FROM follow_ups WHERE look_at > $1 ORDER BY look_at LIMIT 1";
        self.query_opt(sql, params![after])?.map(|row| row.int(0)).transpose()
    }

    /// How many should have been decided before `before`, may still be sent, and were never looked at; counted up to `most`.
    pub fn overdue_follow_ups(&mut self, workspace: WorkspaceId, before: i64, now: i64, most: i64) -> Result<i64> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM follow_ups WHERE workspace_id = $1 AND state = 'pending' AND due_at <= $2
                     AND expires_at >= $3 AND because IS NULL LIMIT $4) counted";
        self.query_one(sql, params![workspace, before, now, most])?.int(0)
    }

    /// Those about which a person is asked, because many were overdue at once; the earliest first.
    pub fn flood_of_follow_ups(&mut self, workspace: WorkspaceId, limit: i64) -> Result<Vec<FollowUpRow>> {
        let rows = self.query(
            follow_ups!(
                "WHERE workspace_id = $1 AND state = 'held' AND because = $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED"
            ),
            params![workspace, Cause::Flood.name(), limit],
        )?;
        rows.iter().map(|row| read(row, 0)).collect()
    }

    /// The same to be looked at.
    pub fn overdue_follow_ups_held(&mut self, workspace: WorkspaceId, limit: i64) -> Result<Vec<FollowUpRow>> {
        let rows = self.query(
            follow_ups!("WHERE workspace_id = $1 AND state = 'held' AND because = $2 ORDER BY due_at LIMIT $3"),
            params![workspace, Cause::Flood.name(), limit],
        )?;
        rows.iter().map(|row| read(row, 0)).collect()
    }

    /// Those that wait because of their template; the earliest first.
    pub fn follow_ups_without_template(&mut self, workspace: WorkspaceId, limit: i64) -> Result<Vec<FollowUpRow>> {
        let rows = self.query(
            follow_ups!("WHERE workspace_id = $1 AND state = 'held' AND because IN ($2, $3) ORDER BY due_at LIMIT $4"),
            params![workspace, Cause::TemplateNotApproved.name(), Cause::TemplateMisfit.name(), limit],
        )?;
        rows.iter().map(|row| read(row, 0)).collect()
    }

    /// A page of what waits, in the order of its moments, behind a place.
    pub fn waiting_follow_ups(
        &mut self,
        workspace: WorkspaceId,
        behind: (i64, Uuid),
        limit: i64,
    ) -> Result<Vec<FollowUpRow>> {
        let rows = self.query(
            follow_ups!(
                "WHERE workspace_id = $1 AND state = 'pending' AND due_at >= $2 AND (due_at, record_id) > ($2, $3)
                 ORDER BY due_at, record_id LIMIT $4"
            ),
            params![workspace, behind.0, behind.1, limit],
        )?;
        rows.iter().map(|row| read(row, 0)).collect()
    }
}

/// A follow-up in a row, from that column on.
fn read(row: &Row, from: usize) -> Result<FollowUpRow> {
    let about = ThingRef { of: row.named(from)?, id: row.id(from + 1)? };
    let key = FollowUpKey { about, rule: row.text(from + 2)?, episode: row.int(from + 3)?, step: row.int(from + 4)? };
    Ok(FollowUpRow {
        key,
        contact: row.opt_id(from + 5)?.map(ContactId),
        due_at: row.int(from + 6)?,
        look_at: row.opt_int(from + 7)?,
        expires_at: row.int(from + 8)?,
        state: row.named(from + 9)?,
        because: row.opt_named(from + 10)?,
        looked: row.opt_text(from + 11)?,
        send: row.opt_id(from + 12)?.map(SendId),
        decided_at: row.opt_int(from + 13)?,
    })
}
