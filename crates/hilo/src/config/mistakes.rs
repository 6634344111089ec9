//! What is wrong with a settings file, with the line and what to write instead.

use std::path::Path;

pub(super) fn describe(path: &Path, text: &str, error: &figment::Error) -> anyhow::Error {
    let lines: Vec<String> = error
        .clone()
        .into_iter()
        .map(|single| {
            let key = single.path.join(".");
            let wrong = match &single.kind {
                figment::error::Kind::UnknownField(field, known) => {
                    format!("there is no key `{field}`; the keys here are {}", known.join(", "))
                }
                figment::error::Kind::MissingField(field) => format!("the key `{field}` is missing; add it"),
                other => format!("{other}"),
            };
            let name = match &single.kind {
                figment::error::Kind::UnknownField(field, _) => field.clone(),
                _ => single.path.last().cloned().unwrap_or_default(),
            };
            let place = line_of(text, &name).map_or(String::new(), |line| format!(":{line}"));
            let key = if key.is_empty() { String::new() } else { format!("`{key}`: ") };
            format!("{}{place}: {key}{wrong}", path.display())
        })
        .collect();
    anyhow::anyhow!(lines.join("\n"))
}

/// The first line that sets a key.
fn line_of(text: &str, key: &str) -> Option<usize> {
    if key.is_empty() {
        return None;
    }
    let sets = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(sets).map(|line| line + 1)
}
