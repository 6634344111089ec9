//! Matters: what every figure counts.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::Category;
use domain::ids::{ContactId, ConversationId, InteractionId, TicketId};
use domain::interaction::Outcome;
use serde::Serialize;
use store::InteractionRow;
use utoipa::ToSchema;

use super::Answer;
use super::page::{Asked, Page};
use super::schemas::{CategoryName, Id, OutcomeName, Time};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;

/// One matter, from its first message to its outcome.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Interaction)]
pub(crate) struct InteractionView {
    #[schema(value_type = Id)]
    id: InteractionId,
    #[schema(value_type = Id)]
    conversation_id: ConversationId,
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    #[schema(value_type = Time)]
    opened_at: i64,
    #[serde(rename = "type")]
    /// The type in the workflow file; null if none was sure enough.
    #[schema(example = "order_status")]
    kind: Option<String>,
    #[schema(value_type = Option<CategoryName>)]
    category: Option<Category>,
    /// How sure, 0 to 1.
    confidence: f64,
    /// The workflow by which it was taken for that.
    workflow_version: i64,
    #[schema(value_type = Option<Time>)]
    acknowledged_at: Option<i64>,
    #[schema(value_type = Option<Id>)]
    ticket_id: Option<TicketId>,
    #[schema(value_type = Option<Time>)]
    closed_at: Option<i64>,
    #[schema(value_type = Option<OutcomeName>)]
    outcome: Option<Outcome>,
}

impl From<InteractionRow> for InteractionView {
    fn from(row: InteractionRow) -> Self {
        InteractionView {
            id: row.id,
            conversation_id: row.conversation,
            contact_id: row.contact,
            opened_at: row.opened_at,
            kind: row.kind,
            category: row.category,
            confidence: row.confidence,
            workflow_version: row.workflow_version,
            acknowledged_at: row.acknowledged_at,
            ticket_id: row.ticket,
            closed_at: row.closed_at,
            outcome: row.outcome,
        }
    }
}

/// Matters, the newest first.
#[utoipa::path(get, path = "/interactions", tag = "interactions", operation_id = "list_interactions", params(Asked), responses((status = 200, body = Page<InteractionView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<InteractionView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<InteractionId>()?);
    let rows = node.store.read(move |tx| tx.interactions(caller.workspace, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), InteractionView::from)))
}

/// One matter.
#[utoipa::path(get, path = "/interactions/{id}", tag = "interactions", operation_id = "get_interaction", responses((status = 200, body = InteractionView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<InteractionView> {
    let id: InteractionId = id.parse().map_err(|_| Problem::missing("interaction"))?;
    let row = node.store.read(move |tx| tx.interaction(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("interaction"))?.into()))
}
