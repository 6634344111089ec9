//! What keeps a follow-up back, and for how long.

use simulator::Act;

use super::*;
use crate::owners::moved;

/// A ticket of theirs, resolved.
async fn helped(app: &TestApp, ana: &Phone) {
    ana.says("¿dónde está mi pedido?").await;
    app.settled().await;
    let ticket = app.ticket_of(ana).await;
    let path = format!("/tickets/{}/resolution", text(&ticket["id"]));
    assert_eq!(app.api.put(&path, &json!({})).await.status, 200);
}

#[test]
fn an_open_ticket_holds_the_satisfaction_check() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        helped(app, &ana).await;
        let before = texts(&ana).len();
        app.clock.advance(hours(20));
        ana.says("quiero cambiar mi cita para otro día").await;
        app.settled().await;
        let open = app.api.list("/tickets?state=open").await[0].clone();
        let before = before + 1; // its acknowledgement
        later(app, hours(5)).await;
        assert_eq!(texts(&ana).len(), before, "{:?}", texts(&ana));
        assert!(told(app, &id).await[0].contains("kept back, a person still has to see to something"));
        assert_eq!(app.api.list("/follow-ups?state=held").await.len(), 1);

        let path = format!("/tickets/{}/resolution", text(&open["id"]));
        assert_eq!(app.api.put(&path, &json!({})).await.status, 200);
        later(app, SignedDuration::from_mins(16)).await;
        assert_eq!(texts(&ana).last().unwrap(), "Hola Ana, ¿cómo te atendimos?");
        assert_eq!(ana.received().last().unwrap().buttons[0].title, "Bien");
        assert!(ana.received().last().unwrap().buttons[0].id.starts_with("rate=5#ticket/"));
    });
}

#[test]
fn a_ticket_that_is_reopened_takes_its_satisfaction_check_back() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        helped(app, &ana).await;
        let ticket = app.ticket_of(&ana).await;
        let path = format!("/tickets/{}/resolution", text(&ticket["id"]));
        assert_eq!(app.api.call(Method::DELETE, &path).await.status, 200);
        assert_eq!(told(app, &id).await, ["Follow-up “Encuesta”: cancelled, the record is not in that state any more"]);
        let before = texts(&ana).len();
        later(app, hours(26)).await;
        assert_eq!(texts(&ana).len(), before);
    });
}

/// A deal in the stage of a proposal; answers its path.
async fn proposed(app: &TestApp, contact: &str) -> String {
    let made = app.api.post("/deals", &json!({ "title": "lentes", "contact_id": contact })).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/deals/{}", text(&made.body["id"]));
    stage(app, &path, "proposal").await;
    path
}

async fn stage(app: &TestApp, path: &str, stage: &str) {
    let version = app.api.get(path).await["version"].clone();
    let moved = app.api.put(&format!("{path}/stage"), &json!({ "version": version, "stage": stage })).await;
    assert_eq!(moved.status, 200, "{moved:?}");
}

#[test]
fn a_stage_changed_through_the_api_begins_the_sequence_and_winning_the_deal_ends_it() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        let deal = proposed(app, &id).await;
        assert_eq!(about(app, &deal).await.len(), 3);
        for (days, got) in [(3, 1), (4, 2)] {
            later(app, hours(days * 24) + SignedDuration::from_secs(1)).await;
            assert_eq!(
                texts(&ana),
                vec!["Hola Ana, ¿pudiste ver la propuesta de lentes que te mandamos hace unos días?"; got]
            );
        }
        stage(app, &deal, "won").await;
        later(app, hours(8 * 24)).await;
        assert_eq!(texts(&ana).len(), 2);
        let states: Vec<Value> = about(app, &deal).await.iter().map(|row| row["state"].clone()).collect();
        assert_eq!(states, ["cancelled", "sent", "sent"]);
    });
}

#[test]
fn baja_stops_the_sequence() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        let deal = proposed(app, &id).await;
        assert_eq!(app.api.patch(&format!("/contacts/{id}"), &json!({ "opted_out": true })).await.status, 200);
        later(app, hours(3 * 24) + SignedDuration::from_secs(1)).await;
        assert!(texts(&ana).is_empty());
        assert!(told(app, &id).await[0].contains("not sent, they asked for no more messages"));
        ana.says("BAJA").await;
        app.settled().await;
        later(app, hours(12 * 24)).await;
        assert!(texts(&ana).is_empty());
        let left: Vec<Value> = about(app, &deal).await.iter().map(|row| row["state"].clone()).collect();
        assert!(left.iter().all(|state| state == "skipped" || state == "cancelled" || state == "expired"), "{left:?}");
    });
}

#[test]
fn an_answer_ends_the_sequence() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        app.clock.advance(SignedDuration::from_secs(60));
        let deal = proposed(app, &id).await;
        later(app, hours(3 * 24) + SignedDuration::from_secs(1)).await;
        assert_eq!(texts(&ana).len(), 1);
        ana.says("gracias").await;
        app.settled().await;
        later(app, hours(4 * 24)).await;
        later(app, hours(7 * 24)).await;
        assert_eq!(texts(&ana).len(), 1);
        let why: Vec<Value> = about(app, &deal).await.iter().map(|row| row["because"].clone()).collect();
        assert_eq!(why, [json!("stop_when"), json!("stop_when"), Value::Null]);
    });
}

#[test]
fn nobody_gets_more_of_them_than_the_workflow_allows() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        publish(app, &format!("{WORKFLOW}limits:\n  proactive: 1 in 7d\n")).await;
        let (ana, id) = ana(app).await;
        let first = visit(app, &id, 5, "confirmed").await;
        let second = visit(app, &id, 5, "confirmed").await;
        later(app, hours(3) + SignedDuration::from_secs(1)).await;
        assert_eq!(texts(&ana).len(), 1, "{:?}", told(app, &id).await);
        let mut states =
            vec![about(app, &first).await[0]["state"].clone(), about(app, &second).await[0]["state"].clone()];
        states.sort_by_key(|state| state.to_string());
        assert_eq!(states, ["sent", "skipped"]);
        assert!(
            told(app, &id).await.iter().any(|said| said.contains("as many unasked messages as the workflow allows"))
        );
    });
}

#[test]
fn while_another_system_answers_and_while_the_number_may_be_a_strangers_nothing_is_said_unasked() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        ana.does(Act::HandOver).await.unwrap();
        ana.says("¿me ayudas?").await;
        app.settled().await;
        let visit = visit(app, &id, 5, "confirmed").await;
        later(app, hours(3) + SignedDuration::from_secs(1)).await;
        let held = &about(app, &visit).await[0];
        assert_eq!((&held["state"], &held["because"]), (&json!("held"), &json!("elsewhere_in_control")), "{held}");
        assert_eq!(app.reply_to(&ana, "Soy Luisa, le ayudo yo").await.status, 201);
        app.settled().await;
        later(app, SignedDuration::from_mins(16)).await;
        let held = &about(app, &visit).await[0];
        assert_eq!(held["because"], "person_answering", "she has it, and somebody of ours answers: {held}");

        let made = app.api.post("/contacts", &json!({ "phone": "+52 55 8765 4321", "name": "Luis" })).await;
        let luis = text(&made.body["contact"]["id"]).to_owned();
        let visit = self::visit(app, &luis, 5, "confirmed").await;
        assert_eq!(app.post(&moved("525587654321", "MX.77", "wamid.moved", app.now())).await, 200);
        app.settled().await;
        later(app, hours(3) + SignedDuration::from_secs(1)).await;
        let held = &about(app, &visit).await[0];
        assert_eq!((&held["state"], &held["because"]), (&json!("held"), &json!("possible_new_owner")), "{held}");
    });
}

#[test]
fn what_is_planned_is_for_whoever_the_person_is_taken_for() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (_, ana) = ana(app).await;
        let made = app.api.post("/contacts", &json!({ "phone": "+52 55 8765 4321", "name": "Ana otra vez" })).await;
        let other = text(&made.body["contact"]["id"]).to_owned();
        visit(app, &other, 5, "confirmed").await;
        visit(app, &ana, 7, "confirmed").await;
        let of = async |contact: &str| {
            let rows = app.api.list(&format!("/follow-ups?contact_id={contact}")).await;
            rows.iter().filter(|row| row["contact_id"] == json!(contact)).count()
        };
        let merged = app.api.post(&format!("/contacts/{ana}/merges"), &json!({ "contact_id": other })).await;
        assert_eq!((merged.status, of(&ana).await), (201, 2), "{merged:?}");
        let undone = app.api.call(Method::DELETE, &format!("/merges/{}", text(&merged.body["id"]))).await;
        assert_eq!((undone.status, of(&ana).await, of(&other).await), (200, 1, 1), "{undone:?}");
    });
}
