//! Copies into a file: without a journal, because a file that was filled halfway is thrown away.

use anyhow::{Context, Result};
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use super::Originals;
use super::copies::{Cell, Copier, Table, Turn};

/// The rows that are there.
pub(super) fn read(url: &str, names: &[&'static str]) -> Result<Vec<Table>> {
    let database = open(url)?;
    names.iter().map(|name| read_one(&database, name)).collect()
}

/// Turn by turn.
pub(super) async fn copy(url: &str, originals: &Originals, turns: &[Turn]) -> Result<()> {
    let database = open(url)?;
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -512000")?;
    for (made, turn) in turns.iter().enumerate() {
        database.execute_batch("BEGIN")?;
        originals.of(turn).try_for_each(|table| write(&database, &originals.copier, table, turn))?;
        database.execute_batch("COMMIT")?;
        super::tell(made + 1, turns.len()).await;
    }
    Ok(())
}

/// As the program wants to find it.
pub(super) fn tend(url: &str) -> Result<()> {
    let tidy = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)";
    Ok(open(url)?.execute_batch(tidy)?)
}

fn open(url: &str) -> Result<Connection> {
    Ok(Connection::open(url.strip_prefix("sqlite:").context("not a file")?)?)
}

/// What the database works out by itself is left to it.
fn read_one(database: &Connection, name: &'static str) -> Result<Table> {
    let mut described = database.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
    let columns = described.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    let mut statement = database.prepare(&format!("SELECT {} FROM {name}", columns.join(", ")))?;
    let row = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|column| Ok(cell(row.get_ref(column)?))).collect();
    let rows = statement.query_map([], row)?.collect::<rusqlite::Result<Vec<Vec<Cell>>>>()?;
    Ok(Table { name, columns, rows })
}

fn write(database: &Connection, copier: &Copier, table: &Table, turn: &Turn) -> Result<()> {
    let places = vec!["?"; table.columns.len()].join(", ");
    let (name, columns) = (table.name, table.columns.join(", "));
    let mut insert = database.prepare_cached(&format!("INSERT INTO {name} ({columns}) VALUES ({places})"))?;
    for row in &table.rows {
        insert.execute(rusqlite::params_from_iter(copier.row(table, row, turn).into_iter().map(value)))?;
    }
    Ok(())
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
    }
}

fn value(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(number) => Value::Integer(number),
        Cell::Real(number) => Value::Real(number),
        Cell::Text(text) => Value::Text(text),
        Cell::Blob(bytes) => Value::Blob(bytes),
    }
}
