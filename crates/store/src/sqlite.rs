//! SQLite: one thread that writes, committing whatever waits together, and a few that read.

mod log;
#[cfg(test)]
mod plans;

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::tx::Connection as TxConnection;
use crate::unit::Unit;
use crate::value::{Row, Value};
use crate::{Result, StoreError, migrate};

const READERS: usize = 2;
/// Units in one commit: more would make the first of them wait longer than the disk does.
const GROUP: usize = 128;

#[derive(Clone)]
pub(crate) struct Threads {
    writer: Sender<Unit>,
    reader: Sender<Unit>,
    waiting: Arc<AtomicUsize>,
}

impl Threads {
    pub(crate) fn open(path: &Path) -> Result<Threads> {
        let mut writer = connect(path)?;
        migrate::sqlite(&writer)?;
        log::copy_back(&mut writer, path)?;
        let waiting = Arc::new(AtomicUsize::new(0));

        let (write_sender, write_queue) = channel();
        let counter = waiting.clone();
        spawn("store-writer", move || write_groups(&writer, &write_queue, &counter))?;

        let (read_sender, read_queue) = channel();
        let read_queue = Arc::new(Mutex::new(read_queue));
        for _ in 0..READERS {
            let (reader, queue) = (connect(path)?, read_queue.clone());
            reader.execute_batch("PRAGMA query_only = ON")?;
            spawn("store-reader", move || read_one_by_one(&reader, &queue))?;
        }
        Ok(Threads { writer: write_sender, reader: read_sender, waiting })
    }

    pub(crate) fn write(&self, unit: Unit) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        hand_over(&self.writer, unit);
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

fn connect(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(256);
    // Without it SQLite plans a statement anew whenever a bound value could matter to the plan.
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -32000;
         PRAGMA journal_size_limit = 268435456;",
    )?;
    Ok(connection)
}

fn write_groups(connection: &Connection, queue: &Receiver<Unit>, waiting: &AtomicUsize) {
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        group.extend(queue.try_iter().take(GROUP - 1));
        waiting.fetch_sub(group.len(), Ordering::Relaxed);
        commit_group(connection, group);
    }
}

fn commit_group(connection: &Connection, mut group: Vec<Unit>) {
    let answers = commit_together(connection, &mut group);
    for (unit, answer) in group.into_iter().zip(answers) {
        unit.answer(answer);
    }
}

/// One commit for all. If a unit fails, nothing of the group stays, and it runs again with a savepoint a unit. Savepoints cost too
/// much to have them always.
pub(crate) fn commit_together(connection: &Connection, group: &mut [Unit]) -> Vec<Result<()>> {
    let committed =
        commit(connection, || group.iter_mut().try_for_each(|unit| unit.run(TxConnection::Sqlite(connection))));
    match committed {
        Ok(()) => vec![Ok(()); group.len()],
        // Nobody can write: to run all of it again would only tell the same, later.
        Err(error @ StoreError::CannotWrite(_)) => vec![Err(error); group.len()],
        Err(_) => commit_apart(connection, group),
    }
}

/// One commit for all whose work succeeds; an error undoes and reaches only the unit that caused it.
fn commit_apart(connection: &Connection, group: &mut [Unit]) -> Vec<Result<()>> {
    let mut answers = Vec::with_capacity(group.len());
    let committed = commit(connection, || {
        for unit in group.iter_mut() {
            answers.push(run_apart(connection, unit)?);
        }
        Ok(())
    });
    match committed {
        Ok(()) => answers,
        Err(error) => vec![Err(error); group.len()],
    }
}

fn run_apart(connection: &Connection, unit: &mut Unit) -> Result<Result<()>> {
    connection.prepare_cached("SAVEPOINT unit")?.execute([])?;
    let done = unit.run(TxConnection::Sqlite(connection));
    if let (Err(error), true) = (&done, connection.is_autocommit()) {
        // SQLite ends the whole transaction by itself when the disk is full or failing.
        return Err(error.clone());
    }
    if done.is_err() {
        connection.prepare_cached("ROLLBACK TO unit")?.execute([])?;
    }
    connection.prepare_cached("RELEASE unit")?.execute([])?;
    Ok(done)
}

fn commit(connection: &Connection, work: impl FnOnce() -> Result<()>) -> Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let done = work().and_then(|()| Ok(connection.prepare_cached("COMMIT")?.execute([]).map(drop)?));
    if done.is_err() && !connection.is_autocommit() {
        // The work's error says more than that of a rollback, which only forgets what was never written.
        drop(connection.execute_batch("ROLLBACK"));
    }
    done
}

fn read_one_by_one(connection: &Connection, queue: &Mutex<Receiver<Unit>>) {
    loop {
        let next = queue.lock().map(|queue| queue.recv());
        let Ok(Ok(mut unit)) = next else { return };
        let done = read_once(connection, &mut unit);
        unit.answer(done);
    }
}

fn read_once(connection: &Connection, unit: &mut Unit) -> Result<()> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let done = unit.run(TxConnection::Sqlite(connection));
    connection.prepare_cached("ROLLBACK")?.execute([])?;
    done
}

pub(crate) fn query(connection: &Connection, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(spelled(sql))?;
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let values: Result<Vec<Value>> = (0..columns).map(|index| Ok(value(row.get_ref(index)?))).collect();
        found.push(Row(values?));
    }
    Ok(found)
}

pub(crate) fn execute(connection: &Connection, sql: &'static str, params: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(spelled(sql))?;
    Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
}

fn value(raw: rusqlite::types::ValueRef<'_>) -> Value {
    use rusqlite::types::ValueRef;
    match raw {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Real(n) => Value::Real(n),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

thread_local! {
    static SPELLED: RefCell<HashMap<*const str, &'static str>> = RefCell::default();
}

/// The statement as SQLite must read it. It takes `$2` for a name, bound in order of first appearance, where `?2` is a place; and
/// knows no `= ANY($2)`.
fn spelled(sql: &'static str) -> &'static str {
    SPELLED.with_borrow_mut(|known| {
        *known.entry(sql).or_insert_with(|| {
            let text = with_json_lists(&sql.split(" FOR UPDATE").next().unwrap_or(sql).replace('$', "?"));
            // One leak a statement a thread: the statements of a program are few and live as long as it does.
            Box::leak(text.into_boxed_str())
        })
    })
}

/// `= ANY(?2)` as rows of a JSON list.
fn with_json_lists(text: &str) -> String {
    let mut parts = text.split("= ANY(");
    let mut spelled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (parameter, rest) = part.split_once(')').unwrap_or((part, ""));
        spelled.push_str(&format!("IN (SELECT unhex(value) FROM json_each({parameter})){rest}"));
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_by_a_list_of_them() {
        let connection = Connection::open_in_memory().unwrap();
        let [one, two, three] = [1, 2, 3].map(uuid::Uuid::from_u128);
        let sql = "SELECT count(*) FROM (SELECT $1 AS id UNION ALL SELECT $2) WHERE id = ANY($3) AND 1 = $4";
        for (ids, found) in [(vec![one, three], 1), (vec![two, one], 2), (vec![], 0)] {
            let params = [one.into(), two.into(), ids.into(), 1.into()];
            assert_eq!(query(&connection, sql, &params).unwrap()[0].0, [Value::Int(found)]);
        }
    }

    #[test]
    fn a_parameter_is_bound_by_its_number_not_by_its_place() {
        let connection = Connection::open_in_memory().unwrap();
        let rows = query(&connection, "SELECT $2, $1", &["first", "second"].map(Value::from)).unwrap();
        assert_eq!(rows[0].0, ["second", "first"].map(Value::from));
    }
}
