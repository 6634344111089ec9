//! Matters: what every figure counts.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::Category;
use domain::ids::{ContactId, ConversationId, InteractionId, TicketId};
use domain::interaction::Outcome;
use serde::Serialize;
use store::InteractionRow;

use super::Answer;
use super::page::{Asked, Page};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;

/// A matter as the API shows it. Times are milliseconds since 1970.
#[derive(Debug, Serialize)]
pub(super) struct InteractionView {
    id: InteractionId,
    conversation_id: ConversationId,
    contact_id: Option<ContactId>,
    opened_at: i64,
    #[serde(rename = "type")]
    kind: Option<String>,
    category: Option<Category>,
    confidence: f64,
    workflow_version: i64,
    acknowledged_at: Option<i64>,
    ticket_id: Option<TicketId>,
    closed_at: Option<i64>,
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

/// `GET /interactions`: the newest first.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<InteractionView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<InteractionId>()?);
    let rows = node.store.read(move |tx| tx.interactions(caller.workspace, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), InteractionView::from)))
}

/// `GET /interactions/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<InteractionView> {
    let id: InteractionId = id.parse().map_err(|_| Problem::missing("interaction"))?;
    let row = node.store.read(move |tx| tx.interaction(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("interaction"))?.into()))
}
