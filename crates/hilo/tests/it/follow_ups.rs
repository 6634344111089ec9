//! What is said without being asked: planned when a record changes, decided on the present state when it is due, explained on the timeline.

mod asked;
mod flips;
mod guarded;
mod on_trial;
mod stopped;

use hilo::jobs::business_time;
use hilo::workflows::bring_into_force;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Decision, Phone, Received};

use crate::app::{TestApp, WORKSPACE, eventually, on_both, text};

const HOUR: i64 = 3_600_000;

/// An optician that follows appointments, tickets and deals.
const WORKFLOW: &str = include_str!("follow_ups/workflow.yaml");

/// Puts it in force, with its templates approved.
async fn follows(app: &TestApp) {
    publish(app, WORKFLOW).await;
    for name in ["visit_reminder", "satisfaction", "proposal"] {
        template(app, name).await;
        app.simulator.decide_template(name, &Decision::Approve);
    }
    eventually("the templates to be approved", async || {
        let approved = app.api.list("/templates?state=approved").await;
        (2 < approved.iter().filter(|row| row["language"] == "es").count()).then_some(())
    })
    .await;
}

async fn publish(app: &TestApp, workflow: &str) {
    let workspace = app.workspace(WORKSPACE).await;
    let given = Some(("workflow.yaml", workflow));
    bring_into_force(&app.node.store, &app.node.workflows, workspace, given, app.now()).await.unwrap();
}

async fn template(app: &TestApp, name: &str) {
    let (body, example, buttons) = match name {
        "visit_reminder" => (
            "Hola {{1}}, te esperamos en la óptica {{2}}. Si no puedes venir, avísanos por favor con tiempo.",
            json!([["Ana", "hoy"]]),
            json!(["Voy", "No puedo"]),
        ),
        "satisfaction" => (
            "Hola {{1}}, ¿cómo te atendimos la última vez que nos escribiste?",
            json!([["Ana"]]),
            json!(["Bien", "Mal"]),
        ),
        _ => (
            "Hola {{1}}, ¿pudiste ver la propuesta de {{2}} que te mandamos hace unos días?",
            json!([["Ana", "lentes"]]),
            json!([]),
        ),
    };
    let buttons: Vec<Value> =
        buttons.as_array().unwrap().iter().map(|text| json!({ "type": "QUICK_REPLY", "text": text })).collect();
    let mut components = vec![json!({ "type": "BODY", "text": body, "example": { "body_text": example } })];
    if !buttons.is_empty() {
        components.push(json!({ "type": "BUTTONS", "buttons": buttons }));
    }
    let wish = json!({ "name": name, "language": "es", "category": "utility", "components": components });
    let made = app.api.post("/templates", &wish).await;
    assert_eq!(made.status, 201, "{made:?}");
}

/// Somebody who wrote once, about nothing that makes work.
async fn ana(app: &TestApp) -> (Phone, String) {
    let ana = app.simulator.phone("+52 55 1234 5678").await;
    ana.says("gracias").await;
    app.settled().await;
    let id = text(&app.contact_of(&ana).await["id"]).to_owned();
    assert_eq!(app.api.patch(&format!("/contacts/{id}"), &json!({ "name": "Ana" })).await.status, 200);
    (ana, id)
}

/// An appointment in so many hours, in a state; answers its path.
async fn visit(app: &TestApp, contact: &str, hours: i64, status: &str) -> String {
    let begins = app.now() + hours * HOUR;
    let wish = json!({ "contact_id": contact, "service": "Examen", "starts_at": begins, "ends_at": begins + HOUR });
    let made = app.api.post("/appointments", &wish).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/appointments/{}", text(&made.body["id"]));
    if status != "scheduled" {
        becomes(app, &path, status).await;
    }
    path
}

async fn becomes(app: &TestApp, path: &str, status: &str) {
    let version = app.api.get(path).await["version"].clone();
    let answer = app.api.put(&format!("{path}/status"), &json!({ "version": version, "status": status })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// So much later, with everything decided that became due on the way.
async fn later(app: &TestApp, by: SignedDuration) {
    app.clock.advance(by);
    due(app).await;
}

async fn due(app: &TestApp) {
    business_time::run_due(&app.node).await.unwrap();
    app.settled().await;
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// What a phone got of that kind.
fn texts(phone: &Phone) -> Vec<String> {
    phone.received().into_iter().filter_map(|one: Received| one.text).collect()
}

/// What the timeline says about follow-ups, in English.
async fn told(app: &TestApp, contact: &str) -> Vec<String> {
    let story = app.api.get(&format!("/contacts/{contact}/timeline?lang=en")).await;
    let told = story["data"].as_array().unwrap().iter().filter_map(|entry| entry["sentence"].as_str());
    told.filter(|sentence| sentence.starts_with("Follow-up")).map(str::to_owned).collect()
}

/// The follow-ups about a record, the latest moment first.
async fn about(app: &TestApp, path: &str) -> Vec<Value> {
    let record = path.trim_start_matches('/').replace("appointments", "appointment").replace("deals", "deal");
    app.api.list(&format!("/follow-ups?record={record}")).await
}

#[test]
fn a_confirmed_appointment_is_reminded_two_hours_before_in_words_while_the_window_is_open() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        let visit = visit(app, &id, 5, "confirmed").await;
        let planned = about(app, &visit).await;
        assert_eq!((planned.len(), &planned[0]["state"]), (1, &json!("pending")), "{planned:#?}");
        assert_eq!(planned[0]["due_at"], json!(app.api.get(&visit).await["starts_at"].as_i64().unwrap() - 2 * HOUR));

        later(app, hours(2)).await;
        assert!(texts(&ana).is_empty(), "an hour too early");
        later(app, hours(1) + SignedDuration::from_secs(1)).await;
        assert_eq!(texts(&ana), ["Hola Ana, te esperamos hoy a las 15:00."]);
        let buttons = ana.received()[0].buttons.clone();
        assert_eq!(buttons.iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["Voy", "No puedo"]);
        let id_of_visit = visit.rsplit('/').next().unwrap();
        assert_eq!(buttons[0].id, format!("confirm_appointment#appointment/{id_of_visit}"));

        later(app, hours(1)).await;
        assert_eq!(texts(&ana).len(), 1, "once");
        let said = told(app, &id).await;
        assert!(said[0].starts_with("Follow-up “Recordatorio”: sent (appointment.starts_at = "), "{said:?}");
        assert!(said[0].contains("appointment.status = confirmed"), "{said:?}");
        let sent = &about(app, &visit).await[0];
        assert_eq!((&sent["state"], sent["send_id"].is_string()), (&json!("sent"), true), "{sent}");
    });
}

#[test]
fn a_cancelled_appointment_gets_no_reminder() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        let visit = visit(app, &id, 5, "confirmed").await;
        becomes(app, &visit, "cancelled").await;
        later(app, hours(4)).await;
        assert!(texts(&ana).is_empty());
        assert_eq!(
            told(app, &id).await,
            ["Follow-up “Recordatorio”: cancelled, the record is not in that state any more"]
        );

        let never = self::visit(app, &id, 5, "scheduled").await;
        assert!(about(app, &never).await.is_empty(), "nothing follows one that nobody confirmed");
    });
}

#[test]
fn a_rescheduled_appointment_is_reminded_once_at_its_new_time() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        let visit = visit(app, &id, 4, "confirmed").await;
        let kept = app.api.get(&visit).await;
        let (version, begins) = (kept["version"].as_i64().unwrap(), kept["starts_at"].as_i64().unwrap());
        let moved = app.api.patch(&visit, &json!({ "version": version, "starts_at": begins + 3 * HOUR })).await;
        assert_eq!(moved.status, 200, "{moved:?}");
        later(app, hours(3)).await;
        assert!(texts(&ana).is_empty(), "the old time is over");
        let back = app.api.patch(&visit, &json!({ "version": version + 1, "starts_at": begins + HOUR })).await;
        assert_eq!(back.status, 200, "{back:?}");
        due(app).await;
        assert_eq!(texts(&ana).len(), 1, "two hours before the new time, which is now");
        later(app, hours(3)).await;
        assert_eq!(texts(&ana).len(), 1);
        let states: Vec<Value> = about(app, &visit).await.iter().map(|row| row["state"].clone()).collect();
        assert_eq!(states.iter().filter(|state| *state == "sent").count(), 1, "{states:?}");
        assert!(states.iter().all(|state| state == "sent" || state == "cancelled"), "{states:?}");
    });
}

#[test]
fn outside_the_window_its_template_goes_out_and_waits_until_whatsapp_approves_of_it() {
    on_both(async |app: &mut TestApp| {
        publish(app, WORKFLOW).await;
        let made = app.api.post("/contacts", &json!({ "phone": "+52 55 8765 4321", "name": "Luis" })).await;
        let id = text(&made.body["contact"]["id"]).to_owned();
        let luis = app.simulator.phone("+52 55 8765 4321").await;
        let visit = visit(app, &id, 5, "confirmed").await;
        later(app, hours(3) + SignedDuration::from_secs(1)).await;
        due(app).await;
        assert_eq!(about(app, &visit).await[0]["because"], "template_not_approved");
        assert!(told(app, &id).await[0].contains("kept back, its template is not there"), "{:?}", told(app, &id).await);

        template(app, "visit_reminder").await;
        app.simulator.decide_template("visit_reminder", &Decision::Approve);
        eventually("the template to be approved", async || {
            (!app.api.list("/templates?state=approved&name=visit_reminder").await.is_empty()).then_some(())
        })
        .await;
        later(app, SignedDuration::from_mins(16)).await;
        let got = luis.received();
        assert_eq!(got.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(), ["template"]);
        assert_eq!(
            got[0].text.as_deref(),
            Some(
                "Hola Luis, te esperamos en la óptica hoy a las 15:00. Si no puedes venir, avísanos por favor con tiempo."
            )
        );
        assert!(got[0].buttons[0].id.starts_with("confirm_appointment#appointment/"), "{:?}", got[0].buttons);
        assert_eq!(told(app, &id).await.len(), 2, "kept back once, sent once");
    });
}

#[test]
fn a_reminder_that_the_night_forbids_comes_the_evening_before() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        // It is ten in the morning; the appointment is at half past eight tomorrow.
        let begins = app.now() + 22 * HOUR + HOUR / 2;
        let wish = json!({ "contact_id": id, "service": "Examen", "starts_at": begins, "ends_at": begins + HOUR });
        let made = app.api.post("/appointments", &wish).await;
        becomes(app, &format!("/appointments/{}", text(&made.body["id"])), "confirmed").await;
        later(app, hours(10)).await;
        assert!(texts(&ana).is_empty());
        later(app, SignedDuration::from_mins(31)).await;
        assert_eq!(texts(&ana), ["Hola Ana, te esperamos mañana a las 8:30."]);
    });
}
