//! What the units of a group begin with, asked for all of them in one trip: the server's work is by the statement far more than by
//! the row.

use std::fmt::Write as _;
use std::pin::pin;

use futures::TryStreamExt;
use futures::future::try_join_all;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Statement};

use super::{Answer, Foreseen, Session, answer, columns, row};
use crate::tx::Question;
use crate::unit::Unit;
use crate::value::{Row, Value};
use crate::{Result, StoreError};

/// One statement, and who asks it with what.
struct Round<'a> {
    sql: &'static str,
    units: Vec<usize>,
    params: Vec<&'a [Value]>,
}

impl Session {
    /// For each unit the answers to what it begins with, as far as no unit before it in the group is about the same.
    pub(super) fn look_ahead(&mut self, group: &[Unit]) -> Result<Vec<Vec<Foreseen>>> {
        let rounds = rounds(group);
        let statements = rounds.iter().map(|round| self.statement_of(round)).collect::<Result<Vec<_>>>()?;
        let Session { runtime, client, .. } = self;
        let asked = statements.iter().zip(&rounds).map(|(statement, round)| round.ask(client, statement));
        // Polled in order, so a row is locked before it is read.
        let answers = runtime.block_on(try_join_all(asked))?;

        let mut ahead: Vec<Vec<Foreseen>> = group.iter().map(|_| Vec::new()).collect();
        for (round, answers) in rounds.iter().zip(answers) {
            for ((unit, params), answer) in round.units.iter().zip(&round.params).zip(answers) {
                let question = Question { sql: round.sql, params: params.to_vec() };
                ahead[*unit].push(Foreseen { shape: self.waiting.shape(round.sql), question, answer });
            }
        }
        Ok(ahead)
    }

    fn statement_of(&mut self, round: &Round<'_>) -> Result<Statement> {
        let plain = self.statement(round.sql)?;
        if round.units.len() < 2 {
            return Ok(plain);
        }
        let key = std::ptr::from_ref(round.sql);
        if let Some(statement) = self.of_many.get(&key) {
            return Ok(statement.clone());
        }
        let types: Vec<&str> = plain.params().iter().map(Type::name).collect();
        let sql = for_each_asker(round.sql, &types);
        let Session { runtime, client, .. } = self;
        let statement = runtime.block_on(client.prepare(&sql))?;
        self.of_many.insert(key, statement.clone());
        Ok(statement)
    }
}

fn rounds(group: &[Unit]) -> Vec<Round<'_>> {
    let mut rounds: Vec<Round<'_>> = Vec::new();
    for (place, unit) in group.iter().enumerate().filter(|(place, unit)| stands_apart(unit, &group[..*place])) {
        for Question { sql, params } in &unit.ahead {
            match rounds.iter_mut().find(|round| std::ptr::eq(round.sql, *sql)) {
                Some(round) => {
                    round.units.push(place);
                    round.params.push(params);
                }
                None => rounds.push(Round { sql, units: vec![place], params: vec![params] }),
            }
        }
    }
    rounds
}

/// Whoever holds no lock might be about anything.
fn stands_apart(unit: &Unit, before: &[Unit]) -> bool {
    let meets = |other: &Unit| other.locks.is_empty() || other.locks.iter().any(|lock| unit.locks.contains(lock));
    !unit.ahead.is_empty() && !unit.locks.is_empty() && !before.iter().any(meets)
}

impl Round<'_> {
    /// One answer for each unit.
    async fn ask(&self, client: &Client, statement: &Statement) -> Result<Vec<Answer>> {
        if let [params] = self.params[..] {
            return Ok(vec![answer(client, statement, params).await?]);
        }
        let mut answers: Vec<Answer> = self.units.iter().map(|_| Answer { rows: Vec::new(), touched: 0 }).collect();
        let mut found = pin!(client.query_raw(statement, &columns(statement, &self.params)).await?);
        while let Some(next) = found.try_next().await? {
            let Row(mut values) = row(&next)?;
            let place = match values.pop() {
                Some(Value::Int(place)) => usize::try_from(place - 1).ok(),
                _ => None,
            };
            let answer = place.and_then(|place| answers.get_mut(place));
            answer.ok_or_else(|| StoreError::Unexpected("an answer to nobody".to_owned()))?.rows.push(Row(values));
        }
        Ok(answers)
    }
}

/// A question over arrays, one for each parameter, of the types of these names; behind each row of the answer the place of its asker,
/// from 1 on.
fn for_each_asker(sql: &str, types: &[&str]) -> String {
    let (mut arrays, mut names) = (String::new(), String::new());
    for (index, name) in types.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(arrays, "{comma}${}::{name}[]", index + 1);
        let _ = write!(names, "p{}, ", index + 1);
    }
    let question = sql.replace('$', "asked.p");
    // OFFSET 0: planned as it stands, whatever small tables would tempt the planner to.
    format!(
        "SELECT found.*, asked.n FROM unnest({arrays}) WITH ORDINALITY AS asked({names}n), LATERAL ({question} OFFSET 0) AS found"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_asked_for_many_at_once() {
        assert_eq!(
            for_each_asker("SELECT name FROM cats WHERE id = $1 AND lives < $2", &["uuid", "int8"]),
            "SELECT found.*, asked.n FROM unnest($1::uuid[], $2::int8[]) WITH ORDINALITY AS asked(p1, p2, n), \
             LATERAL (SELECT name FROM cats WHERE id = asked.p1 AND lives < asked.p2 OFFSET 0) AS found"
        );
    }

    fn unit(locks: &[i64]) -> Unit {
        let asked = Question { sql: "SELECT 1", params: vec![1.into()] };
        Unit::new(locks.to_vec(), |_| Ok(())).0.asking(vec![asked])
    }

    #[test]
    fn who_shares_a_name_with_a_unit_before_asks_later_when_that_one_is_done() {
        let asking = |group: &[Unit]| rounds(group).into_iter().next().map(|round| round.units).unwrap_or_default();
        assert_eq!(asking(&[unit(&[1, 2]), unit(&[3]), unit(&[2]), unit(&[3, 4]), unit(&[5])]), [0, 1, 4]);
        assert_eq!(asking(&[unit(&[1]), unit(&[]), unit(&[2])]), [0], "a unit without locks might be about anything");
    }
}
