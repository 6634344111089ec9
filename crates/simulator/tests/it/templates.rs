//! Templates: created, reviewed, listed, edited, paused, deleted, and sent with what they ask for.

use serde_json::{Value, json};
use simulator::{Category, Decision, Lot, Quality, Settings, Template};

use crate::stage::{HOUR, PATIENCE, Stage, TOKEN, list, names, quick};

const ACCOUNT: &str = "900800700600500";
const DAY: i64 = 24 * HOUR;

fn order_ready() -> Value {
    json!({ "name": "order_ready", "language": "es_MX", "category": "UTILITY", "components": [
        { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::a"] } },
        { "type": "BODY", "text": "Hola {{1}}, su pedido {{2}} ya está listo en la tienda.",
          "example": { "body_text": [["Ana", "81"]] } },
        { "type": "FOOTER", "text": "Óptica Luna" },
        { "type": "BUTTONS", "buttons": [
            { "type": "QUICK_REPLY", "text": "Voy hoy" },
            { "type": "URL", "text": "Ver", "url": "https://example.com/{{1}}", "example": ["81"] },
            { "type": "COPY_CODE", "example": "LUNA10" } ] } ] })
}

fn plain(name: &str) -> Value {
    let body = json!([{ "type": "BODY", "text": "Su pedido ya está listo." }]);
    json!({ "name": name, "language": "es_MX", "category": "MARKETING", "components": body })
}

fn sending(name: &str, components: Value) -> Value {
    let language = json!({ "code": "es_MX" });
    json!({ "type": "template", "template": { "name": name, "language": language, "components": components } })
}

impl Stage {
    async fn create(&self, template: Value) -> (u16, Value) {
        self.post_to(&format!("/v25.0/{ACCOUNT}/message_templates"), TOKEN, template).await.unwrap()
    }

    async fn created(&self, template: Value) -> String {
        let (status, body) = self.create(template).await;
        assert_eq!((status, &body["status"]), (200, &json!("PENDING")), "{body}");
        assert!(self.sim.settled(PATIENCE).await);
        body["id"].as_str().unwrap().to_owned()
    }

    async fn template_events(&self, field: &str) -> Vec<Value> {
        let of_field = |change: &Value| change["field"] == field;
        self.changes().await.into_iter().filter(of_field).map(|change| change["value"].clone()).collect()
    }
}

fn full(image: &str) -> Vec<Value> {
    let text = |text: &str| json!({ "type": "text", "text": text });
    vec![
        json!({ "type": "header", "parameters": [{ "type": "image", "image": { "id": image } }] }),
        json!({ "type": "body", "parameters": [text("Ana"), text("81")] }),
        json!({ "type": "button", "sub_type": "quick_reply", "index": "0",
            "parameters": [{ "type": "payload", "payload": "today:81" }] }),
        json!({ "type": "button", "sub_type": "url", "index": 1, "parameters": [text("81")] }),
        json!({ "type": "button", "sub_type": "copy_code", "index": 2,
            "parameters": [{ "type": "coupon_code", "coupon_code": "LUNA10" }] }),
    ]
}

#[tokio::test]
async fn a_template_is_reviewed_and_then_sent_with_its_parameters() {
    let stage = Stage::new().await;
    stage.created(order_ready()).await;
    let events = stage.template_events("message_template_status_update").await;
    assert_eq!((&events[0]["event"], &events[0]["reason"]), (&json!("APPROVED"), &json!("NONE")));
    assert!(events[0]["message_template_id"].is_u64());

    let image = stage.uploaded("image/png").await;
    stage.send(sending("order_ready", json!(full(&image)))).await;
    let received = stage.ana.wait_for(1, PATIENCE).await;
    assert_eq!(received[0].text.as_deref(), Some("Hola Ana, su pedido 81 ya está listo en la tienda."));
    let button = &received[0].buttons[0];
    assert_eq!((button.id.as_str(), button.title.as_str()), ("today:81", "Voy hoy"));
}

#[tokio::test]
async fn parameters_that_do_not_match_the_template_are_refused_with_metas_codes() {
    let stage = Stage::new().await;
    stage.created(order_ready()).await;
    let image = stage.uploaded("image/png").await;
    let without = |at: usize| {
        let mut components = full(&image);
        components.remove(at);
        sending("order_ready", json!(components))
    };
    assert_eq!(stage.refusal(without(0)).await, (400, 132_012)); // the picture
    assert_eq!(stage.refusal(without(1)).await, (400, 132_000)); // the body
    assert_eq!(stage.refusal(without(3)).await, (400, 131_008)); // the end of the link
    assert_eq!(stage.refusal(without(4)).await, (400, 131_008)); // the code
    let with_name = |name: &str| {
        let mut components = full(&image);
        components[1]["parameters"][0]["text"] = json!(name);
        sending("order_ready", json!(components))
    };
    assert_eq!(stage.refusal(with_name("two\nlines")).await, (400, 132_012));
    assert_eq!(stage.refusal(with_name(&"x".repeat(1024))).await, (400, 132_005));
    stage.send(without(2)).await; // a quick reply has a payload of its own
}

#[tokio::test]
async fn a_header_is_a_text_a_file_or_a_place_and_is_filled_with_that() {
    let stage = Stage::new().await;
    let with_header = |name: &str, header: Value| {
        let mut template = plain(name);
        template["components"].as_array_mut().unwrap().insert(0, header);
        template
    };
    let example = json!({ "header_text": ["Ana"] });
    let greeting = json!({ "type": "HEADER", "format": "TEXT", "text": "Hola {{1}}", "example": example });
    stage.created(with_header("greeting", greeting)).await;
    stage.created(with_header("place", json!({ "type": "HEADER", "format": "LOCATION" }))).await;
    let header = |parameter: Value| json!([{ "type": "header", "parameters": [parameter] }]);
    let name = |name: &str| header(json!({ "type": "text", "text": name }));
    let place = header(json!({ "type": "location", "location": { "latitude": 19.4, "longitude": -99.1 } }));
    stage.send(sending("greeting", name("Ana"))).await;
    stage.send(sending("place", place.clone())).await;
    assert_eq!(stage.refusal(sending("greeting", place)).await, (400, 132_012));
    assert_eq!(stage.refusal(sending("greeting", json!([]))).await, (400, 132_000));
    assert_eq!(stage.refusal(sending("greeting", name(&"x".repeat(60)))).await, (400, 132_005));
    assert_eq!(stage.refusal(sending("place", json!([]))).await, (400, 132_012));
}

#[tokio::test]
async fn a_template_may_ask_for_the_phone_unless_it_is_a_one_time_password() {
    let stage = Stage::new().await;
    let mut asking = plain("your_number");
    let buttons = json!({ "type": "BUTTONS", "buttons": [{ "type": "REQUEST_CONTACT_INFO" }] });
    asking["components"].as_array_mut().unwrap().push(buttons);
    stage.created(asking.clone()).await;
    stage.send(sending("your_number", json!([]))).await;
    (asking["category"], asking["name"]) = (json!("AUTHENTICATION"), json!("your_code"));
    assert_eq!(stage.create(asking).await.1["error"]["code"], 100);
}

#[tokio::test]
async fn named_parameters_are_found_by_their_names() {
    let stage = Stage::new().await;
    let example =
        json!([{ "param_name": "first_name", "example": "Ana" }, { "param_name": "day", "example": "lunes" }]);
    let mut template = plain("visit");
    template["parameter_format"] = json!("named");
    template["components"][0] = json!({ "type": "body", "text": "Hola {{first_name}}, su cita es el {{day}}, gracias.",
        "example": { "body_text_named_params": example } });
    stage.created(template).await;
    let value = |name: &str, text: &str| json!({ "type": "text", "parameter_name": name, "text": text });
    let body = |parameters: Value| sending("visit", json!([{ "type": "BODY", "parameters": parameters }]));

    stage.send(body(json!([value("day", "lunes"), value("first_name", "Ana")]))).await;
    let received = stage.ana.wait_for(1, PATIENCE).await;
    assert_eq!(received[0].text.as_deref(), Some("Hola Ana, su cita es el lunes, gracias."));

    let nameless = json!([{ "type": "text", "text": "lunes" }, value("first_name", "Ana")]);
    assert_eq!(stage.refusal(body(nameless)).await, (400, 100));
    assert_eq!(stage.refusal(body(json!([value("day", "lunes"), value("name", "Ana")]))).await, (400, 132_000));
}

#[tokio::test]
async fn a_template_that_is_paused_disabled_or_not_approved_cannot_be_sent() {
    let stage = Stage::new().await;
    stage.created(plain("spring")).await;
    let spring = || sending("spring", json!([]));
    for (decision, code) in [
        (Decision::Pause, (400, 132_015)),
        (Decision::Disable, (400, 132_016)),
        (Decision::Reject { reason: "SCAM".into() }, (404, 132_001)),
    ] {
        assert_eq!(stage.sim.decide_template("spring", &decision).len(), 1);
        assert_eq!(stage.refusal(spring()).await, code);
    }
    let mut english = spring();
    english["template"]["language"]["code"] = json!("en");
    stage.sim.decide_template("spring", &Decision::Approve);
    assert_eq!(stage.refusal(english).await, (404, 132_001));
    stage.send(spring()).await;

    let events = stage.template_events("message_template_status_update").await;
    let words: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(words, ["APPROVED", "PAUSED", "DISABLED", "REJECTED", "APPROVED"]);
    assert_eq!(events[3]["reason"], "SCAM");
}

#[tokio::test]
async fn a_template_can_be_flagged_reinstated_appealed_locked_and_archived() {
    let stage = Stage::new().await;
    stage.created(plain("spring")).await;
    let spring = || sending("spring", json!([]));
    for (to, is_sendable) in [
        (Lot::Flagged, true),
        (Lot::InAppeal, false),
        (Lot::LimitExceeded, false),
        (Lot::Locked, false),
        (Lot::Archived, false),
        (Lot::PendingDeletion, false),
        (Lot::Reinstated, true),
    ] {
        stage.sim.decide_template("spring", &Decision::Move { to });
        match is_sendable {
            true => drop(stage.send(spring()).await),
            false => assert_eq!(stage.refusal(spring()).await, (404, 132_001), "{to:?}"),
        }
    }
    let events = stage.template_events("message_template_status_update").await;
    let words: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    let all = ["FLAGGED", "IN_APPEAL", "LIMIT_EXCEEDED", "LOCKED", "ARCHIVED", "PENDING_DELETION", "REINSTATED"];
    assert_eq!(words[1..], all);
}

#[tokio::test]
async fn a_marked_template_is_rejected_with_a_reason_and_can_be_edited_and_tried_again() {
    let stage = Stage::new().await;
    let id = stage.created(plain("reject_me_please")).await;
    let (_, found) = stage.get(&id).await;
    assert_eq!((&found["status"], &found["rejected_reason"]), (&json!("REJECTED"), &json!("INVALID_FORMAT")));

    let marked = stage.created(plain("order_late")).await;
    let edit = json!({ "components": [{ "type": "BODY", "text": "Su pedido llega mañana." }] });
    let (_, edited) = stage.post_to(&format!("/v25.0/{marked}"), TOKEN, edit.clone()).await.unwrap();
    let expected = json!({ "success": true, "id": marked, "name": "order_late", "category": "MARKETING" });
    assert_eq!(edited, expected);
    assert!(stage.sim.settled(PATIENCE).await);
    let events = stage.template_events("message_template_components_update").await;
    assert_eq!(events[0]["message_template_element"], "Su pedido llega mañana.");
    assert_eq!(stage.get(&marked).await.1["status"], "APPROVED");

    let (_, again) = stage.post_to(&format!("/v25.0/{marked}"), TOKEN, edit.clone()).await.unwrap();
    assert_eq!(again["error"]["error_subcode"], 2_388_039);
    stage.time_passes(DAY);
    assert_eq!(stage.post_to(&format!("/v25.0/{marked}"), TOKEN, edit).await.unwrap().0, 200);
}

#[tokio::test]
async fn only_approved_rejected_and_paused_templates_can_be_edited() {
    let stage = Stage::with(Settings { template_review: None, ..quick() }).await;
    let id = stage.created(plain("waits")).await;
    let edit = || json!({ "components": [{ "type": "BODY", "text": "Otro texto." }] });
    let (status, body) = stage.post_to(&format!("/v25.0/{id}"), TOKEN, edit()).await.unwrap();
    assert_eq!((status, &body["error"]["error_subcode"]), (400, &json!(2_388_039)));
    stage.sim.decide_template(&id, &Decision::Pause);
    assert_eq!(stage.post_to(&format!("/v25.0/{id}"), TOKEN, edit()).await.unwrap().0, 200);
}

#[tokio::test]
async fn a_second_template_of_the_same_name_and_language_is_refused_even_after_a_deletion() {
    let stage = Stage::new().await;
    stage.created(plain("spring")).await;
    let subcode = async || stage.create(plain("spring")).await.1["error"]["error_subcode"].clone();
    assert_eq!(subcode().await, 2_388_024);
    let mut portuguese = plain("spring");
    portuguese["language"] = json!("pt_BR");
    let other = stage.created(portuguese).await;

    let path = format!("{ACCOUNT}/message_templates?name=spring");
    assert_eq!(stage.delete(&format!("{path}&hsm_id={other}"), Value::Null).await.0, 200);
    stage.send(sending("spring", json!([]))).await;
    assert_eq!(stage.delete(&path, Value::Null).await.0, 200);
    assert_eq!(stage.refusal(sending("spring", json!([]))).await, (404, 132_001));
    assert_eq!(stage.delete(&path, Value::Null).await.1["error"]["error_subcode"], 2_593_002);
    assert_eq!(subcode().await, 2_388_023);
    stage.time_passes(30 * DAY);
    stage.created(plain("spring")).await;
    let events = stage.template_events("message_template_status_update").await;
    assert_eq!(events.iter().filter(|event| event["event"] == "DELETED").count(), 2);
}

#[tokio::test]
async fn an_account_that_asks_too_often_gets_80007() {
    let rate = simulator::Rate { per_second: 0.01, burst: 2.0 };
    let stage = Stage::with(Settings { account_rate: Some(rate), ..quick() }).await;
    for _ in 0..2 {
        assert_eq!(stage.get(&format!("{ACCOUNT}/message_templates")).await.0, 200);
    }
    let (status, body) = stage.get(&format!("{ACCOUNT}/phone_numbers")).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(80_007)));
}

#[tokio::test]
async fn an_account_may_have_250_templates_and_create_100_an_hour() {
    let settings = Settings { approved_templates: Vec::new(), most_templates: 101, ..quick() };
    let stage = Stage::with(settings).await;
    for n in 0..100 {
        assert_eq!(stage.create(plain(&format!("t{n}"))).await.0, 200);
    }
    assert_eq!(stage.create(plain("too_soon")).await.1["error"]["code"], 80_007);
    stage.time_passes(HOUR);
    assert_eq!(stage.create(plain("the_last")).await.0, 200);
    assert_eq!(stage.create(plain("too_many")).await.1["error"]["error_subcode"], 2_388_019);
    assert_eq!(Settings::default().most_templates, 250);
}

#[tokio::test]
async fn the_list_is_paged_filtered_and_cut_to_the_fields_that_were_asked_for() {
    let seeds = (0..5).map(|n| Template::named(format!("t{n}"))).collect();
    let stage = Stage::with(Settings { approved_templates: seeds, ..quick() }).await;
    let (_, first) = stage.get(&format!("{ACCOUNT}/message_templates?limit=2&fields=name,status")).await;
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    assert_eq!(first["data"][0].as_object().unwrap().len(), 3); // the id is always there
    let next = first["paging"]["next"].as_str().unwrap().to_owned();
    let (status, bytes) = stage.download(&next, TOKEN).await;
    let second: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((status, &second["data"][0]["name"]), (200, &json!("t2")));

    let after = second["paging"]["cursors"]["after"].as_str().unwrap();
    let (_, last) = stage.get(&format!("{ACCOUNT}/message_templates?limit=2&after={after}")).await;
    assert_eq!((&last["data"][0]["name"], last["paging"].get("next")), (&json!("t4"), None));

    stage.sim.decide_template("t3", &Decision::Pause);
    let (_, paused) = stage.get(&format!("{ACCOUNT}/message_templates?status=PAUSED")).await;
    let found: Vec<_> = list(&paused["data"]).iter().map(|one| one["name"].clone()).collect();
    assert_eq!(found, ["t3"]);
    assert_eq!(stage.get("900800700600501/message_templates").await.1["error"]["error_subcode"], 33);
}

#[tokio::test]
async fn meta_may_change_a_category_and_a_quality_score_and_says_so() {
    let stage = Stage::new().await;
    let client = simulator::control::Client::new(&stage.sim.url()).unwrap();
    let marketing = Decision::Recategorise { category: Category::Marketing };
    client.decide_template("appointment_reminder", &marketing).await.unwrap();
    client.decide_template("appointment_reminder", &Decision::Quality { score: Quality::Red }).await.unwrap();
    let category = &stage.template_events("template_category_update").await[0];
    assert_eq!((&category["previous_category"], &category["new_category"]), (&json!("UTILITY"), &json!("MARKETING")));
    let quality = &stage.template_events("message_template_quality_update").await[0];
    assert_eq!((&quality["previous_quality_score"], &quality["new_quality_score"]), (&json!("GREEN"), &json!("RED")));

    let sent = stage.send(crate::stage::template("appointment_reminder")).await;
    let statuses = stage.statuses(&sent).await;
    assert_eq!(names(&statuses)[0], "sent");
    assert_eq!(statuses[0]["pricing"]["category"], "marketing");
    assert!(client.decide_template("nobody", &Decision::Pause).await.is_err());
}

#[tokio::test]
async fn the_example_of_a_header_is_uploaded_first() {
    let stage = Stage::new().await;
    let open = "/v25.0/700600500400300/uploads?file_name=a.png&file_length=5&file_type=image/png";
    let (_, session) = stage.post_to(open, TOKEN, Value::Null).await.unwrap();
    let session = session["id"].as_str().unwrap();
    assert!(session.starts_with("upload:"));
    let (status, body) = stage.post_to(&format!("/v25.0/{session}"), TOKEN, json!("bytes")).await.unwrap();
    assert_eq!((status, body["h"].is_string()), (200, true), "{body}");
    let gif = open.replace("png", "gif");
    assert_eq!(stage.post_to(&gif, TOKEN, Value::Null).await.unwrap().1["error"]["code"], 100);
}

#[tokio::test]
async fn the_platform_writes_the_text_of_a_one_time_password() {
    let stage = Stage::new().await;
    let otp = json!([{ "type": "OTP", "otp_type": "COPY_CODE", "text": "Copiar" }]);
    let components = json!([{ "type": "BODY", "add_security_recommendation": true },
        { "type": "FOOTER", "code_expiration_minutes": 5 }, { "type": "BUTTONS", "buttons": otp }]);
    stage
        .created(json!({ "name": "code", "language": "es_MX", "category": "AUTHENTICATION", "components": components }))
        .await;
    let code = json!([{ "type": "text", "text": "123456" }]);
    let body = json!({ "type": "body", "parameters": code });
    let button = json!({ "type": "button", "sub_type": "url", "index": "0", "parameters": code });
    assert_eq!(stage.refusal(sending("code", json!([body]))).await, (400, 131_008));
    stage.send(sending("code", json!([body, button]))).await;
    let received = stage.ana.wait_for(1, PATIENCE).await;
    assert!(received[0].text.as_deref().unwrap().starts_with("*123456* es tu código"), "{received:?}");
}
