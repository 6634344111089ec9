//! A changed workflow over what came in: which messages it would decide about otherwise, and that it does so once it is published.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{PATIENCE, TestApp, on_both, step, text};
use crate::versions::{publish, with_queue};

/// What each of three customers writes.
const SAYS: [&[&str]; 3] = [
    &["hola", "¿dónde está mi pedido?", "quiero saber en qué va mi orden", "¡muchas gracias!"],
    &["tengo una queja: llegó rayado", "¿ya salió lo que compré el lunes?"],
    &["cadê meu pedido", "BAJA", "quanto custa o maior?"],
];

/// The customers write, somebody answers the first of them, and the second one's ticket is resolved. Answers what was done about each message:
/// its type, its queue, and what was said to it.
async fn lives(app: &TestApp, numbers: [&str; 3]) -> Vec<(String, Value)> {
    let mut lived = Vec::new();
    for (number, says) in numbers.into_iter().zip(SAYS) {
        let phone = app.simulator.phone(number).await;
        for words in says {
            phone.says(words).await;
            app.settled().await;
        }
        if number == numbers[0] {
            assert_eq!(app.reply_to(&phone, "Lo miro ahora").await.status, 201);
            phone.says("¿me pasan la guía de rastreo?").await;
        }
        if number == numbers[1] {
            let thread = app.conversation_of(&phone).await;
            let path = format!("/tickets/{}/resolution", text(&thread["ticket_id"]));
            assert_eq!(app.api.call(Method::PUT, &path).await.status, 200);
            phone.says("¿dónde está mi pedido?").await;
        }
        phone.wait_for(1, PATIENCE).await;
        app.settled().await;
        lived.extend(done_about(app.messages_with(&phone).await));
    }
    lived
}

fn done_about(messages: Vec<Value>) -> Vec<(String, Value)> {
    let mut done: Vec<(String, Value)> = Vec::new();
    for message in &messages {
        match text(&message["author"]) {
            "customer" => {
                let kind = step(message, "classified").map(|step| step["kind"].clone()).unwrap_or_default();
                let opened = step(message, "ticket_opened").or_else(|| step(message, "ticket_updated"));
                let queue = opened.map(|step| step["queue"].clone()).unwrap_or_default();
                done.push((text(&message["text"]).to_owned(), json!({ "type": kind, "queue": queue, "said": null })));
            }
            "automation" => done.last_mut().unwrap().1["said"] = message["text"].clone(),
            _ => {}
        }
    }
    done
}

async fn replayed(app: &TestApp, workflow: &str) -> (Vec<Value>, Value) {
    let answer = app.api.post("/workflow/replay", &json!({ "text": workflow, "days": 7 })).await;
    assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/x-ndjson"), "{answer:?}");
    // One line alone is JSON by itself.
    let lines: Vec<Value> = match answer.body.as_str() {
        Some(lines) => lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        None => vec![answer.body],
    };
    let (different, others): (Vec<Value>, Vec<Value>) = lines.into_iter().partition(|line| line["type"] == "different");
    (different, others.into_iter().find(|line| line["type"] == "done").unwrap())
}

#[test]
fn what_a_changed_workflow_is_said_to_do_it_does_once_it_is_published() {
    on_both(async |app: &mut TestApp| {
        let changed = with_queue("order_status", "billing")
            .replace("id: billing\n    name: { es: Facturación", "id: billing\n    name: { es: Cobros");
        assert_ne!(changed, with_queue("order_status", "billing"));
        let before = lives(app, ["+52 55 1234 5678", "+52 55 1000 0001", "+55 11 98765 4321"]).await;

        let (different, done) = replayed(app, &changed).await;
        let (_, unchanged) = replayed(app, workflow::TRIAGE).await;
        assert_eq!(replayed(app, &changed).await, (different.clone(), done.clone()), "the same again");
        assert_eq!((&done["messages"], &done["as_then"]), (&json!(before.len()), &json!(before.len())), "{done}");
        assert_eq!(unchanged["different"], 0, "{unchanged}");
        assert!(!different.is_empty());
        for one in &different {
            assert_eq!((&one["then"]["queue"], &one["now"]["queue"]), (&json!("support"), &json!("billing")), "{one}");
        }
        assert_eq!(app.api.get("/workflow").await["version"], 1, "nothing was published");

        publish(&app.api, &changed, "orders are paid first").await;
        let after = lives(app, ["+52 55 2234 5678", "+52 55 2000 0001", "+55 11 88765 4321"]).await;
        // The threads come with the latest first; in each, its messages come in their order.
        let mut predicted = before.clone();
        for one in &different {
            let place = predicted.iter().position(|(words, done)| {
                *words == text(&one["text"])
                    && done["queue"] == one["then"]["queue"]
                    && done["said"] == one["then"]["said"]
            });
            let now = &one["now"];
            predicted[place.unwrap()].1 = json!({ "type": now["type"], "queue": now["queue"], "said": now["said"] });
        }
        assert_eq!(after, predicted);
    });
}
