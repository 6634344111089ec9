//! Whom a business may write to, how often, and what it costs: one sentence of Meta's a test.

use serde_json::{Value, json};
use simulator::{Act, Category, Event, MessagingLimit, Phone, Settings, Template};

use crate::stage::{HOUR, PATIENCE, Stage, names, quick, template, text, to_ana};

const DAY: i64 = 24 * HOUR;

async fn stage_with(change: impl FnOnce(&mut Settings)) -> Stage {
    let mut settings = quick();
    change(&mut settings);
    Stage::with(settings).await
}

fn to(phone: &Phone, message: Value) -> Value {
    let mut request = to_ana(message);
    request["to"] = json!(phone.view().id);
    request
}

/// The last word about a message: a status, or the code with which it failed.
async fn outcome(stage: &Stage, request: Value) -> Value {
    let (status, body) = stage.post(request).await.unwrap();
    assert_eq!(status, 200, "{body}");
    let statuses = stage.statuses(body["messages"][0]["id"].as_str().unwrap()).await;
    let last = statuses.last().cloned().unwrap_or_default();
    if last["status"] == "failed" { last["errors"][0]["code"].clone() } else { last["status"].clone() }
}

async fn pricing(stage: &Stage, message: Value) -> Value {
    let wamid = stage.send(message).await;
    stage.statuses(&wamid).await[0]["pricing"].clone()
}

#[tokio::test]
async fn outside_the_24_hour_window_only_a_template_is_delivered() {
    let stage = Stage::after_ana_wrote().await;
    stage.time_passes(DAY);
    assert_eq!(outcome(&stage, to_ana(text("hola"))).await, 131_047);
    assert_eq!(outcome(&stage, to_ana(template("appointment_reminder"))).await, "read");
}

#[tokio::test]
async fn a_portfolio_writes_to_so_many_unique_people_outside_their_windows_in_24_hours() {
    assert_eq!(Settings::default().messaging_limit, MessagingLimit::Tier2K);
    let stage = stage_with(|settings| {
        settings.messaging_limit = MessagingLimit::Tier250;
        settings.number_rate = None;
    })
    .await;
    let mut people = Vec::new();
    for n in 0..251 {
        people.push(stage.sim.phone(&format!("+52 55 1000 {n:04}")).await);
    }
    for person in &people[..250] {
        assert_eq!(stage.post(to(person, template("appointment_reminder"))).await.unwrap().0, 200);
    }
    assert_eq!(outcome(&stage, to(&people[250], template("appointment_reminder"))).await, 131_048);
    assert_eq!(outcome(&stage, to(&people[0], template("appointment_reminder"))).await, "read");
    people[250].says("hola").await;
    assert_eq!(outcome(&stage, to(&people[250], text("inside the window"))).await, "read");
    stage.time_passes(DAY);
    assert_eq!(outcome(&stage, to(&people[250], template("appointment_reminder"))).await, "read");
}

#[tokio::test]
async fn a_person_gets_few_marketing_templates_and_the_next_fails_with_131049() {
    let stage = Stage::new().await;
    let sale = || to_ana(template("spring_sale"));
    assert_eq!(outcome(&stage, sale()).await, "read");
    assert_eq!(outcome(&stage, sale()).await, "read");
    assert_eq!(outcome(&stage, sale()).await, 131_049);
    assert_eq!(outcome(&stage, to_ana(template("appointment_reminder"))).await, "read");
    stage.time_passes(DAY);
    assert_eq!(outcome(&stage, sale()).await, "read");
}

#[tokio::test]
async fn marketing_to_numbers_of_plus_one_is_paused() {
    let stage = Stage::new().await;
    let joe = stage.sim.phone("+1 212 555 0123").await;
    assert_eq!(outcome(&stage, to(&joe, template("spring_sale"))).await, 131_049);
    assert_eq!(outcome(&stage, to(&joe, template("appointment_reminder"))).await, "read");
}

#[tokio::test]
async fn an_answer_to_an_advertisement_opens_72_hours_free_of_charge_but_not_the_window() {
    let stage = stage_with(|settings| settings.free_service_messages = 0).await;
    let act = json!({ "type": "from_ad", "text": "Vi su anuncio", "referral": {
        "source_url": "https://fb.me/1", "source_id": "1", "source_type": "ad", "headline": "Lentes" } });
    stage.ana.does(serde_json::from_value::<Act>(act).unwrap()).await.unwrap();

    let wamid = stage.send(text("¡Hola!")).await;
    let sent = &stage.statuses(&wamid).await[0];
    assert_eq!((&sent["pricing"]["type"], &sent["pricing"]["billable"]), (&json!("free_entry_point"), &json!(false)));
    assert_eq!(sent["conversation"]["origin"]["type"], "referral_conversion");

    stage.time_passes(71 * HOUR);
    assert_eq!(outcome(&stage, to_ana(text("still free?"))).await, 131_047);
    assert_eq!(pricing(&stage, template("appointment_reminder")).await["type"], "free_entry_point");
    stage.time_passes(HOUR);
    assert_eq!(pricing(&stage, template("appointment_reminder")).await["type"], "regular");
}

#[tokio::test]
async fn since_october_2026_answers_cost_money_beyond_a_thousand_for_each_number_and_month() {
    assert_eq!(Settings::default().free_service_messages, 1_000);
    let stage = stage_with(|settings| settings.free_service_messages = 1).await;
    stage.ana.says("hola").await;
    assert_eq!(pricing(&stage, text("one")).await["type"], "free_customer_service");
    let second = pricing(&stage, text("two")).await;
    assert_eq!((&second["type"], &second["category"]), (&json!("regular"), &json!("service")));
    let utility = pricing(&stage, template("appointment_reminder")).await; // inside the window too
    assert_eq!((&utility["type"], &utility["category"]), (&json!("regular"), &json!("utility")));
}

#[tokio::test]
async fn without_a_payment_method_nothing_beyond_the_allowance_is_delivered() {
    let stage = stage_with(|settings| {
        settings.can_pay = false;
        settings.free_service_messages = 1;
    })
    .await;
    stage.ana.says("hola").await;
    assert_eq!(outcome(&stage, to_ana(text("within the allowance"))).await, "read");
    assert_eq!(outcome(&stage, to_ana(text("beyond it"))).await, 131_042);
    assert_eq!(outcome(&stage, to_ana(template("appointment_reminder"))).await, 131_042);
    assert_eq!(stage.ana.received().len(), 1);
}

#[tokio::test]
async fn what_was_not_delivered_within_thirty_days_is_dropped_without_a_word() {
    let stage = Stage::after_ana_wrote().await;
    stage.ana.goes_offline().await;
    let dropped = stage.send(text("Su pedido está listo")).await;
    assert_eq!(names(&stage.statuses(&dropped).await), ["sent"]);
    stage.time_passes(30 * DAY);
    stage.ana.comes_online().await;
    assert_eq!(names(&stage.statuses(&dropped).await), ["sent"]);
    assert!(stage.ana.received().is_empty());

    stage.ana.goes_offline().await;
    stage.send(template("appointment_reminder")).await;
    assert!(stage.sim.settled(PATIENCE).await);
    stage.time_passes(29 * DAY);
    stage.ana.comes_online().await;
    assert_eq!(stage.ana.wait_for(1, PATIENCE).await.len(), 1);
}

#[tokio::test]
async fn a_one_time_password_is_dropped_after_ten_minutes_and_cannot_go_to_a_user_id() {
    let password = Template { category: Category::Authentication, ..Template::named("code") };
    let stage = stage_with(|settings| settings.approved_templates.push(password)).await;
    let request = json!({ "messaging_product": "whatsapp", "recipient": stage.ana.view().user_id,
        "type": "template", "template": { "name": "code", "language": { "code": "es_MX" } } });
    assert_eq!(stage.post(request).await.unwrap().1["error"]["code"], 131_062);

    stage.ana.goes_offline().await;
    stage.send(template("code")).await;
    assert!(stage.sim.settled(PATIENCE).await);
    stage.time_passes(10 * 60 * 1000);
    stage.ana.comes_online().await;
    assert!(stage.ana.received().is_empty());
}

#[tokio::test]
async fn a_test_number_sends_only_to_the_numbers_on_its_list() {
    let stage = stage_with(|settings| settings.allowed_recipients = Some(vec!["+52 55 1234 5678".into()])).await;
    let luis = stage.sim.phone("+52 1 55 9999 0000").await;
    assert_eq!(stage.post(to(&luis, template("appointment_reminder"))).await.unwrap().1["error"]["code"], 131_030);
    stage.send(template("appointment_reminder")).await; // the other spelling is the same line
}

#[tokio::test]
async fn on_a_test_number_an_argentine_is_found_only_without_the_9() {
    let stage = stage_with(|settings| settings.allowed_recipients = Some(vec!["+54 11 1234 5678".into()])).await;
    stage.sim.phone("+54 9 11 1234 5678").await;
    let mut request = to_ana(template("appointment_reminder"));
    request["to"] = json!("5491112345678");
    assert_eq!(stage.post(request.clone()).await.unwrap().1["error"]["code"], 131_030);
    request["to"] = json!("541112345678");
    assert_eq!(outcome(&stage, request).await, "read");
}

#[tokio::test]
async fn without_a_plus_the_country_code_of_the_business_may_be_prepended() {
    let stage = Stage::after_ana_wrote().await;
    let mut request = to_ana(text("¿Ana?"));
    request["to"] = json!("5512345678");
    let (_, body) = stage.post(request.clone()).await.unwrap();
    assert_eq!(body["contacts"], json!([{ "input": "5512345678", "wa_id": "5215512345678" }]));
    assert_eq!(stage.ana.wait_for(1, PATIENCE).await.len(), 1, "somebody else than Brazil's 5512345678 has it");
    request["to"] = json!("+5512345678");
    assert_eq!(outcome(&stage, request).await, 131_026);
}

#[tokio::test]
async fn a_number_cannot_write_to_itself() {
    let stage = Stage::new().await;
    let mut request = to_ana(text("hola"));
    request["to"] = json!("+52 5 5500 01000");
    let (status, body) = stage.post(request).await.unwrap();
    assert_eq!((status, &body["error"]["code"]), (400, &json!(131_021)));
}

#[tokio::test]
async fn a_user_id_of_another_portfolio_reaches_nobody() {
    let settings =
        Settings { numbers: vec![simulator::BusinessNumber { waba_id: "1".into(), ..Default::default() }], ..quick() };
    let other = Stage::with(settings).await;
    let stage = Stage::after_ana_wrote().await;
    let user_id = other.ana.view().user_id;
    assert_ne!(user_id, stage.ana.view().user_id);
    let request = json!({ "messaging_product": "whatsapp", "recipient": user_id, "text": { "body": "hola" } });
    assert_eq!(outcome(&stage, request).await, 131_026);
}

#[tokio::test]
async fn a_message_without_a_template_that_names_its_category_needs_an_account_that_may() {
    let mut update = text("Su pedido está listo");
    update["category"] = json!("utility");
    let stage = Stage::new().await;
    assert_eq!(stage.refusal(update.clone()).await, (400, 100));

    let stage = stage_with(|settings| settings.direct_send = true).await;
    let statuses = stage.statuses(&stage.send(update).await).await;
    assert_eq!((names(&statuses)[0], &statuses[0]["pricing"]["category"]), ("sent", &json!("utility")));
    let mut many = json!({ "type": "interactive", "category": "utility", "interactive": { "type": "button",
        "body": { "text": "Elija" }, "action": { "buttons": (0..10).map(reply).collect::<Vec<_>>() } } });
    stage.send(many.clone()).await;
    many["interactive"]["action"]["buttons"] = json!((0..11).map(reply).collect::<Vec<_>>());
    assert_eq!(stage.refusal(many).await, (400, 131_009));
    let mut long = text(&"x".repeat(1025));
    long["category"] = json!("utility");
    assert_eq!(stage.refusal(long).await, (400, 100));
    let mut place = json!({ "type": "location", "location": { "latitude": 1, "longitude": 1 } });
    place["category"] = json!("utility");
    assert_eq!(stage.refusal(place).await, (400, 100));
}

fn reply(n: usize) -> Value {
    json!({ "type": "reply", "reply": { "id": n.to_string(), "title": n.to_string() } })
}

#[tokio::test]
async fn a_message_may_ask_to_be_kept_for_thirty_seconds_to_twelve_hours() {
    let stage = stage_with(|settings| settings.direct_send = true).await;
    let lasting = |seconds: i64| {
        let mut update = text("Su pedido está listo");
        update["category"] = json!("utility");
        update["message_send_ttl_seconds"] = json!(seconds);
        update
    };
    assert_eq!(stage.refusal(lasting(29)).await, (400, 100));
    assert_eq!(stage.refusal(lasting(43_201)).await, (400, 100));
    stage.ana.goes_offline().await;
    stage.send(lasting(60)).await;
    assert!(stage.sim.settled(PATIENCE).await);
    stage.time_passes(60_000);
    stage.ana.comes_online().await;
    assert!(stage.ana.received().is_empty());
}

#[tokio::test]
async fn the_limit_steps_up_six_hours_after_half_of_it_was_used_within_seven_days() {
    let limit = async |stage: &Stage| {
        let path = "100200300400500?fields=whatsapp_business_manager_messaging_limit";
        stage.get(path).await.1["whatsapp_business_manager_messaging_limit"].clone()
    };
    for (quality, expected) in [("UNFLAGGED", "TIER_2K"), ("FLAGGED", "TIER_250")] {
        let stage = stage_with(|settings| {
            settings.messaging_limit = MessagingLimit::Tier250;
            settings.number_rate = None;
        })
        .await;
        let change = Event::NumberQuality { change: quality.into(), current_limit: "TIER_250".into() };
        stage.sim.announce(&change);
        for n in 0..125 {
            let person = stage.sim.phone(&format!("+52 55 1000 {n:04}")).await;
            assert_eq!(stage.post(to(&person, template("appointment_reminder"))).await.unwrap().0, 200);
        }
        stage.time_passes(6 * HOUR - 1);
        stage.send(template("appointment_reminder")).await;
        assert_eq!(limit(&stage).await, "TIER_250");
        stage.time_passes(1);
        stage.send(template("appointment_reminder")).await;
        assert_eq!(limit(&stage).await, expected);
        let told = stage.changes().await.into_iter().filter(|change| change["field"] == "business_capability_update");
        assert_eq!(told.count(), usize::from(expected == "TIER_2K"));
    }
}

#[tokio::test]
async fn a_call_opens_the_window_as_a_message_does() {
    let stage = Stage::new().await;
    stage.ana.does(Act::Call).await.unwrap();
    let change = stage.changes().await[0].clone();
    assert_eq!((&change["field"], &change["value"]["calls"][0]["event"]), (&json!("calls"), &json!("terminate")));
    assert_eq!(change["value"]["calls"][0]["from"], "5215512345678");
    assert_eq!(outcome(&stage, to_ana(text("¿Nos llamó?"))).await, "read");
    stage.time_passes(DAY);
    assert_eq!(outcome(&stage, to_ana(text("¿Nos llamó?"))).await, 131_047);
}

#[tokio::test]
async fn what_needs_a_catalogue_or_a_country_is_taken_as_it_comes() {
    let stage = Stage::after_ana_wrote().await;
    for kind in ["address_message", "product", "product_list", "catalog_message"] {
        let interactive = json!({ "type": kind, "body": { "text": "Elija" }, "action": { "name": kind } });
        stage.send(json!({ "type": "interactive", "interactive": interactive })).await;
    }
    let unknown = json!({ "type": "interactive", "interactive": { "type": "hologram", "body": { "text": "x" } } });
    assert_eq!(stage.refusal(unknown).await, (400, 131_051));
}
