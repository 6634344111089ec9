//! A person submits a template to WhatsApp. Its name and language are one of a kind there, so a try whose answer was lost is looked up
//! before anything else is done.

use std::sync::Arc;

use domain::ids::{ChannelId, WorkspaceId};
use domain::template::{TemplateCategory, TemplateState};
use store::{TemplateRow, Tx};
use tracing::info;
use whatsapp::templates::{Created, Definition};

use super::template_account::{chosen, failed};
use super::{Acted, Done, Failed, Once, Refusal, Tried};
use crate::channels::ChannelHandle;
use crate::node::Node;
use crate::templates;

/// A template to be submitted.
#[derive(Debug, Clone)]
pub struct NewTemplate {
    /// A number of the account that it is for, where the workspace has several accounts.
    pub channel: Option<ChannelId>,
    /// What makes it.
    pub definition: Definition,
}

/// Submits a template. What WhatsApp would refuse is refused here, all of it at once.
pub async fn submit_template(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    new: NewTemplate,
    by: &str,
    once: Once<TemplateRow>,
) -> Done<Acted<TemplateRow>> {
    let NewTemplate { channel, definition } = new;
    definition.check().map_err(|problems| Refusal::Invalid(problems.join("; ")))?;
    let channel = chosen(node, workspace, channel)?;
    let submit = |tried| submit(node, &channel, &definition, tried);
    let submitted = once.call(node, workspace, submit, move |tx, row| record(tx, workspace, row)).await?;
    node.templates.look_at(&channel.waba_id);
    info!(template.name = definition.name, by, "`{by}` submitted the template `{}`", definition.name);
    Ok(submitted)
}

async fn submit(
    node: &Node,
    channel: &ChannelHandle,
    definition: &Definition,
    tried: Tried,
) -> Result<TemplateRow, Failed> {
    let asked_at = node.clock.now().as_millisecond();
    match tried {
        Tried::Never => refuse_a_second(node, channel, definition).await?,
        Tried::Perhaps => {
            if let Some(row) = look_up(channel, definition, asked_at).await? {
                return Ok(row);
            }
        }
    }
    match channel.client.create_template(&channel.waba_id, definition).await {
        Ok(created) => {
            let seen_at = node.clock.now().as_millisecond();
            Ok(TemplateRow { seen_at, ..row(channel, definition, created, asked_at) })
        }
        Err(not_done) => match failed(not_done) {
            Failed::Surely(refusal) => Err(Failed::Surely(refusal)),
            Failed::Perhaps(refusal) => look_up(channel, definition, asked_at).await?.ok_or(Failed::Perhaps(refusal)),
        },
    }
}

async fn refuse_a_second(node: &Node, channel: &ChannelHandle, definition: &Definition) -> Result<(), Failed> {
    let (workspace, waba_id) = (channel.workspace, channel.waba_id.clone());
    let (name, language) = (definition.name.clone(), definition.language.clone());
    let known = node.store.read(move |tx| tx.template(workspace, &waba_id, &name, &language)).await;
    match known.map_err(|error| Failed::Surely(error.into()))?.filter(|row| row.state != TemplateState::Deleted) {
        None => Ok(()),
        Some(row) => Err(Failed::Surely(Refusal::Conflict(format!(
            "there is a template `{}` in the language `{}`; edit it with POST /templates/{}, or choose another name",
            row.name, row.language, row.id
        )))),
    }
}

async fn look_up(channel: &ChannelHandle, definition: &Definition, at: i64) -> Result<Option<TemplateRow>, Failed> {
    let (waba_id, name, language) = (&channel.waba_id, &definition.name, &definition.language);
    match channel.client.template(waba_id, name, language).await {
        Ok(listed) => Ok(listed.map(|listed| templates::row(waba_id, &listed, at))),
        // Refused or not: what the call before came to is as open as it was.
        Err(not_done) => Err(match failed(not_done) {
            Failed::Surely(refusal) | Failed::Perhaps(refusal) => Failed::Perhaps(refusal),
        }),
    }
}

fn row(channel: &ChannelHandle, definition: &Definition, created: Created, at: i64) -> TemplateRow {
    TemplateRow {
        waba_id: channel.waba_id.clone(),
        name: definition.name.clone(),
        language: definition.language.clone(),
        id: created.id,
        category: TemplateCategory::of_meta(created.category.as_deref().unwrap_or(&definition.category)),
        previous_category: None,
        state: TemplateState::of_meta(&created.status),
        reason: None,
        quality: None,
        parameter_format: if definition.is_named { "named" } else { "positional" }.to_owned(),
        components: definition.components.to_string(),
        changed_at: at,
        seen_at: at,
    }
}

/// News that came between the call and this are younger and stand, and a list that was made in between does not count against it; those of a namesake that was deleted do not.
fn record(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &TemplateRow) -> store::Result<Done<TemplateRow>> {
    let before = tx.template(workspace, &row.waba_id, &row.name, &row.language)?;
    let deleted_at = before.filter(|before| before.state == TemplateState::Deleted).map(|before| before.changed_at);
    let row = TemplateRow { changed_at: row.changed_at.max(deleted_at.unwrap_or(row.changed_at)), ..row.clone() };
    tx.put_template(workspace, &row)?;
    let kept = tx.template(workspace, &row.waba_id, &row.name, &row.language)?;
    Ok(Ok(kept.unwrap_or(row)))
}
