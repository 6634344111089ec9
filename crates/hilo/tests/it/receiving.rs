//! The door: what is let in, what is refused, and that nothing is lost behind it.

use futures::future::join_all;
use serde_json::{Value, json};
use whatsapp::signature;

use crate::app::{
    NUMBER, Number, PATIENCE, SECRET, Setup, TestApp, VERIFY_TOKEN, Written, body, messages_body, on_both,
    on_both_with, text,
};

fn written(wamid: &str, text: &str, at: i64) -> Written {
    Written { wamid: wamid.to_owned(), from: "525512345678".to_owned(), text: text.to_owned(), at }
}

/// The wamids of all messages that customers wrote.
async fn wamids(app: &TestApp) -> Vec<String> {
    let mut wamids = Vec::new();
    for thread in app.api.list("/conversations").await {
        let messages = app.api.list(&format!("/conversations/{}/messages", text(&thread["id"]))).await;
        let inbound = messages.iter().filter(|message| message["direction"] == "inbound");
        wamids.extend(inbound.map(|message| text(&message["wamid"]).to_owned()));
    }
    wamids.sort();
    wamids
}

async fn notices(app: &TestApp, kind: &str) -> Vec<Value> {
    let mut notices = app.api.list("/notices").await;
    notices.retain(|notice| notice["kind"] == kind);
    notices
}

#[test]
fn meta_is_told_its_challenge_only_for_the_right_word() {
    on_both(async |app: &mut TestApp| {
        app.simulator.verify_webhook().await.unwrap();

        let ask = async |mode: &str, token: &str| {
            let query = format!("hub.mode={mode}&hub.verify_token={}&hub.challenge=77", token.replace(' ', "%20"));
            let answer = app.http.get(format!("{}/webhooks/whatsapp?{query}", app.url)).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        assert_eq!(ask("subscribe", VERIFY_TOKEN).await, (200, "77".to_owned()));
        for (mode, token) in [("subscribe", "a guess"), ("subscribe", ""), ("unsubscribe", VERIFY_TOKEN)] {
            assert_eq!(ask(mode, token).await, (403, String::new()), "{mode} {token}");
        }
    });
}

#[test]
fn a_body_that_meta_did_not_sign_is_refused_and_counted_and_has_no_effect() {
    on_both(async |app: &mut TestApp| {
        let bytes = messages_body(&[written("wamid.forged", "hola", app.now())]).to_string().into_bytes();
        let right = signature::sign(SECRET.as_bytes(), &bytes);
        let of_other_bytes = signature::sign(SECRET.as_bytes(), b"{}");
        let of_other_secret = signature::sign(b"another secret", &bytes);
        let before = refused_so_far(app).await;

        let forgeries = [
            None,
            Some(""),
            Some("sha256="),
            Some(&right[..70]),
            Some(&right[7..]),
            Some(&of_other_bytes),
            Some(&of_other_secret),
        ];
        for forged in forgeries {
            assert_eq!(app.post_with(forged, bytes.clone()).await, 401, "{forged:?}");
        }
        assert!(before + forgeries.len() as f64 <= refused_so_far(app).await);
        assert!(wamids(app).await.is_empty());

        assert_eq!(app.post_with(Some(&right), bytes).await, 200);
        assert_eq!(wamids(app).await, ["wamid.forged"]);
    });
}

async fn refused_so_far(app: &TestApp) -> f64 {
    let figures = app.http.get(format!("{}/metrics", app.url)).send().await.unwrap().text().await.unwrap();
    let line = figures.lines().find_map(|line| line.strip_prefix("hilo_webhooks_unsigned_total "));
    line.map_or(0.0, |count| count.parse().unwrap())
}

#[test]
fn a_number_without_a_secret_receives_nothing() {
    let setup = Setup::with_numbers(&[Number::new(NUMBER).signed_with(&[""])]);
    on_both_with(&setup, async |app| {
        let bytes = messages_body(&[written("wamid.1", "hola", app.now())]).to_string().into_bytes();
        let signature = signature::sign(b"", &bytes);
        assert_eq!(app.post_with(Some(&signature), bytes).await, 401);
        assert!(wamids(app).await.is_empty());
    });
}

#[test]
fn during_a_rotation_the_new_secret_and_the_one_before_are_accepted() {
    let setup = Setup::with_numbers(&[Number::new(NUMBER).signed_with(&["the new secret", SECRET])]);
    on_both_with(&setup, async |app| {
        for (wamid, secret, status) in
            [("wamid.1", SECRET, 200), ("wamid.2", "the new secret", 200), ("wamid.3", "a third", 401)]
        {
            let bytes = messages_body(&[written(wamid, "hola", app.now())]).to_string().into_bytes();
            let signature = signature::sign(secret.as_bytes(), &bytes);
            assert_eq!(app.post_with(Some(&signature), bytes).await, status, "{secret}");
        }
        assert_eq!(wamids(app).await, ["wamid.1", "wamid.2"]);
    });
}

#[test]
fn a_body_of_four_megabytes_is_taken_and_a_larger_one_is_not() {
    on_both(async |app: &mut TestApp| {
        const MOST: usize = 4 * 1024 * 1024;
        let filled = |wamid: &str, size: usize| {
            let empty = messages_body(&[written(wamid, "", app.now())]).to_string().len();
            messages_body(&[written(wamid, &"a".repeat(size - empty), app.now())]).to_string().into_bytes()
        };
        assert_eq!(app.post_bytes(filled("wamid.large", MOST)).await, 200);
        assert_eq!(app.post_bytes(filled("wamid.giant", MOST + 1)).await, 413);
        assert_eq!(wamids(app).await, ["wamid.large"]);
    });
}

#[test]
fn what_is_no_webhook_body_is_kept_and_listed() {
    on_both(async |app: &mut TestApp| {
        let nested = |depth: usize| [b"[".repeat(depth), b"]".repeat(depth)].concat();
        let strange: [Vec<u8>; 9] = [
            Vec::new(),
            b"hola".to_vec(),
            b"{\"entry\": [".to_vec(),
            b"\xff\xfe\x00\x01".to_vec(),
            b"null".to_vec(),
            b"[1, 2]".to_vec(),
            b"\"entry\"".to_vec(),
            nested(100),
            nested(200_000),
        ];
        for bytes in &strange {
            let status = app.post_bytes(bytes.clone()).await;
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
        }
        assert_eq!(notices(app, "malformed").await.len(), strange.len());

        // The door still works.
        assert_eq!(app.post(&messages_body(&[written("wamid.1", "hola", app.now())])).await, 200);
        assert_eq!(wamids(app).await, ["wamid.1"]);
    });
}

#[test]
fn a_part_of_a_wrong_shape_is_listed_and_the_rest_of_its_body_goes_through() {
    on_both(async |app: &mut TestApp| {
        let good = |wamid: &str| written(wamid, "hola", app.now()).to_json();
        let without_id = json!({ "from": "525512345678", "type": "text", "text": { "body": "hola" } });
        let without_sender = json!({ "id": "wamid.nobody", "type": "text", "text": { "body": "hola" } });
        let mut webhook = body(
            NUMBER,
            "messages",
            json!({ "messages": [good("wamid.1"), without_id, 7, null, "text", [], without_sender, good("wamid.2")], "statuses": { "id": 1 } }),
        );
        let changes = webhook["entry"][0]["changes"].as_array_mut().unwrap();
        changes.extend([
            json!(3),
            json!({ "field": 4 }),
            json!({ "value": {} }),
            json!({ "field": "messages", "value": [] }),
        ]);
        let entries = webhook["entry"].as_array_mut().unwrap();
        entries.extend([json!(null), json!({ "changes": "none" })]);
        entries.push(messages_body(&[written("wamid.3", "hola", app.now())])["entry"][0].clone());

        assert_eq!(app.post(&webhook).await, 200);
        assert_eq!(wamids(app).await, ["wamid.1", "wamid.2", "wamid.3"]);
        let listed = notices(app, "malformed").await;
        assert!(7 <= listed.len(), "{listed:#?}");
    });
}

#[test]
fn numbers_as_texts_and_texts_as_numbers_are_read_all_the_same() {
    on_both(async |app: &mut TestApp| {
        let at = app.now() / 1000;
        let as_number = json!({ "from": 525_512_345_678_i64, "id": "wamid.1", "timestamp": at, "type": "text", "text": { "body": "hola" } });
        let mut webhook = body(NUMBER, "messages", json!({ "messages": [as_number] }));
        webhook["entry"][0]["time"] = json!(at.to_string());
        webhook["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] =
            json!(NUMBER.parse::<i64>().unwrap());
        assert_eq!(app.post(&webhook).await, 200);
        assert_eq!(app.post(&messages_body(&[written("wamid.2", "otra cosa", app.now())])).await, 200);

        assert_eq!(wamids(app).await, ["wamid.1", "wamid.2"]);
        assert_eq!(app.api.list("/contacts").await.len(), 1, "one person, however the number is written");
    });
}

#[test]
fn bytes_that_are_no_text_lose_no_message() {
    on_both(async |app: &mut TestApp| {
        // Half an emoji, and a zero byte, which PostgreSQL takes in no text.
        let escaped = messages_body(&[written("wamid.1", "@", app.now())]).to_string();
        assert_eq!(app.post_bytes(escaped.replace('@', "\\ud83d \\u0000").into_bytes()).await, 200);
        assert_eq!(wamids(app).await, ["wamid.1"]);

        // A byte that is no text costs itself and nothing else.
        let bytes = messages_body(&[written("wamid.2", "hol@", app.now())]).to_string().into_bytes();
        let broken = bytes.iter().map(|byte| if *byte == b'@' { 0xff } else { *byte }).collect();
        assert_eq!(app.post_bytes(broken).await, 200);
        assert_eq!(wamids(app).await, ["wamid.1", "wamid.2"]);
    });
}

#[test]
fn a_user_id_in_the_place_of_the_number_is_somebody_and_gets_an_answer() {
    on_both(async |app: &mut TestApp| {
        let from = "MX.13491208655302741918".to_owned();
        let message = Written { from: from.clone(), ..written("wamid.1", "hola, ¿a qué hora abren?", app.now()) };
        assert_eq!(app.post(&messages_body(&[message])).await, 200);
        app.settled().await;

        let people = app.api.list("/contacts").await;
        assert_eq!(people.len(), 1);
        assert_eq!(people[0]["identities"][0]["kind"], "user_id");
        let sent = app.simulator.ledger().accepted;
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].body["recipient"], json!(from));
        assert!(sent[0].body["to"].is_null());
    });
}

#[test]
fn a_batch_of_a_thousand_messages_arrives_whole_and_in_order() {
    on_both(async |app: &mut TestApp| {
        const PEOPLE: usize = 100;
        let messages: Vec<Written> = (0..1000)
            .map(|n| Written {
                from: format!("5255{:08}", n % PEOPLE),
                ..written(&format!("wamid.{n:04}"), &format!("mensaje {n}"), app.now())
            })
            .collect();
        assert_eq!(app.post(&messages_body(&messages)).await, 200);
        app.settled().await;

        let threads = app.api.list("/conversations").await;
        assert_eq!(threads.len(), PEOPLE);
        let mut all = 0;
        for thread in threads {
            let messages = app.api.list(&format!("/conversations/{}/messages", text(&thread["id"]))).await;
            let inbound: Vec<&str> =
                messages.iter().filter(|one| one["direction"] == "inbound").map(|one| text(&one["wamid"])).collect();
            assert!(inbound.is_sorted(), "{inbound:?}");
            all += inbound.len();
        }
        assert_eq!(all, 1000);
        assert!(app.api.list("/backlog").await.is_empty());
    });
}

#[test]
fn a_message_to_a_number_that_is_not_ours_is_listed_and_answered_by_nobody() {
    on_both(async |app: &mut TestApp| {
        let message = written("wamid.1", "hola", app.now()).to_json();
        let webhook = body("999999999999999", "messages", json!({ "messages": [message] }));
        assert_eq!(app.post(&webhook).await, 200);
        assert_eq!(app.post(&webhook).await, 200);
        app.settled().await;

        let listed = notices(app, "unclaimed_number").await;
        assert_eq!(listed.len(), 1, "once, however often it is delivered");
        assert_eq!(listed[0]["subject"], "999999999999999");
        assert_eq!(listed[0]["raw"], message);
        assert!(app.api.list("/contacts").await.is_empty());
        assert!(app.simulator.ledger().accepted.is_empty());
    });
}

#[test]
fn a_field_that_nobody_knows_yet_is_listed() {
    on_both(async |app: &mut TestApp| {
        let webhook = body(NUMBER, "dreams", json!({ "dream": "of 2027" }));
        assert_eq!(app.post(&webhook).await, 200);
        assert_eq!(app.post(&webhook).await, 200);
        let listed = notices(app, "unknown_field").await;
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0]["subject"], "dreams");
        assert_eq!(listed[0]["raw"]["dream"], "of 2027");
    });
}

#[test]
fn a_signature_opens_only_the_numbers_that_its_secret_guards() {
    let numbers = [Number::new(NUMBER), Number::new("100000000000002").of_workspace("other").signed_with(&["theirs"])];
    on_both_with(&Setup::with_numbers(&numbers), async |app| {
        let ours = written("wamid.ours", "hola", app.now()).to_json();
        let smuggled = written("wamid.smuggled", "hola", app.now()).to_json();
        let mut webhook = body(NUMBER, "messages", json!({ "messages": [ours] }));
        let second = body("100000000000002", "messages", json!({ "messages": [smuggled] }));
        webhook["entry"].as_array_mut().unwrap().push(second["entry"][0].clone());
        assert_eq!(app.post(&webhook).await, 200);
        app.settled().await;

        assert_eq!(wamids(app).await, ["wamid.ours"]);
        assert_eq!(notices(app, "unclaimed_number").await.len(), 1);
        let others = app.api_of("other").await;
        assert!(others.list("/conversations").await.is_empty());
        assert!(others.list("/notices").await.is_empty());
    });
}

#[test]
fn a_body_delivered_64_times_at_once_has_one_effect() {
    on_both(async |app: &mut TestApp| {
        let webhook = messages_body(&[written("wamid.1", "¿dónde está mi pedido?", app.now())]);
        let statuses = join_all((0..64).map(|_| app.post(&webhook))).await;
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
        app.settled().await;

        assert_eq!(wamids(app).await, ["wamid.1"]);
        assert_eq!(app.api.list("/contacts").await.len(), 1);
        assert_eq!(app.api.list("/tickets").await.len(), 1);
        assert_eq!(app.simulator.ledger().accepted.len(), 1);
    });
}

#[test]
fn webhooks_that_arrive_twice_and_out_of_order_leave_each_message_once() {
    on_both(async |app: &mut TestApp| {
        use simulator::{Fault, FaultKind};
        app.simulator.set_fault(Fault::in_percent(50, FaultKind::DuplicateWebhooks));
        app.simulator.set_fault(Fault::in_percent(30, FaultKind::DisorderWebhooks));
        for person in 0..10 {
            let phone = app.simulator.phone(&format!("+52 55 1234 00{person:02}")).await;
            for n in 0..5 {
                phone.says(&format!("mensaje {n}")).await;
            }
        }
        for phone in app.simulator.phones() {
            let phone = app.simulator.phone(&phone.id).await;
            assert_eq!(phone.wait_for(1, PATIENCE).await.len(), 1);
        }
        app.settled().await;
        let wamids = wamids(app).await;
        assert_eq!(wamids.len(), 50);
        assert!(app.simulator.ledger().repeated_opaque().is_empty());
    });
}
