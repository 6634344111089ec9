//! The database is away: nothing is promised that cannot be kept, nothing is sent, and all goes on when it is back.

use reqwest::StatusCode;
use simulator::Outcome;

use crate::app::{PATIENCE, TestApp, Written, eventually, messages_body, on_both};

#[test]
fn without_its_database_hilo_asks_whatsapp_to_try_again_and_loses_nothing() {
    on_both(async |app: &mut TestApp| {
        let Some(outage) = &app.outage else {
            println!("Skipped on SQLite: nobody can take its file away while it is open.");
            return;
        };
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        assert_eq!(ana.wait_for(1, PATIENCE).await.len(), 1);
        app.settled().await;

        outage.begin().await;
        let written = Written {
            wamid: "wamid.away".to_owned(),
            from: "525587654321".to_owned(),
            text: "hola".to_owned(),
            at: app.now(),
        };
        assert_eq!(app.post(&messages_body(&[written])).await, 503);
        let look = async |path: &str| app.http.get(format!("{}{path}", app.url)).send().await.unwrap().status();
        assert_eq!(look("/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(look("/healthz").await, StatusCode::OK, "the program lives; it only cannot commit");
        let refused = app.api.call(reqwest::Method::GET, "/contacts").await;
        assert_eq!(refused.status, 503);
        ana.says("¿dónde está mi pedido?").await;
        eventually("her message to be refused", async || {
            let webhooks = app.simulator.ledger().webhooks;
            webhooks.last().filter(|webhook| webhook.last_refusal.is_some()).map(drop)
        })
        .await;

        outage.end().await;
        app.settled().await;
        let webhooks = app.simulator.ledger().webhooks;
        assert!(webhooks.iter().all(|webhook| webhook.outcome == Outcome::Delivered));
        let messages = app.messages_with(&ana).await;
        let inbound = messages.iter().filter(|message| message["direction"] == "inbound");
        assert_eq!(inbound.count(), 2);
        assert_eq!(look("/readyz").await, StatusCode::OK);
    });
}
