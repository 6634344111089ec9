//! Answers of people: stopped where somebody was faster, taken back in time, begun here and finished there.

use domain::role::Role;
use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, eventually, on_both, text};

#[test]
fn an_answer_of_somebody_who_has_not_seen_what_came_is_stopped() {
    on_both(async |app: &mut TestApp| {
        let bia = app.signed_in(Role::Agent).await;
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let path = format!("/conversations/{}/messages", text(&app.conversation_of(&ana).await["id"]));
        ana.says("es el 4711").await;
        app.settled().await;

        let stopped = bia.post(&path, &json!({ "text": "¿Qué número?", "seen": 2 })).await;
        assert_eq!((stopped.status, &stopped.body["new_messages"]), (412, &json!([3])), "{stopped:?}");
        assert_eq!(stopped.body["count"], 1);
        assert_eq!(app.messages_with(&ana).await.len(), 3, "nothing was sent");
        assert_eq!(bia.post(&path, &json!({ "text": "Llega hoy", "seen": 3 })).await.status, 201);
        let own = bia.post(&path, &json!({ "text": "A las cinco", "seen": 3 })).await;
        assert_eq!(own.status, 201, "what one wrote oneself is no news: {own:?}");
        let (me, said) = (bia.get("/me").await, app.messages_with(&ana).await.pop().unwrap());
        assert_eq!((&said["by"], &said["author_id"]), (&me["name"], &me["id"]), "colleagues read who wrote it");
        let second = app.api.post(&path, &json!({ "text": "Sale mañana", "seen": 3 })).await;
        assert_eq!((second.status, &second.body["new_messages"]), (412, &json!([4, 5])), "a colleague was faster");
    });
}

#[test]
fn an_answer_of_a_person_can_be_taken_back_for_a_few_seconds_and_then_the_customer_waits_again() {
    on_both(async |app: &mut TestApp| {
        let bia = app.signed_in(Role::Agent).await;
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let thread = text(&app.conversation_of(&ana).await["id"]).to_owned();
        let path = format!("/conversations/{thread}/messages");
        let since = app.ticket_of(&ana).await["waiting_since"].clone();
        bia.call_with(Method::PUT, &format!("/conversations/{thread}/draft"), &json!({ "text": "Llega" })).await;
        assert_eq!(app.api.list("/inbox").await[0]["drafts"][0]["text"], "Llega");

        let sent = bia.post(&path, &json!({ "text": "Llega hoy" })).await;
        assert_eq!(app.api.list("/inbox").await[0]["drafts"], json!([]));
        let ticket = app.ticket_of(&ana).await;
        assert_eq!((&ticket["waiting_since"], ticket["answered_at"].is_i64()), (&Value::Null, true));
        assert_eq!(ticket["assignee_id"], bia.get("/me").await["id"], "whoever answers what nobody has, has it");
        let seq = sent.body["seq"].as_i64().unwrap();
        assert_eq!(bia.call(Method::DELETE, &format!("{path}/{seq}")).await.status, 204);
        let message = app.messages_with(&ana).await.pop().unwrap();
        assert_eq!((&message["status"], &message["error"]), (&json!("cancelled"), &json!("taken back")));
        let ticket = app.ticket_of(&ana).await;
        assert_eq!((&ticket["waiting_since"], &ticket["answered_at"]), (&since, &Value::Null));

        app.signed_in(Role::Manager).await.call_with(Method::PUT, "/desk", &json!({ "undo_seconds": 0 })).await;
        let sent = bia.post(&path, &json!({ "text": "Llega mañana" })).await;
        app.settled().await;
        let gone = bia.call(Method::DELETE, &format!("{path}/{}", sent.body["seq"])).await;
        assert_eq!(gone.status, 409, "{gone:?}");
        let texts: Vec<String> = ana.received().into_iter().filter_map(|message| message.text).collect();
        assert_eq!(texts.last().map(String::as_str), Some("Llega mañana"));
        assert!(!texts.contains(&"Llega hoy".to_owned()));
    });
}

#[test]
fn colleagues_hear_who_is_in_a_conversation_and_that_they_left() {
    on_both(async |app: &mut TestApp| {
        let (bia, leo) = (app.signed_in(Role::Agent).await, app.signed_in(Role::Manager).await);
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let path = format!("/conversations/{}/presence", text(&app.conversation_of(&ana).await["id"]));
        let mut stream = leo.open("/events", None).await.bytes_stream();
        let mut heard = String::new();
        bia.call_with(Method::PUT, &path, &json!({ "doing": "typing" })).await;
        while !heard.contains("\"typing\"") {
            let chunk = stream.next().await.unwrap().unwrap();
            heard.push_str(&String::from_utf8_lossy(&chunk));
        }
        assert!(heard.contains("event: presence"), "{heard}");
        bia.call(Method::DELETE, &path).await;
        while !heard.contains("\"present\":[]") {
            let chunk = stream.next().await.unwrap().unwrap();
            heard.push_str(&String::from_utf8_lossy(&chunk));
        }
        assert_eq!(app.api.call_with(Method::PUT, &path, &json!({ "doing": "looking" })).await.status, 422);
    });
}

#[test]
fn a_canned_reply_is_filled_in_for_the_person_who_reads_it() {
    on_both(async |app: &mut TestApp| {
        let bia = app.signed_in(Role::Agent).await;
        let ana = app.simulator.phone("+55 11 98765 4321").await;
        ana.says("oi, quanto custa o modelo azul?").await;
        app.settled().await;
        let thread = app.conversation_of(&ana).await;
        let reply = json!({ "shortcut": "/Hola", "name": "Saludo",
            "texts": { "es": "Hola {{ contact.name }}, soy {{agent.name}}.", "pt": "Olá {{ contact.name }}, sou {{agent.name}}." } });
        assert_eq!(bia.post("/canned-replies", &reply).await.status, 403, "an agent uses them");
        let kept = app.api.post("/canned-replies", &reply).await;
        assert_eq!((kept.status, &kept.body["shortcut"]), (201, &json!("hola")), "{kept:?}");
        assert_eq!(app.api.post("/canned-replies", &reply).await.status, 409, "the shortcut is taken");

        let (contact, me) = (app.contact_of(&ana).await, bia.get("/me").await);
        let filled = format!("Olá {}, sou {}.", text(&contact["name"]), text(&me["name"]));
        let one = format!("/canned-replies/{}", text(&kept.body["id"]));
        let read = bia.get(&format!("{one}/text?conversation_id={}", text(&thread["id"]))).await;
        assert_eq!(read["text"], filled);
        assert_eq!(app.api.call(Method::DELETE, &one).await.status, 204);
        eventually("it to be gone", async || bia.list("/canned-replies").await.is_empty().then_some(())).await;
    });
}

#[test]
fn somebody_who_never_wrote_is_written_to_with_a_template() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        let contact = app.api.post("/contacts", &json!({ "name": "Ana", "phone": "+52 55 1234 5678" })).await;
        let path = format!("/contacts/{}/conversations", text(&contact.body["contact"]["id"]));
        let opened = app.api.post(&path, &json!({})).await;
        assert_eq!(opened.status, 201, "{opened:?}");
        let again = app.api.post(&path, &json!({})).await;
        assert_eq!(again.body, opened.body, "there is one conversation with each");
        let messages = format!("/conversations/{}/messages", text(&opened.body["conversation_id"]));
        let refused = app.api.post(&messages, &json!({ "text": "Hola" })).await;
        assert_eq!(refused.status, 409, "the window is closed");
        ana.says("hola").await;
        app.settled().await;
        assert_eq!(app.conversation_of(&ana).await["id"], opened.body["conversation_id"]);
    });
}
