//! What the business hears of a template: the field of the webhook, and its value.

use serde_json::{Value, json};

use super::blueprint::{is, text};
use super::{Entry, Quality, Status};
use crate::settings::Category;

/// A webhook about a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) account: String,
    pub(crate) field: &'static str,
    pub(crate) what: String,
    pub(crate) value: Value,
}

impl Event {
    /// The same with another word for what happened.
    pub(super) fn rename(&mut self, word: &str) {
        self.what = word.into();
        self.value["event"] = json!(word);
    }
}

pub(super) fn status(entry: &Entry, now: i64) -> Event {
    let mut value = head(entry);
    value["event"] = json!(entry.status.word());
    value["message_template_category"] = json!(entry.category.word());
    value["reason"] = json!("NONE");
    match &entry.status {
        Status::Pending | Status::Approved | Status::Moved(_) => {}
        Status::Rejected { reason } => {
            value["reason"] = json!(reason);
            value["rejection_info"] = json!({
                "reason": "The content of the template breaks a rule of the platform.",
                "recommendation": "Change the text or the category, and submit the template again.",
            });
        }
        Status::Paused => {
            let title = json!({ "title": "FIRST_PAUSE", "description": "The template is paused for three hours." });
            value["other_info"] = title;
        }
        Status::Disabled => value["disable_info"] = json!({ "disable_date": now.div_euclid(1000).to_string() }),
    }
    event(entry, "message_template_status_update", entry.status.word(), value)
}

pub(super) fn deleted(entry: &Entry) -> Event {
    let mut value = head(entry);
    value["event"] = json!("DELETED");
    value["message_template_category"] = json!(entry.category.word());
    value["reason"] = json!("NONE");
    event(entry, "message_template_status_update", "DELETED", value)
}

pub(super) fn quality(entry: &Entry, previous: Quality) -> Event {
    let mut value = head(entry);
    value["previous_quality_score"] = json!(previous.word());
    value["new_quality_score"] = json!(entry.quality.word());
    event(entry, "message_template_quality_update", entry.quality.word(), value)
}

pub(super) fn category(entry: &Entry, previous: Category) -> Event {
    let mut value = head(entry);
    value["previous_category"] = json!(previous.word());
    value["new_category"] = json!(entry.category.word());
    event(entry, "template_category_update", entry.category.word(), value)
}

pub(super) fn components(entry: &Entry) -> Event {
    let mut value = head(entry);
    for component in entry.components.as_array().into_iter().flatten() {
        match text(&component["type"]).to_ascii_uppercase().as_str() {
            "BODY" => value["message_template_element"] = component["text"].clone(),
            "HEADER" if is(&component["format"], "TEXT") => value["message_template_title"] = component["text"].clone(),
            "FOOTER" => value["message_template_footer"] = component["text"].clone(),
            "BUTTONS" => value["message_template_buttons"] = buttons(component),
            _ => {}
        }
    }
    event(entry, "message_template_components_update", "edited", value)
}

fn buttons(component: &Value) -> Value {
    let button = |button: &Value| {
        let mut told = json!({
            "message_template_button_type": button["type"],
            "message_template_button_text": button["text"],
        });
        if !button["url"].is_null() {
            told["message_template_button_url"] = button["url"].clone();
        }
        told
    };
    component["buttons"].as_array().into_iter().flatten().map(button).collect()
}

/// The id is an integer here, and a string everywhere else.
fn head(entry: &Entry) -> Value {
    json!({
        "message_template_id": entry.id.parse::<u64>().unwrap_or_default(),
        "message_template_name": entry.name,
        "message_template_language": entry.language(),
    })
}

fn event(entry: &Entry, field: &'static str, what: &str, value: Value) -> Event {
    Event { account: entry.account.clone(), field, what: what.into(), value }
}
