//! What was sent, accepted and acknowledged, and when: a row for each webhook and one for each person, written from both ends
//! of the measurement.

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
    posts: Vec<Post>,
    people: Vec<Person>,
    arrivals: Mutex<Vec<Arrival>>,
    people_acknowledged: AtomicUsize,
    waiting: Vec<Notify>,
}

/// A webhook. Instants in nanoseconds since the ledger was opened; 0 is never.
#[derive(Default)]
struct Post {
    sent: AtomicU64,
    accepted: AtomicU64,
}

/// Somebody who writes, and over which connection they did last.
#[derive(Default)]
struct Person {
    acknowledged: AtomicU64,
    slot: AtomicU32,
}

impl Ledger {
    /// An empty book for so many webhooks from so many people, sent by so many slots.
    pub(crate) fn open(posts: usize, people: usize, slots: usize) -> Self {
        Self {
            opened: Instant::now(),
            posts: (0..posts).map(|_| Post::default()).collect(),
            people: (0..people).map(|_| Person::default()).collect(),
            arrivals: Mutex::new(Vec::with_capacity(posts)),
            people_acknowledged: AtomicUsize::new(0),
            waiting: (0..slots).map(|_| Notify::new()).collect(),
        }
    }

    /// A webhook leaves, or should have: the open loop counts from the scheduled time. The first time counts.
    pub(crate) fn sent(&self, post: usize, at: Instant) {
        set_once(&self.posts[post].sent, self.nanoseconds(at));
    }

    /// The program answered 200. The first time counts.
    pub(crate) fn accepted(&self, post: usize) {
        set_once(&self.posts[post].accepted, self.nanoseconds(Instant::now()));
    }

    /// Whoever waits for a person's acknowledgement waits here.
    pub(crate) fn expects(&self, person: usize, slot: usize) {
        self.people[person].slot.store(slot as u32, Ordering::Relaxed);
    }

    /// The Graph API accepted a send.
    pub(crate) fn arrived(&self, recipient: &str, opaque: Option<&str>) {
        let now = self.nanoseconds(Instant::now());
        let person = senders::person(recipient).filter(|person| *person < self.people.len());
        if let Some(person) = person {
            let row = &self.people[person];
            // Only the first counts as the acknowledgement; the others are found among the arrivals.
            if set_once(&row.acknowledged, now) {
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

    /// When a webhook was sent.
    pub(crate) fn sent_at(&self, post: usize) -> Option<Duration> {
        instant(&self.posts[post].sent)
    }

    /// When it was answered with 200.
    pub(crate) fn accepted_at(&self, post: usize) -> Option<Duration> {
        instant(&self.posts[post].accepted)
    }

    /// When a person's first acknowledgement reached the Graph API.
    pub(crate) fn acknowledged_at(&self, person: usize) -> Option<Duration> {
        instant(&self.people[person].acknowledged)
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

/// Whether it was the first time.
fn set_once(cell: &AtomicU64, nanoseconds: u64) -> bool {
    cell.compare_exchange(0, nanoseconds, Ordering::Release, Ordering::Relaxed).is_ok()
}

fn instant(cell: &AtomicU64) -> Option<Duration> {
    match cell.load(Ordering::Acquire) {
        0 => None,
        nanoseconds => Some(Duration::from_nanos(nanoseconds)),
    }
}
