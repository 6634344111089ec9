//! Templates that the workflow wants to exist at Meta.

use std::collections::BTreeMap;

use domain::Language;
use domain::template::TemplateCategory;
use serde_saphyr::Spanned;

use super::wording;
use crate::file::{PerLanguage, Table, TemplateFile, Word};
use crate::finding::Findings;
use crate::model::TemplateText;

pub(super) fn templates(
    written: Option<&Spanned<Table<TemplateFile>>>,
    languages: &[Language],
    found: &mut Findings,
) -> Vec<TemplateText> {
    let mut names = Vec::new();
    let mut templates = Vec::new();
    for (name, template) in written.iter().flat_map(|written| &written.value.0) {
        wording::id(name, &mut names, "template", found);
        templates.extend(self::template(name, template, languages, found));
    }
    templates
}

fn template(name: &Word, written: &TemplateFile, languages: &[Language], found: &mut Findings) -> Option<TemplateText> {
    let category = category(&written.category, found);
    let body = wording::translated(&written.body, languages, "this template", found);
    let header = written.header.as_ref().map(|line| wording::translated(line, languages, "this header", found));
    let footer = written.footer.as_ref().map(|line| wording::translated(line, languages, "this footer", found));
    Some(TemplateText {
        name: name.value.clone(),
        category: category?,
        header,
        body,
        footer,
        buttons: lists(written.buttons.as_ref()),
        examples: lists(written.examples.as_ref()),
    })
}

fn category(written: &Word, found: &mut Findings) -> Option<TemplateCategory> {
    match written.value.as_str() {
        "utility" => Some(TemplateCategory::Utility),
        "marketing" => Some(TemplateCategory::Marketing),
        other => {
            let message = format!("`{other}` is not a category of templates; use utility or marketing");
            found.error(written, "template", message);
            None
        }
    }
}

/// A list for each language.
pub(super) fn lists(written: Option<&Spanned<PerLanguage<Spanned<Vec<Word>>>>>) -> BTreeMap<Language, Vec<String>> {
    let lists = written.iter().flat_map(|written| written.value.iter());
    lists.map(|(language, list)| (language, list.value.iter().map(|word| word.value.clone()).collect())).collect()
}
