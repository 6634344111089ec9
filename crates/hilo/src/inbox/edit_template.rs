//! A person changes what a template consists of. WhatsApp judges it anew; until then nothing of it is sent.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::template::{TemplateCategory, TemplateState};
use serde_json::Value;
use store::{TemplateRow, Tx};
use tracing::info;
use whatsapp::templates::Definition;

use super::template_account::{failed, known};
use super::{Acted, Done, Once, Refusal};
use crate::node::Node;

/// What a template is to be.
#[derive(Debug, Clone)]
pub struct TemplateEdit {
    /// What it consists of, all of it.
    pub components: Value,
    /// Another category; WhatsApp allows that until it has approved the template.
    pub category: Option<String>,
}

/// Replaces what a template consists of. The same edit twice is as good as once.
pub async fn edit_template(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: &str,
    edit: TemplateEdit,
    by: &str,
    once: Once<TemplateRow>,
) -> Done<Acted<TemplateRow>> {
    let (row, channel) = known(node, workspace, id).await?;
    if row.state == TemplateState::Deleted {
        return Err(Refusal::Conflict(format!(
            "the template `{}` is deleted; POST /templates makes a new one",
            row.name
        )));
    }
    check(&row, &edit)?;
    let (name, waba_id) = (row.name.clone(), row.waba_id.clone());
    let call = async |_| {
        let done = channel.client.edit_template(&row.id, &edit.components, edit.category.as_deref()).await;
        done.map_err(failed)?;
        // A list that was asked for before shows what it was.
        Ok(edited(&row, &edit, node.clock.now().as_millisecond()))
    };
    let edited = once.call(node, workspace, call, move |tx, row| record(tx, workspace, row)).await?;
    node.templates.look_at(&waba_id);
    info!(template.name = name, by, "`{by}` edited the template `{name}`");
    Ok(edited)
}

fn check(row: &TemplateRow, edit: &TemplateEdit) -> Done<()> {
    let definition = Definition {
        name: row.name.clone(),
        language: row.language.clone(),
        category: edit.category.clone().unwrap_or_else(|| judged_as(row.category).name().to_owned()),
        is_named: row.parameter_format == "named",
        components: edit.components.clone(),
    };
    definition.check().map_err(|problems| Refusal::Invalid(problems.join("; ")))
}

/// A category that Meta added later has the limits of the usual ones.
fn judged_as(category: TemplateCategory) -> TemplateCategory {
    match category {
        TemplateCategory::Other => TemplateCategory::Utility,
        TemplateCategory::Marketing | TemplateCategory::Utility | TemplateCategory::Authentication => category,
    }
}

fn edited(row: &TemplateRow, edit: &TemplateEdit, at: i64) -> TemplateRow {
    TemplateRow {
        category: edit.category.as_deref().map_or(row.category, TemplateCategory::of_meta),
        state: TemplateState::Pending,
        reason: None,
        components: edit.components.to_string(),
        changed_at: at,
        seen_at: at,
        ..row.clone()
    }
}

fn record(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &TemplateRow) -> store::Result<Done<TemplateRow>> {
    tx.put_template(workspace, row)?;
    let kept = tx.template(workspace, &row.waba_id, &row.name, &row.language)?;
    Ok(kept.ok_or(Refusal::Missing("template")))
}
