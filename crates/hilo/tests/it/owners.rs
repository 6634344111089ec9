//! A number that may have a new owner: automation keeps still and nobody's past is told to a stranger, until a person says who it is.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Fault, FaultKind};

use crate::app::{NUMBER, TestApp, body, on_both, step, text};

/// A text under a number, a user id and a profile name.
fn message(from: &str, user_id: &str, name: &str, wamid: &str, at: i64) -> Value {
    let message = json!({
        "from": from,
        "from_user_id": user_id,
        "id": wamid,
        "timestamp": (at / 1000).to_string(),
        "type": "text",
        "text": { "body": "hola, ¿dónde está mi pedido?" },
    });
    let contact = json!({ "profile": { "name": name }, "wa_id": from, "user_id": user_id });
    body(NUMBER, "messages", json!({ "contacts": [contact], "messages": [message] }))
}

/// WhatsApp's word that a number is at home on another device.
pub(crate) fn moved(from: &str, user_id: &str, wamid: &str, at: i64) -> Value {
    let message = json!({
        "from": from,
        "from_user_id": user_id,
        "id": wamid,
        "timestamp": (at / 1000).to_string(),
        "type": "system",
        "system": { "type": "customer_identity_changed", "body": "changed", "customer": from, "identity": "c2" },
    });
    body(NUMBER, "messages", json!({ "messages": [message] }))
}

fn values(contact: &Value) -> Vec<&str> {
    contact["identities"].as_array().unwrap().iter().map(|identity| text(&identity["value"])).collect()
}

async fn judge(app: &TestApp, contact: &Value, who: &str) -> crate::app::Answer {
    let path = format!("/contacts/{}/owner", text(&contact["id"]));
    app.api.call_with(Method::PUT, &path, &json!({ "who": who })).await
}

#[test]
fn somebody_new_under_an_old_number_is_told_nothing_and_gets_a_contact_of_their_own() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::always(FaultKind::BlackHole)); // nobody of the simulator's has these names
        let phone = "525512345678";
        assert_eq!(app.post(&message(phone, "MX.1", "Ana", "wamid.1", app.now())).await, 200);
        app.settled().await;
        let ana = app.api.list("/contacts").await.remove(0);
        let before = app.api.list("/conversations").await.remove(0);

        app.clock.advance(SignedDuration::from_hours(46 * 24));
        assert_eq!(app.post(&message(phone, "MX.2", "Beto", "wamid.2", app.now())).await, 200);
        app.settled().await;
        let doubted = app.api.get(&format!("/contacts/{}", text(&ana["id"]))).await;
        assert!(doubted["doubted_at"].is_i64(), "{doubted:#}");
        assert_eq!(values(&doubted), values(&ana), "what may be a stranger's name is nobody's");
        let threads = app.api.list("/conversations").await;
        assert_eq!(threads.len(), 2, "the stranger writes in a conversation of their own");
        let old = app.api.get(&format!("/conversations/{}", text(&before["id"]))).await;
        assert!(old["phone"].is_null(), "nothing of the old conversation goes to the number any more");
        let messages = app.api.list(&format!("/conversations/{}/messages", text(&threads[0]["id"]))).await;
        assert_eq!(messages.len(), 1, "automation keeps still: {messages:#?}");
        assert!(step(&messages[0], "doubted").is_some(), "{messages:#?}");
        assert_eq!(step(&messages[0], "not_acknowledged").unwrap()["guard"], "possible_new_owner");

        let judged = judge(app, &ana, "new").await;
        assert_eq!(judged.status, 200, "{judged:?}");
        let beto = judged.body;
        assert_ne!(beto["id"], ana["id"]);
        assert_eq!(beto["name"], "Beto");
        assert!(values(&beto).contains(&"+525512345678") && values(&beto).contains(&"MX.2"), "{beto:#}");
        let now = app.api.get(&format!("/contacts/{}", text(&ana["id"]))).await;
        assert_eq!(values(&now), ["MX.1"]);
        assert!(now["doubted_at"].is_null());
        let thread = app.api.get(&format!("/conversations/{}", text(&threads[0]["id"]))).await;
        assert_eq!(thread["contact_id"], beto["id"]);
        let old = app.api.get(&format!("/conversations/{}", text(&before["id"]))).await;
        assert_eq!(old["contact_id"], ana["id"], "who had the number keeps what was said");
        assert_eq!(judge(app, &ana, "new").await.status, 412, "the second is told");

        assert_eq!(app.post(&message(phone, "MX.2", "Beto", "wamid.3", app.now())).await, 200);
        app.settled().await;
        let messages = app.api.list(&format!("/conversations/{}/messages", text(&threads[0]["id"]))).await;
        assert!(step(&messages[1], "acknowledged").is_some(), "automation goes on: {messages:#?}");
    });
}

#[test]
fn the_same_person_on_another_device_goes_on_once_somebody_says_so() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola, ¿dónde está mi pedido?").await;
        app.settled().await;
        let contact = app.contact_of(&ana).await;
        assert_eq!(app.post(&moved("525512345678", &ana.view().user_id, "wamid.moved", app.now())).await, 200);
        app.clock.advance(SignedDuration::from_mins(1));
        ana.says("¿siguen ahí?").await;
        app.settled().await;
        assert_eq!(ana.received().len(), 1, "one acknowledgement, of before");
        assert!(app.contact_of(&ana).await["doubted_at"].is_i64());

        assert_eq!(judge(app, &contact, "same").await.status, 200);
        let now = app.contact_of(&ana).await;
        assert_eq!((&now["id"], now["doubted_at"].is_null()), (&contact["id"], true));
        assert_eq!(app.reply_to(&ana, "aquí seguimos").await.status, 201);
        app.settled().await;
        assert_eq!(ana.received().len(), 2);
    });
}
