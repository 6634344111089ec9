//! How webhooks arrive.

use std::sync::atomic::Ordering;
use std::time::Duration;

use simulator::{Error, Outcome, Settings, Simulator, WebhookSettings};

use crate::stage::{Business, HOUR, LARGEST_BODY, PATIENCE, Stage, list, quick, text};

#[tokio::test]
async fn a_webhook_is_signed_over_its_raw_bytes_with_text_escaped_to_ascii() {
    let stage = Stage::new().await;
    stage.ana.says("¿Dónde está? 👍").await;
    let messages = stage.messages().await;

    assert_eq!(messages[0]["text"]["body"], "¿Dónde está? 👍");
    assert_eq!(stage.business.forged.load(Ordering::Relaxed), 0);
    let body = stage.business.bodies.lock().unwrap()[0].clone();
    assert!(body.is_ascii());
    assert!(String::from_utf8_lossy(&body).contains(r"\ud83d\udc4d"));
}

#[tokio::test]
async fn a_webhook_names_account_number_and_person() {
    let stage = Stage::new().await;
    let wamid = stage.ana.says("hola").await;
    stage.messages().await;
    let body: serde_json::Value = serde_json::from_slice(&stage.business.bodies.lock().unwrap()[0]).unwrap();

    let user_id = stage.ana.view().user_id;
    let expected = serde_json::json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "900800700600500", "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "525550001000", "phone_number_id": "100200300400500" },
            "contacts": [{ "profile": { "name": "Phone 5215512345678" }, "wa_id": "5215512345678", "user_id": user_id }],
            "messages": [{ "from": "5215512345678", "from_user_id": user_id, "id": wamid,
                "timestamp": "1795000000", "type": "text", "text": { "body": "hola" } }],
        }}]}],
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_webhook_is_retried_until_200() {
    let stage = Stage::new().await;
    stage.business.refuses.store(3, Ordering::Relaxed);
    stage.ana.says("hola").await;

    assert_eq!(stage.messages().await.len(), 1);
    let record = &stage.sim.ledger().webhooks[0];
    assert_eq!((record.attempts, record.outcome), (4, Outcome::Delivered));
    assert_eq!(record.last_refusal.as_deref(), Some("503 Service Unavailable"));
}

#[tokio::test]
async fn only_200_acknowledges_a_webhook() {
    for other in [201, 202, 204, 302, 404] {
        let stage = Stage::new().await;
        stage.business.refuses_with.store(other, Ordering::Relaxed);
        stage.business.refuses.store(1, Ordering::Relaxed);
        stage.ana.says("hola").await;
        assert_eq!(stage.messages().await.len(), 1);
        assert_eq!(stage.sim.ledger().webhooks[0].attempts, 2, "{other}");
    }
}

#[tokio::test]
async fn a_body_holds_a_thousand_updates_in_three_megabytes() {
    let webhooks = WebhookSettings { batch: 5_000, batch_wait: Duration::from_millis(400), ..quick().webhooks };
    let stage = Stage::with(Settings { webhooks, ..quick() }).await;
    for n in 0..1_001 {
        stage.ana.says(&n.to_string()).await;
    }
    assert!(stage.sim.settled(PATIENCE).await);
    let sizes: Vec<_> = stage.business.batches().iter().map(Vec::len).collect();
    assert_eq!(sizes, [1_000, 1]);

    let long = "x".repeat(4_096);
    for _ in 0..1_000 {
        stage.ana.says(&long).await;
    }
    assert!(stage.sim.settled(PATIENCE).await);
    let bodies = stage.business.bodies.lock().unwrap();
    assert!(4 <= bodies.len() && bodies.iter().all(|body| body.len() <= LARGEST_BODY));
}

#[tokio::test]
async fn the_messages_of_one_phone_keep_their_order_even_through_retries() {
    let stage = Stage::new().await;
    stage.business.refuses.store(5, Ordering::Relaxed);
    for n in 0..20 {
        stage.ana.says(&n.to_string()).await;
    }
    let bodies: Vec<_> =
        stage.messages().await.iter().map(|m| m["text"]["body"].as_str().unwrap().to_owned()).collect();
    assert_eq!(bodies, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn without_order_a_later_message_may_overtake_one_that_is_retried() {
    let webhooks = WebhookSettings { ordered: false, ..quick().webhooks };
    let stage = Stage::with(Settings { webhooks, ..quick() }).await;
    stage.business.refuses.store(1, Ordering::Relaxed);
    stage.ana.says("first").await;
    stage.business.has_refused().await;
    stage.ana.says("second").await;
    assert_eq!(stage.messages().await[1]["text"]["body"], "first");
}

#[tokio::test]
async fn webhooks_wait_until_an_address_is_known() {
    let sim = Simulator::start(quick()).await.unwrap();
    sim.phone("+5215512345678").await.says("hola").await;
    assert!(!sim.settled(Duration::from_millis(50)).await);

    let business = Business::open().await;
    sim.deliver_webhooks_to(&business.url).unwrap();
    assert!(sim.settled(PATIENCE).await);
    assert_eq!(business.changes().len(), 1);
}

#[tokio::test]
async fn more_webhooks_than_the_queue_holds_are_dropped_and_the_ledger_says_so() {
    let webhooks = WebhookSettings { capacity: 2, ..quick().webhooks };
    let sim = Simulator::start(Settings { webhooks, ..quick() }).await.unwrap();
    let ana = sim.phone("+5215512345678").await;
    for _ in 0..3 {
        ana.says("hola").await;
    }
    let outcomes: Vec<_> = sim.ledger().webhooks.iter().map(|record| record.outcome).collect();
    assert_eq!(outcomes, [Outcome::Waiting, Outcome::Waiting, Outcome::Dropped]);
}

#[tokio::test]
async fn a_webhook_beyond_loopback_is_refused_unless_a_setting_allows_it() {
    let sim = Simulator::start(quick()).await.unwrap();
    for url in ["http://192.0.2.1/webhook", "https://example.com/webhook", "http://127.0.0.1.example.com/"] {
        assert!(matches!(sim.deliver_webhooks_to(url), Err(Error::NotLoopback { .. })), "{url}");
    }
    for url in ["http://localhost:1/webhook", "http://127.9.9.9/webhook", "http://[::1]:1/webhook"] {
        assert!(sim.deliver_webhooks_to(url).is_ok(), "{url}");
    }
    let open = Simulator::start(Settings { allow_remote: true, ..quick() }).await.unwrap();
    assert!(open.deliver_webhooks_to("https://example.com/webhook").is_ok());
}

#[tokio::test]
async fn the_handshake_fails_when_the_webhook_does_not_know_the_token() {
    let stage = Stage::new().await;
    stage.sim.verify_webhook().await.unwrap();

    let other = Settings { verify_token: "another".into(), webhook_url: Some(stage.business.url.clone()), ..quick() };
    let sim = Simulator::start(other).await.unwrap();
    assert!(matches!(sim.verify_webhook().await, Err(Error::Unverified(_))));
}

#[tokio::test]
async fn after_a_shutdown_nothing_answers_and_nothing_is_posted() {
    let stage = Stage::after_ana_wrote().await;
    stage.messages().await;
    let Stage { sim, business, ana, .. } = stage;
    let url = sim.url();
    sim.shutdown().await;

    assert!(simulator::control::Client::new(&url).unwrap().phones().await.is_err());
    ana.says("is anybody there?").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(business.changes().len(), 1);
}

#[tokio::test]
async fn messages_and_statuses_travel_together_and_a_burst_of_statuses_is_one_value() {
    let webhooks = WebhookSettings { batch: 100, batch_wait: Duration::from_millis(80), ..quick().webhooks };
    let stage = Stage::after_ana_wrote_with(Settings { webhooks, ..quick() }).await;
    for _ in 0..3 {
        stage.send(text("hola")).await;
    }
    stage.ana.says("gracias").await;
    assert!(stage.sim.settled(PATIENCE).await);

    let batches = stage.business.batches();
    let changes: Vec<_> = batches.iter().flatten().collect();
    let statuses: usize = changes.iter().map(|change| list(&change["value"]["statuses"]).len()).sum();
    let messages: usize = changes.iter().map(|change| list(&change["value"]["messages"]).len()).sum();
    assert_eq!((messages, statuses), (2, 9));
    assert!(batches.len() < 6, "{}", batches.len());
    assert!(changes.iter().any(|change| 1 < list(&change["value"]["statuses"]).len()));
}

#[tokio::test]
async fn what_comes_while_a_batch_is_refused_travels_with_its_repetition() {
    let webhooks = WebhookSettings { batch: 100, batch_wait: Duration::from_millis(1), ..quick().webhooks };
    let stage = Stage::with(Settings { webhooks, ..quick() }).await;
    stage.business.refuses.store(1, Ordering::Relaxed);
    stage.ana.says("first").await;
    stage.business.has_refused().await;
    stage.ana.says("second").await;
    assert!(stage.sim.settled(PATIENCE).await);
    assert_eq!(stage.business.batches().iter().map(Vec::len).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn after_seven_days_without_a_200_a_webhook_is_given_up() {
    let stage = Stage::new().await;
    stage.business.refuses.store(u32::MAX, Ordering::Relaxed);
    stage.ana.says("hola").await;
    assert!(!stage.sim.settled(Duration::from_millis(100)).await);
    stage.time_passes(7 * 24 * HOUR);
    assert!(stage.sim.settled(PATIENCE).await);
    assert_eq!(stage.sim.ledger().webhooks[0].outcome, Outcome::GivenUp);
}
