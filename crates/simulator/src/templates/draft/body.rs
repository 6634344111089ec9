//! The text of a template and its variables.

use super::{BAD_BODY, TOO_MANY_VARIABLES, VARIABLE_AT_THE_EDGE, no_example, within};
use crate::codes::Refusal;
use crate::part::Part;
use crate::templates::placeholders::{Format, names, replace};

const LONGEST: usize = 1024;

pub(super) fn check(body: &Part<'_>, format: Format) -> Result<(), Refusal> {
    check_up_to(LONGEST, body, format)
}

pub(super) fn check_up_to(longest: usize, body: &Part<'_>, format: Format) -> Result<(), Refusal> {
    let text = within(&body.at("text"), longest)?;
    let variables = names(text);
    if variables.is_empty() {
        return Ok(());
    }
    well_named(&variables, format)?;
    inside(text)?;
    spaced(text)?;
    exemplified(body, &variables, format)
}

/// Positions count from one without a gap; names are lower-case letters and underscores.
fn well_named(variables: &[&str], format: Format) -> Result<(), Refusal> {
    let mut positions: Vec<usize> = variables.iter().filter_map(|name| name.parse().ok()).collect();
    positions.sort_unstable();
    let is_fine = match format {
        Format::Positional => positions == (1..=variables.len()).collect::<Vec<_>>(),
        Format::Named => variables.iter().all(|name| is_name(name)),
    };
    let reason = match format {
        Format::Positional => "variables are {{1}}, {{2}} and so on, without a gap",
        Format::Named => "variables are {{lower_case}} names",
    };
    if is_fine { Ok(()) } else { Err(Refusal::template(BAD_BODY, reason)) }
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// A full stop is enough to keep a variable from the end.
fn inside(text: &str) -> Result<(), Refusal> {
    let shown = text.trim();
    if shown.starts_with("{{") || shown.ends_with("}}") {
        return Err(Refusal::template(VARIABLE_AT_THE_EDGE, "variables cannot be at the start or the end"));
    }
    Ok(())
}

/// For each variable two words, and one more.
fn spaced(text: &str) -> Result<(), Refusal> {
    let mut variables = 0;
    let Ok(plain) = replace(text, |_| {
        variables += 1;
        Ok::<_, std::convert::Infallible>(" ".to_owned())
    });
    let words = plain.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    if words < 2 * variables + 1 {
        let details = format!("{variables} variables are too many for {words} words");
        return Err(Refusal::template(TOO_MANY_VARIABLES, details));
    }
    Ok(())
}

fn exemplified(body: &Part<'_>, variables: &[&str], format: Format) -> Result<(), Refusal> {
    let given = match format {
        Format::Positional => {
            // One set of examples; some clients do not wrap it in a list of its own.
            let sets = body.at("example").at("body_text").optional_items()?;
            sets.first().map_or(0, |first| first.optional_items().map_or(sets.len(), |items| items.len()))
        }
        Format::Named => body.at("example").at("body_text_named_params").optional_items()?.len(),
    };
    if given == variables.len() { Ok(()) } else { Err(no_example("BODY")) }
}
