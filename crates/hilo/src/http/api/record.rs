//! What the routes of all records have in common: how their fields are read, how one goes on in a list, who changes what they saw.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use domain::ids::InteractionId;
use domain::record::{Money, tidy};
use serde::{Deserialize, Deserializer};
use store::{Since, Stored, Versioned};
use uuid::Uuid;

use super::Answer;
use super::page::{Asked, Page};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::records::{Edit, Trail};

/// What a name or a title has at most.
pub(super) const SHORT: usize = 200;
/// What a note has at most.
pub(super) const LONG: usize = 4_000;

/// Tells null, which is something, from nothing.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// A text that has to be there.
pub(super) fn needed(field: &str, text: String, most: usize) -> Result<String, Problem> {
    let text = at_most(field, tidy(Some(text)), most)?;
    text.ok_or_else(|| Problem::invalid(format!("`{field}` is empty; it has 1 to {most} characters")))
}

/// A text that may be missing.
pub(super) fn at_most(field: &str, text: Option<String>, most: usize) -> Result<Option<String>, Problem> {
    match tidy(text) {
        Some(text) if most < text.chars().count() => {
            Err(Problem::invalid(format!("`{field}` has at most {most} characters, not {}", text.chars().count())))
        }
        text => Ok(text),
    }
}

/// An amount that can be.
pub(super) fn amount(field: &str, money: Option<Money>) -> Result<Option<Money>, Problem> {
    let checked = money.map(|money| Money::new(money.minor, money.currency)).transpose();
    checked.map_err(|error| Problem::invalid(format!("`{field}`: {error}")))
}

/// An id in a query.
pub(super) fn asked_id<T: FromStr>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|_| Problem::invalid(format!("`{field}` is an id, such as 01a20577-4513-75e8-95eb-4146c7a923e6")))
}

/// The id of a path.
pub(super) fn path_id<R: Stored>(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::missing(R::NOUN.name()))
}

/// Who changes what, as they saw it.
pub(super) fn edit<R: Stored>(
    node: &Node,
    caller: &Caller,
    id: &str,
    seen: i64,
    interaction: Option<InteractionId>,
) -> Result<Edit, Problem> {
    Ok(Edit { id: path_id::<R>(id)?, seen, trail: Trail::new(node, caller.workspace, &caller.actor(), interaction) })
}

/// One record.
pub(super) async fn one<R: Stored, V: From<Versioned<R>>>(node: &Arc<Node>, caller: &Caller, id: &str) -> Answer<V> {
    let (workspace, id) = (caller.workspace, path_id::<R>(id)?);
    let kept = node.store.read(move |tx| R::one(tx, workspace, id)).await?;
    Ok(axum::Json(kept.ok_or_else(|| Problem::missing(R::NOUN.name()))?.into()))
}

/// What was made or changed since a moment, page by page.
pub(super) async fn changed_since<R: Stored, V: From<Versioned<R>>>(
    node: &Arc<Node>,
    caller: &Caller,
    asked: &Asked,
    since: i64,
) -> Answer<Page<V>> {
    let (workspace, limit) = (caller.workspace, asked.limit()?);
    // Everything of that very moment is behind the first id there could be.
    let Place(at, id) = asked.cursor::<Place>()?.unwrap_or(Place(since, Uuid::nil()));
    let rows = node.store.read(move |tx| R::changed(tx, workspace, (at, id), limit)).await?;
    Ok(axum::Json(Page::of(rows, limit, |kept| Place(kept.updated_at, kept.record.id()).to_string(), V::from)))
}

/// A place in a list that is in the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(pub(super) i64, pub(super) Uuid);

impl From<Place> for Since {
    fn from(Place(at, id): Place) -> Since {
        (at, id)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, id) = text.split_once('.').ok_or(())?;
        Ok(Place(at.parse().map_err(drop)?, id.parse().map_err(drop)?))
    }
}
