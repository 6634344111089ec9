//! `Idempotency-Key`: a request that comes again has no second effect and the same answer.

use futures::future::join_all;
use serde_json::{Value, json};
use simulator::{Fault, FaultKind};

use crate::api::assert_problem;
use crate::app::{TestApp, eventually, on_both, text};

async fn thread_of_ana(app: &TestApp) -> String {
    let ana = app.simulator.phone("+52 55 1234 5678").await;
    ana.says("¿dónde está mi pedido?").await;
    app.settled().await;
    format!("/conversations/{}/messages", text(&app.conversation_of(&ana).await["id"]))
}

async fn replies(app: &TestApp, path: &str) -> Vec<Value> {
    let mut all = app.api.list(path).await;
    all.retain(|message| message["author"] == "agent");
    all
}

#[test]
fn ten_replies_at_once_under_one_key_are_one_message() {
    on_both(async |app: &mut TestApp| {
        let path = thread_of_ana(app).await;
        let reply = json!({ "text": "Abrimos a las 9." });
        let elsewhere = app.another_node().await;
        let other_node = app.api.moved_to(&elsewhere);
        let attempts = (0..10).map(|n| {
            let api = if n % 2 == 0 { &app.api } else { &other_node };
            api.post_once(&path, "order-4711", Some(&reply))
        });
        let answers = join_all(attempts).await;

        let first = answers.iter().filter(|answer| !answer.headers.contains_key("idempotent-replayed"));
        assert_eq!(first.count(), 1, "one did it, nine were told: {answers:?}");
        for answer in &answers {
            assert_eq!((answer.status, &answer.body), (201, &answers[0].body), "{answer:?}");
        }
        app.settled().await;
        assert_eq!(replies(app, &path).await.len(), 1);
        let left =
            app.simulator.ledger().accepted.into_iter().filter(|one| one.text.as_deref() == reply["text"].as_str());
        assert_eq!(left.count(), 1, "one message reached WhatsApp");
    });
}

#[test]
fn a_key_belongs_to_one_request() {
    on_both(async |app: &mut TestApp| {
        let path = thread_of_ana(app).await;
        let reply = |words: &str| json!({ "text": words });
        assert_eq!(app.api.post_once(&path, "one", Some(&reply("Hola"))).await.status, 201);
        assert_problem(&app.api.post_once(&path, "one", Some(&reply("Adiós"))).await, 422, "other words");
        assert_eq!(app.api.post_once(&path, "two", Some(&reply("Hola"))).await.status, 201);
        assert_eq!(replies(app, &path).await.len(), 2);

        let refused = app.api.post_once(&path, "three", Some(&reply(""))).await;
        assert_problem(&refused, 422, "an empty reply");
        assert_eq!(app.api.post_once(&path, "three", Some(&reply("Hola"))).await.status, 201, "nothing had happened");

        for wrong in ["", "a b", "ñ", &"a".repeat(256)] {
            assert_problem(&app.api.post_once(&path, wrong, Some(&reply("Hola"))).await, 422, wrong);
        }
        assert_eq!(app.api.post_once(&path, &"a".repeat(255), Some(&reply("Hola"))).await.status, 201);
        let other = app.api_of("other").await.post_once("/keys", "one", Some(&json!({}))).await;
        assert_problem(&other, 422, "a workspace knows its own keys only");
        assert!(text(&other.body["detail"]).contains("name"), "{other:?}");
    });
}

#[test]
fn what_a_person_decides_about_a_send_is_done_once() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: 131_047 }));
        app.simulator.phone("+52 55 1234 5678").await.says("¿dónde está mi pedido?").await;
        let held = eventually("a send to be held", async || app.api.list("/outbox?state=held").await.pop()).await;
        let path = format!("/outbox/{}/release", text(&held["id"]));

        let first = app.api.post_once(&path, "go", None).await;
        app.settled().await;
        let again = app.api.post_once(&path, "go", None).await;
        assert_eq!((first.status, &first.body), (200, &again.body));
        assert_eq!((again.status, again.headers["idempotent-replayed"].to_str().unwrap()), (200, "true"));
        assert_problem(&app.api.post_once(&path, "once-more", None).await, 404, "it has left the outbox");
    });
}

#[test]
fn a_kept_answer_holds_no_secret() {
    on_both(async |app: &mut TestApp| {
        let wish = json!({ "name": "shop", "scopes": ["read"] });
        let first = app.api.post_once("/keys", "key-1", Some(&wish)).await;
        let again = app.api.post_once("/keys", "key-1", Some(&wish)).await;
        assert!(text(&first.body["secret"]).starts_with("hilo_"));
        assert_eq!((&again.body["secret"], &again.body["key"]), (&Value::Null, &first.body["key"]));
    });
}
