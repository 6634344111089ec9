//! The templates of WhatsApp business accounts, as Meta listed them last and told since.

use domain::ids::WorkspaceId;
use domain::template::{TemplateCategory, TemplateState};

use crate::{Result, Row, Tx, params};

/// A template in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRow {
    /// The WhatsApp business account at Meta.
    pub waba_id: String,
    /// The name that it is sent by.
    pub name: String,
    /// The language that it is sent in.
    pub language: String,
    /// Meta's id.
    pub id: String,
    /// What it is for.
    pub category: TemplateCategory,
    /// What it was for before Meta changed that.
    pub previous_category: Option<TemplateCategory>,
    /// Where it stands.
    pub state: TemplateState,
    /// Why, where Meta says so.
    pub reason: Option<String>,
    /// How recipients take it, in Meta's word.
    pub quality: Option<String>,
    /// `positional` or `named`.
    pub parameter_format: String,
    /// What it consists of, JSON as Meta writes it.
    pub components: String,
    /// Since when the state is known, milliseconds since 1970.
    pub changed_at: i64,
    /// When Meta listed it last, milliseconds since 1970.
    pub seen_at: i64,
}

/// Which template news are about: Meta names it by its id, and mostly by its name and language as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateNames {
    /// Meta's id.
    pub id: Option<String>,
    /// The name that it is sent by.
    pub name: Option<String>,
    /// The language that it is sent in.
    pub language: Option<String>,
}

/// Which templates are asked for: those that are as it says, whatever it leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedTemplates {
    /// Where they stand.
    pub state: Option<TemplateState>,
    /// The name that they are sent by.
    pub name: Option<String>,
    /// The language that they are sent in.
    pub language: Option<String>,
    /// The WhatsApp business account at Meta.
    pub waba_id: Option<String>,
}

impl Tx<'_> {
    /// A template of an account, in every language that it has.
    pub fn templates_named(&mut self, workspace: WorkspaceId, waba_id: &str, name: &str) -> Result<Vec<TemplateRow>> {
        let rows = self.query(
            "SELECT waba_id, name, language, id, category, previous_category, state, reason, quality, parameter_format, components,
                    changed_at, seen_at
             FROM templates WHERE workspace_id = $1 AND waba_id = $2 AND name = $3",
            params![workspace, waba_id, name],
        )?;
        rows.iter().map(read).collect()
    }

    /// Writes down what Meta listed. What a younger list said stands, and so do news of its state that are younger than `row.changed_at`.
    pub fn put_template(&mut self, workspace: WorkspaceId, row: &TemplateRow) -> Result<()> {
        self.put(
            "INSERT INTO templates (workspace_id, waba_id, name, language, id, category, previous_category, state, reason, quality,
                                    parameter_format, components, changed_at, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (workspace_id, waba_id, name, language) DO UPDATE
             SET id = excluded.id, category = excluded.category, quality = excluded.quality,
                 previous_category = coalesce(excluded.previous_category, templates.previous_category),
                 parameter_format = excluded.parameter_format, components = excluded.components, seen_at = excluded.seen_at,
                 state = CASE WHEN templates.changed_at <= excluded.changed_at THEN excluded.state ELSE templates.state END,
                 reason = CASE WHEN templates.changed_at > excluded.changed_at THEN templates.reason
                               WHEN templates.state = excluded.state THEN coalesce(excluded.reason, templates.reason)
                               ELSE excluded.reason END,
                 changed_at = CASE WHEN templates.changed_at <= excluded.changed_at THEN excluded.changed_at
                                   ELSE templates.changed_at END
             WHERE templates.seen_at <= excluded.seen_at",
            params![
                workspace,
                &row.waba_id,
                &row.name,
                &row.language,
                &row.id,
                row.category.name(),
                row.previous_category.map(TemplateCategory::name),
                row.state.name(),
                row.reason.as_deref(),
                row.quality.as_deref(),
                &row.parameter_format,
                &row.components,
                row.changed_at,
                row.seen_at
            ],
        )
    }

    /// Templates of an account that a complete list, asked for at `asked_at`, no longer had, are gone.
    pub fn forget_templates(&mut self, workspace: WorkspaceId, waba_id: &str, asked_at: i64) -> Result<u64> {
        self.execute(
            "UPDATE templates SET state = 'deleted', reason = 'it is no longer in the account', changed_at = $3
             WHERE workspace_id = $1 AND waba_id = $2 AND seen_at < $3 AND state <> 'deleted'",
            params![workspace, waba_id, asked_at],
        )
    }

    /// Templates of a name that were deleted in every language.
    pub fn delete_templates_named(
        &mut self,
        workspace: WorkspaceId,
        waba_id: &str,
        name: &str,
        why: &str,
        at: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE templates SET state = 'deleted', reason = $4, changed_at = $5
             WHERE workspace_id = $1 AND waba_id = $2 AND name = $3 AND state <> 'deleted'",
            params![workspace, waba_id, name, why, at],
        )
    }

    /// Notes a state of a template at that time, unless a younger one is known. Answers whether it is known.
    pub fn set_template_state(
        &mut self,
        workspace: WorkspaceId,
        waba_id: &str,
        which: &TemplateNames,
        state: TemplateState,
        reason: Option<&str>,
        at: i64,
    ) -> Result<bool> {
        let Some(row) = self.template_named(workspace, waba_id, which)? else { return Ok(false) };
        self.put(
            "UPDATE templates SET state = $5, reason = $6, changed_at = $7
             WHERE workspace_id = $1 AND waba_id = $2 AND name = $3 AND language = $4 AND changed_at <= $7",
            params![workspace, waba_id, &row.name, &row.language, state.name(), reason, at],
        )?;
        Ok(true)
    }

    /// Notes how recipients take a template. Answers whether it is known.
    pub fn set_template_quality(
        &mut self,
        workspace: WorkspaceId,
        waba_id: &str,
        which: &TemplateNames,
        quality: Option<&str>,
    ) -> Result<bool> {
        let Some(row) = self.template_named(workspace, waba_id, which)? else { return Ok(false) };
        self.put(
            "UPDATE templates SET quality = $5 WHERE workspace_id = $1 AND waba_id = $2 AND name = $3 AND language = $4",
            params![workspace, waba_id, &row.name, &row.language, quality],
        )?;
        Ok(true)
    }

    /// Notes that Meta counts a template under another category. Answers whether it is known.
    pub fn set_template_category(
        &mut self,
        workspace: WorkspaceId,
        waba_id: &str,
        which: &TemplateNames,
        category: TemplateCategory,
    ) -> Result<bool> {
        let Some(row) = self.template_named(workspace, waba_id, which)? else { return Ok(false) };
        self.put(
            "UPDATE templates SET category = $5, previous_category = category
             WHERE workspace_id = $1 AND waba_id = $2 AND name = $3 AND language = $4 AND category <> $5",
            params![workspace, waba_id, &row.name, &row.language, category.name()],
        )?;
        Ok(true)
    }

    /// The template that news are about, if it is known.
    pub fn template_named(
        &mut self,
        workspace: WorkspaceId,
        waba_id: &str,
        which: &TemplateNames,
    ) -> Result<Option<TemplateRow>> {
        if let (Some(name), Some(language)) = (&which.name, &which.language) {
            let row = self.template(workspace, waba_id, name, language)?;
            if row.is_some() {
                return Ok(row);
            }
        }
        let Some(id) = &which.id else { return Ok(None) };
        Ok(self.template_by_id(workspace, id)?.filter(|row| row.waba_id == waba_id))
    }

    /// A template by the names that it is sent by.
    pub fn template(
        &mut self,
        workspace: WorkspaceId,
        waba_id: &str,
        name: &str,
        language: &str,
    ) -> Result<Option<TemplateRow>> {
        let row = self.query_opt(
            "SELECT waba_id, name, language, id, category, previous_category, state, reason, quality, parameter_format, components,
                    changed_at, seen_at
             FROM templates WHERE workspace_id = $1 AND waba_id = $2 AND name = $3 AND language = $4",
            params![workspace, waba_id, name, language],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// A template by Meta's id.
    pub fn template_by_id(&mut self, workspace: WorkspaceId, id: &str) -> Result<Option<TemplateRow>> {
        let row = self.query_opt(
            "SELECT waba_id, name, language, id, category, previous_category, state, reason, quality, parameter_format, components,
                    changed_at, seen_at
             FROM templates WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// Whether the templates of an account have ever been listed.
    pub fn knows_templates(&mut self, workspace: WorkspaceId, waba_id: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM templates WHERE workspace_id = $1 AND waba_id = $2 LIMIT 1";
        Ok(self.query_opt(sql, params![workspace, waba_id])?.is_some())
    }

    /// A page of templates by Meta's id. `after` is the last id of the page before.
    pub fn templates(
        &mut self,
        workspace: WorkspaceId,
        wanted: &WantedTemplates,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<TemplateRow>> {
        let rows = self.query(
            "SELECT waba_id, name, language, id, category, previous_category, state, reason, quality, parameter_format, components,
                    changed_at, seen_at
             FROM templates WHERE workspace_id = $1 AND id > $2 AND state = coalesce($3, state) AND name = coalesce($4, name)
               AND language = coalesce($5, language) AND waba_id = coalesce($6, waba_id) ORDER BY id LIMIT $7",
            params![
                workspace,
                after.unwrap_or_default(),
                wanted.state.map(TemplateState::name),
                wanted.name.as_deref(),
                wanted.language.as_deref(),
                wanted.waba_id.as_deref(),
                limit
            ],
        )?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<TemplateRow> {
    Ok(TemplateRow {
        waba_id: row.text(0)?,
        name: row.text(1)?,
        language: row.text(2)?,
        id: row.text(3)?,
        category: row.named(4)?,
        previous_category: row.opt_named(5)?,
        state: row.named(6)?,
        reason: row.opt_text(7)?,
        quality: row.opt_text(8)?,
        parameter_format: row.text(9)?,
        components: row.text(10)?,
        changed_at: row.int(11)?,
        seen_at: row.int(12)?,
    })
}
