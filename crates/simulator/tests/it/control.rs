//! The control API, through its client.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use simulator::control::Client;
use simulator::{Act, Error, Event, Fault, FaultKind, NewPhone, PhoneChange, Reads, Settings, Simulator, Tap};

use crate::stage::{PATIENCE, Stage, text, to_ana};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_phone_is_created_written_on_and_read_over_http() {
    let stage = Stage::new().await;
    let client = Client::new(&stage.sim.url()).unwrap();
    let new = NewPhone { number: Some("+55 11 98765-4321".into()), name: Some("Bia".into()), ..NewPhone::default() };
    let bia = client.add_phone(&new).await.unwrap();
    assert_eq!((bia.id.as_str(), bia.name.as_str()), ("5511987654321", "Bia"));
    assert!(bia.user_id.starts_with("BR."));
    assert_eq!(client.phones().await.unwrap().len(), 2);

    let wamid = client.send("+55 (11) 98765-4321", &Act::Text { text: "oi".into(), reply_to: None }).await.unwrap();
    assert_eq!(stage.messages().await[0]["id"].as_str(), Some(wamid.as_str()));
    assert_eq!(client.said(&bia.user_id).await.unwrap()[0].text.as_deref(), Some("oi"));
}

#[tokio::test]
async fn the_inbox_shows_what_can_be_tapped() {
    let stage = Stage::after_ana_wrote().await;
    let client = Client::new(&stage.sim.url()).unwrap();
    client
        .change_phone("5215512345678", PhoneChange { reads: Some(Reads::Manual), ..Default::default() })
        .await
        .unwrap();
    stage
        .send(serde_json::json!({ "type": "interactive", "interactive": {
            "type": "button", "body": { "text": "¿Confirma?" },
            "action": { "buttons": [{ "type": "reply", "reply": { "id": "yes", "title": "Sí" } }] } } }))
        .await;
    stage.ana.wait_for(1, PATIENCE).await;

    let inbox = client.inbox("5215512345678").await.unwrap();
    assert_eq!((inbox[0].buttons[0].id.as_str(), inbox[0].read), ("yes", false));
    assert_eq!(client.open_chat("5215512345678").await.unwrap().unread, 0);
    client.tap("5215512345678", &Tap { message_id: Some(inbox[0].wamid.clone()), button: "Sí".into() }).await.unwrap();
    assert_eq!(stage.messages().await[1]["interactive"]["button_reply"]["id"], "yes");
}

#[tokio::test]
async fn faults_are_set_and_taken_back_and_the_ledger_is_read_and_forgotten() {
    let stage = Stage::after_ana_wrote().await;
    let client = Client::new(&stage.sim.url()).unwrap();
    client.set_fault(&Fault::times(3, FaultKind::ErrorCode { code: 131_000 })).await.unwrap();
    assert_eq!(stage.refusal(text("hola")).await, (500, 131_000));
    client.clear_faults().await.unwrap();

    for _ in 0..2 {
        let mut message = text("hola");
        message["biz_opaque_callback_data"] = "attempt-1".into();
        assert_eq!(stage.post(to_ana(message)).await.unwrap().0, 200);
    }
    assert!(client.settled(PATIENCE).await.unwrap());
    let ledger = client.ledger().await.unwrap();
    assert_eq!(ledger, stage.sim.ledger());
    assert_eq!(ledger.repeated_opaque(), ["attempt-1"]);
    assert_eq!(ledger.repeated_texts(), [("5215512345678".to_owned(), "hola".to_owned())]);
    assert_eq!((ledger.accepted_for("5215512345678", "hola"), ledger.refused[&131_000]), (2, 1));

    client.clear_ledger().await.unwrap();
    assert!(client.ledger().await.unwrap().accepted.is_empty());
}

#[tokio::test]
async fn a_refusal_of_the_control_api_is_a_sentence() {
    let stage = Stage::new().await;
    let client = Client::new(&stage.sim.url()).unwrap();
    let Err(Error::Refused { status, reason }) = client.inbox("+52 55 9999 9999").await else {
        panic!("there is no such phone");
    };
    assert_eq!((status, reason.as_str()), (404, "there is no phone `+52 55 9999 9999`"));
    let taken = NewPhone { number: Some("5215512345678".into()), ..NewPhone::default() };
    assert!(matches!(client.add_phone(&taken).await, Err(Error::Refused { status: 409, .. })));
    let remote = client.deliver_webhooks_to("http://192.0.2.1/").await;
    assert!(matches!(remote, Err(Error::Refused { status: 422, .. })));
    client.verify_webhook().await.unwrap();
}

#[tokio::test]
async fn the_wire_spells_an_act_as_the_manual_does() {
    let stage = Stage::new().await;
    let url = format!("{}/sim/phones/5215512345678/send", stage.sim.url());
    let body = serde_json::json!({ "type": "location", "latitude": 19.4, "longitude": -99.1,
        "phone_number_id": "100200300400500" });
    let response = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(stage.messages().await[0]["location"], serde_json::json!({ "latitude": 19.4, "longitude": -99.1 }));
}

#[tokio::test]
async fn the_clock_moves_where_somebody_has_given_one_to_move() {
    let fixed = Stage::new().await;
    let client = Client::new(&fixed.sim.url()).unwrap();
    assert!(!client.clock().await.unwrap().movable);
    assert!(matches!(client.advance_clock(HOUR).await, Err(Error::Refused { status: 409, .. })));

    let clock = Arc::new(AtomicI64::new(1_000));
    let (now, hand) = (clock.clone(), clock.clone());
    let settings = Settings {
        now: Arc::new(move || now.load(Ordering::Relaxed)),
        move_clock: Some(Arc::new(move |by| _ = hand.fetch_add(by, Ordering::Relaxed))),
        ..Settings::default()
    };
    let sim = Simulator::start(settings).await.unwrap();
    let client = Client::new(&sim.url()).unwrap();
    assert_eq!(client.advance_clock(HOUR).await.unwrap().now, 3_601_000);
    assert!(matches!(client.advance_clock(Duration::ZERO).await, Err(Error::Refused { status: 422, .. })));
}

#[tokio::test]
async fn faults_are_offered_with_their_sentences_and_the_account_has_its_events() {
    let stage = Stage::new().await;
    let client = Client::new(&stage.sim.url()).unwrap();
    assert_eq!(client.fault_kinds().await.unwrap(), FaultKind::catalogue());
    client.announce(&Event::AccountViolation { violation: "SPAM".into() }).await.unwrap();
    assert_eq!(stage.changes().await[0]["value"]["violation_info"]["violation_type"], "SPAM");
}
