//! What changed, in order, for systems that ask now and then.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::change::EventType;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::schemas::EventTypeName;
use super::{Answer, page};
use crate::changes::{self, From, Told, TooOld};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;

/// From where on, and of what, somebody wants to hear.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The `next_cursor` of an earlier answer, or the `id` of a change: what came behind it. `now`: only what comes.
    /// Without it, from the oldest that is kept: 30 days.
    after: Option<String>,
    /// Only these, with commas between them.
    #[param(value_type = Option<Vec<EventTypeName>>, style = Form, explode = false)]
    types: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Limit {
    /// How many at most; 50 unless given.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

impl Wanted {
    /// From where on; `last_seen` wins over the address, since a browser that comes back sends both.
    pub(super) fn from(&self, last_seen: Option<&str>) -> Result<Option<From>, Problem> {
        match last_seen.or(self.after.as_deref()) {
            None => Ok(None),
            Some("now") => Ok(Some(From::Now)),
            Some(text) => match text.parse() {
                Ok(cursor) => Ok(Some(From::Cursor(cursor))),
                Err(reason) => Err(Problem::invalid(format!("`after`: {reason}, nor the word `now`"))),
            },
        }
    }

    /// Those that are asked for and that the caller may hear of; none stands for all.
    pub(super) fn types(&self, caller: &Caller) -> Result<Vec<EventType>, Problem> {
        let names = self.types.iter().flat_map(|types| types.split(',')).map(str::trim);
        let types = names.map(|name| name.parse().map_err(|error| Problem::invalid(format!("`types`: {error}"))));
        let mut types = types.collect::<Result<Vec<EventType>, Problem>>()?;
        let hears = |event: &EventType| caller.may(event.right());
        if types.is_empty() && !EventType::ALL.iter().all(hears) {
            types = EventType::ALL.to_vec();
        }
        let asked = types.len();
        types.retain(hears);
        if types.is_empty() && 0 < asked {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "`types`: your role hears of none of these; ask for others",
            ));
        }
        Ok(types)
    }
}

impl std::convert::From<TooOld> for Problem {
    fn from(_: TooOld) -> Self {
        Problem::new(
            StatusCode::GONE,
            "what came behind this cursor is gone: changes are kept for 30 days. Ask with `after=now` and keep the cursor of the answer, \
             then read the lists once, then go on from that cursor",
        )
    }
}

/// What changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changes {
    /// The oldest first.
    data: Vec<Told>,
    /// For the next question, always: also where there is nothing more yet.
    next_cursor: String,
    /// Whether there is more already. With `types` a page may be short, or empty, and have more behind it.
    has_more: bool,
}

/// What changed, the oldest first. Ask again with `next_cursor` as `after`, now and then, and nothing is missed.
#[utoipa::path(
    get,
    path = "/changes",
    tag = "events",
    operation_id = "list_changes",
    params(Wanted, Limit),
    responses(
        (status = 200, body = Changes),
        (status = 410, description = "What came behind the cursor is gone."),
    )
)]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    Query(limit): Query<Limit>,
) -> Answer<Changes> {
    let (from, types) = (wanted.from(None)?.unwrap_or(From::Beginning), wanted.types(&caller)?);
    let (limit, epoch) = (usize::from(page::limit(limit.limit.as_deref())?), node.instance.epoch);
    let read = move |tx: &mut store::Tx<'_>| match changes::start(tx, caller.workspace, epoch, from)? {
        Ok(after) => changes::look(tx, caller.workspace, epoch, after, limit, &types).map(Ok),
        Err(too_old) => Ok(Err(too_old)),
    };
    let look = node.store.read(read).await??;
    Ok(Json(Changes { data: look.told, next_cursor: look.next.to_string(), has_more: look.more }))
}
