//! Messages that are answered with a tap.

use super::super::{Button, Flow, FlowRef, Header, Section};
use super::Problems;

pub(super) const SHORT_BODY: usize = 1024;
pub(super) const LIST_BODY: usize = 4096;
pub(super) const SMALL_LINE: usize = 60; // header and footer
pub(super) const LABEL: usize = 20;
const BUTTON_ID: usize = 256;
const BUTTONS: usize = 3;
const SECTIONS: usize = 10;
const ROWS: usize = 10; // over all sections
const ROW_TITLE: usize = 24; // and a section's
const ROW_ID: usize = 200;
const ROW_DESCRIPTION: usize = 72;
const FLOW_LABEL: usize = 30;

impl Problems {
    pub(super) fn frame(&mut self, header: Option<&Header>, body: &str, limit: usize, footer: Option<&str>) {
        match header {
            None => {}
            Some(Header::Text(text)) => self.words("the header", text, SMALL_LINE),
            Some(Header::Image(source) | Header::Video(source) | Header::Document { source, .. }) => {
                self.source("the header", source);
            }
        }
        self.words("the text", body, limit);
        self.optional_words("the footer", footer, SMALL_LINE);
    }

    pub(super) fn buttons(&mut self, buttons: &[Button]) {
        self.count("buttons", buttons.len(), BUTTONS);
        for button in buttons {
            self.words(&format!("the button `{}`", button.title), &button.title, LABEL);
            self.words(&format!("the id of the button `{}`", button.title), &button.id, BUTTON_ID);
        }
        self.distinct("ids of the buttons", buttons.iter().map(|button| button.id.as_str()));
        self.distinct("titles of the buttons", buttons.iter().map(|button| button.title.as_str()));
    }

    pub(super) fn list(&mut self, sections: &[Section]) {
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

    pub(super) fn flow(&mut self, flow: &Flow) {
        let (FlowRef::Id(name) | FlowRef::Name(name)) = &flow.which;
        if name.trim().is_empty() {
            self.0.push("the form has no id and no name; give one of them".to_owned());
        }
        self.words("the label of the form", &flow.label, FLOW_LABEL);
        if flow.data.as_ref().is_some_and(|data| !data.is_object()) {
            self.0.push("what the form is given has to be an object".to_owned());
        }
        if flow.data.is_some() && flow.screen.is_none() {
            self.0.push("the form is given something but no screen; name the screen it opens on".to_owned());
        }
    }
}
