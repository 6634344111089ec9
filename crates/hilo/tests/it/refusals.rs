//! What WhatsApp refuses, by its code: some wait, some are held for a person, some stop the number, some are over.

use reqwest::Method;
use serde_json::json;
use simulator::{Fault, FaultKind, Phone};

use crate::app::{PATIENCE, TestApp, eventually, on_both, text};

/// A phone whose acknowledgement was refused with this code, once.
async fn refused_once(app: &TestApp, code: i64) -> Phone {
    app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code }));
    let ana = app.simulator.phone("+52 55 1234 5678").await;
    ana.says("¿dónde está mi pedido?").await;
    ana
}

#[test]
fn a_closed_window_holds_the_message_until_a_person_releases_it() {
    on_both(async |app: &mut TestApp| {
        let ana = refused_once(app, 131_047).await;
        let held = eventually("the send to be held", async || app.api.list("/outbox?state=held").await.pop()).await;
        assert!(text(&held["reason"]).contains("template"), "{held}");
        assert!(ana.received().is_empty());

        let released = app.api.call(Method::POST, &format!("/outbox/{}/release", text(&held["id"]))).await;
        assert_eq!((released.status, &released.body["state"]), (200, &json!("queued")));
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
    });
}

#[test]
fn too_much_for_one_person_waits_and_goes_out_later() {
    on_both(async |app: &mut TestApp| {
        let ana = refused_once(app, 131_056).await;
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
        app.settled().await;
        let ledger = app.simulator.ledger();
        assert_eq!((ledger.refused[&131_056], ledger.accepted.len()), (1, 1));
    });
}

#[test]
fn a_fault_of_whatsapps_own_is_tried_again() {
    on_both(async |app: &mut TestApp| {
        let ana = refused_once(app, 131_000).await;
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
        app.settled().await;
        assert_eq!(app.simulator.ledger().accepted.len(), 1);
    });
}

#[test]
fn somebody_who_cannot_be_reached_ends_the_message_with_the_code() {
    on_both(async |app: &mut TestApp| {
        let ana = refused_once(app, 131_026).await;
        let dead = eventually("the send to be given up", async || app.api.list("/outbox?state=dead").await.pop()).await;
        assert!(text(&dead["reason"]).contains("131026"), "{dead}");
        let message = app.messages_with(&ana).await.remove(1);
        assert_eq!((&message["status"], &message["error_code"]), (&json!("failed"), &json!(131_026)));

        assert_eq!(app.api.call(Method::DELETE, &format!("/outbox/{}", text(&dead["id"]))).await.status, 204);
        assert!(app.api.list("/outbox").await.is_empty());
    });
}

#[test]
fn a_dead_message_that_a_person_sends_after_all_is_shown_as_it_arrives() {
    on_both(async |app: &mut TestApp| {
        let ana = refused_once(app, 131_026).await;
        let dead = eventually("the send to be given up", async || app.api.list("/outbox?state=dead").await.pop()).await;
        let released = app.api.call(Method::POST, &format!("/outbox/{}/release", text(&dead["id"]))).await;
        assert_eq!(released.status, 200);
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
        app.settled().await;
        let message = app.messages_with(&ana).await.remove(1);
        assert_eq!((&message["status"], &message["error_code"]), (&json!("read"), &json!(null)));
    });
}

#[test]
fn a_revoked_token_stops_the_number_and_keeps_the_queue_until_it_is_mended() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::always(FaultKind::RevokedToken));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        let channel = eventually("the number to be stopped", async || {
            let channel = app.api.get("/channels").await["data"][0].clone();
            channel["paused_reason"].is_string().then_some(channel)
        })
        .await;
        assert!(text(&channel["paused_reason"]).contains("190"), "{channel}");
        let luis = app.simulator.phone("+52 55 8765 4321").await;
        luis.says("hola").await;
        app.settled_but_paused().await;
        app.restart().await;
        assert_eq!(app.api.list("/outbox?state=queued").await.len(), 2);
        assert_eq!(app.simulator.ledger().refused[&190], 1, "no more than one attempt");

        app.simulator.clear_faults();
        let resumed = app.api.call(Method::DELETE, &format!("/channels/{}/pause", text(&channel["id"]))).await;
        assert_eq!(resumed.status, 204);
        for phone in [&ana, &luis] {
            assert_eq!(phone.wait_for(1, PATIENCE).await.len(), 1);
        }
        app.settled().await;
        assert_eq!(app.simulator.ledger().accepted.len(), 2);
    });
}
