//! What was sent, accepted and acknowledged, and when: one row a message, written from both ends of the measurement.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::senders;

/// An acknowledgement as it arrived at the Graph API.
pub(crate) struct Arrival {
    /// The person it was addressed to; `None` for somebody who never wrote.
    pub(crate) person: Option<usize>,
    /// What the program called this send.
    pub(crate) opaque: Option<Box<str>>,
}

/// The book of one measurement.
pub(crate) struct Ledger {
    opened: Instant,
    rows: Vec<Row>,
    arrivals: Mutex<Vec<Arrival>>,
    people_acknowledged: AtomicUsize,
    waiting: Vec<Notify>,
}

/// Instants in nanoseconds since the ledger was opened; 0 is never.
#[derive(Default)]
struct Row {
    sent: AtomicU64,
    accepted: AtomicU64,
    acknowledged: AtomicU64,
    slot: AtomicU32,
}

impl Ledger {
    /// An empty book for so many messages, sent by so many slots.
    pub(crate) fn open(messages: usize, slots: usize) -> Self {
        Self {
            opened: Instant::now(),
            rows: (0..messages).map(|_| Row::default()).collect(),
            arrivals: Mutex::new(Vec::with_capacity(messages)),
            people_acknowledged: AtomicUsize::new(0),
            waiting: (0..slots).map(|_| Notify::new()).collect(),
        }
    }

    /// A slot sends a message, or should have: the open loop counts from the scheduled time.
    pub(crate) fn sent(&self, message: usize, slot: usize, at: Instant) {
        let row = &self.rows[message];
        row.slot.store(slot as u32, Ordering::Relaxed);
        row.sent.store(self.nanoseconds(at), Ordering::Release);
    }

    /// The program answered 200.
    pub(crate) fn accepted(&self, message: usize) {
        self.rows[message].accepted.store(self.nanoseconds(Instant::now()), Ordering::Relaxed);
    }

    /// The Graph API accepted a send.
    pub(crate) fn arrived(&self, recipient: &str, opaque: Option<&str>) {
        let now = self.nanoseconds(Instant::now());
        let person = senders::person(recipient).filter(|person| *person < self.rows.len());
        if let Some(person) = person {
            let row = &self.rows[person];
            // Only the first counts as the acknowledgement; the others are found among the arrivals.
            if row.acknowledged.compare_exchange(0, now, Ordering::Release, Ordering::Relaxed).is_ok() {
                self.people_acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            if let Some(slot) = self.waiting.get(row.slot.load(Ordering::Relaxed) as usize) {
                slot.notify_one();
            }
        }
        let arrival = Arrival { person, opaque: opaque.map(Box::from) };
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).push(arrival);
    }

    /// Waits until the sender of a message was acknowledged.
    pub(crate) async fn acknowledged(&self, person: usize, slot: usize) {
        while self.acknowledged_at(person).is_none() {
            self.waiting[slot].notified().await;
        }
    }

    /// When a message was sent.
    pub(crate) fn sent_at(&self, message: usize) -> Option<Duration> {
        instant(&self.rows[message].sent)
    }

    /// When it was answered with 200.
    pub(crate) fn accepted_at(&self, message: usize) -> Option<Duration> {
        instant(&self.rows[message].accepted)
    }

    /// When a person's first acknowledgement reached the Graph API.
    pub(crate) fn acknowledged_at(&self, person: usize) -> Option<Duration> {
        instant(&self.rows[person].acknowledged)
    }

    /// How many people were acknowledged so far.
    pub(crate) fn people_acknowledged(&self) -> usize {
        self.people_acknowledged.load(Ordering::Relaxed)
    }

    /// How many acknowledgements arrived so far.
    pub(crate) fn arrival_count(&self) -> usize {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Everything that arrived, in order.
    pub(crate) fn arrivals<T>(&self, read: impl FnOnce(&[Arrival]) -> T) -> T {
        read(&self.arrivals.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn nanoseconds(&self, at: Instant) -> u64 {
        at.saturating_duration_since(self.opened).as_nanos() as u64 + 1
    }
}

fn instant(cell: &AtomicU64) -> Option<Duration> {
    match cell.load(Ordering::Acquire) {
        0 => None,
        nanoseconds => Some(Duration::from_nanos(nanoseconds)),
    }
}
