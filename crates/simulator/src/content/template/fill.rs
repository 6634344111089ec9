//! Puts the parameters where the placeholders are. Their number and their names must agree.

use super::given::Parameter;
use crate::codes::{self, Refusal};
use crate::templates::{Format, names, replace};

pub(super) fn fill(part: &str, text: &str, format: Format, given: &[Parameter]) -> Result<String, Refusal> {
    let wanted = names(text);
    if wanted.len() != given.len() {
        let details = format!(
            "{part}: number of localizable_params ({}) does not match the expected number of params ({})",
            given.len(),
            wanted.len()
        );
        return Err(Refusal::of(codes::TEMPLATE_PARAMETERS, details));
    }
    for parameter in given {
        plain(part, parameter)?;
    }
    replace(text, |name| match format {
        Format::Positional => positional(part, name, given),
        Format::Named => named(part, name, given),
    })
}

fn positional(part: &str, name: &str, given: &[Parameter]) -> Result<String, Refusal> {
    let at = |position: usize| given.get(position.checked_sub(1)?)?.text();
    let found = name.parse().ok().and_then(at).map(str::to_owned);
    found.ok_or_else(|| Refusal::of(codes::TEMPLATE_PARAMETERS, format!("{part}: nothing fills `{name}`")))
}

fn named(part: &str, wanted: &str, given: &[Parameter]) -> Result<String, Refusal> {
    for parameter in given {
        match parameter {
            Parameter::Text { name: Some(name), text } if name == wanted => return Ok(text.clone()),
            Parameter::Text { name: Some(_), .. } => {}
            _ => return Err(Refusal::parameter("Parameter name is missing or empty")),
        }
    }
    Err(Refusal::of(codes::TEMPLATE_PARAMETERS, format!("{part}: nothing fills `{wanted}`")))
}

/// A parameter stands in a line of text and must not tear it apart.
fn plain(part: &str, parameter: &Parameter) -> Result<(), Refusal> {
    let Some(text) = parameter.text() else {
        let details = format!("{part}: Format mismatch, expected TEXT, received {}", parameter.kind());
        return Err(Refusal::of(codes::TEMPLATE_FORMAT, details));
    };
    if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
        let details = "a parameter cannot have line breaks, tabs or more than four spaces in a row";
        return Err(Refusal::of(codes::TEMPLATE_FORMAT, details));
    }
    Ok(())
}
