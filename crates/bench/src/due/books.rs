//! What the database says of the follow-ups that were due at a moment.

use std::collections::HashSet;

use anyhow::Result;
use rusqlite::Connection;
use tokio_postgres::Client;

use super::Decisions;
use crate::ledger::Ledger;
use crate::{postgres, senders};

/// Of ten that are due five still hold, three are about a visit that was cancelled, and two are for somebody who wants no more messages. Only
/// what changes behind the program's back is still planned when it is due: it plans anew with each change of its own.
const FALLEN: [&str; 2] = [
    "UPDATE appointments SET status = 'cancelled' WHERE (workspace_id, id) IN (
       SELECT workspace_id, record_id FROM (
         SELECT workspace_id, record_id, row_number() OVER (ORDER BY record_id) % 10 AS place FROM follow_ups WHERE look_at = $1) due
       WHERE place IN (0, 1, 2))",
    "UPDATE contacts SET opted_out_at = created_at WHERE (workspace_id, id) IN (
       SELECT workspace_id, contact_id FROM (
         SELECT workspace_id, contact_id, row_number() OVER (ORDER BY record_id) % 10 AS place FROM follow_ups WHERE look_at = $1) due
       WHERE place IN (3, 4))",
];

/// All that were due, with what they are about and whom they are for.
macro_rules! due {
    ($select:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $select,
            " FROM follow_ups f
             JOIN appointments a ON a.workspace_id = f.workspace_id AND a.id = f.record_id
             JOIN contacts c ON c.workspace_id = f.workspace_id AND c.id = f.contact_id
             WHERE f.workspace_id = (SELECT id FROM workspaces LIMIT 1) AND f.due_at = $1
               AND f.state IN ('pending', 'held', 'sent', 'skipped', 'cancelled', 'expired') ",
            $rest
        )
    };
}

/// The database, beside the program.
pub(super) struct Books {
    database: Database,
    moment: i64,
}

enum Database {
    Sqlite(Connection),
    Postgres(Client),
}

impl Books {
    /// Of what is due at that moment.
    pub(super) async fn open(url: &str, moment: i64) -> Result<Self> {
        let database = match url.strip_prefix("sqlite:") {
            Some(path) => Database::Sqlite(Connection::open(path)?),
            None => {
                let client = postgres::connect(url).await?;
                // A few rows by their keys, whatever the server believes of tables that were just filled.
                client
                    .batch_execute("SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off")
                    .await?;
                Database::Postgres(client)
            }
        };
        Ok(Self { database, moment })
    }

    /// Of some the condition falls, and nobody tells the program.
    pub(super) async fn let_conditions_fall(&self) -> Result<()> {
        for sql in FALLEN {
            match &self.database {
                Database::Sqlite(file) => file.execute(&sql.replace("$1", "?1"), [self.moment]).map(drop)?,
                Database::Postgres(client) => client.execute(sql, &[&self.moment]).await.map(drop)?,
            }
        }
        Ok(())
    }

    /// Whether something is still due.
    pub(super) async fn has_undecided(&self) -> Result<bool> {
        let next = "SELECT count(*) FROM (SELECT 1 FROM follow_ups WHERE look_at <= $1 ORDER BY look_at LIMIT 1) due";
        Ok(0 < self.count(next).await?)
    }

    /// When the first decision was begun, in milliseconds since 1970.
    pub(super) async fn began(&self) -> Result<i64> {
        self.number(due!("coalesce(min(f.decided_at), 0)", "")).await
    }

    /// What was decided. What the Graph API saw counts as much as what is written down.
    pub(super) async fn decisions(&self, pending: usize, ledger: &Ledger) -> Result<Decisions> {
        let fallen: HashSet<usize> = self.fallen().await?.iter().filter_map(|name| senders::person(name)).collect();
        let reached_wrongly = ledger.arrivals(|arrivals| {
            arrivals.iter().filter(|arrival| arrival.person.is_none_or(|person| fallen.contains(&person))).count()
        });
        let decided_wrongly = self.count(due!(
            "count(*)",
            "AND f.state = 'sent' AND (a.status <> 'confirmed' OR c.opted_out_at IS NOT NULL)"
        ));
        let sent_wrongly = decided_wrongly.await?.max(reached_wrongly);
        Ok(Decisions {
            pending,
            due: self.count(due!("count(*)", "")).await?,
            right: self.count(due!("count(*)", "AND a.status = 'confirmed' AND c.opted_out_at IS NULL")).await?,
            sent: self.count(due!("count(*)", "AND f.state = 'sent'")).await?,
            cancelled: self.count(due!("count(*)", "AND f.state = 'cancelled'")).await?,
            skipped: self.count(due!("count(*)", "AND f.state = 'skipped'")).await?,
            sent_wrongly,
        })
    }

    /// Those that were rightly sent and are in the outbox, where a send stays until WhatsApp reports on it.
    pub(super) async fn on_their_way(&self) -> Result<usize> {
        let on_its_way = due!(
            "count(*)",
            "AND a.status = 'confirmed' AND c.opted_out_at IS NULL AND f.state = 'sent'
             AND EXISTS (SELECT 1 FROM outbox o WHERE o.workspace_id = f.workspace_id AND o.id = f.send_id)"
        );
        self.count(on_its_way).await
    }

    /// Sends of follow-ups beyond the one of each that was sent.
    pub(super) async fn sent_again(&self) -> Result<usize> {
        let all =
            self.count("SELECT count(*) FROM outbox WHERE purpose = 'follow_up' AND 0 < CAST($1 AS BIGINT)").await?;
        Ok(all.saturating_sub(self.count(due!("count(*)", "AND f.state = 'sent'")).await?))
    }

    /// The names of those who were to get nothing.
    async fn fallen(&self) -> Result<Vec<String>> {
        let sql = due!("c.id", "AND (a.status <> 'confirmed' OR c.opted_out_at IS NOT NULL)");
        let names = format!(
            "SELECT i.value FROM identities i WHERE i.workspace_id = (SELECT id FROM workspaces LIMIT 1) AND i.contact_id IN ({sql})"
        );
        Ok(match &self.database {
            Database::Sqlite(file) => {
                let mut statement = file.prepare(&names.replace("$1", "?1"))?;
                statement.query_map([self.moment], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
            }
            Database::Postgres(client) => {
                let rows = client.query(&names, &[&self.moment]).await?;
                rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?
            }
        })
    }

    async fn count(&self, sql: &str) -> Result<usize> {
        Ok(usize::try_from(self.number(sql).await?)?)
    }

    /// What a question that names the moment is answered with.
    async fn number(&self, sql: &str) -> Result<i64> {
        Ok(match &self.database {
            Database::Sqlite(file) => file.query_row(&sql.replace("$1", "?1"), [self.moment], |row| row.get(0))?,
            Database::Postgres(client) => client.query_one(sql, &[&self.moment]).await?.try_get(0)?,
        })
    }
}
