//! `POST /{version}/{phone_number_id}/messages`: a send, a read mark or a typing indicator.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use serde_json::Value;

use super::request::{Fields, Number};
use super::{mark_read, order, standing};
use crate::accept::Order;
use crate::codes::Refusal;
use crate::connection::Connection;
use crate::content::Library;
use crate::life;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;

pub(super) async fn post(
    State(platform): State<Arc<Platform>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    Number(number): Number,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let request = fields.for_whatsapp()?;
    if request["status"].is_null() {
        send(&platform, &number, request, &connection).await.map(Json)
    } else {
        mark_read::mark_read(&platform, &number, &request).map(Json)
    }
}

/// A send: read, limited, accepted, begun.
async fn send(
    platform: &Arc<Platform>,
    number: &Arc<BusinessNumber>,
    request: Value,
    connection: &Connection,
) -> Result<Value, Refusal> {
    let mut order = read(platform, number, request)?;
    order.address = platform.dialled(order.address, order.inputs.to.as_deref(), number);
    let (phone, person) = platform.person(&order.address);
    standing::check(&order, phone, number, platform)?;
    let rate = platform.number_rate(&number.phone_number_id);
    lock(&platform.limits).take(&number.phone_number_id, rate, &person, Instant::now())?;
    let mut flaw = None;
    for file in &order.content.files {
        flaw = flaw.or(platform.media.flaw(file).await);
    }
    let fate = lock(&platform.faults).fate(&platform.random);
    let acceptance = platform.accept(number, order, flaw, phone, person);
    life::begin(platform, &acceptance, fate).await;
    if fate.lose_response {
        connection.cut();
    }
    Ok(acceptance.response)
}

fn read(platform: &Platform, number: &BusinessNumber, request: Value) -> Result<Order, Refusal> {
    let templates = lock(&platform.templates);
    order::read(
        request,
        Library {
            templates: &templates,
            account: &number.waba_id,
            media: &platform.media,
            direct_send: platform.settings.direct_send,
        },
    )
}
