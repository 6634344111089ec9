//! Automation end to end: what a customer asks is answered from the records, and the answer and what it changes are one.

mod appointments;
mod guards;
mod orders;
mod tickets;
mod trials;

use domain::ids::WorkspaceId;
use hilo::workflows::bring_into_force;
use serde_json::{Value, json};
use simulator::Phone;

use crate::app::{PATIENCE, TestApp, WORKSPACE, text};

/// A small workshop that answers by itself where it can.
const WORKSHOP: &str = include_str!("automation.yaml");

/// Lets the workshop's workflow be in force.
async fn automate(app: &TestApp) {
    let workspace: WorkspaceId = app.workspace(WORKSPACE).await;
    let given = Some(("automation.yaml", WORKSHOP));
    bring_into_force(&app.node.store, &app.node.workflows, workspace, given, app.now()).await.unwrap();
}

/// A customer with a number who is known by name.
async fn known(app: &TestApp, number: &str, name: &str) -> (Phone, String) {
    let made = app.api.post("/contacts", &json!({ "phone": number, "name": name })).await;
    (app.simulator.phone(number).await, text(&made.body["contact"]["id"]).to_owned())
}

/// A record that was made.
async fn made(app: &TestApp, path: &str, wish: &Value) -> Value {
    let made = app.api.post(path, wish).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.body
}

/// The words of everything that a phone received, once they are so many.
async fn heard(app: &TestApp, phone: &Phone, count: usize) -> Vec<String> {
    let received = phone.wait_for(count, PATIENCE).await;
    app.settled().await;
    let words: Vec<String> = received.into_iter().map(|one| one.text.unwrap_or_default()).collect();
    assert_eq!(words.len(), count, "{words:?}");
    words
}

/// Everything that is told on a phone's timeline, in one text.
async fn told(app: &TestApp, phone: &Phone, language: &str) -> String {
    serde_json::to_string(&app.timeline_of(phone, language).await).unwrap()
}

/// The notes beside a record.
async fn notes(app: &TestApp, noun: &str, record: &Value) -> Vec<String> {
    let notes = app.api.list(&format!("/record-notes?type={noun}&id={}", text(&record["id"]))).await;
    notes.iter().map(|note| text(&note["text"]).to_owned()).collect()
}
