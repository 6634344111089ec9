//! PostgreSQL: threads that each own a connection. A unit goes to the thread that its first lock names, so that the units of one
//! sender commit together in their order, and one without locks to a thread for such; across nodes an advisory lock keeps that order.

mod batches;
mod session;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use crate::unit::Unit;
use crate::{Result, StoreError, migrate};

pub(crate) use session::Session;

/// Threads for units with locks, by the first of them: one a core, within these bounds. Fewer threads commit larger groups, and more
/// would not have a core each, neither here nor on a server beside it.
const WRITERS: std::ops::RangeInclusive<usize> = 2..=8;
/// For units without: they have no neighbours to travel with, and would only wait behind others' groups.
const FREE_WRITERS: usize = 2;
const READERS: usize = 3;
const GROUP: usize = 64;
/// Serialisation failures and deadlocks before a unit's caller is told.
const TRIES: usize = 10;
#[derive(Clone)]
pub(crate) struct Threads {
    writers: Vec<Sender<Unit>>,
    with_locks: usize,
    reader: Sender<Unit>,
    next: Arc<AtomicUsize>,
    waiting: Arc<AtomicUsize>,
    conflicts: Arc<AtomicUsize>,
}

impl Threads {
    pub(crate) fn open(url: &str) -> Result<Threads> {
        // On a thread of its own: a caller inside a runtime may not block on another one.
        let own_url = url.to_owned();
        let migrated =
            std::thread::spawn(move || Session::connect(&own_url).and_then(|mut s| migrate::postgres(&mut s)));
        migrated.join().map_err(|_| StoreError::Unreachable("the migration panicked".to_owned()))??;

        let (waiting, conflicts) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let with_locks = cores.clamp(*WRITERS.start(), *WRITERS.end());
        let writers = (0..with_locks + FREE_WRITERS).map(|_| {
            let (sender, queue) = channel();
            let (url, waiting, conflicts) = (url.to_owned(), waiting.clone(), conflicts.clone());
            let work = move || write_groups(&mut Writer { url, session: None, conflicts }, &queue, &waiting);
            spawn("store-writer", work).map(|()| sender)
        });
        let writers = writers.collect::<Result<Vec<_>>>()?;

        let (reader, read_queue) = channel();
        let read_queue = Arc::new(Mutex::new(read_queue));
        for _ in 0..READERS {
            let (url, queue) = (url.to_owned(), read_queue.clone());
            spawn("store-reader", move || read_one_by_one(&url, &queue))?;
        }
        Ok(Threads { writers, with_locks, reader, next: Arc::default(), waiting, conflicts })
    }

    pub(crate) fn write(&self, unit: Unit) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let place = match unit.locks.first() {
            Some(lock) => lock.unsigned_abs() as usize % self.with_locks,
            None => self.with_locks + self.next.fetch_add(1, Ordering::Relaxed) % FREE_WRITERS,
        };
        hand_over(&self.writers[place], unit);
    }

    pub(crate) fn read(&self, unit: Unit) {
        hand_over(&self.reader, unit);
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(crate) fn conflicts(&self) -> usize {
        self.conflicts.load(Ordering::Relaxed)
    }
}

/// What a thread that writes has.
struct Writer {
    url: String,
    session: Option<Session>,
    conflicts: Arc<AtomicUsize>,
}

fn hand_over(queue: &Sender<Unit>, unit: Unit) {
    if let Err(refused) = queue.send(unit) {
        refused.0.answer(Err(StoreError::Stopped));
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<()> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(run);
    thread.map(drop).map_err(|error| StoreError::Unreachable(format!("no thread could be started: {error}")))
}

fn write_groups(writer: &mut Writer, queue: &Receiver<Unit>, waiting: &AtomicUsize) {
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        group.extend(queue.try_iter().take(GROUP - 1));
        waiting.fetch_sub(group.len(), Ordering::Relaxed);
        writer.commit_group(group);
    }
}

impl Writer {
    fn commit_group(&mut self, mut group: Vec<Unit>) {
        match self.commit(&mut group) {
            Ok(()) => group.into_iter().for_each(|unit| unit.answer(Ok(()))),
            // Whether a commit that was never answered took place is not known; each caller's own keys will tell it.
            Err(error @ (StoreError::Unreachable(_) | StoreError::CannotWrite(_))) => {
                group.into_iter().for_each(|unit| unit.answer(Err(error.clone())));
            }
            Err(_) => group.into_iter().for_each(|unit| self.commit_alone(unit)),
        }
    }

    fn commit_alone(&mut self, unit: Unit) {
        let mut alone = [unit];
        let mut done = self.commit(&mut alone);
        for _ in 1..TRIES {
            if !matches!(done, Err(StoreError::Conflict(_))) {
                break;
            }
            done = self.commit(&mut alone);
        }
        let [unit] = alone;
        unit.answer(done);
    }

    fn commit(&mut self, group: &mut [Unit]) -> Result<()> {
        let done = commit(&self.url, &mut self.session, group, "BEGIN");
        if matches!(done, Err(StoreError::Conflict(_))) {
            self.conflicts.fetch_add(1, Ordering::Relaxed);
        }
        done
    }
}

fn read_one_by_one(url: &str, queue: &Mutex<Receiver<Unit>>) {
    let mut session = None;
    loop {
        let next = queue.lock().map(|queue| queue.recv());
        let Ok(Ok(unit)) = next else { return };
        let mut alone = [unit];
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let done = match commit(url, &mut session, &mut alone, begin) {
            Err(StoreError::Unreachable(_)) => commit(url, &mut session, &mut alone, begin), // a stale connection; reading twice is harmless
            done => done,
        };
        let [unit] = alone;
        unit.answer(done);
    }
}

fn commit(url: &str, session: &mut Option<Session>, group: &mut [Unit], begin: &'static str) -> Result<()> {
    let open = begun(url, session, begin, &locks(group))?;
    let done = open.run_and_commit(group);
    if done.is_err() && open.batch("ROLLBACK").is_err() {
        *session = None;
    }
    done
}

/// A session in a transaction. That the server closed a connection while it lay idle shows only now, and as long as nothing has
/// been done in it another one may take its place.
fn begun<'a>(
    url: &str,
    session: &'a mut Option<Session>,
    begin: &'static str,
    locks: &[i64],
) -> Result<&'a mut Session> {
    if let Some(mut kept) = session.take() {
        match kept.begin(begin, locks) {
            Ok(()) => return Ok(session.insert(kept)),
            Err(StoreError::Unreachable(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let mut fresh = Session::connect(url)?;
    fresh.begin(begin, locks)?;
    Ok(session.insert(fresh))
}

fn locks(group: &[Unit]) -> Vec<i64> {
    let mut locks: Vec<i64> = group.iter().flat_map(|unit| unit.locks.iter().copied()).collect();
    locks.sort_unstable();
    locks.dedup();
    locks
}
