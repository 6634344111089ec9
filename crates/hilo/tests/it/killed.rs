//! `hilo serve` killed between what it did outside of its database and its note of it, and started again: one effect, nothing left.

pub(crate) mod program;

use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};
use store::params;

use crate::app::{PATIENCE, eventually, text};
use crate::media::PNG;
use program::{Program, on_both};

fn order_ready() -> Value {
    let components = json!([{"type": "BODY", "text": "Sus lentes están listos."}]);
    json!({"name": "order_ready", "language": "es_MX", "category": "utility", "components": components})
}

#[test]
fn a_template_that_whatsapp_took_is_found_and_not_submitted_again() {
    on_both(async |program: &mut Program| {
        program.start(Some("outside_called:1")).await;
        let template = serde_json::to_vec(&order_ready()).unwrap();
        assert_eq!(program.posts("/templates", "order-ready", "application/json", &template).await, None);
        program.has_died().await;
        if program.is_shared() {
            // Another node might still be at it; 90 seconds later none is.
            let age = "UPDATE idempotency_keys SET created_at = created_at - 90000";
            program.changes(move |tx| tx.execute(age, params![])).await;
        }
        program.start(None).await;
        let again = program.posts("/templates", "order-ready", "application/json", &template).await;
        let (status, body) = again.unwrap();
        assert_eq!((status, &body["name"]), (201, &json!("order_ready")));
        assert_eq!(program.simulator.ledger().refused.get(&100), None, "WhatsApp was not asked for a second one");
        assert_eq!(
            program.asks(Method::GET, "/templates?name=order_ready").await.1["data"].as_array().unwrap().len(),
            1
        );
    });
}

#[test]
fn a_log_that_cannot_be_written_stops_nothing() {
    on_both(async |program: &mut Program| {
        program.start_on_a_full_disk_for_logs().await;
        let ana = program.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿Dónde está mi pedido?").await;
        eventually("the acknowledgement", async || (!ana.received().is_empty()).then_some(())).await;
    });
}

/// Uploaded files of which bytes are kept.
fn kept(program: &Program) -> Vec<PathBuf> {
    let inside = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let workspaces = inside(program.files()).filter(|path| !path.ends_with("arriving"));
    workspaces.flat_map(inside).filter(|path| path.to_string_lossy().contains("uploaded-")).flat_map(inside).collect()
}

#[test]
fn an_upload_that_was_cut_off_leaves_no_bytes_that_nobody_names() {
    on_both(async |program: &mut Program| {
        program.start(Some("upload_kept:1")).await;
        assert_eq!(program.posts("/media", "photo", "image/png", PNG).await, None);
        program.has_died().await;
        assert_eq!(kept(program).len(), 1);

        // Under the same key it is uploaded once more, and that one stays.
        program.start(None).await;
        let (status, photo) = program.posts("/media", "photo", "image/png", PNG).await.unwrap();
        assert_eq!((status, kept(program).len()), (201, 2), "the first may still be under way");
        program.kills().await;
        program.changes(|tx| tx.execute("UPDATE uploads_begun SET begun_at = 1", params![])).await;
        program.start(None).await;
        eventually("the first to be removed", async || (kept(program).len() == 1).then_some(())).await;
        let content = format!("/media/{}/content", text(&photo["id"]));
        assert_eq!(program.asks(Method::GET, &content).await.0, 200);
        assert_eq!(program.asks(Method::GET, "/media").await.1["data"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_message_whose_file_was_on_its_way_to_whatsapp_waits_for_a_person_and_arrives_once() {
    on_both(async |program: &mut Program| {
        program.start(Some("file_uploaded:1")).await;
        let ana = program.simulator.phone("+52 55 1234 5678").await;
        ana.says("¡muchas gracias!").await;
        let thread = eventually("the conversation", async || {
            program.asks(Method::GET, "/conversations").await.1["data"].get(0).map(|thread| thread["id"].clone())
        })
        .await;
        let (_, photo) = program.posts("/media", "photo", "image/png", PNG).await.unwrap();
        let path = format!("/conversations/{}/messages", text(&thread));
        let message = json!({"type": "image", "image": {"media_id": photo["id"]}}).to_string();
        // Nobody knows whether this one is answered before the program ends.
        program.posts(&path, "message", "application/json", message.as_bytes()).await;
        program.has_died().await;
        assert!(program.simulator.ledger().accepted.is_empty());

        if program.is_shared() {
            program.changes(|tx| tx.execute("UPDATE outbox SET lease_until = 1", params![])).await;
        }
        program.start(None).await;
        let unknown = eventually("the send to be listed", async || {
            program.asks(Method::GET, "/outbox?state=unknown").await.1["data"].get(0).cloned()
        })
        .await;
        // Its mark was committed, so it might have left; a person knows better.
        let resend = format!("/outbox/{}/resend", text(&unknown["id"]));
        assert_eq!(program.asks(Method::POST, &resend).await.0, 200);
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
        assert_eq!(program.simulator.ledger().accepted.len(), 1);
    });
}
