//! Deals on their way through the stages.

use serde_json::json;

use super::{at, made};
use crate::api::assert_problem;
use crate::app::{TestApp, on_both, text};

#[test]
fn a_deal_is_moved_lost_for_a_reason_and_begins_again() {
    on_both(async |app: &mut TestApp| {
        let deal = made(app, "/deals", &json!({ "title": "Lentes", "expected_close": "2026-12-24" })).await;
        assert_eq!((&deal["stage"], &deal["status"]), (&json!("lead"), &json!("open")));
        let path = format!("{}/stage", at("deals", &deal));
        app.clock.advance(jiff::SignedDuration::from_hours(1));

        let wanted = json!({ "version": 1, "stage": "lost" });
        assert_problem(&app.api.put(&path, &wanted).await, 409, "nobody says why");
        let lost = app.api.put(&path, &json!({ "version": 1, "stage": "lost", "reason": "price" })).await;
        assert_eq!((&lost.body["status"], &lost.body["lost_reason"]), (&json!("lost"), &json!("price")));
        let an_hour_later = deal["stage_since"].as_i64().unwrap() + 3_600_000;
        assert!(an_hour_later <= lost.body["stage_since"].as_i64().unwrap());
        let won = app.api.put(&path, &json!({ "version": 2, "stage": "won" })).await;
        assert_problem(&won, 409, "it is lost");
        assert!(text(&won.body["detail"]).contains("open stage first"), "{won:?}");
        let open = app.api.put(&path, &json!({ "version": 2, "stage": "proposal" })).await;
        assert_eq!((&open.body["status"], &open.body["lost_reason"]), (&json!("open"), &json!(null)));
        assert_eq!(app.api.list("/deals?stage=proposal").await.len(), 1);
        assert!(app.api.list("/deals?status=lost").await.is_empty());
        let changes = crate::changes::changes(app, "types=deal.moved", 2).await.0;
        assert_eq!(changes.len(), 2);
    });
}

#[test]
fn stages_are_put_in_order_but_not_from_under_a_deal() {
    on_both(async |app: &mut TestApp| {
        made(app, "/deals", &json!({ "title": "Lentes", "stage": "proposal" })).await;
        let first = app.api.get("/pipelines").await["data"][0].clone();
        assert_eq!((&first["id"], &first["version"]), (&json!("sales"), &json!(0)));
        let stages = |ids: &[(&str, &str)]| {
            let stage = |(id, kind): &(&str, &str)| json!({ "id": id, "name": id, "kind": kind });
            ids.iter().map(stage).collect::<Vec<_>>()
        };
        let (new, won, lost) = (("nuevo", "open"), ("won", "won"), ("lost", "lost"));
        let without = json!({ "version": 0, "name": "Ventas", "stages": stages(&[new, won, lost]) });
        assert_problem(&app.api.put("/pipelines/sales", &without).await, 409, "a deal stands there");
        let with = stages(&[new, ("proposal", "open"), won, lost]);
        let edited = app.api.put("/pipelines/sales", &json!({ "version": 0, "name": "Ventas", "stages": with })).await;
        assert_eq!((edited.status, &edited.body["version"]), (200, &json!(1)), "{edited:?}");
        assert_eq!(app.api.get("/pipelines").await["data"], json!([edited.body]));
        assert_problem(&app.api.put("/pipelines/sales", &without).await, 412, "it was changed");
        let next = made(app, "/deals", &json!({ "title": "Otro" })).await;
        assert_eq!(next["stage"], json!("nuevo"));
        assert_problem(&app.api.post("/deals", &json!({ "title": "x", "stage": "lead" })).await, 422, "it is gone");
    });
}
