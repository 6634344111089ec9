//! Whatever comes, a refusal is JSON: Meta's error on the Graph API, a problem on the control API.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::stage::{Stage, TOKEN};

const MESSAGES: &str = "v25.0/100200300400500/messages";
const MEDIA: &str = "v25.0/100200300400500/media";
const SEND: &str = "sim/phones/5215512345678/send";
const JSON: &str = "application/json";
const BROKEN_FORM: &str = "multipart/form-data; boundary=x";

/// Method, path, content type, body, and the status of the answer.
type Odd = (&'static str, &'static str, &'static str, &'static [u8], u16);

const AT_GRAPH: [Odd; 16] = [
    ("POST", MESSAGES, JSON, b"", 400),
    ("POST", MESSAGES, JSON, b"{", 400),
    ("POST", MESSAGES, JSON, b"[]", 400),
    ("POST", MESSAGES, JSON, b"\xff\xfe", 400),
    ("POST", MESSAGES, JSON, br#"{"messaging_product":"whatsapp","type":{"a":[1e308]}}"#, 400),
    ("POST", MESSAGES, "text/plain", b"hola", 400),
    ("POST", MESSAGES, BROKEN_FORM, b"--x", 400),
    ("PATCH", MESSAGES, JSON, b"{}", 400),
    ("GET", MESSAGES, JSON, b"", 400),
    ("POST", MEDIA, JSON, b"{}", 400),
    ("POST", MEDIA, "multipart/form-data", b"", 400),
    ("POST", MEDIA, BROKEN_FORM, b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc", 400),
    ("GET", "v25.0/%ff", JSON, b"", 400),
    ("GET", "v25.0/900800700600500/message_templates?limit=-1", JSON, b"", 400),
    ("GET", "v25.0/900800700600500/message_templates?after=MTg0NDY3NDQwNzM3MDk1NTE2MTU", JSON, b"", 400),
    ("POST", "v25.0/100200300400500/a/b/c", JSON, b"{}", 400),
];

const AT_CONTROL: [Odd; 12] = [
    ("POST", SEND, JSON, b"", 400),
    ("POST", SEND, JSON, b"{", 400),
    ("POST", SEND, JSON, br#"{"type":"dance"}"#, 422),
    ("POST", SEND, "text/plain", b"hola", 415),
    ("POST", SEND, JSON, br#"{"type":"order","items":[{"quantity":-1}]}"#, 422),
    ("GET", SEND, JSON, b"", 405),
    ("GET", "sim/phones/%ff/inbox", JSON, b"", 400),
    ("GET", "sim/phones/nobody/inbox", JSON, b"", 404),
    ("GET", "sim/nothing", JSON, b"", 404),
    ("GET", "sim", JSON, b"", 404),
    ("POST", "sim/clock", JSON, br#"{"advance_ms":1e400}"#, 400),
    ("PUT", "sim/webhook", JSON, br#"{"url":"ftp://x"}"#, 422),
];

impl Stage {
    async fn odd(&self, (method, path, kind, body, expected): Odd) -> (String, Value) {
        let url = format!("{}/{path}", self.sim.url());
        let request = Client::builder().no_proxy().build().unwrap().request(Method::try_from(method).unwrap(), url);
        let (status, kind, body) = answer(request.header("Content-Type", kind).body(body).bearer_auth(TOKEN)).await;
        assert_eq!(status, expected, "{method} {path}: {body}");
        let read = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{method} {path} is answered with `{body}`"));
        (kind, read)
    }
}

async fn answer(request: RequestBuilder) -> (u16, String, String) {
    let response = request.send().await.unwrap();
    let kind = response.headers()["Content-Type"].to_str().unwrap().to_owned();
    (response.status().as_u16(), kind, response.text().await.unwrap())
}

#[tokio::test]
async fn the_graph_api_answers_whatever_it_is_sent_in_metas_shape() {
    let stage = Stage::new().await;
    for odd in AT_GRAPH {
        let (_, body) = stage.odd(odd).await;
        let error = &body["error"];
        assert!(error["code"].is_i64() && error["fbtrace_id"].is_string(), "{odd:?}: {body}");
    }
    stage.ana.says("todavía estoy aquí").await;
    assert_eq!(stage.messages().await.len(), 1);
}

#[tokio::test]
async fn a_refusal_is_read_by_whoever_sent_more_than_was_looked_at() {
    let stage = Stage::new().await;
    let http = Client::builder().no_proxy().build().unwrap();
    for _ in 0..20 {
        let url = format!("{}/{MESSAGES}", stage.sim.url());
        let (status, _, body) = answer(http.post(url).body(vec![b'x'; 3_000_000])).await;
        assert_eq!((status, body.contains("190")), (401, true), "{body}");
    }
}

#[tokio::test]
async fn the_control_api_says_what_is_wrong_with_what_is_long() {
    let stage = Stage::new().await;
    let long = serde_json::to_string(&"a".repeat(9_000)).unwrap();
    let request = Client::builder().no_proxy().build().unwrap().put(format!("{}/sim/templates/x", stage.sim.url()));
    let (status, _, body) = answer(request.header("Content-Type", JSON).body(long)).await;
    assert_eq!(status, 422);
    let detail = serde_json::from_str::<Value>(&body).unwrap()["detail"].as_str().unwrap().to_owned();
    assert!((1..=500).contains(&detail.len()), "{detail}");
}

#[tokio::test]
async fn the_control_api_answers_whatever_it_refuses_with_a_problem() {
    let stage = Stage::new().await;
    for odd in AT_CONTROL {
        let (kind, body) = stage.odd(odd).await;
        assert_eq!(
            (kind.as_str(), body["status"].as_u64()),
            ("application/problem+json", Some(odd.4.into())),
            "{odd:?}"
        );
        assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{odd:?}: {body}");
    }
}
