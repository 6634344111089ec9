//! Where webhooks go, over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::Trouble;
use crate::platform::Platform;

#[derive(Deserialize)]
pub(super) struct Subscription {
    url: String,
}

pub(super) async fn set(
    State(platform): State<Arc<Platform>>,
    Json(Subscription { url }): Json<Subscription>,
) -> Result<StatusCode, Trouble> {
    platform.courier.deliver_to(&url)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn verify(State(platform): State<Arc<Platform>>) -> Result<StatusCode, Trouble> {
    platform.courier.verify(&platform.settings.verify_token).await?;
    Ok(StatusCode::NO_CONTENT)
}
