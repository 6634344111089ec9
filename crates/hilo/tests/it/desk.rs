//! What agents see of the work, and what they do with it.

mod acts;
mod answers;
mod lists;
mod many;
mod queues;

use serde_json::Value;
use simulator::Phone;

use crate::app::{TestApp, text};

/// The conversations of a list of the inbox, by the names of the people.
async fn listed(app: &TestApp, query: &str) -> Vec<String> {
    let rows = app.api.list(&format!("/inbox?{query}")).await;
    rows.iter().map(|row| text(&row["name"]).to_owned()).collect()
}

/// How a phone's conversation stands in the list of all that is open.
async fn row_of(app: &TestApp, phone: &Phone) -> Option<Value> {
    let thread = app.conversation_of(phone).await;
    app.api.list("/inbox").await.into_iter().find(|row| row["conversation_id"] == thread["id"])
}
