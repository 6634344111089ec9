//! The floor: a program that does the bare work and nothing else, as well as we know how. Hilo's figures are read
//! against it, because a figure alone says more about the machine than about the program.
//!
//! It checks the signature, commits message, contact, conversation, ticket, event and outbox row in group commits,
//! answers 200, delivers the outbox row and marks it sent in a group commit. It knows one number, one reply and no rules.

mod deliver;
mod postgres;
mod settings;
mod sqlite;
mod webhook;
mod writers;

use std::num::NonZero;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use settings::Settings;
use webhook::Door;

// On PostgreSQL. More writers split the groups, and each group costs a commit: on two cores, two are the quickest.
const FEWEST_WRITERS: usize = 2;
const MOST_WRITERS: usize = 8;

/// Runs the floor until it is told to end (SIGTERM). The arguments are those that follow the command's name.
pub fn main(args: impl IntoIterator<Item = String>) -> Result<()> {
    let settings = Settings::parse(args)?;
    runtime(cores())?.block_on(serve(settings))
}

/// On two cores one thread for all connections is the quickest: the other core belongs to the writer.
fn runtime(cores: usize) -> std::io::Result<Runtime> {
    match cores {
        0..=2 => Builder::new_current_thread().enable_all().build(),
        more => Builder::new_multi_thread().worker_threads(more / 2).enable_all().build(),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get)
}

async fn serve(settings: Settings) -> Result<()> {
    let (due, deliveries) = mpsc::unbounded_channel();
    let writers = match settings.database.strip_prefix("sqlite:") {
        Some(path) => sqlite::open(path, due)?,
        None => postgres::open(&settings.database, cores().clamp(FEWEST_WRITERS, MOST_WRITERS), due)?,
    };
    tokio::spawn(deliver::run(deliveries, settings.graph, writers.clone()));
    let door = Arc::new(Door { app_secret: settings.app_secret, writers });
    let app = Router::new()
        .route("/webhooks/whatsapp", post(webhook::receive))
        .route("/readyz", get(async || "ready"))
        .with_state(door);
    let listener = TcpListener::bind(settings.listen).await.context("the floor's port is taken")?;
    let listener = listener.tap_io(|stream| {
        // Answers are small: without this they would wait for the other side's acknowledgement.
        let _ = stream.set_nodelay(true);
    });
    let mut ended = signal(SignalKind::terminate())?;
    tokio::select! {
        served = axum::serve(listener, app).into_future() => served.context("the floor stopped serving"),
        _ = ended.recv() => Ok(()),
    }
}
