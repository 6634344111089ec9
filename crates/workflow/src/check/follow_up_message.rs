//! What one step of a follow-up says: a text while the window is open, a template while it is closed.

use domain::Language;
use domain::fact::Thing;
use serde_saphyr::Spanned;

use super::automation::Known;
use super::texts::{said, said_text};
use super::{choices, templates};
use crate::file::{ChoiceFile, TemplateUseFile, Word, Words};
use crate::finding::Findings;
use crate::model::{Choice, TemplateText, TemplateUse, Translated};
use crate::suggest::did_you_mean;
use crate::text;

const LONGEST_ABOVE_BUTTONS: usize = 1_024;
const LONGEST_MESSAGE: usize = 4_096;
const LONGEST_GAP: usize = 1_024;

/// What one step says, as it is written.
pub(super) struct Said<'a> {
    /// Where to mark what is not there.
    pub(super) at: &'a Word,
    pub(super) text: Option<&'a Words>,
    pub(super) template: Option<&'a Spanned<TemplateUseFile>>,
    pub(super) buttons: Option<&'a Spanned<Vec<ChoiceFile>>>,
}

/// The same, checked.
pub(super) struct Message {
    pub(super) text: Option<Translated>,
    pub(super) template: Option<TemplateUse>,
    pub(super) buttons: Vec<Choice>,
}

pub(super) fn message(
    written: &Said<'_>,
    reach: &[Thing],
    templates: &[TemplateText],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Message> {
    let buttons = choices::choices(written.buttons, known.types, known.languages, found);
    let longest = if written.buttons.is_some() { LONGEST_ABOVE_BUTTONS } else { LONGEST_MESSAGE };
    let text = written.text.map(|text| said(text, longest, reach, known.fields, known.languages, found));
    let Some(template) = written.template else {
        let message = "this may be due more than 24 hours after the customer wrote, when WhatsApp takes nothing but \
                       a template; add `template`";
        found.error(written.at, "outside-window", message);
        return Some(Message { text, template: None, buttons });
    };
    let wanted = wanted(&template.value.name, templates, found)?;
    same_buttons(&template.value.name, wanted, buttons.len(), found);
    let template = template_use(&template.value, wanted, reach, known, found);
    Some(Message { text, template: Some(template), buttons })
}

fn wanted<'a>(written: &Word, templates: &'a [TemplateText], found: &mut Findings) -> Option<&'a TemplateText> {
    let name = written.value.as_str();
    let wanted = templates.iter().find(|template| template.name == name);
    if wanted.is_none() {
        let suggestion = did_you_mean(name, templates.iter().map(|template| template.name.as_str()));
        let advice = if suggestion.is_empty() { "; write it under `templates`".to_owned() } else { suggestion };
        found.error(written, "unknown-template", format!("there is no template `{name}`{advice}"));
    }
    wanted
}

/// A template has its own buttons; what a tap on them means stands here, in their order.
fn same_buttons(at: &Word, template: &TemplateText, count: usize, found: &mut Findings) {
    let own = template.buttons.values().map(Vec::len).max().unwrap_or_default();
    if own != count {
        let message = format!(
            "the template has {own} buttons of its own and this step {count}; write as many `buttons` under \
             `{}` as here, since nothing else can be tapped below a template",
            template.name
        );
        found.error(at, "template-buttons", message);
    }
}

fn template_use(
    written: &TemplateUseFile,
    template: &TemplateText,
    reach: &[Thing],
    known: &Known<'_>,
    found: &mut Findings,
) -> TemplateUse {
    for &language in known.languages {
        let words = written.fill.as_ref().and_then(|fill| fill.value.get(language));
        filled(&written.name, words, template, language, found);
    }
    for word in written.fill.iter().flat_map(|fill| fill.value.iter()).flat_map(|(_, list)| &list.value) {
        said_text(word, LONGEST_GAP, reach, known.fields, found);
        never_empty(word, known, found);
    }
    TemplateUse { name: template.name.clone(), fill: templates::lists(written.fill.as_ref()) }
}

fn filled(
    name: &Word,
    words: Option<&Spanned<Vec<Word>>>,
    template: &TemplateText,
    language: Language,
    found: &mut Findings,
) {
    let gaps = templates::gaps(template.body.get(language));
    let given = words.map_or(0, |words| words.value.len());
    if gaps != given {
        let message = format!(
            "`{}` has {gaps} gaps in `{language}` and `fill` gives {given}; write one text for each gap",
            template.name
        );
        match words {
            Some(words) => found.error(words, "template-fill", message),
            None => found.error(name, "template-fill", message),
        }
    }
}

/// WhatsApp refuses a template with an empty gap, and what may lack is empty one day.
fn never_empty(written: &Word, known: &Known<'_>, found: &mut Findings) {
    let names = text::names(&written.value);
    let may_lack =
        |name: &str| known.fields.iter().any(|field| field.may_lack && format!("{}.{}", field.of, field.name) == name);
    let values: Vec<(&str, &str)> = names.iter().map(|name| (*name, if may_lack(name) { "" } else { "x" })).collect();
    if text::render(&written.value, &values).is_ok_and(|said| said.trim().is_empty()) {
        let name = names.first().copied().unwrap_or_default();
        let message = format!(
            "`{name}` may be unknown, and WhatsApp refuses an empty gap; write \
             `{{% if {name} %}}{{{{ {name} }}}}{{% else %}}…{{% endif %}}`"
        );
        found.error(written, "template-fill", message);
    }
}
