//! `hilo key list`: which keys there are, what they may do, and when they were used.

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use store::KeyRow;

use super::{Where, block_on, open};

/// A workspace with more keys than this has another problem.
const MOST: i64 = 10_000;

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Where,
}

impl List {
    pub(super) fn run(self) -> Result<()> {
        let Where { config, workspace } = self.place;
        let keys = block_on(async {
            let (store, workspace) = open(&config, workspace).await?;
            Ok(store.read(move |tx| tx.keys(workspace, None, MOST)).await?)
        })?;
        for key in keys {
            println!("{}", line(&key));
        }
        Ok(())
    }
}

fn line(key: &KeyRow) -> String {
    let KeyRow { id, name, scopes, .. } = key;
    let last_used = key.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", date(at)));
    let end = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!(", revoked {}", date(at)),
        (None, Some(at)) => format!(", expires {}", date(at)),
        (None, None) => String::new(),
    };
    format!("{id}  {name}  ({scopes}; {last_used}{end})")
}

fn date(at: i64) -> String {
    Timestamp::from_millisecond(at).map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()
}
