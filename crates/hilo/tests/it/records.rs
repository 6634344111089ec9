//! The built-in CRM's records: what a person does with them, who is told, and what is refused.

mod board;
mod kept;
mod screens;
mod search;
mod visits;

use serde_json::{Value, json};

use crate::app::{TestApp, text};

/// A person of that number, by their id.
async fn person(app: &TestApp, phone: &str, name: &str) -> String {
    let made = app.api.post("/contacts", &json!({ "phone": phone, "name": name })).await;
    text(&made.body["contact"]["id"]).to_owned()
}

/// A record that was made.
async fn made(app: &TestApp, path: &str, wish: &Value) -> Value {
    let made = app.api.post(path, wish).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.body
}

/// The address of a record.
fn at(noun: &str, record: &Value) -> String {
    format!("/{noun}/{}", text(&record["id"]))
}
