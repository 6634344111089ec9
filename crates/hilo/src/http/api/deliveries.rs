//! What was and is to be posted to a receiver of webhooks.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::change::EventType;
use domain::endpoint::DeliveryState;
use serde::{Deserialize, Serialize};
use store::DeliveryRow;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::endpoints::endpoint_id;
use super::page::{Asked, Page, filter};
use super::schemas::{DeliveryStateName, EventTypeName, Time};
use crate::changes::Cursor;
use crate::http::attempt::{Attempt, Posted};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::subscribers::{self, Recovered};

/// An event for a receiver.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub(super) struct DeliveryView {
    /// The `id` of the change, and the `webhook-id` of every attempt.
    id: String,
    #[serde(rename = "type")]
    #[schema(value_type = EventTypeName)]
    event: EventType,
    /// When it happened.
    #[schema(value_type = Time)]
    at: i64,
    #[schema(value_type = DeliveryStateName)]
    state: DeliveryState,
    /// Attempts so far; ten at most.
    attempts: i64,
    /// Not before then, while it waits.
    #[schema(value_type = Option<Time>)]
    next_try: Option<i64>,
    /// What the receiver answered last; null if no answer came.
    status: Option<i64>,
    /// The first KiB of that answer, or why none came.
    answer: Option<String>,
    #[schema(value_type = Time)]
    changed_at: i64,
}

impl DeliveryView {
    fn of(row: DeliveryRow, epoch: i64) -> Self {
        DeliveryView {
            id: Cursor { epoch, position: row.change.position }.to_string(),
            event: row.change.change.event,
            at: row.change.at,
            state: row.state,
            attempts: row.attempts,
            next_try: (row.state == DeliveryState::Waiting).then(|| row.next_try.max(row.change.at)),
            status: row.status,
            answer: row.answer,
            changed_at: row.changed_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Of one state only.
    #[param(value_type = Option<DeliveryStateName>)]
    state: Option<String>,
}

/// What was and is to be delivered to a receiver, the newest first. It is kept for 30 days.
#[utoipa::path(
    get,
    path = "/webhook-endpoints/{id}/deliveries",
    tag = "webhooks",
    operation_id = "list_webhook_deliveries",
    params(Asked, Filter),
    responses((status = 200, body = Page<DeliveryView>))
)]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<DeliveryView>> {
    let (id, epoch) = (endpoint_id(&id)?, node.instance.epoch);
    let (limit, before) = (asked.limit()?, asked.cursor::<Cursor>()?.map(|cursor| cursor.position));
    let state = filter::<DeliveryState>("state", wanted.state.as_deref())?;
    let read = move |tx: &mut store::Tx<'_>| {
        let endpoint = tx.endpoint(caller.workspace, id)?;
        endpoint.map(|_| tx.deliveries(caller.workspace, id, state, before, limit)).transpose()
    };
    let rows = node.store.read(read).await?.ok_or_else(|| Problem::missing("webhook endpoint"))?;
    let cursor = |row: &DeliveryRow| Cursor { epoch, position: row.change.position }.to_string();
    Ok(Json(Page::of(rows, limit, cursor, |row| DeliveryView::of(row, epoch))))
}

/// Has an event delivered once more, with ten new attempts and under its old id.
#[utoipa::path(
    post,
    path = "/webhook-endpoints/{id}/deliveries/{delivery}/replay",
    tag = "webhooks",
    operation_id = "replay_webhook_delivery",
    params(("delivery" = String, Path, description = "The `id` of the delivery.")),
    responses((status = 202, description = "It is on its way."))
)]
pub(super) async fn replay(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path((id, delivery)): Path<(String, String)>,
    attempt: Attempt,
) -> Result<Response, Problem> {
    let cursor: Cursor = delivery.parse().map_err(|_| Problem::missing("delivery"))?;
    if cursor.epoch != node.instance.epoch {
        return Err(Problem::missing("delivery"));
    }
    let id = endpoint_id(&id)?;
    let replay = |once| subscribers::replay(&node, caller.workspace, id, cursor.position, once);
    attempt.once(StatusCode::ACCEPTED, |()| (), replay).await
}

/// From when on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Recovery {
    /// Milliseconds since 1970: of events from then on.
    #[schema(value_type = Time)]
    since: i64,
}

/// How much is on its way again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recovered)]
pub(super) struct RecoveredView {
    deliveries: u64,
    /// Whether there may be more; ask again.
    has_more: bool,
}

/// Has the dead deliveries of events since a moment delivered once more: a thousand at a time, the oldest first.
#[utoipa::path(
    post,
    path = "/webhook-endpoints/{id}/recover",
    tag = "webhooks",
    operation_id = "recover_webhook_deliveries",
    request_body = Recovery,
    responses((status = 202, description = "They are on their way.", body = RecoveredView))
)]
pub(super) async fn recover(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: Recovery { since }, attempt }: Posted<Recovery>,
) -> Result<Response, Problem> {
    let id = endpoint_id(&id)?;
    let recover = |once| subscribers::recover(&node, caller.workspace, id, since, once);
    let show = |recovered: &Recovered| RecoveredView { deliveries: recovered.deliveries, has_more: recovered.more };
    attempt.once(StatusCode::ACCEPTED, show, recover).await
}
