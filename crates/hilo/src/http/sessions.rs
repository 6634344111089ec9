//! People in their browsers: the cookie that says who they are, and whether an act came from a page of ours.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, header};

use super::language::cookie;
use super::origin::{Way, comes_from_page};
use super::problem::Problem;
use crate::node::Node;
use crate::people::{Person, sessions};

/// Browsers take this name only with `Secure`, from this very host, for all of it: no neighbour can set it.
const SECURE: &str = "__Host-sid";
/// What a page elsewhere could send without asking.
const FORMS: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
/// On the machine itself, without HTTPS.
const PLAIN: &str = "sid";

/// Who is signed in where a request comes from.
pub(crate) async fn person(
    node: &Arc<Node>,
    extensions: &Extensions,
    headers: &HeaderMap,
) -> store::Result<Option<Person>> {
    let way = Way::of(&node.settings.front, extensions, headers);
    match cookie_of(way, headers) {
        Some(text) => sessions::person(node, text, way.address).await,
        None => Ok(None),
    }
}

/// What a browser holds that came this way.
pub(crate) fn cookie_of(way: Way, headers: &HeaderMap) -> Option<&str> {
    cookie(headers, name(way))
}

fn name(way: Way) -> &'static str {
    if way.https { SECURE } else { PLAIN }
}

/// What has an effect must come from a page of ours, and be no form: neither can be sent from elsewhere.
pub(crate) fn check_effect(request: &Request) -> Result<(), Problem> {
    if [Method::GET, Method::HEAD].contains(request.method()) {
        return Ok(());
    }
    if !comes_from_page(request.headers()) {
        let said = "this did not come from a page of Hilo; other programs send a key instead of a cookie";
        return Err(Problem::new(StatusCode::FORBIDDEN, said));
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = FORMS.iter().any(|form| kind.trim_start().to_ascii_lowercase().starts_with(form));
    if is_form && !request.uri().path().ends_with("/media") {
        let said = "send JSON, with the header `Content-Type: application/json`";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, said));
    }
    Ok(())
}

/// `Set-Cookie` for somebody who signed in. It ends with the browser, and with the session.
pub(crate) fn keep(way: Way, text: &str) -> HeaderValue {
    let secure = if way.https { "; Secure" } else { "" };
    set(&format!("{}={text}; Path=/; HttpOnly; SameSite=Lax{secure}", name(way)))
}

/// `Set-Cookie` for somebody who signed out.
pub(crate) fn forget(way: Way) -> HeaderValue {
    let secure = if way.https { "; Secure" } else { "" };
    set(&format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", name(way)))
}

fn set(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
