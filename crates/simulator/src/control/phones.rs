//! Phones over HTTP: parse, call one verb, render.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Trouble;
use crate::acts::{self, Act, Tap};
use crate::error::PhoneError;
use crate::life;
use crate::phone::Phone;
use crate::phones::{NewPhone, PhoneChange, PhoneView, Received, SaidView};
use crate::platform::{Platform, lock};

/// An act, and the business number that it is addressed to.
#[derive(Deserialize)]
pub(super) struct Addressed {
    #[serde(flatten)]
    act: Act,
    phone_number_id: Option<String>,
}

pub(super) async fn list(State(platform): State<Arc<Platform>>) -> Json<Vec<PhoneView>> {
    Json(platform.views())
}

pub(super) async fn add(
    State(platform): State<Arc<Platform>>,
    Json(new): Json<NewPhone>,
) -> Result<(StatusCode, Json<PhoneView>), Trouble> {
    let phone = lock(&platform.world).create(platform.scope(), &new)?;
    Ok((StatusCode::CREATED, Json(platform.handle(phone).view())))
}

pub(super) async fn change(
    State(platform): State<Arc<Platform>>,
    Path(id): Path<String>,
    Json(change): Json<PhoneChange>,
) -> Result<Json<PhoneView>, Trouble> {
    let phone = find(&platform, &id)?;
    phone.change(change);
    Ok(Json(phone.view()))
}

pub(super) async fn inbox(
    State(platform): State<Arc<Platform>>,
    Path(id): Path<String>,
) -> Result<Json<Vec<Received>>, Trouble> {
    Ok(Json(find(&platform, &id)?.received()))
}

pub(super) async fn said(
    State(platform): State<Arc<Platform>>,
    Path(id): Path<String>,
) -> Result<Json<Vec<SaidView>>, Trouble> {
    Ok(Json(find(&platform, &id)?.said()))
}

pub(super) async fn send(
    State(platform): State<Arc<Platform>>,
    Path(id): Path<String>,
    Json(Addressed { act, phone_number_id }): Json<Addressed>,
) -> Result<Json<Value>, Trouble> {
    let mut phone = find(&platform, &id)?;
    if let Some(phone_number_id) = phone_number_id {
        phone = phone.writing_to(&phone_number_id)?;
    }
    let id = acts::perform(&platform, phone.phone, &phone.number, &act)?;
    Ok(Json(json!({ "id": id })))
}

pub(super) async fn tap(
    State(platform): State<Arc<Platform>>,
    Path(id): Path<String>,
    Json(tap): Json<Tap>,
) -> Result<Json<Value>, Trouble> {
    let id = acts::tap(&platform, find(&platform, &id)?.phone, &tap)?;
    Ok(Json(json!({ "id": id })))
}

pub(super) async fn read(
    State(platform): State<Arc<Platform>>,
    Path(id): Path<String>,
) -> Result<Json<PhoneView>, Trouble> {
    let phone = find(&platform, &id)?;
    life::open_chat(&platform, phone.phone);
    Ok(Json(phone.view()))
}

fn find(platform: &Arc<Platform>, id: &str) -> Result<Phone, PhoneError> {
    let phone = lock(&platform.world).find(id).ok_or_else(|| PhoneError::NoPhone(id.into()))?;
    Ok(platform.handle(phone))
}
