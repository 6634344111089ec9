//! Where webhooks may go. Whoever has a key can name any address, so ours must not be among those it can name: what is behind the
//! server, beside it or inside it is refused, unless the settings allow it.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};

use ipnet::IpNet;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Networks that the settings allow although they are internal.
pub type Allowed = Arc<Vec<IpNet>>;

/// What is not the public internet: this host, private and shared networks, links (with the metadata services of clouds), examples,
/// measurements, groups, and what is reserved.
const INTERNAL_V4: [&str; 15] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];
/// All that is public of version 6; whatever is outside, be it an address of version 4 in disguise, is internal.
const PUBLIC_V6: &str = "2000::/3";
/// And what is not, in there: tunnels, which lead to an address of version 4, and examples.
const INTERNAL_V6: [&str; 4] = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

static INTERNAL: LazyLock<Vec<IpNet>> = LazyLock::new(|| networks(INTERNAL_V4.iter().chain(&INTERNAL_V6)));
static PUBLIC: LazyLock<Vec<IpNet>> = LazyLock::new(|| networks([PUBLIC_V6, "0.0.0.0/0"].iter()));

fn networks<'a>(texts: impl Iterator<Item = &'a &'a str>) -> Vec<IpNet> {
    texts.filter_map(|text| text.parse().ok()).collect()
}

/// Why an address is not posted to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// It is no address.
    #[error("write an address such as https://crm.example.com/hooks, not `{0}`")]
    NoUrl(String),
    /// It names somebody.
    #[error("an address with a user name or a password in it is not posted to; the signature says who posts")]
    Credentials,
    /// It is not encrypted.
    #[error("write https://; http:// is only for addresses that `webhooks.allow_internal` in the settings allows")]
    Unencrypted,
    /// It is inside.
    #[error(
        "`{0}` leads to an internal address, which is only posted to if `webhooks.allow_internal` in the settings allows it"
    )]
    Internal(String),
}

/// Reads an address and refuses what can be refused without looking it up.
pub fn check(text: &str, allowed: &Allowed) -> Result<Url, Forbidden> {
    let url: Url = text.parse().map_err(|_| Forbidden::NoUrl(text.to_owned()))?;
    let host = url.host_str().ok_or_else(|| Forbidden::NoUrl(text.to_owned()))?.to_owned();
    if !matches!(url.scheme(), "https" | "http") {
        return Err(Forbidden::NoUrl(text.to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Forbidden::Credentials);
    }
    // A number is never looked up, in whatever spelling: the resolver would not see it.
    let literal: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    if literal.is_some_and(|address| !may_post_to(address, allowed)) {
        return Err(Forbidden::Internal(host));
    }
    let is_allowed = literal.map_or(!allowed.is_empty(), |address| is_among(address, allowed));
    if url.scheme() == "http" && !is_allowed {
        return Err(Forbidden::Unencrypted);
    }
    Ok(url)
}

/// Whether an address is public or allowed.
pub fn may_post_to(address: IpAddr, allowed: &[IpNet]) -> bool {
    let address = plain(address);
    (is_among(address, &PUBLIC) && !is_among(address, &INTERNAL)) || is_among(address, allowed)
}

fn is_among(address: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&plain(address)))
}

/// An address of version 4 stays one in the clothes of version 6.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(IpAddr::V6(v6), IpAddr::V4),
    }
}

/// Looks names up for a client, and gives it no address that it must not connect to. The client connects to what it is given and
/// does not look up again, so nobody can answer one thing here and another there.
#[derive(Debug, Clone)]
pub struct Resolver {
    allowed: Allowed,
    only_allowed: bool,
}

impl Resolver {
    /// For encrypted connections: what is public or allowed.
    pub fn encrypted(allowed: Allowed) -> Self {
        Self { allowed, only_allowed: false }
    }

    /// For others: what is allowed, and not the rest of the world.
    pub fn unencrypted(allowed: Allowed) -> Self {
        Self { allowed, only_allowed: true }
    }

    /// All of them, or none: one internal address among public ones is an attempt.
    fn admit(&self, name: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Forbidden> {
        for socket in &found {
            if self.only_allowed && !is_among(socket.ip(), &self.allowed) {
                return Err(Forbidden::Unencrypted);
            }
            let is_scoped = matches!(socket, SocketAddr::V6(v6) if v6.scope_id() != 0);
            if is_scoped || !may_post_to(socket.ip(), &self.allowed) {
                return Err(Forbidden::Internal(name.to_owned()));
            }
        }
        Ok(found)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let admitted = resolver.admit(&name, found)?;
            Ok(Box::new(admitted.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing() -> Allowed {
        Allowed::default()
    }

    fn refused(text: &str) -> Forbidden {
        check(text, &nothing()).unwrap_err()
    }

    #[test]
    fn every_network_of_the_tables_is_read() {
        assert_eq!(INTERNAL.len(), INTERNAL_V4.len() + INTERNAL_V6.len());
        assert_eq!(PUBLIC.len(), 2);
    }

    #[test]
    fn no_spelling_of_an_internal_address_is_posted_to() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "0.0.0.0",
            "0",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[::127.0.0.1]",
            "[fe80::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[ff02::1]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:7f00:1::]",
            "[2001:0:7f00:1::]",
            "[2001:db8::1]",
            "[fec0::1]",
        ] {
            assert!(matches!(refused(&format!("https://{host}/")), Forbidden::Internal(_)), "{host}");
        }
        for host in ["93.184.216.34", "8.8.8.8", "[2606:2800:220:1:248:1893:25c8:1946]", "crm.example.com"] {
            assert!(check(&format!("https://{host}/"), &nothing()).is_ok(), "{host}");
        }
    }

    #[test]
    fn an_address_is_encrypted_and_names_nobody() {
        assert_eq!(refused("http://crm.example.com/"), Forbidden::Unencrypted);
        assert_eq!(refused("https://ana:secret@crm.example.com/"), Forbidden::Credentials);
        for text in ["ftp://crm.example.com/", "file:///etc/passwd", "crm.example.com", "https://", ""] {
            assert!(matches!(refused(text), Forbidden::NoUrl(_)), "{text}");
        }
    }

    #[test]
    fn what_the_settings_allow_is_posted_to_and_the_rest_of_the_inside_is_not() {
        let allowed: Allowed = Arc::new(networks(["10.1.0.0/16", "::1/128"].iter()));
        assert!(check("http://10.1.2.3:8080/hooks", &allowed).is_ok());
        assert!(check("http://[::1]/", &allowed).is_ok());
        assert!(check("https://[::ffff:10.1.2.3]/", &allowed).is_ok());
        assert!(matches!(check("https://10.2.0.1/", &allowed), Err(Forbidden::Internal(_))));
        assert_eq!(check("http://8.8.8.8/", &allowed).unwrap_err(), Forbidden::Unencrypted);
    }

    #[test]
    fn a_name_with_one_internal_address_leads_nowhere() {
        let socket = |text: &str| SocketAddr::new(text.parse().unwrap(), 0);
        let allowed: Allowed = Arc::new(networks(["10.1.0.0/16"].iter()));
        let (encrypted, unencrypted) = (Resolver::encrypted(allowed.clone()), Resolver::unencrypted(allowed));
        assert!(encrypted.admit("crm", vec![socket("8.8.8.8"), socket("10.1.0.1")]).is_ok());
        assert!(encrypted.admit("crm", vec![socket("8.8.8.8"), socket("127.0.0.1")]).is_err());
        assert!(encrypted.admit("crm", vec![socket("::")]).is_err());
        assert!(unencrypted.admit("crm", vec![socket("10.1.0.1")]).is_ok());
        assert_eq!(unencrypted.admit("crm", vec![socket("8.8.8.8")]), Err(Forbidden::Unencrypted));
    }
}
