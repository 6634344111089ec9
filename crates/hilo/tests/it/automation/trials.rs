//! A version that is tried: whom automation answers meanwhile, and what the others' people see of it.

use std::collections::BTreeSet;

use domain::ids::ContactId;
use domain::role::Role;
use domain::trial::{Reach, Trial};
use reqwest::Method;
use serde_json::{Value, json};
use simulator::Phone;

use super::{WORKSHOP, automate, heard, known, made, notes, told};
use crate::app::{TestApp, WORKSPACE, eventually, on_both, step, text};

const ASKS: &str = "¿a qué hora abren?";
const ANSWER: &str = "Abrimos de 9 a 18 h.";

async fn reach(app: &TestApp, wish: Value) -> Value {
    let set = app.api.put("/workflow/reach", &wish).await;
    assert_eq!(set.status, 200, "{set:?}");
    set.body
}

async fn is_answered(app: &TestApp, phone: &Phone) -> bool {
    let before = phone.received().len();
    phone.says(ASKS).await;
    heard(app, phone, before + 1).await.pop().unwrap() == ANSWER
}

#[test]
fn in_listen_only_everything_is_decided_and_nothing_is_sent() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let agent = app.signed_in(Role::Agent).await;
        let wish = json!({ "reach": "listen_only", "reason": "first a look" });
        assert_eq!(agent.put("/workflow/reach", &wish).await.status, 403);
        reach(app, wish).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        let order = json!({ "number": "4471", "contact_id": contact, "status": "shipped", "tracking": "X-1" });
        let order = made(app, "/orders", &order).await;

        ana.says("¿dónde está mi pedido?").await;
        assert!(heard(app, &ana, 1).await[0].starts_with("Te respondemos"), "as at intake");
        let message = app.messages_with(&ana).await.remove(0);
        let kept_back = step(&message, "kept_back").unwrap();
        assert_eq!(kept_back["said"], "Tu pedido 4471 va en camino: X-1");
        assert_eq!((&kept_back["would"]["step"], &kept_back["ends"]), (&json!("answered"), &json!(true)));
        assert_eq!(step(&message, "decided").unwrap()["guard"], "on_trial");
        assert_eq!(app.ticket_of(&ana).await["queue"], "orders");
        assert!(notes(app, "order", &order).await.is_empty(), "and nothing is written down");
        assert!(told(app, &ana, "es").await.contains("En prueba, y sin decirlo"));

        let (leo, _) = known(app, "+52 55 1000 0001", "Leo").await;
        leo.says("tengo un reclamo formal").await;
        heard(app, &leo, 1).await;
        let standing = app.api.get("/workflow/reach").await;
        let figures = json!({ "matters": 2, "answered": 0, "would_have_answered": 1 });
        assert_eq!((&standing["reach"], &standing["figures"]), (&json!("listen_only"), &figures));
        let notices = app.api.list("/notices").await;
        assert!(notices.iter().any(|notice| text(&notice["detail"]).contains("nobody, it only listens. first a look")));

        reach(app, json!({ "reach": "all", "reason": "it does well" })).await;
        let (bea, _) = known(app, "+52 55 1000 0002", "Bea").await;
        assert!(is_answered(app, &bea).await);
    });
}

#[test]
fn a_test_number_is_answered_and_nobody_else() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        assert_eq!(app.api.call(Method::PUT, "/workflow/test-numbers/5512345678").await.status, 204);
        assert_eq!(app.api.call(Method::PUT, "/workflow/test-numbers/nobody").await.status, 422);
        assert_eq!(app.api.get("/workflow/test-numbers").await["data"][0]["number"], "+525512345678");
        reach(app, json!({ "reach": "test_numbers", "reason": "we try it ourselves" })).await;
        // Somebody new, in the spelling of old.
        let tester = app.simulator.phone("+52 1 55 1234 5678").await;
        assert!(is_answered(app, &tester).await);
        let (leo, _) = known(app, "+52 55 1000 0001", "Leo").await;
        assert!(!is_answered(app, &leo).await);

        assert_eq!(app.api.call(Method::DELETE, "/workflow/test-numbers/5512345678").await.status, 204);
        assert_eq!(app.api.call(Method::DELETE, "/workflow/test-numbers/5512345678").await.status, 404);
        assert!(!is_answered(app, &tester).await, "not any more");
    });
}

#[test]
fn who_is_in_a_share_stays_in_when_it_grows() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        for (wish, said) in [
            (json!({ "reach": "share", "reason": "r" }), "how many of a hundred"),
            (json!({ "reach": "share", "share": 101, "reason": "r" }), "0 to 100"),
            (json!({ "reach": "all", "share": 5, "reason": "r" }), "leave it away"),
            (json!({ "reach": "all", "reason": " " }), "say why"),
        ] {
            let refused = app.api.put("/workflow/reach", &wish).await;
            assert_eq!(refused.status, 422, "{refused:?}");
            assert!(text(&refused.body["detail"]).contains(said), "{refused:?}");
        }
        let version =
            reach(app, json!({ "reach": "share", "share": 0, "reason": "nobody yet" })).await["version"].clone();
        let mut customers = Vec::new();
        for number in 1..=5 {
            customers.push(known(app, &format!("+52 55 1000 000{number}"), "Ana").await);
        }
        let mut answered_before = BTreeSet::new();
        for percent in [50_u8, 90, 100] {
            reach(app, json!({ "reach": "share", "share": percent, "reason": "more", "version": version })).await;
            let salt = version.as_i64().unwrap();
            let trial = Trial { reach: Reach::Share(percent), salt, ..Trial::default() };
            let mut answered = BTreeSet::new();
            for (phone, id) in customers.iter().filter(|(phone, _)| phone.received().len() < 2) {
                let with_a_person = !phone.received().is_empty() && !answered_before.contains(id);
                let is_in = trial.answers(ContactId(id.parse().unwrap()), []);
                assert!(is_in || !answered_before.contains(id), "once in, always in");
                if !with_a_person && is_answered(app, phone).await {
                    assert!(is_in);
                    answered.insert(id.clone());
                } else {
                    assert!(with_a_person || !is_in);
                }
            }
            assert!(answered_before.is_subset(&answered) || percent == 100, "whoever was answered still is");
            answered_before.extend(answered);
        }
    });
}

#[test]
fn a_reach_narrowed_while_an_answer_waits_stops_it() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let channel = app.api.get("/channels").await["data"][0].clone();
        let sending = format!("/channels/{}/pause", text(&channel["id"]));
        let (ana, _) = known(app, "+52 55 1234 5678", "Ana").await;
        app.api.call(Method::PUT, &sending).await;
        ana.says(ASKS).await;
        eventually("the answer to wait", async || (app.queued().await == 1).then_some(())).await;
        reach(app, json!({ "reach": "listen_only", "reason": "the hours are wrong" })).await;
        app.api.call(Method::DELETE, &sending).await;
        app.settled().await;
        let ticket = eventually("a person to get it", async || app.api.list("/tickets").await.pop()).await;
        assert_eq!((&ticket["type"], &ticket["state"]), (&json!("hours"), &json!("open")));
        let messages = app.messages_with(&ana).await;
        let answer = messages.iter().find(|message| message["author"] == "automation").unwrap();
        assert_eq!((&answer["status"], &answer["error"]), (&json!("cancelled"), &json!("automation is on trial")));
        assert!(ana.received().is_empty());
        assert!(told(app, &ana, "en").await.contains(ANSWER), "the person sees what they were to be told");
    });
}

#[test]
fn a_version_is_published_for_as_many_as_the_one_before_unless_said_and_the_way_back_goes_back_to_them() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let how_far = async || app.api.get("/workflow/reach").await["reach"].clone();
        assert_eq!(how_far().await, "all");
        let publish = async |hours: &str, reach: Value| {
            let mut wish = json!({ "text": WORKSHOP.replace("de 9 a 18", hours), "reason": "other hours" });
            if !reach.is_null() {
                wish["reach"] = reach;
            }
            let published = app.api.post("/workflow/versions", &wish).await;
            assert_eq!(published.status, 201, "{published:?}");
            published.body["version"].as_i64().unwrap()
        };
        let first = publish("de 9 a 19", json!("listen_only")).await;
        assert_eq!(how_far().await, "listen_only");
        publish("de 9 a 20", Value::Null).await;
        assert_eq!(how_far().await, "listen_only", "a correction lets nobody in");
        let stale = json!({ "reach": "all", "reason": "it was fine", "version": first });
        assert_eq!(app.api.put("/workflow/reach", &stale).await.status, 412);

        let (ana, _) = known(app, "+52 55 1234 5678", "Ana").await;
        assert!(!is_answered(app, &ana).await);
        let back = json!({ "reason": "it was better" });
        let before = format!("/workflow/versions/{}/restoration", first - 1);
        assert_eq!(app.api.post(&before, &back).await.status, 201);
        assert_eq!(how_far().await, "all", "as that one reached");
        let (bea, _) = known(app, "+52 55 1000 0002", "Bea").await;
        assert!(is_answered(app, &bea).await);
    });
}

#[test]
fn a_running_server_hears_whom_the_command_line_lets_in() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let workspace = app.workspace(WORKSPACE).await;
        let said = app.command(&["workflow", "reach", "--share", "10", "--why", "a few first"]).await;
        let told = "answers 10 % of the contacts. Of the 0 matters since then it answered 0, and would have answered 0 more.\n";
        assert!(said.ends_with(told), "{said}");
        eventually("the server to hear of it", async || {
            (app.node.workflows.of(workspace).unwrap().trial().reach == Reach::Share(10)).then_some(())
        })
        .await;
        let listed = app.command(&["workflow", "test-numbers", "--add", "55 1234 5678", "--add", "55 8765 4321"]).await;
        assert_eq!(listed, "+525512345678\n+525587654321\n");
        let left = app.command(&["workflow", "test-numbers", "--remove", "55 8765 4321"]).await;
        assert_eq!(left, "+525512345678\n");
        eventually("the server to hear of that", async || {
            (app.node.workflows.of(workspace).unwrap().trial().numbers.len() == 1).then_some(())
        })
        .await;
        let tester = app.simulator.phone("+52 55 1234 5678").await;
        assert!(is_answered(app, &tester).await);
    });
}
