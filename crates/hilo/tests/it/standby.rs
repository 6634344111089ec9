//! While another actor, such as Meta's own agent, holds a conversation.

use serde_json::Value;
use simulator::Act;

use crate::app::{PATIENCE, TestApp, on_both, text};

#[test]
fn what_is_said_while_another_actor_answers_is_kept_and_not_answered() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.does(Act::HandOver).await.unwrap();
        ana.says("¿dónde está mi pedido 81?").await;
        ana.does(Act::OtherActor { text: "Llega mañana".into() }).await.unwrap();
        app.settled().await;

        let messages = app.messages_with(&ana).await;
        let texts: Vec<&str> = messages.iter().map(|message| text(&message["text"])).collect();
        assert_eq!(texts, ["¿dónde está mi pedido 81?", "Llega mañana"]);
        assert!(app.simulator.ledger().accepted.is_empty(), "two would answer the same question");

        assert_eq!(app.reply_to(&ana, "Soy Luisa, le ayudo yo").await.status, 201);
        assert_eq!(ana.wait_for(2, PATIENCE).await.len(), 2);
        app.settled().await;
        let handovers = async || {
            let notices = app.api.list("/notices").await;
            notices.into_iter().filter(|notice| notice["kind"] == "handover").collect::<Vec<Value>>()
        };
        assert_eq!(handovers().await.len(), 2, "there and back, once each");
    });
}
