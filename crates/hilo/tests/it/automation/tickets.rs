//! What customers say of how they were helped, and matters that they take up again.

use hilo::jobs::business_time;
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Phone;

use super::{automate, heard, known, told};
use crate::app::{NUMBER, TestApp, body, on_both, step, text, written};

async fn later(app: &TestApp, by: SignedDuration) {
    app.clock.advance(by);
    business_time::run_due(&app.node).await.unwrap();
    app.settled().await;
}

/// Somebody who asked for a person, and whose ticket was resolved.
async fn helped(app: &TestApp, number: &str, name: &str) -> (Phone, Value) {
    let (phone, _) = known(app, number, name).await;
    phone.says("quiero hablar con una persona").await;
    heard(app, &phone, 1).await;
    let ticket = app.ticket_of(&phone).await;
    resolve(app, &ticket).await;
    (phone, ticket)
}

async fn resolve(app: &TestApp, ticket: &Value) {
    let path = format!("/tickets/{}/resolution", text(&ticket["id"]));
    assert_eq!(app.api.put(&path, &json!({})).await.status, 200);
}

async fn as_it_stands(app: &TestApp, ticket: &Value) -> Value {
    app.api.get(&format!("/tickets/{}", text(&ticket["id"]))).await
}

/// The follow-ups about a ticket, as far as they are: state and reason.
async fn followed(app: &TestApp, ticket: &Value) -> Vec<(Value, Value)> {
    let rows = app.api.list(&format!("/follow-ups?record=ticket/{}", text(&ticket["id"]))).await;
    rows.iter().map(|row| (row["state"].clone(), row["because"].clone())).collect()
}

/// A tap on a button that we never sent them.
async fn forges(app: &TestApp, from: &str, payload: &str) {
    let taps = json!({ "type": "button_reply", "button_reply": { "id": payload, "title": "Bien" } });
    let mut message = written(from, &format!("wamid.{payload}"), "x", app.now()).to_json();
    (message["type"], message["interactive"]) = (json!("interactive"), taps);
    assert_eq!(app.post(&body(NUMBER, "messages", json!({ "messages": [message] }))).await, 200);
    app.settled().await;
}

#[test]
fn the_answer_to_a_satisfaction_check_stands_on_its_ticket_and_a_bad_one_goes_to_a_person() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, ticket) = helped(app, "+52 55 1234 5678", "Ana").await;
        let (luis, other) = helped(app, "+52 55 8765 4321", "Luis").await;
        later(app, SignedDuration::from_mins(121)).await;
        assert_eq!(heard(app, &ana, 2).await[1], "¿Cómo te atendimos?");

        ana.taps("Bien").await.unwrap();
        assert_eq!(heard(app, &ana, 3).await[2], "Gracias por decirnos.");
        assert_eq!(as_it_stands(app, &ticket).await["score"], 5);
        let matter = app.matters_of(&ana).await.pop().unwrap();
        assert_eq!((&matter["type"], &matter["outcome"]), (&json!("rate"), &json!("automated")), "{matter}");
        let timeline = app.timeline_of(&ana, "es").await;
        let scored = timeline.iter().find(|entry| entry["step"]["step"] == "ticket_scored").unwrap();
        let said = json!({ "step": "ticket_scored", "ticket": ticket["id"], "before": null, "score": 5, "interaction": matter["id"] });
        assert_eq!((&scored["step"], &scored["by"]), (&said, &json!("automation")), "{scored}");
        assert!(text(&scored["sentence"]).ends_with("con 5"), "{scored}");

        luis.taps("Mal").await.unwrap();
        assert_eq!(heard(app, &luis, 3).await[2], "Lo sentimos. Te escribe una persona.");
        assert_eq!(as_it_stands(app, &other).await["score"], 1);
        let open = app.api.list("/tickets?state=open").await.remove(0);
        assert_eq!(open["conversation_id"], app.conversation_of(&luis).await["id"]);
        assert_eq!((&open["type"], &open["queue"], &open["state"]), (&json!("rate"), &json!("orders"), &json!("open")));

        // What nobody offered them is written nowhere.
        forges(app, "525587654321", &format!("rate=5#ticket/{}", text(&ticket["id"]))).await;
        assert!(told(app, &luis, "en").await.contains("is not theirs"));
        forges(app, "525512345678", &format!("rate=500#ticket/{}", text(&ticket["id"]))).await;
        assert_eq!(as_it_stands(app, &ticket).await["score"], 5);
        assert_eq!(as_it_stands(app, &other).await["score"], 1);
    });
}

#[test]
fn whoever_writes_soon_after_the_end_takes_their_matter_up_again_and_thanks_do_not() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, ticket) = helped(app, "+52 55 1234 5678", "Ana").await;
        let before = app.matters_of(&ana).await;
        ana.says("gracias").await;
        app.settled().await;
        assert_eq!(as_it_stands(app, &ticket).await["state"], "resolved", "thanks make nobody work");
        assert_eq!(followed(app, &ticket).await, [(json!("pending"), Value::Null)]);

        later(app, SignedDuration::from_mins(60)).await;
        ana.says("zzz qqq xxx").await;
        assert!(heard(app, &ana, 2).await[1].starts_with("Te respondemos"), "whoever waits again is told by when");
        let again = as_it_stands(app, &ticket).await;
        assert_eq!(
            (&again["state"], &again["outcome"], &again["queue"]),
            (&json!("open"), &Value::Null, &json!("desk"))
        );
        assert!(app.now() < again["due_at"].as_i64().unwrap(), "{again}");
        let matter = app.api.get(&format!("/interactions/{}", text(&before[0]["id"]))).await;
        assert_eq!((&matter["outcome"], &matter["closed_at"]), (&Value::Null, &Value::Null), "{matter}");
        assert_eq!(followed(app, &ticket).await, [(json!("cancelled"), json!("condition_fell"))]);
        let words = app.messages_with(&ana).await.into_iter().rev().find(|one| one["author"] == "customer").unwrap();
        assert_eq!(step(&words, "taken_up").unwrap()["outcome"], "resolved", "{words}");
        assert!(told(app, &ana, "es").await.contains("Retomó el asunto anterior, que estaba resuelto, con el ticket"));
        later(app, SignedDuration::from_hours(3)).await;
        assert_eq!(ana.received().len(), 2, "nobody is asked how it was while it goes on");

        // Another matter is another one, and so is the same a day later.
        resolve(app, &ticket).await;
        ana.says("¿a qué hora abren?").await;
        assert_eq!(heard(app, &ana, 3).await[2], "Abrimos de 9 a 18 h.");
        assert_eq!(as_it_stands(app, &ticket).await["state"], "resolved");
        app.clock.advance(SignedDuration::from_hours(25));
        ana.says("quiero hablar con una persona").await;
        app.settled().await;
        let open = app.api.list("/tickets?state=open").await;
        assert_eq!(open.len(), 1);
        assert_ne!(open[0]["id"], ticket["id"]);
    });
}

#[test]
fn what_automation_had_ended_is_a_persons_once_the_customer_says_that_it_was_not_enough() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, _) = known(app, "+52 55 1234 5678", "Ana").await;
        ana.says("¿a qué hora abren?").await;
        heard(app, &ana, 1).await;
        ana.says("zzz qqq xxx").await;
        assert!(heard(app, &ana, 2).await[1].starts_with("Te respondemos"));
        let matters = app.matters_of(&ana).await;
        assert_eq!(
            (matters.len(), &matters[0]["outcome"]),
            (1, &Value::Null),
            "it did not end after all: {matters:#?}"
        );
        assert_eq!((&app.ticket_of(&ana).await["type"], matters[0]["ticket_id"].is_string()), (&json!("hours"), true));
    });
}
