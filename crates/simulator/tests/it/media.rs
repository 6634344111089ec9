//! Upload, look-up, download and deletion of media, and messages that carry them.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use simulator::control::Client;
use simulator::{Fault, FaultKind, Settings};

use crate::stage::{HOUR, PATIENCE, Stage, TOKEN, quick};

const DAY: i64 = 24 * HOUR;

fn photo(source: Value) -> Value {
    json!({ "type": "image", "image": source })
}

async fn url_of(stage: &Stage, id: &str) -> String {
    stage.get(id).await.1["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_uploaded_file_is_looked_up_downloaded_and_deleted_by_its_id() {
    let stage = Stage::new().await;
    let (status, body) = stage.upload("image/png", b"a picture").await;
    assert_eq!(status, 200, "{body}");
    let id = body["id"].as_str().unwrap();

    let (_, found) = stage.get(&format!("{id}?phone_number_id=100200300400500")).await;
    let hash: String = Sha256::digest(b"a picture").iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((&found["messaging_product"], &found["mime_type"]), (&json!("whatsapp"), &json!("image/png")));
    assert_eq!((&found["sha256"], &found["file_size"], &found["id"]), (&json!(hash), &json!(9), &json!(id)));

    let url = found["url"].as_str().unwrap();
    assert_eq!(stage.download(url, TOKEN).await, (200, b"a picture".to_vec()));

    assert_eq!(stage.delete(id, Value::Null).await, (200, json!({ "success": true })));
    assert_eq!(stage.get(id).await.1["error"]["error_subcode"], 33);
    assert_eq!(stage.download(url, TOKEN).await.0, 404);
}

#[tokio::test]
async fn a_download_url_needs_the_token_and_expires_after_five_minutes() {
    let stage = Stage::new().await;
    let id = stage.uploaded("image/jpeg").await;
    let url = url_of(&stage, &id).await;
    assert_eq!(stage.download(&url, "wrong").await.0, 401);
    assert_eq!(stage.download(&url.replace("hash=", "hash=0"), TOKEN).await.0, 404);

    stage.time_passes(5 * 60 * 1000);
    assert_eq!(stage.download(&url, TOKEN).await.0, 404);
    assert_eq!(stage.download(&url_of(&stage, &id).await, TOKEN).await.0, 200);
}

#[tokio::test]
async fn media_ids_live_thirty_days_after_an_upload_and_seven_in_a_webhook() {
    let stage = Stage::new().await;
    let uploaded = stage.uploaded("image/jpeg").await;
    let sent = stage.sim.put_media("a photo of Ana's", "image/jpeg", None);
    stage.time_passes(7 * DAY - 1);
    assert_eq!(stage.get(&sent).await.0, 200);
    stage.time_passes(1);
    assert_eq!(stage.get(&sent).await.0, 400);
    stage.time_passes(23 * DAY);
    assert_eq!(stage.get(&uploaded).await.0, 400);
}

#[tokio::test]
async fn a_file_of_a_wrong_type_or_size_is_refused_with_131053() {
    let stage = Stage::new().await;
    assert_eq!(stage.upload("image/gif", b"GIF89a").await.1["error"]["code"], 131_053);
    let too_large = vec![0; 5 * 1024 * 1024 + 1];
    assert_eq!(stage.upload("image/png", &too_large).await.1["error"]["code"], 131_053);
    assert_eq!(stage.upload("video/mp4", &too_large).await.0, 200);
    assert_eq!(stage.upload("nonsense", b"?").await.1["error"]["code"], 100);
}

#[tokio::test]
async fn a_message_with_an_unknown_media_id_is_refused_with_131009() {
    let stage = Stage::after_ana_wrote().await;
    assert_eq!(stage.refusal(photo(json!({ "id": "42" }))).await, (400, 131_009));
    stage.send(photo(json!({ "id": stage.uploaded("image/png").await, "caption": "su receta" }))).await;
    assert_eq!(stage.ana.wait_for(1, PATIENCE).await[0].text.as_deref(), Some("su receta"));
}

#[tokio::test]
async fn a_file_that_cannot_be_sent_as_that_type_fails_later_with_131053() {
    let stage = Stage::after_ana_wrote().await;
    let sent = stage.send(photo(json!({ "id": stage.uploaded("application/pdf").await }))).await;
    assert_eq!(stage.failure(&sent).await, 131_053);

    let nowhere = format!("{}/nowhere.png", stage.business.url);
    let linked = stage.send(photo(json!({ "link": nowhere }))).await;
    assert_eq!(stage.failure(&linked).await, 131_053);
    assert!(stage.ana.received().is_empty());
}

impl Stage {
    async fn delete_media(&self, id: &str) -> bool {
        self.delete(id, Value::Null).await.0 == 200
    }
}

#[tokio::test]
async fn a_link_on_this_machine_is_fetched_and_any_other_is_taken_for_fine() {
    let stage = Stage::after_ana_wrote().await;
    let id = stage.sim.put_media("a picture", "image/png", None);
    let here = format!("{}/sim/media/{id}", stage.sim.url());
    stage.send(photo(json!({ "link": here }))).await;
    stage.send(photo(json!({ "link": "https://example.com/never-fetched.png" }))).await;
    assert_eq!(stage.ana.wait_for(2, PATIENCE).await.len(), 2);
    assert!(stage.delete_media(&id).await);
    stage.send(photo(json!({ "link": here }))).await;
    assert_eq!(stage.ana.wait_for(3, PATIENCE).await.len(), 3, "a link is fetched once in ten minutes");
    stage.time_passes(10 * 60 * 1000);
    let gone = stage.send(photo(json!({ "link": here }))).await;
    assert_eq!(stage.failure(&gone).await, 131_053);

    let id = stage.sim.put_media("a picture", "image/png", None);
    let here = format!("{}/sim/media/{id}", stage.sim.url());
    let film = json!({ "type": "video", "video": { "link": here } });
    let wamid = stage.send(film).await;
    assert_eq!(stage.failure(&wamid).await, 131_053);
}

#[tokio::test]
async fn faults_strike_media_too() {
    let stage = Stage::new().await;
    let url = url_of(&stage, &stage.uploaded("image/png").await).await;
    stage.sim.set_fault(Fault::times(1, FaultKind::RevokedToken));
    assert_eq!(stage.upload("image/png", b"x").await.1["error"]["code"], 190);
    stage.sim.set_fault(Fault::times(1, FaultKind::Error500));
    assert_eq!(stage.download(&url, TOKEN).await.0, 500);
    assert_eq!(stage.sim.ledger().refused[&500], 1);
    assert_eq!(stage.download(&url, TOKEN).await.0, 200);
}

#[tokio::test]
async fn download_urls_begin_with_the_public_address_when_one_is_set() {
    let stage = Stage::with(Settings { public_url: Some("http://simulator:9000/".into()), ..quick() }).await;
    let url = url_of(&stage, &stage.uploaded("image/png").await).await;
    assert!(url.starts_with("http://simulator:9000/whatsapp_business/attachments?mid="), "{url}");
}

#[tokio::test]
async fn the_control_api_keeps_and_shows_files() {
    let stage = Stage::new().await;
    let client = Client::new(&stage.sim.url()).unwrap();
    let id = client.put_media(b"OggS".to_vec(), "audio/ogg; codecs=opus", "note.ogg").await.unwrap();
    assert_eq!(client.media(&id).await.unwrap(), b"OggS");
    let kept = stage.sim.media(&id).unwrap();
    assert_eq!((kept.mime_type.as_str(), kept.filename.as_deref()), ("audio/ogg; codecs=opus", Some("note.ogg")));
}
