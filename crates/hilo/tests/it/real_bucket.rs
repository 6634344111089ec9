//! Files in a server that really speaks S3, where the environment names one with a bucket that exists:
//! `HILO_TEST_S3=http://ACCESS_KEY:SECRET_KEY@127.0.0.1:9000/BUCKET`.

use std::time::Duration;

use hilo::config::S3Settings;
use reqwest::{Method, Url};
use whatsapp::Secret;

use crate::app::{Setup, on_sqlite_with, text};
use crate::media::{PNG, file_that_is, sends, served};

const SERVER: &str = "HILO_TEST_S3";

fn named() -> Option<S3Settings> {
    let Some(url) = std::env::var(SERVER).ok().filter(|url| !url.is_empty()) else {
        println!("Skipped: {SERVER} names no server that speaks S3.");
        return None;
    };
    let url: Url = url.parse().unwrap();
    Some(S3Settings {
        endpoint: format!("{}://{}:{}", url.scheme(), url.host_str().unwrap(), url.port_or_known_default().unwrap()),
        region: "us-east-1".to_owned(),
        bucket: url.path().trim_matches('/').to_owned(),
        access_key: Secret::new(url.username()),
        secret_key: Secret::new(url.password().unwrap_or_default()),
        session_token: None,
        bucket_in_path: true,
        patience: Duration::from_secs(5),
    })
}

#[test]
fn a_real_bucket_keeps_gives_and_removes_files() {
    let Some(settings) = named() else { return };
    on_sqlite_with(&Setup { s3: Some(settings), ..Setup::default() }, async |app| {
        sends(app, "image", "image/png", PNG).await;
        let url = text(&file_that_is(app, "stored").await["url"]).to_owned();
        assert_eq!(served(app, &url, None).await.bytes, PNG);
        let part = served(app, &url, Some("bytes=4-9")).await;
        assert_eq!((part.status, part.bytes.as_slice()), (206, &PNG[4..10]));

        let large: &'static [u8] = Vec::leak([PNG, &vec![b'x'; 3 * 1024 * 1024]].concat());
        let upload = app.api.upload("", "image/png", large).await;
        assert_eq!(upload.status, 201, "{upload:?}");
        let url = text(&upload.body["url"]).to_owned();
        assert_eq!(served(app, &url, None).await.bytes, large);
        let removed = app.api.call(Method::DELETE, &format!("/media/{}", text(&upload.body["id"]))).await;
        assert_eq!((removed.status, served(app, &url, None).await.status), (204, 404));
    });
}

#[test]
fn a_real_bucket_that_refuses_us_or_is_not_there_is_told_and_nothing_is_kept() {
    let Some(settings) = named() else { return };
    for wrong in [
        S3Settings { access_key: Secret::new("of"), secret_key: Secret::new("somebody else"), ..settings.clone() },
        S3Settings { bucket: "no-such-bucket".to_owned(), ..settings.clone() },
    ] {
        on_sqlite_with(&Setup { s3: Some(wrong), ..Setup::default() }, async |app| {
            let refused = app.api.upload("", "image/png", PNG).await;
            assert_eq!(refused.status, 503, "{refused:?}");
            let said = text(&refused.body["detail"]);
            assert!(said.contains("the bucket answered 403") || said.contains("the bucket answered 404"), "{said}");
            assert!(app.api.list("/media").await.is_empty());
        });
    }
}
