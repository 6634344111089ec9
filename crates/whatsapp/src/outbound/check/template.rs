//! A template, as far as it can be judged without knowing its text.

use super::super::{Parameter, Template, TemplateButton, TemplateHeader};
use super::Problems;

const NAME: usize = 512;
const BUTTONS: usize = 10;
const PAYLOAD: usize = 128;
const COPY_CODE: usize = 15;

impl Problems {
    pub(super) fn template(&mut self, template: &Template) {
        if !is_template_name(&template.name) {
            self.0.push("the template's name may only have small letters, digits and `_`".to_owned());
        }
        self.at_most("the template's name", &template.name, NAME);
        if template.language.is_empty() {
            self.0.push("the template's language is missing".to_owned());
        }
        match &template.header {
            None => {}
            Some(TemplateHeader::Text(parameter)) => self.parameter("the header", parameter),
            Some(TemplateHeader::Image(file) | TemplateHeader::Video(file)) => self.source("the header", file),
            Some(TemplateHeader::Document { source, .. }) => self.source("the header", source),
            Some(TemplateHeader::Location(location)) => self.location(location),
        }
        for (place, parameter) in template.body.iter().enumerate() {
            self.parameter(&format!("gap {} of the text", place + 1), parameter);
        }
        let named = template.body.iter().filter(|parameter| parameter.name.is_some()).count();
        if named != 0 && named != template.body.len() {
            self.0.push("either all gaps of the text are named or none is".to_owned());
        }
        if BUTTONS < template.buttons.len() {
            self.count("buttons", template.buttons.len(), BUTTONS);
        }
        for button in &template.buttons {
            self.template_button(button);
        }
    }

    fn template_button(&mut self, button: &TemplateButton) {
        let index = button.index();
        if BUTTONS <= usize::from(index) {
            self.0.push(format!("there is no button {index}; the first is 0 and the last can be 9"));
        }
        let what = format!("what button {index} of the template carries");
        match button {
            TemplateButton::QuickReply { payload, .. } => self.words(&what, payload, PAYLOAD),
            TemplateButton::Url { suffix, .. } => self.words(&what, suffix, super::LINK),
            TemplateButton::CopyCode { code, .. } => self.words(&what, code, COPY_CODE),
            TemplateButton::Flow { data, .. } => {
                if data.as_ref().is_some_and(|data| !data.is_object()) {
                    self.0.push(format!("{what} has to be an object"));
                }
            }
        }
    }

    fn parameter(&mut self, what: &str, parameter: &Parameter) {
        if parameter.text.trim().is_empty() {
            self.0.push(format!("{what} is filled with nothing"));
        }
        // Meta refuses them with 132018: a gap may not change the shape of the text.
        if parameter.text.contains(['\n', '\t']) || parameter.text.contains("     ") {
            self.0.push(format!(
                "{what} has a line break, a tab or more than four spaces in a row; write it in one line"
            ));
        }
    }
}

/// Whether Meta takes it as a template's name.
pub(crate) fn is_template_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
