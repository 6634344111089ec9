//! What goes out: once, in order, inside the window and the limits, and known for what became of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::future::join_all;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Accepted, Fault, FaultKind, Phone};
use store::Tx;

use crate::app::{PATIENCE, Setup, TestApp, eventually, on_both, on_both_with, status, statuses_body, text};

/// What a phone received, once nothing more is under way.
async fn received(app: &TestApp, phone: &Phone) -> Vec<String> {
    app.settled().await;
    phone.received().into_iter().filter_map(|message| message.text).collect()
}

/// The sends that the simulator accepted, once there are so many.
async fn accepted(app: &TestApp, count: usize) -> Vec<Accepted> {
    let all = eventually("the sends to be accepted", async || {
        let accepted = app.simulator.ledger().accepted;
        (count <= accepted.len()).then_some(accepted)
    });
    all.await
}

/// Posts reports in this order, each with the moment of its name and not of its arrival.
async fn report(app: &TestApp, of: &Accepted, names: &[&str]) {
    for name in names {
        let place = ["sent", "delivered", "read", "failed"].iter().position(|known| known == name).unwrap();
        let at = of.at + 1000 * (1 + place as i64);
        assert_eq!(app.post(&statuses_body(&[status(of, name, at)])).await, 200);
    }
}

/// The message that went out as this send.
async fn message_of(app: &TestApp, of: &Accepted) -> Value {
    let phone = app.simulator.find_phone(&of.phone).unwrap();
    let messages = app.messages_with(&phone).await;
    messages.into_iter().find(|message| message["wamid"] == of.wamid.as_str()).unwrap()
}

/// Every order of some things.
fn orders<'a>(things: &[&'a str]) -> Vec<Vec<&'a str>> {
    let Some((first, rest)) = things.split_first() else { return vec![Vec::new()] };
    let shorter = orders(rest);
    let places = shorter.iter().flat_map(|order| (0..=order.len()).map(move |place| (order, place)));
    let with_first = places.map(|(order, place)| [&order[..place], &[*first], &order[place..]].concat());
    with_first.collect()
}

#[test]
fn reports_in_any_order_and_repeated_end_in_the_same_state() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::always(FaultKind::BlackHole)); // the reports are the test's
        let stories: Vec<(Vec<&str>, &str)> = [
            (["sent", "delivered", "read", "failed"].as_slice(), "read"),
            (["sent", "delivered", "failed"].as_slice(), "delivered"),
            (["sent", "failed"].as_slice(), "failed"),
        ]
        .into_iter()
        .flat_map(|(names, end)| orders(names).into_iter().map(move |order| (order, end)))
        .collect();
        assert_eq!(stories.len(), 24 + 6 + 2);
        for place in 0..stories.len() {
            app.simulator.phone(&format!("+52 55 1234 00{place:02}")).await.says("hola").await;
        }
        let sends = accepted(app, stories.len()).await;
        let told = sends.iter().zip(&stories).map(async |(send, (order, _))| {
            report(app, send, order).await;
            report(app, send, order).await;
        });
        join_all(told).await;
        app.settled().await;

        for (send, (order, end)) in sends.iter().zip(&stories) {
            let message = message_of(app, send).await;
            assert_eq!(text(&message["status"]), *end, "{order:?}");
            let reports = text(&message["reports"]).split_terminator(';').count();
            assert_eq!(reports, order.len(), "each is kept once: {}", message["reports"]);
        }
        assert!(app.api.list("/outbox").await.is_empty(), "what WhatsApp reported on has left the outbox");
    });
}

#[test]
fn a_report_that_overtakes_the_answer_to_its_send_counts() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::always(FaultKind::StatusBeforeResponse));
        app.simulator.set_fault(Fault::always(FaultKind::Slow { ms: 150 }));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        assert_eq!(received(app, &ana).await.len(), 1);
        eventually("the report of the reading", async || {
            (app.messages_with(&ana).await[1]["status"] == "read").then_some(())
        })
        .await;

        // The answer arrives after all reports, and takes nothing back.
        app.restart().await;
        assert_eq!(app.messages_with(&ana).await[1]["status"], "read");
        assert!(app.api.list("/outbox").await.is_empty());
        assert_eq!(app.simulator.ledger().accepted.len(), 1);
    });
}

#[test]
fn a_failure_without_our_name_waits_for_the_answer_that_tells_whose_it_is() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::always(FaultKind::BlackHole));
        app.simulator.set_fault(Fault::always(FaultKind::Slow { ms: 300 }));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        let send = accepted(app, 1).await.remove(0);
        let mut nameless = status(&send, "failed", send.at);
        nameless.as_object_mut().unwrap().remove("biz_opaque_callback_data");
        assert_eq!(app.post(&statuses_body(&[nameless])).await, 200);
        eventually("the failure to find its message", async || {
            let message = app.messages_with(&ana).await.remove(1);
            (message["status"] == "failed" && message["error_code"] == 131_026).then_some(())
        })
        .await;
    });
}

#[test]
fn replies_leave_in_the_order_in_which_they_were_written() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¡muchas gracias!").await;
        app.settled().await;
        app.simulator.set_fault(Fault::times(1, FaultKind::Slow { ms: 200 }));
        app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: 131_000 })); // the first has to try again
        let written: Vec<String> = (1..=5).map(|n| format!("respuesta {n}")).collect();
        for reply in &written {
            assert_eq!(app.reply_to(&ana, reply).await.status, 201);
        }
        // By WhatsApp's acceptance: in what order it delivers them is not ours to say.
        let left = accepted(app, written.len()).await;
        let left: Vec<String> = left.iter().filter_map(|one| one.text.clone()).collect();
        assert_eq!(left, written);
    });
}

#[test]
fn outside_the_window_a_reply_is_refused_and_what_waited_is_held() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        pause(app).await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled_but_paused().await;
        app.clock.advance(SignedDuration::from_hours(24) - SignedDuration::from_secs(60));
        let refused = app.reply_to(&ana, "Llega mañana").await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused.body["detail"]).contains("24-hour window"), "{refused:?}");

        resume(app).await;
        app.settled().await;
        let held = app.api.list("/outbox?state=held").await;
        assert_eq!(held.len(), 1);
        assert!(text(&held[0]["reason"]).contains("24-hour window"));
        assert!(app.simulator.ledger().accepted.is_empty());

        // The customer writes again, so the window is open, and a person lets it go.
        ana.says("¿hola?").await;
        app.settled().await;
        let released = app.api.call(Method::POST, &format!("/outbox/{}/release", text(&held[0]["id"]))).await;
        assert_eq!(released.status, 200);
        assert_eq!(received(app, &ana).await.len(), 1);
    });
}

#[test]
fn a_person_who_answers_first_takes_the_acknowledgement_back() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        pause(app).await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled_but_paused().await;
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        resume(app).await;
        assert_eq!(received(app, &ana).await, ["Llega mañana"]);
        let acknowledgement = &app.messages_with(&ana).await[1];
        assert_eq!(
            (&acknowledgement["status"], &acknowledgement["error"]),
            (&json!("cancelled"), &json!("a person is answering"))
        );
    });
}

#[test]
fn what_a_message_costs_is_recorded() {
    let card = BTreeMap::from([("MX".to_owned(), BTreeMap::from([("service".to_owned(), 0.0125)]))]);
    on_both_with(&Setup { prices: card, ..Setup::default() }, async |app| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        app.settled().await;
        let message = app.messages_with(&ana).await.remove(1);
        assert_eq!((&message["price_type"], &message["price_usd"]), (&json!("free_customer_service"), &json!(0.0)));

        app.simulator.set_fault(Fault::always(FaultKind::BlackHole));
        assert_eq!(app.reply_to(&ana, "Hola, Ana").await.status, 201);
        let send = accepted(app, 2).await.remove(1);
        let mut sent = status(&send, "sent", send.at);
        sent["pricing"] = json!({ "billable": true, "pricing_model": "PMP", "category": "service", "type": "regular" });
        assert_eq!(app.post(&statuses_body(&[sent])).await, 200);
        let message = message_of(app, &send).await;
        assert_eq!((&message["price_category"], &message["price_usd"]), (&json!("service"), &json!(0.0125)));
    });
}

#[test]
fn a_number_sends_no_faster_than_its_limit() {
    on_both_with(&Setup { messages_per_second: 10, ..Setup::default() }, async |app| {
        let start = Instant::now();
        for person in 0..25 {
            app.simulator.phone(&format!("+52 55 1234 00{person:02}")).await.says("hola").await;
        }
        accepted(app, 25).await;
        // Ten at once, and then one every tenth of a second.
        assert!(Duration::from_millis(1400) <= start.elapsed());
        app.settled().await;
        assert!(app.simulator.ledger().repeated_opaque().is_empty());
    });
}

#[test]
fn a_stop_waits_for_the_answer_to_what_is_under_way() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::always(FaultKind::BlackHole));
        app.simulator.set_fault(Fault::always(FaultKind::Slow { ms: 400 }));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        accepted(app, 1).await;
        app.restart().await;
        let sends = app.api.list("/outbox").await;
        assert_eq!((sends.len(), &sends[0]["state"]), (1, &json!("accepted")));
    });
}

#[test]
fn a_restored_backup_sends_nothing_of_its_past_by_itself() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        pause(app).await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled_but_paused().await;
        app.restart_after(async |node| {
            let restore = |tx: &mut Tx<'_>| tx.execute("UPDATE instance SET epoch = epoch + 1", vec![]);
            node.store.write(Vec::new(), restore).await.unwrap();
        })
        .await;
        resume(app).await;
        app.settled().await;
        let held = app.api.list("/outbox?state=held").await;
        assert_eq!(held.len(), 1);
        assert!(text(&held[0]["reason"]).contains("backup"));
        assert!(app.simulator.ledger().accepted.is_empty());

        let released = app.api.call(Method::POST, &format!("/outbox/{}/release", text(&held[0]["id"]))).await;
        assert_eq!(released.status, 200);
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
    });
}

/// Keeps what the only number has to send in the outbox.
async fn pause(app: &TestApp) {
    let (workspace, channel) = (app.workspace("default").await, app.node.channels.iter().next().unwrap().id);
    let pause = move |tx: &mut Tx<'_>| tx.pause_channel(workspace, channel, Some("the test wants it so"));
    assert!(app.node.store.write(Vec::new(), pause).await.unwrap());
}

/// Lets it go, through the API.
async fn resume(app: &TestApp) {
    let channels = app.api.get("/channels").await;
    let answer = app.api.call(Method::DELETE, &format!("/channels/{}/pause", text(&channels["data"][0]["id"]))).await;
    assert_eq!(answer.status, 204);
}
