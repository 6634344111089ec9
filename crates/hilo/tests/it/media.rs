//! Files: what customers send is fetched at once, kept, and shown where nothing in it can run; what is sent goes to WhatsApp first.

use std::path::PathBuf;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ids::{MediaId, WorkspaceId};
use hilo::config::Largest;
use hilo::media::{UploadProblem, uploaded};
use jiff::SignedDuration;
use reqwest::header::{self, HeaderMap};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use simulator::{Fault, FaultKind};
use store::{Tx, params};
use uuid::Uuid;

use crate::app::{NUMBER, Setup, TestApp, body, eventually, on_both, on_both_with, text};

const ANA: &str = "5215512345678";
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR and the rest of a picture";
const OGG: &[u8] = b"OggS\0\x02 and the rest of a voice message";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(document.cookie)</script></svg>";

/// What WhatsApp would write about a file that it has.
fn described(id: &str, mime_type: &str, bytes: &[u8]) -> Value {
    json!({ "id": id, "mime_type": mime_type, "sha256": STANDARD.encode(Sha256::digest(bytes)) })
}

/// A customer's message with a file.
fn message(wamid: &str, at: i64, kind: &str, file: Value) -> Value {
    let message = json!({ "from": ANA, "id": wamid, "timestamp": (at / 1000).to_string(), "type": kind, kind: file });
    body(NUMBER, "messages", json!({ "messages": [message] }))
}

/// A customer sends a file that WhatsApp has; answers WhatsApp's id of it.
pub(crate) async fn sends(app: &TestApp, kind: &str, mime_type: &str, bytes: &'static [u8]) -> String {
    let id = app.simulator.put_media(bytes, mime_type, None);
    let file = described(&id, mime_type, bytes);
    assert_eq!(app.post(&message(&format!("wamid.{id}"), app.now(), kind, file)).await, 200);
    id
}

/// The only file there is, once it is in this state. Pauses between tries are not waited for.
pub(crate) async fn file_that_is(app: &TestApp, state: &str) -> Value {
    eventually(state, async || {
        hasten(app).await;
        app.api.list("/media").await.into_iter().find(|file| file["state"] == state)
    })
    .await
}

async fn hasten(app: &TestApp) {
    let hasten = |tx: &mut Tx<'_>| tx.execute("UPDATE media SET not_before = 0 WHERE node IS NULL", params![]);
    app.node.store.write(Vec::new(), hasten).await.unwrap();
    app.node.media_wakes.notify_one();
}

pub(crate) struct Served {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Served {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// What a browser gets, which has no key.
pub(crate) async fn served(app: &TestApp, path: &str, range: Option<&str>) -> Served {
    let mut request = app.http.get(format!("{}{path}", app.url));
    if let Some(range) = range {
        request = request.header(header::RANGE, range);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Served { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
}

fn id(file: &Value) -> MediaId {
    text(&file["id"]).parse().unwrap()
}

async fn default_workspace(app: &TestApp) -> WorkspaceId {
    app.workspace("default").await
}

/// Every file that is kept.
fn kept(app: &TestApp) -> Vec<PathBuf> {
    let inside = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let workspaces = inside(app.files.path().to_owned()).filter(|path| !path.ends_with("arriving"));
    workspaces.flat_map(inside).flat_map(inside).collect()
}

#[test]
fn a_photo_is_fetched_at_once_and_shown_without_a_key() {
    on_both(async |app: &mut TestApp| {
        sends(app, "image", "image/png", PNG).await;
        let file = file_that_is(app, "stored").await;
        assert_eq!((&file["kind"], &file["mime_type"]), (&json!("image"), &json!("image/png")));
        assert_eq!((&file["size"], &file["attempts"]), (&json!(PNG.len()), &json!(1)));

        let thread = text(&file["conversation_id"]);
        let messages = app.api.list(&format!("/conversations/{thread}/messages")).await;
        assert_eq!((&messages[0]["type"], &messages[0]["media"]["id"]), (&json!("image"), &file["id"]));
        assert_eq!(messages[1]["media"], Value::Null, "a text has no file");

        let shown = served(app, text(&messages[0]["media"]["url"]), None).await;
        assert_eq!((shown.status, shown.bytes.as_slice()), (200, PNG));
        assert_eq!((shown.header("content-type"), shown.header("content-disposition")), ("image/png", "inline"));
        assert_eq!(shown.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(shown.header("x-content-type-options"), "nosniff");
        assert_eq!(shown.header("cross-origin-resource-policy"), "same-origin");
        assert!(shown.header("cache-control").starts_with("private"));

        let with_key = app.api.call(Method::GET, &format!("/media/{}/content", text(&file["id"]))).await;
        assert_eq!((with_key.status, with_key.content_type.as_str()), (200, "image/png"));
    });
}

#[test]
fn the_acknowledgement_does_not_wait_for_the_file() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::always(FaultKind::Slow { ms: 1500 }));
        let start = Instant::now();
        sends(app, "image", "image/png", PNG).await;
        assert!(start.elapsed().as_millis() < 1000, "Meta waits for its answer: {:?}", start.elapsed());
        assert_eq!(app.api.list("/media").await[0]["state"], "waiting");
        file_that_is(app, "stored").await;
    });
}

#[test]
fn an_address_that_expired_before_we_came_is_looked_up_again() {
    on_both(async |app: &mut TestApp| {
        let meta_id = app.simulator.put_media(PNG, "image/png", None);
        let channel = app.node.channels.iter().next().unwrap().clone();
        let found = channel.client.look_up_media(NUMBER, &meta_id).await.unwrap();
        app.clock.advance(SignedDuration::from_mins(6));
        let mut photo = described(&meta_id, "image/png", PNG);
        photo["url"] = json!(found.url);
        assert_eq!(app.post(&message("wamid.1", app.now(), "image", photo)).await, 200);
        assert_eq!(file_that_is(app, "stored").await["attempts"], 1);
    });
}

#[test]
fn a_file_that_whatsapp_has_no_more_leaves_its_message_and_a_reason() {
    on_both(async |app: &mut TestApp| {
        let gone = described("7777", "image/png", PNG);
        assert_eq!(app.post(&message("wamid.1", app.now(), "image", gone)).await, 200);
        let file = file_that_is(app, "missing").await;
        assert!(text(&file["reason"]).contains("does not have it any more"), "{file}");
        assert_eq!(app.api.list("/media?state=missing").await.len(), 1);

        let thread = text(&file["conversation_id"]);
        let messages = app.api.list(&format!("/conversations/{thread}/messages")).await;
        assert_eq!((&messages[0]["type"], &messages[0]["media"]["state"]), (&json!("image"), &json!("missing")));
        let placeholder = served(app, text(&messages[0]["media"]["url"]), None).await;
        assert_eq!((placeholder.status, placeholder.header("content-type")), (404, "image/svg+xml"));
        assert!(placeholder.text().contains("This file is missing"), "{}", placeholder.text());
        assert_eq!(placeholder.header("cache-control"), "no-store");
        let with_key = app.api.call(Method::GET, &format!("/media/{}/content", text(&file["id"]))).await;
        assert_eq!((with_key.status, with_key.content_type.as_str()), (404, "application/problem+json"));

        // A person wants another try; one that is here needs none.
        let again = app.api.call(Method::POST, &format!("/media/{}/retry", text(&file["id"]))).await;
        assert_eq!((again.status, &again.body["state"]), (200, &json!("waiting")));
        file_that_is(app, "missing").await;
        sends(app, "image", "image/png", PNG).await;
        let stored = file_that_is(app, "stored").await;
        let again = app.api.call(Method::POST, &format!("/media/{}/retry", text(&stored["id"]))).await;
        assert_eq!(again.status, 409);
    });
}

#[test]
fn metas_trouble_is_waited_out() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::times(2, FaultKind::Error500));
        sends(app, "image", "image/png", PNG).await;
        let attempts = file_that_is(app, "stored").await["attempts"].as_i64().unwrap();
        assert!(1 < attempts, "{attempts}");
    });
}

#[test]
fn bytes_that_are_not_those_that_whatsapp_described_are_not_kept() {
    on_both(async |app: &mut TestApp| {
        let meta_id = app.simulator.put_media(PNG, "image/png", None);
        let other = described(&meta_id, "image/png", OGG);
        assert_eq!(app.post(&message("wamid.1", app.now(), "image", other)).await, 200);
        let file = file_that_is(app, "refused").await;
        assert!(text(&file["reason"]).contains("hash"), "{file}");
        assert_eq!(file["attempts"], 3);
        assert!(kept(app).is_empty());
    });
}

#[test]
fn a_file_that_is_too_large_is_refused_with_the_limit() {
    let largest = Largest { image: 10, ..Largest::default() };
    on_both_with(&Setup { largest, ..Setup::default() }, async |app| {
        sends(app, "image", "image/png", PNG).await;
        let file = file_that_is(app, "refused").await;
        assert!(text(&file["reason"]).contains("larger than 10 bytes"), "{file}");
        assert!(kept(app).is_empty());
    });
}

#[test]
fn a_picture_with_a_script_in_it_is_only_ever_downloaded() {
    on_both(async |app: &mut TestApp| {
        let meta_id = app.simulator.put_media(SVG, "image/svg+xml", None);
        let mut drawing = described(&meta_id, "image/svg+xml", SVG);
        drawing["filename"] = json!("logo.svg\"\r\nSet-Cookie: x=1");
        assert_eq!(app.post(&message("wamid.1", app.now(), "document", drawing)).await, 200);
        let file = file_that_is(app, "stored").await;
        assert_eq!(file["mime_type"], "application/octet-stream");
        let shown = served(app, text(&file["url"]), None).await;
        assert_eq!((shown.status, shown.header("content-type")), (200, "application/octet-stream"));
        assert!(shown.header("content-disposition").starts_with("attachment; "), "{:?}", shown.headers);
        assert!(shown.headers.get("set-cookie").is_none());
        assert_eq!(shown.header("content-security-policy"), "sandbox; default-src 'none'");
    });
}

#[test]
fn a_voice_message_can_be_played_from_its_middle() {
    on_both(async |app: &mut TestApp| {
        sends(app, "audio", "audio/ogg; codecs=opus", OGG).await;
        let file = file_that_is(app, "stored").await;
        assert_eq!(file["mime_type"], "audio/ogg");
        let url = text(&file["url"]);
        let part = served(app, url, Some("bytes=4-9")).await;
        assert_eq!((part.status, part.bytes.as_slice()), (206, &OGG[4..10]));
        assert_eq!(part.header("content-range"), format!("bytes 4-9/{}", OGG.len()));
        let beyond = served(app, url, Some("bytes=9000-")).await;
        assert_eq!((beyond.status, beyond.header("content-range")), (416, &*format!("bytes */{}", OGG.len())));
    });
}

#[test]
fn two_nodes_fetch_each_file_once() {
    on_both(async |app: &mut TestApp| {
        app.another_node().await;
        let photos: Vec<&'static [u8]> =
            (0..20).map(|n| &*Vec::leak([PNG, format!("{n}").as_bytes()].concat())).collect();
        for photo in &photos {
            sends(app, "image", "image/png", photo).await;
        }
        let files = eventually("all photos", async || {
            let files = app.api.list("/media?state=stored").await;
            (files.len() == photos.len()).then_some(files)
        })
        .await;
        assert!(files.iter().all(|file| file["attempts"] == 1), "{files:#?}");
        assert_eq!(kept(app).len(), photos.len());
    });
}

#[test]
fn a_crash_between_the_bytes_and_their_row_does_no_harm() {
    on_both(async |app: &mut TestApp| {
        sends(app, "image", "image/png", PNG).await;
        file_that_is(app, "stored").await;
        let half = app.files.path().join("arriving").join("half a photo");
        let left = half.clone();
        app.restart_after(async move |node| {
            std::fs::write(&left, PNG).unwrap();
            // As it was when the bytes were moved and the commit had not come: another process has the lease.
            let uncommit = |tx: &mut Tx<'_>| {
                tx.execute(
                    "UPDATE media SET state = 'waiting', mime_type = NULL, size = NULL, sha256 = NULL, node = $1, not_before = $2",
                    params![Uuid::from_u128(1), hilo::clock::machine_now() + 1000],
                )
            };
            node.store.write(Vec::new(), uncommit).await.unwrap();
        })
        .await;
        file_that_is(app, "stored").await;
        assert_eq!(kept(app).len(), 1);
        // On a shared folder it could be another node's, and is left for an hour.
        assert_eq!(half.exists(), app.node.store.is_shared());
    });
}

#[test]
fn a_file_does_not_exist_for_another_workspace() {
    on_both(async |app: &mut TestApp| {
        sends(app, "image", "image/png", PNG).await;
        let file = file_that_is(app, "stored").await;
        let theirs = app.api_of("the shop next door").await;
        for (method, path) in [(Method::GET, ""), (Method::GET, "/content"), (Method::POST, "/retry")] {
            let answer = theirs.call(method, &format!("/media/{}{path}", text(&file["id"]))).await;
            assert_eq!(answer.status, 404, "{path}");
        }
        assert!(theirs.list("/media").await.is_empty());

        let next_door = app.workspace("the shop next door").await;
        let sealed_for_them = app.node.media.passes(next_door).path(id(&file));
        assert_eq!(served(app, &sealed_for_them, None).await.status, 404);
        let url = text(&file["url"]);
        let tampered = format!("{}{}", &url[..url.len() - 1], if url.ends_with('A') { "B" } else { "A" });
        for nobodys in [&tampered, "/media/AAAA", "/media/%2e%2e%2fhilo.toml"] {
            assert_eq!(served(app, nobodys, None).await.status, 404, "{nobodys}");
        }
    });
}

#[test]
fn a_file_to_send_is_checked_by_its_bytes_and_reaches_whatsapp_once() {
    on_both(async |app: &mut TestApp| {
        let refused = app.api.upload("?filename=logo.svg", "image/png", SVG).await;
        assert_eq!(refused.status, 422);
        assert!(text(&refused.body["detail"]).contains("send JPEG"), "{refused:?}");
        assert_eq!(app.api.upload("?kind=audio", "image/png", PNG).await.status, 422);

        let taken = app.api.upload("?filename=precios.png", "application/octet-stream", PNG).await;
        assert_eq!((taken.status, &taken.body["state"], &taken.body["kind"]), (201, &json!("stored"), &json!("image")));
        let in_a_form = app.api.upload_form("precios.png", PNG).await;
        assert_eq!((in_a_form.status, &in_a_form.body["sha256"]), (201, &taken.body["sha256"]));
        assert_eq!(in_a_form.body["filename"], "precios.png");

        let (workspace, channel) = (default_workspace(app).await, app.node.channels.iter().next().unwrap().clone());
        // On a busy machine an upload may take longer than a send waits for it; then the next attempt finds it done.
        let upload = async || {
            eventually("the upload", async || uploaded(&app.node, &channel, workspace, id(&taken.body)).await.ok())
                .await
        };
        let (meta_id, second) = tokio::join!(upload(), upload());
        assert_eq!((&second, &upload().await), (&meta_id, &meta_id));
        let there = app.simulator.media(&meta_id).unwrap();
        assert_eq!((there.mime_type.as_str(), there.filename.as_deref()), ("image/png", Some("precios.png")));
        assert_eq!(there.bytes, PNG);
    });
}

#[test]
fn an_upload_and_a_retry_that_come_again_under_their_key_have_no_second_effect() {
    on_both(async |app: &mut TestApp| {
        let first = app.api.upload_once("catalogue", PNG).await;
        let again = app.api.upload_once("catalogue", PNG).await;
        assert_eq!((first.status, again.status), (201, 201), "{again:?}");
        assert_eq!((&again.body["id"], &again.body["url"]), (&first.body["id"], &Value::Null));
        assert!(again.headers.contains_key("idempotent-replayed") && first.body["url"].is_string());
        assert_eq!(app.api.upload_once("catalogue", OGG).await.status, 422, "another file");
        assert_eq!(kept(app).len(), 1, "only the bytes of the first are kept");
        assert_eq!(served(app, text(&first.body["url"]), None).await.bytes, PNG);

        let gone = described("7777", "image/png", PNG);
        assert_eq!(app.post(&message("wamid.1", app.now(), "image", gone)).await, 200);
        let missing = file_that_is(app, "missing").await;
        let retry =
            async || app.api.post_once(&format!("/media/{}/retry", text(&missing["id"])), "once-more", None).await;
        assert_eq!((retry().await.status, retry().await.status), (200, 200));
        file_that_is(app, "missing").await;
        let third = retry().await;
        assert_eq!((third.status, &third.body["state"]), (200, &json!("waiting")), "as it was answered then");
    });
}

#[test]
fn other_systems_hear_when_a_file_is_here_and_when_it_will_not_come() {
    on_both(async |app: &mut TestApp| {
        sends(app, "image", "image/png", PNG).await;
        file_that_is(app, "stored").await;
        let gone = described("7777", "image/png", PNG);
        assert_eq!(app.post(&message("wamid.1", app.now(), "image", gone)).await, 200);
        file_that_is(app, "missing").await;
        // On PostgreSQL a change is told once no older transaction of that server is open.
        let told = eventually("both to be told", async || {
            let changes = app.api.get("/changes?types=file.stored,file.missing&limit=200").await;
            changes["data"].as_array().filter(|told| told.len() == 2).cloned()
        });
        let told = told.await;
        let states: Vec<_> =
            told.iter().map(|change| (text(&change["type"]), &change["data"]["message"]["media"])).collect();
        assert_eq!((states[0].0, &states[0].1["state"]), ("file.stored", &json!("stored")));
        assert_eq!((states[1].0, &states[1].1["state"]), ("file.missing", &json!("missing")));
        assert_eq!(states[0].1["url"], Value::Null, "changes are kept for longer than an address");
    });
}

#[test]
fn an_upload_that_no_message_names_is_removed_after_thirty_days() {
    on_both(async |app: &mut TestApp| {
        let [unsent, sent, young] = [PNG, OGG, PNG].map(|bytes| app.api.upload("", "image/png", bytes));
        let (unsent, sent, young) = (unsent.await.body, sent.await.body, young.await.body);
        let (workspace, channel) = (default_workspace(app).await, app.node.channels.iter().next().unwrap().clone());
        uploaded(&app.node, &channel, workspace, id(&sent)).await.unwrap();
        let old = id(&unsent);
        app.restart_after(async move |node| {
            let age = move |tx: &mut Tx<'_>| {
                let month = hilo::clock::machine_now() - 31 * 24 * 3_600_000;
                tx.execute("UPDATE media SET created_at = $1", params![month])?;
                tx.execute("UPDATE media SET unsent_since = $1 WHERE id = $2", params![month, old])
            };
            node.store.write(Vec::new(), age).await.unwrap();
        })
        .await;
        let gone = eventually("the removal", async || {
            let answer = app.api.call(Method::GET, &format!("/media/{}", text(&unsent["id"]))).await;
            (answer.status == 404).then_some(answer)
        });
        gone.await;
        assert_eq!(kept(app).len(), 2);
        for here in [&sent, &young] {
            let bytes = app.api.call(Method::GET, &format!("/media/{}/content", text(&here["id"]))).await;
            assert_eq!(bytes.status, 200, "{here}");
        }
    });
}

#[test]
fn a_file_that_whatsapp_does_not_have_yet_keeps_its_message_back() {
    on_both(async |app: &mut TestApp| {
        let taken = app.api.upload("", "image/png", PNG).await;
        let (workspace, channel) = (default_workspace(app).await, app.node.channels.iter().next().unwrap().clone());
        app.simulator.set_fault(Fault::times(1, FaultKind::Error500));
        let away = uploaded(&app.node, &channel, workspace, id(&taken.body)).await;
        assert!(matches!(away, Err(UploadProblem::Again { .. })), "{away:?}");
        app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: 131_053 }));
        let refused = uploaded(&app.node, &channel, workspace, id(&taken.body)).await;
        assert!(matches!(refused, Err(UploadProblem::Refused { code: 131_053, .. })), "{refused:?}");
        let foreign = uploaded(&app.node, &channel, app.workspace("next door").await, id(&taken.body)).await;
        assert!(matches!(foreign, Err(UploadProblem::Refused { .. })), "{foreign:?}");
        assert!(uploaded(&app.node, &channel, workspace, id(&taken.body)).await.is_ok());
    });
}

#[test]
fn a_folder_that_cannot_be_written_keeps_the_file_waiting_with_the_reason() {
    on_both(async |app: &mut TestApp| {
        let arriving = app.files.path().join("arriving");
        std::fs::remove_dir(&arriving).unwrap();
        std::fs::write(&arriving, "no folder").unwrap();
        sends(app, "image", "image/png", PNG).await;
        eventually("the reason", async || {
            let file = app.api.list("/media?state=waiting").await.remove(0);
            file["reason"].as_str().is_some_and(|reason| reason.contains("cannot be stored")).then_some(())
        })
        .await;
        let metrics = app.http.get(format!("{}/metrics", app.url)).send().await.unwrap();
        assert_eq!(metrics.status(), StatusCode::OK);
        assert!(metrics.text().await.unwrap().contains("hilo_media_waiting"));
        std::fs::remove_file(&arriving).unwrap();
        std::fs::create_dir(&arriving).unwrap();
        file_that_is(app, "stored").await;
    });
}
