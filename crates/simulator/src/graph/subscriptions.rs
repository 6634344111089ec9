//! `/{waba_id}/subscribed_apps`: whether the app hears of the account, and whether at another address than its own.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use reqwest::Url;
use serde_json::{Value, json};

use super::request::{Account, Fields};
use crate::codes::{self, Refusal};
use crate::desks::Subscription;
use crate::part::Part;
use crate::platform::{Platform, lock};
use crate::webhook::checked;

const LONGEST_CALLBACK: usize = 200;

pub(super) async fn list(State(platform): State<Arc<Platform>>, Account(account): Account) -> Json<Value> {
    let app = json!({ "id": "700600500400300", "name": "Program under test", "link": "https://example.com/" });
    Json(match lock(&platform.desks).subscription(&account) {
        Subscription::Usual => json!({ "data": [{ "whatsapp_business_api_data": app }] }),
        Subscription::Elsewhere(url) => {
            json!({ "data": [{ "whatsapp_business_api_data": app, "override_callback_uri": url.as_str() }] })
        }
        Subscription::Ended => json!({ "data": [] }),
    })
}

pub(super) async fn subscribe(
    State(platform): State<Arc<Platform>>,
    Account(account): Account,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let subscription = callback(&platform, &fields.0).await?.map_or(Subscription::Usual, Subscription::Elsewhere);
    lock(&platform.desks).subscribe(&account, subscription);
    Ok(Json(json!({ "success": true })))
}

pub(super) async fn unsubscribe(State(platform): State<Arc<Platform>>, Account(account): Account) -> Json<Value> {
    lock(&platform.desks).subscribe(&account, Subscription::Ended);
    Json(json!({ "success": true }))
}

/// Another callback, which has passed the handshake. An empty address takes the last one back.
pub(super) async fn callback(platform: &Platform, fields: &Value) -> Result<Option<Url>, Refusal> {
    let fields = Part::of(fields);
    let uri = fields.at("override_callback_uri").optional_text_up_to(LONGEST_CALLBACK)?.filter(|uri| !uri.is_empty());
    let Some(uri) = uri else { return Ok(None) };
    let token = fields.at("verify_token").text()?;
    let url = checked(uri, platform.settings.allow_remote).map_err(|error| Refusal::parameter(error.to_string()))?;
    let unverified = |error: crate::Error| Refusal::of(codes::CALLBACK_UNVERIFIED, error.to_string());
    platform.courier.verify_at(url.clone(), token).await.map_err(unverified)?;
    Ok(Some(url))
}
