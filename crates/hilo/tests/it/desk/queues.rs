//! Queues give their work away, and tell when nobody answers.

use domain::role::Role;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::row_of;
use crate::app::{Api, TestApp, eventually, on_both, text};

async fn joins_queue(app: &TestApp, role: Role) -> (Api, String) {
    let api = app.signed_in(role).await;
    let id = text(&api.get("/me").await["id"]).to_owned();
    let joined = app.api.call(Method::PUT, &format!("/queues/support/members/{id}")).await;
    assert_eq!(joined.status, 204, "{joined:?}");
    (api, id)
}

async fn says(api: &Api, availability: &str) {
    let said = api.call_with(Method::PUT, "/me/availability", &json!({ "availability": availability })).await;
    assert_eq!(said.status, 200, "{said:?}");
}

#[test]
fn work_goes_to_whoever_is_there_and_has_room_and_waits_for_them_otherwise() {
    on_both(async |app: &mut TestApp| {
        let (bia, bia_id) = joins_queue(app, Role::Agent).await;
        let (leo, leo_id) = joins_queue(app, Role::Manager).await;
        let share = json!({ "capacity": 1 });
        assert_eq!(app.api.call_with(Method::PUT, &format!("/agents/{bia_id}"), &share).await.status, 200);
        let how = json!({ "assignment": "balanced" });
        assert_eq!(app.api.call_with(Method::PUT, "/queues/support/assignment", &how).await.status, 204);
        let holder = async |phone: &simulator::Phone| {
            let row = row_of(app, phone).await?;
            row["ticket"]["assignee_id"].as_str().map(str::to_owned)
        };

        says(&bia, "available").await;
        let mut phones = Vec::new();
        for number in ["+52 55 1234 5671", "+52 55 1234 5672"] {
            let phone = app.simulator.phone(number).await;
            phone.says("¿dónde está mi pedido?").await;
            app.settled().await;
            phones.push(phone);
        }
        let first = eventually("the first to be given away", async || holder(&phones[0]).await).await;
        assert_eq!(first, bia_id);
        assert_eq!(holder(&phones[1]).await, None, "she has no room");
        says(&leo, "available").await;
        let second = eventually("the second to be given away", async || holder(&phones[1]).await).await;
        assert_eq!(second, leo_id);

        says(&bia, "away").await;
        let agents = app.api.list("/agents").await;
        let of = |id: &str| agents.iter().find(|one| one["user_id"] == *id).cloned().unwrap();
        assert_eq!((&of(&bia_id)["takes_work"], &of(&bia_id)["load"]), (&json!(false), &json!(1)));
        assert_eq!((&of(&leo_id)["takes_work"], &of(&leo_id)["queues"]), (&json!(true), &json!(["support"])));
    });
}

#[test]
fn a_promise_that_is_nearly_over_is_told_once_and_one_that_is_over_calls_the_manager() {
    on_both(async |app: &mut TestApp| {
        let (leo, _) = joins_queue(app, Role::Manager).await;
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let told = async |event: &str| {
            let changes = app.api.get(&format!("/changes?types={event}")).await;
            changes["data"].as_array().unwrap().len()
        };
        for (minutes, warned, overdue) in [(60, 0, 0), (40, 1, 0), (10, 1, 0), (15, 1, 1), (60, 1, 1)] {
            app.clock.advance(SignedDuration::from_mins(minutes));
            hilo::jobs::business_time::run_due(&app.node).await.unwrap();
            eventually(&format!("what is told after +{minutes}"), async || {
                ((told("ticket.due_soon").await, told("ticket.overdue").await) == (warned, overdue)).then_some(())
            })
            .await;
        }
        let row = row_of(app, &ana).await.unwrap();
        assert!(row["ticket"]["warned_at"].is_i64() && row["ticket"]["escalated_at"].is_i64());
        assert_eq!(leo.list("/inbox/calls").await[0]["reason"], "overdue");
        assert_eq!(leo.list("/inbox").await[0]["called"], true);
        assert_ne!(row["ticket"]["waiting_since"], Value::Null);
    });
}

#[test]
fn whoever_answered_a_customer_last_gets_their_next_question_and_nobody_does_while_the_queue_is_closed() {
    on_both(async |app: &mut TestApp| {
        let (bia, bia_id) = joins_queue(app, Role::Agent).await;
        let (leo, leo_id) = joins_queue(app, Role::Manager).await;
        let how = json!({ "assignment": "last_agent" });
        assert_eq!(app.api.call_with(Method::PUT, "/queues/support/assignment", &how).await.status, 204);
        let ana = app.simulator.phone("+52 55 1234 5671").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let thread = text(&app.conversation_of(&ana).await["id"]).to_owned();
        assert_eq!(
            leo.post(&format!("/conversations/{thread}/messages"), &json!({ "text": "Llega hoy" })).await.status,
            201
        );
        let close = json!({ "outcome": "resolved" });
        assert_eq!(leo.put(&format!("/conversations/{thread}/closure"), &close).await.status, 200);
        app.settled().await;

        // Leo has more to do than Bia, and gets Ana's all the same.
        says(&leo, "available").await;
        let eva = app.simulator.phone("+52 55 1234 5672").await;
        eva.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let holder = async |phone: &simulator::Phone| {
            app.node.work_wakes.notify_one();
            let row = row_of(app, phone).await?;
            row["ticket"]["assignee_id"].as_str().map(str::to_owned)
        };
        assert_eq!(eventually("Eva's to be given away", async || holder(&eva).await).await, leo_id);
        says(&bia, "available").await;
        ana.says("¿dónde está mi otro pedido?").await;
        app.settled().await;
        assert_eq!(eventually("Ana's to be given away", async || holder(&ana).await).await, leo_id);

        app.clock.advance(SignedDuration::from_hours(14)); // after midnight
        let luz = app.simulator.phone("+52 55 1234 5673").await;
        luz.says("¿dónde está mi pedido?").await;
        app.settled().await;
        app.restart().await;
        let given = async |app: &TestApp| {
            app.node.work_wakes.notify_one();
            row_of(app, &luz).await.and_then(|row| row["ticket"]["assignee_id"].as_str().map(str::to_owned))
        };
        for _ in 0..20 {
            assert_eq!(given(app).await, None, "nobody is given work at night");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        app.clock.advance(SignedDuration::from_hours(10)); // the next morning
        assert_eq!(eventually("it to be given away in the morning", async || given(app).await).await, bia_id);
    });
}

#[test]
fn what_waits_of_somebody_who_is_gone_goes_back_and_what_they_answered_stays_theirs() {
    on_both(async |app: &mut TestApp| {
        let (bia, bia_id) = joins_queue(app, Role::Agent).await;
        let mut threads = Vec::new();
        for number in ["+52 55 1234 5671", "+52 55 1234 5672"] {
            let phone = app.simulator.phone(number).await;
            phone.says("¿dónde está mi pedido?").await;
            app.settled().await;
            let thread = text(&app.conversation_of(&phone).await["id"]).to_owned();
            let to = json!({ "user_id": bia_id });
            assert_eq!(app.api.put(&format!("/conversations/{thread}/assignment"), &to).await.status, 200);
            threads.push((phone, thread));
        }
        says(&bia, "available").await;
        let answer = json!({ "text": "Llega hoy" });
        assert_eq!(bia.post(&format!("/conversations/{}/messages", threads[0].1), &answer).await.status, 201);

        let gone = |tx: &mut store::Tx<'_>| tx.execute("UPDATE agents SET alive_at = 0", store::params![]);
        app.restart_after(async |node| {
            node.store.write(Vec::new(), gone).await.unwrap();
        })
        .await;
        let holder = async |app: &TestApp, of: usize| {
            row_of(app, &threads[of].0).await.unwrap()["ticket"]["assignee_id"].clone()
        };
        eventually("what waits to go back", async || holder(app, 1).await.is_null().then_some(())).await;
        assert_eq!(holder(app, 0).await, json!(bia_id), "the customer does not wait");
        let timeline = app.timeline_of(&threads[1].0, "en").await;
        assert!(timeline.iter().any(|entry| entry["step"]["step"] == "returned"), "{timeline:#?}");
    });
}

#[test]
fn the_screen_of_the_queues_tells_who_is_there_and_how_long_somebody_waits() {
    on_both(async |app: &mut TestApp| {
        let (bia, bia_id) = joins_queue(app, Role::Agent).await;
        let manager = app.signed_in(Role::Manager).await;
        let share = json!({ "capacity": 3, "skills": ["pt"] });
        assert_eq!(manager.put(&format!("/agents/{bia_id}"), &share).await.status, 200);
        says(&bia, "available").await;
        app.simulator.phone("+52 55 1234 5671").await.says("¿dónde está mi pedido?").await;
        app.settled().await;
        app.clock.advance(SignedDuration::from_mins(95));
        let shown = async |who: &Api| {
            let request = app.http.get(format!("{}/settings/queues", app.url));
            let response = request.header("cookie", format!("sid={}", who.cookie())).send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        let (status, page) = shown(&manager).await;
        for told in ["1 h 35 min", "Disponible", "0 de 3", "portugués", "lun–vie", "abierta"] {
            assert!(status == 200 && page.contains(told), "{told}: {page}");
        }
        assert!(page.contains(&format!("DELETE /queues/support/members/{bia_id}")), "{page}");
        assert_eq!(shown(&bia).await.0, 403);
    });
}
