//! `hilo serve`: real numbers, until told to stop.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use tracing::{info, warn};

use super::{NotRight, block_on, settings};
use crate::clock::Clock;
use crate::http::{self, health};
use crate::node::Node;
use crate::people::links;
use crate::server::Server;

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The settings; hilo.example.toml explains every key.
    #[arg(long, default_value = "hilo.toml")]
    config: PathBuf,
}

impl Serve {
    pub(super) fn run(self) -> Result<()> {
        let settings = settings(&self.config)?;
        log(settings.log_json, &settings.log_level);
        health::recorder();
        block_on(async {
            let node = Node::start(settings, Clock::default()).await.map_err(|error| NotRight(format!("{error:#}")))?;
            let numbers: Vec<_> = node.channels.iter().map(|channel| channel.display_phone_number.as_str()).collect();
            info!(
                numbers = numbers.len(),
                "Serving {}",
                if numbers.is_empty() { "no number yet".to_owned() } else { numbers.join(", ") }
            );
            let server = Server::start(&node, http::routes(node.clone())).await?;
            info!("Listening on http://{}", server.address);
            invite_an_owner(&node, server.address).await?;
            until_told().await;
            info!("Stopping: finishing what is under way");
            tokio::select! {
                () = server.stop() => {}
                () = until_told() => info!("Told twice: stopping now"),
            }
            Ok(())
        })
    }
}

/// Without an owner nobody can sign in: whoever reads this becomes the first one.
async fn invite_an_owner(node: &Arc<Node>, listening: SocketAddr) -> Result<()> {
    let Some(link) = links::first_owner(node).await? else { return Ok(()) };
    let address = link.url(&links::base(&node.settings.front, listening));
    let said = "Nobody owns this Hilo yet. Open this address within 24 hours; it works once:";
    if let Err(reason) = writeln!(std::io::stdout(), "{said}\n{address}") {
        warn!(%reason, "The link for the first owner was not shown; `hilo user invite` makes another");
    }
    Ok(())
}

/// Waits for Ctrl-C or for the word of a service manager.
pub(super) async fn until_told() {
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        return drop(tokio::signal::ctrl_c().await);
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// A panic's text may quote what a stranger wrote; the log gets only where it happened.
fn hide_what_panics_quote() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        tracing::error!(place, "A panic; what it was about is kept with the message that caused it");
    }));
}

/// Logs go to standard error, never waiting for whoever reads them longer than a line.
pub(super) fn log(json: bool, level: &str) {
    hide_what_panics_quote();
    let filter = tracing_subscriber::EnvFilter::new(format!("{level},hyper=warn,reqwest=warn,tokio_postgres=warn"));
    // What cannot be logged, because the disk of the log is full, is not worth ending for.
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .log_internal_errors(false);
    // A second logger in one process is refused, and then the first one logs.
    drop(if json { lines.json().try_init() } else { lines.try_init() });
}
