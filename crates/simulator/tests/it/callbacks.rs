//! Where webhooks go: the callback of the number, of its account, of the app, or nowhere.

use serde_json::{Value, json};
use simulator::Event;

use crate::stage::{Business, Stage, TOKEN, text};

const NUMBER: &str = "/v25.0/100200300400500";
const SUBSCRIPTION: &str = "/v25.0/900800700600500/subscribed_apps";

impl Stage {
    async fn override_with(&self, path: &str, url: &str) -> (u16, Value) {
        let callback = json!({ "override_callback_uri": url, "verify_token": "simulated-verify-token" });
        let fields = if path == NUMBER { json!({ "webhook_configuration": callback }) } else { callback };
        self.post_to(path, TOKEN, fields).await.unwrap()
    }

    /// Ana writes, and the business with the message in it is found.
    async fn heard_by(&self, businesses: &[&Business]) -> Option<usize> {
        let before: Vec<_> = businesses.iter().map(|business| business.changes().len()).collect();
        self.ana.says("hola").await;
        self.changes().await;
        businesses.iter().zip(before).position(|(business, before)| before < business.changes().len())
    }
}

#[tokio::test]
async fn messages_go_to_the_callback_of_the_number_then_of_the_account_then_of_the_app() {
    let stage = Stage::new().await;
    let (of_account, of_number) = (Business::open().await, Business::open().await);
    let all = [&stage.business, &of_account, &of_number];
    assert_eq!(stage.heard_by(&all).await, Some(0));
    assert_eq!(stage.override_with(SUBSCRIPTION, &of_account.url).await, (200, json!({ "success": true })));
    assert_eq!(stage.heard_by(&all).await, Some(1));
    assert_eq!(stage.override_with(NUMBER, &of_number.url).await.0, 200);
    assert_eq!(stage.heard_by(&all).await, Some(2));
    stage.send(text("sus lentes están listos")).await;
    stage.changes().await;
    assert_eq!(of_number.changes().len(), 4, "statuses are of the same field");

    let (_, number) = stage.get("100200300400500?fields=webhook_configuration").await;
    let expected = json!({ "application": stage.business.url, "whatsapp_business_account": of_account.url,
        "phone_number": of_number.url });
    assert_eq!(number["webhook_configuration"], expected);
    let (_, subscribed) = stage.get("900800700600500/subscribed_apps").await;
    assert_eq!(subscribed["data"][0]["override_callback_uri"], json!(of_account.url));

    assert_eq!(stage.override_with(NUMBER, "").await.0, 200);
    assert_eq!(stage.override_with(SUBSCRIPTION, "").await.0, 200);
    assert_eq!(stage.heard_by(&all).await, Some(0));
}

#[tokio::test]
async fn another_callback_is_only_for_messages() {
    let stage = Stage::new().await;
    let of_account = Business::open().await;
    stage.override_with(SUBSCRIPTION, &of_account.url).await;
    stage.sim.announce(&Event::AccountViolation { violation: "SPAM".into() });
    assert_eq!(stage.changes().await[0]["field"], "account_update");
    assert!(of_account.changes().is_empty());
}

#[tokio::test]
async fn a_callback_is_short_on_this_machine_and_passes_the_handshake() {
    let stage = Stage::new().await;
    let code = |(status, body): (u16, Value)| (status, body["error"]["code"].as_i64().unwrap());
    let long = format!("{}?{}", stage.business.url, "x".repeat(200));
    assert_eq!(code(stage.override_with(SUBSCRIPTION, &long).await), (400, 100));
    assert_eq!(code(stage.override_with(SUBSCRIPTION, "https://192.0.2.1/hook").await), (400, 100));
    let wrong_token = json!({ "override_callback_uri": stage.business.url, "verify_token": "wrong" });
    assert_eq!(code(stage.post_to(SUBSCRIPTION, TOKEN, wrong_token).await.unwrap()), (400, 2200));
}

#[tokio::test]
async fn an_account_without_a_subscribed_app_is_not_heard_of() {
    let stage = Stage::new().await;
    assert_eq!(stage.delete("900800700600500/subscribed_apps", json!({})).await.0, 200);
    assert_eq!(stage.get("900800700600500/subscribed_apps").await.1["data"], json!([]));
    stage.ana.says("¿hay alguien?").await;
    stage.send(text("sí")).await;
    stage.sim.announce(&Event::AccountViolation { violation: "SPAM".into() });
    assert!(stage.changes().await.is_empty());

    assert_eq!(stage.override_with(SUBSCRIPTION, "").await.0, 200);
    assert_eq!(stage.heard_by(&[&stage.business]).await, Some(0));
}
