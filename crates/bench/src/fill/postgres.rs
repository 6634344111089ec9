//! Copies into PostgreSQL, by `COPY`.

use std::fmt::Write as _;
use std::pin::pin;

use anyhow::{Context, Result, bail};
use axum::body::Bytes;
use futures::SinkExt;
use tokio_postgres::Client;

use super::Originals;
use super::copies::{Cell, Copier, Table, Turn};
use crate::postgres;

/// The rows that are there.
pub(super) async fn read(url: &str, names: &[&'static str]) -> Result<Vec<Table>> {
    let database = postgres::connect(url).await?;
    let mut tables = Vec::new();
    for name in names {
        tables.push(read_one(&database, name).await?);
    }
    Ok(tables)
}

/// Turn by turn.
pub(super) async fn copy(url: &str, originals: &Originals, turns: &[Turn]) -> Result<()> {
    let database = postgres::connect(url).await?;
    database.batch_execute("SET synchronous_commit = off").await?;
    for (made, turn) in turns.iter().enumerate() {
        for table in originals.of(turn) {
            write(&database, &originals.copier, table, turn).await?;
        }
        super::tell(made + 1, turns.len()).await;
    }
    Ok(())
}

/// What the server would do by itself later.
pub(super) async fn tend(url: &str) -> Result<()> {
    let database = postgres::connect(url).await?;
    database.batch_execute("VACUUM (ANALYZE)").await?;
    // Not everybody may; on the private server we do.
    drop(database.batch_execute("CHECKPOINT").await);
    Ok(())
}

/// What the database works out by itself is left to it.
async fn read_one(database: &Client, name: &'static str) -> Result<Table> {
    let described = "SELECT column_name::text, data_type::text FROM information_schema.columns
                     WHERE table_schema = current_schema() AND table_name = $1
                       AND is_generated = 'NEVER' AND is_identity = 'NO'
                     ORDER BY ordinal_position";
    let described = database.query(described, &[&name]).await?;
    let columns: Vec<(String, String)> =
        described.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_>>()?;
    let as_texts: Vec<String> = columns.iter().map(|(column, _)| format!("{column}::text")).collect();
    let mut rows = Vec::new();
    for row in database.query(&format!("SELECT {} FROM {name}", as_texts.join(", ")), &[]).await? {
        let cells = columns.iter().enumerate().map(|(place, (_, kind))| cell(kind, row.try_get(place)?));
        rows.push(cells.collect::<Result<Vec<Cell>>>()?);
    }
    Ok(Table { name, columns: columns.into_iter().map(|(column, _)| column).collect(), rows })
}

fn cell(kind: &str, text: Option<String>) -> Result<Cell> {
    let Some(text) = text else { return Ok(Cell::Null) };
    Ok(match kind {
        "bigint" | "integer" => Cell::Int(text.parse()?),
        "double precision" | "real" => Cell::Real(text.parse()?),
        "text" => Cell::Text(text),
        "uuid" => Cell::Blob(bytes(&text.replace('-', ""))?),
        "bytea" => Cell::Blob(bytes(text.strip_prefix("\\x").context("bytes that are not told in hexadecimal")?)?),
        other => bail!("a column of the type {other} cannot be copied"),
    })
}

fn bytes(hex: &str) -> Result<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?));
    pairs.collect()
}

async fn write(database: &Client, copier: &Copier, table: &Table, turn: &Turn) -> Result<()> {
    let mut text = String::new();
    for row in &table.rows {
        for (place, cell) in copier.row(table, row, turn).into_iter().enumerate() {
            if 0 < place {
                text.push('\t');
            }
            tell(&mut text, &cell);
        }
        text.push('\n');
    }
    let sql = format!("COPY {} ({}) FROM STDIN", table.name, table.columns.join(", "));
    let mut sink = pin!(database.copy_in::<_, Bytes>(&sql).await?);
    sink.send(Bytes::from(text)).await?;
    sink.finish().await?;
    Ok(())
}

/// A value in the text format of `COPY`.
fn tell(text: &mut String, cell: &Cell) {
    let written = match cell {
        Cell::Null => write!(text, "\\N"),
        Cell::Int(number) => write!(text, "{number}"),
        Cell::Real(number) => write!(text, "{number}"),
        Cell::Text(raw) => raw.chars().try_for_each(|letter| match letter {
            '\\' => write!(text, "\\\\"),
            '\t' => write!(text, "\\t"),
            '\n' => write!(text, "\\n"),
            '\r' => write!(text, "\\r"),
            letter => write!(text, "{letter}"),
        }),
        Cell::Blob(bytes) if bytes.len() == 16 => bytes.iter().try_for_each(|byte| write!(text, "{byte:02x}")),
        Cell::Blob(bytes) => {
            text.push_str("\\\\x");
            bytes.iter().try_for_each(|byte| write!(text, "{byte:02x}"))
        }
    };
    // Writing to a string does not fail.
    let _ = written;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_as_copy_reads_it() {
        let mut line = String::new();
        for cell in [Cell::Null, Cell::Text("a\tb\\".into()), Cell::Blob(vec![171, 1]), Cell::Blob(vec![7; 16])] {
            tell(&mut line, &cell);
            line.push('|');
        }
        assert_eq!(line, "\\N|a\\tb\\\\|\\\\xab01|07070707070707070707070707070707|");
    }
}
