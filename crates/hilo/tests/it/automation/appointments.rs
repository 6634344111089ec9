//! Appointments that customers confirm, by a button or in a word.

use serde_json::{Value, json};

use super::{automate, heard, known, made, told};
use crate::app::{NUMBER, TestApp, body, on_both, step, text, written};

const HOUR: i64 = 3_600_000;

async fn visit(app: &TestApp, contact: &str, service: &str) -> Value {
    let begins = app.now() + 24 * HOUR;
    let wish = json!({ "contact_id": contact, "service": service, "starts_at": begins, "ends_at": begins + HOUR });
    made(app, "/appointments", &wish).await
}

async fn status(app: &TestApp, visit: &Value) -> String {
    let now = app.api.get(&format!("/appointments/{}", text(&visit["id"]))).await;
    text(&now["status"]).to_owned()
}

async fn set_status(app: &TestApp, visit: &Value, version: i64, to: &str) {
    let path = format!("/appointments/{}/status", text(&visit["id"]));
    assert_eq!(app.api.put(&path, &json!({ "version": version, "status": to })).await.status, 200);
}

#[test]
fn a_plain_yes_confirms_the_appointment_that_was_asked_about() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        for (number, question, yes, answer) in [
            ("+52 55 1234 5678", "¿cuándo es mi cita?", "Hola, sí", "Te esperamos: Limpieza."),
            ("+55 11 98765 4321", "quando é minha consulta?", "Sim, obrigada 🙏", "Esperamos você: Limpieza."),
            ("+1 415 555 2671", "when is my appointment?", "yes please", "See you: Limpieza."),
        ] {
            let (phone, contact) = known(app, number, "Ana").await;
            let visit = visit(app, &contact, "Limpieza").await;
            phone.says(question).await;
            heard(app, &phone, 1).await;
            phone.says(yes).await;
            assert_eq!(heard(app, &phone, 2).await[1], answer);
            assert_eq!(status(app, &visit).await, "confirmed");
            let said = app.messages_with(&phone).await.remove(2);
            assert_eq!(step(&said, "classified").unwrap()["evidence"]["by"], "plain", "{said}");
            let story = told(app, &phone, "es").await;
            assert!(story.contains("agendada → confirmada") || story.contains("→"), "{story}");
            assert!(app.matters_of(&phone).await.iter().all(|matter| matter["outcome"] == "automated"));
        }
    });
}

#[test]
fn a_tapped_button_confirms_and_a_no_goes_where_the_workflow_says() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        let first = visit(app, &contact, "Limpieza").await;
        ana.says("¿cuándo es mi cita?").await;
        heard(app, &ana, 1).await;
        ana.taps("Ahí estaré").await.unwrap();
        assert_eq!(heard(app, &ana, 2).await[1], "Te esperamos: Limpieza.");
        assert_eq!(status(app, &first).await, "confirmed");

        let second = visit(app, &contact, "Control").await;
        ana.says("¿cuándo es mi cita?").await;
        assert_eq!(heard(app, &ana, 3).await[2], "¿Vienes a tu cita de Control?");
        ana.says("no, mejor otro día").await;
        assert!(heard(app, &ana, 4).await[3].starts_with("Te respondemos"));
        let ticket = app.ticket_of(&ana).await;
        assert_eq!((&ticket["type"], &ticket["queue"]), (&json!("change"), &json!("desk")));
        assert_eq!(status(app, &second).await, "scheduled");
    });
}

#[test]
fn nobody_confirms_somebody_elses_appointment() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (_, ana) = known(app, "+52 55 1234 5678", "Ana").await;
        let hers = visit(app, &ana, "Limpieza").await;
        let (luis, contact) = known(app, "+52 55 8765 4321", "Luis").await;
        let his = visit(app, &contact, "Control").await;
        let forged = format!("confirm#appointment/{}", text(&hers["id"]));
        luis.says("¿cuándo es mi cita?").await;
        heard(app, &luis, 1).await;
        let taps = json!({ "type": "button_reply", "button_reply": { "id": forged, "title": "Ahí estaré" } });
        let mut message = written("525587654321", "wamid.forged", "x", app.now()).to_json();
        (message["type"], message["interactive"]) = (json!("interactive"), taps);
        assert_eq!(app.post(&body(NUMBER, "messages", json!({ "messages": [message] }))).await, 200);
        heard(app, &luis, 2).await;
        assert_eq!(
            (status(app, &hers).await, status(app, &his).await),
            ("scheduled".to_owned(), "scheduled".to_owned())
        );
        assert!(told(app, &luis, "en").await.contains("is not theirs"));
    });
}

#[test]
fn what_somebody_cancelled_a_second_ago_is_confirmed_by_nobody() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        let visit = visit(app, &contact, "Limpieza").await;
        ana.says("¿cuándo es mi cita?").await;
        heard(app, &ana, 1).await;
        set_status(app, &visit, 1, "cancelled").await;
        ana.says("sí").await;
        assert!(heard(app, &ana, 2).await[1].starts_with("Te respondemos"));
        assert_eq!(status(app, &visit).await, "cancelled");
        assert_eq!(app.ticket_of(&ana).await["state"], "open");
        assert!(told(app, &ana, "en").await.contains("it stands otherwise by now"));
    });
}
