//! The customers' side: prebuilt webhooks over keep-alive connections, in a closed or in an open loop.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use crate::ledger::Ledger;
use crate::script::Script;
use crate::senders::Senders;
use crate::wire::Wire;

const PATIENCE: Duration = Duration::from_secs(10); // a message that takes longer no longer holds its place in the loop
const OPEN_LOOP_CONNECTIONS: usize = 256;
const FLOOD_CONNECTIONS: usize = 4_000; // twice as many as may wait for their commit, so that some must be turned away
const TRIES_TO_RECONNECT: usize = 50;

/// How the webhooks follow each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Load {
    /// So many at once; the next is sent when one has had its turn.
    Closed { at_once: usize, turn: Turn },
    /// So many a second, whether or not the program keeps up; latency counts from the scheduled time.
    Open { per_second: u32 },
    /// So many times what it can carry, which is found out first.
    Flood { times: u32 },
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
            Self::Flood { .. } => FLOOD_CONNECTIONS,
        }
    }
}

/// Where a load goes and where it is written down.
#[derive(Clone)]
pub(crate) struct Target {
    /// The doors of the programs, which the connections use in turn.
    pub(crate) doors: Rc<[SocketAddr]>,
    pub(crate) script: Rc<Script>,
    pub(crate) senders: Senders,
    pub(crate) ledger: Arc<Ledger>,
}

/// The pace of a load, once it is known.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    Closed(Turn),
    PerSecond(u32),
}

/// Sends webhooks in this order over so many connections, until all are sent or the time is over.
pub(crate) async fn drive(
    pace: Pace,
    connections: usize,
    target: &Target,
    order: Vec<usize>,
    end: Instant,
) -> Result<()> {
    let wanted = connections.min(order.len());
    let agenda = Rc::new(Agenda { start: Cell::new(Instant::now()), end, order, next: Cell::new(0) });
    let mut wires = Vec::with_capacity(wanted);
    for slot in 0..wanted {
        let door = target.doors[slot % target.doors.len()];
        wires.push((door, Wire::connect(door).await.context("the program does not take connections")?));
    }
    agenda.start.set(Instant::now());
    let mut slots = JoinSet::new();
    for (slot, (door, wire)) in wires.into_iter().enumerate() {
        slots.spawn_local(Slot { number: slot, door, wire, pace, target: target.clone() }.run(agenda.clone()));
    }
    while let Some(ended) = slots.join_next().await {
        ended.context("a connection of the load broke down")??;
    }
    Ok(())
}

/// What is still to be sent; one thread serves all slots.
struct Agenda {
    start: Cell<Instant>,
    end: Instant,
    order: Vec<usize>,
    next: Cell<usize>,
}

impl Agenda {
    /// The next webhook, and its place in the order.
    fn take(&self) -> Option<(usize, usize)> {
        let place = self.next.get();
        if self.end <= Instant::now() {
            return None;
        }
        let post = *self.order.get(place)?;
        self.next.set(place + 1);
        Some((place, post))
    }

    /// Whole milliseconds, because the timer knows nothing finer: its rounding would count as latency.
    fn scheduled(&self, place: usize, per_second: u32) -> Instant {
        let milliseconds = place as u64 * 1000 / u64::from(per_second.max(1));
        self.start.get() + Duration::from_millis(milliseconds)
    }
}

/// A connection and whoever uses it.
struct Slot {
    number: usize,
    door: SocketAddr,
    wire: Wire,
    pace: Pace,
    target: Target,
}

impl Slot {
    async fn run(mut self, agenda: Rc<Agenda>) -> Result<()> {
        while let Some((place, post)) = agenda.take() {
            let at = self.wait(&agenda, place).await;
            let message = self.target.script.message(post);
            self.note_sent(post, message, at);
            match self.wire.exchange(&self.target.script.post(post)).await.map(|answer| answer.status()) {
                Ok(200) => self.note_accepted(post, message),
                Ok(_) => continue, // refused; Meta would come back later, this measurement counts it
                Err(_) => {
                    self.wire = reconnect(self.door).await?;
                    continue;
                }
            }
            if let (Pace::Closed(Turn::Acknowledged), Some(message)) = (self.pace, message) {
                let person = self.target.senders.of_message(message);
                let _ = tokio::time::timeout(PATIENCE, self.target.ledger.acknowledged(person, self.number)).await;
            }
        }
        Ok(())
    }

    async fn wait(&self, agenda: &Agenda, place: usize) -> Instant {
        match self.pace {
            Pace::Closed(_) => Instant::now(),
            Pace::PerSecond(per_second) => {
                let scheduled = agenda.scheduled(place, per_second);
                tokio::time::sleep_until(scheduled.into()).await;
                scheduled
            }
        }
    }

    /// A message that is repeated before it got through for the first time is sent with that.
    fn note_sent(&self, post: usize, message: Option<usize>, at: Instant) {
        let ledger = &self.target.ledger;
        ledger.sent(post, at);
        if let Some(message) = message {
            ledger.sent(message, at);
            ledger.expects(self.target.senders.of_message(message), self.number);
        }
    }

    fn note_accepted(&self, post: usize, message: Option<usize>) {
        self.target.ledger.accepted(post);
        if let Some(message) = message {
            self.target.ledger.accepted(message);
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
