//! What the database holds after a measurement, against what was accepted: nothing missing, nobody twice, everything in order.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};

use crate::correlate::{Book, Outcome};
use crate::ledger::Ledger;
use crate::postgres;
use crate::senders;

/// The rank of a message that was read.
const READ: i64 = 6;

/// What a program has recorded since a moment.
#[derive(Default)]
pub(crate) struct Recorded {
    /// The ids of the customers' messages, each conversation in its order.
    messages: Vec<(String, String)>,
    /// The names of the people who became contacts, and which.
    identities: Vec<(String, String)>,
    /// How many of our messages were read.
    read: usize,
}

impl Recorded {
    /// Reads a database in which no program is at work, from this moment on (milliseconds since 1970).
    pub(crate) async fn since(url: &str, moment: i64) -> Result<Self> {
        match url.strip_prefix("sqlite:") {
            Some(path) => Self::in_sqlite(path, moment).context("the recorded messages cannot be read"),
            None => Self::in_postgres(url, moment).await.context("the recorded messages cannot be read"),
        }
    }

    fn in_sqlite(path: &str, moment: i64) -> Result<Self> {
        let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let pairs = |sql: &str| -> Result<Vec<(String, String)>> {
            let mut statement = database.prepare(&sql.replace("$1", "?1"))?;
            let rows = statement.query_map([moment], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        let read = database.query_row(&read().replace("$1", "?1"), [moment], |row| row.get::<_, i64>(0))? as usize;
        Ok(Self {
            messages: pairs(&messages("hex(conversation_id)"))?,
            identities: pairs(&identities("hex(i.contact_id)"))?,
            read,
        })
    }

    async fn in_postgres(url: &str, moment: i64) -> Result<Self> {
        let database = postgres::connect(url).await?;
        let read = database.query_one(&read(), &[&moment]).await?.try_get::<_, i64>(0)? as usize;
        let mut recorded = Self { read, ..Self::default() };
        for (sql, into) in [
            (messages("conversation_id::text"), &mut recorded.messages),
            (identities("i.contact_id::text"), &mut recorded.identities),
        ] {
            for row in database.query(&sql, &[&moment]).await? {
                into.push((row.try_get(0)?, row.try_get(1)?));
            }
        }
        Ok(recorded)
    }

    /// Adds to the outcome what the ledger alone does not show. `reported` is how many sends were reported as read.
    pub(crate) fn judge(&self, outcome: &mut Outcome, book: Book<'_>, reported: usize) {
        let numbers: HashSet<usize> = self.messages.iter().filter_map(|(wamid, _)| number(wamid)).collect();
        let accepted = (0..book.messages).filter(|message| book.ledger.accepted_at(*message).is_some());
        outcome.lost += accepted.filter(|message| !numbers.contains(message)).count();
        outcome.lost += reported.saturating_sub(self.read);
        outcome.duplicate_contacts = duplicates(&self.identities, book.senders.known_before());
        outcome.order_violations = order_violations(&self.messages, book.ledger);
    }
}

fn messages(conversation: &str) -> String {
    format!(
        "SELECT wamid, {conversation} FROM messages
         WHERE $1 <= recorded_at AND author = 'customer' AND wamid IS NOT NULL ORDER BY conversation_id, seq"
    )
}

fn identities(contact: &str) -> String {
    format!(
        "SELECT i.value, {contact} FROM contacts c
         JOIN identities i ON i.workspace_id = c.workspace_id AND i.contact_id = c.id WHERE $1 <= c.created_at"
    )
}

fn read() -> String {
    format!("SELECT count(*) FROM messages WHERE $1 <= recorded_at AND progress = {READ}")
}

/// The message behind one of our ids: its number stands in front of the last four letters, in hexadecimal.
fn number(wamid: &str) -> Option<usize> {
    let digits = wamid.strip_suffix("AA==")?;
    usize::from_str_radix(digits.get(digits.len().checked_sub(16)?..)?, 16).ok()
}

/// A person with several contacts has some too many; one who was known before should have got no new one at all.
fn duplicates(identities: &[(String, String)], known_before: usize) -> usize {
    let mut contacts: HashMap<usize, HashSet<&str>> = HashMap::new();
    for (name, contact) in identities {
        if let Some(person) = senders::person(name) {
            contacts.entry(person).or_default().insert(contact);
        }
    }
    contacts.iter().map(|(person, theirs)| theirs.len() - usize::from(known_before <= *person)).sum()
}

fn order_violations(messages: &[(String, String)], ledger: &Ledger) -> usize {
    let (mut violations, mut conversation, mut latest) = (0, "", Duration::ZERO);
    for (wamid, of) in messages {
        if of != conversation {
            (conversation, latest) = (of, Duration::ZERO);
        }
        let Some(number) = number(wamid) else { continue };
        violations += usize::from(ledger.accepted_at(number).is_some_and(|accepted| accepted < latest));
        latest = latest.max(ledger.sent_at(number).unwrap_or_default());
    }
    violations
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn wamid(message: usize) -> String {
        format!("wamid.HBgN5215512345678FQIAEhgUM0{message:016X}AA==")
    }

    #[test]
    fn a_message_in_front_of_one_that_was_accepted_before_it_was_sent_is_out_of_order() {
        let ledger = Ledger::open(3, 3, 1);
        for message in 0..3 {
            ledger.sent(message, Instant::now());
            ledger.accepted(message);
        }
        let stored = |order: [usize; 3]| order.map(|message| (wamid(message), "one".to_owned()));
        assert_eq!(order_violations(&stored([0, 1, 2]), &ledger), 0);
        assert_eq!(order_violations(&stored([0, 2, 1]), &ledger), 1);
        let apart = [(wamid(2), "one".to_owned()), (wamid(0), "two".to_owned())];
        assert_eq!(order_violations(&apart, &ledger), 0);
    }

    #[test]
    fn two_contacts_of_one_person_are_one_too_many() {
        let ana = senders::sender(7);
        let identities = [(ana.phone, "one".to_owned()), (ana.user_id, "two".to_owned())];
        assert_eq!(duplicates(&identities, 0), 1);
        assert_eq!(duplicates(&identities[..1], 0), 0);
        assert_eq!(duplicates(&identities[..1], 100), 1, "she was known before");
    }
}
