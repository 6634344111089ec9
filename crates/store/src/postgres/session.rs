//! A connection, and the statements on their way through it.

mod ahead;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use futures::TryStreamExt;
use futures::future::{join_all, try_join_all};
use tokio::runtime::Runtime;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls, Statement};

use super::batches::{Batch, Batches, Shape};
use crate::tx::{Connection, Question};
use crate::unit::Unit;
use crate::value::{Row, Value};
use crate::{Result, StoreError};

/// A server that neither answers nor hangs up is as good as away after this.
const SILENCE: Duration = Duration::from_secs(20);
/// How long a statement may take at all, and how long a node that stands still may keep what it has locked. And plans made while the
/// tables were still empty would scan them whole for ever after: every statement here looks up few rows by key, so the planner may only
/// choose among those ways.
const SESSION: &str = "SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = '10s';
     SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
     SET enable_bitmapscan = off; SET enable_sort = off;
     SET plan_cache_mode = force_generic_plan";

/// A connection with its prepared statements, driven by the thread that owns it.
pub(crate) struct Session {
    runtime: Runtime,
    client: Client,
    statements: HashMap<*const str, Statement>,
    /// The same statements over arrays.
    of_many: HashMap<*const str, Statement>,
    waiting: Batches,
    group: Group,
    /// What was asked ahead, with the answers.
    foreseen: Vec<Foreseen>,
}

/// How far the transaction of a group of units is.
#[derive(Default)]
struct Group {
    /// The locks of the units whose writes wait.
    locks: HashSet<i64>,
    /// Whether the writes of a unit without locks wait.
    anything_waits: bool,
    /// The rows that were locked in it, by what their locks answered first.
    rows: Vec<Value>,
    /// How many of them the units before this one locked.
    rows_before: usize,
    /// What was written at once, without waiting.
    written: Vec<Rc<Shape>>,
    /// Whether this unit's own writes wait.
    own_waits: bool,
}

struct Foreseen {
    question: Question,
    shape: Rc<Shape>,
    answer: Answer,
}

struct Answer {
    rows: Vec<Row>,
    touched: u64,
}

impl Session {
    pub(crate) fn connect(url: &str) -> Result<Session> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Unreachable(error.to_string()))?;
        let mut config: Config = url.parse()?;
        config.keepalives_idle(SILENCE / 2).tcp_user_timeout(SILENCE);
        let connecting = async {
            let connected = tokio::time::timeout(Duration::from_secs(5), config.connect(NoTls)).await;
            let connected = connected.map_err(|_| StoreError::Unreachable("no answer within 5 s".to_owned()))?;
            let (client, connection) = connected.map_err(kept_out)?;
            // The connection's end shows in every later statement; nothing is lost by not logging it here.
            tokio::spawn(async move { drop(connection.await) });
            Ok::<_, StoreError>(client)
        };
        let client = runtime.block_on(connecting)?;
        let (statements, of_many, waiting) = (HashMap::new(), HashMap::new(), Batches::default());
        let (group, foreseen) = (Group::default(), Vec::new());
        let mut session = Session { runtime, client, statements, of_many, waiting, group, foreseen };
        session.batch(SESSION)?;
        Ok(session)
    }

    /// Runs the units in the transaction that is open, and commits it.
    pub(super) fn run_and_commit(&mut self, group: &mut [Unit]) -> Result<()> {
        // A unit that failed in the transaction before may have left some of either.
        self.waiting.clear();
        self.foreseen.clear();
        self.group = Group::default();
        let ahead = self.look_ahead(group)?;
        for (unit, ahead) in group.iter_mut().zip(ahead) {
            self.begin_unit(&unit.locks)?;
            self.foresee_from(ahead);
            unit.run(Connection::Postgres(self))?;
            self.end_unit(&unit.locks);
        }
        self.flush(Some("COMMIT"))
    }

    /// Units that hold no lock in common might as well run at the same time on two nodes, each blind to what the other has not
    /// committed. So they may leave their writes to travel together. Whoever holds none might be about anything.
    fn begin_unit(&mut self, locks: &[i64]) -> Result<()> {
        let apart = !locks.is_empty()
            && !self.group.anything_waits
            && !locks.iter().any(|lock| self.group.locks.contains(lock));
        if !apart {
            self.flush(None)?;
        }
        self.group.rows_before = self.group.rows.len();
        Ok(())
    }

    /// What was asked for the unit when the group began, unless one before it in the group has changed what it was asked about since.
    fn foresee_from(&mut self, ahead: Vec<Foreseen>) {
        let locked: Vec<Value> =
            ahead.iter().flat_map(|foreseen| rows_locked(&foreseen.question, &foreseen.answer)).collect();
        if self.group.rows.iter().any(|before| locked.contains(before)) {
            return;
        }
        self.group.rows.extend(locked);
        self.foreseen = ahead;
        let Session { foreseen, group, .. } = self;
        foreseen.retain(|foreseen| !group.written.iter().any(|shape| foreseen.shape.has_to_do_with(shape)));
    }

    fn end_unit(&mut self, locks: &[i64]) {
        self.foreseen.clear();
        if !std::mem::take(&mut self.group.own_waits) {
            return;
        }
        self.group.locks.extend(locks);
        self.group.anything_waits |= locks.is_empty();
    }

    /// Begins, and takes the locks of the whole group in one order everywhere, so that two groups cannot wait for each other.
    pub(super) fn begin(&mut self, begin: &'static str, locks: &[i64]) -> Result<()> {
        if locks.is_empty() {
            return self.batch(begin);
        }
        let sql = "SELECT pg_advisory_xact_lock(k) FROM (SELECT unnest($1::bigint[]) AS k ORDER BY 1) AS keys";
        let statement = self.statement(sql)?;
        let Session { runtime, client, .. } = self;
        runtime.block_on(async {
            let parameters: [&(dyn ToSql + Sync); 1] = [&locks];
            let (begun, locked) = futures::join!(client.batch_execute(begin), client.query(&statement, &parameters));
            begun?;
            locked?;
            Ok(())
        })
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let Session { runtime, client, .. } = self;
        Ok(runtime.block_on(client.batch_execute(sql))?)
    }

    pub(crate) fn query(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        Ok(self.ask(Question { sql, params })?.rows)
    }

    pub(crate) fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64> {
        Ok(self.ask(Question { sql, params })?.touched)
    }

    fn ask(&mut self, question: Question) -> Result<Answer> {
        if let Some(place) = self.foreseen.iter().position(|foreseen| foreseen.question == question) {
            return Ok(self.foreseen.remove(place).answer); // in their order, so that the next is found at once
        }
        if !question.sql.starts_with("SELECT") {
            let shape = self.waiting.shape(question.sql);
            self.forget(&shape, &question.params);
            if self.waiting.has_to_do_with(&shape) {
                self.flush(None)?;
            }
            self.group.written.push(shape);
        }
        let mut answers = self.answers(std::slice::from_ref(&question))?;
        answers.pop().ok_or(StoreError::Stopped)
    }

    /// Asks, in one trip, what will be asked next, unless all of it is known already.
    pub(crate) fn foresee(&mut self, questions: Vec<Question>) -> Result<()> {
        let is_known = |question: &Question| self.foreseen.iter().any(|foreseen| foreseen.question == *question);
        if questions.iter().all(is_known) {
            return Ok(());
        }
        let answers = self.answers(&questions)?;
        let shapes: Vec<_> = questions.iter().map(|question| self.waiting.shape(question.sql)).collect();
        let foreseen = questions.into_iter().zip(shapes).zip(answers);
        self.foreseen = foreseen.map(|((question, shape), answer)| Foreseen { question, shape, answer }).collect();
        Ok(())
    }

    /// What is about to be written may change these answers.
    fn forget(&mut self, shape: &Shape, params: &[Value]) {
        self.foreseen.retain(|foreseen| !foreseen.shape.touches(&foreseen.question.params, shape, params));
    }

    fn answers(&mut self, questions: &[Question]) -> Result<Vec<Answer>> {
        if self.group.own_waits {
            self.flush(None)?;
        }
        let answers = self.answers_as_it_stands(questions)?;
        if self.locks_again(questions, &answers) && !self.waiting.is_empty() {
            // The rows are locked by now, and whatever locks is a plain question: asked again, it shows what had waited.
            self.flush(None)?;
            return self.answers_as_it_stands(questions);
        }
        Ok(answers)
    }

    fn answers_as_it_stands(&mut self, questions: &[Question]) -> Result<Vec<Answer>> {
        let statements = questions.iter().map(|question| self.statement(question.sql));
        let statements = statements.collect::<Result<Vec<_>>>()?;
        let Session { runtime, client, .. } = self;
        let asked =
            statements.iter().zip(questions).map(|(statement, question)| answer(client, statement, &question.params));
        // Polled in order, so they reach the server in order, without waiting for each other's answers.
        runtime.block_on(try_join_all(asked))
    }

    /// Whether a unit before this one in the transaction locked one of the rows that this one has just locked, in whatever words: its
    /// writes to it must be seen, as if this one had waited for its commit.
    fn locks_again(&mut self, questions: &[Question], answers: &[Answer]) -> bool {
        let locked: Vec<Value> =
            questions.iter().zip(answers).flat_map(|(question, answer)| rows_locked(question, answer)).collect();
        let again = self.group.rows[..self.group.rows_before].iter().any(|before| locked.contains(before));
        self.group.rows.extend(locked);
        again
    }

    pub(crate) fn put(&mut self, sql: &'static str, params: Vec<Value>) {
        let shape = self.waiting.shape(sql);
        self.forget(&shape, &params);
        self.group.own_waits = true;
        self.waiting.add(shape, params);
    }

    /// Sends the writes that wait, and in the same trip how the transaction ends. A write that the server refuses makes a rollback of a
    /// commit; one that could not even be sent must not leave one behind it.
    fn flush(&mut self, ending: Option<&'static str>) -> Result<()> {
        let batches = self.waiting.take();
        self.group.own_waits = false;
        self.group.anything_waits = false;
        self.group.locks.clear();
        let statements = batches.iter().map(|batch| self.statement_for(batch)).collect::<Result<Vec<_>>>()?;
        let Session { runtime, client, .. } = self;
        let unsent = Cell::new(false);
        let written = statements.iter().zip(&batches).map(async |(statement, batch)| {
            let written = write(client, statement, batch).await;
            unsent.set(unsent.get() || written.is_err());
            written
        });
        // Polled after every write was: what cannot be sent has failed by then.
        let ended = async {
            match ending {
                Some(_) if unsent.get() => client.batch_execute("ROLLBACK").await,
                Some(sql) => client.batch_execute(sql).await,
                None => Ok(()),
            }
        };
        let (written, ended) = runtime.block_on(async { futures::join!(join_all(written), ended) });
        written.into_iter().collect::<std::result::Result<(), _>>()?;
        Ok(ended?)
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(&std::ptr::from_ref(sql)) {
            return Ok(statement.clone());
        }
        let Session { runtime, client, .. } = self;
        let statement = runtime.block_on(client.prepare(sql))?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    fn statement_for(&mut self, batch: &Batch) -> Result<Statement> {
        let plain = self.statement(batch.shape.sql)?;
        if batch.rows.len() < 2 {
            return Ok(plain);
        }
        let key = std::ptr::from_ref(batch.shape.sql);
        if let Some(statement) = self.of_many.get(&key) {
            return Ok(statement.clone());
        }
        let types: Vec<&str> = plain.params().iter().map(Type::name).collect();
        let sql = batch.shape.over_arrays(&types).ok_or_else(|| StoreError::Unexpected(batch.shape.sql.to_owned()))?;
        let Session { runtime, client, .. } = self;
        let statement = runtime.block_on(client.prepare(&sql))?;
        self.of_many.insert(key, statement.clone());
        Ok(statement)
    }
}

/// The rows that a question has locked, by what it answered first of each.
fn rows_locked(question: &Question, answer: &Answer) -> Vec<Value> {
    if !question.sql.contains(" FOR UPDATE") {
        return Vec::new();
    }
    answer.rows.iter().filter_map(|row| row.0.first().cloned()).collect()
}

async fn answer(client: &Client, statement: &Statement, params: &[Value]) -> Result<Answer> {
    let mut found = std::pin::pin!(client.query_raw(statement, params).await?);
    let mut rows = Vec::new();
    while let Some(next) = found.try_next().await? {
        rows.push(row(&next)?);
    }
    Ok(Answer { rows, touched: found.rows_affected().unwrap_or_default() })
}

async fn write(
    client: &Client,
    statement: &Statement,
    batch: &Batch,
) -> std::result::Result<(), tokio_postgres::Error> {
    if let [row] = &batch.rows[..] {
        return client.execute_raw(statement, row).await.map(drop);
    }
    client.execute_raw(statement, &columns(statement, &batch.rows)).await.map(drop)
}

/// Rows of parameters as one array for each parameter.
fn columns<'a, R: AsRef<[Value]>>(statement: &Statement, rows: &'a [R]) -> Vec<Vec<&'a Value>> {
    let column = |index: usize| rows.iter().filter_map(|row| row.as_ref().get(index)).collect();
    (0..statement.params().len()).map(column).collect()
}

/// A server that does not let us in may do so later. Nothing of the work is at fault.
fn kept_out(error: tokio_postgres::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Refused(said) => StoreError::Unreachable(said),
        other => other,
    }
}

fn row(row: &tokio_postgres::Row) -> Result<Row> {
    let column = |(index, column): (usize, &tokio_postgres::Column)| -> Result<Value> {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(i64::from).into(),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(index)?.into(),
            Type::TEXT => row.try_get::<_, Option<String>>(index)?.map_or(Value::Null, Value::Text),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.into(),
            Type::UUID => row.try_get::<_, Option<uuid::Uuid>>(index)?.into(),
            // A query of locks answers with nothing.
            Type::VOID => Value::Null,
            ref other => {
                return Err(StoreError::Unexpected(format!("a column of type {other}; cast it in the statement")));
            }
        })
    };
    row.columns().iter().enumerate().map(column).collect::<Result<Vec<_>>>().map(Row)
}
