//! A template that somebody wants to have: what the review refuses without looking at it.

mod body;
mod buttons;
mod carousel;
mod password;

pub(crate) use carousel::MOST_CARDS;

use serde_json::Value;

use super::placeholders::{Format, names};
use crate::codes::Refusal;
use crate::part::Part;
use crate::settings::Category;

// Meta's subcodes of error 100.
pub(super) const TOO_LONG: i64 = 2_388_040;
pub(super) const NO_EXAMPLE: i64 = 2_388_043;
const BAD_HEADER: i64 = 2_388_047;
pub(super) const BAD_BODY: i64 = 2_388_072;
const BAD_FOOTER: i64 = 2_388_073;
pub(super) const TOO_MANY_VARIABLES: i64 = 2_388_293;
pub(super) const VARIABLE_AT_THE_EDGE: i64 = 2_388_299;

const LARGEST: usize = 64 * 1024; // bytes; a template of ten cards stays far below
const LONGEST_NAME: usize = 512;

/// A new template.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) category: Category,
    pub(crate) format: Format,
    pub(crate) components: Value,
}

/// A change of an existing one. Components are replaced as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) category: Option<Category>,
    pub(crate) components: Option<Value>,
}

impl Draft {
    pub(crate) fn read(request: &Value) -> Result<Self, Refusal> {
        let request = Part::of(request);
        let (category, format) = (category(&request)?, format(&request)?);
        let category = category.ok_or_else(|| Refusal::parameter("`category` is required"))?;
        let (name, language) = (name(&request)?, language(&request)?);
        let mut components = request.at("components").json("components")?;
        check(&components, category, format)?;
        if category == Category::Authentication {
            password::write(&mut components, &language);
        }
        Ok(Self { name, language, category, format, components })
    }
}

impl Edit {
    pub(crate) fn read(request: &Value, entry: &super::Entry) -> Result<Self, Refusal> {
        let request = Part::of(request);
        let category = category(&request)?;
        let components = match request.at("components").is_there() {
            true => Some(request.at("components").json("components")?),
            false => None,
        };
        if let Some(components) = &components {
            check(components, category.unwrap_or(entry.category), entry.format)?;
        }
        Ok(Self { category, components })
    }
}

fn name(request: &Part<'_>) -> Result<String, Refusal> {
    let name = request.at("name").text()?;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if LONGEST_NAME < name.len() || !name.bytes().all(is_plain) {
        return Err(request.at("name").refuse("may have 512 lower-case letters, digits and underscores"));
    }
    Ok(name.to_owned())
}

/// `es` or `es_MX`.
fn language(request: &Part<'_>) -> Result<String, Refusal> {
    let code = request.at("language").text()?;
    let (language, region) = code.split_once('_').unwrap_or((code, "XX"));
    let is_language = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_region = (2..=4).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_language && is_region { Ok(code.to_owned()) } else { Err(request.at("language").refuse("is not a language")) }
}

fn category(request: &Part<'_>) -> Result<Option<Category>, Refusal> {
    match request.at("category").optional_text()?.map(str::to_ascii_uppercase).as_deref() {
        None => Ok(None),
        Some("MARKETING") => Ok(Some(Category::Marketing)),
        Some("UTILITY") => Ok(Some(Category::Utility)),
        Some("AUTHENTICATION") => Ok(Some(Category::Authentication)),
        Some(_) => Err(request.at("category").refuse("must be MARKETING, UTILITY or AUTHENTICATION")),
    }
}

fn format(request: &Part<'_>) -> Result<Format, Refusal> {
    match request.at("parameter_format").optional_text()?.map(str::to_ascii_uppercase).as_deref() {
        None | Some("POSITIONAL") => Ok(Format::Positional),
        Some("NAMED") => Ok(Format::Named),
        Some(_) => Err(request.at("parameter_format").refuse("must be POSITIONAL or NAMED")),
    }
}

/// What each component must be like.
fn check(components: &Value, category: Category, format: Format) -> Result<(), Refusal> {
    if LARGEST < components.to_string().len() {
        return Err(Refusal::parameter("`components` is too large"));
    }
    let list = Part::of(components).optional_items()?;
    let mut kinds = Vec::new();
    for component in &list {
        let kind = component.at("type").text()?.to_ascii_uppercase();
        match kind.as_str() {
            "HEADER" => header(component, format)?,
            // The platform writes the text of one-time passwords itself.
            "BODY" if category == Category::Authentication => {}
            "BODY" => body::check(component, format)?,
            "FOOTER" => footer(component)?,
            "BUTTONS" => buttons::check(component, category)?,
            "CAROUSEL" => carousel::check(component, category, format)?,
            "LIMITED_TIME_OFFER" | "CALL_PERMISSION_REQUEST" => {}
            _ => return Err(component.at("type").refuse("is not a component of a template")),
        }
        if kinds.contains(&kind) {
            return Err(component.refuse(&format!("is a second {kind}")));
        }
        kinds.push(kind);
    }
    if kinds.iter().any(|kind| kind == "BODY") {
        Ok(())
    } else {
        Err(Refusal::template(BAD_BODY, "a BODY is required"))
    }
}

fn header(header: &Part<'_>, format: Format) -> Result<(), Refusal> {
    let example = header.at("example");
    match header.at("format").text()?.to_ascii_uppercase().as_str() {
        "TEXT" => {
            let text = within(&header.at("text"), 60)?;
            let variables = names(text);
            if 1 < variables.len() {
                return Err(Refusal::template(BAD_HEADER, "a header may have one variable"));
            }
            let given = match format {
                Format::Positional => example.at("header_text").is_there(),
                Format::Named => example.at("header_text_named_params").is_there(),
            };
            if variables.is_empty() || given { Ok(()) } else { Err(no_example("HEADER")) }
        }
        "IMAGE" | "VIDEO" | "DOCUMENT" if example.at("header_handle").is_there() => Ok(()),
        "IMAGE" | "VIDEO" | "DOCUMENT" => Err(no_example("HEADER")),
        "LOCATION" => Ok(()),
        _ => Err(Refusal::template(BAD_HEADER, "the format must be TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION")),
    }
}

fn footer(footer: &Part<'_>) -> Result<(), Refusal> {
    if !footer.at("text").is_there() {
        return Ok(()); // one-time passwords say when they expire instead
    }
    let text = within(&footer.at("text"), 60)?;
    if names(text).is_empty() { Ok(()) } else { Err(Refusal::template(BAD_FOOTER, "a footer has no variables")) }
}

pub(super) fn within<'a>(part: &Part<'a>, most: usize) -> Result<&'a str, Refusal> {
    let text = part.text()?;
    let length = text.chars().count();
    if length <= most {
        return Ok(text);
    }
    Err(Refusal { subcode: Some(TOO_LONG), ..part.refuse(&format!("may have {most} characters, not {length}")) })
}

pub(super) fn no_example(component: &str) -> Refusal {
    let details = format!("component of type {component} is missing expected field(s) (example)");
    Refusal::template(NO_EXAMPLE, details)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn subcode(components: Value) -> Option<i64> {
        let request = json!({ "name": "a", "language": "es_MX", "category": "utility", "components": components });
        Draft::read(&request).err().map(|refusal| refusal.subcode.unwrap_or(refusal.code))
    }

    fn body(text: &str, example: Value) -> Value {
        json!([{ "type": "body", "text": text, "example": { "body_text": [example] } }])
    }

    #[test]
    fn a_body_is_refused_for_what_meta_names_in_its_subcodes() {
        let one = || json!(["Ana"]);
        assert_eq!(subcode(body("Hola {{1}}, su pedido está listo.", one())), None);
        assert_eq!(subcode(body("Su pedido está listo, {{1}}.", one())), None);
        assert_eq!(subcode(body("{{1}}, su pedido está listo.", one())), Some(VARIABLE_AT_THE_EDGE));
        assert_eq!(subcode(body("Su pedido está listo, {{1}}", one())), Some(VARIABLE_AT_THE_EDGE));
        assert_eq!(subcode(body("Hola {{1}} y {{2}} adiós", json!(["a", "b"]))), Some(TOO_MANY_VARIABLES));
        assert_eq!(subcode(body("Hola {{2}}, su pedido está listo.", one())), Some(BAD_BODY));
        assert_eq!(subcode(body("Hola {{name}}, su pedido está listo.", one())), Some(BAD_BODY));
        assert_eq!(subcode(body("Hola {{1}}, su pedido está listo.", json!([]))), Some(NO_EXAMPLE));
        assert_eq!(subcode(body(&"x".repeat(1025), one())), Some(TOO_LONG));
        assert_eq!(subcode(json!([])), Some(BAD_BODY));
    }

    #[test]
    fn headers_footers_and_buttons_have_their_limits() {
        let with = |component: Value| subcode(json!([{ "type": "BODY", "text": "Su pedido está listo." }, component]));
        let button = |button: Value| with(json!({ "type": "BUTTONS", "buttons": [button] }));
        assert_eq!(with(json!({ "type": "HEADER", "format": "TEXT", "text": "x".repeat(61) })), Some(TOO_LONG));
        assert_eq!(with(json!({ "type": "HEADER", "format": "TEXT", "text": "{{1}} y {{2}}" })), Some(BAD_HEADER));
        assert_eq!(with(json!({ "type": "HEADER", "format": "IMAGE" })), Some(NO_EXAMPLE));
        assert_eq!(with(json!({ "type": "FOOTER", "text": "Hola {{1}}" })), Some(BAD_FOOTER));
        assert_eq!(button(json!({ "type": "QUICK_REPLY", "text": "x".repeat(26) })), Some(TOO_LONG));
        let url = |url: &str| json!({ "type": "URL", "text": "Ver", "url": url });
        assert_eq!(button(url("https://example.com/{{1}}")), Some(NO_EXAMPLE));
        assert_eq!(button(url(&format!("https://example.com/{}", "x".repeat(2_000)))), Some(TOO_LONG));
        assert_eq!(button(json!({ "type": "COPY_CODE", "example": "SIXTEEN-LETTERS!" })), Some(TOO_LONG));
        let reply = || json!({ "type": "QUICK_REPLY", "text": "Sí" });
        assert_eq!(with(json!({ "type": "BUTTONS", "buttons": vec![reply(); 11] })), Some(100));
        let mixed = json!([reply(), url("https://example.com"), reply()]);
        assert_eq!(with(json!({ "type": "BUTTONS", "buttons": mixed })), Some(100));
    }

    #[test]
    fn a_name_has_lower_case_letters_digits_and_underscores() {
        let read = |name: &str| {
            let components = json!([{ "type": "BODY", "text": "Su pedido está listo." }]);
            Draft::read(&json!({ "name": name, "language": "es", "category": "UTILITY", "components": components }))
        };
        assert!(read("order_ready_2").is_ok());
        for name in ["Order", "order-ready", "order ready", "", &"x".repeat(513)] {
            assert_eq!(read(name).unwrap_err().code, 100, "{name}");
        }
    }
}
