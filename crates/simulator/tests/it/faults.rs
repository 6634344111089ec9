//! What goes wrong on purpose.

use std::time::{Duration, Instant};

use serde_json::json;
use simulator::{Fault, FaultKind};

use crate::stage::{PATIENCE, Stage, names, text, to_ana};

#[tokio::test]
async fn a_lost_response_is_an_accepted_message_and_a_closed_connection() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::LoseResponse));
    let mut message = text("hola");
    message["biz_opaque_callback_data"] = json!("attempt-1");

    assert!(stage.post(to_ana(message)).await.is_err());
    assert_eq!(stage.ana.wait_for(1, PATIENCE).await.len(), 1);
    assert_eq!(stage.sim.ledger().accepted_with("attempt-1"), 1);
    let sent = stage.values().await.into_iter().find(|value| value["statuses"][0]["status"] == "sent").unwrap();
    assert_eq!(sent["statuses"][0]["biz_opaque_callback_data"], "attempt-1");

    stage.send(text("and the next one is answered")).await;
}

#[tokio::test]
async fn an_error_is_given_as_often_as_asked_and_accepts_nothing() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::Error500));
    stage.sim.set_fault(Fault::times(2, FaultKind::ErrorCode { code: 131_048 }));
    stage.sim.set_fault(Fault::times(1, FaultKind::RevokedToken));

    let (status, body) = stage.post(to_ana(text("hola"))).await.unwrap();
    assert_eq!((status, body.is_string()), (500, true));
    assert_eq!(stage.refusal(text("hola")).await, (400, 131_048));
    assert_eq!(stage.refusal(text("hola")).await, (400, 131_048));
    assert_eq!(stage.refusal(text("hola")).await, (401, 190));
    assert!(stage.sim.ledger().accepted.is_empty());
    assert_eq!(stage.sim.ledger().refused[&131_048], 2);
    stage.send(text("hola")).await;
}

#[tokio::test]
async fn a_black_hole_accepts_and_is_never_heard_of_again() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.set_fault(Fault::always(FaultKind::BlackHole));
    let wamid = stage.send(text("hola")).await;
    assert!(stage.statuses(&wamid).await.is_empty());
    stage.sim.clear_faults();
    let wamid = stage.send(text("hola")).await;
    assert_eq!(stage.statuses(&wamid).await.len(), 3);
}

#[tokio::test]
async fn a_status_can_arrive_before_the_response() {
    let stage = Stage::after_ana_wrote().await;
    stage.messages().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::StatusBeforeResponse));
    let wamid = stage.send(text("hola")).await;
    let already: Vec<_> = stage.business.changes().iter().map(|c| c["value"]["statuses"][0].clone()).collect();
    assert!(already.iter().any(|status| status["id"] == json!(wamid) && status["status"] == "sent"));
    assert_eq!(names(&stage.statuses(&wamid).await), ["sent", "delivered", "read"]);
}

#[tokio::test]
async fn statuses_can_be_late_and_answers_slow() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::LateStatuses { ms: 100 }));
    stage.sim.set_fault(Fault::times(1, FaultKind::Slow { ms: 60 }));
    let start = Instant::now();
    let wamid = stage.send(text("hola")).await;
    assert!(Duration::from_millis(60) <= start.elapsed());
    assert_eq!(stage.statuses(&wamid).await.len(), 3);
    assert!(Duration::from_millis(300) <= start.elapsed());
}

#[tokio::test]
async fn a_duplicated_webhook_arrives_twice_with_the_same_bytes() {
    let stage = Stage::new().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::DuplicateWebhooks));
    stage.ana.says("hola").await;
    stage.messages().await;
    let bodies = stage.business.bodies.lock().unwrap();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn disordered_webhooks_all_arrive_and_some_overtake() {
    let stage = Stage::new().await;
    stage.sim.set_fault(Fault::always(FaultKind::DisorderWebhooks));
    for n in 0..20 {
        stage.ana.says(&n.to_string()).await;
    }
    let numbers: Vec<u32> =
        stage.messages().await.iter().map(|m| m["text"]["body"].as_str().unwrap().parse().unwrap()).collect();
    assert_eq!(numbers.len(), 20);
    assert!(!numbers.is_sorted());
}

#[tokio::test]
async fn a_percentage_strikes_some_and_spares_others() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.set_fault(Fault::in_percent(50, FaultKind::Error500));
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(stage.post(to_ana(text("hola"))).await.unwrap().0);
    }
    let struck = statuses.iter().filter(|status| **status == 500).count();
    assert!((8..32).contains(&struck), "{struck}");
}

#[tokio::test]
async fn a_connection_that_is_reset_accepts_nothing() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::ResetConnection));
    assert!(stage.post(to_ana(text("hola"))).await.is_err());
    assert!(stage.sim.ledger().accepted.is_empty());
    stage.send(text("hola")).await;
}

#[tokio::test]
async fn a_message_can_be_accepted_and_fail_later_with_any_code() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::FailLater { code: 131_049 }));
    let wamid = stage.send(text("hola")).await;
    assert_eq!(stage.failure(&wamid).await, 131_049);
    assert!(stage.ana.received().is_empty());
}

#[tokio::test]
async fn statuses_can_be_missing_though_the_message_arrives() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::MissingStatuses));
    let wamid = stage.send(text("hola")).await;
    assert_eq!(stage.ana.wait_for(1, PATIENCE).await.len(), 1);
    assert!(stage.statuses(&wamid).await.is_empty());
}

#[tokio::test]
async fn a_malformed_and_a_forged_webhook_precede_the_true_one_and_are_posted_once() {
    let stage = Stage::new().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::MalformedWebhooks));
    stage.sim.set_fault(Fault::times(1, FaultKind::ForgedWebhooks));
    stage.ana.says("hola").await;
    assert!(stage.sim.settled(PATIENCE).await);

    let bodies = stage.business.bodies.lock().unwrap().clone();
    assert_eq!(stage.business.forged.load(std::sync::atomic::Ordering::Relaxed), 1);
    assert_eq!(bodies.len(), 2);
    assert!(serde_json::from_slice::<serde_json::Value>(&bodies[0]).is_err());
    assert!(bodies[1].starts_with(&bodies[0]));
    let whats: Vec<_> = stage.sim.ledger().webhooks.iter().map(|record| record.what.clone()).collect();
    assert_eq!(whats, ["text", "malformed", "forged"]);
}

#[tokio::test]
async fn a_delayed_webhook_is_overtaken() {
    let stage = Stage::new().await;
    stage.sim.set_fault(Fault::times(1, FaultKind::DelayWebhooks { ms: 200 }));
    stage.ana.says("first").await;
    stage.ana.says("second").await;
    assert_eq!(stage.messages().await[1]["text"]["body"], "first");
}

#[tokio::test]
async fn webhooks_that_wait_for_each_other_come_in_one_body() {
    let stage = Stage::new().await;
    stage.sim.set_fault(Fault::times(3, FaultKind::BatchWebhooks { ms: 100 }));
    for n in 0..4 {
        stage.ana.says(&n.to_string()).await;
    }
    assert!(stage.sim.settled(PATIENCE).await);
    let mut sizes: Vec<_> = stage.business.batches().iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 3]);
}

#[tokio::test]
async fn every_fault_stands_in_the_manual_with_its_sentence_and_is_taken_in_its_own_spelling() {
    let manual = include_str!("../../../../docs/simulator.md");
    for info in FaultKind::catalogue() {
        let name = info.kind.name().replace('_', "-");
        assert!(manual.contains(&format!("`{name}`")) && manual.contains(&info.does), "{name}: {}", info.does);
        let spelled = serde_json::to_value(Fault::times(1, info.kind.clone())).unwrap();
        assert_eq!(serde_json::from_value::<Fault>(spelled).unwrap().kind, info.kind);
    }
}
