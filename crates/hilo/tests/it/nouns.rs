//! What other systems ask of the API beside conversations: people, queues, the workflow, what waits for a person.

use futures::future::join_all;
use serde_json::{Value, json};
use simulator::{Fault, FaultKind};

use crate::api::assert_problem;
use crate::app::{TestApp, eventually, on_both, text};

#[test]
fn whoever_is_named_through_the_api_and_writes_later_is_one_contact() {
    on_both(async |app: &mut TestApp| {
        let wish = json!({ "phone": "(55) 1234 5678", "name": "Ana", "language": "pt" });
        let twin = json!({ "phone": "+52 1 55 1234 5678" });
        let wishes = [&wish, &twin, &wish, &twin, &wish, &twin];
        let made = join_all(wishes.map(|wish| app.api.post("/contacts", wish))).await;
        assert_eq!(made.iter().filter(|made| made.body["is_new"] == json!(true)).count(), 1, "{made:?}");
        let id = text(&made[0].body["contact"]["id"]).to_owned();
        for made in &made {
            assert_eq!((made.status, text(&made.body["contact"]["id"])), (200, id.as_str()), "{made:?}");
        }

        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        assert_eq!(text(&app.contact_of(&ana).await["id"]), id);
        assert_eq!(app.api.list("/contacts").await.len(), 1);
        let timeline = app.timeline_of(&ana, "en").await;
        assert_eq!((&timeline[0]["step"]["step"], &timeline[0]["by"]), (&json!("contact_made"), &json!("Luisa")));
        for wrong in [json!({}), json!({ "phone": "ana" }), json!({ "phone": "+52 55 1234 5678", "name": " " })] {
            assert_problem(&app.api.post("/contacts", &wrong).await, 422, &wrong.to_string());
        }
    });
}

#[test]
fn what_is_known_about_a_person_can_be_put_right_and_says_who_did_it() {
    on_both(async |app: &mut TestApp| {
        let made = app.api.post("/contacts", &json!({ "phone": "+52 55 1234 5678", "name": "Ana" })).await;
        let path = format!("/contacts/{}", text(&made.body["contact"]["id"]));
        let patch = json!({ "name": "Ana María", "language": "en", "opted_out": true });
        let changed = app.api.patch(&path, &patch).await;
        assert_eq!((&changed.body["name"], &changed.body["language"]), (&json!("Ana María"), &json!("en")));
        assert!(changed.body["opted_out_at"].is_number());
        assert_eq!(app.api.get(&path).await, changed.body);

        assert_eq!(app.api.patch(&path, &json!({})).await.body, changed.body, "what is left out stays");
        let forgotten = app.api.patch(&path, &json!({ "name": null, "opted_out": false })).await;
        assert_eq!((&forgotten.body["name"], &forgotten.body["language"]), (&Value::Null, &json!("en")));
        assert_eq!(forgotten.body["opted_out_at"], Value::Null);

        let timeline = app.api.get(&format!("{path}/timeline?lang=en")).await;
        let steps: Vec<&str> = timeline["data"].as_array().unwrap().iter().map(|e| text(&e["step"]["step"])).collect();
        assert_eq!(steps, ["contact_made", "contact_changed", "opted_out", "contact_changed", "opted_in"]);
        for wrong in [json!({ "name": "" }), json!({ "language": "fr" }), json!({ "phone": "+1" })] {
            assert_problem(&app.api.patch(&path, &wrong).await, 422, &wrong.to_string());
        }
    });
}

#[test]
fn people_are_found_by_number_by_user_id_and_by_how_their_name_begins() {
    on_both(async |app: &mut TestApp| {
        for (phone, name) in
            [("+52 55 1234 5678", "Ana Luna"), ("+52 55 1234 5679", "ANABEL"), ("+52 55 1234 5680", "Beto")]
        {
            app.api.post("/contacts", &json!({ "phone": phone, "name": name })).await;
        }
        let names = async |question: &str| {
            let page = app.api.get(&format!("/contacts?{question}")).await;
            let rows = page["data"].as_array().unwrap().clone();
            rows.iter().map(|row| text(&row["name"]).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("name=ana").await, ["Ana Luna", "ANABEL"]);
        assert_eq!(names("name=ANA%20").await, ["Ana Luna", "ANABEL"], "a space at the end says nothing");
        assert_eq!(names("name=ana%20l").await, ["Ana Luna"]);
        assert_eq!(names("name=ana&limit=1").await, ["Ana Luna"]);
        assert!(names("name=%25").await.is_empty(), "no character stands for others");
        assert_eq!(names("phone=%2B5215512345680").await, ["Beto"]);

        let carla = app.simulator.phone("+52 55 1234 5681").await;
        carla.says("hola").await;
        app.settled().await;
        let found = app.api.get(&format!("/contacts?user_id={}", carla.view().user_id)).await;
        let id = text(&found["data"][0]["id"]).to_owned();
        assert_eq!(id, text(&app.contact_of(&carla).await["id"]));
        let identities = app.api.get(&format!("/contacts/{id}/identities")).await;
        assert_eq!(identities["data"], found["data"][0]["identities"]);
    });
}

#[test]
fn queues_counts_and_the_workflow_tell_what_waits_where() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: 131_047 }));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        let counts = eventually("the acknowledgement to be held", async || {
            let counts = app.api.get("/outbox/counts").await;
            (counts["held"] == json!(1)).then_some(counts)
        });
        assert_eq!(counts.await, json!({ "unknown": 0, "needs_review": 0, "held": 1, "dead": 0 }));

        let ticket = app.ticket_of(&ana).await;
        let queues = app.api.get("/queues").await;
        for queue in queues["data"].as_array().unwrap() {
            assert_eq!(queue["open_tickets"], json!(i64::from(queue["id"] == ticket["queue"])), "{queue}");
            assert!(queue["promise_ms"].is_number() && queue["name"] != queue["id"], "{queue}");
        }

        let workflow = app.api.get("/workflow").await;
        assert_eq!((&workflow["version"], &workflow["published_by"]), (&json!(1), &json!("starter")));
        assert!(text(&workflow["text"]).contains("queues:"));
        assert_eq!(app.api.get("/workspace").await["name"], json!("default"));
        let channel = app.api.get("/channels").await["data"][0].clone();
        assert_eq!(app.api.get(&format!("/channels/{}", text(&channel["id"]))).await, channel);
    });
}

#[test]
fn the_timeline_says_which_key_answered_and_let_a_message_go() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: 131_047 }));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        let held = eventually("a send to be held", async || app.api.list("/outbox?state=held").await.pop()).await;
        assert_eq!(app.api.post(&format!("/outbox/{}/release", text(&held["id"])), &json!({})).await.status, 200);
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        let timeline = app.timeline_of(&ana, "en").await;
        let events: Vec<(&str, &str)> = timeline
            .iter()
            .filter(|entry| entry["entry"] == "event")
            .map(|entry| (text(&entry["by"]), text(&entry["step"]["step"])))
            .collect();
        assert_eq!(events, [("Luisa", "send_released"), ("Luisa", "person_answered")]);
    });
}
