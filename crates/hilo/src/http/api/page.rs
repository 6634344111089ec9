//! Pages: at most 200 rows, with the cursor of the next one.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::problem::Problem;

const USUAL: u16 = 50;
const MOST: u16 = 200;

/// Which page is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The `next_cursor` of an earlier page, unchanged, with the same filters.
    cursor: Option<String>,
    /// How many rows at most; 50 unless given.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// A page of rows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    data: Vec<T>,
    /// For the next page; null on the last.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl Asked {
    pub(super) fn limit(&self) -> Result<i64, Problem> {
        limit(self.limit.as_deref()).map(i64::from)
    }

    pub(super) fn cursor<T: FromStr>(&self) -> Result<Option<T>, Problem> {
        let parse = |text: &String| {
            text.parse().map_err(|_| Problem::invalid("`cursor` is the `next_cursor` of an earlier page, unchanged"))
        };
        self.cursor.as_ref().map(parse).transpose()
    }
}

impl<T> Page<T> {
    /// Everything there is, on one page.
    pub(super) fn whole<R>(rows: Vec<R>, show: impl Fn(R) -> T) -> Page<T> {
        Page { data: rows.into_iter().map(show).collect(), next_cursor: None }
    }

    /// A page whose next one starts after the last row, if this one is full.
    pub(super) fn of<R>(rows: Vec<R>, limit: i64, cursor: impl Fn(&R) -> String, show: impl Fn(R) -> T) -> Page<T> {
        let full = rows.len() as i64 == limit;
        let next_cursor = rows.last().filter(|_| full).map(cursor);
        Page { data: rows.into_iter().map(show).collect(), next_cursor }
    }
}

/// How many rows are asked for.
pub(super) fn limit(asked: Option<&str>) -> Result<u16, Problem> {
    let Some(asked) = asked else { return Ok(USUAL) };
    match asked.parse() {
        Ok(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        _ => Err(Problem::invalid(format!("`limit` is a number from 1 to {MOST}, not `{asked}`"))),
    }
}

/// An optional filter that is one of our own names.
pub(super) fn filter<T: FromStr>(key: &str, text: Option<&str>) -> Result<Option<T>, Problem>
where
    T::Err: std::fmt::Display,
{
    let parse = |text: &str| text.parse().map_err(|error: T::Err| Problem::invalid(format!("`{key}`: {error}")));
    text.map(parse).transpose()
}
