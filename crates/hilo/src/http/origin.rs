//! From where a request comes: the address, whether by HTTPS, and whether one of our own pages sent it.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, header};

use crate::config::Front;
use crate::node::Node;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Who is at the other end of the connection: the browser, or a proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The way of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    /// The address of whoever asks.
    pub(crate) address: IpAddr,
    /// Whether nobody could listen.
    pub(crate) https: bool,
}

impl FromRequestParts<Arc<Node>> for Way {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, node: &Arc<Node>) -> Result<Self, Infallible> {
        Ok(Self::of(&node.settings.front, &parts.extensions, &parts.headers))
    }
}

impl Way {
    /// What a proxy says is believed of proxies that are known.
    pub(crate) fn of(front: &Front, extensions: &Extensions, headers: &HeaderMap) -> Self {
        let peer =
            extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip().to_canonical());
        if !front.is_proxy(peer) {
            return Self { address: peer, https: false };
        }
        // Of several proxies the first writes the first: how the browser came.
        let scheme = text(headers, &FORWARDED_PROTO).and_then(|schemes| schemes.split(',').next());
        let https = scheme.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"));
        Self { address: forwarded(front, headers).unwrap_or(peer), https }
    }
}

/// The last address in the line that is not a proxy of ours: what stands before it anybody may have written.
fn forwarded(front: &Front, headers: &HeaderMap) -> Option<IpAddr> {
    let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
    let addresses = lines.iter().flat_map(|line| line.split(',')).map(address_of);
    let mut addresses: Vec<_> = addresses.collect();
    while let Some(Some(address)) = addresses.pop() {
        if !front.is_proxy(address.to_canonical()) {
            return Some(address.to_canonical());
        }
    }
    None
}

/// Some proxies add the port, and brackets around addresses of version 6.
fn address_of(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).or_else(bare)
}

/// Whether a page of this very address sent the request: browsers say so, and no other page can make them.
pub(crate) fn comes_from_page(headers: &HeaderMap) -> bool {
    match text(headers, &FETCH_SITE) {
        Some(site) => site == "same-origin",
        None => {
            let origin = text(headers, &header::ORIGIN);
            let host = origin.and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
            host.is_some() && host == text(headers, &header::HOST)
        }
    }
}

/// Whether a request was addressed to this machine by a name of its own. A proxy may have put that name there itself.
pub(crate) fn is_for_this_machine(headers: &HeaderMap) -> bool {
    !headers.contains_key(FORWARDED_FOR) && text(headers, &header::HOST).is_some_and(is_loopback)
}

fn is_loopback(host: &str) -> bool {
    let without_port = |host: &str| match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name.to_ascii_lowercase(),
        _ => host.to_ascii_lowercase(),
    };
    let name = without_port(host);
    name == "localhost" || name == "[::1]" || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_names_of_this_machine_are_this_machine() {
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
        assert!(!comes_from_page(&headers(&[host, ("origin", "null")])));
        assert!(!comes_from_page(&headers(&[host])));
        assert!(!comes_from_page(&headers(&[])));
    }

    #[test]
    fn an_address_is_found_however_a_proxy_writes_it() {
        for written in ["203.0.113.9", " 203.0.113.9:4711", "2001:db8::9", "[2001:db8::9]", "[2001:db8::9]:4711"] {
            assert!(address_of(written).is_some(), "{written}");
        }
        assert_eq!(address_of("unknown"), None);
    }

    #[test]
    fn a_proxy_is_believed_and_nobody_else() {
        let said =
            headers(&[("x-forwarded-for", "1.1.1.1, 203.0.113.9, 127.0.0.1"), ("x-forwarded-proto", "https, http")]);
        let way = |peer: &str| {
            let mut extensions = Extensions::new();
            extensions.insert(Peer(SocketAddr::new(peer.parse().unwrap(), 1)));
            Way::of(&Front::default(), &extensions, &said)
        };
        assert_eq!(way("127.0.0.1"), Way { address: "203.0.113.9".parse().unwrap(), https: true });
        assert_eq!(way("198.51.100.7"), Way { address: "198.51.100.7".parse().unwrap(), https: false });
    }
}
