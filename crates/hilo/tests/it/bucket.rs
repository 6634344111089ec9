//! A small S3: it checks what signs each request by reckoning the signature itself, and keeps bytes. It can be in a bad mood.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hilo::config::S3Settings;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use whatsapp::Secret;

const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "wJalr/XUtnFEMI+bPxRfiCY";
const TOKEN: &str = "lent+for/a=while";
const REGION: &str = "eu-south-2";
const BUCKET: &str = "hilo-media";

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    Answers(u16),
    Silent,
}

/// What it has, and what it was asked.
pub(crate) struct Bucket {
    /// By path.
    pub(crate) objects: Mutex<BTreeMap<String, Bytes>>,
    /// What was wrong with requests that were not as S3 wants them.
    pub(crate) complaints: Mutex<Vec<String>>,
    mood: Mutex<Mood>,
    address: String,
}

impl Bucket {
    /// On a thread of its own, until the process ends.
    pub(crate) fn start() -> Arc<Bucket> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let bucket = Arc::new(Bucket {
            objects: Mutex::default(),
            complaints: Mutex::default(),
            mood: Mutex::new(Mood::Good),
            address,
        });
        let routes = Router::new().fallback(answer).with_state(bucket.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), routes).await.unwrap();
            });
        });
        bucket
    }

    pub(crate) fn settings(&self) -> S3Settings {
        S3Settings {
            endpoint: format!("http://{}", self.address),
            region: REGION.to_owned(),
            bucket: BUCKET.to_owned(),
            access_key: Secret::new(ACCESS_KEY),
            secret_key: Secret::new(SECRET_KEY),
            session_token: Some(Secret::new(TOKEN)),
            bucket_in_path: true,
            patience: Duration::from_millis(300),
        }
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What is wrong with a request, if anything is.
    fn check(&self, method: &Method, uri: &Uri, now: Timestamp) -> Result<(), String> {
        let query = uri.query().unwrap_or_default();
        let mut pairs: Vec<&str> = query.split('&').collect();
        pairs.sort_unstable();
        let value = |name: &str| {
            let pair = pairs.iter().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            pair.map(|value| value.replace("%2F", "/").replace("%2B", "+").replace("%3D", "="))
                .ok_or(format!("no {name}"))
        };
        let (date, lasts) = (value("X-Amz-Date")?, value("X-Amz-Expires")?.parse::<i64>().unwrap());
        let since = DateTime::strptime("%Y%m%dT%H%M%SZ", &date).map_err(|error| error.to_string())?;
        let since = since.to_zoned(TimeZone::UTC).unwrap().timestamp();
        let age = now.as_second() - since.as_second();
        let scope = format!("{}/{REGION}/s3/aws4_request", &date[..8]);
        for (name, expected) in [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-SignedHeaders", "host"),
            ("X-Amz-Security-Token", TOKEN),
            ("X-Amz-Credential", &format!("{ACCESS_KEY}/{scope}")),
        ] {
            if value(name)? != expected {
                return Err(format!("{name} is {}", value(name)?));
            }
        }
        if !(-60..lasts).contains(&age) || 7 * 24 * 3600 < lasts {
            return Err(format!("signed {age} s ago for {lasts} s"));
        }
        let signed: Vec<&str> = pairs.iter().copied().filter(|pair| !pair.starts_with("X-Amz-Signature=")).collect();
        let request = [
            method.as_str(),
            uri.path(),
            &signed.join("&"),
            &format!("host:{}\n", self.address),
            "host",
            "UNSIGNED-PAYLOAD",
        ]
        .join("\n");
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(request)));
        let start = format!("AWS4{SECRET_KEY}").into_bytes();
        let key = [&date[..8], REGION, "s3", "aws4_request"].iter().fold(start, |key, part| mac(&key, part));
        if value("X-Amz-Signature")? != hex(&mac(&key, &text)) {
            return Err("the signature is wrong".to_owned());
        }
        Ok(())
    }

    fn act(&self, method: &Method, path: &str, headers: &HeaderMap, body: Bytes) -> Response {
        let mut objects = self.objects.lock().unwrap();
        match *method {
            Method::PUT => {
                objects.insert(path.to_owned(), body);
                StatusCode::OK.into_response()
            }
            Method::DELETE => {
                objects.remove(path);
                StatusCode::NO_CONTENT.into_response()
            }
            _ => match objects.get(path) {
                None => StatusCode::NOT_FOUND.into_response(),
                Some(bytes) => {
                    let range = headers.get(header::RANGE).map(|range| range.to_str().unwrap());
                    let (first, last) = range.unwrap().strip_prefix("bytes=").unwrap().split_once('-').unwrap();
                    let (first, last) = (first.parse::<usize>().unwrap(), last.parse::<usize>().unwrap());
                    (StatusCode::PARTIAL_CONTENT, bytes.slice(first..=last)).into_response()
                }
            },
        }
    }
}

async fn answer(
    State(bucket): State<Arc<Bucket>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(complaint) = bucket.check(&method, &uri, now()) {
        bucket.complaints.lock().unwrap().push(format!("{method} {}: {complaint}", uri.path()));
        return StatusCode::FORBIDDEN.into_response();
    }
    let mood = *bucket.mood.lock().unwrap();
    match mood {
        Mood::Good => bucket.act(&method, uri.path(), &headers, body),
        Mood::Answers(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Mood::Silent => std::future::pending().await,
    }
}

/// S3 reckons with the time of the machine, as signing does.
fn now() -> Timestamp {
    Timestamp::from_millisecond(hilo::clock::machine_now()).unwrap()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
