//! The machine: database, disk, clock.

use std::path::{Path, PathBuf};

use axum::http::header;
use jiff::fmt::rfc2822;
use store::{Location, Store};

use super::address::http;
use super::{Check, Finding, State};
use crate::clock::machine_now;
use crate::config::{ChannelSettings, Settings};

const ENOUGH_MB: u64 = 1024;
/// Meta's tokens, our codes and the leases of nodes bear a minute.
const FARTHEST_MS: i64 = 60_000;

pub(super) async fn database(store: &Store) -> Finding {
    let now = machine_now();
    let proven = store.write(Vec::new(), move |tx| tx.prove_commit(now)).await;
    Check::Database.of(proven.map(|()| String::new()).map_err(|error| error.to_string()))
}

pub(super) fn disk(settings: &Settings) -> Finding {
    match free_mb(settings) {
        (folder, Ok(free)) => {
            let seen = format!("{free} MB, {}", folder.display());
            Check::Disk.of(if ENOUGH_MB <= free { Ok(seen) } else { Err(seen) })
        }
        (folder, Err(reason)) => Check::Disk.found(State::Unknown, format!("{}: {reason}", folder.display())),
    }
}

/// Where this machine keeps data, and how much room is left there.
pub(crate) fn free_mb(settings: &Settings) -> (PathBuf, Result<u64, String>) {
    let folder = match &settings.database {
        Location::Sqlite(path) => path.parent().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned),
        Location::Postgres(_) => Some(settings.media.folder.clone()).filter(|folder| folder.exists()),
    };
    let folder = folder.unwrap_or_else(|| PathBuf::from("."));
    let free = rustix::fs::statvfs(&folder).map_err(|error| error.to_string());
    (folder, free.map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024)))
}

/// Against the clock of whoever answers at the Graph API.
pub(super) async fn clock(channel: Option<&ChannelSettings>) -> Finding {
    let Some(channel) = channel else { return Check::Clock.found(State::Unknown, "") };
    let theirs = async {
        let answer = http()?.head(&channel.graph_base_url).send().await.ok()?;
        let date = answer.headers().get(header::DATE)?.to_str().ok()?.replace("GMT", "+0000");
        Some(rfc2822::parse(&date).ok()?.timestamp().as_millisecond())
    };
    let Some(theirs) = theirs.await else { return Check::Clock.found(State::Unknown, "") };
    let apart = (machine_now() - theirs).abs();
    let seen = format!("{} s", apart / 1000);
    Check::Clock.of(if apart < FARTHEST_MS { Ok(seen) } else { Err(seen) })
}
