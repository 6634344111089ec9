//! What one refusal stops: a number, every number of its account, or only what nobody asked for; and nothing else.

use reqwest::Method;
use serde_json::Value;
use simulator::{Fault, FaultKind, Phone};

use crate::app::{NUMBER, Number, PATIENCE, Setup, TestApp, eventually, on_both_with, text};
use crate::metas_rules::{send_template, with_templates};

const OTHER_NUMBER: &str = "100000000000002";

fn two_numbers() -> Setup {
    Setup { platform: with_templates, ..Setup::with_numbers(&[Number::new(NUMBER), Number::new(OTHER_NUMBER)]) }
}

/// How a refusal comes: as the answer, or as a report on what was taken.
fn both_ways(code: i64) -> [FaultKind; 2] {
    [FaultKind::ErrorCode { code }, FaultKind::FailLater { code }]
}

/// Somebody who wrote to the first number, and somebody who wrote to the second.
async fn customers(app: &TestApp) -> [Phone; 2] {
    let ana = app.simulator.phone("+52 55 1234 5678").await;
    let luis = app.simulator.phone("+52 55 8765 4321").await.writing_to(OTHER_NUMBER).unwrap();
    for phone in [&ana, &luis] {
        phone.says("¡muchas gracias!").await;
    }
    app.settled().await;
    eventually("the templates to be looked at", async || app.node.templates.at_rest().then_some(())).await;
    [ana, luis]
}

/// The numbers for which WhatsApp's reason of this code stands there, once it does.
async fn stopped(app: &TestApp, field: &str, code: i64) -> Vec<Value> {
    eventually("a number to be stopped", async || {
        let mut numbers = app.api.list("/channels").await;
        numbers.retain(|one| one[field].as_str().is_some_and(|why| why.contains(&format!("code {code})"))));
        (!numbers.is_empty()).then_some(numbers)
    })
    .await
}

async fn resume_all(app: &TestApp) {
    for number in app.api.list("/channels").await {
        let path = format!("/channels/{}/pause", text(&number["id"]));
        assert_eq!(app.api.call(Method::DELETE, &path).await.status, 204);
    }
    app.settled().await;
}

#[test]
fn what_is_wrong_with_a_number_stops_that_one_and_what_is_wrong_with_the_account_stops_all_of_it() {
    on_both_with(&two_numbers(), async |app| {
        let [ana, luis] = customers(app).await;
        let mut to_luis = 0;
        for (code, numbers) in [(190, 1), (131_045, 1), (368, 2), (131_031, 2), (131_042, 2)] {
            for fault in both_ways(code) {
                app.simulator.set_fault(Fault::times(1, fault));
                assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
                let paused = stopped(app, "paused_reason", code).await;
                assert_eq!(paused.len(), numbers, "{code}: {paused:#?}");
                assert_eq!(app.reply_to(&luis, "Llega hoy").await.status, 201);
                to_luis += 1;
                let arrived =
                    if numbers == 1 { luis.wait_for(to_luis, PATIENCE).await.len() } else { luis.received().len() };
                assert_eq!(arrived, to_luis - (numbers - 1), "{code}");
                resume_all(app).await;
                assert_eq!(luis.received().len(), to_luis, "what waited has left: {code}");
            }
        }
    });
}

#[test]
fn doubt_about_a_number_limits_that_one_and_doubt_about_the_account_limits_all_of_it() {
    on_both_with(&two_numbers(), async |app| {
        let [ana, luis] = customers(app).await;
        app.clock.advance(jiff::SignedDuration::from_hours(25));
        let mut to_luis = 0;
        for (code, numbers) in [(131_048, 1), (131_064, 2), (130_497, 2)] {
            for fault in both_ways(code) {
                app.simulator.set_fault(Fault::times(1, fault));
                assert_eq!(send_template(app, &ana, "pedido_listo").await.status, 201);
                let limited = stopped(app, "replies_only_reason", code).await;
                assert_eq!(limited.len(), numbers, "{code}: {limited:#?}");
                assert!(limited.iter().all(|number| number["paused_reason"].is_null()));
                assert_eq!(send_template(app, &luis, "pedido_listo").await.status, 201);
                app.settled().await;
                let held_for_luis = app.api.list("/outbox?state=held").await;
                let reason = "only answer for now: a fault was asked for";
                let held = held_for_luis.iter().filter(|send| text(&send["reason"]).contains(reason)).count();
                assert_eq!(held, numbers - 1, "{code}: {held_for_luis:#?}");
                to_luis += 1;
                resume_all(app).await;
                for send in app.api.list("/outbox?state=held").await {
                    let release = format!("/outbox/{}/release", text(&send["id"]));
                    assert_eq!(app.api.call(Method::POST, &release).await.status, 200);
                }
                app.settled().await;
                assert_eq!(luis.received().len(), to_luis, "{code}");
            }
        }
        assert_eq!(app.api.list("/messages/failed").await.len(), 3, "what WhatsApp had taken");
    });
}
