//! What is wrong at this moment.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use domain::Language;
use domain::trouble::TroubleKind;
use serde::Serialize;
use store::TroubleRow;
use utoipa::ToSchema;

use super::Answer;
use super::schemas::{Time, TroubleName};
use crate::alerts::Telling;
use crate::http::keys::Caller;
use crate::node::Node;

/// Something that keeps messages from coming or going.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trouble)]
pub(super) struct TroubleView {
    #[schema(value_type = TroubleName)]
    kind: TroubleKind,
    /// With what: a number, a disk; empty where there is but one.
    subject: String,
    /// What was seen, in a sentence.
    said: String,
    /// What to do about it.
    fix: String,
    #[schema(value_type = Time)]
    since: i64,
    /// Since when it is not seen any more, while it is watched for a little longer.
    #[schema(value_type = Option<Time>)]
    gone_at: Option<i64>,
}

impl TroubleView {
    fn of(row: TroubleRow, language: Language) -> Self {
        let telling = Telling::of(language, &row);
        let (said, fix) = (telling.seen(), telling.fix());
        Self {
            said,
            fix,
            kind: row.kind,
            since: row.course.began_at,
            gone_at: row.course.gone_at,
            subject: row.subject,
        }
    }
}

/// Everything that is wrong; it comes on one page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Troubles)]
pub(super) struct All {
    data: Vec<TroubleView>,
}

/// What is wrong at this moment, what lasts longest first, in English. Whoever the settings name is told of it off-screen.
#[utoipa::path(get, path = "/troubles", tag = "troubles", operation_id = "list_troubles", responses((status = 200, body = All)))]
pub(super) async fn list(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<All> {
    let rows = node.store.read(move |tx| tx.troubles(caller.workspace)).await?;
    Ok(Json(All { data: rows.into_iter().map(|row| TroubleView::of(row, Language::En)).collect() }))
}
