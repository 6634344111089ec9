//! What becomes of a message after its acceptance.

use serde_json::{Value, json};
use simulator::{NewPhone, Reads, Settings, WebhookSettings};

use crate::stage::{PATIENCE, Stage, names, quick, template, text, to_ana};

#[tokio::test]
async fn a_message_is_sent_delivered_and_read_and_echoes_its_opaque_data() {
    let stage = Stage::after_ana_wrote().await;
    let mut message = text("Su pedido va en camino");
    message["biz_opaque_callback_data"] = json!("attempt-7");
    let wamid = stage.send(message).await;

    let statuses = stage.statuses(&wamid).await;
    assert_eq!(names(&statuses), ["sent", "delivered", "read"]);
    assert!(statuses.iter().all(|status| status["biz_opaque_callback_data"] == "attempt-7"));
    assert!(statuses.iter().all(|status| status["recipient_id"] == "5215512345678"));
    assert!(statuses.iter().all(|status| status["timestamp"].is_string()));
    assert_eq!(statuses[0]["recipient_user_id"], json!(stage.ana.view().user_id));
}

#[tokio::test]
async fn pricing_is_on_sent_and_delivered_and_answers_are_free_within_the_allowance() {
    let stage = Stage::after_ana_wrote_with(Settings { free_service_messages: 1, ..quick() }).await;
    let free = stage.send(text("one")).await;
    let statuses = stage.statuses(&free).await;
    let expected =
        json!({ "billable": false, "pricing_model": "PMP", "category": "service", "type": "free_customer_service" });
    assert_eq!(statuses[0]["pricing"], expected);
    assert_eq!(statuses[1]["pricing"], expected);
    assert_eq!(statuses[2]["pricing"], Value::Null);

    let charged = stage.send(text("two")).await;
    assert_eq!(stage.statuses(&charged).await[0]["pricing"]["type"], "regular");
    let reminder = stage.send(template("appointment_reminder")).await;
    assert_eq!(stage.statuses(&reminder).await[0]["pricing"]["category"], "utility");
}

#[tokio::test]
async fn a_contact_stands_beside_every_status_but_failed() {
    let stage = Stage::after_ana_wrote().await;
    stage.send(text("hola")).await;
    stage.time_passes(25 * crate::stage::HOUR);
    stage.send(text("too late")).await;
    for value in stage.values().await.iter().filter(|value| value["statuses"].is_array()) {
        let failed = value["statuses"][0]["status"] == "failed";
        assert_eq!(value["contacts"].is_null(), failed, "{value}");
    }
}

#[tokio::test]
async fn a_phone_that_is_offline_is_delivered_to_when_it_comes_back() {
    let stage = Stage::after_ana_wrote().await;
    stage.ana.goes_offline().await;
    let wamid = stage.send(text("hola")).await;
    assert_eq!(names(&stage.statuses(&wamid).await), ["sent"]);
    assert!(stage.ana.received().is_empty());

    stage.ana.comes_online().await;
    let statuses = stage.statuses(&wamid).await;
    assert_eq!(names(&statuses), ["sent", "delivered", "read"]);
    assert_eq!(statuses[0]["pricing"], statuses[1]["pricing"]);
}

#[tokio::test]
async fn a_phone_that_reads_by_hand_is_read_when_the_chat_is_opened() {
    let stage = Stage::after_ana_wrote().await;
    stage.ana.sets_reads(Reads::Manual).await;
    let wamid = stage.send(text("hola")).await;
    assert_eq!(names(&stage.statuses(&wamid).await), ["sent", "delivered"]);
    assert!(!stage.ana.received()[0].read);

    stage.ana.opens_chat().await;
    assert_eq!(names(&stage.statuses(&wamid).await), ["sent", "delivered", "read"]);
    assert!(stage.ana.received()[0].read);
}

#[tokio::test]
async fn a_message_to_somebody_who_blocked_the_business_stays_at_sent() {
    let stage = Stage::after_ana_wrote().await;
    stage.ana.blocks().await;
    let wamid = stage.send(text("hola")).await;
    assert_eq!(names(&stage.statuses(&wamid).await), ["sent"]);
    assert!(stage.ana.received().is_empty());
}

#[tokio::test]
async fn webhooks_about_a_person_with_only_a_username_carry_no_number() {
    let stage = Stage::new().await;
    let new = NewPhone { username: Some("luz.perez".into()), name: Some("Luz".into()), ..NewPhone::default() };
    let luz = stage.sim.add_phone(&new).await.unwrap();
    luz.says("hola").await;
    let user_id = luz.view().user_id;
    let request = json!({ "messaging_product": "whatsapp", "recipient": user_id, "text": { "body": "hola" } });
    stage.post(request).await.unwrap();
    luz.wait_for(1, PATIENCE).await;

    let values = stage.values().await;
    assert_eq!(values.len(), 4);
    for value in values {
        assert_eq!(value["contacts"][0]["user_id"], json!(user_id));
        assert!(value["contacts"][0].get("wa_id").is_none());
        assert!(value["messages"][0].get("from").is_none());
        assert!(value["statuses"][0].get("recipient_id").is_none());
        let status = value["statuses"][0]["status"].as_str();
        assert_eq!(value["contacts"][0]["profile"]["username"].is_null(), status == Some("sent"));
    }
}

#[tokio::test]
async fn a_reaction_to_a_message_nobody_knows_fails_with_131009() {
    let stage = Stage::after_ana_wrote().await;
    let reaction = json!({ "type": "reaction", "reaction": { "message_id": "wamid.unknown", "emoji": "👍" } });
    let wamid = stage.send(reaction).await;
    assert_eq!(stage.failure(&wamid).await, 131_009);
}

#[tokio::test]
async fn a_reaction_reaches_messages_of_the_last_thirty_days() {
    let stage = Stage::new().await;
    let target = stage.ana.says("hola").await;
    let reaction = json!({ "type": "reaction", "reaction": { "message_id": target, "emoji": "👍" } });
    stage.time_passes(30 * 24 * crate::stage::HOUR);
    stage.ana.says("¿siguen ahí?").await;
    let wamid = stage.send(reaction.clone()).await;
    assert_eq!(stage.statuses(&wamid).await.len(), 3);
    stage.time_passes(1);
    let wamid = stage.send(reaction).await;
    assert_eq!(stage.failure(&wamid).await, 131_009);
}

#[tokio::test]
async fn a_failed_status_says_why_as_an_element_of_errors() {
    let stage = Stage::new().await;
    let wamid = stage.send(text("outside the window")).await;
    let errors = stage.statuses(&wamid).await[0]["errors"].clone();
    assert_eq!((&errors[0]["code"], &errors[0]["title"]), (&json!(131_047), &json!("Re-engagement message")));
    assert!(errors[0]["message"].is_string() && errors[0]["error_data"]["details"].is_string());
    assert!(errors[0]["href"].as_str().unwrap().starts_with("https://developers.facebook.com/"));
}

#[tokio::test]
async fn an_app_subscribed_before_version_24_hears_which_conversation_a_status_belongs_to() {
    let webhooks = WebhookSettings { graph_version: 23, ..quick().webhooks };
    let stage = Stage::after_ana_wrote_with(Settings { webhooks, ..quick() }).await;
    let wamid = stage.send(text("hola")).await;
    let statuses = stage.statuses(&wamid).await;
    assert_eq!(statuses[0]["conversation"]["origin"]["type"], "service");
    assert_eq!(statuses[0]["conversation"]["id"], statuses[1]["conversation"]["id"]);
    assert!(statuses[2].get("conversation").is_none());

    let newer = Stage::after_ana_wrote().await;
    let wamid = newer.send(text("hola")).await;
    assert!(newer.statuses(&wamid).await[0].get("conversation").is_none());
}

#[tokio::test]
async fn a_failed_status_does_not_echo_the_opaque_data() {
    let stage = Stage::new().await;
    let mut request = to_ana(text("outside the window"));
    request["biz_opaque_callback_data"] = json!("attempt-8");
    let (_, body) = stage.post(request).await.unwrap();
    let statuses = stage.statuses(body["messages"][0]["id"].as_str().unwrap()).await;
    assert!(statuses[0].get("biz_opaque_callback_data").is_none());
}

#[tokio::test]
async fn a_message_that_arrives_in_an_open_chat_is_read_and_never_delivered() {
    let stage = Stage::after_ana_wrote().await;
    stage.ana.sets_reads(Reads::AtOnce).await;
    let wamid = stage.send(text("hola")).await;
    let statuses = stage.statuses(&wamid).await;
    assert_eq!(names(&statuses), ["sent", "read"]);
    assert_eq!(statuses[1]["pricing"]["category"], "service");
}

#[tokio::test]
async fn a_voice_note_is_played_after_it_is_read() {
    let stage = Stage::after_ana_wrote().await;
    let id = stage.uploaded("audio/ogg").await;
    let wamid = stage.send(serde_json::json!({ "type": "audio", "audio": { "id": id, "voice": true } })).await;
    assert_eq!(names(&stage.statuses(&wamid).await), ["sent", "delivered", "read", "played"]);
}
