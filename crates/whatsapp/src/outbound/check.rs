//! Meta's limits, checked before a message leaves. A refusal costs a round trip, and a status hours later says less than a sentence now.

use std::collections::HashSet;

use super::{Body, Button, OutboundMessage, Parameter, Recipient, Section, Template, TemplateButton, TemplateHeader};
use crate::webhook::is_user_id;

const OPAQUE: usize = 512;
const TEXT: usize = 4096;
const BUTTONS_BODY: usize = 1024;
const LIST_BODY: usize = 4096;
const SMALL_LINE: usize = 60; // header and footer
const BUTTON_TITLE: usize = 20;
const BUTTON_ID: usize = 256;
const BUTTONS: usize = 3;
const SECTIONS: usize = 10;
const ROWS: usize = 10; // over all sections
const ROW_TITLE: usize = 24; // and a section's
const ROW_ID: usize = 200;
const ROW_DESCRIPTION: usize = 72;
const TEMPLATE_NAME: usize = 512;
const TEMPLATE_BUTTONS: usize = 10;
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15; // E.164

impl OutboundMessage {
    /// Everything about the message that Meta would refuse, a sentence each.
    pub fn check(&self) -> Result<(), Vec<String>> {
        let mut problems = Problems::default();
        problems.recipient(&self.to);
        problems.at_most("the correlation text", &self.opaque, OPAQUE);
        match &self.body {
            Body::Text { body, .. } => problems.words("the text", body, TEXT),
            Body::Template(template) => problems.template(template),
            Body::Buttons { header, body, footer, buttons } => {
                problems.frame(header.as_deref(), body, BUTTONS_BODY, footer.as_deref());
                problems.buttons(buttons);
            }
            Body::List { header, body, footer, button, sections } => {
                problems.frame(header.as_deref(), body, LIST_BODY, footer.as_deref());
                problems.words("the button that opens the list", button, BUTTON_TITLE);
                problems.list(sections);
            }
        }
        if problems.0.is_empty() { Ok(()) } else { Err(problems.0) }
    }
}

#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn recipient(&mut self, to: &Recipient) {
        match to {
            Recipient::Phone(phone) if !is_phone(phone) => {
                self.0.push("the phone number has to be 7 to 15 digits, country code first".to_owned());
            }
            Recipient::UserId(id) if !is_user_id(id) => {
                self.0.push("the user id has to be a country, a dot and the id, as WhatsApp gave it".to_owned());
            }
            Recipient::Phone(_) | Recipient::UserId(_) => {}
        }
    }

    fn at_most(&mut self, what: &str, text: &str, limit: usize) {
        let length = text.chars().count();
        if limit < length {
            self.0.push(format!("{what} has {length} characters, {limit} are allowed"));
        }
    }

    fn words(&mut self, what: &str, text: &str, limit: usize) {
        if text.trim().is_empty() {
            self.0.push(format!("{what} is empty"));
        }
        self.at_most(what, text, limit);
    }

    fn optional_words(&mut self, what: &str, text: Option<&str>, limit: usize) {
        if let Some(text) = text {
            self.words(what, text, limit);
        }
    }

    fn count(&mut self, what: &str, count: usize, limit: usize) {
        if count == 0 {
            self.0.push(format!("there are no {what}"));
        }
        if limit < count {
            self.0.push(format!("there are {count} {what}, {limit} are allowed"));
        }
    }

    fn frame(&mut self, header: Option<&str>, body: &str, limit: usize, footer: Option<&str>) {
        self.optional_words("the header", header, SMALL_LINE);
        self.words("the text", body, limit);
        self.optional_words("the footer", footer, SMALL_LINE);
    }

    fn buttons(&mut self, buttons: &[Button]) {
        self.count("buttons", buttons.len(), BUTTONS);
        for button in buttons {
            self.words(&format!("the button `{}`", button.title), &button.title, BUTTON_TITLE);
            self.words(&format!("the id of the button `{}`", button.title), &button.id, BUTTON_ID);
        }
        self.distinct("ids of the buttons", buttons.iter().map(|button| button.id.as_str()));
        self.distinct("titles of the buttons", buttons.iter().map(|button| button.title.as_str()));
    }

    fn list(&mut self, sections: &[Section]) {
        self.count("sections", sections.len(), SECTIONS);
        self.count("rows", sections.iter().map(|section| section.rows.len()).sum(), ROWS);
        for section in sections {
            self.section(section, 1 < sections.len());
        }
        self.distinct("ids of the rows", sections.iter().flat_map(|section| &section.rows).map(|row| row.id.as_str()));
    }

    fn section(&mut self, section: &Section, needs_title: bool) {
        self.optional_words("the title of a section", section.title.as_deref(), ROW_TITLE);
        if needs_title && section.title.is_none() {
            self.0.push("a section has no title; it needs one as soon as there are two sections".to_owned());
        }
        if section.rows.is_empty() {
            self.0.push("a section has no rows".to_owned());
        }
        for row in &section.rows {
            self.words(&format!("the row `{}`", row.title), &row.title, ROW_TITLE);
            self.words(&format!("the id of the row `{}`", row.title), &row.id, ROW_ID);
            self.optional_words(
                &format!("the description of the row `{}`", row.title),
                row.description.as_deref(),
                ROW_DESCRIPTION,
            );
        }
    }

    fn distinct<'t>(&mut self, what: &str, mut texts: impl Iterator<Item = &'t str>) {
        let mut seen = HashSet::new();
        if let Some(twice) = texts.find(|text| !seen.insert(*text)) {
            self.0.push(format!("`{twice}` occurs twice among the {what}"));
        }
    }

    fn template(&mut self, template: &Template) {
        if !is_template_name(&template.name) {
            self.0.push("the template's name may only have small letters, digits and `_`".to_owned());
        }
        self.at_most("the template's name", &template.name, TEMPLATE_NAME);
        if template.language.is_empty() {
            self.0.push("the template's language is missing".to_owned());
        }
        if let Some(TemplateHeader::Text(parameter)) = &template.header {
            self.parameter("the header", parameter);
        }
        for (place, parameter) in template.body.iter().enumerate() {
            self.parameter(&format!("gap {} of the text", place + 1), parameter);
        }
        let named = template.body.iter().filter(|parameter| parameter.name.is_some()).count();
        if named != 0 && named != template.body.len() {
            self.0.push("either all gaps of the text are named or none is".to_owned());
        }
        if TEMPLATE_BUTTONS < template.buttons.len() {
            self.count("buttons", template.buttons.len(), TEMPLATE_BUTTONS);
        }
        for button in &template.buttons {
            let (TemplateButton::QuickReply { index, payload: text } | TemplateButton::Url { index, suffix: text }) =
                button;
            if text.is_empty() {
                self.0.push(format!("button {index} of the template carries nothing"));
            }
        }
    }

    fn parameter(&mut self, what: &str, parameter: &Parameter) {
        if parameter.text.trim().is_empty() {
            self.0.push(format!("{what} is filled with nothing"));
        }
    }
}

fn is_phone(phone: &str) -> bool {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    PHONE_DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_template_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;

    fn problems(body: Body) -> Vec<String> {
        let message = OutboundMessage {
            to: Recipient::Phone("+5511987654321".into()),
            body,
            context: None,
            opaque: "send-1".into(),
        };
        message.check().err().unwrap_or_default()
    }

    fn text(body: &str) -> Body {
        Body::Text { body: body.into(), preview_url: false }
    }

    fn buttons(titles: &[&str]) -> Body {
        let button = |title: &&str| Button { id: format!("id-{title}"), title: (*title).to_owned() };
        Body::Buttons { header: None, body: "?".into(), footer: None, buttons: titles.iter().map(button).collect() }
    }

    fn list(rows: usize) -> Body {
        let row = |n: usize| Row { id: n.to_string(), title: format!("Row {n}"), description: None };
        let section = Section { title: None, rows: (0..rows).map(row).collect() };
        Body::List { header: None, body: "?".into(), footer: None, button: "Choose".into(), sections: vec![section] }
    }

    #[test]
    fn a_text_may_have_4096_characters_whatever_their_bytes() {
        assert!(problems(text(&"ñ".repeat(4096))).is_empty());
        assert_eq!(problems(text(&"ñ".repeat(4097))), ["the text has 4097 characters, 4096 are allowed"]);
        assert_eq!(problems(text(" ")), ["the text is empty"]);
    }

    #[test]
    fn three_buttons_of_twenty_characters_are_the_most() {
        assert!(problems(buttons(&["12345678901234567890", "b", "c"])).is_empty());
        assert_eq!(problems(buttons(&["a", "b", "c", "d"])), ["there are 4 buttons, 3 are allowed"]);
        assert_eq!(problems(buttons(&[])), ["there are no buttons"]);
        assert_eq!(
            problems(buttons(&["123456789012345678901"]))[0].split(" has ").last(),
            Some("21 characters, 20 are allowed")
        );
        assert_eq!(problems(buttons(&["a", "a"])).len(), 2);
    }

    #[test]
    fn ten_rows_over_all_sections_are_the_most() {
        assert!(problems(list(10)).is_empty());
        assert_eq!(problems(list(11)), ["there are 11 rows, 10 are allowed"]);
        assert_eq!(problems(list(0)), ["there are no rows", "a section has no rows"]);
    }

    #[test]
    fn an_address_has_the_shape_of_its_kind() {
        let check =
            |to: Recipient| OutboundMessage { to, body: text("hi"), context: None, opaque: String::new() }.check();

        assert!(check(Recipient::Phone("5511987654321".into())).is_ok());
        assert!(check(Recipient::UserId("US.ENT.11815799212886844830".into())).is_ok());
        for bad in
            [Recipient::Phone("US.134".into()), Recipient::Phone("+".into()), Recipient::UserId("5511987654321".into())]
        {
            assert_eq!(check(bad).unwrap_err().len(), 1);
        }
    }

    #[test]
    fn a_template_needs_a_name_a_language_and_something_in_every_gap() {
        let parameter =
            |name: Option<&str>, text: &str| Parameter { name: name.map(str::to_owned), text: text.to_owned() };
        let good = Template {
            name: "order_status_2".into(),
            language: "es_MX".into(),
            header: None,
            body: vec![parameter(None, "Ana"), parameter(None, "7")],
            buttons: vec![TemplateButton::QuickReply { index: 0, payload: "ok".into() }],
        };
        assert!(problems(Body::Template(good.clone())).is_empty());

        let bad = Template {
            name: "Order Status".into(),
            language: String::new(),
            body: vec![parameter(Some("name"), ""), parameter(None, "7")],
            ..good
        };
        assert_eq!(problems(Body::Template(bad)).len(), 4);
    }
}
