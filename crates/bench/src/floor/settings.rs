//! What the floor is told on its command line.

use std::collections::HashMap;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};

use super::deliver::GraphApi;

/// Where the floor listens, stores and delivers.
pub(super) struct Settings {
    pub(super) listen: SocketAddr,
    pub(super) database: String,
    pub(super) graph: GraphApi,
    pub(super) app_secret: String,
}

impl Settings {
    /// Reads `--listen ADDRESS --database URL --graph URL --phone-number-id ID --app-secret-file FILE`.
    pub(super) fn parse(args: impl IntoIterator<Item = String>) -> Result<Self> {
        let named = pairs(args)?;
        let wanted = |name: &str| named.get(name).cloned().with_context(|| format!("the floor needs --{name}"));
        let secret = std::fs::read_to_string(wanted("app-secret-file")?).context("the app secret cannot be read")?;
        Ok(Self {
            listen: wanted("listen")?.parse().context("--listen is no address")?,
            database: wanted("database")?,
            graph: GraphApi::parse(&wanted("graph")?, &wanted("phone-number-id")?)?,
            app_secret: secret.trim().to_owned(),
        })
    }
}

fn pairs(args: impl IntoIterator<Item = String>) -> Result<HashMap<String, String>> {
    let mut args = args.into_iter();
    let mut named = HashMap::new();
    while let Some(name) = args.next() {
        let Some(name) = name.strip_prefix("--") else { bail!("the floor does not understand `{name}`") };
        let value = args.next().with_context(|| format!("--{name} wants a value"))?;
        named.insert(name.to_owned(), value);
    }
    Ok(named)
}
