//! Carousels: templates of two to ten cards that are made alike.

use serde_json::{Value, json};

use crate::stage::{PATIENCE, Stage, TOKEN, to_ana};

const ACCOUNT: &str = "900800700600500";

fn card(text: &str) -> Value {
    json!({ "components": [
        { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::a"] } },
        { "type": "BODY", "text": text, "example": { "body_text": [["890"]] } },
        { "type": "BUTTONS", "buttons": [
            { "type": "QUICK_REPLY", "text": "Lo quiero" },
            { "type": "URL", "text": "Ver", "url": "https://example.com/{{1}}", "example": ["a"] } ] } ] })
}

fn frames(cards: Value) -> Value {
    json!({ "name": "frames", "language": "es_MX", "category": "MARKETING", "components": [
        { "type": "BODY", "text": "Hola, mire nuestros armazones." }, { "type": "CAROUSEL", "cards": cards } ] })
}

fn two_cards() -> Value {
    json!([card("Azul, a solo {{1}} pesos."), card("Rojo, a solo {{1}} pesos.")])
}

fn filled(index: usize, image: &str) -> Value {
    let text = |text: &str| json!({ "type": "text", "text": text });
    json!({ "card_index": index, "components": [
        { "type": "header", "parameters": [{ "type": "image", "image": { "id": image } }] },
        { "type": "body", "parameters": [text("890")] },
        { "type": "button", "sub_type": "quick_reply", "index": "0",
            "parameters": [{ "type": "payload", "payload": format!("frame:{index}") }] },
        { "type": "button", "sub_type": "url", "index": "1", "parameters": [text("azul")] } ] })
}

fn sending(cards: &[Value]) -> Value {
    let components = json!([{ "type": "carousel", "cards": cards }]);
    json!({ "type": "template", "template": {
        "name": "frames", "language": { "code": "es_MX" }, "components": components } })
}

async fn create(stage: &Stage, template: Value) -> (u16, Value) {
    stage.post_to(&format!("/v25.0/{ACCOUNT}/message_templates"), TOKEN, template).await.unwrap()
}

#[tokio::test]
async fn a_carousel_has_two_to_ten_cards_with_the_same_components_and_is_for_marketing_only() {
    let stage = Stage::new().await;
    let code = async |template| create(&stage, template).await.1["error"]["code"].clone();
    assert_eq!(code(frames(json!([card("Azul, a solo {{1}} pesos.")]))).await, 100);
    assert_eq!(code(frames(json!(vec![card("Azul, a solo {{1}} pesos."); 11]))).await, 100);
    assert_eq!(code(frames(json!([card("Azul, a solo {{1}} pesos."), card(&"x".repeat(161))]))).await, 100);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut cards = two_cards();
        change(&mut cards[1]["components"]);
        frames(cards)
    };
    assert_eq!(code(with(&|card| card[0]["format"] = json!("VIDEO"))).await, 100);
    assert_eq!(code(with(&|card| card[0]["format"] = json!("TEXT"))).await, 100);
    assert_eq!(code(with(&|card| card[2]["buttons"] = json!([card[2]["buttons"][0]]))).await, 100);
    let three = json!([{ "type": "QUICK_REPLY", "text": "1" }, { "type": "QUICK_REPLY", "text": "2" },
        { "type": "QUICK_REPLY", "text": "3" }]);
    assert_eq!(code(with(&|card| card[2]["buttons"] = three.clone())).await, 100);
    let mut utility = frames(two_cards());
    utility["category"] = json!("UTILITY");
    assert_eq!(code(utility).await, 100);
    assert_eq!(create(&stage, frames(two_cards())).await.0, 200);
}

#[tokio::test]
async fn every_card_of_a_carousel_must_be_filled() {
    let stage = Stage::new().await;
    assert_eq!(create(&stage, frames(two_cards())).await.0, 200);
    assert!(stage.sim.settled(PATIENCE).await);
    let image = stage.uploaded("image/png").await;
    let (first, second) = (filled(0, &image), filled(1, &image));
    let without = |at: usize| {
        let mut card = filled(1, &image);
        card["components"].as_array_mut().unwrap().remove(at);
        card
    };
    let refusal = async |cards: &[Value]| stage.refusal(sending(cards)).await;
    assert_eq!(refusal(std::slice::from_ref(&first)).await, (400, 132_000));
    assert_eq!(refusal(&[first.clone(), first.clone()]).await, (400, 132_012));
    assert_eq!(refusal(&[first.clone(), without(0)]).await, (400, 132_012));
    assert_eq!(refusal(&[first.clone(), without(1)]).await, (400, 132_000));
    assert_eq!(refusal(&[first.clone(), without(3)]).await, (400, 131_008));

    stage.post(to_ana(sending(&[second, first]))).await.unwrap();
    let received = stage.ana.wait_for(1, PATIENCE).await;
    assert_eq!(received[0].buttons.iter().map(|b| b.id.as_str()).collect::<Vec<_>>(), ["frame:0", "frame:1"]);
    stage.ana.taps("frame:1").await.unwrap();
    assert_eq!(stage.messages().await[0]["button"], json!({ "payload": "frame:1", "text": "Lo quiero" }));
}

#[tokio::test]
async fn a_file_of_any_card_that_cannot_be_sent_fails_later_with_131053() {
    let stage = Stage::new().await;
    assert_eq!(create(&stage, frames(two_cards())).await.0, 200);
    assert!(stage.sim.settled(PATIENCE).await);
    let (image, sound) = (stage.uploaded("image/png").await, stage.uploaded("audio/ogg").await);
    let wamid = stage.send(sending(&[filled(0, &image), filled(1, &sound)])).await;
    assert_eq!(stage.failure(&wamid).await, 131_053);
}
