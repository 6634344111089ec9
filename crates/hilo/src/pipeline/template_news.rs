//! What Meta tells about templates: written on the template in the transaction of the webhook.

use domain::ids::WorkspaceId;
use domain::template::{TemplateCategory, TemplateState};
use jiff::Timestamp;
use store::{TemplateNames, Tx};
use whatsapp::webhook::{TemplateNews, TemplateUpdate};

use super::intake::Parcel;

/// News of one template of an account.
#[derive(Debug, Clone)]
pub(super) struct TemplateNewsIn {
    pub(super) waba_id: String,
    /// Meta's time, milliseconds since 1970; 0 if it gave none.
    pub(super) at: i64,
    pub(super) update: TemplateUpdate,
}

/// In a sentence, for the list of notices.
pub(super) fn in_words(update: &TemplateUpdate) -> String {
    let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    let name = update.template.name.as_ref().or(update.template.id.as_ref());
    let template = name.map_or_else(|| "a template".to_owned(), |name| format!("the template `{name}`"));
    match &update.news {
        TemplateNews::Status { event, reason: Some(reason) } => format!("{template} is {event}: {reason}"),
        TemplateNews::Status { event, reason: None } => format!("{template} is {event}"),
        TemplateNews::Quality { previous, new } => {
            format!("the quality of {template} went from {} to {}", or_unknown(previous), or_unknown(new))
        }
        TemplateNews::Category { correct: Some(correct), .. } => {
            format!(
                "WhatsApp will count {template} as {correct}: its price changes, unless you object in WhatsApp Manager"
            )
        }
        TemplateNews::Category { previous, new, correct: None } => {
            let (previous, new) = (or_unknown(previous), or_unknown(new));
            format!("WhatsApp counts {template} as {new} and no longer as {previous}: its price changes")
        }
        TemplateNews::Components => format!("the text of {template} changed"),
        TemplateNews::Other => format!("{template} changed"),
    }
}

/// Everything that a parcel says about templates. What is said of one that is not known yet waits for the next look at the account.
pub(super) fn apply_all(tx: &mut Tx<'_>, parcel: &Parcel, now: Timestamp) -> store::Result<()> {
    for news in &parcel.templates {
        apply(tx, parcel.workspace, news, now)?;
    }
    Ok(())
}

fn apply(tx: &mut Tx<'_>, workspace: WorkspaceId, news: &TemplateNewsIn, now: Timestamp) -> store::Result<()> {
    let template = news.update.template.clone();
    let which = TemplateNames { id: template.id, name: template.name, language: template.language };
    let waba_id = &news.waba_id;
    match &news.update.news {
        TemplateNews::Status { event, reason } => {
            let at = if news.at == 0 { now.as_millisecond() } else { end_of_second(news.at) };
            let state = TemplateState::of_meta(event);
            tx.set_template_state(workspace, waba_id, &which, state, reason.as_deref(), at)?;
        }
        TemplateNews::Quality { new, .. } => {
            tx.set_template_quality(workspace, waba_id, &which, new.as_deref())?;
        }
        // While a correction is only announced, the old category still counts.
        TemplateNews::Category { new: Some(new), correct: None, .. } => {
            let category = TemplateCategory::of_meta(new);
            tx.set_template_category(workspace, waba_id, &which, category)?;
        }
        TemplateNews::Category { .. } | TemplateNews::Components | TemplateNews::Other => {}
    }
    Ok(())
}

/// Meta tells seconds: what happened in one may have happened at its end, after a list of its beginning.
fn end_of_second(at: i64) -> i64 {
    at - at.rem_euclid(1000) + 999
}
