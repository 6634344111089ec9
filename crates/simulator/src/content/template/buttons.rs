//! The buttons of a template: which of them the request must fill, and what the phone shows.

use super::given::{GivenButton, Parameter};
use crate::codes::{self, Refusal};
use crate::phones::{Button as Shown, ButtonKind};
use crate::templates::Button;

pub(super) fn check(buttons: &[Button], given: &[GivenButton]) -> Result<Vec<Shown>, Refusal> {
    for one in given {
        let details = || format!("there is no {} button at index {}", one.kind, one.index);
        let fits = buttons.get(one.index).is_some_and(|button| button.is_called(&one.kind));
        if !fits {
            return Err(Refusal::of(codes::TEMPLATE_FORMAT, details()));
        }
    }
    for (index, button) in buttons.iter().enumerate() {
        let parameter = given.iter().find(|one| one.index == index).and_then(|one| one.parameters.first());
        button.satisfied(index, parameter)?;
    }
    Ok(shown(buttons, given))
}

/// Of a template that is known by name, what is tapped is what the request says.
pub(super) fn taken_as_given(buttons: &[Button], given: &[GivenButton]) -> Vec<Shown> {
    if !buttons.is_empty() {
        return shown(buttons, given);
    }
    let payloads = given.iter().filter_map(GivenButton::payload);
    // Only the payloads are known: they are the best label there is.
    payloads.map(|payload| quick_reply(payload, payload)).collect()
}

fn shown(buttons: &[Button], given: &[GivenButton]) -> Vec<Shown> {
    let payload = |index: usize| given.iter().find(|one| one.index == index).and_then(GivenButton::payload);
    let labelled = buttons.iter().enumerate().filter_map(|(index, button)| match button {
        Button::QuickReply(label) => Some(quick_reply(payload(index).unwrap_or(label), label)),
        Button::Url { .. } | Button::CopyCode | Button::OneTimePassword | Button::Other => None,
    });
    labelled.collect()
}

fn quick_reply(payload: &str, label: &str) -> Shown {
    Shown { id: payload.into(), title: label.into(), description: None, kind: ButtonKind::QuickReply }
}

impl GivenButton {
    /// What comes back when a person taps this quick reply.
    fn payload(&self) -> Option<&str> {
        match self.parameters.first() {
            Some(Parameter::Payload(payload)) if self.kind == "quick_reply" => Some(payload),
            _ => None,
        }
    }
}

impl Button {
    fn is_called(&self, kind: &str) -> bool {
        match self {
            Self::QuickReply(_) => kind == "quick_reply",
            Self::Url { .. } => kind == "url",
            Self::CopyCode => kind == "copy_code",
            // A one-time password is sent as the parameter of a link.
            Self::OneTimePassword => kind == "url" || kind == "otp",
            Self::Other => true,
        }
    }

    fn satisfied(&self, index: usize, parameter: Option<&Parameter>) -> Result<(), Refusal> {
        let is_satisfied = match self {
            Self::QuickReply(_) | Self::Other | Self::Url { is_open: false } => true,
            Self::Url { is_open: true } | Self::OneTimePassword => matches!(parameter, Some(Parameter::Text { .. })),
            Self::CopyCode => matches!(parameter, Some(Parameter::Code)),
        };
        if is_satisfied {
            return Ok(());
        }
        Err(Refusal::of(codes::MISSING_PARAMETER, format!("buttons: Button at index {index} requires a parameter")))
    }
}
