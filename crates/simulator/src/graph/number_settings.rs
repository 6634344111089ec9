//! `/{phone_number_id}/settings`: the identity change check.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::request::{Fields, Number};
use crate::codes::Refusal;
use crate::part::Part;
use crate::platform::{Platform, lock};

pub(super) async fn read(State(platform): State<Arc<Platform>>, Number(number): Number) -> Json<Value> {
    let checks_devices = lock(&platform.desks).checks_devices(&number.phone_number_id);
    Json(json!({ "user_identity_change": { "enable_identity_key_check": checks_devices } }))
}

pub(super) async fn change(
    State(platform): State<Arc<Platform>>,
    Number(number): Number,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let change = Part::of(&fields.0).at("user_identity_change");
    if change.is_there() {
        let change = change.json("user_identity_change")?;
        let wanted = Part::of(&change).at("enable_identity_key_check").json("enable_identity_key_check")?;
        let not_bool = || Refusal::parameter("`enable_identity_key_check` must be true or false");
        lock(&platform.desks).desk(&number.phone_number_id).checks_devices = wanted.as_bool().ok_or_else(not_bool)?;
    }
    Ok(Json(json!({ "success": true })))
}
