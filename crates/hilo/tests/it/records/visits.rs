//! Appointments and orders, and what may become of them.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use super::{at, made, person};
use crate::api::assert_problem;
use crate::app::{TestApp, on_both, text};

const HOUR: i64 = 3_600_000;

#[test]
fn an_appointment_is_confirmed_moved_and_missed_but_not_before_it_begins() {
    on_both(async |app: &mut TestApp| {
        let ana = person(app, "+52 55 1234 5678", "Ana").await;
        let begins = app.now() + 24 * HOUR;
        let wish = json!({ "contact_id": ana, "service": "Examen", "starts_at": begins, "ends_at": begins + HOUR });
        let visit = made(app, "/appointments", &wish).await;
        assert_eq!((&visit["status"], &visit["time_zone"]), (&json!("scheduled"), &json!("America/Mexico_City")));
        let (path, status) = (at("appointments", &visit), format!("{}/status", at("appointments", &visit)));

        assert_eq!(app.api.put(&status, &json!({ "version": 1, "status": "confirmed" })).await.status, 200);
        let early = app.api.put(&status, &json!({ "version": 2, "status": "no_show" })).await;
        assert_problem(&early, 409, "it has not begun");
        let moved = app.api.patch(&path, &json!({ "version": 2, "starts_at": begins + HOUR })).await;
        assert_eq!(moved.body["ends_at"], json!(begins + 2 * HOUR), "it takes as long as before");
        app.clock.advance(SignedDuration::from_hours(26));
        let missed = app.api.put(&status, &json!({ "version": 3, "status": "no_show" })).await;
        assert_eq!((missed.status, &missed.body["status"]), (200, &json!("no_show")));

        let day = app.api.list(&format!("/appointments?from={begins}&until={}", begins + 2 * HOUR)).await;
        assert_eq!(day, std::slice::from_ref(&missed.body));
        assert!(app.api.list(&format!("/appointments?from={begins}&until={}", begins + HOUR)).await.is_empty());
        assert_eq!(app.api.list(&format!("/appointments?contact_id={ana}")).await, [missed.body]);
        for wrong in [
            json!({ "contact_id": ana, "service": "x", "starts_at": 2, "ends_at": 1 }),
            json!({ "contact_id": ana, "service": "x", "starts_at": 1, "ends_at": i64::MAX }),
            json!({ "contact_id": ana, "service": "x", "starts_at": 1, "ends_at": 2, "time_zone": "Mars" }),
            json!({ "service": "x", "starts_at": 1, "ends_at": 2 }),
        ] {
            assert_problem(&app.api.post("/appointments", &wrong).await, 422, &wrong.to_string());
        }
    });
}

#[test]
fn the_matter_that_caused_a_change_stands_on_the_timeline() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let (contact, matter) = (app.contact_of(&ana).await, app.api.list("/interactions").await[0].clone());
        let order = made(app, "/orders", &json!({ "number": "4471", "contact_id": contact["id"] })).await;
        let path = format!("{}/status", at("orders", &order));
        let caused = json!({ "version": 1, "status": "shipped", "interaction_id": matter["id"] });
        assert_eq!(app.api.put(&path, &caused).await.status, 200);
        let told = app.timeline_of(&ana, "pt").await.pop().unwrap();
        assert_eq!(told["step"]["interaction"], matter["id"]);
        assert_eq!(told["sentence"], json!("Pedido 4471: situação recebido → enviado"));

        let refused = app.api.put(&path, &json!({ "version": 2, "status": "cancelled" })).await;
        assert_problem(&refused, 409, "it has left");
        assert!(text(&refused.body["detail"]).contains("returned"), "{refused:?}");
        let nobody = json!({ "version": 2, "status": "delivered", "interaction_id": order["id"] });
        assert_problem(&app.api.put(&path, &nobody).await, 422, "no such matter");
        assert_problem(&app.api.call(Method::GET, "/orders/nothing").await, 404, "no id");
    });
}
