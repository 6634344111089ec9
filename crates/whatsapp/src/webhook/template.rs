//! News about a message template.

use serde_json::Value;

use super::json;

/// Something about one template changed.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateUpdate {
    /// Which template.
    pub template: TemplateRef,
    /// What changed.
    pub news: TemplateNews,
    /// As it came.
    pub raw: Value,
}

/// A template by the names Meta gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRef {
    /// Meta's id.
    pub id: Option<String>,
    /// The name it is sent by.
    pub name: Option<String>,
    /// The language it is sent in.
    pub language: Option<String>,
}

/// What changed about a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateNews {
    /// Its state, and with it whether it can be sent.
    Status {
        /// `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED`, …
        event: String,
        /// Why, where Meta says so.
        reason: Option<String>,
    },
    /// How recipients take it.
    Quality {
        /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
        previous: Option<String>,
        /// The same.
        new: Option<String>,
    },
    /// What it is billed as, and whether an opt-out stops it.
    Category {
        /// Until now.
        previous: Option<String>,
        /// From now on, or still, while `correct` is announced.
        new: Option<String>,
        /// What Meta says it should be and will make it.
        correct: Option<String>,
    },
    /// Its text or buttons.
    Components,
    /// Something else.
    Other,
}

/// Reads the news by what it carries: Meta's own quality sample comes under the field of the status.
pub(super) fn read(raw: Value) -> TemplateUpdate {
    let has = |key: &str| json::member(&raw, key).is_some();
    let news = if let Some(event) = json::text(&raw, "event") {
        TemplateNews::Status { event, reason: reason(&raw) }
    } else if has("new_quality_score") {
        TemplateNews::Quality {
            previous: json::text(&raw, "previous_quality_score"),
            new: json::text(&raw, "new_quality_score"),
        }
    } else if has("new_category") || has("correct_category") {
        TemplateNews::Category {
            previous: json::text(&raw, "previous_category"),
            new: json::text(&raw, "new_category"),
            correct: json::text(&raw, "correct_category"),
        }
    } else if has("message_template_element") || has("message_template_title") || has("message_template_buttons") {
        TemplateNews::Components
    } else {
        TemplateNews::Other
    };
    let template = TemplateRef {
        id: json::text(&raw, "message_template_id"),
        name: json::text(&raw, "message_template_name"),
        language: json::text(&raw, "message_template_language"),
    };
    TemplateUpdate { template, news, raw }
}

/// Meta writes `NONE` where there is no reason, and puts the longer ones into an object.
fn reason(raw: &Value) -> Option<String> {
    let inside = |key: &str, inner: &str| json::member(raw, key).and_then(|object| json::text(object, inner));
    json::text(raw, "reason")
        .filter(|reason| reason != "NONE")
        .or_else(|| inside("rejection_info", "reason"))
        .or_else(|| inside("other_info", "description"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rejected_template_says_why() {
        let update =
            read(json!({"event": "REJECTED", "message_template_id": 64244916695_i64, "message_template_name": "order",
            "message_template_language": "es_MX", "reason": "INVALID_FORMAT"}));

        assert_eq!(update.template.id.as_deref(), Some("64244916695"));
        assert_eq!(
            update.news,
            TemplateNews::Status { event: "REJECTED".into(), reason: Some("INVALID_FORMAT".into()) }
        );
    }

    #[test]
    fn an_approved_template_has_no_reason() {
        let update = read(json!({"event": "APPROVED", "reason": "NONE"}));

        assert_eq!(update.news, TemplateNews::Status { event: "APPROVED".into(), reason: None });
    }

    #[test]
    fn quality_category_and_text_are_told_apart_by_what_they_carry() {
        assert!(matches!(read(json!({"new_quality_score": "RED"})).news, TemplateNews::Quality { .. }));
        assert!(matches!(read(json!({"new_category": "MARKETING"})).news, TemplateNews::Category { .. }));
        assert_eq!(read(json!({"message_template_element": "Hello"})).news, TemplateNews::Components);
        assert_eq!(read(json!({})).news, TemplateNews::Other);
    }
}
