//! A part of a body that makes a stage fail: tried three times, put aside for a person, and in nobody else's way.

use domain::contact::Sender;
use domain::ids::{BodyId, WorkId, WorkspaceId};
use domain::{PhoneNumber, contact::Identity};
use hilo::pipeline::{Inbound, Message, Nature};
use hilo::{ids, workflows};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use store::{NewWork, Tx};

use crate::app::{PATIENCE, TestApp, eventually, on_both, text};

/// Keeps a body and a part of it that waits to be processed.
async fn put_aside(app: &TestApp, workspace: WorkspaceId, sender: &PhoneNumber, part: &str) -> WorkId {
    let (id, body) = (WorkId(ids::fresh()), BodyId(ids::fresh()));
    let (channel, part, now) = (app.node.channels.iter().next().unwrap().id, part.to_owned(), app.now());
    let work = NewWork {
        id,
        body,
        channel,
        field: "messages".to_owned(),
        part,
        sender_phone: Some(Identity::phone(sender).match_key),
        sender_user: None,
        error: None,
    };
    let keep = move |tx: &mut Tx<'_>| {
        tx.add_body(workspace, body, b"as Meta posted it", now)?;
        tx.add_work(workspace, &work, 0)
    };
    app.node.store.write(Vec::new(), keep).await.unwrap();
    app.node.backlog_wakes.notify_one();
    id
}

fn phone(digits: &str) -> PhoneNumber {
    PhoneNumber::from_whatsapp(digits).unwrap()
}

async fn quarantined(app: &TestApp) -> Value {
    let put_aside = eventually("the part to be put aside", async || {
        let backlog = app.api.list("/backlog").await;
        backlog.into_iter().find(|row| row["state"] == "quarantined")
    });
    put_aside.await
}

#[test]
fn a_part_that_cannot_be_read_is_put_aside_after_three_tries_with_its_raw_body() {
    on_both(async |app: &mut TestApp| {
        let workspace = app.workspace("default").await;
        let id = put_aside(app, workspace, &phone("525512345678"), "{\"no\": \"message\"}").await;
        let row = quarantined(app).await;
        assert_eq!((text(&row["id"]), &row["attempts"]), (id.to_string().as_str(), &json!(3)));
        assert!(!text(&row["error"]).is_empty());
        assert_eq!(row["part"], json!({ "no": "message" }));
        let raw = app.api.call(Method::GET, &format!("/bodies/{}", text(&row["body_id"]))).await;
        assert_eq!(
            (raw.status, raw.body, raw.content_type.as_str()),
            (200, json!("as Meta posted it"), "application/octet-stream")
        );

        let replay = format!("/backlog/{id}/replay");
        assert_eq!(app.api.call(Method::POST, &replay).await.status, 202);
        assert_eq!(app.api.call(Method::POST, &replay).await.status, 404, "it is no longer put aside");
        let notice = app.api.list("/notices").await.remove(0);
        assert_eq!((&notice["kind"], &notice["subject"]), (&json!("action"), &json!(id.to_string())));
        assert_eq!(quarantined(app).await["attempts"], 3, "nothing was mended, so it is put aside again");
    });
}

#[test]
fn other_people_go_on_and_the_same_person_waits_their_turn() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        let luis = app.simulator.phone("+52 55 8765 4321").await;
        let workspace = app.workspace("default").await;
        put_aside(app, workspace, &phone("525512345678"), "broken").await;
        ana.says("¿dónde está mi pedido?").await;
        luis.says("¿dónde está mi pedido?").await;

        assert_eq!(luis.wait_for(1, PATIENCE).await.len(), 1);
        assert!(ana.received().is_empty(), "her message must not overtake the one before it");
        let waiting = app.api.list("/backlog").await;
        assert_eq!(waiting.len(), 2, "hers waits behind the broken one, and his does not: {waiting:#?}");

        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
        app.settled().await;
        let left = app.api.list("/backlog").await;
        assert_eq!((left.len(), &left[0]["state"]), (1, &json!("quarantined")));
    });
}

#[test]
fn a_replay_after_the_cause_is_mended_takes_the_message_in() {
    on_both(async |app: &mut TestApp| {
        // A workspace that was made while the server runs has no workflow in force before the next start.
        let workspace = app.workspace("made meanwhile").await;
        let sender = phone("525512345678");
        let inbound = Inbound {
            workspace,
            channel: app.node.channels.iter().next().unwrap().id,
            body: BodyId(ids::fresh()),
            field: "messages".to_owned(),
            sender: Sender {
                phone: Some(sender.clone()),
                user_id: None,
                parent_user_id: None,
                profile_name: Some("Ana".to_owned()),
            },
            attested: None,
            message: Message {
                wamid: "wamid.1".to_owned(),
                sent_at: app.now() - SignedDuration::from_hours(48).as_millis() as i64, // too late for an answer
                nature: Nature::Message,
                kind: "text".to_owned(),
                text: Some("¿dónde está mi pedido?".to_owned()),
                payload: None,
                content: None,
                context: None,
                file: None,
            },
        };
        let id = put_aside(app, workspace, &sender, &serde_json::to_string(&inbound).unwrap()).await;
        let theirs = app.api_of("made meanwhile").await;
        eventually("the part to be put aside", async || {
            let backlog = theirs.list("/backlog").await;
            (backlog[0]["state"] == "quarantined").then_some(())
        })
        .await;
        assert!(theirs.list("/conversations").await.is_empty(), "nothing of a failed try stays");

        workflows::bring_into_force(&app.node.store, &app.node.workflows, workspace, None, app.now()).await.unwrap();
        assert_eq!(theirs.call(Method::POST, &format!("/backlog/{id}/replay")).await.status, 202);
        eventually("the message to be taken in", async || {
            let threads = theirs.list("/conversations").await;
            threads.into_iter().next()
        })
        .await;
        app.settled().await;
        assert!(theirs.list("/backlog").await.is_empty());
        assert_eq!(theirs.list("/tickets").await.len(), 1);
    });
}
