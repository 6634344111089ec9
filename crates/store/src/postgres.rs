//! PostgreSQL: threads that each own a connection. A unit goes to the thread that its first lock names, so that the units of one
//! sender commit together in their order; across nodes an advisory lock keeps that order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::try_join_all;
use tokio::runtime::Runtime;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls, Statement};

use crate::tx::Connection;
use crate::unit::Unit;
use crate::value::{Row, Value};
use crate::{Result, StoreError, migrate};

const WRITERS: usize = 6;
const READERS: usize = 3;
const GROUP: usize = 64;
/// Serialisation failures and deadlocks before a unit's caller is told.
const TRIES: usize = 10;
/// A server that neither answers nor hangs up is as good as away after this.
const SILENCE: Duration = Duration::from_secs(20);
/// How long a statement may take at all. And plans made while the tables were still empty would
/// scan them whole for ever after: every statement here looks up few rows by key, so the planner may only choose among those ways.
const SESSION: &str = "SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = '30s';
     SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
     SET enable_bitmapscan = off; SET enable_sort = off;
     SET plan_cache_mode = force_generic_plan";

#[derive(Clone)]
pub(crate) struct Threads {
    writers: Vec<Sender<Unit>>,
    reader: Sender<Unit>,
    next: Arc<AtomicUsize>,
    waiting: Arc<AtomicUsize>,
}

impl Threads {
    pub(crate) fn open(url: &str) -> Result<Threads> {
        // On a thread of its own: a caller inside a runtime may not block on another one.
        let own_url = url.to_owned();
        let migrated =
            std::thread::spawn(move || Session::connect(&own_url).and_then(|mut s| migrate::postgres(&mut s)));
        migrated.join().map_err(|_| StoreError::Unreachable("the migration panicked".to_owned()))??;

        let waiting = Arc::new(AtomicUsize::new(0));
        let writers = (0..WRITERS).map(|_| {
            let (sender, queue) = channel();
            let (url, counter) = (url.to_owned(), waiting.clone());
            spawn("store-writer", move || write_groups(&url, &queue, &counter)).map(|()| sender)
        });
        let writers = writers.collect::<Result<Vec<_>>>()?;

        let (reader, read_queue) = channel();
        let read_queue = Arc::new(Mutex::new(read_queue));
        for _ in 0..READERS {
            let (url, queue) = (url.to_owned(), read_queue.clone());
            spawn("store-reader", move || read_one_by_one(&url, &queue))?;
        }
        Ok(Threads { writers, reader, next: Arc::default(), waiting })
    }

    pub(crate) fn write(&self, unit: Unit) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let place = match unit.locks.first() {
            Some(lock) => lock.unsigned_abs() as usize,
            None => self.next.fetch_add(1, Ordering::Relaxed),
        };
        hand_over(&self.writers[place % self.writers.len()], unit);
    }

    pub(crate) fn read(&self, unit: Unit) {
        hand_over(&self.reader, unit);
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
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

fn write_groups(url: &str, queue: &Receiver<Unit>, waiting: &AtomicUsize) {
    let mut session = None;
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        group.extend(queue.try_iter().take(GROUP - 1));
        waiting.fetch_sub(group.len(), Ordering::Relaxed);
        commit_group(url, &mut session, group);
    }
}

fn commit_group(url: &str, session: &mut Option<Session>, mut group: Vec<Unit>) {
    match commit(url, session, &mut group, "BEGIN") {
        Ok(()) => group.into_iter().for_each(|unit| unit.answer(Ok(()))),
        // Whether a commit that was never answered took place is not known; each caller's own keys will tell it.
        Err(error @ (StoreError::Unreachable(_) | StoreError::CannotWrite(_))) => {
            group.into_iter().for_each(|unit| unit.answer(Err(error.clone())));
        }
        Err(_) => group.into_iter().for_each(|unit| commit_alone(url, session, unit)),
    }
}

fn commit_alone(url: &str, session: &mut Option<Session>, unit: Unit) {
    let mut alone = [unit];
    let mut done = commit(url, session, &mut alone, "BEGIN");
    for _ in 1..TRIES {
        if !matches!(done, Err(StoreError::Conflict(_))) {
            break;
        }
        done = commit(url, session, &mut alone, "BEGIN");
    }
    let [unit] = alone;
    unit.answer(done);
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

/// A connection with its prepared statements, driven by the thread that owns it.
pub(crate) struct Session {
    runtime: Runtime,
    client: Client,
    statements: HashMap<*const str, Statement>,
    deferred: Vec<(&'static str, Vec<Value>)>,
}

impl Session {
    pub(crate) fn connect(url: &str) -> Result<Session> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Unreachable(error.to_string()))?;
        let mut config: Config = url.parse()?;
        config.keepalives_idle(SILENCE / 2).tcp_user_timeout(SILENCE);
        let connecting = async {
            let connected = tokio::time::timeout(Duration::from_secs(5), config.connect(NoTls)).await;
            let connected = connected.map_err(|_| StoreError::Unreachable("no answer within 5 s".to_owned()))?;
            let (client, connection) = connected.map_err(kept_out)?;
            // The connection's end shows in every later statement; nothing is lost by not logging it here.
            tokio::spawn(async move { drop(connection.await) });
            Ok::<_, StoreError>(client)
        };
        let client = runtime.block_on(connecting)?;
        let mut session = Session { runtime, client, statements: HashMap::new(), deferred: Vec::new() };
        session.batch(SESSION)?;
        Ok(session)
    }

    fn run_and_commit(&mut self, group: &mut [Unit]) -> Result<()> {
        self.deferred.clear();
        for unit in group {
            unit.run(Connection::Postgres(self))?;
        }
        self.flush()?;
        self.batch("COMMIT")
    }

    /// Begins, and takes the locks of the whole group in one order everywhere, so that two groups cannot wait for each other.
    fn begin(&mut self, begin: &'static str, locks: &[i64]) -> Result<()> {
        if locks.is_empty() {
            return self.batch(begin);
        }
        let sql = "SELECT pg_advisory_xact_lock(k) FROM (SELECT unnest($1::bigint[]) AS k ORDER BY 1) AS keys";
        let statement = self.statement(sql)?;
        let Session { runtime, client, .. } = self;
        runtime.block_on(async {
            let parameters: [&(dyn ToSql + Sync); 1] = [&locks];
            let (begun, locked) = futures::join!(client.batch_execute(begin), client.query(&statement, &parameters));
            begun?;
            locked?;
            Ok(())
        })
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let Session { runtime, client, .. } = self;
        Ok(runtime.block_on(client.batch_execute(sql))?)
    }

    pub(crate) fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
        self.flush()?;
        let statement = self.statement(sql)?;
        let Session { runtime, client, .. } = self;
        let rows = runtime.block_on(client.query(&statement, &borrowed(params)))?;
        rows.iter().map(row).collect()
    }

    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64> {
        self.flush()?;
        let statement = self.statement(sql)?;
        let Session { runtime, client, .. } = self;
        Ok(runtime.block_on(client.execute(&statement, &borrowed(params)))?)
    }

    pub(crate) fn put(&mut self, sql: &'static str, params: Vec<Value>) {
        self.deferred.push((sql, params));
    }

    fn flush(&mut self) -> Result<()> {
        if self.deferred.is_empty() {
            return Ok(());
        }
        let deferred = std::mem::take(&mut self.deferred);
        let prepared = deferred.iter().map(|(sql, params)| Ok((self.statement(sql)?, borrowed(params))));
        let prepared = prepared.collect::<Result<Vec<_>>>()?;
        let Session { runtime, client, .. } = self;
        runtime.block_on(async {
            // Polled in order, so they reach the server in order, without waiting for each other's answers.
            try_join_all(prepared.iter().map(|(statement, params)| client.execute(statement, params))).await?;
            Ok(())
        })
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(&std::ptr::from_ref(sql)) {
            return Ok(statement.clone());
        }
        let Session { runtime, client, .. } = self;
        let statement = runtime.block_on(client.prepare(sql))?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

fn locks(group: &[Unit]) -> Vec<i64> {
    let mut locks: Vec<i64> = group.iter().flat_map(|unit| unit.locks.iter().copied()).collect();
    locks.sort_unstable();
    locks.dedup();
    locks
}

/// A server that does not let us in may do so later. Nothing of the work is at fault.
fn kept_out(error: tokio_postgres::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Refused(said) => StoreError::Unreachable(said),
        other => other,
    }
}

fn borrowed(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn row(row: &tokio_postgres::Row) -> Result<Row> {
    let column = |(index, column): (usize, &tokio_postgres::Column)| -> Result<Value> {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(i64::from).into(),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(index)?.into(),
            Type::TEXT => row.try_get::<_, Option<String>>(index)?.map_or(Value::Null, Value::Text),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.into(),
            Type::UUID => row.try_get::<_, Option<uuid::Uuid>>(index)?.into(),
            // A query of locks answers with nothing.
            Type::VOID => Value::Null,
            ref other => {
                return Err(StoreError::Unexpected(format!("a column of type {other}; cast it in the statement")));
            }
        })
    };
    row.columns().iter().enumerate().map(column).collect::<Result<Vec<_>>>().map(Row)
}
