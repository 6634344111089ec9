//! A person deletes a template at WhatsApp. Its row stays here, so that what waits in the outbox says why it waits.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::template::TemplateState;
use store::{TemplateNames, Tx};
use tracing::info;
use whatsapp::templates::NotDone;

use super::template_account::{failed, known};
use super::{Done, Failed};
use crate::node::Node;

/// Deletes a template in its language. One that was deleted before stays so.
pub async fn delete_template(node: &Arc<Node>, workspace: WorkspaceId, id: &str, by: &str) -> Done<()> {
    let (row, channel) = known(node, workspace, id).await?;
    if row.state == TemplateState::Deleted {
        return Ok(());
    }
    let done = channel.client.delete_template(&row.waba_id, &row.name, &row.id).await;
    let is_left = async || {
        let listed = channel.client.template(&row.waba_id, &row.name, &row.language).await;
        listed.map(|template| template.is_some())
    };
    done_or_gone(done, is_left).await?;
    let (said, at) = (format!("{by} deleted it"), node.clock.now().as_millisecond().max(row.changed_at));
    let name = row.name.clone();
    let note = move |tx: &mut Tx<'_>| {
        let which = TemplateNames {
            id: Some(row.id.clone()),
            name: Some(row.name.clone()),
            language: Some(row.language.clone()),
        };
        tx.set_template_state(workspace, &row.waba_id, &which, TemplateState::Deleted, Some(&said), at)
    };
    node.store.write(Vec::new(), note).await?;
    tell(node, &channel.waba_id, &name, by);
    Ok(())
}

/// Deletes every language of a template, known here or not.
pub async fn delete_template_in_all_languages(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: &str,
    by: &str,
) -> Done<()> {
    let (row, channel) = known(node, workspace, id).await?;
    let done = channel.client.delete_template_in_all_languages(&row.waba_id, &row.name).await;
    done_or_gone(done, async || channel.client.has_template(&row.waba_id, &row.name).await).await?;
    let (said, at) = (format!("{by} deleted it in all languages"), node.clock.now().as_millisecond());
    let name = row.name.clone();
    let note = move |tx: &mut Tx<'_>| tx.delete_templates_named(workspace, &row.waba_id, &row.name, &said, at);
    node.store.write(Vec::new(), note).await?;
    tell(node, &channel.waba_id, &name, by);
    Ok(())
}

/// An answer may have been lost, or somebody may have been faster: what WhatsApp does not list any more is deleted.
async fn done_or_gone(done: Result<(), NotDone>, is_left: impl AsyncFnOnce() -> Result<bool, NotDone>) -> Done<()> {
    let Err(not_done) = done else { return Ok(()) };
    match is_left().await {
        Ok(false) => Ok(()),
        Ok(true) | Err(_) => Err(match failed(not_done) {
            Failed::Surely(refusal) | Failed::Perhaps(refusal) => refusal,
        }),
    }
}

fn tell(node: &Node, waba_id: &str, name: &str, by: &str) {
    node.templates.look_at(waba_id);
    info!(template.name = name, by, "`{by}` deleted the template `{name}`");
}
