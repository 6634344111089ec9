//! A send of which nobody knows whether it left: never repeated by itself, settled by a report or by a person.

use domain::ids::SendId;
use hilo::clock::machine_now;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Accepted, Fault, FaultKind, Phone};
use store::Tx;
use uuid::Uuid;

use crate::app::{PATIENCE, Setup, TestApp, eventually, on_both, on_both_with, status, statuses_body, text};
use crate::metas_rules::{owed_nothing, send_template, with_templates};

/// A phone whose acknowledgement was accepted while its answer got lost; the send, once it is known to be unknown.
async fn with_a_lost_answer(app: &TestApp) -> (Phone, Accepted, Value) {
    app.simulator.set_fault(Fault::times(1, FaultKind::LoseResponse));
    app.simulator.set_fault(Fault::times(1, FaultKind::BlackHole));
    let ana = app.simulator.phone("+52 55 1234 5678").await;
    ana.says("¿dónde está mi pedido?").await;
    let unknown = eventually("the send to be unknown", async || app.api.list("/outbox?state=unknown").await.pop());
    let unknown = unknown.await;
    let accepted = app.simulator.ledger().accepted;
    assert_eq!(accepted.len(), 1);
    (ana, accepted[0].clone(), unknown)
}

/// Proof that the outbox had every occasion to send: somebody who wrote later has their answer.
async fn somebody_else_is_answered(app: &TestApp) {
    let luis = app.simulator.phone("+52 55 8765 4321").await;
    luis.says("hola").await;
    assert_eq!(luis.wait_for(1, PATIENCE).await.len(), 1);
    app.settled().await;
}

#[test]
fn a_lost_answer_leaves_the_send_unknown_until_a_report_settles_it() {
    on_both(async |app: &mut TestApp| {
        let (ana, send, unknown) = with_a_lost_answer(app).await;
        assert!(!text(&unknown["reason"]).is_empty());
        assert_eq!(app.messages_with(&ana).await[1]["status"], "unknown");

        app.restart().await;
        somebody_else_is_answered(app).await;
        assert_eq!(app.simulator.ledger().accepted.len(), 2, "never sent again by itself");
        assert_eq!(app.api.list("/outbox?state=unknown").await.len(), 1);

        assert_eq!(app.post(&statuses_body(&[status(&send, "delivered", send.at)])).await, 200);
        let message = app.messages_with(&ana).await.remove(1);
        assert_eq!((&message["status"], &message["wamid"]), (&json!("delivered"), &json!(send.wamid)));
        assert!(app.api.list("/outbox").await.is_empty());
        assert!(app.simulator.ledger().repeated_opaque().is_empty());
    });
}

#[test]
fn a_report_with_a_name_that_we_did_not_give_settles_nothing() {
    on_both(async |app: &mut TestApp| {
        let (ana, send, _) = with_a_lost_answer(app).await;
        let opaque = send.opaque.clone().unwrap();
        let forged = if opaque.ends_with('A') {
            format!("{}B", &opaque[..opaque.len() - 1])
        } else {
            format!("{}A", &opaque[..opaque.len() - 1])
        };
        for name in [forged.as_str(), "", "h1.", "somebody else's"] {
            let mut report = status(&send, "delivered", send.at);
            report["biz_opaque_callback_data"] = json!(name);
            assert_eq!(app.post(&statuses_body(&[report])).await, 200);
        }
        assert_eq!(app.messages_with(&ana).await[1]["status"], "unknown");
    });
}

#[test]
fn an_answer_that_is_not_metas_leaves_the_send_unknown() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::times(1, FaultKind::Error500));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        let unknown = eventually("the send to be unknown", async || app.api.list("/outbox?state=unknown").await.pop());
        assert!(text(&unknown.await["reason"]).contains("500"));
        somebody_else_is_answered(app).await;
        assert!(ana.received().is_empty());
    });
}

#[test]
fn a_message_that_whatsapp_takes_and_never_speaks_of_again_is_not_sent_twice() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::times(1, FaultKind::BlackHole));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        eventually("the send to be accepted", async || {
            app.api.list("/outbox").await.into_iter().find(|send| send["state"] == "accepted")
        })
        .await;
        app.restart().await;
        somebody_else_is_answered(app).await;
        assert_eq!(app.messages_with(&ana).await[1]["status"], "accepted");
        assert_eq!(app.simulator.ledger().accepted.len(), 2);
    });
}

#[test]
fn a_person_may_send_an_unknown_message_again_and_the_old_one_stays_as_it_is() {
    on_both(async |app: &mut TestApp| {
        let (ana, send, unknown) = with_a_lost_answer(app).await;
        let resend = format!("/outbox/{}/resend", text(&unknown["id"]));
        assert_eq!(app.api.call(Method::POST, &resend).await.status, 200);
        assert_eq!(app.api.call(Method::POST, &resend).await.status, 404, "it was settled by the first");
        app.settled().await;
        assert_eq!(ana.received().len(), 1);
        assert_eq!(app.simulator.ledger().accepted.len(), 2);

        // The first one arrived after all.
        assert_eq!(app.post(&statuses_body(&[status(&send, "delivered", send.at)])).await, 200);
        let messages = app.messages_with(&ana).await;
        let told: Vec<_> =
            messages.iter().map(|message| (message["seq"].as_i64().unwrap(), &message["status"])).collect();
        assert_eq!(told, [(1, &Value::Null), (2, &json!("delivered")), (3, &json!("read"))]);
    });
}

#[test]
fn a_person_may_give_an_unknown_message_up_and_a_late_report_still_finds_it() {
    on_both(async |app: &mut TestApp| {
        let (ana, send, unknown) = with_a_lost_answer(app).await;
        let path = format!("/outbox/{}", text(&unknown["id"]));
        assert_eq!(app.api.call(Method::DELETE, &path).await.status, 204);
        assert_eq!(app.api.call(Method::DELETE, &path).await.status, 404);
        assert!(app.api.list("/outbox").await.is_empty());
        assert_eq!(app.post(&statuses_body(&[status(&send, "read", send.at)])).await, 200);
        assert_eq!(app.messages_with(&ana).await[1]["status"], "read");
    });
}

#[test]
fn what_a_dead_process_was_sending_is_unknown_at_the_next_start_and_not_sent() {
    on_both(async |app: &mut TestApp| {
        let (workspace, channel) = (app.workspace("default").await, app.node.channels.iter().next().unwrap().id);
        let pause = move |tx: &mut Tx<'_>| tx.pause_channel(workspace, channel, Some("until the next start"));
        app.node.store.write(Vec::new(), pause).await.unwrap();
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        app.settled_but_paused().await;
        let queued = app.api.list("/outbox").await;
        let id: SendId = text(&queued[0]["id"]).parse().unwrap();

        app.restart_after(async |node| {
            // As a process leaves it that was killed after its mark; its lease has run out since.
            let (dead, lease_until) = (Uuid::new_v4(), machine_now() - 1);
            let mark = move |tx: &mut Tx<'_>| {
                tx.mark_sending(workspace, id, dead, None, lease_until, lease_until)?;
                tx.pause_channel(workspace, channel, None)
            };
            node.store.write(Vec::new(), mark).await.unwrap();
        })
        .await;
        let unknown = eventually("the send to be unknown", async || app.api.list("/outbox?state=unknown").await.pop());
        assert!(text(&unknown.await["reason"]).contains("stopped"));
        somebody_else_is_answered(app).await;
        assert!(ana.received().is_empty());
        assert_eq!(app.simulator.ledger().accepted.len(), 1, "only the other's answer");
    });
}

#[test]
fn a_file_or_a_template_that_a_dead_process_was_sending_is_not_sent_twice_either() {
    on_both_with(&Setup { platform: with_templates, ..Setup::default() }, async |app| {
        let (ana, luis) = (owed_nothing(app, "+52 55 1234 5678").await, owed_nothing(app, "+52 55 8765 4320").await);
        let (workspace, channel) = (app.workspace("default").await, app.node.channels.iter().next().unwrap().id);
        let pause = move |tx: &mut Tx<'_>| tx.pause_channel(workspace, channel, Some("until the next start"));
        app.node.store.write(Vec::new(), pause).await.unwrap();
        let thread = app.conversation_of(&ana).await;
        let image = json!({"type": "image", "image": {"link": "https://files.example.org/a.jpg"}});
        let sent = app.api.post(&format!("/conversations/{}/messages", text(&thread["id"])), &image).await;
        assert_eq!(sent.status, 201);
        assert_eq!(send_template(app, &luis, "pedido_listo").await.status, 201);
        let queued = app.api.list("/outbox").await;
        let ids: Vec<SendId> = queued.iter().map(|send| text(&send["id"]).parse().unwrap()).collect();
        assert_eq!(ids.len(), 2);

        app.restart_after(async |node| {
            let (dead, lease_until) = (Uuid::new_v4(), machine_now() - 1);
            let mark = move |tx: &mut Tx<'_>| {
                for id in &ids {
                    tx.mark_sending(workspace, *id, dead, None, lease_until, lease_until)?;
                }
                tx.pause_channel(workspace, channel, None)
            };
            node.store.write(Vec::new(), mark).await.unwrap();
        })
        .await;
        eventually("both to be unknown", async || {
            (app.api.list("/outbox?state=unknown").await.len() == 2).then_some(())
        })
        .await;
        somebody_else_is_answered(app).await;
        app.restart().await;
        app.settled().await;
        assert!(ana.received().is_empty() && luis.received().is_empty());
        assert_eq!(app.simulator.ledger().accepted.len(), 1, "only the other's answer");
        assert_eq!(app.api.list("/outbox?state=unknown").await.len(), 2, "both are listed for a person");
    });
}
