//! The customers' side: prebuilt webhooks over keep-alive connections, in a closed or in an open loop.

use std::cell::Cell;
use std::net::SocketAddr;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use crate::ledger::Ledger;
use crate::senders::Senders;
use crate::wire::Wire;

const PATIENCE: Duration = Duration::from_secs(10); // a message that takes longer no longer holds its place in the loop
const OPEN_LOOP_CONNECTIONS: usize = 256;
const TRIES_TO_RECONNECT: usize = 50;

/// How the messages follow each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Load {
    /// So many at once; the next is sent when one has had its turn.
    Closed { at_once: usize, turn: Turn },
    /// So many a second, whether or not the program keeps up; latency counts from the scheduled time.
    Open { per_second: u32 },
}

/// When a message of a closed loop makes room for the next one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Turn {
    /// When the webhook was answered.
    Accepted,
    /// When the acknowledgement reached the Graph API.
    Acknowledged,
}

impl Load {
    /// How many connections it uses.
    pub(crate) fn connections(self) -> usize {
        match self {
            Self::Closed { at_once, .. } => at_once.max(1),
            Self::Open { .. } => OPEN_LOOP_CONNECTIONS,
        }
    }
}

/// Where a load goes and where it is written down.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Arc<[Box<[u8]>]>,
    pub(crate) senders: Senders,
    pub(crate) ledger: Arc<Ledger>,
}

/// Sends a range of messages, until all are sent or the time is over.
pub(crate) async fn drive(load: Load, target: &Target, messages: Range<usize>, end: Instant) -> Result<()> {
    let agenda = Rc::new(Agenda {
        start: Instant::now(),
        end,
        first: messages.start,
        next: Cell::new(messages.start),
        last: messages.end,
    });
    let mut slots = JoinSet::new();
    for slot in 0..load.connections().min(messages.len()) {
        slots.spawn_local(run_slot(load, slot, target.clone(), agenda.clone()));
    }
    while let Some(ended) = slots.join_next().await {
        ended.context("a connection of the load broke down")??;
    }
    Ok(())
}

/// What is still to be sent; one thread serves all slots.
struct Agenda {
    start: Instant,
    end: Instant,
    first: usize,
    next: Cell<usize>,
    last: usize,
}

impl Agenda {
    fn take(&self) -> Option<usize> {
        let message = self.next.get();
        if self.last <= message || self.end <= Instant::now() {
            return None;
        }
        self.next.set(message + 1);
        Some(message)
    }

    /// Whole milliseconds, because the timer knows nothing finer: its rounding would count as latency.
    fn scheduled(&self, message: usize, per_second: u32) -> Instant {
        let milliseconds = (message - self.first) as u64 * 1000 / u64::from(per_second.max(1));
        self.start + Duration::from_millis(milliseconds)
    }
}

async fn run_slot(load: Load, slot: usize, target: Target, agenda: Rc<Agenda>) -> Result<()> {
    let mut wire = Wire::connect(target.address).await.context("the program does not take connections")?;
    while let Some(message) = agenda.take() {
        target.ledger.sent(message, slot, send_time(load, &agenda, message).await);
        match wire.exchange(&target.requests[message]).await.map(|answer| answer.status()) {
            Ok(200) => target.ledger.accepted(message),
            Ok(_) => continue, // refused; Meta would come back later, this measurement counts it
            Err(_) => {
                wire = reconnect(target.address).await?;
                continue;
            }
        }
        if let Load::Closed { turn: Turn::Acknowledged, .. } = load {
            let person = target.senders.of_message(message);
            let _ = tokio::time::timeout(PATIENCE, target.ledger.acknowledged(person, slot)).await;
        }
    }
    Ok(())
}

async fn send_time(load: Load, agenda: &Agenda, message: usize) -> Instant {
    match load {
        Load::Closed { .. } => Instant::now(),
        Load::Open { per_second } => {
            let scheduled = agenda.scheduled(message, per_second);
            tokio::time::sleep_until(scheduled.into()).await;
            scheduled
        }
    }
}

async fn reconnect(address: SocketAddr) -> Result<Wire> {
    for _ in 0..TRIES_TO_RECONNECT {
        if let Ok(wire) = Wire::connect(address).await {
            return Ok(wire);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Wire::connect(address).await.context("the program no longer takes connections")
}
