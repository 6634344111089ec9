//! What a template consists of, and what somebody has to give before it can be sent. All of it is as Meta lists it: any part may be
//! missing, or be something else than it should.

use serde_json::Value;

/// A template that a form can fill.
#[derive(Debug, PartialEq)]
pub(super) struct Shape<'v> {
    pub(super) header: Header<'v>,
    pub(super) body: &'v str,
    pub(super) footer: Option<&'v str>,
    pub(super) buttons: Vec<Button<'v>>,
}

/// What stands above the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header<'v> {
    Nothing,
    Text(&'v str),
    /// A file, by the name that a message of its kind has.
    File(&'static str),
    Place,
}

/// A button below the words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Button<'v> {
    pub(super) label: &'v str,
    /// What it has to be given, and its place among all of them.
    pub(super) asks: Option<(usize, Asks<'v>)>,
}

/// What a button has to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks<'v> {
    /// The end of an address that begins like this.
    Suffix(&'v str),
    /// A code to copy.
    Code,
}

impl<'v> Shape<'v> {
    /// Nothing, if no form can fill it: a carousel, or a password that only a program knows.
    pub(super) fn read(components: &'v Value) -> Option<Shape<'v>> {
        if part(components, "CAROUSEL").is_some() || part(components, "LIMITED_TIME_OFFER").is_some() {
            return None;
        }
        let header = part(components, "HEADER").map_or(Some(Header::Nothing), header)?;
        let buttons = part(components, "BUTTONS").and_then(|part| part["buttons"].as_array());
        let buttons = buttons.into_iter().flatten().enumerate().map(|(place, one)| button(place, one));
        Some(Shape {
            header,
            body: part(components, "BODY").and_then(|part| part["text"].as_str()).unwrap_or_default(),
            footer: part(components, "FOOTER").and_then(|part| part["text"].as_str()),
            buttons: buttons.collect::<Option<Vec<_>>>()?,
        })
    }
}

fn header(part: &Value) -> Option<Header<'_>> {
    match part["format"].as_str().unwrap_or("TEXT").to_ascii_uppercase().as_str() {
        "TEXT" => Some(Header::Text(part["text"].as_str().unwrap_or_default())),
        "IMAGE" => Some(Header::File("image")),
        "VIDEO" => Some(Header::File("video")),
        "DOCUMENT" => Some(Header::File("document")),
        "LOCATION" => Some(Header::Place),
        _ => None,
    }
}

fn button(place: usize, of: &Value) -> Option<Button<'_>> {
    let label = of["text"].as_str().unwrap_or_default();
    let url = of["url"].as_str().unwrap_or_default();
    let asks = match of["type"].as_str().unwrap_or_default().to_ascii_uppercase().as_str() {
        "OTP" => return None,
        "URL" if !whatsapp::templates::gaps(url).is_empty() => {
            Some(Asks::Suffix(url.split("{{").next().unwrap_or(url)))
        }
        "COPY_CODE" => Some(Asks::Code),
        _ => None,
    };
    Some(Button { label, asks: asks.map(|asks| (place, asks)) })
}

/// What Meta was shown as an example of the gaps of a part, in their order.
pub(super) fn examples(components: &Value, kind: &str) -> Vec<String> {
    let Some(example) = part(components, kind).map(|part| &part["example"]) else { return Vec::new() };
    let named = example.as_object().into_iter().flatten().find_map(|(key, value)| {
        key.ends_with("named_params")
            .then(|| value.as_array())?
            .map(|all| all.iter().filter_map(|one| one["example"].as_str().map(str::to_owned)).collect::<Vec<_>>())
    });
    let in_order = || {
        let texts = if kind == "HEADER" { &example["header_text"] } else { &example["body_text"][0] };
        texts.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    named.unwrap_or_else(in_order)
}

fn part<'v>(components: &'v Value, kind: &str) -> Option<&'v Value> {
    let is_it = |part: &&Value| part["type"].as_str().is_some_and(|of| of.eq_ignore_ascii_case(kind));
    components.as_array()?.iter().find(is_it)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_has_to_be_given_is_what_the_template_leaves_open() {
        let components = json!([
            {"type": "header", "format": "IMAGE"},
            {"type": "BODY", "text": "Hola {{1}}", "example": {"body_text": [["Ana"]]}},
            {"type": "FOOTER", "text": "Óptica Luna"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Gracias"},
                {"type": "URL", "text": "Ver", "url": "https://luna.example/p/{{1}}"},
                {"type": "URL", "text": "Mapa", "url": "https://luna.example"},
                {"type": "COPY_CODE", "text": "Copiar"},
            ]},
        ]);
        let shape = Shape::read(&components).unwrap();
        assert_eq!(
            (shape.header, shape.body, shape.footer),
            (Header::File("image"), "Hola {{1}}", Some("Óptica Luna"))
        );
        let asks: Vec<_> = shape.buttons.iter().filter_map(|button| button.asks).collect();
        assert_eq!(asks, [(1, Asks::Suffix("https://luna.example/p/")), (3, Asks::Code)]);
        assert_eq!(examples(&components, "BODY"), ["Ana"]);
        let named = json!([{"type": "BODY", "text": "{{name}}", "example": {"body_text_named_params": [{"param_name": "name", "example": "Ana"}]}}]);
        assert_eq!(examples(&named, "BODY"), ["Ana"]);
    }

    #[test]
    fn what_no_form_can_fill_is_left_to_programs() {
        for part in [
            json!({"type": "CAROUSEL"}),
            json!({"type": "HEADER", "format": "HOLOGRAM"}),
            json!({"type": "BUTTONS", "buttons": [{"type": "OTP"}]}),
        ] {
            assert_eq!(Shape::read(&json!([part])), None);
        }
        assert_eq!(Shape::read(&json!("nonsense")).unwrap().header, Header::Nothing);
    }
}
