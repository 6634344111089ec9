//! `/{phone_number_id}/block_users`, and the contact book that Meta keeps for the portfolio.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::page::page;
use super::request::{Fields, Number};
use crate::codes::{self, Refusal, RefusalCode};
use crate::desks::Desk;
use crate::numbers;
use crate::part::Part;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::world::World;

const MOST_AT_ONCE: usize = 1_000;

/// What became of one entry of the request.
struct Outcome {
    person: Value,
    refusal: Option<Refusal>,
}

pub(super) async fn block(
    State(platform): State<Arc<Platform>>,
    Number(number): Number,
    fields: Fields,
) -> Result<Response, Refusal> {
    each(&platform, &number, fields, "added_users", Desk::block)
}

pub(super) async fn unblock(
    State(platform): State<Arc<Platform>>,
    Number(number): Number,
    fields: Fields,
) -> Result<Response, Refusal> {
    each(&platform, &number, fields, "removed_users", |desk, phone| {
        desk.unblock(phone);
        Ok(())
    })
}

pub(super) async fn list(
    State(platform): State<Arc<Platform>>,
    Number(number): Number,
    uri: Uri,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let blocked = lock(&platform.desks).desk(&number.phone_number_id).blocked.clone();
    let shown: Vec<Value> = {
        let world = lock(&platform.world);
        let person = |phone: usize| {
            let identity = &world.phones[phone].identity;
            // Meta shows no `input` here, and a client in the wild asks for it.
            let mut person = json!({
                "messaging_product": "whatsapp", "input": identity.id(), "user_id": identity.user_id,
            });
            if let Some(wa_id) = &identity.number {
                person["wa_id"] = json!(wa_id);
            }
            person
        };
        blocked.into_iter().map(person).collect()
    };
    page(&shown, &fields, platform.media.address(), &uri).map(Json)
}

/// Some may succeed while others fail; then the answer is a 400 with both lists.
fn each(
    platform: &Platform,
    number: &BusinessNumber,
    fields: Fields,
    list: &str,
    act: impl Fn(&mut Desk, usize) -> Result<(), Refusal>,
) -> Result<Response, Refusal> {
    let request = fields.for_whatsapp()?;
    let users = Part::of(&request).at("block_users").items(MOST_AT_ONCE)?;
    let adds = list == "added_users";
    let mut outcomes = Vec::new();
    for user in users {
        let (input, person, found) = find(&lock(&platform.world), &user)?;
        let result = match found {
            None => Err(Refusal::of(codes::UNDELIVERABLE, format!("`{input}` is not on WhatsApp"))),
            Some(phone) if adds && !wrote_lately(platform, phone, number) => {
                Err(Refusal::of(codes::WINDOW_CLOSED, "only who wrote in the last 24 hours can be blocked"))
            }
            Some(phone) => act(lock(&platform.desks).desk(&number.phone_number_id), phone),
        };
        outcomes.push(Outcome { person, refusal: result.err() });
    }
    Ok(render(list, &outcomes))
}

fn find(world: &World, user: &Part<'_>) -> Result<(String, Value, Option<usize>), Refusal> {
    let given = user.at("user").optional_scalar()?.or(user.at("user_id").optional_scalar()?);
    let input = given.ok_or_else(|| user.refuse("needs a `user` or a `user_id`"))?;
    let phone = match numbers::digits(&input) {
        Some(digits) => world.by_digits(&digits),
        None => world.find(&input).filter(|_| numbers::is_user_id(&input)),
    };
    let mut person = json!({ "input": input });
    if let Some(phone) = phone {
        let identity = &world.phones[phone].identity;
        person["user_id"] = json!(identity.user_id);
        if let Some(wa_id) = &identity.number {
            person["wa_id"] = json!(wa_id);
        }
    }
    Ok((input, person, phone))
}

fn wrote_lately(platform: &Platform, phone: usize, number: &BusinessNumber) -> bool {
    lock(&platform.world).phones[phone].window_is_open(&number.phone_number_id, platform.now())
}

fn render(list: &str, outcomes: &[Outcome]) -> Response {
    let done = outcomes.iter().filter(|outcome| outcome.refusal.is_none()).map(|outcome| &outcome.person);
    let failed = outcomes.iter().filter_map(|outcome| {
        let refusal = outcome.refusal.as_ref()?;
        let mut person = outcome.person.clone();
        person["errors"] = json!([refusal.body()["error"]]);
        Some(person)
    });
    let (done, failed): (Vec<_>, Vec<_>) = (done.collect(), failed.collect());
    let mut answer = json!({ "messaging_product": "whatsapp", "block_users": { list: done } });
    if failed.is_empty() {
        return Json(answer).into_response();
    }
    let details = "some people could not be blocked or unblocked: see `failed_users`";
    let refusal = Refusal::of(codes::BLOCKING_FAILED, details);
    answer["block_users"]["failed_users"] = json!(failed);
    answer["error"] = refusal.body()["error"].clone();
    let mut response = (StatusCode::BAD_REQUEST, Json(answer)).into_response();
    response.extensions_mut().insert(RefusalCode(refusal.code));
    response
}

/// `DELETE /{phone_number_id}/contact_book`: the number of this person is no longer shown beside the username.
pub(super) async fn forget(
    State(platform): State<Arc<Platform>>,
    Number(_): Number,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let user_id = fields.text("user_id").ok_or_else(|| Refusal::missing("user_id"))?;
    if user_id.contains(".ENT.") {
        return Err(Refusal::parameter("a parent user id is not accepted here"));
    }
    let mut world = lock(&platform.world);
    let phone = world.find(user_id).filter(|_| numbers::is_user_id(user_id));
    let phone = phone.ok_or_else(|| Refusal::value("`user_id` is nobody in the contact book"))?;
    let phone = &mut world.phones[phone];
    (phone.number_known_until, phone.in_contact_book) = (0, false);
    Ok(Json(json!({ "success": true })))
}
