//! What stands in front of Hilo: the address that people know it by, and the proxies that are believed.

use std::net::IpAddr;

use anyhow::{Result, bail};
use ipnet::IpNet;

use super::networks;

/// What stands in front.
#[derive(Debug, Clone)]
pub struct Front {
    /// The address for links, without a slash at its end; that of `listen` if there is none.
    pub public_url: Option<String>,
    proxies: Vec<IpNet>,
}

impl Default for Front {
    /// A proxy on the same machine is the usual one.
    fn default() -> Self {
        let here: [IpAddr; 2] = [[127, 0, 0, 1].into(), [0, 0, 0, 0, 0, 0, 0, 1].into()];
        let proxies = here.into_iter().map(IpNet::from).collect();
        Self { public_url: None, proxies }
    }
}

impl Front {
    /// Whether what comes from there is believed about where it came from.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(&address))
    }
}

pub(super) fn check(public_url: Option<String>, proxies: Option<&[String]>) -> Result<Front> {
    let mut front = Front::default();
    if let Some(texts) = proxies {
        front.proxies = networks("trusted_proxies", texts)?;
    }
    if let Some(url) = public_url {
        let url = url.trim_end_matches('/');
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', ' '])) {
            bail!("`public_url`: write the address that people open, such as https://hilo.example.com, not `{url}`");
        }
        front.public_url = Some(url.to_owned());
    }
    Ok(front)
}
