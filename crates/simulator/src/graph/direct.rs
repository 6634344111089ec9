//! Direct Send: a message without a template that says what it is charged as. Few accounts may.

use serde_json::Value;

use crate::codes::Refusal;
use crate::content::{Content, Library};
use crate::settings::Category;

const LONGEST_TEXT: usize = 1024;

pub(super) fn send(request: &Value, content: Content, library: Library<'_>) -> Result<Content, Refusal> {
    if !library.direct_send {
        return Err(Refusal::parameter("this account may not send business-initiated messages without a template"));
    }
    let category = match request["category"].as_str() {
        Some("utility") => Category::Utility,
        Some("authentication") => Category::Authentication,
        _ => return Err(Refusal::parameter("`category` must be `utility` or `authentication`")),
    };
    let interactive = request["interactive"]["type"].as_str();
    if content.kind != "text" && !matches!(interactive, Some("button" | "cta_url")) {
        return Err(Refusal::parameter("only texts, reply buttons and a link can be sent without a template"));
    }
    if content.text.as_ref().is_some_and(|text| LONGEST_TEXT < text.chars().count()) {
        return Err(Refusal::parameter("a message without a template may have 1024 characters"));
    }
    Ok(Content { category, ..content })
}
