//! Lists and objects as Graph shows them: `fields` chooses what is shown, `limit`, `after` and `before` cut pages.

use axum::http::Uri;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::request::Fields;
use crate::codes::Refusal;

const USUAL_PAGE: usize = 25;
const LARGEST_PAGE: usize = 500;

/// The page that was asked for. Cursors name a place in the list.
pub(super) fn page(items: &[Value], fields: &Fields, address: &str, uri: &Uri) -> Result<Value, Refusal> {
    let limit = fields.number("limit")?.unwrap_or(USUAL_PAGE).clamp(1, LARGEST_PAGE);
    let (first, end) = match (cursor(fields, "after")?, cursor(fields, "before")?) {
        (Some(after), _) => (after + 1, after + 1 + limit),
        (None, Some(before)) => (before.saturating_sub(limit), before),
        (None, None) => (0, limit),
    };
    let (first, end) = (first.min(items.len()), end.min(items.len()));
    let data: Vec<Value> = items[first..end].iter().map(|item| chosen(item, fields)).collect();
    if data.is_empty() {
        return Ok(json!({ "data": data }));
    }
    let mut paging = json!({ "cursors": { "before": write(first), "after": write(end - 1) } });
    if end < items.len() {
        paging["next"] = json!(link(address, uri, "after", &write(end - 1)));
    }
    if 0 < first {
        paging["previous"] = json!(link(address, uri, "before", &write(first)));
    }
    Ok(json!({ "data": data, "paging": paging }))
}

/// The object with the fields that were asked for; its id is always among them.
pub(super) fn chosen(object: &Value, fields: &Fields) -> Value {
    let (Some(wanted), Value::Object(all)) = (fields.text("fields"), object) else { return object.clone() };
    let wanted = names(wanted);
    let is_wanted = |name: &String| name == "id" || wanted.contains(&name.as_str());
    Value::Object(
        all.iter().filter(|(name, _)| is_wanted(name)).map(|(k, v)| (k.clone(), v.clone())).collect::<Map<_, _>>(),
    )
}

/// The names of the first level: `a,b{c,d}` asks for a and b.
fn names(fields: &str) -> Vec<&str> {
    let mut depth = 0;
    let top = fields.split(|c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    top.map(|name| name.split(['{', '.']).next().unwrap_or_default().trim()).collect()
}

fn cursor(fields: &Fields, name: &str) -> Result<Option<usize>, Refusal> {
    let Some(written) = fields.text(name) else { return Ok(None) };
    let decoded = URL_SAFE_NO_PAD.decode(written).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let place = decoded.and_then(|text| text.parse::<u32>().ok()).and_then(|place| usize::try_from(place).ok());
    place.map(Some).ok_or_else(|| Refusal::parameter(format!("`{name}` is not a cursor of this list")))
}

fn write(place: usize) -> String {
    URL_SAFE_NO_PAD.encode(place.to_string())
}

/// The same request at another place.
fn link(address: &str, uri: &Uri, name: &str, cursor: &str) -> String {
    let kept = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("after=") && !pair.starts_with("before="));
    let query: Vec<&str> = kept.collect();
    let rest = if query.is_empty() { String::new() } else { format!("&{}", query.join("&")) };
    format!("{address}{}?{name}={cursor}{rest}", uri.path())
}
