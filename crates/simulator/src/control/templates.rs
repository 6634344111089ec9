//! What the review and the quality watch do, on demand.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::Value;

use super::Trouble;
use crate::platform::{Platform, lock};
use crate::templates::{Decision, Entry};

pub(super) async fn list(State(platform): State<Arc<Platform>>) -> Json<Vec<Value>> {
    let templates = lock(&platform.templates);
    Json(
        platform.accounts().into_iter().flat_map(|account| templates.of_account(account)).map(Entry::to_json).collect(),
    )
}

pub(super) async fn decide(
    State(platform): State<Arc<Platform>>,
    Path(name): Path<String>,
    Json(decision): Json<Decision>,
) -> Result<Json<Vec<Value>>, Trouble> {
    let after = platform.decide_template(&name, &decision);
    if after.is_empty() {
        return Err(Trouble(StatusCode::NOT_FOUND, format!("there is no template `{name}`")));
    }
    Ok(Json(after))
}

impl Platform {
    /// Decides about the template of this id, or all of this name, and returns them as they are now.
    pub(crate) fn decide_template(self: &Arc<Self>, which: &str, decision: &Decision) -> Vec<Value> {
        let (events, after) = {
            let mut templates = lock(&self.templates);
            (templates.decide(which, decision, self.now()), templates.called(which))
        };
        events.into_iter().for_each(|event| self.announce(event));
        self.settle_held();
        after
    }
}
