//! `/{waba_id}/subscribed_apps`. Another callback is taken and shown; webhooks still go where the settings say.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::request::{Account, Fields};
use crate::codes::Refusal;
use crate::desks::Subscription;
use crate::part::Part;
use crate::platform::{Platform, lock};

const LONGEST_CALLBACK: usize = 200;

pub(super) async fn list(State(platform): State<Arc<Platform>>, Account(account): Account) -> Json<Value> {
    let app = json!({ "id": "700600500400300", "name": "Program under test", "link": "https://example.com/" });
    Json(match lock(&platform.desks).subscription(&account) {
        Subscription::Usual => json!({ "data": [{ "whatsapp_business_api_data": app }] }),
        Subscription::Elsewhere(uri) => {
            json!({ "data": [{ "whatsapp_business_api_data": app, "override_callback_uri": uri }] })
        }
        Subscription::Ended => json!({ "data": [] }),
    })
}

pub(super) async fn subscribe(
    State(platform): State<Arc<Platform>>,
    Account(account): Account,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let subscription = callback(&fields.0)?.map_or(Subscription::Usual, Subscription::Elsewhere);
    lock(&platform.desks).subscribe(&account, subscription);
    Ok(Json(json!({ "success": true })))
}

pub(super) async fn unsubscribe(State(platform): State<Arc<Platform>>, Account(account): Account) -> Json<Value> {
    lock(&platform.desks).subscribe(&account, Subscription::Ended);
    Json(json!({ "success": true }))
}

/// An empty address takes the override back.
pub(super) fn callback(fields: &Value) -> Result<Option<String>, Refusal> {
    let fields = Part::of(fields);
    let uri = fields.at("override_callback_uri").optional_text_up_to(LONGEST_CALLBACK)?.filter(|uri| !uri.is_empty());
    let Some(uri) = uri else { return Ok(None) };
    fields.at("verify_token").text()?;
    if uri.starts_with("http") {
        Ok(Some(uri.to_owned()))
    } else {
        Err(fields.refuse("must hold an http or https URL"))
    }
}
