//! What the store promises, proved on SQLite and, where there is one, on PostgreSQL.
//!
//! `HILO_TEST_POSTGRES` is the URL of a PostgreSQL in which databases may be made and dropped: `postgres://user@host/postgres`.

mod clinic;
mod contract;
mod full_disk;
mod places;
mod plans;
mod restart;

use places::{Files, Server};
use store::StoreError;

#[test]
fn sqlite_keeps_the_contract() {
    let files = Files::default();
    contract::exercise(|| files.fresh());
    contract::exercise_nodes(|| files.fresh_pair());
}

#[test]
fn postgresql_keeps_the_contract() {
    let Some(server) = Server::of_environment() else { return };
    contract::exercise(|| server.fresh());
}

#[test]
fn two_nodes_on_one_postgresql_keep_the_contract() {
    let Some(server) = Server::of_environment() else { return };
    contract::exercise_nodes(|| server.fresh_pair());
}

#[test]
fn a_newer_sqlite_schema_is_refused_and_left_alone() {
    let files = Files::default();
    let path = files.fresh_path();
    drop(places::open_sqlite(&path));
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA user_version = 9999").unwrap();

    let refused = store::Store::open(&store::Location::Sqlite(path)).err();

    assert!(matches!(refused, Some(StoreError::Newer { found: 9999, .. })), "{refused:?}");
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 9999);
}

#[test]
fn a_newer_postgresql_schema_is_refused() {
    let Some(server) = Server::of_environment() else { return };
    let url = server.fresh_url();
    let store = places::open_postgres(&url);
    places::write(&store, |tx| tx.execute("INSERT INTO schema_version (version) VALUES (9999)", store::params![]))
        .unwrap();

    let refused = store::Store::open(&store::Location::Postgres(url)).err();

    assert!(matches!(refused, Some(StoreError::Newer { found: 9999, .. })), "{refused:?}");
}

#[test]
fn a_database_opened_again_is_as_it_was() {
    let files = Files::default();
    let path = files.fresh_path();
    let first = places::write(&places::open_sqlite(&path), |tx| tx.instance(b"first key", 1)).unwrap();
    let second = places::write(&places::open_sqlite(&path), |tx| tx.instance(b"second key", 2)).unwrap();
    assert_eq!((first.epoch, first.mac_key), (second.epoch, second.mac_key));
}
