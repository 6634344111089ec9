//! What WhatsApp refuses, by its code: some wait, some are held for a person, some stop the number, some are over.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, Phone};

use crate::app::{PATIENCE, Setup, TestApp, eventually, on_both, on_both_with, text};
use crate::metas_rules::{owed_nothing, send_template, with_templates};

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
fn a_refusal_for_good_ends_the_message_with_the_code() {
    on_both(async |app: &mut TestApp| {
        let ana = refused_once(app, 131_021).await;
        let dead = eventually("the send to be given up", async || app.api.list("/outbox?state=dead").await.pop()).await;
        assert!(text(&dead["reason"]).contains("131021"), "{dead}");
        let message = app.messages_with(&ana).await.remove(1);
        assert_eq!((&message["status"], &message["error_code"]), (&json!("failed"), &json!(131_021)));

        assert_eq!(app.api.call(Method::DELETE, &format!("/outbox/{}", text(&dead["id"]))).await.status, 204);
        assert!(app.api.list("/outbox").await.is_empty());
    });
}

#[test]
fn a_dead_message_that_a_person_sends_after_all_is_shown_as_it_arrives() {
    on_both(async |app: &mut TestApp| {
        let ana = refused_once(app, 131_021).await;
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
        let waiting = app.api.list("/outbox").await;
        assert_eq!(waiting.iter().filter(|send| send["state"] == "queued").count(), 2);
        assert_eq!(app.simulator.ledger().refused[&190], 1, "no more than one attempt");

        app.simulator.clear_faults();
        let resumed = app.api.call(Method::DELETE, &format!("/channels/{}/pause", text(&channel["id"]))).await;
        assert_eq!(resumed.status, 204);
        let notice = app.api.list("/notices").await.into_iter().find(|notice| notice["kind"] == "action").unwrap();
        assert!(text(&notice["detail"]).starts_with("`Luisa` let this number send again"), "{notice}");
        for phone in [&ana, &luis] {
            assert_eq!(phone.wait_for(1, PATIENCE).await.len(), 1);
        }
        app.settled().await;
        assert_eq!(app.simulator.ledger().accepted.len(), 2);
    });
}

#[test]
fn what_passes_by_itself_is_tried_again_and_arrives_once() {
    on_both(async |app: &mut TestApp| {
        // Code 1 comes first: it is final if it strikes a second attempt.
        let codes = [1, 2, 131_000, 131_016, 131_057, 133_004, 4, 80_007, 130_429, 131_056, 133_016];
        let mut phones = Vec::new();
        for place in 0..codes.len() {
            phones.push(owed_nothing(app, &format!("+52 55 1234 00{place:02}")).await);
        }
        codes.iter().for_each(|code| app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: *code })));
        for phone in &phones {
            assert_eq!(app.reply_to(phone, "Llega mañana").await.status, 201);
        }
        app.settled().await;
        let ledger = app.simulator.ledger();
        assert_eq!(ledger.refused.keys().copied().collect::<BTreeSet<_>>(), BTreeSet::from(codes));
        assert!(phones.iter().all(|phone| phone.received().len() == 1), "{:?}", app.api.list("/outbox").await);
        assert_eq!(ledger.accepted.len(), phones.len());
    });
}

/// What is over for good, and a word of what a person is told to do.
const OVER: [(i64, &str); 26] = [
    (33, "anew"),
    (100, "anew"),
    (131_008, "anew"),
    (131_009, "anew"),
    (131_051, "anew"),
    (135_000, "anew"),
    (131_026, "another channel"),
    (131_021, "your own number"),
    (131_030, "test number"),
    (131_062, "phone number"),
    (131_052, "send it again"),
    (131_053, "type and size"),
    (130_472, "Leave it"),
    (131_063, "Leave it"),
    (131_049, "after a day"),
    (131_050, "until they allow it"),
    (131_060, "error codes"),
    (131_200, "error codes"),
    (132_000, "Compare it"),
    (132_005, "Compare it"),
    (132_008, "Compare it"),
    (132_012, "Compare it"),
    (137_000, "changed hands"),
    (138_000, "error codes"),
    (139_000, "error codes"),
    (77_777, "error codes"),
];

#[test]
fn what_is_over_is_put_aside_with_metas_words_and_something_to_do() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        for (code, told) in OVER {
            // Until it has struck the send: a look at the templates may come in between.
            app.simulator.set_fault(Fault::always(FaultKind::ErrorCode { code }));
            assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
            let dead = eventually("the send to be given up", async || {
                app.api.list("/outbox?state=dead").await.into_iter().find(|send| send["code"] == code)
            })
            .await;
            assert!(text(&dead["reason"]).contains("a fault was asked for"), "{dead}");
            assert!(text(&dead["hint"]).contains(told), "{dead}");
            app.simulator.clear_faults();
        }
        let messages = app.messages_with(&ana).await;
        assert!(messages[1..].iter().all(|message| message["status"] == "failed" && message["hint"].is_string()));
        assert_eq!(app.api.get("/outbox/counts").await["dead"], OVER.len());
        assert!(app.contact_of(&ana).await["opted_out_at"].is_i64(), "131050 is noted on the contact");

        // Marketing that came too early has to rest for a day, whoever asks.
        let dead = app.api.list("/outbox?state=dead").await;
        let resting = dead.iter().find(|send| send["code"] == 131_049).unwrap();
        let release = format!("/outbox/{}/release", text(&resting["id"]));
        assert_eq!(app.api.call(Method::POST, &release).await.status, 409);
        app.restart().await;
        app.settled().await;
        assert!(ana.received().is_empty(), "nothing of it was tried again");
    });
}

#[test]
fn what_is_refused_after_it_was_taken_is_listed_as_failed_with_the_same_advice() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        let later = [(131_047, "approved template"), (131_056, "more slowly"), (131_000, "trouble of its own")];
        let all: Vec<(i64, &str)> = OVER.into_iter().chain(later).collect();
        for (code, told) in &all {
            // Always, since one of them sends the message on to another address.
            app.simulator.set_fault(Fault::always(FaultKind::FailLater { code: *code }));
            assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
            let message = eventually("the failure to be listed", async || {
                let failed = app.api.list("/messages/failed").await;
                failed.into_iter().find(|message| message["error_code"] == *code)
            })
            .await;
            assert!(text(&message["hint"]).contains(told), "{message}");
            app.settled().await;
            app.simulator.clear_faults();
        }
        let failed = app.api.list("/messages/failed").await;
        assert_eq!(failed.len(), all.len() + 1, "131026 at both addresses");
        assert!(app.api.list("/outbox").await.is_empty(), "what WhatsApp spoke of has left the outbox");
        assert!(app.contact_of(&ana).await["opted_out_at"].is_i64(), "131050 is noted on the contact");
        assert!(ana.received().is_empty());
    });
}

/// What stops a number until a person has mended it.
const ABOUT_THE_NUMBER: [i64; 13] =
    [0, 3, 10, 190, 200, 299, 368, 131_005, 131_031, 131_037, 131_042, 131_045, 133_010];

#[test]
fn what_concerns_the_number_stops_it_until_a_person_has_mended_it() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        let mut written = Vec::new();
        for code in ABOUT_THE_NUMBER {
            app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code }));
            for place in ["primero", "segundo"] {
                written.push(format!("{place} {code}"));
                assert_eq!(app.reply_to(&ana, written.last().unwrap()).await.status, 201);
            }
            let channel = stopped(app, code).await;
            assert_eq!(app.queued().await, 2, "the queue is kept: {code}");
            let refused = app.api.list("/outbox").await.into_iter().find(|send| send["code"] == code).unwrap();
            assert!(text(&refused["hint"]).contains("resume"), "{refused}");
            resume(app, &channel).await;
            app.settled().await;
        }
        let left: Vec<String> = app.simulator.ledger().accepted.into_iter().filter_map(|one| one.text).collect();
        assert_eq!(left, written, "in the order in which they were written");
    });
}

#[test]
fn a_number_is_stopped_just_the_same_by_a_refusal_that_comes_as_a_report() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        for code in ABOUT_THE_NUMBER {
            app.simulator.set_fault(Fault::times(1, FaultKind::FailLater { code }));
            assert_eq!(app.reply_to(&ana, "tercero").await.status, 201);
            let channel = stopped(app, code).await;
            assert_eq!(app.reply_to(&ana, "cuarto").await.status, 201);
            assert_eq!(app.queued().await, 1, "{code}");
            resume(app, &channel).await;
            app.settled().await;
        }
        let failed = app.api.list("/messages/failed").await;
        assert_eq!(failed.len(), ABOUT_THE_NUMBER.len());
        assert!(failed.iter().all(|message| text(&message["hint"]).contains("resume")), "{failed:#?}");
    });
}

/// The only number, once it is stopped for this reason.
async fn stopped(app: &TestApp, code: i64) -> Value {
    eventually("the number to be stopped", async || {
        let channel = app.api.get("/channels").await["data"][0].clone();
        let is_stopped =
            channel["paused_reason"].as_str().is_some_and(|reason| reason.contains(&format!("code {code})")));
        is_stopped.then_some(channel)
    })
    .await
}

async fn resume(app: &TestApp, channel: &Value) {
    let path = format!("/channels/{}/pause", text(&channel["id"]));
    assert_eq!(app.api.call(Method::DELETE, &path).await.status, 204);
}

#[test]
fn a_doubted_number_still_answers_and_starts_nothing() {
    on_both_with(&Setup { platform: with_templates, ..Setup::default() }, async |app| {
        let (ana, luis) = (owed_nothing(app, "+52 55 1234 5678").await, owed_nothing(app, "+52 55 8765 4321").await);
        app.clock.advance(SignedDuration::from_hours(25));
        ana.says("¡muchas gracias!").await;
        app.settled().await;
        eventually("the templates to be looked at", async || app.node.templates.at_rest().then_some(())).await;
        for (place, code) in [131_048, 131_064, 130_497].into_iter().enumerate() {
            app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code }));
            assert_eq!(send_template(app, &luis, "pedido_listo").await.status, 201);
            let held = eventually("it to be held", async || app.api.list("/outbox?state=held").await.pop()).await;
            assert!(text(&held["reason"]).contains(&code.to_string()), "{held}");
            let channel = app.api.get("/channels").await["data"][0].clone();
            assert!(text(&channel["replies_only_reason"]).contains(&code.to_string()), "{channel}");
            assert!(channel["paused_reason"].is_null());

            assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
            assert_eq!(ana.wait_for(place + 1, PATIENCE).await.len(), place + 1, "an answer leaves: {code}");
            let release = format!("/outbox/{}/release", text(&held["id"]));
            assert_eq!(app.api.call(Method::POST, &release).await.status, 200);
            app.settled().await;
            assert_eq!(app.api.list("/outbox?state=held").await.len(), 1, "the guard holds it again: {code}");
            resume(app, &channel).await;
            assert_eq!(app.api.call(Method::POST, &release).await.status, 200);
            assert_eq!(luis.wait_for(place + 1, PATIENCE).await.len(), place + 1, "{code}");
            app.settled().await;
        }
    });
}

#[test]
fn a_template_that_whatsapp_does_not_send_holds_what_is_made_of_it() {
    on_both_with(&Setup { platform: with_templates, ..Setup::default() }, async |app| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        let codes = [132_001, 132_007, 132_015, 132_016];
        for code in codes {
            held_template(app, &ana, code).await;
        }
        release_all_once_approved(app, &ana).await;
        assert_eq!(ana.received().len(), codes.len() + 1);
    });
}

#[test]
fn a_form_that_is_blocked_or_throttled_does_the_same_to_the_template_above_it() {
    on_both_with(&Setup { platform: with_templates, ..Setup::default() }, async |app| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        for code in [132_068, 132_069] {
            held_template(app, &ana, code).await;
        }
        release_all_once_approved(app, &ana).await;
        assert_eq!(ana.received().len(), 3);
    });
}

/// A template that is refused with this code is held, with something to do about it, and somebody is told.
async fn held_template(app: &TestApp, phone: &Phone, code: i64) {
    send_template_once_approved(app, phone, Some(FaultKind::ErrorCode { code })).await;
    let held = eventually("it to be held", async || {
        app.api.list("/outbox?state=held").await.into_iter().find(|send| send["code"] == code)
    })
    .await;
    assert!(!text(&held["hint"]).is_empty(), "{held}");
    told_of_template(app, code).await;
}

async fn told_of_template(app: &TestApp, code: i64) {
    let notices = app.api.list("/notices").await;
    let is_told = |notice: &Value| text(&notice["detail"]).contains(&format!("code {code})"));
    assert!(notices.iter().any(is_told), "{notices:#?}");
}

/// WhatsApp lists the template as approved again, so a person lets go what was held.
async fn release_all_once_approved(app: &TestApp, phone: &Phone) {
    send_template_once_approved(app, phone, None).await;
    for held in app.api.list("/outbox?state=held").await {
        assert_eq!(app.api.call(Method::POST, &format!("/outbox/{}/release", text(&held["id"]))).await.status, 200);
    }
    app.settled().await;
}

#[test]
fn a_template_that_fails_after_it_was_taken_is_stopped_and_told_of_just_the_same() {
    on_both_with(&Setup { platform: with_templates, ..Setup::default() }, async |app| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        let codes = [132_007, 132_015, 132_016];
        for code in codes {
            send_template_once_approved(app, &ana, Some(FaultKind::FailLater { code })).await;
            let failed = eventually("the failure to be listed", async || {
                let failed = app.api.list("/messages/failed").await;
                failed.into_iter().find(|message| message["error_code"] == code)
            })
            .await;
            assert!(!text(&failed["hint"]).is_empty(), "{failed}");
            told_of_template(app, code).await;
        }
        send_template_once_approved(app, &ana, None).await;
        app.settled().await;
        assert_eq!((ana.received().len(), app.api.list("/messages/failed").await.len()), (1, codes.len()));
    });
}

/// The look at the account that a refusal asks for comes in its own time.
async fn send_template_once_approved(app: &TestApp, phone: &Phone, refused_with: Option<FaultKind>) {
    eventually("the template to be approved", async || {
        if !app.node.templates.at_rest() {
            return None;
        }
        app.simulator.clear_faults();
        if let Some(fault) = &refused_with {
            app.simulator.set_fault(Fault::times(1, fault.clone()));
        }
        (send_template(app, phone, "pedido_listo").await.status == 201).then_some(())
    })
    .await;
}
