//! Bodies that others received from Meta and published: none is refused, none is lost, and a second delivery changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use futures::future::join_all;
use serde_json::Value;
use store::Tx;

use crate::app::{Number, Setup, TestApp, on_both_with, text};

/// Fields whose parts belong into conversations; what comes under any other is listed.
const CONVERSATIONAL: [&str; 5] = ["messages", "user_preferences", "user_id_update", "smb_message_echoes", "standby"];
const AT_ONCE: usize = 8;

const ROWS: &str = "SELECT 'effects', count(*) FROM effects
    UNION ALL SELECT 'webhook_bodies', count(*) FROM webhook_bodies
    UNION ALL SELECT 'work', count(*) FROM work WHERE state <> 'none'
    UNION ALL SELECT 'notices', count(*) FROM notices
    UNION ALL SELECT 'contacts', count(*) FROM contacts
    UNION ALL SELECT 'identities', count(*) FROM identities
    UNION ALL SELECT 'conversations', count(*) FROM conversations
    UNION ALL SELECT 'messages', count(*) FROM messages
    UNION ALL SELECT 'interactions', count(*) FROM interactions
    UNION ALL SELECT 'tickets', count(*) FROM tickets
    UNION ALL SELECT 'events', count(*) FROM events
    UNION ALL SELECT 'outbox', count(*) FROM outbox
    UNION ALL SELECT 'parked_reports', count(*) FROM parked_reports";

#[test]
fn real_bodies_posted_twice_in_any_order_have_their_effect_once() {
    let Some(bodies) = real_bodies() else { return };
    let parsed: Vec<Value> = bodies.iter().map(|body| serde_json::from_slice(body).unwrap()).collect();
    let numbers: BTreeSet<String> = changes(&parsed).filter_map(number_of).collect();
    let numbers: Vec<Number> = numbers.iter().map(|number| Number::new(number)).collect();
    on_both_with(&Setup::with_numbers(&numbers), async |app| {
        post_shuffled(app, &bodies, 26).await;
        app.settled().await;
        each_message_is_in_one_place(app, &parsed).await;
        everything_else_is_listed(app, &parsed).await;

        let before = (rows(app).await, all_that_is_shown(app).await);
        post_shuffled(app, &bodies, 27).await;
        app.settled().await;
        assert_eq!((rows(app).await, all_that_is_shown(app).await), before);
    });
}

async fn each_message_is_in_one_place(app: &TestApp, bodies: &[Value]) {
    let channels = app.api.get("/channels").await["data"].clone();
    let number = |id: &Value| {
        let channel = channels.as_array().unwrap().iter().find(|channel| channel["id"] == *id);
        text(&channel.unwrap()["phone_number_id"]).to_owned()
    };
    let mut found: BTreeMap<(String, String, i64), usize> = BTreeMap::new();
    for thread in app.api.list("/conversations").await {
        let messages = app.api.list(&format!("/conversations/{}/messages", text(&thread["id"]))).await;
        for message in messages.iter().filter(|message| message["wamid"].is_string()) {
            let key = (
                number(&thread["channel_id"]),
                text(&message["wamid"]).to_owned(),
                message["sent_at"].as_i64().unwrap(),
            );
            *found.entry(key).or_default() += 1;
        }
    }
    assert!(found.values().all(|count| *count == 1), "{found:#?}");

    let notices = app.api.list("/notices").await;
    let mut seen = 0;
    for change in changes(bodies) {
        let Some(number) = number_of(change) else { continue };
        for message in change["value"]["messages"].as_array().into_iter().flatten() {
            let (Some(wamid), at) = (message["id"].as_str(), 1000 * seconds(&message["timestamp"])) else { continue };
            let names_somebody = message["from"].is_string() || message["from_user_id"].is_string();
            let is_present = CONVERSATIONAL.contains(&text(&change["field"])) && message["group_id"].is_null();
            let is_found = found.contains_key(&(number.clone(), wamid.to_owned(), at));
            let is_listed = notices.iter().any(|notice| notice["raw"] == *message);
            // Only the contact beside it may tell whose a message is.
            assert!(is_found || (is_listed && !(names_somebody && is_present)), "{message}");
            if ["unknown", "unsupported"].contains(&message["type"].as_str().unwrap_or_default()) {
                let listed = |notice: &Value| notice["kind"] == "unknown_type" && notice["raw"] == *message;
                assert!(notices.iter().any(listed), "{message}");
            }
            seen += 1;
        }
    }
    assert!(80 < seen, "only {seen} messages");
}

async fn everything_else_is_listed(app: &TestApp, bodies: &[Value]) {
    let notices = app.api.list("/notices").await;
    for change in changes(bodies) {
        let Some(field) = change["field"].as_str().filter(|field| !CONVERSATIONAL.contains(field)) else { continue };
        let is_of_field = |notice: &Value| text(&notice["subject"]).split('.').next() == Some(field);
        assert!(notices.iter().any(is_of_field), "nothing lists {field}");
    }
    let unknown = notices.iter().filter(|notice| notice["kind"] == "unknown_field");
    let unknown: BTreeSet<&str> = unknown.map(|notice| text(&notice["subject"])).collect();
    assert!(unknown.contains("unknown_field_xyz"), "{unknown:?}");
}

/// How many rows each table has.
async fn rows(app: &TestApp) -> BTreeMap<String, i64> {
    let count = |tx: &mut Tx<'_>| {
        let rows = tx.query(ROWS, Vec::new())?;
        rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
    };
    app.node.store.read(count).await.unwrap()
}

/// Everything that the lists of the API show, but for what becomes of files: that goes on beside it, and their addresses change.
async fn all_that_is_shown(app: &TestApp) -> BTreeMap<String, Vec<Value>> {
    let mut shown = BTreeMap::new();
    for path in ["/contacts", "/conversations", "/interactions", "/tickets", "/notices", "/backlog"] {
        shown.insert(path.to_owned(), app.api.list(path).await);
    }
    for thread in shown["/conversations"].clone() {
        let path = format!("/conversations/{}/messages", text(&thread["id"]));
        let mut messages = app.api.list(&path).await;
        messages.iter_mut().for_each(|message| message["media"] = Value::Null);
        shown.insert(path, messages);
    }
    shown
}

async fn post_shuffled(app: &TestApp, bodies: &[Vec<u8>], seed: u64) {
    println!("In the order of seed {seed}");
    let mut order: Vec<&Vec<u8>> = bodies.iter().collect();
    shuffle(&mut order, seed);
    for some in order.chunks(AT_ONCE) {
        let statuses = join_all(some.iter().map(|body| app.post_bytes(body.to_vec()))).await;
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    }
}

/// Fisher and Yates, with a generator that gives the same order on every machine.
fn shuffle<T>(things: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..things.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        things.swap(last, (state >> 33) as usize % (last + 1));
    }
}

fn changes(bodies: &[Value]) -> impl Iterator<Item = &Value> {
    let entries = bodies.iter().flat_map(|body| body["entry"].as_array().into_iter().flatten());
    entries.flat_map(|entry| entry["changes"].as_array().into_iter().flatten())
}

fn number_of(change: &Value) -> Option<String> {
    change["value"]["metadata"]["phone_number_id"].as_str().map(str::to_owned)
}

/// Meta writes moments as texts; some who published bodies wrote numbers.
fn seconds(timestamp: &Value) -> i64 {
    timestamp.as_i64().or_else(|| timestamp.as_str()?.parse().ok()).unwrap_or(0)
}

fn real_bodies() -> Option<Vec<Vec<u8>>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("HILO_REFERENCE_DATA").map_or_else(beside, PathBuf::from).join("whatsapp-webhooks");
    if !folder.is_dir() {
        println!("Skipped: there are no real bodies here. HILO_REFERENCE_DATA names the folder they are in.");
        return None;
    }
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.sort();
    assert!(100 < files.len(), "{} has few bodies", folder.display());
    Some(files.iter().map(|file| std::fs::read(file).unwrap()).collect())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
}
