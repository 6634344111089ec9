//! Every screen there is: a business in which everything has happened, and whatever the links of its screens lead to.

use std::collections::{BTreeSet, VecDeque};

use jiff::SignedDuration;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use super::agents::Agent;
use super::cast::{crowd, everything, templates};
use super::doubtful::doubtful;
use crate::app::{TestApp, text};

const HOUR: i64 = 3_600_000;

/// Addresses of screens.
pub(super) struct Screens {
    /// For whoever is not signed in.
    pub(super) outside: Vec<String>,
    /// For whoever is.
    pub(super) inside: Vec<String>,
}

impl Screens {
    /// Of a business in which everything has happened, as its owner sees them.
    pub(super) async fn of(app: &TestApp, owner: &Agent) -> Screens {
        templates(app).await;
        crowd(app).await;
        app.clock.advance(SignedDuration::from_hours(30));
        let (ana, thread) = everything(app).await;
        let ana = app.contact_of(&ana).await;
        records(app, text(&ana["id"]), "Óptica Luna").await;
        let closed = closed_window(app).await;
        let doubtful = doubtful(app).await;
        let mut first = vec![
            "/inbox".to_owned(),
            format!("/inbox/{thread}"),
            format!("/inbox/{closed}"),
            "/inbox?view=closed".to_owned(),
            "/search?q=an".to_owned(),
            format!("/contacts/{}", text(&ana["id"])),
        ];
        first.extend(doubtful);
        Screens::reached(app, owner, first).await
    }

    /// The conversation in which every kind of message was written.
    pub(super) fn thread(&self) -> &str {
        &self.inside[1]
    }

    /// These and what their links lead to, one of each kind.
    pub(super) async fn reached(app: &TestApp, owner: &Agent, first: Vec<String>) -> Screens {
        let invited = owner.api(app).post("/invitations", &json!({ "role": "agent" })).await;
        let link = text(&invited.body["link"]).to_owned();
        let outside = vec!["/sign-in".to_owned(), link[link.find("/join/").unwrap()..].to_owned()];
        let reader = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        let mut known: BTreeSet<String> = first.iter().map(|path| kind_of(path)).collect();
        let (mut waiting, mut inside) = (VecDeque::from(first), Vec::new());
        while let Some(path) = waiting.pop_front() {
            let answer =
                reader.get(format!("{}{path}", app.url)).header("cookie", owner.cookie()).send().await.unwrap();
            let is_page =
                answer.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
            assert!(answer.status().as_u16() < 400, "{path}: {}", answer.status());
            if answer.status() != 200 || !is_page {
                continue;
            }
            let html = answer.text().await.unwrap();
            waiting.extend(links(&html).filter(|link| known.insert(kind_of(link))));
            inside.push(path);
        }
        assert!(20 < inside.len(), "{inside:?}");
        Screens { outside, inside }
    }
}

/// Where a page leads, without what is asked of a screen.
fn links(html: &str) -> impl Iterator<Item = String> {
    let paths = html.split("href=\"/").skip(1).filter_map(|rest| rest.split(['"', '?', '#']).next());
    paths.filter(|path| !path.starts_with("assets/") && !path.starts_with("media/")).map(|path| format!("/{path}"))
}

/// An address without what it is of.
pub(super) fn kind_of(path: &str) -> String {
    let plain = path.split('?').next().unwrap_or_default();
    let part = |part: &str| if part.len() == 36 { "{}".to_owned() } else { part.to_owned() };
    plain.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// One record of everything with a person, all called alike.
pub(super) async fn records(app: &TestApp, contact: &str, name: &str) {
    let begins = app.now() + HOUR;
    let number: String = name.chars().take(60).collect();
    let luna = made(app, "/companies", &json!({ "name": name, "domain": name, "phone": name })).await;
    let deal = made(
        app,
        "/deals",
        &json!({ "title": name, "contact_id": contact, "company_id": luna["id"], "amount": { "minor": 480_000, "currency": "MXN" } }),
    )
    .await;
    made(
        app,
        "/appointments",
        &json!({ "contact_id": contact, "service": name, "place": name, "starts_at": begins, "ends_at": begins + HOUR }),
    )
    .await;
    made(
        app,
        "/orders",
        &json!({ "number": number, "contact_id": contact, "tracking": name, "total": { "minor": 480_000, "currency": "MXN" },
                 "items": [{ "name": name, "quantity": 2, "price": { "minor": 240_000, "currency": "MXN" } }] }),
    )
    .await;
    for (noun, id) in [("contact", json!(contact)), ("deal", deal["id"].clone()), ("company", luna["id"].clone())] {
        made(app, "/record-notes", &json!({ "record": { "type": noun, "id": id }, "text": name })).await;
    }
}

async fn made(app: &TestApp, path: &str, wish: &Value) -> Value {
    let made = app.api.post(path, wish).await;
    assert_eq!(made.status, 201, "{path}: {made:?}");
    made.body
}

/// A conversation in which only a template may be sent.
async fn closed_window(app: &TestApp) -> String {
    let threads = app.api.list("/conversations").await;
    let closed = threads.iter().find(|thread| thread["window_until"].as_i64().unwrap() < app.now());
    text(&closed.expect("a window that is closed")["id"]).to_owned()
}
