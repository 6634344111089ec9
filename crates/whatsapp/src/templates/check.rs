//! A template that is to be submitted, held against Meta's limits first: a rejection takes a day and counts against the account.

use serde_json::{Value, json};

use super::fill::is_kind;
use super::{buttons, components, gaps, text_of};
use crate::outbound::is_template_name;

const NAME: usize = 512;
const HEADER: usize = 60;
const BODY: usize = 1024;
const FOOTER: usize = 60;
const BUTTONS: usize = 10;
const LABEL: usize = 25;
const URL: usize = 2000;
const COPY_CODE: usize = 15;

/// What makes a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The name that it will be sent by.
    pub name: String,
    /// Its language.
    pub language: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: String,
    /// Whether its gaps have names.
    pub is_named: bool,
    /// What it consists of, as Meta writes it.
    pub components: Value,
}

impl Definition {
    /// What Meta takes.
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "language": self.language,
            "category": self.category.to_ascii_uppercase(),
            "parameter_format": if self.is_named { "NAMED" } else { "POSITIONAL" },
            "components": self.components,
        })
    }

    /// Everything about it that Meta would refuse, a sentence each.
    pub fn check(&self) -> Result<(), Vec<String>> {
        let mut problems = Vec::new();
        if !is_template_name(&self.name) || NAME < self.name.len() {
            problems.push(format!("`name` may only have small letters, digits and `_`, {NAME} at most"));
        }
        if self.language.is_empty() {
            problems.push("`language` is missing; write a code such as es_MX".to_owned());
        }
        let is_authentication = self.category.eq_ignore_ascii_case("AUTHENTICATION");
        if !is_authentication && !["MARKETING", "UTILITY"].iter().any(|one| self.category.eq_ignore_ascii_case(one)) {
            problems.push("`category` is one of marketing, utility and authentication".to_owned());
        }
        // Meta writes the words of an authentication template itself.
        problems.extend(component_problems(&self.components, is_authentication));
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// The same for what it consists of.
pub(super) fn component_problems(of: &Value, words_are_metas: bool) -> Vec<String> {
    if !of.is_array() {
        return vec!["`components` has to be a list such as [{\"type\": \"BODY\", \"text\": \"Hola\"}]".to_owned()];
    }
    let mut problems = Vec::new();
    match components(of, "BODY").next() {
        None => problems.push("there is no component BODY; a template has a text".to_owned()),
        Some(_) if words_are_metas => {}
        Some(body) => text_problems("the text", body, BODY, "body_text", &mut problems),
    }
    if let Some(header) = components(of, "HEADER").next() {
        header_problems(header, &mut problems);
    }
    if let Some(footer) = components(of, "FOOTER").next()
        && !words_are_metas
    {
        limit("the footer", text_of(footer, "text"), FOOTER, &mut problems);
        if !gaps::names(text_of(footer, "text")).is_empty() {
            problems.push("the footer has a gap; a footer says the same to everybody".to_owned());
        }
    }
    let buttons = buttons(of);
    if BUTTONS < buttons.len() {
        problems.push(format!("there are {} buttons, {BUTTONS} are allowed", buttons.len()));
    }
    for (place, button) in buttons.iter().enumerate() {
        button_problems(place, button, &mut problems);
    }
    problems
}

fn header_problems(header: &Value, problems: &mut Vec<String>) {
    match text_of(header, "format").to_ascii_uppercase().as_str() {
        "TEXT" => {
            text_problems("the header", header, HEADER, "header_text", problems);
            if 1 < gaps::names(text_of(header, "text")).len() {
                problems.push("the header has several gaps; one is allowed".to_owned());
            }
        }
        "IMAGE" | "VIDEO" | "DOCUMENT" => {
            if header.pointer("/example/header_handle/0").is_none() {
                problems.push("the header shows a file and has no example; give `example.header_handle`".to_owned());
            }
        }
        "LOCATION" => {}
        _ => problems.push("the `format` of the header is TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION".to_owned()),
    }
}

/// A text with gaps: within its length, not beginning or ending with a gap, with an example for each.
fn text_problems(what: &str, component: &Value, most: usize, example: &str, problems: &mut Vec<String>) {
    let text = text_of(component, "text");
    limit(what, text, most, problems);
    let names = gaps::names(text);
    let trimmed = text.trim();
    // A header may be a gap and nothing else; a body may not (2388299).
    if example == "body_text" && (trimmed.starts_with("{{") || trimmed.ends_with("}}")) {
        problems.push(format!("{what} begins or ends with a gap; put a word or a full stop before or after it"));
    }
    if !names.is_empty() && component.get("example").is_none() {
        let named = format!("{example}_named_params");
        problems.push(format!(
            "{what} has gaps ({}) and no example; give `example.{example}` or `example.{named}`",
            names.join(", ")
        ));
    }
}

fn button_problems(place: usize, button: &Value, problems: &mut Vec<String>) {
    if !is_kind(button, "COPY_CODE") && !is_kind(button, "OTP") && !is_kind(button, "REQUEST_CONTACT_INFO") {
        limit(&format!("the label of button {place}"), text_of(button, "text"), LABEL, problems);
    }
    if is_kind(button, "URL") {
        let url = text_of(button, "url");
        limit(&format!("the link of button {place}"), url, URL, problems);
        if !url.starts_with("https://") && !url.starts_with("http://") {
            problems.push(format!("the link of button {place} has to begin with https://"));
        }
        if !gaps::names(url).is_empty() && (button.get("example").is_none() || !url.trim_end().ends_with("}}")) {
            problems.push(format!(
                "the link of button {place} has a gap: it stands at the end, with an `example` of the whole link"
            ));
        }
    }
    if is_kind(button, "COPY_CODE") {
        let code = button.get("example").and_then(|given| given.as_str().or_else(|| given.get(0)?.as_str()));
        limit(&format!("the example of button {place}"), code.unwrap_or_default(), COPY_CODE, problems);
    }
}

fn limit(what: &str, text: &str, most: usize, problems: &mut Vec<String>) {
    let length = text.chars().count();
    if text.trim().is_empty() {
        problems.push(format!("{what} is empty"));
    }
    if most < length {
        problems.push(format!("{what} has {length} characters, {most} are allowed"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(components: Value) -> Definition {
        let (name, language, category) = ("order_ready".into(), "es_MX".into(), "utility".into());
        Definition { name, language, category, is_named: false, components }
    }

    fn problems(components: Value) -> Vec<String> {
        definition(components).check().err().unwrap_or_default()
    }

    #[test]
    fn a_template_with_examples_is_submitted_as_meta_wants_it() {
        let good = definition(json!([
            {"type": "BODY", "text": "Hola {{1}}.", "example": {"body_text": [["Ana"]]}},
            {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Ver", "url": "https://a/{{1}}", "example": ["https://a/7"]}]},
        ]));
        assert_eq!(good.check(), Ok(()));
        let submitted = good.to_json();
        assert_eq!((&submitted["category"], &submitted["parameter_format"]), (&json!("UTILITY"), &json!("POSITIONAL")));
    }

    #[test]
    fn what_meta_would_refuse_is_told_with_what_to_change() {
        for (components, named) in [
            (json!({}), "has to be a list"),
            (json!([]), "no component BODY"),
            (json!([{"type": "BODY", "text": "{{1}} hola.", "example": {}}]), "begins or ends with a gap"),
            (json!([{"type": "BODY", "text": "Hola {{1}}."}]), "example.body_text"),
            (json!([{"type": "BODY", "text": "a".repeat(1025)}]), "1025 characters, 1024 are allowed"),
            (json!([{"type": "BODY", "text": "a"}, {"type": "HEADER", "format": "IMAGE"}]), "example.header_handle"),
            (json!([{"type": "BODY", "text": "a"}, {"type": "FOOTER", "text": "{{1}}"}]), "says the same to everybody"),
            (
                json!([{"type": "BODY", "text": "a"}, {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "a".repeat(26)}]}]),
                "label of button 0 has 26 characters, 25",
            ),
        ] {
            let said = problems(components).join("; ");
            assert!(said.contains(named), "{said}");
        }
        let bad = Definition {
            name: "Order".into(),
            language: String::new(),
            category: "ads".into(),
            ..definition(json!([]))
        };
        assert_eq!(bad.check().unwrap_err().len(), 4);
    }
}
