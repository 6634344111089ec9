//! Receivers of webhooks, and what was delivered to them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::change::EventType;
use domain::endpoint::{DeliveryState, EndpointState};
use domain::ids::EndpointId;
use serde::{Deserialize, Serialize};
use store::{DeliveryRow, EndpointRow, SigningSecret};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::schemas::{DeliveryStateName, EndpointStateName, EventTypeName, Id, Time};
use crate::changes::Cursor;
use crate::http::attempt::{Attempt, Posted};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::subscribers::{self, Recovered, Wishes};

/// A receiver of webhooks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
pub(crate) struct EndpointView {
    #[schema(value_type = Id)]
    id: EndpointId,
    #[schema(example = "https://crm.example.com/hooks/hilo")]
    url: String,
    /// What people call it.
    description: Option<String>,
    /// What it is told; null for everything.
    #[schema(value_type = Option<Vec<EventTypeName>>)]
    types: Option<Vec<EventType>>,
    #[schema(value_type = EndpointStateName)]
    state: EndpointState,
    /// Why it is not posted to, or what it missed.
    reason: Option<String>,
    /// Since when every attempt has failed.
    #[schema(value_type = Option<Time>)]
    failing_since: Option<i64>,
    #[schema(value_type = Time)]
    created_at: i64,
    #[schema(value_type = Time)]
    changed_at: i64,
}

impl From<EndpointRow> for EndpointView {
    fn from(row: EndpointRow) -> Self {
        EndpointView {
            id: row.id,
            url: row.url,
            description: row.description,
            types: row.events.as_deref().and_then(|events| serde_json::from_str(events).ok()),
            state: row.state,
            reason: row.reason,
            failing_since: row.failing_since,
            created_at: row.created_at,
            changed_at: row.changed_at,
        }
    }
}

/// Every endpoint; they are few and come on one page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoints)]
pub(super) struct All {
    data: Vec<EndpointView>,
}

/// The receivers of webhooks.
#[utoipa::path(get, path = "/webhook-endpoints", tag = "webhooks", operation_id = "list_webhook_endpoints", responses((status = 200, body = All)))]
pub(super) async fn list(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<All> {
    let rows = node.store.read(move |tx| tx.endpoints(caller.workspace)).await?;
    Ok(Json(All { data: rows.into_iter().map(EndpointView::from).collect() }))
}

/// One receiver of webhooks.
#[utoipa::path(get, path = "/webhook-endpoints/{id}", tag = "webhooks", operation_id = "get_webhook_endpoint", responses((status = 200, body = EndpointView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<EndpointView> {
    let id = endpoint_id(&id)?;
    let row = node.store.read(move |tx| tx.endpoint(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("webhook endpoint"))?.into()))
}

/// A receiver to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWebhookEndpoint {
    /// `https://`, and public unless the settings allow otherwise.
    #[schema(example = "https://crm.example.com/hooks/hilo", max_length = 2000)]
    url: String,
    /// What people call it.
    #[schema(max_length = 200)]
    description: Option<String>,
    /// What it is told; everything unless given.
    #[schema(value_type = Option<Vec<EventTypeName>>)]
    types: Option<Vec<EventType>>,
}

/// A receiver with the secret that signs what is posted to it. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookSecret {
    webhook_endpoint: EndpointView,
    /// Null if this answer is a repeated one.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
}

/// Makes a receiver, which is told of what comes from now on. The answer has its secret, this once.
#[utoipa::path(
    post,
    path = "/webhook-endpoints",
    tag = "webhooks",
    operation_id = "create_webhook_endpoint",
    request_body = NewWebhookEndpoint,
    responses(
        (status = 201, description = "It is told from now on.", body = WebhookSecret),
        (status = 409, description = "There are too many."),
    )
)]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: new, attempt }: Posted<NewWebhookEndpoint>,
) -> Result<Response, Problem> {
    let wishes = Wishes { url: Some(new.url), description: new.description, types: new.types, enabled: None };
    let secret = subscribers::fresh_secret();
    let make = |once| subscribers::add_endpoint(&node, caller.workspace, &wishes, secret.clone(), &caller.name, once);
    let told = |row: &EndpointRow| WebhookSecret::shown(row, &secret);
    attempt.once_telling_more(StatusCode::CREATED, WebhookSecret::kept, told, make).await
}

impl WebhookSecret {
    fn shown(row: &EndpointRow, secret: &SigningSecret) -> Self {
        WebhookSecret { webhook_endpoint: row.clone().into(), secret: Some(secret.0.clone()) }
    }

    /// What is kept for a repetition must not hold the secret.
    fn kept(row: &EndpointRow) -> Self {
        WebhookSecret { webhook_endpoint: row.clone().into(), secret: None }
    }
}

/// What changes of a receiver; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookEndpointChange {
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// Empty for none.
    #[schema(max_length = 200)]
    description: Option<String>,
    /// Empty for everything.
    #[schema(value_type = Option<Vec<EventTypeName>>)]
    types: Option<Vec<EventType>>,
    /// Whether it is posted to. Enabled again, it goes on where it stopped.
    enabled: Option<bool>,
}

/// Changes a receiver: where it is, what it is told, whether it is posted to.
#[utoipa::path(
    patch,
    path = "/webhook-endpoints/{id}",
    tag = "webhooks",
    operation_id = "change_webhook_endpoint",
    request_body = WebhookEndpointChange,
    responses((status = 200, description = "As it is now.", body = EndpointView))
)]
pub(super) async fn change(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: change, .. }: Posted<WebhookEndpointChange>,
) -> Answer<EndpointView> {
    let id = endpoint_id(&id)?;
    let WebhookEndpointChange { url, description, types, enabled } = change;
    let wishes = Wishes { url, description, types, enabled };
    Ok(Json(subscribers::change_endpoint(&node, caller.workspace, id, wishes).await?.into()))
}

/// Deletes a receiver. What was to be delivered to it is not.
#[utoipa::path(delete, path = "/webhook-endpoints/{id}", tag = "webhooks", operation_id = "delete_webhook_endpoint", responses((status = 204, description = "It is gone.")))]
pub(super) async fn delete(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    subscribers::delete_endpoint(&node, caller.workspace, endpoint_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a receiver another secret. The one before signs beside it for 24 hours.
#[utoipa::path(
    post,
    path = "/webhook-endpoints/{id}/secret",
    tag = "webhooks",
    operation_id = "rotate_webhook_secret",
    responses((status = 200, description = "The new secret, this once.", body = WebhookSecret))
)]
pub(super) async fn rotate(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    attempt: Attempt,
) -> Result<Response, Problem> {
    let (id, secret) = (endpoint_id(&id)?, subscribers::fresh_secret());
    let rotate = |once| subscribers::rotate_secret(&node, caller.workspace, id, secret.clone(), &caller.name, once);
    let told = |row: &EndpointRow| WebhookSecret::shown(row, &secret);
    attempt.once_telling_more(StatusCode::OK, WebhookSecret::kept, told, rotate).await
}

/// Posts `webhook_endpoint.tested` to a receiver, whatever types it wants. What comes of it is among its deliveries.
#[utoipa::path(
    post,
    path = "/webhook-endpoints/{id}/test",
    tag = "webhooks",
    operation_id = "test_webhook_endpoint",
    responses(
        (status = 202, description = "It is on its way."),
        (status = 409, description = "The receiver is disabled."),
    )
)]
pub(super) async fn test(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    attempt: Attempt,
) -> Result<Response, Problem> {
    let id = endpoint_id(&id)?;
    let test = |once| subscribers::test_endpoint(&node, caller.workspace, id, once);
    attempt.once(StatusCode::ACCEPTED, |()| (), test).await
}

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
pub(super) async fn deliveries(
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

fn endpoint_id(text: &str) -> Result<EndpointId, Problem> {
    text.parse().map_err(|_| Problem::missing("webhook endpoint"))
}
