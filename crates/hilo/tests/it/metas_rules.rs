//! Rules of Meta's that the simulator keeps, and how a person learns of each.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Act, Category, Fault, FaultKind, Phone, Template};

use crate::app::{ACCESS_TOKEN, Answer, NUMBER, PATIENCE, Setup, TestApp, eventually, on_both, on_both_with, text};

/// A phone that is owed no answer, in a conversation of its own.
pub(crate) async fn owed_nothing(app: &TestApp, number: &str) -> Phone {
    let phone = app.simulator.phone(number).await;
    phone.says("¡muchas gracias!").await;
    app.settled_but_paused().await;
    phone
}

/// With a template of each category.
pub(crate) fn with_templates(platform: &mut simulator::Settings) {
    let template = |name: &str, category| Template {
        category,
        languages: vec!["es".into()],
        body: Some("Su pedido está listo.".into()),
        ..Template::named(name)
    };
    platform.approved_templates = vec![
        template("pedido_listo", Category::Utility),
        template("oferta", Category::Marketing),
        template("clave", Category::Authentication),
    ];
    platform.marketing_per_person = Some(1);
}

/// Sends a template without gaps through the API.
pub(crate) async fn send_template(app: &TestApp, phone: &Phone, name: &str) -> Answer {
    let thread = app.conversation_of(phone).await;
    let message = json!({"type": "template", "template": {"name": name, "language": "es"}});
    app.api.post(&format!("/conversations/{}/messages", text(&thread["id"])), &message).await
}

/// The last message to a phone, once it has this status.
async fn last_is(app: &TestApp, phone: &Phone, status: &str) -> Value {
    eventually(status, async || app.messages_with(phone).await.pop().filter(|message| message["status"] == status))
        .await
}

#[test]
fn marketing_goes_to_nobody_who_stopped_it_and_to_nobody_twice_a_day() {
    on_both_with(&Setup { platform: with_templates, ..Setup::default() }, async |app| {
        let (ana, luis) = (owed_nothing(app, "+52 55 1234 5678").await, owed_nothing(app, "+52 55 8765 4321").await);
        app.clock.advance(SignedDuration::from_hours(25));
        ana.does(Act::OptOut).await.unwrap();
        app.settled().await;
        assert_eq!(send_template(app, &ana, "oferta").await.status, 201);
        let withheld = last_is(app, &ana, "cancelled").await;
        assert!(text(&withheld["error"]).contains("asked for no more messages"), "{withheld}");
        assert_eq!(send_template(app, &ana, "pedido_listo").await.status, 201);
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1, "what is no marketing still leaves");

        assert_eq!(send_template(app, &luis, "oferta").await.status, 201);
        assert_eq!(luis.wait_for(1, PATIENCE).await.len(), 1);
        assert_eq!(send_template(app, &luis, "oferta").await.status, 201);
        let refused = last_is(app, &luis, "failed").await;
        assert_eq!(refused["error_code"], 131_049);
        assert!(text(&refused["hint"]).contains("after a day"), "{refused}");

        // A third one is not even tried, and leaves when the day is over and a person says so.
        assert_eq!(send_template(app, &luis, "oferta").await.status, 201);
        let held = eventually("it to be held", async || app.api.list("/outbox?state=held").await.pop()).await;
        let release = format!("/outbox/{}/release", text(&held["id"]));
        app.clock.advance(SignedDuration::from_hours(25));
        assert_eq!(app.api.call(Method::POST, &release).await.status, 200);
        assert_eq!(luis.wait_for(2, PATIENCE).await.len(), 2);
        app.settled().await;
        assert_eq!(app.simulator.ledger().accepted.len(), 4);
    });
}

#[test]
fn when_the_portfolio_has_reached_its_people_only_answers_leave() {
    on_both_with(&Setup { platform: few_people, ..Setup::default() }, async |app| {
        let (ana, luis) = (owed_nothing(app, "+52 55 1234 5678").await, owed_nothing(app, "+52 55 8765 4321").await);
        app.clock.advance(SignedDuration::from_hours(25));
        ana.says("¡muchas gracias!").await;
        reach_people_beside_hilo(app, 250).await;
        assert_eq!(send_template(app, &luis, "pedido_listo").await.status, 201);
        let refused = last_is(app, &luis, "failed").await;
        assert_eq!(refused["error_code"], 131_048);
        let channel = app.api.get("/channels").await["data"][0].clone();
        assert!(text(&channel["replies_only_reason"]).contains("131048"), "{channel}");

        assert_eq!(send_template(app, &luis, "pedido_listo").await.status, 201);
        let held = eventually("it to be held", async || app.api.list("/outbox?state=held").await.pop()).await;
        assert!(text(&held["reason"]).contains("only answer"), "{held}");
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
    });
}

fn few_people(platform: &mut simulator::Settings) {
    with_templates(platform);
    platform.messaging_limit = simulator::MessagingLimit::Tier250;
}

/// Another program of the same business writes to people, of whom nothing is heard here.
async fn reach_people_beside_hilo(app: &TestApp, people: usize) {
    app.simulator.set_fault(Fault::always(FaultKind::BlackHole));
    for person in 0..people {
        let to = format!("+52 55 4321 {person:04}");
        app.simulator.phone(&to).await;
        let template = json!({"name": "pedido_listo", "language": {"code": "es"}});
        let message = json!({"messaging_product": "whatsapp", "to": to, "type": "template", "template": template});
        let url = format!("{}/v25.0/{NUMBER}/messages", app.simulator.graph_base_url());
        let sent = app.http.post(url).bearer_auth(ACCESS_TOKEN).json(&message).send().await.unwrap();
        assert_eq!(sent.status(), 200);
    }
    app.simulator.clear_faults();
}

#[test]
fn without_a_payment_method_what_costs_money_stops_the_account() {
    on_both_with(&Setup { platform: penniless, ..Setup::default() }, async |app| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1, "the allowance covers it");
        assert_eq!(app.reply_to(&ana, "Por la tarde").await.status, 201);
        let refused = last_is(app, &ana, "failed").await;
        assert_eq!(refused["error_code"], 131_042);
        assert!(text(&refused["hint"]).contains("payment method"), "{refused}");
        assert_eq!(app.reply_to(&ana, "A las cinco").await.status, 201);
        let channel = app.api.get("/channels").await["data"][0].clone();
        assert!(text(&channel["paused_reason"]).contains("131042"), "{channel}");
        assert_eq!(app.queued().await, 1, "what came later waits");
    });
}

fn penniless(platform: &mut simulator::Settings) {
    platform.free_service_messages = 1;
    platform.can_pay = false;
}

#[test]
fn who_has_blocked_the_business_gets_nothing_and_nothing_is_repeated() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        ana.blocks().await;
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        last_is(app, &ana, "sent").await;
        app.settled().await;
        assert!(ana.received().is_empty() && app.api.list("/outbox").await.is_empty());
        assert_eq!(app.simulator.ledger().accepted.len(), 1);
    });
}

#[test]
fn who_hides_their_number_is_answered_and_a_password_waits_for_a_number() {
    on_both_with(&Setup { platform: with_templates, ..Setup::default() }, async |app| {
        let luna = owed_nothing(app, "luna.garcia").await;
        assert_eq!(app.reply_to(&luna, "Llega mañana").await.status, 201);
        assert_eq!(luna.wait_for(1, PATIENCE).await.len(), 1);
        assert_eq!(app.simulator.ledger().accepted[0].recipient, luna.view().user_id);

        assert_eq!(send_template(app, &luna, "clave").await.status, 201);
        let dead = eventually("it to be given up", async || app.api.list("/outbox?state=dead").await.pop()).await;
        assert_eq!(dead["code"], 131_062);
        assert!(text(&dead["hint"]).contains("phone number"), "{dead}");
    });
}
