//! The business's numbers over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use super::Trouble;
use crate::error::PhoneError;
use crate::health::{NumberChange, NumberView};
use crate::platform::{Platform, lock};

pub(super) async fn list(State(platform): State<Arc<Platform>>) -> Json<Vec<NumberView>> {
    Json(platform.number_views())
}

pub(super) async fn change(
    State(platform): State<Arc<Platform>>,
    Path(id): Path<String>,
    Json(change): Json<NumberChange>,
) -> Result<Json<NumberView>, Trouble> {
    let number = platform.number(&id).ok_or_else(|| PhoneError::NoBusinessNumber(id.clone()))?;
    if let Some(on_business_app) = change.on_business_app {
        let mut desks = lock(&platform.desks);
        let health = &mut desks.desk(&id).health;
        *health = health.connected(on_business_app, platform.now());
    }
    Ok(Json(platform.number_view(number)))
}
