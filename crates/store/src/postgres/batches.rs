//! Writes whose result nobody reads, gathered so that rows of one kind travel as one statement: the server's work is by the
//! statement far more than by the row.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::rc::Rc;

use crate::value::Value;

/// Rows for one statement.
pub(super) struct Batch {
    pub(super) shape: Rc<Shape>,
    pub(super) rows: Vec<Vec<Value>>,
}

/// Batches in the order in which they have to run.
#[derive(Default)]
pub(super) struct Batches {
    shapes: HashMap<*const str, Rc<Shape>>,
    waiting: Vec<Batch>,
}

impl Batches {
    pub(super) fn shape(&mut self, sql: &'static str) -> Rc<Shape> {
        self.shapes.entry(sql).or_insert_with(|| Rc::new(Shape::of(sql))).clone()
    }

    pub(super) fn add(&mut self, shape: Rc<Shape>, row: Vec<Value>) {
        match self.joins(&shape, &row) {
            Some(batch) => batch.rows.push(row),
            None => self.waiting.push(Batch { shape, rows: vec![row] }),
        }
    }

    /// The batch that a row can go with: of its own statement, with no row of it for the same place in the table, and with nothing
    /// behind it that its table has to do with.
    fn joins(&mut self, shape: &Shape, row: &[Value]) -> Option<&mut Batch> {
        let place = self.waiting.iter().rposition(|batch| batch.shape.has_to_do_with(shape))?;
        let batch = &mut self.waiting[place];
        let fits = batch.shape.sql == shape.sql
            && shape.takes_many()
            && !batch.rows.iter().any(|other| shape.meet(row, other));
        fits.then_some(batch)
    }

    /// Whether something waits that a statement would change, or ought to see.
    pub(super) fn has_to_do_with(&self, shape: &Shape) -> bool {
        self.waiting.iter().any(|batch| batch.shape.has_to_do_with(shape))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn take(&mut self) -> Vec<Batch> {
        std::mem::take(&mut self.waiting)
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// What a statement says about itself.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) sql: &'static str,
    /// The table that it writes, and those that it looks at.
    tables: Vec<&'static str>,
    /// The columns that must equal a parameter, and which, by its place from 0 on.
    equals: Vec<(&'static str, usize)>,
    many: Option<Many>,
}

/// How a statement goes over many rows.
#[derive(Debug, PartialEq)]
struct Many {
    /// The text up to the rows, and the one behind them, with `v.pn` in place of `$n`.
    before: String,
    after: String,
    /// The parameters, by their places from 0 on, that say which row of the table is meant. An insert has none: its rows are new.
    keys: Vec<usize>,
}

impl Shape {
    fn of(sql: &'static str) -> Shape {
        Shape { sql, tables: tables(sql), equals: equals(sql), many: many(sql) }
    }

    /// Whether it can be run for many rows at once.
    pub(super) fn takes_many(&self) -> bool {
        self.many.is_some()
    }

    /// The statement over arrays, one for each parameter, of the types of these names.
    pub(super) fn over_arrays(&self, types: &[&str]) -> Option<String> {
        let many = self.many.as_ref()?;
        let mut sql = format!("{} unnest(", many.before);
        for (index, name) in types.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}${}::{name}[]", index + 1);
        }
        let columns: Vec<String> = (1..=types.len()).map(|n| format!("p{n}")).collect();
        let _ = write!(sql, ") AS v({}) {}", columns.join(", "), many.after);
        Some(sql)
    }

    /// Whether one of them may see what the other writes.
    pub(super) fn has_to_do_with(&self, other: &Shape) -> bool {
        self.tables.iter().any(|table| other.tables.contains(table))
    }

    /// Whether one of them, with these parameters, may see what the other writes with those: not if both are about one table, and some
    /// column of it cannot be what both want.
    pub(super) fn touches(&self, params: &[Value], other: &Shape, others: &[Value]) -> bool {
        let apart = || {
            self.tables.len() == 1
                && self.tables == other.tables
                && self.equals.iter().any(|(column, place)| {
                    let theirs =
                        other.equals.iter().find(|(name, _)| name == column).map(|(_, place)| others.get(*place));
                    theirs.is_some_and(|theirs| theirs != params.get(*place))
                })
        };
        self.has_to_do_with(other) && !apart()
    }

    /// Whether two rows may be for the same place in the table: then they must run one after the other.
    fn meet(&self, one: &[Value], other: &[Value]) -> bool {
        let keys = self.many.as_ref().map_or(&[][..], |many| &many.keys);
        !keys.is_empty() && keys.iter().all(|key| one.get(*key) == other.get(*key))
    }
}

/// Of a condition whose parts must all hold; nothing is said of any other.
fn equals(sql: &'static str) -> Vec<(&'static str, usize)> {
    let Some((_, condition)) = sql.split_once(" WHERE ") else { return Vec::new() };
    if condition.contains(" OR ") || condition.contains("SELECT") {
        return Vec::new();
    }
    let condition = condition.split(" FOR UPDATE").next().unwrap_or_default();
    let part = |part: &'static str| {
        let words: Vec<&'static str> = part.split_whitespace().collect();
        let [column, "=", parameter] = words[..] else { return None };
        Some((column, parameter.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1)?))
    };
    condition.split(" AND ").filter_map(part).collect()
}

fn tables(sql: &'static str) -> Vec<&'static str> {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let names =
        words.windows(2).filter(|pair| ["INTO", "UPDATE", "FROM", "JOIN"].contains(&pair[0])).map(|pair| pair[1]);
    let mut tables: Vec<&'static str> = names.map(|name| name.trim_matches(['(', ')', ','])).collect();
    tables.dedup();
    tables
}

/// A statement that is a plain one on one table. Anything else runs row by row.
fn many(sql: &str) -> Option<Many> {
    let plain = ["SELECT", "RETURNING", "DO UPDATE"].iter().all(|word| !sql.contains(word));
    if !plain {
        return None;
    }
    if sql.starts_with("INSERT INTO ") {
        let (before, rest) = sql.split_once("VALUES (")?;
        let (values, after) = rest.split_at(closing(rest)?);
        let before = format!("{before}SELECT {} FROM", of_row(values));
        return Some(Many { before, after: after[1..].trim().to_owned(), keys: Vec::new() });
    }
    let (before, condition) = sql.split_once(" WHERE ")?;
    let keys = keys(condition)?;
    let from = if sql.starts_with("UPDATE ") { "FROM" } else { "USING" };
    Some(Many { before: format!("{} {from}", of_row(before)), after: format!("WHERE {}", of_row(condition)), keys })
}

/// Where the parenthesis closes that was opened right before.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1;
    text.char_indices().find_map(|(place, c)| {
        open += i32::from(c == '(') - i32::from(c == ')');
        (open == 0).then_some(place)
    })
}

/// The parameters that a column must equal, of conditions that must all hold.
fn keys(condition: &str) -> Option<Vec<usize>> {
    let mut keys = Vec::new();
    for part in condition.split(" AND ") {
        if part.contains(" OR ") && !part.trim_start().starts_with('(') {
            return None;
        }
        let words: Vec<&str> = part.split_whitespace().collect();
        if let [_, "=", parameter] = words[..]
            && let Some(number) = parameter.strip_prefix('$').and_then(|digits| digits.parse::<usize>().ok())
        {
            keys.push(number.checked_sub(1)?);
        }
    }
    (!keys.is_empty()).then_some(keys)
}

/// `$3` as the third column of the rows.
fn of_row(text: &str) -> String {
    text.replace('$', "v.p")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADD: &str = "INSERT INTO cats (id, name, lives) VALUES ($1, coalesce($2, 'Tom'), 9) ON CONFLICT DO NOTHING";
    const RENAME: &str = "UPDATE cats SET name = $2 WHERE id = $1 AND lives < $3";
    const DROP: &str = "DELETE FROM cats WHERE id = $1";
    const FEED: &str = "INSERT INTO meals (cat) VALUES ($1)";
    const WHOSE: &str = "UPDATE meals SET name = (SELECT name FROM cats WHERE id = cat) WHERE cat = $1";

    fn order(writes: &[(&'static str, i64)]) -> Vec<(&'static str, usize)> {
        let mut batches = Batches::default();
        for (sql, id) in writes {
            let shape = batches.shape(sql);
            batches.add(shape, vec![Value::Int(*id), Value::Int(0), Value::Int(0)]);
        }
        batches.take().iter().map(|batch| (batch.shape.sql, batch.rows.len())).collect()
    }

    #[test]
    fn a_statement_for_one_row_becomes_one_for_many() {
        let over = |sql, types: &[&str]| Shape::of(sql).over_arrays(types).unwrap();
        assert_eq!(
            over(ADD, &["bigint", "text"]),
            "INSERT INTO cats (id, name, lives) SELECT v.p1, coalesce(v.p2, 'Tom'), 9 FROM \
             unnest($1::bigint[], $2::text[]) AS v(p1, p2) ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            over(RENAME, &["bigint", "text", "bigint"]),
            "UPDATE cats SET name = v.p2 FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS v(p1, p2, p3) \
             WHERE id = v.p1 AND lives < v.p3"
        );
        assert_eq!(over(DROP, &["bigint"]), "DELETE FROM cats USING unnest($1::bigint[]) AS v(p1) WHERE id = v.p1");
        assert!(Shape::of(WHOSE).over_arrays(&["bigint"]).is_none());
        assert!(
            Shape::of("UPDATE cats SET lives = 1 WHERE id = $1 OR name = $2")
                .over_arrays(&["bigint", "text"])
                .is_none()
        );
    }

    #[test]
    fn a_write_to_one_row_leaves_what_was_read_of_another() {
        let [read, write] = ["SELECT id, name FROM cats WHERE id = $1 FOR UPDATE", RENAME].map(Shape::of);
        let (tom, kit) = ([Value::Int(1)], [Value::Int(2), Value::Null, Value::Int(9)]);
        assert!(!read.touches(&tom, &write, &kit));
        assert!(read.touches(&tom, &write, &[Value::Int(1), Value::Null, Value::Int(9)]));
        assert!(read.touches(&tom, &Shape::of(ADD), &kit), "an insert may be anybody");
        assert!(Shape::of(WHOSE).touches(&tom, &write, &kit), "it looks at another table too");
    }

    #[test]
    fn rows_of_one_statement_go_together_past_what_is_about_other_tables() {
        assert_eq!(order(&[(ADD, 1), (FEED, 1), (ADD, 2), (FEED, 2)]), [(ADD, 2), (FEED, 2)]);
    }

    #[test]
    fn two_writes_to_one_row_keep_their_order() {
        assert_eq!(order(&[(RENAME, 1), (RENAME, 2), (RENAME, 1), (RENAME, 3)]), [(RENAME, 2), (RENAME, 2)]);
        assert_eq!(order(&[(ADD, 1), (DROP, 1), (ADD, 1)]), [(ADD, 1), (DROP, 1), (ADD, 1)]);
    }

    #[test]
    fn what_looks_at_a_table_stays_behind_what_is_written_to_it() {
        assert_eq!(order(&[(FEED, 1), (WHOSE, 1), (ADD, 2)]), [(FEED, 1), (WHOSE, 1), (ADD, 1)]);
        assert_eq!(order(&[(ADD, 1), (WHOSE, 1), (WHOSE, 2), (ADD, 2)]), [(ADD, 1), (WHOSE, 1), (WHOSE, 1), (ADD, 1)]);
    }
}
