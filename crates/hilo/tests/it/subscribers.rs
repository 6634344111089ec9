//! Webhooks of Hilo's own: signed, at least once, in order while the other side takes them, and never where they must not go.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Receiver, Saying, Setup, TestApp, eventually, on_both, on_both_with, text};
use crate::changes::{changes, types};

/// An endpoint of the API: its path, and the secret that signs.
async fn endpoint(app: &TestApp, url: &str, wanted: &[&str]) -> (String, String) {
    let new = json!({ "url": url, "types": wanted });
    let answer = app.api.post("/webhook-endpoints", &new).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let path = format!("/webhook-endpoints/{}", text(&answer.body["webhook_endpoint"]["id"]));
    (path, text(&answer.body["secret"]).to_owned())
}

async fn deliveries(app: &TestApp, path: &str) -> Vec<Value> {
    app.api.list(&format!("{path}/deliveries")).await
}

/// Waits until a delivery stands so, and answers the oldest.
async fn stands(app: &TestApp, path: &str, state: &str, attempts: i64) -> Value {
    eventually(&format!("a delivery to be {state} after {attempts} attempts"), async || {
        let all = deliveries(app, path).await;
        all.into_iter().rfind(|one| one["state"] == state && one["attempts"] == attempts)
    })
    .await
}

async fn somebody_writes(app: &TestApp) {
    app.simulator.phone("+52 55 1234 5678").await.says("¿dónde está mi pedido?").await;
    app.settled().await;
}

#[test]
fn what_changes_is_posted_in_its_order_and_verified_by_the_published_rules() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        somebody_writes(app).await;
        let (_, start) = changes(app, "", 9).await;
        let receiver = Receiver::start().await;
        let (path, secret) = endpoint(app, &receiver.url, &[]).await;
        app.simulator.phone("+52 55 8765 4321").await.says("hola").await;
        app.settled().await;

        let (told, _) = changes(app, &format!("after={start}"), 9).await;
        let posts = receiver.received(9).await;
        assert_eq!(posts.iter().map(|post| post.kind()).collect::<Vec<_>>(), types(&told));
        for (post, change) in posts.iter().zip(&told) {
            assert!(post.is_signed_with(&secret) && !post.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
            assert_eq!(post.id, change["id"], "the same name wherever one hears of it");
            assert!(text(&post.body["timestamp"]).ends_with('Z'), "{}", post.body);
            assert_eq!(post.body["data"]["seq"], change["data"]["seq"]);
        }
        let done = stands(app, &path, "delivered", 1).await;
        assert_eq!((&done["status"], &done["next_try"]), (&json!(204), &Value::Null));
        assert_eq!(deliveries(app, &path).await.len(), 9, "what was before the endpoint is not posted to it");
    });
}

#[test]
fn an_endpoint_hears_what_it_wants_and_a_test_whatever_it_wants() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        let (picky, other) = (Receiver::start().await, Receiver::start().await);
        let (path, secret) = endpoint(app, &picky.url, &["ticket.opened"]).await;
        endpoint(app, &other.url, &["ticket.resolved"]).await;
        somebody_writes(app).await;
        assert_eq!(app.api.post(&format!("{path}/test"), &Value::Null).await.status, 202);

        let posts = picky.received(2).await;
        let kinds: Vec<&str> = posts.iter().map(|post| post.kind()).collect();
        assert_eq!(kinds, ["ticket.opened", "webhook_endpoint.tested"]);
        assert_eq!(posts[0].body["data"]["ticket"]["state"], "open");

        let rotated = app.api.post(&format!("{path}/secret"), &Value::Null).await;
        app.api.post(&format!("{path}/test"), &Value::Null).await;
        let posts = picky.received(3).await;
        let fresh = text(&rotated.body["secret"]);
        assert!(posts[2].is_signed_with(fresh) && posts[2].is_signed_with(&secret), "both, for a day");

        assert_eq!(app.api.call(Method::DELETE, &path).await.status, 204);
        assert_eq!(app.api.call(Method::GET, &format!("{path}/deliveries")).await.status, 404);
        assert_eq!(other.posts().len(), 0);
    });
}

#[test]
fn what_failed_is_tried_again_under_the_same_id_and_keeps_nothing_up() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        let (broken, sound) = (Receiver::start().await, Receiver::start().await);
        let wanted = ["ticket.opened", "webhook_endpoint.tested"];
        let (path, _) = endpoint(app, &broken.url, &wanted).await;
        endpoint(app, &sound.url, &["message.received"]).await;
        let long = Saying { text: "é".repeat(3_000), ..Saying::status(500) };
        broken.says(&[long]);
        somebody_writes(app).await;

        assert_eq!(sound.received(1).await[0].kind(), "message.received");
        let waiting = stands(app, &path, "waiting", 1).await;
        let kept = text(&waiting["answer"]);
        assert!(kept.len() <= 1_030 && kept.starts_with('é'), "{}", kept.len());
        let pause = waiting["next_try"].as_i64().unwrap() - waiting["changed_at"].as_i64().unwrap();
        assert!((5_000..=5_500).contains(&pause), "{pause}");
        app.api.post(&format!("{path}/test"), &Value::Null).await;
        let kinds: Vec<String> = broken.received(3).await.iter().map(|post| post.kind().to_owned()).collect();
        assert_eq!(kinds, ["ticket.opened", "webhook_endpoint.tested", "ticket.opened"]);
        let posts = broken.posts();
        assert_eq!(posts[0].id, posts[2].id);
        assert_eq!(stands(app, &path, "delivered", 2).await["type"], "ticket.opened");
    });
}

#[test]
fn an_endpoint_that_thinks_for_long_keeps_no_other_up() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        let (slow, quick) = (Receiver::start().await, Receiver::start().await);
        slow.says(&[Saying { after: Duration::from_secs(12), ..Saying::status(204) }]);
        let (path, _) = endpoint(app, &slow.url, &["message.received"]).await;
        endpoint(app, &quick.url, &["message.received"]).await;
        for number in 0..3 {
            app.simulator.phone(&format!("+52 55 1234 567{number}")).await.says("hola").await;
            quick.received(number + 1).await;
        }
        assert_eq!(slow.posts().len(), 1, "it has not answered the first yet, and hears one after the other");
        assert!(deliveries(app, &path).await.iter().all(|one| one["state"] == "waiting" && one["attempts"] == 0));
    });
}

#[test]
fn a_delivery_is_replayed_and_the_dead_are_recovered_by_a_person() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        let receiver = Receiver::start().await;
        let (path, _) = endpoint(app, &receiver.url, &["ticket.opened"]).await;
        somebody_writes(app).await;
        let done = stands(app, &path, "delivered", 1).await;
        let again = format!("{path}/deliveries/{}/replay", text(&done["id"]));
        assert_eq!(app.api.post(&again, &Value::Null).await.status, 202);
        let posts = receiver.received(2).await;
        assert_eq!(posts[0].id, posts[1].id);

        // As ten failed attempts leave it.
        stands(app, &path, "delivered", 1).await;
        let bury = |tx: &mut store::Tx<'_>| tx.execute("UPDATE deliveries SET state = 'dead', attempts = 10", vec![]);
        app.node.store.write(Vec::new(), bury).await.unwrap();
        let at = done["at"].as_i64().unwrap();
        let recover = async |since: i64| {
            let answer = app.api.post(&format!("{path}/recover"), &json!({ "since": since })).await;
            (answer.status, answer.body["deliveries"].clone())
        };
        assert_eq!(recover(at + 1).await, (202, json!(0)));
        assert_eq!(recover(at).await, (202, json!(1)));
        assert_eq!(receiver.received(3).await[2].id, posts[0].id);
        assert_eq!(app.api.post(&format!("{path}/deliveries/nothing/replay"), &Value::Null).await.status, 404);
    });
}

#[test]
fn an_endpoint_that_is_gone_is_disabled_at_once_and_goes_on_when_it_is_enabled() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        let receiver = Receiver::start().await;
        let (path, _) = endpoint(app, &receiver.url, &["ticket.opened"]).await;
        receiver.says(&[Saying::status(410)]);
        somebody_writes(app).await;
        let disabled = eventually("the endpoint to be disabled", async || {
            let now = app.api.get(&path).await;
            (now["state"] == "disabled").then_some(now)
        })
        .await;
        assert!(text(&disabled["reason"]).contains("410"));
        let (told, _) = changes(app, "types=webhook_endpoint.disabled", 1).await;
        assert_eq!(told[0]["data"]["webhook_endpoint"]["state"], "disabled");
        assert_eq!(app.api.post(&format!("{path}/test"), &Value::Null).await.status, 409);

        app.simulator.phone("+52 55 8765 4321").await.says("¿dónde está mi pedido?").await;
        app.settled().await;
        assert_eq!(receiver.posts().len(), 1);
        let enabled = app.api.patch(&path, &json!({ "enabled": true })).await;
        assert_eq!(
            (enabled.status, &enabled.body["state"], &enabled.body["reason"]),
            (200, &json!("enabled"), &Value::Null)
        );
        let posts = receiver.received(3).await;
        assert!(posts.iter().all(|post| post.kind() == "ticket.opened"));
        assert_ne!(posts[1].id, posts[2].id, "what happened meanwhile, and what failed before");
    });
}

#[test]
fn an_endpoint_with_too_much_to_do_is_left_alone_for_as_long_as_it_asks() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        let receiver = Receiver::start().await;
        let (path, _) = endpoint(app, &receiver.url, &["ticket.opened"]).await;
        receiver.says(&[Saying { header: Some(("retry-after", "120".to_owned())), ..Saying::status(429) }]);
        somebody_writes(app).await;
        let waiting = stands(app, &path, "waiting", 1).await;
        assert!(120_000 <= waiting["next_try"].as_i64().unwrap() - waiting["changed_at"].as_i64().unwrap());

        app.api.post(&format!("{path}/test"), &Value::Null).await;
        eventually("the test to be in the log", async || {
            let page = app.api.get("/changes?types=webhook_endpoint.tested").await;
            (page["data"] != json!([])).then_some(())
        })
        .await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(receiver.posts().len(), 1, "nothing else is posted to it either");
    });
}

#[test]
fn nothing_is_posted_inside_unless_the_settings_allow_it() {
    on_both(async |app: &mut TestApp| {
        let receiver = Receiver::start().await;
        for url in [
            receiver.url.as_str(),
            "https://127.0.0.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://0x7f000001/",
            "http://crm.example.com/",
            "https://user:password@crm.example.com/",
            "gopher://crm.example.com/",
        ] {
            let answer = app.api.post("/webhook-endpoints", &json!({ "url": url })).await;
            assert_eq!(answer.status, 422, "{url}: {answer:?}");
            assert!(text(&answer.body["detail"]).starts_with("`url`: "), "{answer:?}");
        }
        // A name can be looked up only when it is posted to, each time.
        let inside = receiver.url.replace("http://127.0.0.1", "https://localhost");
        let (path, _) = endpoint(app, &inside, &[]).await;
        app.api.post(&format!("{path}/test"), &Value::Null).await;
        let refused = stands(app, &path, "waiting", 1).await;
        assert!(text(&refused["answer"]).contains("internal address"), "{refused}");
        assert_eq!((&refused["status"], receiver.posts().len()), (&Value::Null, 0));
    });
}

#[test]
fn a_redirect_is_not_followed() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        let (elsewhere, receiver) = (Receiver::start().await, Receiver::start().await);
        receiver.says(&[Saying { header: Some(("location", elsewhere.url.clone())), ..Saying::status(307) }]);
        let (path, _) = endpoint(app, &receiver.url, &["ticket.opened"]).await;
        somebody_writes(app).await;
        assert_eq!(stands(app, &path, "waiting", 1).await["status"], 307);
        assert_eq!(elsewhere.posts().len(), 0);
    });
}

#[test]
fn two_nodes_post_each_event_once_and_in_order() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        if !app.node.store.is_shared() {
            println!("Skipped on SQLite: only one process can use such a database.");
            return;
        }
        app.another_node().await;
        let receiver = Receiver::start().await;
        endpoint(app, &receiver.url, &["message.received"]).await;
        for number in 0..20 {
            app.simulator.phone(&format!("+52 55 1234 56{number:02}")).await.says("hola").await;
        }
        app.settled().await;
        let (told, _) = changes(app, "types=message.received", 20).await;
        let posts = receiver.received(20).await;
        let ids: Vec<&str> = posts.iter().map(|post| post.id.as_str()).collect();
        assert_eq!(ids, told.iter().map(|change| text(&change["id"])).collect::<Vec<_>>());
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(receiver.posts().len(), 20);
    });
}

#[test]
fn another_workspace_neither_sees_nor_touches_an_endpoint() {
    on_both_with(&Setup::with_receivers(), async |app: &mut TestApp| {
        let receiver = Receiver::start().await;
        let (path, _) = endpoint(app, &receiver.url, &["ticket.opened"]).await;
        let stranger = app.api_of("another").await;
        assert_eq!(stranger.get("/webhook-endpoints").await["data"], json!([]));
        for (method, path) in [
            (Method::GET, path.clone()),
            (Method::DELETE, path.clone()),
            (Method::GET, format!("{path}/deliveries")),
            (Method::POST, format!("{path}/secret")),
            (Method::POST, format!("{path}/test")),
        ] {
            assert_eq!(stranger.call(method.clone(), &path).await.status, 404, "{method} {path}");
        }
        let theirs = stranger.post("/webhook-endpoints", &json!({ "url": receiver.url })).await;
        assert_eq!(theirs.status, 201);
        somebody_writes(app).await;
        assert_eq!(receiver.received(1).await[0].kind(), "ticket.opened");
        let theirs = format!("/webhook-endpoints/{}/deliveries", text(&theirs.body["webhook_endpoint"]["id"]));
        assert_eq!(stranger.get(&theirs).await["data"], json!([]));
    });
}
