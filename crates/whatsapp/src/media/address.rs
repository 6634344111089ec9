//! Where the token may go.

use reqwest::Url;

/// Meta's hosts for files; those under them, too.
const HOSTS: [&str; 4] = ["facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net"];

/// An address to which a request with our token may go: one of Meta's over TLS, or the very host that Graph is called at.
pub(super) fn checked(url: &str, base_url: &str) -> Option<Url> {
    let (url, base) = (Url::parse(url).ok()?, Url::parse(base_url).ok()?);
    let plain = url.username().is_empty() && url.password().is_none();
    let is_graph = url.origin() == base.origin();
    (plain && (is_graph || is_metas(&url))).then_some(url)
}

fn is_metas(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let under = |known: &str| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    url.scheme() == "https" && url.port().is_none() && HOSTS.iter().any(|known| under(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_to_meta_and_to_the_graph_host_alone() {
        let graph = "https://graph.facebook.com/v25.0";
        for good in
            ["https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&hash=x", "https://graph.facebook.com/1"]
        {
            assert!(checked(good, graph).is_some(), "{good}");
        }
        for bad in [
            "http://lookaside.fbsbx.com/x",
            "https://evilfbsbx.com/x",
            "https://fbsbx.com.evil.example/x",
            "https://me:pw@lookaside.fbsbx.com/x",
            "https://lookaside.fbsbx.com:8443/x",
            "https://169.254.169.254/latest",
            "file:///etc/passwd",
            "no address",
        ] {
            assert!(checked(bad, graph).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_graph_host_of_ones_own_gives_files_under_its_own_port() {
        let graph = "http://127.0.0.1:9000/v25.0";
        assert!(checked("http://127.0.0.1:9000/media/1", graph).is_some());
        assert!(checked("http://127.0.0.1:9001/media/1", graph).is_none());
        assert!(checked("https://127.0.0.1:9000/media/1", graph).is_none());
    }
}
