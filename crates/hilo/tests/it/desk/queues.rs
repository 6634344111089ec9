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
