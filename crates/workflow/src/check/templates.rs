//! Templates that the workflow wants to exist at Meta.

use std::collections::BTreeMap;

use domain::Language;
use domain::template::TemplateCategory;
use serde_saphyr::Spanned;

use super::choices::at_most;
use super::wording;
use crate::file::{Lists, Table, TemplateFile, Word, Words};
use crate::finding::Findings;
use crate::model::{TemplateText, Translated};

/// WhatsApp's limits.
const LONGEST_BODY: usize = 1_024;
const LONGEST_LINE: usize = 60;
const LONGEST_LABEL: usize = 25;

pub(super) fn templates(
    written: Option<&Spanned<Table<TemplateFile>>>,
    languages: &[Language],
    found: &mut Findings,
) -> Vec<TemplateText> {
    let mut names = Vec::new();
    let mut templates = Vec::new();
    for (name, template) in written.iter().flat_map(|written| &written.value.0) {
        wording::id(name, &mut names, "template", found);
        templates.push(self::template(name, template, languages, found));
    }
    templates
}

fn template(name: &Word, written: &TemplateFile, languages: &[Language], found: &mut Findings) -> TemplateText {
    let category = category(&written.category, found);
    let body = body(&written.body, languages, found);
    let header = written.header.as_ref().map(|header| line(header, "this header", languages, found));
    let footer = written.footer.as_ref().map(|footer| line(footer, "this footer", languages, found));
    let buttons = buttons(name, written.buttons.as_ref(), languages, found);
    let examples = lists(written.examples.as_ref());
    for &language in languages {
        let (gaps, given) = (gaps(body.get(language)), examples.get(&language).map_or(0, Vec::len));
        if gaps != given && written.body.value.get(language).is_some() {
            let message = format!(
                "Meta wants an example for each gap, and this template has {gaps} in `{language}` and {given} under `examples`"
            );
            found.error(name, "template-gaps", message);
        }
    }
    TemplateText { name: name.value.clone(), category, header, body, footer, buttons, examples }
}

fn category(written: &Word, found: &mut Findings) -> TemplateCategory {
    match written.value.as_str() {
        "utility" => TemplateCategory::Utility,
        "marketing" => TemplateCategory::Marketing,
        other => {
            let message = format!("`{other}` is not a category of templates; use utility or marketing");
            found.error(written, "template", message);
            TemplateCategory::Other
        }
    }
}

fn body(written: &Words, languages: &[Language], found: &mut Findings) -> Translated {
    for (_, word) in written.value.iter() {
        at_most(word, LONGEST_BODY, "a template", found);
        let text = word.value.trim();
        let numbers: Vec<&str> = gap_names(text).collect();
        let expected: Vec<String> = (1..=numbers.len()).map(|number| number.to_string()).collect();
        if let Some((wrong, right)) = numbers.iter().zip(&expected).find(|(number, right)| *number != right) {
            let message = format!("gaps are numbered from 1 in their order; write `{{{{{right}}}}}` here");
            found.error_within(word, &format!("{{{{{wrong}}}}}"), "template-gaps", message);
        } else if text.starts_with("{{") || text.ends_with("}}") {
            let message = "Meta refuses a template that begins or ends with a gap; put a word or a point there";
            found.error(word, "template-gaps", message);
        }
    }
    wording::translated(written, languages, "this template", found)
}

fn line(written: &Words, what: &str, languages: &[Language], found: &mut Findings) -> Translated {
    for (_, word) in written.value.iter() {
        at_most(word, LONGEST_LINE, what, found);
        if word.value.contains("{{") {
            found.error(word, "template-gaps", format!("{what} has no gaps; write them into the `body`"));
        }
    }
    wording::translated(written, languages, what, found)
}

fn buttons(
    name: &Word,
    written: Option<&Lists>,
    languages: &[Language],
    found: &mut Findings,
) -> BTreeMap<Language, Vec<String>> {
    for word in written.iter().flat_map(|lists| lists.value.iter()).flat_map(|(_, list)| &list.value) {
        at_most(word, LONGEST_LABEL, "a button of a template", found);
        wording::not_blank(word, found);
    }
    let buttons = lists(written);
    let most = buttons.values().map(Vec::len).max().unwrap_or_default();
    for language in languages {
        let count = buttons.get(language).map_or(0, Vec::len);
        if count < most {
            let message =
                format!("this template has {count} buttons in `{language}` and {most} elsewhere; add the missing");
            found.error(name, "template-buttons", message);
        }
    }
    buttons
}

/// How many gaps a body has.
pub(super) fn gaps(body: &str) -> usize {
    gap_names(body).count()
}

/// What stands between the braces, in the order of the text.
fn gap_names(body: &str) -> impl Iterator<Item = &str> {
    body.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name)
}

/// A list for each language.
pub(super) fn lists(written: Option<&Lists>) -> BTreeMap<Language, Vec<String>> {
    let lists = written.iter().flat_map(|written| written.value.iter());
    lists.map(|(language, list)| (language, list.value.iter().map(|word| word.value.clone()).collect())).collect()
}
