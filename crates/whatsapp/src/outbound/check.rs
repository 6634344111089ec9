//! Meta's limits, checked before a message leaves. A refusal costs a round trip, and a status hours later says less than a sentence now.

mod content;
mod interactive;
mod template;

use std::collections::HashSet;

pub(crate) use template::is_template_name;

use super::{Body, OutboundMessage, Recipient};
use crate::webhook::is_user_id;

const OPAQUE: usize = 512;
const TEXT: usize = 4096;
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15; // E.164
const LINK: usize = 2000;

impl OutboundMessage {
    /// Everything about the message that Meta would refuse, a sentence each.
    pub fn check(&self) -> Result<(), Vec<String>> {
        let mut problems = Problems::default();
        problems.recipient(&self.to);
        problems.at_most("the correlation text", &self.opaque, OPAQUE);
        problems.body(&self.body);
        problems.into_result()
    }
}

impl Body {
    /// The same for what it says, before it is known to whom.
    pub fn check(&self) -> Result<(), Vec<String>> {
        let mut problems = Problems::default();
        problems.body(self);
        problems.into_result()
    }
}

#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn into_result(self) -> Result<(), Vec<String>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Text { body, .. } => self.words("the text", body, TEXT),
            Body::Media(media) => self.media(media),
            Body::Location(location) => self.location(location),
            Body::Contacts(cards) => self.cards(cards),
            Body::Reaction { wamid, emoji } => self.reaction(wamid, emoji),
            Body::Buttons { header, body, footer, buttons } => {
                self.frame(header.as_ref(), body, interactive::SHORT_BODY, footer.as_deref());
                self.buttons(buttons);
            }
            Body::List { header, body, footer, button, sections } => {
                self.optional_words("the header", header.as_deref(), interactive::SMALL_LINE);
                self.frame(None, body, interactive::LIST_BODY, footer.as_deref());
                self.words("the button that opens the list", button, interactive::LABEL);
                self.list(sections);
            }
            Body::LinkButton { header, body, footer, label, url } => {
                self.frame(header.as_ref(), body, interactive::SHORT_BODY, footer.as_deref());
                self.words("the label of the link", label, interactive::LABEL);
                self.link("the link", url);
            }
            Body::Flow { header, body, footer, flow } => {
                self.frame(header.as_ref(), body, interactive::SHORT_BODY, footer.as_deref());
                self.flow(flow);
            }
            Body::LocationRequest { body } | Body::ContactRequest { body } => {
                self.words("the text", body, interactive::SHORT_BODY);
            }
            Body::Template(template) => self.template(template),
        }
    }

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

    fn link(&mut self, what: &str, url: &str) {
        let is_http = reqwest::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_http {
            self.0.push(format!("{what} has to begin with https:// and lead somewhere"));
        }
        self.at_most(what, url, LINK);
    }

    fn count(&mut self, what: &str, count: usize, limit: usize) {
        if count == 0 {
            self.0.push(format!("there are no {what}"));
        }
        if limit < count {
            self.0.push(format!("there are {count} {what}, {limit} are allowed"));
        }
    }

    fn distinct<'t>(&mut self, what: &str, mut texts: impl Iterator<Item = &'t str>) {
        let mut seen = HashSet::new();
        if let Some(twice) = texts.find(|text| !seen.insert(*text)) {
            self.0.push(format!("`{twice}` occurs twice among the {what}"));
        }
    }
}

fn is_phone(phone: &str) -> bool {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    PHONE_DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
