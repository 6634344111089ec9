//! Whether a template can be sent as it is filled, by what Meta listed of it.

use domain::ids::{ChannelId, WorkspaceId};
use serde_json::Value;
use store::{TemplateRow, Tx};
use whatsapp::outbound::Body;
use whatsapp::templates;

use super::{Done, Refusal};
use crate::outgoing::{Filling, Said};

/// The text that the person will read. Where an account's templates could never be listed, Meta is the judge, and the name stands
/// for the text.
pub(super) fn words(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    channel: ChannelId,
    filling: &Filling,
) -> store::Result<Done<String>> {
    let channels = tx.channels(workspace)?;
    let Some(channel) = channels.into_iter().find(|known| known.id == channel) else {
        return Ok(Err(Refusal::Missing("channel")));
    };
    let Some(row) = tx.template(workspace, &channel.waba_id, &filling.name, &filling.language)? else {
        let is_known = tx.knows_templates(workspace, &channel.waba_id)?;
        return Ok(if is_known { Err(unknown(filling)) } else { Ok(filling.name.clone()) });
    };
    Ok(judge(&row, filling))
}

fn unknown(filling: &Filling) -> Refusal {
    Refusal::Invalid(format!(
        "there is no template `{}` in the language `{}`; GET /templates lists them, and POST /templates/refresh asks WhatsApp again",
        filling.name, filling.language
    ))
}

/// The text that the person will read of a template, or why it cannot be sent as it is filled.
pub(crate) fn judge(row: &TemplateRow, filling: &Filling) -> Done<String> {
    if !row.state.can_be_sent() {
        let why = row.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
        let said = format!("the template `{}` is {}{why}: only an approved one can be sent", row.name, row.state);
        return Err(Refusal::Conflict(said));
    }
    let components: Value = serde_json::from_str(&row.components).unwrap_or_default();
    let invalid = |problems: Vec<String>| Refusal::Invalid(problems.join("; "));
    let body = Said::Template(filling.clone()).to_body().map_err(invalid)?;
    let Body::Template(template) = body else { return Ok(filling.name.clone()) };
    let misfits = templates::misfits(&components, &template);
    if !misfits.is_empty() {
        return Err(invalid(misfits));
    }
    Ok(templates::filled(&components, &template).unwrap_or_else(|| filling.name.clone()))
}
