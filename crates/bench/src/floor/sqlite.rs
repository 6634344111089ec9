//! The floor on SQLite: one thread, one connection, one fsync for everything that waits.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use tokio::sync::mpsc;

use super::writers::{Delivery, Group, Inbound, Job, LARGEST_GROUP, REPLY, Writers};

const SCHEMA: &str = "
    CREATE TABLE contact (id INTEGER PRIMARY KEY, phone TEXT NOT NULL UNIQUE, name TEXT NOT NULL, seen_at INTEGER NOT NULL);
    CREATE TABLE conversation (contact_id INTEGER PRIMARY KEY, opened_at INTEGER NOT NULL);
    CREATE TABLE message (received_at INTEGER NOT NULL, wamid TEXT NOT NULL, contact_id INTEGER NOT NULL, raw BLOB NOT NULL);
    CREATE UNIQUE INDEX message_once ON message (received_at, wamid);
    CREATE TABLE ticket (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL, state TEXT NOT NULL, opened_at INTEGER NOT NULL);
    CREATE TABLE event (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL);
    CREATE TABLE outbox (id INTEGER PRIMARY KEY, recipient TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, wamid TEXT);
";

/// Opens a new database file and starts its writer.
pub(super) fn open(path: &str, due: mpsc::UnboundedSender<Vec<Delivery>>) -> Result<Writers> {
    let connection = connect(path).with_context(|| format!("{path} cannot be opened"))?;
    let (queue, jobs) = mpsc::unbounded_channel();
    std::thread::Builder::new().name("writer".into()).spawn(move || write(connection, jobs, due))?;
    Ok(Writers::behind(vec![queue]))
}

fn connect(path: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Fewer, larger checkpoints: a page that changed often is copied back once.
    connection.pragma_update(None, "wal_autocheckpoint", 8000)?;
    connection.pragma_update(None, "cache_size", -64_000)?;
    connection.set_prepared_statement_cache_capacity(16);
    connection.execute_batch(SCHEMA)?;
    Ok(connection)
}

fn write(
    mut connection: Connection,
    mut jobs: mpsc::UnboundedReceiver<Job>,
    due: mpsc::UnboundedSender<Vec<Delivery>>,
) {
    let mut waiting = Vec::with_capacity(LARGEST_GROUP);
    while 0 < jobs.blocking_recv_many(&mut waiting, LARGEST_GROUP) {
        let group = Group::of(waiting.drain(..));
        match commit(&mut connection, &group) {
            Ok(deliveries) => group.committed(deliveries, &due),
            Err(error) => eprintln!("a group of messages was not committed: {error:#}"),
        }
    }
}

fn commit(connection: &mut Connection, group: &Group) -> rusqlite::Result<Vec<Delivery>> {
    let tx = connection.transaction()?;
    let mut deliveries = Vec::with_capacity(group.received.len());
    for inbound in &group.received {
        deliveries.extend(receive(&tx, inbound)?);
    }
    for sent in &group.sent {
        tx.prepare_cached("UPDATE outbox SET state = 'sent', wamid = ?2 WHERE id = ?1")?
            .execute(params![sent.outbox, sent.wamid])?;
    }
    tx.commit()?;
    Ok(deliveries)
}

/// A new sender gets a ticket and an acknowledgement; a known one only adds to the story.
fn receive(tx: &Transaction<'_>, inbound: &Inbound) -> rusqlite::Result<Option<Delivery>> {
    let Inbound { wamid, phone, name, at, raw } = inbound;
    let known = contact(tx, phone, *at)?;
    let contact = match known {
        Some(contact) => contact,
        None => tx
            .prepare_cached("INSERT INTO contact (phone, name, seen_at) VALUES (?1, ?2, ?3)")?
            .insert(params![phone, name, at])?,
    };
    let stored = tx
        .prepare_cached(
            "INSERT INTO message (received_at, wamid, contact_id, raw) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        )?
        .execute(params![at, wamid, contact, &raw[..]])?;
    if 0 < stored {
        tx.prepare_cached("INSERT INTO event (contact_id, kind, at) VALUES (?1, 'message_received', ?2)")?
            .execute(params![contact, at])?;
    }
    if known.is_some() {
        return Ok(None);
    }
    tx.prepare_cached("INSERT INTO conversation (contact_id, opened_at) VALUES (?1, ?2)")?
        .execute(params![contact, at])?;
    tx.prepare_cached("INSERT INTO ticket (contact_id, state, opened_at) VALUES (?1, 'open', ?2)")?
        .execute(params![contact, at])?;
    let outbox = tx
        .prepare_cached("INSERT INTO outbox (recipient, body, state) VALUES (?1, ?2, 'queued')")?
        .insert(params![phone, REPLY])?;
    Ok(Some(Delivery { outbox, recipient: phone.clone() }))
}

fn contact(tx: &Transaction<'_>, phone: &str, at: i64) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached("UPDATE contact SET seen_at = ?2 WHERE phone = ?1 RETURNING id")?
        .query_row(params![phone, at], |row| row.get(0))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::writers::{Sent, tests::group};

    #[test]
    fn a_group_writes_every_row_and_marks_what_was_sent() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(folder.path().join("floor.db").to_str().unwrap()).unwrap();
        // Ana writes twice in one group, and once more in the next.
        let first = group([("1", "ana"), ("2", "ana"), ("3", "rui")], Vec::new());
        let due = commit(&mut connection, &first).unwrap();
        assert_eq!(due.len(), 2);
        let sent = due.iter().map(|due| Sent { outbox: due.outbox, wamid: due.recipient.clone() }).collect();
        let next = group([("4", "ana"), ("1", "ana")], sent);
        assert!(commit(&mut connection, &next).unwrap().is_empty());

        for (rows, expected) in [
            ("contact", 2),
            ("conversation", 2),
            ("ticket", 2),
            ("message", 4),
            ("event", 4),
            ("outbox WHERE state = 'sent' AND wamid = recipient", 2),
        ] {
            let count: i64 =
                connection.query_row(&format!("SELECT count(*) FROM {rows}"), [], |row| row.get(0)).unwrap();
            assert_eq!(count, expected, "{rows}");
        }
    }

    #[test]
    fn a_commit_survives_a_power_cut() {
        let folder = tempfile::tempdir().unwrap();
        let connection = connect(folder.path().join("floor.db").to_str().unwrap()).unwrap();
        let pragma =
            |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
        assert_eq!(pragma("synchronous").unwrap(), rusqlite::types::Value::Integer(2));
        assert_eq!(pragma("journal_mode").unwrap(), rusqlite::types::Value::Text("wal".into()));
    }
}
