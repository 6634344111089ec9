//! The floor on PostgreSQL: a few threads with a client each, and one statement, which is one commit, for a whole group.

use anyhow::{Context, Result};
use tokio::sync::mpsc;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

use super::writers::{Delivery, Group, Inbound, Job, LARGEST_GROUP, REPLY, Writers};

const SCHEMA: &str = "
    CREATE TABLE contact (id BIGSERIAL PRIMARY KEY, phone TEXT NOT NULL UNIQUE, name TEXT NOT NULL, seen_at BIGINT NOT NULL);
    CREATE TABLE conversation (contact_id BIGINT PRIMARY KEY, opened_at BIGINT NOT NULL);
    CREATE TABLE message (received_at BIGINT NOT NULL, wamid TEXT NOT NULL, contact_id BIGINT NOT NULL, raw BYTEA NOT NULL);
    CREATE UNIQUE INDEX message_once ON message (received_at, wamid);
    CREATE TABLE ticket (id BIGSERIAL PRIMARY KEY, contact_id BIGINT NOT NULL, state TEXT NOT NULL, opened_at BIGINT NOT NULL);
    CREATE TABLE event (id BIGSERIAL PRIMARY KEY, contact_id BIGINT NOT NULL, kind TEXT NOT NULL, at BIGINT NOT NULL);
    CREATE TABLE outbox (id BIGSERIAL PRIMARY KEY, recipient TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, wamid TEXT)
        WITH (fillfactor = 70);
";

/// Everything a group writes. `xmax = 0` tells a contact that was just created from one that was only seen again.
const WRITE_GROUP: &str = "
    WITH incoming AS (
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bytea[]) AS i (wamid, phone, name, at, raw)
    ), contacts AS (
        INSERT INTO contact (phone, name, seen_at) SELECT DISTINCT ON (phone) phone, name, at FROM incoming
        ON CONFLICT (phone) DO UPDATE SET seen_at = excluded.seen_at
        RETURNING id, phone, seen_at, xmax = 0 AS created
    ), messages AS (
        INSERT INTO message (received_at, wamid, contact_id, raw)
        SELECT at, wamid, contacts.id, raw FROM incoming JOIN contacts USING (phone)
        ON CONFLICT DO NOTHING RETURNING contact_id, received_at
    ), events AS (
        INSERT INTO event (contact_id, kind, at) SELECT contact_id, 'message_received', received_at FROM messages
    ), conversations AS (
        INSERT INTO conversation (contact_id, opened_at) SELECT id, seen_at FROM contacts WHERE created
    ), tickets AS (
        INSERT INTO ticket (contact_id, state, opened_at) SELECT id, 'open', seen_at FROM contacts WHERE created
    ), sent AS (
        UPDATE outbox SET state = 'sent', wamid = ($7::text[])[array_position($6::bigint[], id)] WHERE id = ANY ($6)
    )
    INSERT INTO outbox (recipient, body, state) SELECT phone, $8, 'queued' FROM contacts WHERE created
    RETURNING id, recipient";

/// Makes the tables in an empty database and starts the writers.
pub(super) fn open(url: &str, writers: usize, due: mpsc::UnboundedSender<Vec<Delivery>>) -> Result<Writers> {
    let mut queues = Vec::with_capacity(writers);
    for number in 0..writers {
        let (ready, started) = std::sync::mpsc::channel();
        let (queue, jobs) = mpsc::unbounded_channel();
        let (url, due) = (url.to_owned(), due.clone());
        std::thread::Builder::new().name(format!("writer-{number}")).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let opened = connect(&url, number == 0).await;
                match opened {
                    Ok((client, statement)) => {
                        let _ = ready.send(Ok(()));
                        write(&client, &statement, jobs, due).await;
                    }
                    Err(error) => drop(ready.send(Err(error))),
                }
            });
            anyhow::Ok(())
        })?;
        started.recv().context("a writer did not start")??;
        queues.push(queue);
    }
    Ok(Writers::behind(queues))
}

async fn connect(url: &str, first: bool) -> Result<(Client, Statement)> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("PostgreSQL cannot be reached")?;
    tokio::spawn(connection);
    // The plan is made while the tables are empty; without this it would go on reading whole tables later.
    client.batch_execute("SET synchronous_commit = on; SET enable_seqscan = off; SET jit = off").await?;
    if first {
        client.batch_execute(SCHEMA).await?;
    }
    let statement = client.prepare(WRITE_GROUP).await?;
    Ok((client, statement))
}

async fn write(
    client: &Client,
    statement: &Statement,
    mut jobs: mpsc::UnboundedReceiver<Job>,
    due: mpsc::UnboundedSender<Vec<Delivery>>,
) {
    let mut waiting = Vec::with_capacity(LARGEST_GROUP);
    while 0 < jobs.recv_many(&mut waiting, LARGEST_GROUP).await {
        let group = Group::of(waiting.drain(..));
        match commit(client, statement, &group).await {
            Ok(deliveries) => group.committed(deliveries, &due),
            Err(error) => eprintln!("a group of messages was not committed: {error:#}"),
        }
    }
}

async fn commit(client: &Client, statement: &Statement, group: &Group) -> Result<Vec<Delivery>> {
    let wamids: Vec<&str> = column(group, |inbound| inbound.wamid.as_str());
    let phones: Vec<&str> = column(group, |inbound| inbound.phone.as_str());
    let names: Vec<&str> = column(group, |inbound| inbound.name.as_str());
    let times: Vec<i64> = column(group, |inbound| inbound.at);
    let bodies: Vec<&[u8]> = column(group, |inbound| &inbound.raw[..]);
    let outbox: Vec<i64> = group.sent.iter().map(|sent| sent.outbox).collect();
    let sent_as: Vec<&str> = group.sent.iter().map(|sent| sent.wamid.as_str()).collect();
    let values: [&(dyn ToSql + Sync); 8] = [&wamids, &phones, &names, &times, &bodies, &outbox, &sent_as, &REPLY];
    let rows = client.query(statement, &values).await?;
    rows.iter().map(|row| Ok(Delivery { outbox: row.try_get(0)?, recipient: row.try_get(1)? })).collect()
}

fn column<'a, T>(group: &'a Group, value: impl Fn(&'a Inbound) -> T) -> Vec<T> {
    group.received.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::writers::{Sent, tests::group};

    #[test]
    fn a_group_writes_every_row_and_marks_what_was_sent() {
        if !std::path::Path::new("/usr/lib/postgresql").exists() {
            return println!("skipped: no PostgreSQL is installed here");
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = crate::postgres::server().await.unwrap();
            let name = format!("hilo_bench_test_{}", std::process::id());
            let url = server.create_database(&name).await.unwrap();
            writes_every_row(&url).await;
            server.drop_database(&name).await.unwrap();
            server.end().await.unwrap();
        });
    }

    async fn writes_every_row(url: &str) {
        let (client, statement) = connect(url, true).await.unwrap();
        // Ana writes twice in one group, and once more in the next.
        let first = group([("1", "ana"), ("2", "ana"), ("3", "rui")], Vec::new());
        let due = commit(&client, &statement, &first).await.unwrap();
        assert_eq!(due.len(), 2);
        let sent = due.iter().map(|due| Sent { outbox: due.outbox, wamid: due.recipient.clone() }).collect();
        let next = group([("4", "ana"), ("1", "ana")], sent);
        assert!(commit(&client, &statement, &next).await.unwrap().is_empty());

        for (rows, expected) in [
            ("contact", 2),
            ("conversation", 2),
            ("ticket", 2),
            ("message", 4),
            ("event", 4),
            ("outbox WHERE state = 'sent' AND wamid = recipient", 2),
        ] {
            let count: i64 = client.query_one(&format!("SELECT count(*) FROM {rows}"), &[]).await.unwrap().get(0);
            assert_eq!(count, expected, "{rows}");
        }
    }
}
