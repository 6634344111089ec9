//! What the verbs about templates share: the account they are of, and what WhatsApp's answers mean for the person.

use domain::ids::{ChannelId, WorkspaceId};
use store::TemplateRow;
use whatsapp::templates::{NotDone, what_to_change};
use whatsapp::{GraphError, Remedy, classify};

use super::{Done, Failed, Refusal};
use crate::channels::ChannelHandle;
use crate::node::Node;

/// A number of the account that a new template is for: the one named, or any where the workspace has only one account.
pub(super) fn chosen(node: &Node, workspace: WorkspaceId, channel: Option<ChannelId>) -> Done<ChannelHandle> {
    let mut ours = node.channels.iter().filter(|known| known.workspace == workspace);
    if let Some(id) = channel {
        return ours.find(|known| known.id == id).cloned().ok_or_else(|| {
            Refusal::Invalid(
                "`channel_id` is no WhatsApp number of this workspace; GET /channels lists them".to_owned(),
            )
        });
    }
    let Some(first) = ours.next() else {
        let said =
            "this workspace has no WhatsApp number, so no account that a template could be of; add one to the settings";
        return Err(Refusal::Invalid(said.to_owned()));
    };
    if ours.any(|other| other.waba_id != first.waba_id) {
        let said = "the numbers of this workspace are on several accounts; name one of them as `channel_id`";
        return Err(Refusal::Invalid(said.to_owned()));
    }
    Ok(first.clone())
}

/// The template of that id, and a number of its account.
pub(super) async fn known(node: &Node, workspace: WorkspaceId, id: &str) -> Done<(TemplateRow, ChannelHandle)> {
    let wanted = id.to_owned();
    let row = node.store.read(move |tx| tx.template_by_id(workspace, &wanted)).await?;
    let row = row.ok_or(Refusal::Missing("template"))?;
    let mut ours = node.channels.iter().filter(|known| known.workspace == workspace);
    let Some(channel) = ours.find(|known| known.waba_id == row.waba_id) else {
        let said = "no number of this template's account is in the settings of this node; add one there";
        return Err(Refusal::Conflict(said.to_owned()));
    };
    Ok((row, channel.clone()))
}

/// What WhatsApp's answer means: a fault of its own leaves open whether it did it.
pub(super) fn failed(not_done: NotDone) -> Failed {
    match not_done {
        NotDone::NoAnswer(reason) => Failed::Perhaps(Refusal::NoAnswer(format!(
            "WhatsApp did not answer ({reason}), so it may have done it or not; try again under the same `Idempotency-Key`"
        ))),
        NotDone::Refused(refusal) => refused(&refusal),
    }
}

fn refused(refusal: &GraphError) -> Failed {
    let words = in_words(refusal);
    match classify(refusal) {
        Remedy::Retry { .. } => Failed::Perhaps(Refusal::NoAnswer(format!(
            "WhatsApp has a fault ({words}), so it may have done it or not; try again under the same `Idempotency-Key`"
        ))),
        Remedy::SlowNumber | Remedy::SlowPair | Remedy::SlowAccount => {
            Failed::Surely(Refusal::Conflict(format!("WhatsApp was asked too often; try again in an hour ({words})")))
        }
        Remedy::PauseNumber | Remedy::PauseAccount | Remedy::StopProactive | Remedy::StopProactiveAccount => {
            Failed::Surely(Refusal::Conflict(format!(
                "WhatsApp lets nobody change templates with this number's token now; mend that in WhatsApp Manager ({words})"
            )))
        }
        Remedy::NeedsTemplate
        | Remedy::RecipientUnreachable
        | Remedy::MarketingRefused { .. }
        | Remedy::OptedOut
        | Remedy::Request
        | Remedy::Media
        | Remedy::Template
        | Remedy::Other => {
            let change = what_to_change(refusal).map_or(String::new(), |change| format!("; {change}"));
            Failed::Surely(Refusal::Invalid(format!("WhatsApp does not take it: {words}{change}")))
        }
    }
}

fn in_words(refusal: &GraphError) -> String {
    let details = refusal.details.as_ref().map_or(String::new(), |details| format!(": {details}"));
    let subcode = refusal.subcode.map_or(String::new(), |subcode| format!(", subcode {subcode}"));
    format!("{}{details} (code {}{subcode})", refusal.message, refusal.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: i64, subcode: Option<i64>) -> NotDone {
        let message = "Invalid parameter".to_owned();
        NotDone::Refused(GraphError { code, subcode, message, details: None, fbtrace_id: None, http_status: Some(400) })
    }

    #[test]
    fn a_refusal_is_told_in_metas_words_and_says_what_to_change() {
        let Failed::Surely(Refusal::Invalid(said)) = failed(refusal(100, Some(2_388_299))) else { panic!() };
        assert!(said.contains("Invalid parameter (code 100, subcode 2388299)") && said.contains("full stop"), "{said}");
        assert!(matches!(failed(refusal(80_007, None)), Failed::Surely(Refusal::Conflict(_))));
        assert!(matches!(failed(refusal(190, None)), Failed::Surely(Refusal::Conflict(_))));
    }

    #[test]
    fn only_metas_own_faults_leave_open_what_happened() {
        assert!(matches!(failed(refusal(2, None)), Failed::Perhaps(Refusal::NoAnswer(_))));
        assert!(matches!(failed(NotDone::NoAnswer("cut".into())), Failed::Perhaps(Refusal::NoAnswer(_))));
    }
}
