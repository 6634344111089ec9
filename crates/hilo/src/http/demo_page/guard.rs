//! Who may ask, who may act, and what a browser may do with the answer.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::visitor::language;
use crate::http::problem::Problem;
use crate::texts::say;

/// Everything comes from this server, and one named policy of ours puts its fragments into the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    media-src 'self'; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types hilo";

const HARDENED: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Lets in what was addressed to this machine by a name of its own. A page elsewhere can have its name lead here (DNS rebinding),
/// but the browser still sends that name.
pub(super) async fn this_machine(request: Request, next: Next) -> Response {
    if text(request.headers(), &header::HOST).is_some_and(is_loopback) {
        return next.run(request).await;
    }
    refuse(request.headers(), StatusCode::MISDIRECTED_REQUEST, "demo-refused-host")
}

/// Lets in what the page itself sent: browsers say so, and no other page can make them.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if comes_from_page(request.headers()) {
        return next.run(request).await;
    }
    refuse(request.headers(), StatusCode::FORBIDDEN, "demo-refused-origin")
}

/// Adds the headers that hold for every answer. A file that may be cached says so itself.
pub(super) async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HARDENED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn comes_from_page(headers: &HeaderMap) -> bool {
    match text(headers, &HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => {
            let origin = text(headers, &header::ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
            origin.is_some() && origin == text(headers, &header::HOST)
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let without_port = |host: &str| match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name.to_ascii_lowercase(),
        _ => host.to_ascii_lowercase(),
    };
    let name = without_port(host);
    name == "localhost" || name == "[::1]" || is_loopback_v4(&name)
}

fn is_loopback_v4(name: &str) -> bool {
    name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn refuse(headers: &HeaderMap, status: StatusCode, key: &str) -> Response {
    Problem::new(status, say(language(headers), key, &[])).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for own in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "[::1]"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in
            ["evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1:8080", "", "[::2]"]
        {
            assert!(!is_loopback(other), "{other}");
        }
    }

    #[test]
    fn an_act_comes_from_the_page_or_not_at_all() {
        let host = ("host", "127.0.0.1:8080");
        assert!(comes_from_page(&headers(&[host, ("sec-fetch-site", "same-origin")])));
        assert!(comes_from_page(&headers(&[host, ("origin", "http://127.0.0.1:8080")])));
        assert!(!comes_from_page(&headers(&[
            host,
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://127.0.0.1:8080")
        ])));
        assert!(!comes_from_page(&headers(&[host, ("origin", "http://127.0.0.1:9090")])));
        assert!(!comes_from_page(&headers(&[host])));
        assert!(!comes_from_page(&headers(&[])));
    }
}
