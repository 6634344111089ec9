//! A message that WhatsApp does not take at one address of a person goes out once to the other, and never twice to anybody.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Act, Fault, FaultKind, Phone};

use crate::app::{PATIENCE, Setup, TestApp, eventually, on_both, on_both_with, status, statuses_body, text};
use crate::metas_rules::{owed_nothing, send_template, with_templates};

const UNDELIVERABLE: i64 = 131_026;

/// What the thread tells of our messages: status and code of each.
async fn ours(app: &TestApp, phone: &Phone) -> Vec<(String, Value)> {
    let ours = app.messages_with(phone).await.into_iter().filter(|message| message["direction"] == "outbound");
    ours.map(|message| (text(&message["status"]).to_owned(), message["error_code"].clone())).collect()
}

fn recipients(app: &TestApp) -> Vec<String> {
    app.simulator.ledger().accepted.into_iter().map(|one| one.recipient).collect()
}

#[test]
fn what_a_phone_number_does_not_take_reaches_the_person_by_their_user_id() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: UNDELIVERABLE }));
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
        app.settled().await;
        assert_eq!(recipients(app), [ana.view().user_id]);
        let told = ours(app, &ana).await;
        assert_eq!(told, [("failed".to_owned(), json!(UNDELIVERABLE)), ("read".to_owned(), json!(null))]);
        assert!(app.api.list("/outbox").await.is_empty(), "nobody has to look at it");
        let timeline = app.timeline_of(&ana, "en").await;
        assert!(format!("{timeline:?}").contains("at one of their two addresses"), "{timeline:#?}");

        // The next one tries the number first: it may work again.
        assert_eq!(app.reply_to(&ana, "Por la tarde").await.status, 201);
        assert_eq!(ana.wait_for(2, PATIENCE).await.len(), 2);
        assert_ne!(recipients(app)[1], ana.view().user_id);
    });
}

#[test]
fn the_same_when_whatsapp_says_so_only_after_it_had_taken_it_and_says_it_twice() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        app.simulator.set_fault(Fault::always(FaultKind::DuplicateWebhooks));
        app.simulator.set_fault(Fault::times(1, FaultKind::FailLater { code: UNDELIVERABLE }));
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
        app.settled().await;
        let first = app.simulator.ledger().accepted[0].clone();
        for later in [0, 7_000] {
            let again = status(&first, "failed", app.now() + later);
            assert_eq!(app.post(&statuses_body(&[again])).await, 200);
        }
        app.settled().await;
        assert_eq!((ana.received().len(), recipients(app).len()), (1, 2), "one to each address, and no third");
        assert_eq!(recipients(app)[1], ana.view().user_id);
        assert_eq!(app.api.list("/messages/failed").await.len(), 1);
    });
}

#[test]
fn a_person_who_is_reached_at_neither_address_ends_the_message_for_a_person_to_decide() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        app.simulator.set_fault(Fault::always(FaultKind::ErrorCode { code: UNDELIVERABLE }));
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        let dead = eventually("it to be given up", async || app.api.list("/outbox?state=dead").await.pop()).await;
        app.settled().await;
        assert_eq!(dead["code"], UNDELIVERABLE);
        assert!(text(&dead["hint"]).contains("another channel"), "{dead}");
        assert_eq!(app.simulator.ledger().refused[&UNDELIVERABLE], 2, "each address once");
    });
}

#[test]
fn what_whatsapp_had_sent_before_it_failed_is_left_to_a_person() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        app.simulator.set_fault(Fault::times(1, FaultKind::BlackHole));
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        app.settled().await;
        let first = app.simulator.ledger().accepted[0].clone();
        for (progress, later) in [("sent", 1_000), ("failed", 2_000)] {
            assert_eq!(app.post(&statuses_body(&[status(&first, progress, app.now() + later)])).await, 200);
        }
        app.settled().await;
        assert_eq!((recipients(app).len(), app.api.list("/messages/failed").await.len()), (1, 1));
    });
}

#[test]
fn a_message_that_arrives_after_all_is_not_repeated() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        app.simulator.set_fault(Fault::times(1, FaultKind::BlackHole));
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        app.settled().await;
        let channel = app.node.channels.iter().next().unwrap().clone();
        let stop = move |tx: &mut store::Tx<'_>| tx.pause_channel(channel.workspace, channel.id, Some("for a moment"));
        app.node.store.write(Vec::new(), stop).await.unwrap();
        let first = app.simulator.ledger().accepted[0].clone();
        for (progress, later) in [("failed", 1_000), ("delivered", 2_000)] {
            assert_eq!(app.post(&statuses_body(&[status(&first, progress, app.now() + later)])).await, 200);
        }
        assert_eq!(app.queued().await, 1, "the repetition waits");
        let number = app.api.get("/channels").await["data"][0].clone();
        let resume = format!("/channels/{}/pause", text(&number["id"]));
        assert_eq!(app.api.call(Method::DELETE, &resume).await.status, 204);
        app.settled().await;
        let told: Vec<String> = ours(app, &ana).await.into_iter().map(|(status, _)| status).collect();
        assert_eq!(told, ["delivered", "cancelled"]);
        assert_eq!(recipients(app).len(), 1);
    });
}

#[test]
fn an_acknowledgement_takes_no_other_way_to_whoever_has_asked_for_no_more_since() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::times(1, FaultKind::BlackHole));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿ya están mis lentes?").await;
        app.settled().await;
        ana.says("STOP").await;
        app.settled().await;
        let first = app.simulator.ledger().accepted[0].clone();
        assert_eq!(app.post(&statuses_body(&[status(&first, "failed", app.now() + 1_000)])).await, 200);
        app.settled().await;
        let told: Vec<String> = ours(app, &ana).await.into_iter().map(|(status, _)| status).collect();
        assert_eq!(told, ["failed", "cancelled"]);
        assert_eq!(recipients(app).len(), 1);
    });
}

#[test]
fn a_password_reaches_whoever_shows_their_number_later_and_a_person_sends_it() {
    on_both_with(&Setup { platform: with_templates, ..Setup::default() }, async |app| {
        let luna = app.simulator.phone("+52 55 1234 5678").await;
        luna.does(Act::SetUsername { username: Some("luna.garcia".into()) }).await.unwrap();
        luna.says("¡muchas gracias!").await;
        app.settled().await;
        assert_eq!(app.conversation_of(&luna).await["phone"], Value::Null);
        assert_eq!(send_template(app, &luna, "clave").await.status, 201);
        let dead = eventually("it to be given up", async || app.api.list("/outbox?state=dead").await.pop()).await;
        assert_eq!(dead["code"], 131_062);

        luna.does(Act::SetUsername { username: None }).await.unwrap();
        luna.says("¡muchas gracias!").await;
        app.settled().await;
        assert_eq!(app.conversation_of(&luna).await["phone"], "+525512345678");
        let release = format!("/outbox/{}/release", text(&dead["id"]));
        assert_eq!(app.api.call(Method::POST, &release).await.status, 200);
        assert_eq!(luna.wait_for(1, PATIENCE).await.len(), 1);
        assert_eq!(recipients(app), ["525512345678"]);
    });
}
