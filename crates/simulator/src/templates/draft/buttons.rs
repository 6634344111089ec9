//! The buttons of a template.

use super::{TOO_LONG, no_example, within};
use crate::codes::Refusal;
use crate::part::Part;
use crate::settings::Category;

const MOST_BUTTONS: usize = 10;
const LONGEST_URL: usize = 2_000;
const LONGEST_CODE: usize = 15;

pub(super) fn check(component: &Part<'_>, category: Category) -> Result<(), Refusal> {
    check_up_to(MOST_BUTTONS, component, category).map(drop)
}

/// Returns the types of the buttons, in their order.
pub(super) fn check_up_to(most: usize, component: &Part<'_>, category: Category) -> Result<Vec<String>, Refusal> {
    let buttons = component.at("buttons").items(most)?;
    let mut kinds = Vec::new();
    for button in &buttons {
        kinds.push(check_one(button, category)?);
    }
    for (kind, most) in [("URL", 2), ("PHONE_NUMBER", 1), ("COPY_CODE", 1), ("REQUEST_CONTACT_INFO", 1)] {
        if most < kinds.iter().filter(|found| *found == kind).count() {
            return Err(component.at("buttons").refuse(&format!("may hold {most} of type {kind}")));
        }
    }
    // Quick replies stand together, before or after the others.
    let changes = kinds.windows(2).filter(|pair| (pair[0] == "QUICK_REPLY") != (pair[1] == "QUICK_REPLY")).count();
    if 1 < changes {
        return Err(component.at("buttons").refuse("mixes quick replies with other buttons"));
    }
    Ok(kinds)
}

fn check_one(button: &Part<'_>, category: Category) -> Result<String, Refusal> {
    let kind = button.at("type").text()?.to_ascii_uppercase();
    match kind.as_str() {
        "QUICK_REPLY" | "FLOW" | "CATALOG" | "MPM" | "SPM" | "VOICE_CALL" => label(button)?,
        "PHONE_NUMBER" => {
            label(button)?;
            within(&button.at("phone_number"), 20)?;
        }
        "URL" => url(button)?,
        "COPY_CODE" => code(button)?,
        "OTP" if category == Category::Authentication => {}
        "REQUEST_CONTACT_INFO" if category != Category::Authentication => {}
        _ => return Err(button.at("type").refuse("is not a button of this template")),
    }
    Ok(kind)
}

fn label(button: &Part<'_>) -> Result<(), Refusal> {
    within(&button.at("text"), 25).map(drop)
}

/// A link may end in one variable.
fn url(button: &Part<'_>) -> Result<(), Refusal> {
    label(button)?;
    let url = within(&button.at("url"), LONGEST_URL)?;
    match url.split_once("{{") {
        None => Ok(()),
        Some((_, variable)) if variable.trim_end().find("}}") != Some(variable.trim_end().len() - 2) => {
            Err(button.at("url").refuse("may have one variable, at its end"))
        }
        Some(_) if button.at("example").is_there() => Ok(()),
        Some(_) => Err(no_example("BUTTONS")),
    }
}

/// The example is written as a text or as a list of one.
fn code(button: &Part<'_>) -> Result<(), Refusal> {
    let example = button.at("example");
    let codes = example.optional_items().unwrap_or_default();
    let code = match codes.first() {
        Some(first) => first.optional_text()?,
        None => example.optional_text()?,
    };
    match code {
        None => Err(no_example("BUTTONS")),
        Some(code) if LONGEST_CODE < code.chars().count() => {
            Err(Refusal { subcode: Some(TOO_LONG), ..example.refuse("may have 15 characters") })
        }
        Some(_) => Ok(()),
    }
}
