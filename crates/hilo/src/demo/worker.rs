//! The worker: the whole server with the page. It ends when its parent does.

use std::io::{BufRead, Write};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use simulator::control::Client;
use tokio::sync::mpsc;

use super::business::{self, Brief};
use super::history;
use super::line::{Line, ParentEnd, ToParent, ToWorker};
use super::move_clock::finish_move;
use crate::clock::Clock;
use crate::http::demo_page;
use crate::jobs::business_time;
use crate::node::Node;
use crate::server::Server;

/// Serves as the first line of standard input says, until standard input ends.
pub async fn work() -> Result<()> {
    let mut told = lines_of_parent();
    let Some(ToWorker::Begin(brief)) = told.recv().await else {
        bail!("this is a part of `hilo demo`, which starts it; run `hilo demo`");
    };
    // The parent tells it, once.
    if let Err(error) = serve(brief, told).await {
        write_line(&ToParent::Failed { reason: format!("{error:#}") });
    }
    Ok(())
}

async fn serve(brief: Brief, mut told: mpsc::UnboundedReceiver<ToWorker>) -> Result<()> {
    let clock = Clock::default();
    clock.put_ahead(brief.known.time.ahead_ms);
    let node = Node::start(business::settings(&brief), clock.clone()).await?;
    if history::load(&node).await? {
        tracing::info!("The last sixty days of the business are in the database");
    }
    let (line, ParentEnd { mut said, known }) = Line::pair(brief.known.clone());
    let phones = demo_page::Phones::new(Client::new(&brief.simulator.to_string())?);
    let routes = demo_page::whole(node.clone(), phones.clone(), line.clone());
    let server = Server::start(&node, routes).await?;
    tokio::spawn(async move {
        while let Some(what) = said.recv().await {
            write_line(&what)
        }
    });
    line.say(ToParent::Ready { address: server.address });
    tokio::spawn(finish(node.clone(), line, phones.client.clone()));
    while let Some(what) = told.recv().await {
        let ToWorker::Known(news) = what else { continue };
        clock.put_ahead(news.time.ahead_ms);
        known.send_replace(news);
        if let Err(reason) = business_time::run_due(&node).await {
            tracing::warn!(%reason, "What is due now is done a little later");
        }
        node.changed(&node.channels.iter().map(|channel| channel.workspace).collect::<Vec<_>>());
    }
    phones.hang_up();
    server.stop().await;
    Ok(())
}

/// The worker before this one may have been killed while the clock moved.
async fn finish(node: Arc<Node>, line: Line, platform: Client) {
    let Some(workspace) = node.channels.iter().next().map(|channel| channel.workspace) else { return };
    if let Err(reason) = finish_move(&node, &line, &platform, workspace).await {
        tracing::warn!(%reason, "The clock stays where it is until it is moved again");
    }
}

/// Standard input, on a thread of its own: it blocks. Its end ends the channel.
fn lines_of_parent() -> mpsc::UnboundedReceiver<ToWorker> {
    let (sender, told) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let Ok(what) = serde_json::from_str(&line) else { return };
            if sender.send(what).is_err() {
                return;
            }
        }
    });
    told
}

/// A parent that is gone does not read; the end of standard input says so.
fn write_line(what: &ToParent) {
    let mut out = std::io::stdout().lock();
    drop(serde_json::to_string(what).context("a line").and_then(|line| Ok(writeln!(out, "{line}")?)));
}
