//! Where files are kept: in a bucket, and on a disk that is full.

use std::process::Command;

use serde_json::json;

use crate::app::{Setup, TestApp, eventually, on_sqlite_with, text};
use crate::bucket::{Bucket, Mood};
use crate::media::{PNG, file_that_is, sends, served};

/// Tells the child that it is one.
const CHILD: &str = "HILO_TEST_FULL_FOLDER";
/// In blocks of 1,024 bytes: room for the database, and not for a large photo.
const LIMIT: u32 = 3_072;

/// Why the only file that waits does.
async fn reason_of_waiting(app: &TestApp, part: &str) {
    eventually(part, async || {
        let waiting = app.api.list("/media?state=waiting").await;
        waiting.first()?["reason"].as_str().filter(|reason| reason.contains(part)).map(drop)
    })
    .await;
}

#[test]
fn a_bucket_keeps_files_and_its_bad_days_are_waited_out() {
    let bucket = Bucket::start();
    let setup = Setup { s3: Some(bucket.settings()), ..Setup::default() };
    on_sqlite_with(&setup, async |app| {
        for (mood, said) in [
            (Mood::Answers(403), "answered 403"),
            (Mood::Answers(503), "answered 503"),
            (Mood::Silent, "does not answer"),
        ] {
            bucket.is(mood);
            sends(app, "image", "image/png", PNG).await;
            reason_of_waiting(app, said).await;
            bucket.is(Mood::Good);
            file_that_is(app, "stored").await;
            eventually("all are stored", async || app.api.list("/media?state=waiting").await.is_empty().then_some(()))
                .await;
        }
        assert!(std::fs::read_dir(app.files.path().join("arriving")).unwrap().next().is_none(), "nothing piles up");

        let url = text(&app.api.list("/media").await[0]["url"]).to_owned();
        assert_eq!(served(app, &url, None).await.bytes, PNG);
        let part = served(app, &url, Some("bytes=4-9")).await;
        assert_eq!((part.status, part.bytes.as_slice()), (206, &PNG[4..10]));
        for mood in [Mood::Answers(403), Mood::Answers(503), Mood::Silent] {
            bucket.is(mood);
            let away = served(app, &url, None).await;
            assert_eq!(
                (away.status, away.headers["content-type"].to_str().unwrap()),
                (503, "application/problem+json")
            );
        }
        bucket.is(Mood::Good);
        bucket.objects.lock().unwrap().clear();
        assert_eq!(served(app, &url, None).await.status, 404);

        let up = app.api.upload_once("one", PNG).await;
        let again = app.api.upload_once("one", PNG).await;
        assert_eq!((up.status, again.status, &again.body["id"]), (201, 201, &up.body["id"]));
        assert_eq!(bucket.objects.lock().unwrap().len(), 1, "the second copy was removed");
        assert!(bucket.complaints.lock().unwrap().is_empty(), "{:?}", bucket.complaints.lock().unwrap());
    });
}

#[test]
fn a_disk_that_is_full_keeps_files_waiting_and_nothing_piles_up() {
    let script =
        format!("trap '' XFSZ; ulimit -f {LIMIT} && exec \"$0\" --exact media_places::child --ignored --nocapture");
    let child =
        Command::new("bash").args(["-c", &script]).arg(std::env::current_exe().unwrap()).env(CHILD, "1").output();
    match child {
        Err(reason) => println!("There is no bash here to limit a process, so a full disk is not tried: {reason}"),
        Ok(child) => {
            assert!(child.status.success(), "{}", String::from_utf8_lossy(&[child.stdout, child.stderr].concat()));
        }
    }
}

#[test]
#[ignore = "runs in a process of its own, started by the test above"]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let large: &'static [u8] = Vec::leak([PNG, &vec![b'x'; 4 * 1024 * 1024]].concat());
    on_sqlite_with(&Setup::default(), async |app| {
        sends(app, "image", "image/png", large).await;
        reason_of_waiting(app, "cannot be stored").await;
        sends(app, "image", "image/png", PNG).await;
        assert_eq!(file_that_is(app, "stored").await["size"], json!(PNG.len()), "what fits is kept");
        assert_eq!(app.api.upload("", "image/png", large).await.status, 503);
        app.restart().await;
        reason_of_waiting(app, "cannot be stored").await;
        eventually("no temporary file stays", async || {
            std::fs::read_dir(app.files.path().join("arriving")).unwrap().next().is_none().then_some(())
        })
        .await;
    });
}
