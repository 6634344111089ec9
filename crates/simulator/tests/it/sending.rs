//! `POST /{version}/{phone_number_id}/messages`.

use serde_json::{Value, json};
use simulator::Settings;

use crate::stage::{PATIENCE, Stage, TOKEN, quick, template, text, to_ana};

#[tokio::test]
async fn a_request_without_the_token_gets_401_with_error_190() {
    let stage = Stage::new().await;
    let (status, body) = stage.post_to("/v25.0/100200300400500/messages", "wrong", to_ana(text("hola"))).await.unwrap();
    assert_eq!((status, &body["error"]["code"], &body["error"]["type"]), (401, &json!(190), &json!("OAuthException")));
}

#[tokio::test]
async fn any_graph_version_is_served_and_any_other_path_is_not() {
    let stage = Stage::after_ana_wrote().await;
    for version in ["v14.0", "v23.0", "v26.0", "v99.1"] {
        let path = format!("/{version}/100200300400500/messages");
        assert_eq!(stage.post_to(&path, TOKEN, to_ana(text("hola"))).await.unwrap().0, 200, "{version}");
    }
    let (_, body) = stage.post_to("/latest/100200300400500/messages", TOKEN, to_ana(text("hola"))).await.unwrap();
    assert_eq!(body["error"]["code"], 2500);
    let (_, body) = stage.post_to("/v25.0/42/messages", TOKEN, to_ana(text("hola"))).await.unwrap();
    assert_eq!((&body["error"]["code"], &body["error"]["error_subcode"]), (&json!(100), &json!(33)));
}

#[tokio::test]
async fn the_response_repeats_the_input_and_names_the_message() {
    let stage = Stage::after_ana_wrote().await;
    let user_id = stage.ana.view().user_id;

    let (_, by_number) = stage.post(to_ana(text("hola"))).await.unwrap();
    assert_eq!(by_number["contacts"], json!([{ "input": "5215512345678", "wa_id": "5215512345678" }]));
    assert!(by_number["messages"][0]["id"].as_str().unwrap().starts_with("wamid.HBg"));
    assert_eq!(by_number["messages"][0]["message_status"], "accepted");

    let request = json!({ "messaging_product": "whatsapp", "recipient": user_id, "text": { "body": "hola" } });
    let (_, by_user_id) = stage.post(request).await.unwrap();
    assert_eq!(by_user_id["contacts"], json!([{ "input": user_id, "user_id": user_id }]));

    let mut both = to_ana(text("hola"));
    both["recipient"] = json!(user_id);
    let (_, by_both) = stage.post(both).await.unwrap();
    let expected = json!([{ "input": "5215512345678", "wa_id": "5215512345678", "user_id": user_id }]);
    assert_eq!(by_both["contacts"], expected);
}

#[tokio::test]
async fn a_number_written_without_mexicos_one_reaches_the_same_person() {
    let stage = Stage::after_ana_wrote().await;
    let mut request = to_ana(text("hola"));
    request["to"] = json!("+52 55 1234 5678");
    let (_, body) = stage.post(request).await.unwrap();
    assert_eq!(body["contacts"], json!([{ "input": "+52 55 1234 5678", "wa_id": "5215512345678" }]));
    assert_eq!(stage.ana.wait_for(1, PATIENCE).await.len(), 1);
}

#[tokio::test]
async fn a_user_id_put_in_to_is_accepted_with_200_and_then_silently_dropped() {
    let stage = Stage::after_ana_wrote().await;
    let mut request = to_ana(text("hola"));
    request["to"] = json!(stage.ana.view().user_id);
    let (status, body) = stage.post(request).await.unwrap();
    assert_eq!(status, 200);
    assert!(stage.statuses(body["messages"][0]["id"].as_str().unwrap()).await.is_empty());
    assert!(stage.ana.received().is_empty());
}

#[tokio::test]
async fn a_recipient_unknown_to_the_platform_is_accepted_and_fails_with_131026() {
    let stage = Stage::new().await;
    let mut request = to_ana(text("hola"));
    request["to"] = json!("+52 1 55 0000 0000");
    let (status, body) = stage.post(request).await.unwrap();
    assert_eq!(status, 200);
    assert_eq!(stage.failure(body["messages"][0]["id"].as_str().unwrap()).await, 131_026);
}

#[tokio::test]
async fn a_free_form_message_outside_the_window_fails_with_131047() {
    let stage = Stage::after_ana_wrote().await;
    stage.time_passes(24 * crate::stage::HOUR - 1);
    stage.send(text("still inside")).await;
    stage.time_passes(1);
    let late = stage.send(text("too late")).await;

    assert_eq!(stage.failure(&late).await, 131_047);
    assert_eq!(stage.ana.received().len(), 1);
}

#[tokio::test]
async fn a_template_is_delivered_outside_the_window() {
    let stage = Stage::new().await;
    stage.send(template("appointment_reminder")).await;
    let received = stage.ana.wait_for(1, PATIENCE).await;
    assert_eq!(received[0].kind, "template");
}

#[tokio::test]
async fn a_template_that_is_not_approved_is_refused_with_132001() {
    let stage = Stage::new().await;
    assert_eq!(stage.refusal(template("invented")).await, (404, 132_001));
}

#[tokio::test]
async fn a_person_who_stopped_marketing_gets_131050_for_a_marketing_template_only() {
    let stage = Stage::new().await;
    stage.ana.does(simulator::Act::OptOut).await.unwrap();
    let sale = stage.send(template("spring_sale")).await;
    assert_eq!(stage.failure(&sale).await, 131_050);
    stage.send(template("appointment_reminder")).await;
    assert_eq!(stage.ana.wait_for(1, PATIENCE).await.len(), 1);
}

#[tokio::test]
async fn every_type_of_the_reference_is_accepted() {
    let stage = Stage::after_ana_wrote().await;
    let target = stage.ana.says("¿hola?").await;
    let types = every_type(&stage, &target).await;
    for message in &types {
        let (status, body) = stage.post(to_ana(message.clone())).await.unwrap();
        assert_eq!(status, 200, "{message}: {body}");
    }
    assert_eq!(stage.ana.wait_for(types.len(), PATIENCE).await.len(), types.len());
}

async fn every_type(stage: &Stage, target: &str) -> Vec<Value> {
    let (video, audio) = (stage.uploaded("video/mp4").await, stage.uploaded("audio/ogg").await);
    let (document, sticker) = (stage.uploaded("application/pdf").await, stage.uploaded("image/webp").await);
    let interactive = |body: Value| json!({ "type": "interactive", "interactive": body });
    let body = json!({ "text": "Elija" });
    vec![
        json!({ "text": { "body": "type may be missing", "preview_url": true } }),
        json!({ "type": "image", "image": { "link": "https://example.com/a.jpg", "caption": "una foto" } }),
        json!({ "type": "video", "video": { "id": video } }),
        json!({ "type": "audio", "audio": { "id": audio } }),
        json!({ "type": "document", "document": { "id": document, "filename": "factura.pdf" } }),
        json!({ "type": "sticker", "sticker": { "id": sticker } }),
        json!({ "type": "location", "location": { "latitude": "19.43", "longitude": -99.13, "name": "Zócalo" } }),
        json!({ "type": "contacts", "contacts": [{ "name": { "formatted_name": "Luis" } }] }),
        json!({ "type": "reaction", "reaction": { "message_id": target, "emoji": "👍" } }),
        interactive(json!({ "type": "button", "body": body, "action": { "buttons": [button("Sí"), button("No")] } })),
        interactive(json!({ "type": "list", "body": body, "action": { "button": "Ver", "sections": [section(10)] } })),
        interactive(json!({ "type": "cta_url", "body": body, "action": {
            "name": "cta_url", "parameters": { "display_text": "Abrir", "url": "https://example.com" } } })),
        interactive(json!({ "type": "flow", "body": body, "action": { "name": "flow", "parameters": {
            "flow_message_version": "3", "flow_id": "1", "flow_cta": "Agendar" } } })),
        interactive(json!({ "type": "location_request_message", "body": body, "action": { "name": "send_location" } })),
        interactive(
            json!({ "type": "request_contact_info", "body": body, "action": { "name": "request_contact_info" } }),
        ),
        template("appointment_reminder"),
    ]
}

pub(crate) fn button(title: &str) -> Value {
    json!({ "type": "reply", "reply": { "id": title, "title": title } })
}

pub(crate) fn section(rows: usize) -> Value {
    let rows: Vec<_> = (0..rows).map(|n| json!({ "id": n.to_string(), "title": format!("Fila {n}") })).collect();
    json!({ "rows": rows })
}

#[tokio::test]
async fn open_clients_are_understood_in_their_dialects() {
    let stage = Stage::after_ana_wrote().await;
    let upper_case = json!({ "type": "template", "template": {
        "name": "appointment_reminder", "language": { "policy": "deterministic", "code": "es" },
        "components": [{ "type": "BODY", "parameters": [{ "type": "text", "text": "Ana" }] }] } });
    let without_recipient_type = json!({ "messaging_product": "whatsapp", "to": "5215512345678", "type": "template",
        "template": { "name": "appointment_reminder", "language": { "code": "es" }, "components": [] } });
    stage.send(upper_case).await;
    assert_eq!(stage.post(without_recipient_type).await.unwrap().0, 200);
}

#[tokio::test]
async fn a_pair_may_burst_to_45_and_then_gets_131056_as_http_400() {
    let stage = Stage::after_ana_wrote().await;
    for _ in 0..45 {
        stage.send(text("hola")).await;
    }
    assert_eq!(stage.refusal(text("hola")).await, (400, 131_056));
}

#[tokio::test]
async fn a_number_that_sends_too_fast_gets_130429_as_http_400() {
    let rate = simulator::Rate { per_second: 0.1, burst: 4.0 }; // one is Ana's own
    let stage = Stage::after_ana_wrote_with(Settings { number_rate: Some(rate), ..quick() }).await;
    for _ in 0..3 {
        stage.send(text("hola")).await;
    }
    assert_eq!(stage.refusal(text("hola")).await, (400, 130_429));
}

#[tokio::test]
async fn a_read_mark_covers_earlier_messages_and_the_typing_indicator_clears_on_reply() {
    let stage = Stage::new().await;
    stage.ana.says("uno").await;
    let second = stage.ana.says("dos").await;
    stage.ana.says("tres").await;

    let mark = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": second,
        "typing_indicator": { "type": "text" } });
    assert_eq!(stage.post(mark).await.unwrap(), (200, json!({ "success": true })));
    assert_eq!(stage.ana.said().iter().map(|said| said.read).collect::<Vec<_>>(), [true, true, false]);
    assert!(stage.ana.view().typing);

    stage.send(text("hola")).await;
    stage.ana.wait_for(1, PATIENCE).await;
    assert!(!stage.ana.view().typing);

    let unknown = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.unknown" });
    assert_eq!(stage.post(unknown).await.unwrap().1["error"]["code"], 131_009);
}

#[tokio::test]
async fn the_typing_indicator_clears_after_25_seconds_and_a_message_can_be_marked_for_thirty_days() {
    let stage = Stage::new().await;
    let said = stage.ana.says("hola").await;
    let mark = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": said,
        "typing_indicator": { "type": "text" } });
    stage.post(mark.clone()).await.unwrap();
    stage.time_passes(24_999);
    assert!(stage.ana.view().typing);
    stage.time_passes(1);
    assert!(!stage.ana.view().typing);
    stage.time_passes(30 * 24 * crate::stage::HOUR - 25_000);
    assert_eq!(stage.post(mark.clone()).await.unwrap().0, 200);
    stage.time_passes(1);
    assert_eq!(stage.post(mark).await.unwrap().1["error"]["code"], 131_009);
}
