//! Business numbers and accounts as objects: `/{phone_number_id}`, `/{waba_id}`, `/{waba_id}/phone_numbers`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Value, json};

use super::page::{chosen, page};
use super::request::{Account, Fields};
use super::subscriptions::callback;
use crate::codes::Refusal;
use crate::desks::{Desk, Subscription};
use crate::enforcement::CanSend;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::templates::Quality;

/// What Graph shows of a number when no fields are asked for.
const USUAL: &str = "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type,\
                     throughput,webhook_configuration";

pub(super) async fn list(
    State(platform): State<Arc<Platform>>,
    Account(account): Account,
    uri: Uri,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let of_account = platform.numbers.iter().filter(|number| number.waba_id == account);
    let numbers: Vec<Value> = of_account.map(|number| show(&platform, number)).collect();
    page(&numbers, &fields.or("fields", USUAL), platform.media.address(), &uri).map(Json)
}

/// The number or account of this id, if it is one.
pub(super) fn look_up(platform: &Platform, id: &str, fields: &Fields) -> Option<Value> {
    if let Some(number) = platform.number(id) {
        return Some(chosen(&show(platform, number), &fields.clone().or("fields", USUAL)));
    }
    platform.accounts().contains(&id).then(|| chosen(&account(platform, id), fields))
}

/// A new callback address or display name is taken; true when the id is a number or an account.
pub(super) async fn change(platform: &Platform, id: &str, fields: &Fields) -> Result<bool, Refusal> {
    if platform.number(id).is_none() {
        return Ok(platform.accounts().contains(&id));
    }
    let configuration = &fields.0["webhook_configuration"];
    if !configuration.is_null() {
        let callback = callback(platform, configuration).await?;
        lock(&platform.desks).desk(id).callback = callback;
    }
    Ok(true)
}

fn show(platform: &Platform, number: &BusinessNumber) -> Value {
    let mut desks = lock(&platform.desks);
    let desk = desks.desk(&number.phone_number_id).clone();
    let can_send = desks.enforcement.can_send(&number.waba_id, platform.now());
    let limit = desks.messaging_limit.word();
    let level = match desk.health.rate(platform.settings.number_rate) {
        Some(rate) if rate.per_second < 1_000.0 => "STANDARD",
        Some(_) | None => "HIGH",
    };
    let mut automation = Value::Object(desk.automation.clone());
    automation["id"] = json!(number.phone_number_id);
    json!({
        "verified_name": platform.settings.verified_name,
        "code_verification_status": "VERIFIED",
        "display_phone_number": format!("+{}", number.display_phone_number.trim_start_matches('+')),
        "quality_rating": desk.health.quality.word(),
        "platform_type": "CLOUD_API",
        "throughput": { "level": level },
        "webhook_configuration": callbacks(platform, &desk, desks.subscription(&number.waba_id)),
        "whatsapp_business_manager_messaging_limit": limit,
        "messaging_limit_tier": limit,
        "status": status(desk.health.quality, can_send),
        "name_status": "APPROVED",
        "account_mode": "LIVE",
        "is_official_business_account": false,
        "is_on_biz_app": desk.health.on_business_app,
        "is_pin_enabled": true,
        "health_status": { "can_send_message": can_send.word() },
        "conversational_automation": automation,
        "id": number.phone_number_id,
    })
}

fn callbacks(platform: &Platform, desk: &Desk, subscription: Subscription) -> Value {
    let mut callbacks = json!({ "application": platform.courier.url() });
    if let Subscription::Elsewhere(callback) = subscription {
        callbacks["whatsapp_business_account"] = json!(callback.as_str());
    }
    if let Some(callback) = &desk.callback {
        callbacks["phone_number"] = json!(callback.as_str());
    }
    callbacks
}

fn status(quality: Quality, can_send: CanSend) -> &'static str {
    match quality {
        _ if can_send == CanSend::Blocked => "BANNED",
        Quality::Red => "FLAGGED",
        Quality::Green | Quality::Yellow | Quality::Unknown => "CONNECTED",
    }
}

fn account(platform: &Platform, id: &str) -> Value {
    let desks = lock(&platform.desks);
    let can_send = desks.enforcement.can_send(id, platform.now());
    json!({
        "id": id,
        "name": platform.settings.verified_name,
        "currency": "USD",
        "timezone_id": "1",
        "message_template_namespace": format!("simulated_{id}"),
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
        "status": if can_send == CanSend::Blocked { "DISABLED" } else { "ACTIVE" },
        "health_status": { "can_send_message": can_send.word() },
        "whatsapp_business_manager_messaging_limit": desks.messaging_limit.word(),
    })
}
