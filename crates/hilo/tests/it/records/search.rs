//! Finding people and things by what somebody remembers of them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{made, person};
use crate::api::assert_problem;
use crate::app::{TestApp, eventually, on_both, text};

/// The names of what is found, once something is.
async fn found(app: &TestApp, q: &str, kind: &str, name: &str) -> Vec<String> {
    let query: String = q.bytes().map(|byte| format!("%{byte:02x}")).collect();
    eventually(&format!("something called {q}"), async || {
        let all = app.api.get(&format!("/search?q={query}")).await;
        let rows = all[kind].as_array().unwrap().clone();
        let names = rows.iter().map(|row| text(&row[name]).to_owned()).collect::<Vec<_>>();
        (!names.is_empty()).then_some(names)
    })
    .await
}

#[test]
fn people_and_things_are_found_by_any_part_of_what_one_remembers() {
    on_both(async |app: &mut TestApp| {
        let ana = person(app, "+52 1 55 1234 5678", "Ana Lucía Peña").await;
        person(app, "+52 55 1234 5679", "Beto Lucero").await;
        made(app, "/companies", &json!({ "name": "Óptica Luna", "domain": "luna.mx" })).await;
        made(app, "/deals", &json!({ "title": "Lentes progresivos", "contact_id": ana })).await;
        made(app, "/orders", &json!({ "number": "A-4471", "contact_id": ana })).await;
        let begins = app.now();
        let visit = json!({ "contact_id": ana, "service": "Examen", "starts_at": begins, "ends_at": begins + 1 });
        made(app, "/appointments", &visit).await;

        for q in
            ["pena", "LUCIA", "luc peñ", "peña ana", "55 1234 5678", "+52 1 55 1234 5678", "(55)12345678", "34 5678"]
        {
            assert_eq!(found(app, q, "contacts", "name").await.first().unwrap(), "Ana Lucía Peña", "{q}");
        }
        assert_eq!(found(app, "luna", "companies", "name").await, ["Óptica Luna"]);
        assert_eq!(found(app, "progresivos len", "deals", "title").await, ["Lentes progresivos"]);
        assert_eq!(found(app, "4471", "orders", "number").await, ["A-4471"]);
        assert_eq!(found(app, "peña", "appointments", "service").await, ["Examen"]);
        let nothing = app.api.get("/search?q=pena%20beto").await;
        assert_eq!(nothing["contacts"], json!([]), "both words have to fit");
        assert_eq!(app.api_of("another").await.get("/search?q=pena").await["contacts"], json!([]));

        let renamed = app.api.patch(&format!("/contacts/{ana}"), &json!({ "name": "Ana Ríos" })).await;
        assert_eq!(renamed.status, 200);
        assert_eq!(found(app, "rios", "contacts", "name").await, ["Ana Ríos"]);
        assert_eq!(app.api.get("/search?q=pena").await["contacts"], json!([]), "the old name is forgotten");
        for hostile in ["%25", "%27%20OR%201%3D1", "%00", "_"] {
            assert_eq!(app.api.get(&format!("/search?q={hostile}")).await["contacts"], json!([]), "{hostile}");
        }
        assert_problem(&app.api.call(Method::GET, &format!("/search?q={}", "a".repeat(201))).await, 422, "too long");
    });
}

#[test]
fn tickets_by_reference_and_conversations_by_number_and_by_what_they_wait_for() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let (ticket, thread) = (app.ticket_of(&ana).await, app.conversation_of(&ana).await);
        let reference = text(&ticket["reference"]);
        assert_eq!(found(app, reference, "tickets", "reference").await, [reference]);
        let by_number: Value = app.api.get("/search?q=5512345678").await;
        assert_eq!(by_number["conversations"][0]["id"], thread["id"]);
        let by_type = app.api.get(&format!("/search?q=type:{}", text(&ticket["type"]))).await;
        assert_eq!(by_type["conversations"][0]["id"], thread["id"]);
        let closing = app.api.get("/search?q=window:%3C2h").await;
        assert_eq!(closing["conversations"], json!([]), "its window is open for a day");
        let open_long = app.api.get("/search?q=window:%3C25h").await;
        assert_eq!(open_long["conversations"][0]["id"], thread["id"]);
    });
}
