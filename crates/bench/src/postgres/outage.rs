//! What can happen to a PostgreSQL, done to one of our own; only its connections are also ended on a given one.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Group, Private, Server, TIME_TO_END, connect, postmaster, programs, spawn, wait_until_ready};
use crate::child;
use crate::processes::{self, Pid};

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Ends every connection of a database.
pub(crate) async fn hang_up(url: &str) -> Result<()> {
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    Ok(connect(url).await?.batch_execute(others).await?)
}

/// Nothing of it moves for a while.
pub(crate) async fn pause(server: &Server, time: Duration) -> Result<()> {
    let private = private(server)?;
    let processes = processes_of(private)?;
    signal_all(&processes, "STOP")?;
    tokio::time::sleep(time).await;
    signal_all(&processes, "CONT")?;
    // `runuser` stands still with what it has started, and must not for ever.
    child::signal(private.child.borrow().id(), "CONT")
}

/// Ends it as a power cut does, and starts it again.
pub(crate) async fn kill(server: &Server) -> Result<()> {
    let private = private(server)?;
    // The first process goes first, or it would start others in place of those that go.
    signal_all(&processes_of(private)?, "KILL")?;
    start_again(server, private).await
}

/// Asks it to end at once but in good order, and starts it again.
pub(crate) async fn restart(server: &Server) -> Result<()> {
    let private = private(server)?;
    child::signal(postmaster(&private.folder).context("PostgreSQL is not running")?, "INT")?;
    start_again(server, private).await
}

async fn start_again(server: &Server, private: &Private) -> Result<()> {
    let told = Instant::now();
    while !has_ended(private)? {
        if TIME_TO_END < told.elapsed() {
            bail!("PostgreSQL did not end");
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let again = spawn(&programs()?, &private.folder, address(&server.url)?, Group::Apart)?;
    *private.child.borrow_mut() = again;
    wait_until_ready(server).await
}

fn has_ended(private: &Private) -> Result<bool> {
    Ok(private.child.borrow_mut().try_wait()?.is_some())
}

fn private(server: &Server) -> Result<&Private> {
    server.private.as_ref().context("this is done to a private PostgreSQL only")
}

fn processes_of(private: &Private) -> Result<Vec<Pid>> {
    let first = postmaster(&private.folder).context("PostgreSQL is not running")?;
    let mut all = processes::with_descendants(first);
    all.sort_by_key(|pid| *pid != first);
    Ok(all)
}

/// One of them may have ended meanwhile; the first one has not.
fn signal_all(processes: &[Pid], name: &str) -> Result<()> {
    for (place, pid) in processes.iter().enumerate() {
        let sent = child::signal(*pid, name);
        if place == 0 {
            sent?;
        }
    }
    Ok(())
}

fn address(url: &str) -> Result<SocketAddr> {
    let address = url.split_once('@').and_then(|(_, rest)| rest.split_once('/')).map(|(address, _)| address);
    Ok(address.with_context(|| format!("{url} has no address"))?.parse()?)
}
