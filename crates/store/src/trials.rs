//! Whom automation answers while a version of the workflow is tried, and what it would have done for the others.

use domain::PhoneNumber;
use domain::contact::IdentityKind;
use domain::ids::{ContactId, ConversationId, InteractionId, WorkspaceId};
use domain::trial::{Reach, ReachName, Trial};

use crate::{Result, Row, StoreError, Tx, params};

/// How far automation reaches, as somebody set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachRow {
    /// Of which version.
    pub version: i64,
    /// How far.
    pub reach: Reach,
    /// Which contacts a share begins with.
    pub salt: i64,
    /// Matters with later ids began under it.
    pub mark: InteractionId,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// Who set it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A number whose holder automation answers first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestNumberRow {
    /// The number.
    pub number: PhoneNumber,
    /// Since when it is one, milliseconds since 1970.
    pub at: i64,
    /// Who said so.
    pub by: String,
}

/// How it went since a reach was set. Matters about which nothing had to be done do not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrialFigures {
    /// How many matters began, up to as many as were looked at.
    pub matters: i64,
    /// How many of them automation dealt with.
    pub answered: i64,
    /// How many it would have dealt with, if it had been let.
    pub kept_back: i64,
}

impl Tx<'_> {
    /// How far the version in force reaches, and since when; nothing where nobody ever said.
    pub fn reach_in_force(&mut self, workspace: WorkspaceId) -> Result<Option<ReachRow>> {
        let row = self.query_opt(
            "SELECT version, reach, share, salt, mark, at, by, reason FROM workflow_reaches
             WHERE workspace_id = $1
               AND version = (SELECT version FROM workflow_versions WHERE workspace_id = $1 ORDER BY version DESC LIMIT 1)
             ORDER BY number DESC LIMIT 1",
            params![workspace],
        )?;
        row.as_ref().map(reach).transpose()
    }

    /// How far a version reached last.
    pub fn reach_of_version(&mut self, workspace: WorkspaceId, version: i64) -> Result<Option<ReachRow>> {
        let row = self.query_opt(
            "SELECT version, reach, share, salt, mark, at, by, reason FROM workflow_reaches
             WHERE workspace_id = $1 AND version = $2 ORDER BY number DESC LIMIT 1",
            params![workspace, version],
        )?;
        row.as_ref().map(reach).transpose()
    }

    /// Sets how far a version reaches from now on.
    pub fn set_reach(&mut self, workspace: WorkspaceId, row: &ReachRow) -> Result<()> {
        let last = self.query_opt(
            "SELECT number FROM workflow_reaches WHERE workspace_id = $1 AND version = $2 ORDER BY number DESC LIMIT 1",
            params![workspace, row.version],
        )?;
        let number = last.map_or(Ok(0), |row| row.int(0))? + 1;
        let share = row.reach.share().map(i64::from);
        let touched = self.execute(
            "INSERT INTO workflow_reaches (workspace_id, version, number, reach, share, salt, mark, at, by, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
            params![
                workspace,
                row.version,
                number,
                row.reach.name().name(),
                share,
                row.salt,
                row.mark,
                row.at,
                &row.by,
                &row.reason
            ],
        )?;
        // Another node was faster; the store runs this once more, and then finds the next number.
        if touched == 1 { Ok(()) } else { Err(StoreError::Conflict("two reaches were set at once".to_owned())) }
    }

    /// Keeps a number for tests. Answers whether it was none.
    pub fn add_test_number(&mut self, workspace: WorkspaceId, row: &TestNumberRow) -> Result<bool> {
        let added = self.execute(
            "INSERT INTO test_numbers (workspace_id, number, match_key, at, by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            params![workspace, row.number.as_str(), row.number.match_key(), row.at, &row.by],
        )?;
        Ok(added == 1)
    }

    /// It is no test number any more. Answers whether it was one.
    pub fn remove_test_number(&mut self, workspace: WorkspaceId, number: &PhoneNumber) -> Result<bool> {
        let sql = "DELETE FROM test_numbers WHERE workspace_id = $1 AND number = $2";
        Ok(self.execute(sql, params![workspace, number.as_str()])? == 1)
    }

    /// Every test number.
    pub fn test_numbers(&mut self, workspace: WorkspaceId) -> Result<Vec<TestNumberRow>> {
        let rows = self.query(
            "SELECT number, at, by FROM test_numbers WHERE workspace_id = $1 AND number >= $2 ORDER BY number",
            params![workspace, ""],
        )?;
        rows.iter()
            .map(|row| {
                let number = row.text(0)?;
                let number = PhoneNumber::from_whatsapp(number.trim_start_matches('+'))
                    .map_err(|error| StoreError::Unexpected(format!("a test number that is none: {error}")))?;
                Ok(TestNumberRow { number, at: row.int(1)?, by: row.text(2)? })
            })
            .collect()
    }

    /// Whom automation answers now.
    pub fn trial(&mut self, workspace: WorkspaceId) -> Result<Trial> {
        match self.reach_in_force(workspace)? {
            None => Ok(Trial::default()),
            Some(row) => self.trial_with(workspace, &row),
        }
    }

    fn trial_with(&mut self, workspace: WorkspaceId, row: &ReachRow) -> Result<Trial> {
        let mut trial = Trial { reach: row.reach, salt: row.salt, ..Trial::default() };
        match row.reach {
            Reach::ListenOnly | Reach::All => return Ok(trial),
            Reach::TestNumbers | Reach::Share(_) => {}
        }
        for row in self.query(
            "SELECT t.match_key, i.contact_id FROM test_numbers t
             LEFT JOIN identities i ON i.workspace_id = t.workspace_id AND i.match_key = t.match_key AND i.kind = $2
             WHERE t.workspace_id = $1 AND t.number >= $3",
            params![workspace, IdentityKind::Phone.name(), ""],
        )? {
            trial.numbers.insert(row.text(0)?);
            trial.holders.extend(row.opt_id(1)?.map(ContactId));
        }
        Ok(trial)
    }

    /// Whether automation answers whom a thread is with. Nobody knows of a thread that could be several people's.
    pub fn is_answered(&mut self, workspace: WorkspaceId, conversation: ConversationId, trial: &Trial) -> Result<bool> {
        match trial.reach {
            Reach::All => return Ok(true),
            Reach::ListenOnly => return Ok(false),
            Reach::TestNumbers | Reach::Share(_) => {}
        }
        let thread = self.conversation(workspace, conversation)?;
        let Some((thread, contact)) = thread.and_then(|thread| thread.contact.map(|contact| (thread, contact))) else {
            return Ok(false);
        };
        let phone = thread.phone.as_deref().and_then(|phone| PhoneNumber::from_whatsapp(phone).ok());
        Ok(trial.answers(contact, phone.as_ref()))
    }

    /// Notes that automation would have ended a matter by itself.
    pub fn keep_back(&mut self, workspace: WorkspaceId, interaction: InteractionId) -> Result<()> {
        let sql = "INSERT INTO kept_back (workspace_id, interaction_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.execute(sql, params![workspace, interaction]).map(drop)
    }

    /// How the latest matters went that began on a version since it reached so far, out of so many at most.
    pub fn trial_figures(&mut self, workspace: WorkspaceId, since: &ReachRow, most: i64) -> Result<TrialFigures> {
        let row = self.query_one(
            "SELECT count(*), count(CASE WHEN i.outcome = 'automated' THEN 1 END), count(k.interaction_id)
             FROM (SELECT id, outcome, workflow_version FROM interactions
                   WHERE workspace_id = $1 AND $2 < id ORDER BY id DESC LIMIT $3) i
             LEFT JOIN kept_back k ON k.workspace_id = $1 AND k.interaction_id = i.id
             WHERE i.workflow_version = $4 AND (i.outcome IS NULL OR i.outcome <> 'no_action')",
            params![workspace, since.mark, most, since.version],
        )?;
        Ok(TrialFigures { matters: row.int(0)?, answered: row.int(1)?, kept_back: row.int(2)? })
    }
}

fn reach(row: &Row) -> Result<ReachRow> {
    let name: ReachName = row.named(1)?;
    let reach = Reach::parse(name, row.opt_int(2)?).map_err(|error| StoreError::Unexpected(error.to_string()))?;
    Ok(ReachRow {
        version: row.int(0)?,
        reach,
        salt: row.int(3)?,
        mark: InteractionId(row.id(4)?),
        at: row.int(5)?,
        by: row.text(6)?,
        reason: row.text(7)?,
    })
}
