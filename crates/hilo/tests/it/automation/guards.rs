//! What keeps automation from answering.

use domain::role::Role;
use serde_json::json;

use super::{automate, heard, known, told};
use crate::app::{TestApp, on_both, step, text};

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
