//! What the business hears of besides messages: other actors, its own phone app, its account.

use serde_json::{Value, json};
use simulator::{Act, Event, NumberChange, PastMessage, Referral};

use crate::stage::{HOUR, PATIENCE, Stage, TOKEN, names, text};

async fn heard(act: Act) -> Value {
    let stage = Stage::new().await;
    stage.ana.does(act).await.unwrap();
    stage.messages().await[0].clone()
}

#[tokio::test]
async fn while_another_actor_holds_the_conversation_messages_come_on_standby_until_the_business_writes() {
    let stage = Stage::after_ana_wrote().await;
    stage.ana.does(Act::HandOver).await.unwrap();
    stage.ana.says("¿me oyen?").await;
    stage.ana.does(Act::OtherActor { text: "Soy un robot".into() }).await.unwrap();
    let changes = stage.changes().await;
    let fields: Vec<_> = changes.iter().map(|change| change["field"].clone()).collect();
    assert_eq!(fields[1..], ["messaging_handovers", "standby", "standby", "standby", "standby"]);
    assert_eq!(changes[2]["value"]["standby"]["messages"][0]["text"]["body"], "¿me oyen?");
    assert_eq!(changes[3]["value"]["standby"]["message_echoes"][0]["message"]["to"], "5215512345678");
    assert_eq!(changes[5]["value"]["standby"]["statuses"][0]["status"], "delivered");

    let nothing = json!({ "type": "reaction", "reaction": { "message_id": "wamid.unknown", "emoji": "👍" } });
    let failed = stage.send(nothing).await;
    assert_eq!(stage.failure(&failed).await, 131_009);
    assert!(stage.ana.view().held_elsewhere, "what is not sent takes nothing back");
    stage.send(text("Aquí estamos")).await;
    stage.ana.says("gracias").await;
    let changes = stage.changes().await;
    let handover = changes.iter().rfind(|change| change["field"] == "messaging_handovers").unwrap();
    assert_eq!(handover["value"]["control_passed"]["previous_owner_role"], "ai_agent");
    assert_eq!(handover["value"]["recipient"]["phone_number_id"], "100200300400500");
    assert!(handover["value"].get("metadata").is_none());
    let last = changes.iter().rfind(|change| change["value"]["messages"].is_array()).unwrap();
    assert_eq!(
        (&last["field"], &last["value"]["messages"][0]["text"]["body"]),
        (&json!("messages"), &json!("gracias"))
    );
}

#[tokio::test]
async fn what_is_written_in_the_phone_app_is_echoed_with_its_edits_and_deletions() {
    let stage = Stage::new().await;
    let wamid = stage.ana.does(Act::Echo { text: "mañana".into() }).await.unwrap();
    stage.ana.does(Act::EchoEdit { message_id: wamid.clone(), text: "pasado mañana".into() }).await.unwrap();
    stage.ana.does(Act::EchoRevoke { message_id: wamid.clone() }).await.unwrap();
    let changes = stage.changes().await;
    let echoes: Vec<_> = changes.iter().map(|change| change["value"]["message_echoes"][0].clone()).collect();
    assert!(changes.iter().all(|change| change["field"] == "smb_message_echoes"));
    assert_eq!(echoes[1]["edit"]["original_message_id"], json!(wamid));
    assert_eq!(echoes[2]["revoke"], json!({ "original_message_id": wamid }));
}

#[tokio::test]
async fn a_connected_phone_app_shares_its_history_and_its_address_book() {
    let stage = Stage::new().await;
    let past = |text: &str, from_business, hours_ago| PastMessage { text: text.into(), from_business, hours_ago };
    let messages = vec![past("¿ya están?", false, 50), past("el jueves", true, 49)];
    stage.ana.does(Act::History { messages }).await.unwrap();
    stage.ana.does(Act::AppContact { removed: false }).await.unwrap();
    let values = stage.values().await;
    let chunk = &values[0]["history"][0];
    assert_eq!((&chunk["metadata"]["phase"], &chunk["threads"][0]["id"]), (&json!(1), &json!("5215512345678")));
    assert_eq!(chunk["threads"][0]["messages"][1]["from"], "525550001000");
    assert_eq!(values[1]["state_sync"][0]["action"], "add");
}

#[tokio::test]
async fn what_the_phone_app_holds_is_asked_for_within_24_hours_of_its_connection() {
    let stage = Stage::after_ana_wrote().await;
    stage.ana.does(Act::AppContact { removed: false }).await.unwrap();
    let ask = async |sync: &str| {
        let request = json!({ "messaging_product": "whatsapp", "sync_type": sync });
        stage.post_to("/v25.0/100200300400500/smb_app_data", TOKEN, request).await.unwrap()
    };
    assert_eq!(ask("history").await.1["error"]["code"], 100);
    let client = simulator::control::Client::new(&stage.sim.url()).unwrap();
    client.change_number("100200300400500", NumberChange { on_business_app: Some(true) }).await.unwrap();
    assert!(ask("history").await.1["request_id"].is_string());
    assert_eq!(ask("smb_app_state_sync").await.0, 200);
    assert_eq!(ask("everything").await.0, 400);
    let values = stage.values().await;
    let [.., history, contacts] = &values[..] else { panic!("{values:?}") };
    assert_eq!(history["history"][0]["threads"][0]["messages"][0]["text"]["body"], "hola");
    assert_eq!(contacts["state_sync"][0]["contact"]["phone_number"], "5215512345678");
    stage.time_passes(24 * HOUR);
    assert_eq!(ask("history").await.0, 400);
}

#[tokio::test]
async fn a_first_message_from_an_advertisement_says_which_and_a_forwarded_one_that_it_is() {
    let ad = heard(Act::FromAd { text: "Quiero el examen".into(), referral: Referral::default() }).await;
    assert_eq!((&ad["type"], &ad["referral"]["source_type"]), (&json!("text"), &json!("ad")));
    let status = Referral { ctwa_clid: None, welcome_message: Some("¡Hola!".into()), ..Referral::default() };
    let status = heard(Act::FromAd { text: "hola".into(), referral: status }).await["referral"].clone();
    assert!(status.get("ctwa_clid").is_none());
    assert_eq!(status["welcome_message"], json!({ "text": "¡Hola!" }));
    assert_eq!(
        heard(Act::Forwarded { text: "2x1".into(), frequently: false }).await["context"],
        json!({ "forwarded": true })
    );
    let often = heard(Act::Forwarded { text: "2x1".into(), frequently: true }).await;
    assert_eq!(often["context"], json!({ "frequently_forwarded": true }));
}

#[tokio::test]
async fn orders_groups_products_and_what_the_api_cannot_carry_have_their_own_shape() {
    let order: Act = serde_json::from_value(json!({ "type": "order", "catalog_id": "1", "items": [
        { "product_retailer_id": "ARM-1", "quantity": 2, "item_price": 890.5, "currency": "MXN" }] }))
    .unwrap();
    assert_eq!(heard(order).await["order"]["product_items"][0]["quantity"], 2);
    let group = heard(Act::InGroup { group_id: "G1".into(), text: "hola a todos".into() }).await;
    assert_eq!((&group["group_id"], &group["text"]["body"]), (&json!("G1"), &json!("hola a todos")));
    let product =
        Act::AskAboutProduct { text: "¿hay?".into(), catalog_id: "1".into(), product_retailer_id: "A".into() };
    assert_eq!(heard(product).await["context"]["referred_product"]["product_retailer_id"], "A");
    assert_eq!(heard(Act::RequestWelcome).await["type"], "request_welcome");
}

#[tokio::test]
async fn what_the_api_cannot_carry_comes_with_the_error_that_says_why() {
    let act = |act: Value| serde_json::from_value::<Act>(act).unwrap();
    let poll = heard(act(json!({ "type": "unsupported", "what": "poll" }))).await;
    assert_eq!((&poll["errors"][0]["code"], &poll["unsupported"]["type"]), (&json!(131_051), &json!("poll")));
    let elsewhere = heard(act(json!({ "type": "unsupported", "what": "unknown", "code": 131_060 }))).await;
    let expected = json!([{ "code": 131_060, "title": "This message is unavailable",
        "message": "This message is unavailable",
        "error_data": { "details": "This message is currently unavailable." } }]);
    assert_eq!((&elsewhere["type"], &elsewhere["errors"]), (&json!("unsupported"), &expected));
    let lost = heard(act(json!({ "type": "unsupported", "what": "image", "code": 131_052 }))).await;
    assert_eq!(lost["errors"][0]["title"], "Media download error");
}

#[tokio::test]
async fn typing_and_blocking_are_seen_on_the_phone_and_never_by_the_business() {
    let stage = Stage::after_ana_wrote().await;
    stage.ana.does(Act::Typing).await.unwrap();
    assert!(stage.ana.view().composing);
    stage.ana.does(Act::Block).await.unwrap();
    let wamid = stage.send(text("hola")).await;
    assert_eq!(names(&stage.statuses(&wamid).await), ["sent"]);
    assert_eq!(stage.messages().await.len(), 1);
}

#[tokio::test]
async fn a_file_without_an_id_is_made_and_is_what_its_type_says() {
    let stage = Stage::new().await;
    let none = String::new;
    let filename = "receta.pdf".to_owned();
    let acts: [(Act, &str, &[u8]); 5] = [
        (Act::Image { media_id: none(), caption: None }, "image", b"\x89PNG\r\n\x1a\n"),
        (Act::Voice { media_id: none() }, "audio", b"OggS"),
        (Act::Document { media_id: none(), filename, caption: None }, "document", b"%PDF-1."),
        (Act::Sticker { media_id: none() }, "sticker", b"RIFF"),
        (Act::Video { media_id: none(), caption: None }, "video", b"\0\0\0\x18ftyp"),
    ];
    for (act, kind, beginning) in acts {
        stage.ana.does(act).await.unwrap();
        let message = stage.messages().await.last().unwrap().clone();
        let media = &message[kind];
        let (status, bytes) = stage.download(media["url"].as_str().unwrap(), crate::stage::TOKEN).await;
        assert_eq!(status, 200);
        assert!(bytes.starts_with(beginning), "{kind}");
        let kept = stage.sim.media(media["id"].as_str().unwrap()).unwrap();
        assert_eq!((&kept.bytes[..], json!(kept.sha256)), (&bytes[..], media["sha256"].clone()));
    }
}

#[tokio::test]
async fn events_of_the_account_have_their_time_on_the_entry() {
    let stage = Stage::new().await;
    stage.sim.announce(&Event::NumberQuality { change: "FLAGGED".into(), current_limit: "TIER_250".into() });
    stage
        .sim
        .announce(&Event::AccountRestriction { restriction: "RESTRICTED_BIZ_INITIATED_MESSAGING".into(), hours: 24 });
    let changes = stage.changes().await;
    assert_eq!(changes[0]["field"], "phone_number_quality_update");
    assert_eq!(changes[0]["value"]["event"], "FLAGGED");
    assert_eq!(changes[1]["value"]["restriction_info"][0]["expiration"], json!(1_795_000_000 + 24 * 3600));
    let body: Value = serde_json::from_slice(&stage.business.bodies.lock().unwrap()[0]).unwrap();
    assert_eq!(body["entry"][0]["time"], json!(1_795_000_000));
    assert!(stage.sim.settled(PATIENCE).await);
}

#[tokio::test]
async fn an_account_hears_of_any_field_that_it_can_subscribe_to() {
    let stage = Stage::new().await;
    let value = json!({ "display_phone_number": "525550001000", "event": "PIN_CHANGED" });
    stage.sim.announce(&Event::Other { field: "security".into(), value: value.clone() });
    assert_eq!(stage.changes().await[0], json!({ "field": "security", "value": value }));
}
