//! Receivers of webhooks.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::change::EventType;
use domain::endpoint::EndpointState;
use domain::ids::EndpointId;
use serde::{Deserialize, Serialize};
use store::{EndpointRow, SigningSecret};
use utoipa::ToSchema;

use super::Answer;
use super::schemas::{EndpointStateName, EventTypeName, Id, Time};
use crate::http::attempt::{Attempt, Posted};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::subscribers::{self, Wishes};

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

pub(super) fn endpoint_id(text: &str) -> Result<EndpointId, Problem> {
    text.parse().map_err(|_| Problem::missing("webhook endpoint"))
}
