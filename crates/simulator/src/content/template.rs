//! Templates, in the dialects that clients speak: component types in any case, `language.policy`, no components at all.

use std::collections::BTreeSet;

use super::Content;
use super::part::Part;
use crate::codes::{self, Refusal};
use crate::phones::{Button, ButtonKind};
use crate::settings::Template;

pub(super) fn read(template: &Part<'_>, approved: &[Template]) -> Result<Content, Refusal> {
    template.required()?;
    let name = template.at("name").text()?;
    let language = template.at("language").at("code").text()?;
    let known = find(approved, name, language)?;
    let components = Components::read(&template.at("components"))?;
    let text = match &known.body {
        Some(body) => fill(body, &components.body)?,
        None => components.body.iter().map(|parameter| parameter.text.as_str()).collect::<Vec<_>>().join(" "),
    };
    Ok(Content {
        kind: "template".into(),
        text: Some(if text.is_empty() { name.to_owned() } else { text }),
        buttons: quick_replies(known, &components.payloads),
        category: known.category,
        reacts_to: None,
        media: None,
    })
}

fn find<'a>(approved: &'a [Template], name: &str, language: &str) -> Result<&'a Template, Refusal> {
    approved
        .iter()
        .find(|template| {
            template.name == name
                && (template.languages.is_empty() || template.languages.iter().any(|known| known == language))
        })
        .ok_or_else(|| Refusal::of(codes::TEMPLATE_MISSING, format!("template `{name}` does not exist in {language}")))
}

#[derive(Default)]
struct Components {
    body: Vec<Parameter>,
    payloads: Vec<(usize, String)>,
}

struct Parameter {
    name: Option<String>,
    text: String,
}

impl Components {
    fn read(components: &Part<'_>) -> Result<Self, Refusal> {
        let mut read = Self::default();
        for component in components.optional_items()? {
            let kind = component.at("type").text()?.to_ascii_lowercase();
            match kind.as_str() {
                "body" => read.body = parameters(&component)?,
                "button" => read.payloads.extend(payload(&component)?),
                "header"
                | "footer"
                | "carousel"
                | "limited_time_offer"
                | "order_status"
                | "tap_target_configuration" => {}
                _ => return Err(component.at("type").refuse("is not a component of a template")),
            }
        }
        Ok(read)
    }
}

fn parameters(body: &Part<'_>) -> Result<Vec<Parameter>, Refusal> {
    body.at("parameters").optional_items()?.iter().map(parameter).collect()
}

fn parameter(parameter: &Part<'_>) -> Result<Parameter, Refusal> {
    let kind = parameter.at("type").text()?.to_ascii_lowercase();
    let text = match kind.as_str() {
        "text" => parameter.at("text").text()?,
        "currency" | "date_time" => parameter.at(&kind).at("fallback_value").text()?,
        _ => return Err(parameter.at("type").refuse("cannot stand in a body")),
    };
    let name = parameter.at("parameter_name").optional_text()?.map(str::to_owned);
    Ok(Parameter { name, text: text.to_owned() })
}

/// The payload that comes back when a person taps this quick reply.
fn payload(button: &Part<'_>) -> Result<Option<(usize, String)>, Refusal> {
    if !button.at("sub_type").text()?.eq_ignore_ascii_case("quick_reply") {
        return Ok(None);
    }
    // Clients write the index as a string and as a number.
    let written = button.at("index").number()?;
    let index = (0..10_u8).find(|known| f64::from(*known) == written);
    let index = index.ok_or_else(|| button.at("index").refuse("must be 0 to 9"))?;
    let given = button.at("parameters").optional_items()?;
    let payload = given.first().map(|parameter| parameter.at("payload").text_up_to(128)).transpose()?;
    Ok(payload.map(|payload| (usize::from(index), payload.to_owned())))
}

fn quick_replies(known: &Template, payloads: &[(usize, String)]) -> Vec<Button> {
    if known.quick_replies.is_empty() {
        // Only the payloads are known: they are the best label there is.
        return payloads.iter().map(|(_, payload)| quick_reply(payload, payload)).collect();
    }
    let payload = |at: usize| payloads.iter().find(|(index, _)| *index == at).map(|(_, payload)| payload);
    let labels = known.quick_replies.iter().enumerate();
    labels.map(|(at, label)| quick_reply(payload(at).unwrap_or(label), label)).collect()
}

fn quick_reply(payload: &str, label: &str) -> Button {
    Button { id: payload.into(), title: label.into(), description: None, kind: ButtonKind::QuickReply }
}

/// Puts the parameters where the template's body has its placeholders; their number must agree.
fn fill(body: &str, parameters: &[Parameter]) -> Result<String, Refusal> {
    let wanted = placeholders(body).len();
    if wanted != parameters.len() {
        let details = format!("the body has {wanted} placeholders and got {} parameters", parameters.len());
        return Err(Refusal::of(codes::TEMPLATE_PARAMETERS, details));
    }
    let (mut text, mut rest) = (String::new(), body);
    while let Some((before, name, after)) = next_placeholder(rest) {
        text.push_str(before);
        text.push_str(value_of(name, parameters)?);
        rest = after;
    }
    Ok(text + rest)
}

/// A placeholder is a name, or a position counted from one.
fn value_of<'a>(name: &str, parameters: &'a [Parameter]) -> Result<&'a str, Refusal> {
    let named = parameters.iter().find(|parameter| parameter.name.as_deref() == Some(name));
    let positional = || parameters.get(name.parse::<usize>().ok()?.checked_sub(1)?);
    let parameter = named.or_else(positional);
    let nothing = || Refusal::of(codes::TEMPLATE_PARAMETERS, format!("nothing fills `{name}`"));
    parameter.map(|parameter| parameter.text.as_str()).ok_or_else(nothing)
}

fn placeholders(body: &str) -> BTreeSet<&str> {
    let (mut names, mut rest) = (BTreeSet::new(), body);
    while let Some((_, name, after)) = next_placeholder(rest) {
        names.insert(name);
        rest = after;
    }
    names
}

fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name.trim(), after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn template(value: Value, approved: &[Template]) -> Result<Content, Refusal> {
        read(&Part::of(&value), approved)
    }

    fn reminder() -> Template {
        let body = "Hola {{1}}, su cita es el {{2}}.".to_owned();
        Template { body: Some(body), quick_replies: vec!["Confirmar".into()], ..Template::named("reminder") }
    }

    #[test]
    fn a_template_is_shown_filled_in_and_its_quick_reply_carries_the_payload() {
        let content = template(
            json!({"name": "reminder", "language": {"policy": "deterministic", "code": "es_MX"}, "components": [
                {"type": "BODY", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "lunes"}]},
                {"type": "button", "sub_type": "quick_reply", "index": "0",
                 "parameters": [{"type": "payload", "payload": "confirm:7"}]},
            ]}),
            &[reminder()],
        )
        .unwrap();

        assert_eq!(content.text.as_deref(), Some("Hola Ana, su cita es el lunes."));
        assert_eq!((content.buttons[0].id.as_str(), content.buttons[0].title.as_str()), ("confirm:7", "Confirmar"));
    }

    #[test]
    fn a_template_with_too_few_parameters_is_refused_with_132000() {
        let refusal = template(json!({"name": "reminder", "language": {"code": "es"}}), &[reminder()]).unwrap_err();
        assert_eq!(refusal.code, codes::TEMPLATE_PARAMETERS);
    }
}
