//! A running server: the node, its jobs, its door; and how it stops.

mod door;
mod rest;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{info, warn};

use crate::jobs::schedule;
use crate::neighbours;
use crate::node::Node;

/// How long what is under way may take after the word to stop.
const GRACE: Duration = Duration::from_secs(20);

/// A server that runs until it is stopped.
pub struct Server {
    /// Where it listens.
    pub address: std::net::SocketAddr,
    node: Arc<Node>,
    stop: watch::Sender<bool>,
    jobs: JoinSet<()>,
    serving: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Listens, and starts the jobs.
    pub async fn start(node: &Arc<Node>, routes: Router) -> Result<Server> {
        let listen = &node.settings.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("`listen`: {listen} cannot be used; is another program on that port?"))?;
        let address = listener.local_addr()?;
        let stop = node.stopping.clone();
        let stopped = stop.subscribe();
        neighbours::say_at_work(node).await.context("the database cannot be written")?;
        let jobs = schedule::start(node, &stopped);
        let mut told = stopped.clone();
        let serving = tokio::spawn(async move {
            let until_told = async move { drop(told.wait_for(|stop| *stop).await) };
            door::serve(listener, routes, until_told).await;
        });
        Ok(Server { address, node: node.clone(), stop, jobs, serving })
    }

    /// Takes nothing new, finishes what is under way, and is done.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let finish = async {
            drop((&mut self.serving).await);
            while self.jobs.join_next().await.is_some() {}
            neighbours::say_done(&self.node).await;
        };
        if tokio::time::timeout(GRACE, finish).await.is_err() {
            warn!("Something was still under way after {GRACE:?}; it is on disk and goes on at the next start");
            self.serving.abort();
        }
        info!("Stopped");
    }
}
