//! What people do with their phones, as the business hears of it.

use serde_json::{Value, json};
use simulator::{Act, BusinessNumber, PhoneError, Settings};

use crate::stage::{HOUR, PATIENCE, Stage, quick, text};

async fn heard(act: Act) -> Value {
    let stage = Stage::new().await;
    stage.ana.does(act).await.unwrap();
    stage.messages().await[0].clone()
}

#[tokio::test]
async fn a_reply_names_the_message_that_it_answers() {
    let stage = Stage::after_ana_wrote().await;
    let question = stage.send(text("¿A qué hora?")).await;
    stage.ana.wait_for(1, PATIENCE).await;
    stage.ana.replies(&question, "a las 5").await;
    let reply = stage.messages().await[1].clone();
    assert_eq!(reply["context"], json!({ "from": "525550001000", "id": question }));
}

#[tokio::test]
async fn a_tap_comes_back_with_the_id_of_the_button_and_the_message() {
    let stage = Stage::after_ana_wrote().await;
    let buttons = json!([{ "type": "reply", "reply": { "id": "yes:7", "title": "Confirmar" } }]);
    let question = stage
        .send(json!({ "type": "interactive", "interactive": {
            "type": "button", "body": { "text": "¿Confirma?" }, "action": { "buttons": buttons } } }))
        .await;
    let received = stage.ana.wait_for(1, PATIENCE).await;
    assert_eq!((received[0].text.as_deref(), received[0].buttons[0].title.as_str()), (Some("¿Confirma?"), "Confirmar"));

    stage.ana.taps("Confirmar").await.unwrap();
    assert_eq!(stage.ana.taps("Cancelar").await, Err(PhoneError::NothingToTap("Cancelar".into())));
    let tap = stage.messages().await[1].clone();
    assert_eq!(tap["interactive"]["button_reply"], json!({ "id": "yes:7", "title": "Confirmar" }));
    assert_eq!(tap["context"]["id"], json!(question));
}

#[tokio::test]
async fn a_list_row_comes_back_with_its_description() {
    let stage = Stage::after_ana_wrote().await;
    let row = json!({ "id": "mon", "title": "Lunes", "description": "10:00" });
    stage
        .send(json!({ "type": "interactive", "interactive": { "type": "list", "body": { "text": "¿Cuándo?" },
            "action": { "button": "Ver", "sections": [{ "rows": [row] }] } } }))
        .await;
    stage.ana.wait_for(1, PATIENCE).await;
    stage.ana.taps("mon").await.unwrap();
    assert_eq!(stage.messages().await[1]["interactive"]["list_reply"], row);
}

#[tokio::test]
async fn a_quick_reply_of_a_template_comes_back_as_a_button_with_its_payload() {
    let stage = Stage::new().await;
    let component = json!({ "type": "button", "sub_type": "quick_reply", "index": "0",
        "parameters": [{ "type": "payload", "payload": "confirm:7" }] });
    stage
        .send(json!({ "type": "template", "template": { "name": "appointment_reminder",
            "language": { "code": "es" }, "components": [component] } }))
        .await;
    stage.ana.wait_for(1, PATIENCE).await;
    stage.ana.taps("confirm:7").await.unwrap();
    assert_eq!(stage.messages().await[0]["button"], json!({ "payload": "confirm:7", "text": "confirm:7" }));
}

#[tokio::test]
async fn media_arrive_with_id_type_and_hash() {
    let voice = heard(Act::Voice { media_id: "55".into() }).await;
    assert_eq!(
        (&voice["type"], &voice["audio"]["voice"], &voice["audio"]["id"]),
        (&json!("audio"), &json!(true), &json!("55"))
    );
    assert_eq!(voice["audio"]["sha256"].as_str().unwrap().len(), 64);
    assert!(voice["audio"].get("caption").is_none());

    let document =
        Act::Document { media_id: "56".into(), filename: "acta.pdf".into(), caption: Some("mi acta".into()) };
    let document = heard(document).await;
    assert_eq!(
        (&document["document"]["filename"], &document["document"]["caption"]),
        (&json!("acta.pdf"), &json!("mi acta"))
    );
}

#[tokio::test]
async fn a_contact_card_says_whether_it_was_asked_for() {
    let card = |requested| Act::Contacts { name: "Ana".into(), phone: "+52 1 55 1234 5678".into(), requested };
    assert_eq!(heard(card(true)).await["contacts"][0]["origin"], "contact_request");
    let shared = heard(card(false)).await;
    assert_eq!(shared["contacts"][0]["origin"], "other");
    assert_eq!(shared["contacts"][0]["phones"][0]["wa_id"], "5215512345678");
    let nameless = Act::Contacts { name: String::new(), phone: "+52 1 55 1234 5678".into(), requested: false };
    assert!(heard(nameless).await["contacts"][0].get("name").is_none());
    assert!(shared["contacts"][0]["vcard"].as_str().unwrap().contains("FN:Ana"));
}

#[tokio::test]
async fn a_removed_reaction_has_no_emoji_and_a_new_type_is_a_word_nobody_knows() {
    let removed = heard(Act::Reaction { message_id: "wamid.1".into(), emoji: None }).await;
    assert_eq!(removed["reaction"], json!({ "message_id": "wamid.1" }));
    assert_eq!(heard(Act::Unknown { name: "hologram".into() }).await["type"], "hologram");
}

#[tokio::test]
async fn a_person_reacts_to_messages_of_the_last_thirty_days_only() {
    let stage = Stage::new().await;
    let said = stage.ana.says("hola").await;
    stage.time_passes(30 * 24 * HOUR);
    stage.ana.reacts(&said, "👍").await.unwrap();
    stage.time_passes(1);
    assert_eq!(stage.ana.reacts(&said, "👍").await, Err(PhoneError::TooLate("react to")));
}

#[tokio::test]
async fn only_the_caption_of_a_file_can_be_edited() {
    let stage = Stage::new().await;
    let photo = Act::Image { media_id: String::new(), caption: Some("mi receta".into()) };
    let photo = stage.ana.does(photo).await.unwrap();
    stage.ana.edits(&photo, "la receta de mi mamá").await.unwrap();
    let expected = json!({ "type": "image", "image": { "caption": "la receta de mi mamá" } });
    assert_eq!(stage.messages().await[1]["edit"]["message"], expected);
}

#[tokio::test]
async fn the_answer_to_a_location_request_names_the_request() {
    let stage = Stage::after_ana_wrote().await;
    let request = json!({ "type": "location_request_message", "body": { "text": "¿Dónde está?" },
        "action": { "name": "send_location" } });
    let request = stage.send(json!({ "type": "interactive", "interactive": request })).await;
    let place = json!({ "type": "location", "latitude": 19.43, "longitude": -99.13, "reply_to": request });
    stage.ana.does(serde_json::from_value(place).unwrap()).await.unwrap();
    let place = stage.messages().await[1].clone();
    assert_eq!(place["context"], json!({ "from": "525550001000", "id": request }));
    assert_eq!(place["location"], json!({ "latitude": 19.43, "longitude": -99.13 }));
}

#[tokio::test]
async fn a_sound_is_a_voice_note_only_when_it_was_recorded_in_the_chat() {
    assert_eq!(heard(Act::Audio { media_id: String::new() }).await["audio"]["voice"], false);
    assert_eq!(heard(Act::Voice { media_id: String::new() }).await["audio"]["voice"], true);
}

#[tokio::test]
async fn answers_to_flows_and_to_call_permissions_are_interactive_replies() {
    let flow = heard(Act::FlowReply { response_json: r#"{"flow_token":"t","day":"lunes"}"#.into() }).await;
    let reply = &flow["interactive"]["nfm_reply"];
    assert_eq!((&reply["name"], &reply["body"]), (&json!("flow"), &json!("Sent")));
    assert!(reply["response_json"].is_string());
    let yes = heard(Act::CallPermission { accepts: true }).await["interactive"]["call_permission_reply"].clone();
    assert_eq!((&yes["response"], yes["expiration_timestamp"].is_i64()), (&json!("accept"), true));
    let no = heard(Act::CallPermission { accepts: false }).await;
    assert_eq!(no["interactive"]["call_permission_reply"]["response"], "reject");
}

#[tokio::test]
async fn a_message_can_be_edited_for_fifteen_minutes_and_revoked_for_two_days() {
    let stage = Stage::new().await;
    let order = stage.ana.says("dos pizzas").await;
    let edit = stage.ana.edits(&order, "tres pizzas").await.unwrap();
    stage.time_passes(HOUR / 4 + 1);
    assert_eq!(stage.ana.edits(&order, "cuatro").await, Err(PhoneError::TooLate("edit")));
    stage.ana.revokes(&order).await.unwrap();
    stage.time_passes(48 * HOUR);
    assert_eq!(stage.ana.revokes(&order).await, Err(PhoneError::TooLate("revoke")));

    let messages = stage.messages().await;
    assert_eq!(messages[1]["id"], json!(edit));
    let expected =
        json!({ "original_message_id": order, "message": { "type": "text", "text": { "body": "tres pizzas" } } });
    assert_eq!(messages[1]["edit"], expected);
    assert_eq!(messages[2]["revoke"], json!({ "original_message_id": order }));
}

#[tokio::test]
async fn an_opt_out_comes_as_user_preferences_with_an_integer_time() {
    let stage = Stage::new().await;
    stage.ana.does(Act::OptOut).await.unwrap();
    stage.ana.does(Act::OptIn).await.unwrap();
    let changes = stage.changes().await;
    assert!(changes.iter().all(|change| change["field"] == "user_preferences"));
    let preference = &changes[0]["value"]["user_preferences"][0];
    assert_eq!((&preference["value"], &preference["category"]), (&json!("stop"), &json!("marketing_messages")));
    assert!(preference["timestamp"].is_i64());
    assert_eq!(changes[1]["value"]["user_preferences"][0]["value"], "resume");
}

#[tokio::test]
async fn an_answer_from_the_phone_app_comes_as_an_echo_and_does_not_open_the_window() {
    let stage = Stage::new().await;
    stage.ana.does(Act::Echo { text: "Yo le atiendo".into() }).await.unwrap();
    let change = stage.changes().await[0].clone();
    assert_eq!(change["field"], "smb_message_echoes");
    let echo = &change["value"]["message_echoes"][0];
    assert_eq!((&echo["from"], &echo["to"]), (&json!("525550001000"), &json!("5215512345678")));
    assert_eq!(stage.ana.received()[0].text.as_deref(), Some("Yo le atiendo"));

    let wamid = stage.send(text("hola")).await;
    assert_eq!(stage.failure(&wamid).await, 131_047);
}

#[tokio::test]
async fn a_changed_number_tells_the_old_and_the_new_identity_without_contacts() {
    let stage = Stage::after_ana_wrote().await;
    let before = stage.ana.view();
    stage.ana.changes_number("+52 1 55 8765 4321").await.unwrap();
    let after = stage.ana.view();

    let value = stage.values().await[1].clone();
    let event = &value["messages"][0];
    assert!(value.get("contacts").is_none());
    assert_eq!((&event["type"], &event["from"]), (&json!("system"), &json!("5215512345678")));
    assert_eq!(event["system"]["type"], "user_changed_number");
    assert_eq!(event["system"]["wa_id"], "5215587654321");
    assert_eq!(event["system"]["user_id"], json!(after.user_id));
    assert_eq!(event["system"]["previous_user_id"], json!(before.user_id));
    assert_ne!(before.user_id, after.user_id);
    assert!(stage.sim.find_phone("+5215512345678").is_none());
}

#[tokio::test]
async fn a_phone_can_write_to_any_number_of_the_business_and_each_has_its_own_window() {
    let other = BusinessNumber { phone_number_id: "200".into(), ..BusinessNumber::default() };
    let numbers = vec![BusinessNumber::default(), other];
    let stage = Stage::with(Settings { numbers, ..quick() }).await;
    stage.ana.writing_to("200").unwrap().says("hola").await;
    assert_eq!(stage.values().await[0]["metadata"]["phone_number_id"], "200");
    let wamid = stage.send(text("from the first number")).await;
    assert_eq!(stage.failure(&wamid).await, 131_047);
    assert!(matches!(stage.ana.writing_to("300"), Err(PhoneError::NoBusinessNumber(_))));
}
