//! What keeps automation from answering.

use domain::role::Role;
use jiff::SignedDuration;
use serde_json::json;

use super::{automate, heard, known, told};
use crate::app::{NUMBER, TestApp, body, on_both, step, text, written};
use crate::owners::moved;

#[test]
fn a_person_who_answers_keeps_the_conversation() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, _) = known(app, "+52 55 1234 5678", "Ana").await;
        ana.says("quiero hablar con una persona").await;
        heard(app, &ana, 1).await;
        assert_eq!(app.reply_to(&ana, "Hola, soy Luisa.").await.status, 201);
        heard(app, &ana, 2).await;
        ana.says("¿a qué hora abren?").await;
        app.settled().await;
        let question = app.messages_with(&ana).await.pop().unwrap();
        assert_eq!(step(&question, "decided").unwrap()["guard"], "person_answering", "{question}");
        assert_eq!(ana.received().len(), 2);
    });
}

#[test]
fn the_same_question_is_answered_twice_and_then_a_person_is_asked() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, _) = known(app, "+52 55 1234 5678", "Ana").await;
        for times in 1..=2 {
            ana.says("¿a qué hora abren?").await;
            assert_eq!(heard(app, &ana, times).await.pop().unwrap(), "Abrimos de 9 a 18 h.");
        }
        ana.says("¿a qué hora abren?").await;
        assert!(heard(app, &ana, 3).await[2].starts_with("Te respondemos"));
        assert!(told(app, &ana, "en").await.contains("automation could not help with this before"));
        assert_eq!(app.ticket_of(&ana).await["type"], "hours");
    });
}

#[test]
fn whoever_opted_out_is_answered_by_a_person_until_they_opt_in() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, _) = known(app, "+52 55 1234 5678", "Ana").await;
        ana.says("BAJA").await;
        ana.says("ALTA").await;
        app.settled().await;
        let alta = app.messages_with(&ana).await.pop().unwrap();
        assert!(step(&alta, "opted_in").is_some(), "{alta}");
        ana.says("¿a qué hora abren?").await;
        assert_eq!(heard(app, &ana, 1).await, ["Abrimos de 9 a 18 h."]);
        ana.says("BAJA").await;
        ana.says("¿a qué hora abren?").await;
        assert!(heard(app, &ana, 2).await[1].starts_with("Te respondemos"));
        let question = app.messages_with(&ana).await.into_iter().rev().find(|one| one["author"] == "customer").unwrap();
        assert_eq!(step(&question, "decided").unwrap()["guard"], "opted_out");
    });
}

#[test]
fn what_is_paused_goes_to_a_person() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let manager = app.signed_in(Role::Manager).await;
        assert_eq!(manager.put("/pauses/types/hours", &json!({ "why": "nuevo horario" })).await.status, 204);
        let (ana, _) = known(app, "+52 55 1234 5678", "Ana").await;
        ana.says("¿a qué hora abren?").await;
        app.settled().await;
        let ticket = app.ticket_of(&ana).await;
        assert_eq!(text(&ticket["type"]), "hours");
        assert!(ana.received().is_empty());
    });
}

#[test]
fn a_complaint_and_the_wish_for_a_person_are_a_persons_whatever_the_policy_says() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        for (number, words, guard) in [
            ("+52 55 1234 5678", "tengo un reclamo formal", "complaint"),
            ("+52 55 8765 4321", "pásame con alguien", "wants_person"),
        ] {
            let (phone, _) = known(app, number, "Ana").await;
            phone.says(words).await;
            assert!(heard(app, &phone, 1).await[0].starts_with("Te respondemos"), "{words}");
            let message = app.messages_with(&phone).await.remove(0);
            assert_eq!(step(&message, "decided").unwrap()["guard"], guard, "{message}");
            assert_eq!(app.ticket_of(&phone).await["state"], "open");
        }
    });
}

#[test]
fn two_machines_do_not_talk_to_each_other_for_ever() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        let wish = json!({ "number": "4471", "contact_id": contact, "status": "paid" });
        let order = super::made(app, "/orders", &wish).await;
        ana.says("¿dónde está mi pedido?").await;
        heard(app, &ana, 1).await;
        // Taps are no failures, however often they come.
        let payload = format!("order_status#order/{}", text(&order["id"]));
        for time in 0..5 {
            let taps = json!({ "type": "button_reply", "button_reply": { "id": payload, "title": "4471" } });
            let mut message = written("525512345678", &format!("wamid.{time}"), "x", app.now()).to_json();
            (message["type"], message["interactive"]) = (json!("interactive"), taps);
            assert_eq!(app.post(&body(NUMBER, "messages", json!({ "messages": [message] }))).await, 200);
            app.settled().await;
        }
        let heard = heard(app, &ana, 6).await;
        assert_eq!(heard.iter().filter(|said| *said == "Preparamos tu pedido 4471.").count(), 5);
        assert!(told(app, &ana, "en").await.contains("two machines"));
        assert_eq!(app.ticket_of(&ana).await["state"], "open");
    });
}

#[test]
fn whoever_may_be_a_stranger_is_told_nothing() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, _) = known(app, "+52 55 1234 5678", "Ana").await;
        ana.says("¿a qué hora abren?").await;
        heard(app, &ana, 1).await;
        assert_eq!(app.post(&moved("525512345678", "MX.1", "wamid.moved", app.now())).await, 200);
        app.settled().await;
        app.clock.advance(SignedDuration::from_hours(30));
        ana.says("¿a qué hora abren?").await;
        app.settled().await;
        let tickets = app.api.list("/tickets").await;
        assert_eq!((tickets.len(), &tickets[0]["type"]), (1, &json!("hours")), "{tickets:#?}");
        let thread = text(&tickets[0]["conversation_id"]).to_owned();
        let question = app.api.list(&format!("/conversations/{thread}/messages")).await.pop().unwrap();
        assert_eq!(step(&question, "decided").unwrap()["guard"], "possible_new_owner", "{question}");
        assert_eq!(ana.received().len(), 1);
    });
}
