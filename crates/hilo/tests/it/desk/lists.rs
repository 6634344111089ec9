//! The inbox: who waits longest comes first.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{NewPhone, Phone};

use super::{listed, row_of};
use crate::app::{TestApp, on_both, text};

async fn named(app: &TestApp, number: &str, name: &str) -> Phone {
    let new = NewPhone { number: Some(number.to_owned()), name: Some(name.to_owned()), ..NewPhone::default() };
    app.simulator.add_phone(&new).await.unwrap()
}

#[test]
fn who_waits_longest_comes_first_then_what_was_answered_last() {
    on_both(async |app: &mut TestApp| {
        let mut phones = Vec::new();
        for (number, name, asked) in [
            ("+52 55 1234 5671", "Ana", "¿dónde está mi pedido?"),
            ("+52 55 1234 5672", "Bia", "¿dónde está mi pedido?"),
            ("+52 55 1234 5673", "Eva", "quisiera agendar una cita para el viernes"),
            ("+52 55 1234 5674", "Luz", "¿dónde está mi pedido?"),
        ] {
            let phone = named(app, number, name).await;
            phone.says(asked).await;
            app.settled().await;
            app.clock.advance(SignedDuration::from_mins(10));
            phones.push(phone);
        }
        assert_eq!(listed(app, "view=all").await, ["Ana", "Bia", "Eva", "Luz"]);
        for at in [1, 0] {
            assert_eq!(app.reply_to(&phones[at], "Llega hoy").await.status, 201);
            app.settled().await;
            app.clock.advance(SignedDuration::from_mins(1));
        }
        assert_eq!(listed(app, "view=all").await, ["Eva", "Luz", "Ana", "Bia"]);
        phones[1].says("¿y a qué hora?").await;
        app.settled().await;
        let first = app.api.get("/inbox?limit=2").await;
        let second = app.api.get(&format!("/inbox?limit=2&cursor={}", text(&first["next_cursor"]))).await;
        let pages = [first, second].map(|page| page["data"].as_array().unwrap().clone()).concat();
        let names: Vec<&str> = pages.iter().map(|row| text(&row["name"])).collect();
        assert_eq!(names, ["Eva", "Luz", "Bia", "Ana"]);

        assert_eq!(listed(app, "queue=appointments").await, ["Eva"]);
        assert_eq!(listed(app, "type=order_status&view=unassigned").await, ["Luz", "Bia", "Ana"]);
        assert_eq!(listed(app, "window=closing").await.len(), 0);
        app.clock.advance(SignedDuration::from_hours(22) + SignedDuration::from_mins(30));
        assert_eq!(listed(app, "window=closing").await.len(), 4);

        let row = row_of(app, &phones[1]).await.unwrap();
        assert_eq!(row["last_message"]["text"], "¿y a qué hora?");
        assert_eq!((&row["last_message"]["author"], &row["last_seq"]), (&json!("customer"), &json!(4)));
        let ticket = app.ticket_of(&phones[2]).await;
        let done = app.api.call(Method::PUT, &format!("/tickets/{}/resolution", text(&ticket["id"]))).await;
        assert_eq!((done.status, &done.body["outcome"]), (200, &json!("resolved")));
        assert_eq!(listed(app, "view=all").await, ["Luz", "Bia", "Ana"]);
        assert_eq!(listed(app, "view=closed").await, ["Eva"]);

        let counts = app.api.get("/inbox/counts").await;
        assert_eq!((&counts["all"], &counts["unassigned"], &counts["mine"]), (&json!(3), &json!(3), &json!(0)));
        let support = counts["queues"].as_array().unwrap().iter().find(|queue| queue["id"] == "support").cloned();
        assert_eq!(support, Some(json!({ "id": "support", "open": 3 })));
        let refused = app.api.call(Method::GET, "/inbox?view=mine").await;
        assert_eq!(refused.status, 422, "a key has no work of its own");
        assert_eq!(refused.body["detail"].as_str().map(str::is_empty), Some(false));
        assert_eq!(app.api.call(Method::GET, "/inbox?cursor=nonsense").await.body["status"], Value::from(422));
    });
}
