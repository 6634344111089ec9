//! A template and what fills it, held against each other before it leaves.

use serde_json::Value;

use super::{buttons, components, gaps, is_named, text_of};
use crate::outbound::{Parameter, Template, TemplateButton, TemplateHeader};

/// The text that the person will read.
pub fn filled(of: &Value, template: &Template) -> Option<String> {
    let text = text_of(components(of, "BODY").next()?, "text");
    let names = gaps::names(text);
    let (parts, rest) = gaps::split(text);
    let mut said = String::new();
    for (before, name) in parts {
        said.push_str(before);
        match value(&template.body, &names, name) {
            Some(value) => said.push_str(value),
            None => said.push_str(&format!("{{{{{name}}}}}")),
        }
    }
    Some(said + rest)
}

fn value<'t>(parameters: &'t [Parameter], names: &[&str], name: &str) -> Option<&'t str> {
    let named = parameters.iter().find(|parameter| parameter.name.as_deref() == Some(name));
    let in_order = || parameters.get(names.iter().position(|known| *known == name)?).filter(|one| one.name.is_none());
    named.or_else(in_order).map(|parameter| parameter.text.as_str())
}

/// Where a template and what fills it do not fit, a sentence each.
pub fn misfits(of: &Value, template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    if components(of, "CAROUSEL").next().is_some() {
        problems.push("this template is a carousel, and Hilo does not send those".to_owned());
    }
    let text = components(of, "BODY").next().map_or("", |body| text_of(body, "text"));
    problems.extend(gap_problems("text", text, &template.body));
    problems.extend(header_problem(components(of, "HEADER").next(), template.header.as_ref()));
    let known = buttons(of);
    for (place, button) in known.iter().enumerate() {
        let given = template.buttons.iter().find(|given| usize::from(given.index()) == place);
        problems.extend(button_problem(place, button, given));
    }
    for given in template.buttons.iter().filter(|given| known.len() <= usize::from(given.index())) {
        problems.push(format!("the template has {} buttons, so none with the index {}", known.len(), given.index()));
    }
    problems
}

fn gap_problems(what: &str, text: &str, given: &[Parameter]) -> Vec<String> {
    let names = gaps::names(text);
    let is_numbered = names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    if given.iter().all(|parameter| parameter.name.is_none()) && (is_numbered || given.is_empty()) {
        if names.len() == given.len() {
            return Vec::new();
        }
        let gaps = names.join(", ");
        return vec![format!("the {what} has {} gaps ({gaps}) and {} are filled: {text}", names.len(), given.len())];
    }
    let missing = names.iter().filter(|name| !given.iter().any(|one| one.name.as_deref() == Some(**name)));
    let missing = missing.map(|name| format!("nothing fills the gap `{name}` of the {what}"));
    let foreign = given.iter().filter_map(|one| match one.name.as_deref() {
        Some(name) if names.contains(&name) => None,
        Some(name) => Some(format!("the {what} has no gap `{name}`; it has {}", names.join(", "))),
        None => Some(format!("the gaps of the {what} have names; fill them by {}", names.join(", "))),
    });
    missing.chain(foreign).collect()
}

fn header_problem(known: Option<&Value>, given: Option<&TemplateHeader>) -> Vec<String> {
    let format = known.map_or("", |header| text_of(header, "format")).to_ascii_uppercase();
    let gaps = known.map_or("", |header| text_of(header, "text"));
    match (format.as_str(), given) {
        ("TEXT", Some(TemplateHeader::Text(parameter))) => {
            gap_problems("header", gaps, std::slice::from_ref(parameter))
        }
        ("TEXT", None) => gap_problems("header", gaps, &[]),
        ("IMAGE", Some(TemplateHeader::Image(_)))
        | ("VIDEO", Some(TemplateHeader::Video(_)))
        | ("DOCUMENT", Some(TemplateHeader::Document { .. }))
        | ("LOCATION", Some(TemplateHeader::Location(_)))
        | ("", None) => Vec::new(),
        ("", Some(_)) => vec!["the template has no header; leave `header` out".to_owned()],
        (format, _) => vec![format!("the header of the template is {format}; give `header` one of that kind")],
    }
}

fn button_problem(place: usize, known: &Value, given: Option<&TemplateButton>) -> Option<String> {
    let kind = text_of(known, "type").to_ascii_uppercase();
    let completes = !gaps::names(text_of(known, "url")).is_empty();
    match (kind.as_str(), given) {
        ("URL", Some(TemplateButton::Url { .. })) if completes => None,
        ("URL", _) if completes => {
            Some(format!("button {place} leads to {}; give its `suffix`", text_of(known, "url")))
        }
        ("COPY_CODE", Some(TemplateButton::CopyCode { .. })) => None,
        ("COPY_CODE", _) => Some(format!("button {place} copies a code; give its `copy_code`")),
        ("QUICK_REPLY", Some(TemplateButton::QuickReply { .. })) | ("FLOW", Some(TemplateButton::Flow { .. })) => None,
        // An authentication template is listed with the kind OTP, or as a link.
        ("OTP", Some(TemplateButton::Url { .. } | TemplateButton::CopyCode { .. })) => None,
        (_, None) => None,
        (kind, Some(_)) => Some(format!("button {place} is a {kind}, which carries something else, or nothing")),
    }
}

/// Whether a component or button is of a kind; for the checks of a definition.
pub(super) fn is_kind(value: &Value, kind: &str) -> bool {
    is_named(value, "type", kind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::outbound::MediaSource;

    fn order() -> Value {
        json!([
            {"type": "HEADER", "format": "IMAGE"},
            {"type": "BODY", "text": "Hola {{1}}, su pedido {{2}} está listo, {{1}}."},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Gracias"},
                {"type": "URL", "text": "Ver", "url": "https://example.org/{{1}}"}, {"type": "COPY_CODE", "example": "X"}]},
        ])
    }

    fn template(body: &[&str]) -> Template {
        Template {
            name: "order".into(),
            language: "es".into(),
            header: Some(TemplateHeader::Image(MediaSource::Id("9".into()))),
            body: body.iter().map(|text| Parameter { name: None, text: (*text).to_owned() }).collect(),
            buttons: vec![
                TemplateButton::Url { index: 1, suffix: "7".into() },
                TemplateButton::CopyCode { index: 2, code: "LUNA".into() },
            ],
        }
    }

    #[test]
    fn a_filled_template_reads_as_the_person_will_read_it() {
        assert_eq!(filled(&order(), &template(&["Ana", "7"])).unwrap(), "Hola Ana, su pedido 7 está listo, Ana.");
        assert!(misfits(&order(), &template(&["Ana", "7"])).is_empty());

        let named = json!([{"type": "body", "text": "Hola {{name}}"}]);
        let by_name = Parameter { name: Some("name".into()), text: "Ana".into() };
        let template = Template { header: None, body: vec![by_name], buttons: vec![], ..template(&[]) };
        assert_eq!(filled(&named, &template).unwrap(), "Hola Ana");
        assert!(misfits(&named, &template).is_empty());
    }

    #[test]
    fn what_does_not_fit_is_told_before_meta_refuses_it() {
        let said = misfits(&order(), &template(&["Ana"]));
        assert_eq!(
            said,
            ["the text has 2 gaps (1, 2) and 1 are filled: Hola {{1}}, su pedido {{2}} está listo, {{1}}."]
        );

        let bare = Template { header: None, buttons: vec![], ..template(&["Ana", "7"]) };
        let said = misfits(&order(), &bare).join("; ");
        for named in ["header of the template is IMAGE", "give its `suffix`", "give its `copy_code`"] {
            assert!(said.contains(named), "{said}");
        }

        let stray = Template { buttons: vec![TemplateButton::QuickReply { index: 9, payload: "x".into() }], ..bare };
        let text = json!([{"type": "BODY", "text": "Hola {{name}}"}]);
        let said = misfits(&text, &stray).join("; ");
        for named in ["fill them by name", "nothing fills the gap `name`", "none with the index 9"] {
            assert!(said.contains(named), "{said}");
        }
        assert!(misfits(&json!([{"type": "CAROUSEL"}]), &stray)[0].contains("carousel"));
    }
}
