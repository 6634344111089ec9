//! Who a person is to the business: hidden numbers, user ids and those of the portfolio above, and the device.

use serde_json::{Value, json};
use simulator::{Act, NewPhone, Phone, PhoneError, Settings};

use crate::stage::{HOUR, Stage, TOKEN, names, quick, text, to_ana};

const DAY: i64 = 24 * HOUR;
const NUMBER: &str = "100200300400500";

/// Somebody with a number and a username.
async fn luz(stage: &Stage) -> Phone {
    let new = NewPhone {
        number: Some("+52 1 55 2222 3333".into()),
        username: Some("luz.perez".into()),
        name: Some("Luz".into()),
    };
    stage.sim.add_phone(&new).await.unwrap()
}

#[tokio::test]
async fn a_username_hides_the_number_until_the_business_writes_to_it_and_again_after_thirty_days() {
    let stage = Stage::new().await;
    let luz = luz(&stage).await;
    luz.says("hola").await;
    let hidden = stage.values().await[0].clone();
    assert_eq!(hidden["contacts"][0]["profile"], json!({ "name": "Luz", "username": "luz.perez" }));
    assert!(hidden["messages"][0].get("from").is_none() && hidden["contacts"][0].get("wa_id").is_none());

    let request = json!({ "messaging_product": "whatsapp", "to": "5215522223333", "text": { "body": "hola" } });
    stage.post(request).await.unwrap();
    luz.says("ahora sí").await;
    assert_eq!(stage.messages().await.last().unwrap()["from"], "5215522223333");

    stage.time_passes(31 * DAY);
    luz.says("cuánto tiempo").await;
    assert!(stage.messages().await.last().unwrap().get("from").is_none());
}

#[tokio::test]
async fn a_new_username_changes_neither_the_user_id_nor_what_a_business_knows_already() {
    let stage = Stage::after_ana_wrote().await;
    let before = stage.ana.view().user_id;
    stage.ana.does(Act::SetUsername { username: Some("@Ana.Lopez".into()) }).await.unwrap();
    stage.ana.says("soy yo").await;
    let value = stage.values().await[1].clone();
    assert_eq!(value["contacts"][0]["profile"]["username"], "ana.lopez");
    assert_eq!((&value["messages"][0]["from"], stage.ana.view().user_id), (&json!("5215512345678"), before));

    let refused = stage.ana.does(Act::SetUsername { username: Some("www.ana".into()) }).await;
    assert_eq!(refused, Err(PhoneError::NotAUsername("www.ana".into())));
}

#[tokio::test]
async fn a_hidden_number_that_changes_is_a_changed_user_id_without_numbers() {
    let stage = Stage::new().await;
    let luz = luz(&stage).await;
    let old = luz.view().user_id;
    luz.changes_number("+52 1 55 4444 5555").await.unwrap();
    let event = stage.messages().await[0].clone();
    assert_eq!((&event["system"]["type"], event.get("from")), (&json!("user_changed_user_id"), None));
    assert_eq!(event["system"]["previous_user_id"], json!(old));
    assert!(!event.to_string().contains("5544445555"), "{event}");
}

#[tokio::test]
async fn who_is_in_the_contact_list_of_the_business_shows_their_number() {
    let stage = Stage::new().await;
    let luz = luz(&stage).await;
    let from = async || {
        luz.says("hola").await;
        stage.messages().await.pop().unwrap().get("from").cloned()
    };
    assert_eq!(from().await, None);
    luz.does(Act::AppContact { removed: false }).await.unwrap();
    assert_eq!(from().await, Some(json!("5215522223333")));
    luz.does(Act::AppContact { removed: true }).await.unwrap();
    stage.time_passes(31 * DAY);
    assert_eq!(from().await, None);
}

#[tokio::test]
async fn the_contact_book_keeps_a_number_that_was_written_to_until_it_is_taken_out() {
    let stage = Stage::with(Settings { contact_book: true, ..quick() }).await;
    let luz = luz(&stage).await;
    luz.says("hola").await;
    assert!(!luz.view().shows_number, "written to by number first");
    let request = json!({ "messaging_product": "whatsapp", "to": "5215522223333", "text": { "body": "hola" } });
    stage.post(request).await.unwrap();
    stage.time_passes(300 * DAY);
    assert!(luz.view().shows_number);

    let user_id = luz.view().user_id;
    assert_eq!(stage.delete(&format!("{NUMBER}/contact_book"), json!({ "user_id": user_id })).await.0, 200);
    assert!(!luz.view().shows_number);
}

#[tokio::test]
async fn a_parent_user_id_stands_beside_every_user_id_and_can_be_written_to() {
    let stage = Stage::after_ana_wrote_with(Settings { parent_portfolio: Some("7".into()), ..quick() }).await;
    let heard = stage.values().await[0].clone();
    let parent = heard["messages"][0]["from_parent_user_id"].as_str().unwrap().to_owned();
    assert!(parent.starts_with("MX.ENT."));
    assert_eq!(heard["contacts"][0]["parent_user_id"], json!(parent));

    let request = json!({ "messaging_product": "whatsapp", "recipient": parent, "text": { "body": "hola" } });
    let (_, sent) = stage.post(request).await.unwrap();
    let statuses = stage.statuses(sent["messages"][0]["id"].as_str().unwrap()).await;
    assert_eq!(names(&statuses), ["sent", "delivered", "read"]);
    assert!(statuses.iter().all(|status| status["recipient_parent_user_id"] == json!(parent)));

    stage.ana.does(Act::OptOut).await.unwrap();
    stage.ana.changes_number("+52 1 55 8765 4321").await.unwrap();
    let values = stage.values().await;
    let system = &values.last().unwrap()["messages"][0]["system"];
    assert_eq!(system["previous_parent_user_id"], json!(parent));
    assert_ne!(system["parent_user_id"], json!(parent));
    let preference = values.iter().find(|value| value["user_preferences"].is_array()).unwrap();
    assert_eq!(preference["user_preferences"][0]["parent_user_id"], json!(parent));
}

#[tokio::test]
async fn without_a_portfolio_above_nobody_has_a_parent_user_id() {
    let stage = Stage::after_ana_wrote().await;
    assert!(!stage.values().await[0].to_string().contains("parent"));
}

#[tokio::test]
async fn a_message_for_an_identity_key_that_has_changed_fails_with_137000() {
    let stage = Stage::after_ana_wrote().await;
    assert!(stage.values().await[0]["contacts"][0].get("identity_key_hash").is_none(), "only where it is checked");
    let settings = format!("/v25.0/{NUMBER}/settings");
    let check = json!({ "user_identity_change": { "enable_identity_key_check": true } });
    assert_eq!(stage.post_to(&settings, TOKEN, check.clone()).await.unwrap(), (200, json!({ "success": true })));
    assert_eq!(stage.get(&format!("{NUMBER}/settings")).await.1, check);

    let wamid = stage.send(text("hola")).await;
    let hash = stage.statuses(&wamid).await[0]["recipient_identity_key_hash"].clone();
    stage.ana.says("sigo siendo yo").await;
    assert_eq!(stage.values().await.pop().unwrap()["contacts"][0]["identity_key_hash"], hash);
    let to_the_device = |hash: &Value| {
        let mut message = text("Su saldo es de $1,200");
        message["recipient_identity_key_hash"] = hash.clone();
        message
    };
    assert_eq!(names(&stage.statuses(&stage.send(to_the_device(&hash)).await).await)[0], "sent");

    stage.ana.does(Act::Reinstall).await.unwrap();
    let change = stage.messages().await.pop().unwrap();
    assert_eq!(change["system"]["type"], "customer_identity_changed");
    assert_ne!(change["system"]["identity"], hash);
    assert_eq!(change["identity"]["hash"], change["system"]["identity"]);
    let refused = stage.send(to_the_device(&hash)).await;
    assert_eq!(stage.failure(&refused).await, 137_000);
    stage.send(to_the_device(&change["system"]["identity"])).await;
    stage.send(text("a message without a hash goes to whoever is there")).await;
    assert_eq!(stage.post(to_ana(to_the_device(&json!(7)))).await.unwrap().1["error"]["code"], 100);
}
