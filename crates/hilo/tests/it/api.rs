//! The API: nothing without a key, nothing of another workspace, and a sentence for whoever asks wrongly.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Fault, FaultKind};
use uuid::Uuid;

use crate::app::{Answer, Api, NUMBER, Number, Setup, TestApp, body, eventually, on_both, on_both_with, text};
use crate::openapi::operations;

const PROBLEM: &str = "application/problem+json";

/// Lists that come in pages.
const LISTS: [&str; 8] =
    ["/contacts", "/conversations", "/interactions", "/tickets", "/outbox", "/notices", "/backlog", "/keys"];

/// Whose change says which version its author saw.
const RECORDS: [&str; 4] = ["/companies/", "/deals/", "/appointments/", "/orders/"];

/// Asks what the document says can be asked, with a body where the route takes one.
async fn ask(api: &Api, method: &str, path: &str) -> Answer {
    let body = match path.rsplit('/').next() {
        Some("messages") => json!({ "text": "Hola" }),
        Some("keys") => json!({ "name": "till", "scopes": ["read"] }),
        Some("webhook-endpoints") => json!({ "url": "https://crm.example.com/hooks" }),
        Some("recover") => json!({ "since": 0 }),
        Some("assignment") => json!({ "queue": "support" }),
        Some("type") => json!({ "type": "complaint" }),
        Some("snooze" | "conversations") => json!({}),
        Some("closure") => json!({ "outcome": "resolved" }),
        Some("seen") => json!({ "seq": 1 }),
        Some("run") => json!({ "run": "check" }),
        Some("owner" | "contact") => json!({ "who": "new" }),
        Some("merges") => json!({ "contact_id": Uuid::nil() }),
        Some("presence") => json!({ "doing": "looking" }),
        Some("notes" | "draft") => json!({ "text": "Hola" }),
        Some(_) if path.starts_with("/templates/") => json!({ "components": [] }),
        Some("stage") => json!({ "version": 1, "stage": "won" }),
        Some("status") if path.starts_with("/orders/") => json!({ "version": 1, "status": "paid" }),
        Some("status") => json!({ "version": 1, "status": "confirmed" }),
        Some(_) if path.starts_with("/agents/") => json!({ "capacity": 5 }),
        Some(_) if path.starts_with("/canned-replies/") => {
            json!({ "shortcut": "hola", "name": "Saludo", "texts": { "es": "Hola" } })
        }
        _ => Value::Null,
    };
    // How it reads is asked for a conversation.
    let path =
        &if path.ends_with("/text") { format!("{path}?conversation_id={}", Uuid::nil()) } else { path.to_owned() };
    match (method, body) {
        ("PATCH", _) if path.starts_with("/record-notes/") => {
            api.patch(path, &json!({ "version": 1, "text": "Hola" })).await
        }
        ("PATCH", _) if RECORDS.iter().any(|noun| path.starts_with(noun)) => {
            api.patch(path, &json!({ "version": 1 })).await
        }
        ("PATCH", _) => api.patch(path, &json!({})).await,
        ("POST", body) if body.is_object() => api.post(path, &body).await,
        ("PUT", body) if body.is_object() => api.call_with(Method::PUT, path, &body).await,
        _ => api.call(method.parse().unwrap(), path).await,
    }
}

/// Every route for keys that needs an id; those for people alone are tried in `rights.rs`.
fn routes_with_an_id() -> impl Iterator<Item = (String, String)> {
    let for_keys = operations().into_iter().filter(|(.., operation)| operation["security"][0]["key"].is_array());
    let routes = for_keys.map(|(method, route, _)| (method, route));
    // The id of a pipeline is given by whoever puts it there.
    routes.filter(|(_, route)| route.contains("{id}") && !route.starts_with("/pipelines/"))
}

/// What every refusal looks like.
pub(crate) fn assert_problem(answer: &Answer, status: u16, route: &str) {
    assert_eq!(
        (answer.status, answer.content_type.as_str()),
        (status, "application/problem+json"),
        "{route}: {answer:?}"
    );
    assert_eq!((&answer.body["type"], &answer.body["status"]), (&json!("about:blank"), &json!(status)), "{route}");
    assert!(10 < text(&answer.body["detail"]).len(), "{route}: {answer:?}");
}

/// Ana has written, and her acknowledgement is held; answers an id of each kind, as the routes name it.
pub(crate) async fn one_of_each(app: &TestApp) -> Vec<(&'static str, String)> {
    app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: 131_047 }));
    let ana = app.simulator.phone("+52 55 1234 5678").await;
    ana.says("¿dónde está mi pedido?").await;
    let held =
        eventually("the acknowledgement to be held", async || app.api.list("/outbox?state=held").await.pop()).await;
    let thread = app.conversation_of(&ana).await;
    let channel = app.api.get("/channels").await["data"][0]["id"].clone();
    let message = app.messages_with(&ana).await.remove(0);
    let id = |value: &Value| text(value).to_owned();
    let file = app.api.upload("", "image/png", b"\x89PNG\r\n\x1A\n").await.body;
    // Of a kind that nothing here leads to, so nothing is posted.
    let wish = json!({ "url": "https://crm.example.com/hooks", "types": ["channel.resumed"] });
    let endpoint = app.api.post("/webhook-endpoints", &wish).await.body;
    vec![
        ("/contacts", id(&thread["contact_id"])),
        ("/conversations", id(&thread["id"])),
        ("/interactions", id(&thread["interaction_id"])),
        ("/tickets", id(&thread["ticket_id"])),
        ("/outbox", id(&held["id"])),
        ("/channels", id(&channel)),
        ("/media", id(&file["id"])),
        ("/templates", "594425479261596".to_owned()),
        ("/backlog", Uuid::nil().to_string()),
        ("/bodies", id(&message["body_id"])),
        ("/webhook-endpoints", id(&endpoint["webhook_endpoint"]["id"])),
        ("/keys", id(&app.api.list("/keys").await[0]["id"])),
    ]
}

fn with_id(route: &str, ids: &[(&'static str, String)]) -> String {
    let id = ids
        .iter()
        .find(|(noun, _)| route.starts_with(noun))
        .map_or_else(|| Uuid::nil().to_string(), |(_, id)| id.clone());
    route.replace("{id}", &id)
}

#[test]
fn no_route_answers_without_a_key() {
    on_both(async |app: &mut TestApp| {
        let ids = one_of_each(app).await;
        for key in ["", "hilo_", "hilo_0000000000000000000000000000000000000000000", "a guess"] {
            let stranger = app.api.with_key(key);
            for (method, route, _) in operations() {
                let answer = ask(&stranger, &method, &with_id(&route, &ids)).await;
                assert_problem(&answer, 401, &route);
            }
            assert_problem(&stranger.call(Method::GET, "/nothing").await, 401, "/nothing");
        }
        let without = app.http.get(format!("{}/api/v1/contacts", app.url)).send().await.unwrap();
        assert_eq!(
            (without.status().as_u16(), without.headers()["www-authenticate"].to_str().unwrap()),
            (401, "Bearer")
        );
        assert_eq!(app.api.list("/outbox?state=held").await.len(), 1, "nothing was done");
    });
}

#[test]
fn what_belongs_to_another_workspace_does_not_exist() {
    let numbers = [Number::new(NUMBER), Number::new("100000000000002").of_workspace("other")];
    on_both_with(&Setup::with_numbers(&numbers), async |app| {
        let ids = one_of_each(app).await;
        let other = app.api_of("other").await;
        for (method, route) in routes_with_an_id() {
            let foreign = ask(&other, &method, &with_id(&route, &ids)).await;
            assert_problem(&foreign, 404, &route);
            let missing = ask(&other, &method, &route.replace("{id}", &Uuid::max().to_string())).await;
            assert_eq!(
                (foreign.status, &foreign.body),
                (missing.status, &missing.body),
                "{route} tells that it exists"
            );
        }
        for list in LISTS {
            let rows = other.list(list).await;
            assert_eq!(rows.len(), usize::from(list == "/keys"), "{list} has at most what is their own");
        }
        assert_eq!(other.get("/channels").await["data"].as_array().unwrap().len(), 1);
        assert!(other.get("/contacts?phone=5512345678").await["data"].as_array().unwrap().is_empty());
        let contact = &ids[0].1;
        assert!(other.list(&format!("/conversations?contact_id={contact}")).await.is_empty());
        assert_eq!(app.api.list("/tickets?state=open").await.len(), 1, "nothing was done");
        assert_eq!(app.api.list("/outbox?state=held").await.len(), 1);
    });
}

#[test]
fn an_id_that_is_none_does_not_exist() {
    on_both(async |app: &mut TestApp| {
        for (method, route) in routes_with_an_id() {
            for id in ["1", "nobody", "%00", "%F0%9F%98%80", "..%2F..%2Fetc", "0199"] {
                let answer = ask(&app.api, &method, &route.replace("{id}", id)).await;
                assert_problem(&answer, 404, &format!("{method} {route} {id}"));
            }
            let answer = ask(&app.api, &method, &route.replace("{id}", "%ff")).await;
            assert_problem(&answer, 400, &format!("{method} {route} %ff"));
        }
        assert_problem(&app.api.call(Method::GET, "/nothing").await, 404, "/nothing");
        let elsewhere = app.http.get(format!("{}/nothing", app.url)).send().await.unwrap();
        assert_eq!(
            (elsewhere.status().as_u16(), elsewhere.headers()["content-type"].to_str().unwrap()),
            (404, PROBLEM)
        );
    });
}

#[test]
fn a_wrong_question_is_answered_with_what_to_change() {
    on_both(async |app: &mut TestApp| {
        for list in LISTS {
            for question in ["cursor=yesterday", "limit=0", "limit=201", "limit=-1", "limit=many", "limit="] {
                let answer = app.api.call(Method::GET, &format!("{list}?{question}")).await;
                assert_problem(&answer, 422, &format!("{list}?{question}"));
            }
        }
        let wrong = [
            "/tickets?state=lost",
            "/outbox?state=lost",
            "/outbox?state=queued",
            "/conversations?contact_id=ana",
            "/contacts?phone=ana",
            "/contacts?phone=%2B52%201",
        ];
        for question in wrong {
            assert_problem(&app.api.call(Method::GET, question).await, 422, question);
        }
        let ids = one_of_each(app).await;
        let contact = with_id("/contacts/{id}/timeline?lang=fr", &ids);
        assert_problem(&app.api.call(Method::GET, &contact).await, 422, &contact);
        let messages = with_id("/conversations/{id}/messages", &ids);
        assert_problem(&app.api.call(Method::GET, &format!("{messages}?after=x")).await, 422, &messages);
        for reply in [
            json!({}),
            json!({ "text": "" }),
            json!({ "text": "  " }),
            json!({ "text": 7 }),
            json!({ "text": "a".repeat(4097) }),
            json!({ "text": "a", "to": "b" }),
            json!([]),
        ] {
            assert_problem(&app.api.post(&messages, &reply).await, 422, &reply.to_string());
        }
        let kind = "application/json; charset=utf-8";
        for (kind, body, status, said) in [
            ("text/plain", "{\"text\": \"Hola\"}", 415, "application/json"),
            (kind, "", 400, "EOF"),
            (kind, "{\"text\":\n \"Hola\"", 400, "line 2 column 7"),
            (kind, "{\"text\": \"Hola\", \"to\": 1}", 422, "unknown field `to`"),
            (kind, "{\"text\": \"Hola\", \"text\": \"Adiós\"}", 422, "duplicate field `text`"),
            (kind, "[\"Hola\"]", 422, "an object"),
            (kind, &format!("{{\"text\": \"{}\"}}", "a".repeat(2_000_000)), 413, "larger"),
        ] {
            let answer = app.api.post_bytes(&messages, kind, body.as_bytes()).await;
            assert_problem(&answer, status, said);
            assert!(text(&answer.body["detail"]).contains(said), "{said}: {answer:?}");
        }
        assert_problem(&app.api.call(Method::POST, &messages).await, 415, "a reply without a body");
        assert_problem(&app.api.call(Method::GET, "/contacts?limit=1&limit=2").await, 400, "a parameter twice");
        let other_method = app.api.call(Method::PUT, "/contacts").await;
        assert_problem(&other_method, 405, "a method that the route does not take");
        assert_eq!(other_method.headers["allow"].to_str().unwrap(), "GET,HEAD,POST");
    });
}

#[test]
fn lists_come_in_pages_without_gaps_or_repeats() {
    on_both(async |app: &mut TestApp| {
        for person in 0..7 {
            app.simulator.phone(&format!("+52 55 1234 000{person}")).await.says("hola").await;
        }
        assert_eq!(app.post(&body(NUMBER, "dreams", json!({}))).await, 200);
        app.settled().await;
        for list in ["/contacts", "/conversations", "/interactions", "/tickets"] {
            let whole: Vec<Value> = app.api.list(list).await.iter().map(|row| row["id"].clone()).collect();
            assert_eq!(whole.len(), 7, "{list}");
            assert!(whole.is_sorted_by(|one, next| text(next) < text(one)), "{list} has the newest first");
            let (mut paged, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = app.api.get(&format!("{list}?limit=3{cursor}")).await;
                paged.extend(page["data"].as_array().unwrap().iter().map(|row| row["id"].clone()));
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(paged, whole, "{list}");
        }
    });
}

#[test]
fn everything_that_is_shown_has_the_shape_that_others_build_on() {
    on_both(async |app: &mut TestApp| {
        let ids = one_of_each(app).await;
        assert_eq!(app.post(&body(NUMBER, "dreams", json!({ "dream": 1 }))).await, 200);
        let shape = async |path: &str| {
            let answer = app.api.get(&with_id(path, &ids)).await;
            let row = answer["data"].get(0).cloned().unwrap_or(answer);
            let mut keys: Vec<String> = row.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys.join(" ")
        };
        let contact =
            "company_id created_at doubted_at id identities language merged_into name opted_out_at provisional_at";
        let conversation = "candidates channel_id contact_id id interaction_id last_message_at last_seq person_since phone profile_name \
            ticket_id user_id window_until";
        let interaction = "acknowledged_at category closed_at confidence contact_id conversation_id id opened_at outcome \
            ticket_id type workflow_version";
        let ticket = "answered_at assignee_id contact_id conversation_id created_at due_at escalated_at first_answered_at id \
            interaction_id outcome outcome_note queue reference resolved_at resolved_by score snoozed snoozed_until state subject type \
            updated_at waiting_since warned_at";
        let send = "attempt changed_at channel_id code conversation_id created_at hint id payload purpose reason seq state wamid";
        for (path, keys) in [
            ("/contacts", contact),
            ("/contacts/{id}", contact),
            ("/conversations", conversation),
            ("/conversations/{id}", conversation),
            ("/interactions", interaction),
            ("/interactions/{id}", interaction),
            ("/tickets", ticket),
            ("/tickets/{id}", ticket),
            ("/outbox", send),
            ("/outbox/{id}", send),
            ("/channels", "display_phone_number id paused_reason phone_number_id replies_only_reason waba_id"),
            ("/notices", "detail id kind raw received_at subject"),
            ("/contacts/{id}/timeline", "at entry message sentences"),
            (
                "/conversations/{id}/messages",
                "author author_id body_id by content context_wamid conversation_id direction error error_code hint interaction_id media price_category \
                 price_type price_usd recorded_at reports send_id sent_at seq status steps text type wamid",
            ),
        ] {
            assert_eq!(shape(path).await, keys, "{path}");
        }
    });
}

#[test]
fn whoever_watches_the_program_sees_that_it_lives_and_can_commit() {
    on_both(async |app: &mut TestApp| {
        one_of_each(app).await;
        let look = async |path: &str| {
            let answer = app.http.get(format!("{}{path}", app.url)).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        assert_eq!(look("/healthz").await, (200, "ok\n".to_owned()));
        assert_eq!(look("/readyz").await, (200, "ok\n".to_owned()));
        let (status, figures) = look("/metrics").await;
        assert_eq!(status, 200);
        for figure in ["hilo_webhooks_total", "hilo_messages_total", "hilo_outbox", "hilo_backlog", "hilo_sends_total"]
        {
            assert!(figures.contains(figure), "{figure} is missing");
        }
        assert!(!figures.contains("5512345678"), "no number of a customer in the figures");
    });
}
