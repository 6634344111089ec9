//! One person under two contacts: made one and taken apart again, without an answer that goes elsewhere and without anything lost.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, PATIENCE, TestApp, eventually, on_both, text};

async fn merge(app: &TestApp, survivor: &Value, merged: &Value) -> Answer {
    let path = format!("/contacts/{}/merges", text(&survivor["id"]));
    app.api.post(&path, &json!({ "contact_id": merged["id"] })).await
}

async fn undo(app: &TestApp, merge: &Answer) -> Answer {
    app.api.call(Method::DELETE, &format!("/merges/{}", text(&merge.body["id"]))).await
}

/// How many notes, each of which has its line in the history.
async fn notes_beside(app: &TestApp, contact: &Value) -> usize {
    let whose = format!("type=contact&id={}", text(&contact["id"]));
    let notes = app.api.list(&format!("/record-notes?{whose}")).await.len();
    assert_eq!(app.api.list(&format!("/history?{whose}")).await.len(), notes);
    notes
}

fn values(contact: &Value) -> Vec<&str> {
    contact["identities"].as_array().unwrap().iter().map(|identity| text(&identity["value"])).collect()
}

#[test]
fn two_contacts_become_one_and_come_apart_with_what_came_meanwhile() {
    on_both(async |app: &mut TestApp| {
        let (ana, other) =
            (app.simulator.phone("+52 55 1234 5678").await, app.simulator.phone("+52 33 8765 4321").await);
        ana.says("hola, ¿dónde está mi pedido?").await;
        other.says("hola, soy Ana desde otro número").await;
        app.settled().await;
        let (one, two) = (app.contact_of(&ana).await, app.contact_of(&other).await);
        let deal = json!({ "title": "Lentes", "contact_id": two["id"] });
        let deal = text(&app.api.post("/deals", &deal).await.body["id"]).to_owned();
        let note = json!({ "record": { "type": "contact", "id": two["id"] }, "text": "Prefiere la tarde" });
        assert_eq!(app.api.post("/record-notes", &note).await.status, 201);
        let company = app.api.post("/companies", &json!({ "name": "Óptica Sol" })).await.body["id"].clone();
        let out = json!({ "opted_out": true, "company_id": company });
        app.api.patch(&format!("/contacts/{}", text(&two["id"])), &out).await;

        let merged = merge(app, &one, &two).await;
        assert_eq!(merged.status, 201, "{merged:?}");
        let whole = app.api.get(&format!("/contacts/{}", text(&two["id"]))).await;
        assert_eq!(whole["id"], one["id"], "an id that was merged leads to who they are");
        assert_eq!(values(&whole).len(), values(&one).len() + values(&two).len());
        assert!(whole["opted_out_at"].is_i64(), "the stricter wish holds");
        assert_eq!(whole["company_id"], company, "and what only one of them knew");
        assert_eq!(app.api.list("/contacts").await.len(), 1);
        assert_eq!(app.api.get(&format!("/deals/{deal}")).await["contact_id"], one["id"]);
        assert!(app.api.list("/tickets").await.iter().all(|ticket| ticket["contact_id"] == one["id"]));
        let told = app.timeline_of(&ana, "es").await;
        assert!(told.iter().any(|entry| entry["step"]["step"] == "note_added"), "{told:#?}");
        assert!(told.iter().any(|entry| entry["step"]["step"] == "merged"), "{told:#?}");
        let found = app.api.list(&format!("/deals?contact_id={}", text(&two["id"]))).await;
        assert_eq!(found.len(), 1, "what is asked for by the merged id is found");
        let late = json!({ "title": "Estuche", "contact_id": two["id"] });
        let late = app.api.post("/deals", &late).await.body;
        assert_eq!(late["contact_id"], one["id"]);
        let note = json!({ "record": { "type": "contact", "id": two["id"] }, "text": "Llama por la mañana" });
        assert_eq!(app.api.post("/record-notes", &note).await.body["record"]["id"], one["id"]);
        for asked in [&one, &two] {
            assert_eq!(notes_beside(app, asked).await, 2, "whichever id is asked");
        }

        // Answers go where they went, whoever owns the conversation, and so does what comes in.
        for (phone, not, said) in [(&ana, &other, "le respondo aquí"), (&other, &ana, "y aquí")] {
            let (before, elsewhere) = (phone.received().len(), not.received().len());
            assert_eq!(app.reply_to(phone, said).await.status, 201);
            phone.wait_for(before + 1, PATIENCE).await;
            assert_eq!(phone.received().last().unwrap().text.as_deref(), Some(said));
            assert_eq!(not.received().len(), elsewhere, "and nothing at the other number");
            phone.says("gracias, otra pregunta").await;
            app.settled().await;
        }
        let thread = app.conversation_of(&other).await;
        assert_eq!(thread["contact_id"], one["id"]);

        let undone = undo(app, &merged).await;
        assert_eq!(undone.status, 200, "{undone:?}");
        for (phone, contact) in [(&ana, &one), (&other, &two)] {
            let now = app.contact_of(phone).await;
            assert_eq!(now["id"], contact["id"]);
            assert_eq!(values(&now), values(contact));
            assert_eq!(app.conversation_of(phone).await["contact_id"], contact["id"]);
            for matter in app.matters_of(phone).await {
                assert_eq!(matter["contact_id"], contact["id"]);
            }
        }
        assert!(app.contact_of(&ana).await["opted_out_at"].is_null());
        assert!(app.contact_of(&other).await["opted_out_at"].is_i64());
        assert_eq!(app.api.get(&format!("/deals/{deal}")).await["contact_id"], two["id"]);
        assert_eq!(app.api.get(&format!("/deals/{}", text(&late["id"]))).await["contact_id"], two["id"]);
        assert_eq!((notes_beside(app, &one).await, notes_beside(app, &two).await), (0, 2));
        assert_eq!(app.contact_of(&other).await["company_id"], company);
        assert!(app.contact_of(&ana).await["company_id"].is_null());
        // What is committed is told once nothing older can still be.
        eventually("both to be told", async || {
            let changes = app.api.get("/changes?limit=200").await["data"].to_string();
            (changes.contains("contact.merged") && changes.contains("contact.unmerged")).then_some(())
        })
        .await;
    });
}

#[test]
fn a_merge_that_makes_no_sense_is_refused_and_says_why() {
    on_both(async |app: &mut TestApp| {
        let phones = ["+52 55 1234 5678", "+52 55 1234 5679", "+52 55 1234 5670"];
        let (mut people, mut devices) = (Vec::new(), Vec::new());
        for number in phones {
            let phone = app.simulator.phone(number).await;
            phone.says("hola").await;
            app.settled().await;
            people.push(app.contact_of(&phone).await);
            devices.push(phone);
        }
        let [ana, bea, carla] = [&people[0], &people[1], &people[2]];
        assert_eq!(merge(app, ana, ana).await.status, 422);
        assert_eq!(merge(app, ana, &json!({ "id": "01a20577-4513-75e8-95eb-4146c7a923e6" })).await.status, 404);
        let stranger = app.api_of("other").await;
        let path = format!("/contacts/{}/merges", text(&ana["id"]));
        assert_eq!(stranger.post(&path, &json!({ "contact_id": bea["id"] })).await.status, 404);

        let first = merge(app, bea, ana).await;
        let again = merge(app, carla, ana).await;
        assert_eq!(again.status, 409, "{again:?}");
        assert!(text(&again.body["detail"]).contains(text(&bea["id"])), "it says into whom");
        assert_eq!(merge(app, ana, bea).await.status, 409, "that would be a circle");

        let second = merge(app, carla, bea).await;
        assert_eq!(undo(app, &first).await.status, 409, "a later merge stands upon it");
        assert_eq!(app.api.get(&format!("/contacts/{}", text(&ana["id"]))).await["id"], carla["id"]);
        assert_eq!(undo(app, &second).await.status, 200);
        assert_eq!(undo(app, &first).await.status, 200);
        assert_eq!(undo(app, &first).await.status, 409, "once is enough");
        assert_eq!(app.api.list("/contacts").await.len(), 3);

        // Two people at once: one of them is told, and what comes meanwhile is of whoever wrote it.
        let (one, other) = tokio::join!(merge(app, ana, carla), merge(app, bea, carla));
        let (done, told) = if one.status == 201 { (one, other) } else { (other, one) };
        assert_eq!((done.status, told.status), (201, 409), "{told:?}");
        let (undone, ()) = tokio::join!(undo(app, &done), async {
            devices[2].says("otra pregunta").await;
        });
        assert_eq!(undone.status, 200, "{undone:?}");
        app.settled().await;
        assert_eq!(app.conversation_of(&devices[2]).await["contact_id"], carla["id"]);
        assert!(app.matters_of(&devices[2]).await.iter().all(|matter| matter["contact_id"] == carla["id"]));
    });
}

#[test]
fn contacts_that_look_like_one_person_are_found_merged_or_told_apart() {
    on_both(async |app: &mut TestApp| {
        let known =
            [("+52 55 1234 5678", "Ana López"), ("+52 33 1234 5678", "ana lopez"), ("+52 81 1234 5678", "ANA LOPEZ")];
        let mut ids = Vec::new();
        for (phone, name) in known {
            let answer = app.api.post("/contacts", &json!({ "phone": phone, "name": name })).await;
            ids.push(text(&answer.body["contact"]["id"]).to_owned());
            app.clock.advance(jiff::SignedDuration::from_secs(1));
        }
        let found = eventually("the duplicates to be found", async || {
            let found = app.api.list("/duplicates").await;
            (found.len() == 3).then_some(found)
        })
        .await;
        assert_eq!(found[0]["reasons"], json!(["same_name_and_number"]));
        assert_eq!(found[0]["score"], 75);

        let apart = format!("/contacts/{}/duplicates/{}", ids[0], ids[2]);
        assert_eq!(app.api.call(Method::DELETE, &apart).await.status, 204);
        assert_eq!(app.api.call(Method::DELETE, &apart).await.status, 404, "that was judged");
        let pairs = json!({ "pairs": [
            { "contact_id": ids[0], "merged_id": ids[1] },
            { "contact_id": ids[2], "merged_id": ids[1] },
        ] });
        let merged = app.api.post("/duplicates/merge", &pairs).await;
        let statuses: Vec<&Value> = merged.body["data"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert_eq!(statuses, [&json!(201), &json!(409)], "each for itself: {merged:?}");
        eventually("the rest to be gone", async || app.api.list("/duplicates").await.is_empty().then_some(())).await;
        let rename = json!({ "name": "Ana  López" });
        app.api.patch(&format!("/contacts/{}", ids[2]), &rename).await;
        app.settled().await;
        assert!(app.api.list("/duplicates").await.is_empty(), "who was told apart is not suggested again");
    });
}
