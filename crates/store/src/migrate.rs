//! Brings a schema up to date. The same numbered, named files for both databases; each only expands or only contracts.

use rusqlite::Connection;

use crate::postgres::Session;
use crate::{Result, StoreError};

struct Migration {
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($file:literal),* $(,)?) => {
        &[$(Migration {
            sqlite: include_str!(concat!("../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../migrations/postgres/", $file)),
        }),*]
    };
}

const MIGRATIONS: &[Migration] =
    migrations!["0001_start.sql", "0002_people.sql", "0003_desk.sql", "0004_records.sql", "0005_trials.sql"];

pub(crate) fn sqlite(connection: &Connection) -> Result<()> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for (version, migration) in pending(found)? {
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {} PRAGMA user_version = {version}; COMMIT;",
            migration.sqlite
        ))?;
    }
    Ok(())
}

pub(crate) fn postgres(session: &mut Session) -> Result<()> {
    // Nodes that start together migrate one after the other.
    session.batch("SELECT pg_advisory_lock(4830147201)")?;
    session.batch("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")?;
    let found = session.query("SELECT coalesce(max(version), 0) FROM schema_version", Vec::new())?;
    let found = found.first().map_or(Ok(0), |row| row.int(0))?;
    for (version, migration) in pending(found)? {
        session.batch("BEGIN")?;
        session.batch(migration.postgres)?;
        session.execute("INSERT INTO schema_version (version) VALUES ($1)", vec![version.into()])?;
        session.batch("COMMIT")?;
    }
    session.batch("SELECT pg_advisory_unlock(4830147201)")
}

fn pending(found: i64) -> Result<impl Iterator<Item = (i64, &'static Migration)>> {
    let known = MIGRATIONS.len() as i64;
    if known < found {
        return Err(StoreError::Newer { found, known });
    }
    Ok((1..).zip(MIGRATIONS).filter(move |(version, _)| found < *version))
}
