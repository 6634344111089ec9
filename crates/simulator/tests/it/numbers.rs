//! Numbers and accounts: what Graph shows of them, profiles, subscriptions, and the people that were blocked.

use serde_json::{Value, json};
use simulator::control::Client;
use simulator::{BusinessNumber, Event, NewPhone, NumberChange, Quality, Rate, Settings};

use crate::stage::{HOUR, Stage, TOKEN, quick, template, text, to_ana};

const NUMBER: &str = "100200300400500";
const ACCOUNT: &str = "900800700600500";

impl Stage {
    async fn change(&self, path: &str, fields: Value) -> (u16, Value) {
        self.post_to(&format!("/v25.0/{path}"), TOKEN, fields).await.unwrap()
    }
}

#[tokio::test]
async fn a_number_shows_its_name_its_quality_and_its_limit() {
    let stage = Stage::new().await;
    let fields = "display_phone_number,verified_name,quality_rating,throughput,status,\
                  whatsapp_business_manager_messaging_limit";
    let (_, number) = stage.get(&format!("{NUMBER}?fields={fields}")).await;
    let expected = json!({ "id": NUMBER, "display_phone_number": "+525550001000", "verified_name": "Simulated business",
        "quality_rating": "GREEN", "throughput": { "level": "STANDARD" }, "status": "CONNECTED",
        "whatsapp_business_manager_messaging_limit": "TIER_2K" });
    assert_eq!(number, expected);

    let (_, list) = stage.get(&format!("{ACCOUNT}/phone_numbers")).await;
    assert_eq!(list["data"][0]["code_verification_status"], "VERIFIED");
    assert!(list["data"][0].get("status").is_none(), "only what is asked for");
    assert_eq!(stage.get(ACCOUNT).await.1["account_review_status"], "APPROVED");
    assert_eq!(stage.get("42").await.1["error"]["error_subcode"], 33);
}

#[tokio::test]
async fn the_quality_and_the_limit_of_a_number_follow_its_events() {
    let stage = Stage::new().await;
    let quality =
        |change: &str, limit: &str| Event::NumberQuality { change: change.into(), current_limit: limit.into() };
    let fields = format!("{NUMBER}?fields=quality_rating,status,whatsapp_business_manager_messaging_limit,throughput");
    stage.sim.announce(&quality("FLAGGED", "TIER_250"));
    let expected = json!({ "quality_rating": "RED", "status": "FLAGGED", "id": NUMBER,
        "whatsapp_business_manager_messaging_limit": "TIER_250", "throughput": { "level": "STANDARD" } });
    assert_eq!(stage.get(&fields).await.1, expected);

    stage.sim.announce(&quality("UNFLAGGED", "TIER_10K"));
    stage.sim.announce(&quality("THROUGHPUT_UPGRADE", "TIER_10K"));
    let expected = json!({ "quality_rating": "GREEN", "status": "CONNECTED", "id": NUMBER,
        "whatsapp_business_manager_messaging_limit": "TIER_10K", "throughput": { "level": "HIGH" } });
    assert_eq!(stage.get(&fields).await.1, expected);
}

#[tokio::test]
async fn a_number_on_the_business_app_too_sends_twenty_messages_a_second() {
    let numbers = vec![BusinessNumber { on_business_app: true, ..BusinessNumber::default() }];
    let stage = Stage::after_ana_wrote_with(Settings { numbers, ..quick() }).await;
    assert_eq!(stage.get(&format!("{NUMBER}?fields=is_on_biz_app")).await.1["is_on_biz_app"], true);
    // A bucket of 80 would not be empty after this.
    let mut codes = Vec::new();
    for _ in 0..40 {
        let (_, body) = stage.post(to_ana(text("hola"))).await.unwrap();
        codes.extend(body["error"]["code"].as_i64());
    }
    assert_eq!(codes.first(), Some(&130_429));

    let client = Client::new(&stage.sim.url()).unwrap();
    let off = NumberChange { on_business_app: Some(false) };
    let number = client.change_number(NUMBER, off).await.unwrap();
    assert_eq!((number.on_business_app, number.per_second, number.quality), (false, Some(80.0), Quality::Green));
    assert_eq!(client.numbers().await.unwrap(), [number]);
    assert!(client.change_number("42", off).await.is_err());
}

#[tokio::test]
async fn the_app_of_the_business_answers_outside_the_window_and_does_not_open_it() {
    let numbers = vec![BusinessNumber { on_business_app: true, ..BusinessNumber::default() }];
    let stage = Stage::after_ana_wrote_with(Settings { numbers, ..quick() }).await;
    stage.time_passes(25 * HOUR);
    stage.ana.does(simulator::Act::Echo { text: "soy Luisa, de la tienda".into() }).await.unwrap();
    assert_eq!(stage.changes().await.last().unwrap()["field"], "smb_message_echoes");
    let wamid = stage.send(text("hola")).await;
    assert_eq!(stage.failure(&wamid).await, 131_047);
}

#[tokio::test]
async fn an_account_that_was_switched_off_sends_nothing_until_it_is_reinstated() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.announce(&Event::AccountDisabled { state: "DISABLE".into() });
    assert_eq!(stage.refusal(text("hola")).await, (403, 131_031));
    assert_eq!(stage.get(ACCOUNT).await.1["health_status"]["can_send_message"], "BLOCKED");
    stage.sim.announce(&Event::AccountDisabled { state: "REINSTATE".into() });
    stage.send(text("hola")).await;
}

#[tokio::test]
async fn a_restricted_account_may_not_start_conversations_and_gets_368_until_the_restriction_ends() {
    let stage = Stage::after_ana_wrote().await;
    let restriction = |word: &str| Event::AccountRestriction { restriction: word.into(), hours: 24 };
    stage.sim.announce(&restriction("RESTRICTED_BIZ_INITIATED_MESSAGING"));
    assert_eq!(stage.get(ACCOUNT).await.1["health_status"]["can_send_message"], "LIMITED");
    stage.send(text("an answer is still taken")).await;
    let luis = stage.sim.phone("+52 1 55 9999 0000").await;
    let mut first = to_ana(template("appointment_reminder"));
    first["to"] = json!(luis.view().id);
    let (status, body) = stage.post(first.clone()).await.unwrap();
    assert_eq!((status, &body["error"]["code"]), (403, &json!(368)));

    stage.sim.announce(&restriction("RESTRICTED_CUSTOMER_INITIATED_MESSAGING"));
    assert_eq!(stage.refusal(text("not even an answer")).await, (403, 368));
    stage.time_passes(24 * HOUR);
    assert_eq!(stage.post(first).await.unwrap().0, 200);
}

#[tokio::test]
async fn an_upgrade_of_the_throughput_takes_a_minute_during_which_sends_get_131057() {
    let stage = Stage::after_ana_wrote().await;
    let upgrade = Event::NumberQuality { change: "THROUGHPUT_UPGRADE".into(), current_limit: "TIER_UNLIMITED".into() };
    stage.sim.announce(&upgrade);
    assert_eq!(stage.refusal(text("hola")).await, (400, 131_057));
    stage.time_passes(60_000);
    stage.send(text("hola")).await;
}

#[tokio::test]
async fn what_a_number_receives_counts_against_its_throughput() {
    let rate = Rate { per_second: 0.1, burst: 3.0 };
    let stage = Stage::with(Settings { number_rate: Some(rate), ..quick() }).await;
    stage.ana.says("hola").await;
    stage.ana.says("¿hay alguien?").await;
    stage.send(text("sí")).await;
    assert_eq!(stage.refusal(text("¿qué necesita?")).await, (400, 130_429));
}

#[tokio::test]
async fn a_problem_that_concerns_no_message_comes_as_errors_of_the_number() {
    let stage = Stage::new().await;
    stage.sim.announce(&Event::Problem { code: 130_429 });
    let value = stage.values().await[0].clone();
    assert_eq!(
        (&value["errors"][0]["code"], &value["errors"][0]["title"]),
        (&json!(130_429), &json!("Rate limit hit"))
    );
    assert_eq!(value["metadata"]["phone_number_id"], NUMBER);
    assert!(value.get("messages").is_none());
}

#[tokio::test]
async fn a_profile_and_greetings_are_kept_within_their_limits() {
    let stage = Stage::new().await;
    let profile = format!("{NUMBER}/whatsapp_business_profile");
    let fields = |about: &str| {
        json!({ "messaging_product": "whatsapp", "about": about, "vertical": "HEALTH",
        "websites": ["https://optica.example"] })
    };
    assert_eq!(stage.change(&profile, fields("Óptica Luna")).await.0, 200);
    assert_eq!(stage.change(&profile, fields(&"x".repeat(140))).await.1["error"]["code"], 100);
    let (_, shown) = stage.get(&format!("{profile}?fields=about,websites")).await;
    assert_eq!(shown["data"], json!([{ "about": "Óptica Luna", "websites": ["https://optica.example"] }]));

    let automation = format!("{NUMBER}/conversational_automation");
    let prompts = |prompts: Value| json!({ "enable_welcome_message": true, "prompts": prompts });
    assert_eq!(stage.change(&automation, prompts(json!(["Quiero una cita"]))).await.0, 200);
    assert_eq!(stage.change(&automation, prompts(json!(["Hola 👋"]))).await.0, 400);
    assert_eq!(stage.change(&automation, prompts(json!(["1", "2", "3", "4", "5"]))).await.0, 400);
    let command = |name: &str, about: &str| json!({ "command_name": name, "command_description": about });
    let commands = |commands: Vec<Value>| json!({ "commands": commands });
    for (commands, status) in [
        (commands(vec![command("cita", "Agendar una cita")]), 200),
        (commands(vec![command("cita", "x"); 31]), 400),
        (commands(vec![command(&"x".repeat(33), "x")]), 400),
        (commands(vec![command("cita", &"x".repeat(257))]), 400),
        (prompts(json!(["x".repeat(81)])), 400),
    ] {
        assert_eq!(stage.change(&automation, commands.clone()).await.0, status, "{commands}");
    }
    let (_, number) = stage.get(&format!("{NUMBER}?fields=conversational_automation")).await;
    assert_eq!(number["conversational_automation"]["prompts"], json!(["Quiero una cita"]));
}

#[tokio::test]
async fn only_who_wrote_in_the_last_24_hours_can_be_blocked_and_a_partial_failure_is_a_400_with_both_lists() {
    let stage = Stage::after_ana_wrote().await;
    stage.sim.phone("+52 1 55 9999 0000").await;
    let path = format!("{NUMBER}/block_users");
    let people = json!({ "messaging_product": "whatsapp", "block_users": [
        { "user": "+52 1 55 1234 5678" }, { "user": "5215599990000" }, { "user": "5215500000000" }] });
    let (status, body) = stage.change(&path, people).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(139_100)));
    assert_eq!(body["block_users"]["added_users"][0]["wa_id"], "5215512345678");
    let failed = &body["block_users"]["failed_users"];
    assert_eq!((&failed[0]["errors"][0]["code"], &failed[1]["errors"][0]["code"]), (&json!(131_047), &json!(131_026)));
    let (_, blocked) = stage.get(&path).await;
    assert_eq!((&blocked["data"][0]["wa_id"], &blocked["data"][1]), (&json!("5215512345678"), &Value::Null));

    let unheard = stage.messages().await.len();
    stage.ana.says("¿me escuchan?").await;
    assert_eq!(stage.messages().await.len(), unheard, "who is blocked reaches nobody");
    let (_, sent) = stage.post(to_ana(text("hola"))).await.unwrap();
    assert_eq!(stage.failure(sent["messages"][0]["id"].as_str().unwrap()).await, 130_403);

    let ana = json!({ "messaging_product": "whatsapp", "block_users": [{ "user_id": stage.ana.view().user_id }] });
    assert_eq!(stage.delete(&path, ana).await.1["block_users"]["removed_users"][0]["wa_id"], "5215512345678");
    assert_eq!(stage.get(&path).await.1["data"], json!([]));
    stage.send(text("hola")).await;
}

#[tokio::test]
async fn a_number_taken_out_of_the_contact_book_is_hidden_again_behind_its_username() {
    let stage = Stage::new().await;
    let number = Some("+52 55 2222 3333".to_owned());
    let new = NewPhone { number, username: Some("luz.perez".into()), ..NewPhone::default() };
    let luz = stage.sim.add_phone(&new).await.unwrap();
    let mut request = to_ana(template("appointment_reminder"));
    request["to"] = json!("525522223333");
    assert_eq!(stage.post(request).await.unwrap().0, 200);
    assert!(luz.view().shows_number);

    let path = format!("{NUMBER}/contact_book");
    let user_id = luz.view().user_id;
    assert_eq!(stage.delete(&path, json!({ "user_id": user_id })).await.0, 200);
    assert!(!luz.view().shows_number);
    assert_eq!(stage.delete(&path, json!({ "user_id": "MX.ENT.1" })).await.1["error"]["code"], 100);
}
