//! Real webhook bodies, and what becomes of them when they are bent: nothing is lost, nothing panics.

use std::path::{Path, PathBuf};

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Value, json};
use whatsapp::webhook::{Change, ChangeValue, Content, Envelope, Item, StatusKind, parse};

/// Fields that nobody has described well enough to read.
const UNDESCRIBED_FIELDS: [&str; 9] = [
    "account_settings_update",
    "automatic_events",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "partner_solutions",
    "payment_configuration_update",
    "unknown_field_xyz",
];

/// Lists whose every element has to come out as an item.
const LISTS: [&str; 10] = [
    "messages",
    "statuses",
    "errors",
    "message_echoes",
    "user_preferences",
    "user_id_update",
    "state_sync",
    "calls",
    "history",
    "messaging_handovers",
];

fn real_bodies() -> Option<Vec<(PathBuf, Vec<u8>)>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("HILO_REFERENCE_DATA").map_or_else(beside, PathBuf::from).join("whatsapp-webhooks");
    if !data.is_dir() {
        println!("Skipped: there are no real bodies here. HILO_REFERENCE_DATA names the folder they are in.");
        return None;
    }
    let mut files = Vec::new();
    collect_json(&data, &mut files);
    files.sort();
    assert!(!files.is_empty(), "{} has no bodies", data.display());
    Some(files.into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap())).collect())
}

fn collect_json(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_json(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
}

/// Counted without the parser: the elements of all lists, and one for each change that has none.
fn parts_of_raw(root: &Value) -> usize {
    let changes = root["entry"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|entry| entry["changes"].as_array().into_iter().flatten());
    changes.map(parts_of_raw_change).sum()
}

fn parts_of_raw_change(change: &Value) -> usize {
    let field = change["field"].as_str().unwrap_or_default();
    if UNDESCRIBED_FIELDS.contains(&field) {
        return 1;
    }
    let lists: usize = LISTS.iter().filter_map(|list| change["value"][list].as_array()).map(Vec::len).sum();
    let threads = change["value"]["history"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|chunk| chunk["threads"].as_array().into_iter().flatten());
    let past: usize = threads.filter_map(|thread| thread["messages"].as_array()).map(Vec::len).sum();
    if lists == 0 { 1 } else { lists + past }
}

fn parts(envelope: &Envelope) -> usize {
    envelope.entries.iter().flat_map(|entry| &entry.changes).map(parts_of_change).sum()
}

fn parts_of_change(change: &Change) -> usize {
    match &change.value {
        ChangeValue::Batch(batch) => all_items(&batch.items).len(),
        _ => 1,
    }
}

/// The items and, after each piece of history, the messages in it.
fn all_items(items: &[Item]) -> Vec<&Item> {
    items.iter().flat_map(|item| std::iter::once(item).chain(items_inside(item))).collect()
}

fn items_inside(item: &Item) -> Vec<&Item> {
    match item {
        Item::History(chunk) => chunk.threads.iter().flat_map(|thread| &thread.items).collect(),
        _ => Vec::new(),
    }
}

fn items_of(envelope: &Envelope) -> Vec<&Item> {
    let changes = envelope.entries.iter().flat_map(|entry| &entry.changes);
    changes
        .flat_map(|change| match &change.value {
            ChangeValue::Batch(batch) => all_items(&batch.items),
            _ => Vec::new(),
        })
        .collect()
}

fn raw_of(item: &Item) -> Option<&Value> {
    match item {
        Item::Message(message)
        | Item::Standby(message)
        | Item::Echo(message)
        | Item::StandbyEcho(message)
        | Item::Past { message, .. } => Some(&message.raw),
        Item::Status(status) => Some(&status.raw),
        Item::Error { raw, .. } | Item::Handover { raw } | Item::Other { raw, .. } | Item::Malformed { raw, .. } => {
            Some(raw)
        }
        Item::Preference(preference) => Some(&preference.raw),
        Item::UserIdChange(change) => Some(&change.raw),
        Item::AppContact(contact) => Some(&contact.raw),
        Item::Call(call) => Some(&call.raw),
        Item::History(_) => None,
    }
}

fn content_of(item: &Item) -> Option<&Content> {
    match item {
        Item::Message(message)
        | Item::Standby(message)
        | Item::Echo(message)
        | Item::StandbyEcho(message)
        | Item::Past { message, .. } => Some(&message.content),
        _ => None,
    }
}

#[test]
fn every_part_of_every_real_body_comes_out() {
    for (file, body) in real_bodies().unwrap_or_default() {
        let file = file.display();
        let raw: Value = serde_json::from_slice(&body).unwrap();
        let envelope = parse(&body).unwrap_or_else(|error| panic!("{file}: {error}"));

        assert_eq!(parts(&envelope), parts_of_raw(&raw), "{file}");
        let raws: Vec<&Value> = items_of(&envelope).into_iter().filter_map(raw_of).collect();
        let changes = raw["entry"].as_array().unwrap().iter().flat_map(|entry| entry["changes"].as_array().unwrap());
        for list in changes.flat_map(|change| [&change["value"]["messages"], &change["value"]["statuses"]]) {
            for part in list.as_array().into_iter().flatten() {
                assert!(raws.contains(&part), "{file}: {part} is missing");
            }
        }
    }
}

#[test]
fn no_known_kind_ends_as_something_else() {
    for (file, body) in real_bodies().unwrap_or_default() {
        let file = file.display();
        let envelope = parse(&body).unwrap();
        for change in envelope.entries.iter().flat_map(|entry| &entry.changes) {
            match &change.value {
                ChangeValue::Malformed { reason, .. } => panic!("{file}: {reason}"),
                ChangeValue::Other { .. } => {
                    assert!(UNDESCRIBED_FIELDS.contains(&change.field.as_str()), "{file}: {}", change.field)
                }
                ChangeValue::Batch(_) | ChangeValue::Template(_) | ChangeValue::Number(_) | ChangeValue::Account(_) => {
                }
            }
        }
        for item in items_of(&envelope) {
            assert!(!matches!(item, Item::Malformed { .. } | Item::Other { .. }), "{file}: {item:?}");
            assert!(
                !matches!(item, Item::Status(status) if matches!(status.status, StatusKind::Other(_))),
                "{file}: {item:?}"
            );
            match content_of(item) {
                Some(Content::Other { kind }) => assert_eq!(kind, "media_placeholder", "{file}"),
                Some(Content::Unreadable { kind, reason }) => panic!("{file}: {kind}: {reason}"),
                _ => {}
            }
        }
    }
}

#[test]
fn every_real_sender_is_known_by_something() {
    for (file, body) in real_bodies().unwrap_or_default() {
        for item in items_of(&parse(&body).unwrap()) {
            let Item::Message(message) = item else { continue };
            let unnamed_change =
                matches!(&message.content, Content::System(system) if system.previous_user_id.is_some());
            assert!(
                message.from.is_some() || message.from_user_id.is_some() || unnamed_change,
                "{}: {message:?}",
                file.display()
            );
            assert!(message.timestamp.is_some(), "{}", file.display());
        }
    }
}

/// One of everything.
fn rich_body() -> Value {
    let contacts =
        json!([{"profile": {"name": "Ana", "username": "@ana"}, "wa_id": "5511987654321", "user_id": "BR.1"}]);
    let message = |kind: &str, body: Value| json!({"id": format!("wamid.{kind}"), "from": "5511987654321", "timestamp": "1700000000", "type": kind, kind: body});
    let messages = json!([
        message("text", json!({"body": "Olá"})),
        message("image", json!({"id": "1", "caption": "c"})),
        message("location", json!({"latitude": 1.5, "longitude": "2"})),
        message(
            "contacts",
            json!([{"name": {"formatted_name": "B"}, "phones": [{"phone": "1", "wa_id": "1"}], "emails": [{"email": "e"}]}])
        ),
        message("reaction", json!({"message_id": "wamid.1", "emoji": "x"})),
        message("button", json!({"payload": "p", "text": "t"})),
        message("interactive", json!({"type": "nfm_reply", "nfm_reply": {"response_json": "{\"flow_token\":\"t\"}"}})),
        message("order", json!({"product_items": [{"quantity": 1, "item_price": 2.5}]})),
        message(
            "system",
            json!({"type": "user_changed_number", "body": "User A changed from BR.1 to BR.2", "wa_id": "1"})
        ),
        message("edit", json!({"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "x"}}})),
        message("unsupported", json!({"type": "poll"})),
    ]);
    let status = json!({"id": "wamid.9", "status": "failed", "timestamp": "1700000000", "recipient_id": "5511987654321",
        "pricing": {"billable": true}, "conversation": {"origin": {"type": "service"}}, "errors": [{"code": 131047, "error_data": {"details": "d"}}]});
    let history = json!([{"metadata": {"phase": 0}, "threads": [{"id": "1", "messages": [message("text", json!({"body": "x"}))]}]}]);
    let change = |field: &str, value: Value| json!({"field": field, "value": value});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "time": 1, "changes": [
        change("messages", json!({"metadata": {"phone_number_id": "1", "display_phone_number": "1555"}, "contacts": contacts, "messages": messages,
            "statuses": [status], "errors": [{"code": 130429}]})),
        change("user_preferences", json!({"contacts": contacts, "user_preferences": [{"wa_id": "5511987654321", "value": "stop"}]})),
        change("history", json!({"history": history})),
        change("smb_message_echoes", json!({"message_echoes": [message("text", json!({"body": "x"}))]})),
        change("account_update", json!({"event": "X", "restriction_info": [{"expiration": 1}]})),
        change("message_template_status_update", json!({"event": "APPROVED", "message_template_id": 1})),
    ]}]})
}

/// Any small JSON, with a taste for what is almost right.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "",
            "BR.1",
            "BR.ENT.1",
            "wamid.1",
            "1700000000",
            "changed from BR.1 to BR.2",
            "\u{0}"
        ])
        .prop_map(Value::from),
    ];
    let key = prop_oneof![
        "[a-z_]{0,6}",
        prop::sample::select(vec!["id", "type", "text", "body", "from", "messages"]).prop_map(str::to_owned)
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Puts another value at some place: the steps choose the way down.
fn bend(value: &mut Value, steps: &[usize], other: Value) {
    let Some((step, steps)) = steps.split_first() else {
        *value = other;
        return;
    };
    match value {
        Value::Array(list) if !list.is_empty() => {
            let place = step % list.len();
            bend(&mut list[place], steps, other);
        }
        Value::Object(members) if !members.is_empty() => {
            let place = step % members.len();
            bend(members.values_mut().nth(place).unwrap(), steps, other);
        }
        _ => *value = other,
    }
}

fn bends() -> impl Strategy<Value = Vec<(Vec<usize>, Value)>> {
    prop::collection::vec((prop::collection::vec(0..64_usize, 0..12), any_json()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_bent_body_never_panics_and_never_loses_a_message(bends in bends()) {
        let mut body = rich_body();
        for (steps, other) in bends {
            bend(&mut body, &steps, other);
        }
        // Read back once: the last bit of an outlandish number does not survive the way through text.
        let text = body.to_string();
        let body: Value = serde_json::from_str(&text).unwrap();
        if let Ok(envelope) = parse(text.as_bytes()) {
            let items = items_of(&envelope);
            for change in body["entry"].as_array().into_iter().flatten().filter_map(|entry| entry["changes"].as_array()).flatten() {
                if change["field"] == "messages" && change["value"].is_object() {
                    let messages = change["value"]["messages"].as_array().map_or(0, Vec::len);
                    let found = change["value"]["messages"].as_array().into_iter().flatten();
                    let found = found.filter(|message| items.iter().any(|item| raw_of(item) == Some(message))).count();
                    prop_assert_eq!(found, messages);
                }
            }
        }
    }

    #[test]
    fn bytes_that_were_cut_or_flipped_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), end in any::<prop::sample::Index>()) {
        let mut body = rich_body().to_string().into_bytes();
        let place = at.index(body.len());
        body[place] = byte;
        let _ = parse(&body);
        let _ = parse(&body[..end.index(body.len())]);
    }

    #[test]
    fn any_escape_is_either_read_or_refused(text in r#"[\\ud8cDC019afé"]{0,40}"#) {
        let _ = parse(format!(r#"{{"entry":["{text}"]}}"#).as_bytes());
    }

    #[test]
    fn any_bytes_are_either_a_body_or_a_reason(body in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(&body);
    }
}

#[test]
fn the_body_the_others_are_bent_from_is_read_whole() {
    let envelope = parse(rich_body().to_string().as_bytes()).unwrap();

    assert_eq!(parts(&envelope), parts_of_raw(&rich_body()));
    assert!(
        !items_of(&envelope)
            .iter()
            .any(|item| matches!(content_of(item), Some(Content::Unreadable { .. } | Content::Other { .. })))
    );
}

#[test]
fn a_thousand_messages_in_one_body_find_their_thousand_senders() {
    let contact = |n: usize| json!({"profile": {"name": format!("Person {n}")}, "wa_id": n.to_string(), "user_id": format!("BR.{n}")});
    let message = |n: usize| json!({"id": format!("wamid.{n}"), "from": n.to_string(), "timestamp": "1", "type": "text", "text": {"body": "x"}});
    let contacts: Vec<Value> = (1000..2000).rev().map(contact).collect();
    let messages: Vec<Value> = (1000..2000).map(message).collect();
    let body =
        json!({"entry": [{"changes": [{"field": "messages", "value": {"contacts": contacts, "messages": messages}}]}]});

    let envelope = parse(body.to_string().as_bytes()).unwrap();

    for (n, item) in items_of(&envelope).into_iter().enumerate() {
        let Item::Message(message) = item else { panic!("{item:?}") };
        assert_eq!(message.from_user_id, Some(format!("BR.{}", 1000 + n)));
        assert_eq!(message.profile_name, Some(format!("Person {}", 1000 + n)));
    }
}
