//! Where people are signed in.

use domain::ids::SessionId;
use serde::Serialize;
use store::SessionRow;
use utoipa::ToSchema;

use super::schemas::{Id, Time};

/// One browser in which somebody is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionView {
    #[schema(value_type = Id)]
    id: SessionId,
    #[schema(value_type = Time)]
    signed_in_at: i64,
    /// When it was last used, to the minute.
    #[schema(value_type = Time)]
    seen_at: i64,
    /// From where it was last used.
    #[schema(example = "203.0.113.9")]
    address: String,
    /// What the browser calls itself.
    browser: String,
    /// Whether it is the one that asks.
    is_this: bool,
}

impl SessionView {
    pub(super) fn of(row: SessionRow, this: Option<SessionId>) -> Self {
        Self {
            is_this: this == Some(row.id),
            id: row.id,
            signed_in_at: row.created_at,
            seen_at: row.seen_at,
            address: row.address,
            browser: row.browser,
        }
    }
}
