//! The API as another system calls it.

use reqwest::header::HeaderMap;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method};
use serde_json::Value;

/// A caller with a key.
#[derive(Clone)]
pub(crate) struct Api {
    http: Client,
    url: String,
    key: String,
    /// What a browser holds, of a caller who is signed in.
    cookie: Option<String>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) headers: HeaderMap,
    /// Null where the body is empty; a text where it is no JSON.
    pub(crate) body: Value,
}

impl Api {
    pub(crate) fn new(http: &Client, url: &str, key: &str) -> Self {
        Self { http: http.clone(), url: url.to_owned(), key: key.to_owned(), cookie: None }
    }

    /// The same caller, of a server that listens elsewhere now.
    pub(crate) fn moved_to(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// The same caller with another `Authorization`.
    pub(crate) fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), cookie: None, ..self.clone() }
    }

    /// Somebody who is signed in, on a page of Hilo.
    pub(crate) fn signed_in(&self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..self.clone() }
    }

    /// What their browser holds.
    pub(crate) fn cookie(&self) -> &str {
        self.cookie.as_deref().unwrap_or_default()
    }

    /// What is there.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path).await;
        assert_eq!(answer.status, 200, "GET {path}: {answer:?}");
        answer.body
    }

    /// Every row of every page.
    pub(crate) async fn list(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut cursor = String::new();
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = self.get(&format!("{path}{joint}limit=200{cursor}")).await;
            rows.extend(page["data"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }

    /// Calls without a body.
    pub(crate) async fn call(&self, method: Method, path: &str) -> Answer {
        self.send(self.request(method, path)).await
    }

    /// Posts JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Opens a stream of events, from behind the last one that was seen.
    pub(crate) async fn open(&self, path: &str, last_seen: Option<&str>) -> reqwest::Response {
        let request = self.request(Method::GET, path);
        let request = last_seen.into_iter().fold(request, |request, id| request.header("Last-Event-ID", id));
        request.send().await.unwrap()
    }

    /// Changes with JSON.
    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    /// Puts JSON.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call_with(Method::PUT, path, body).await
    }

    /// Calls with JSON.
    pub(crate) async fn call_with(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(self.request(method, path).json(body)).await
    }

    /// Posts JSON, or nothing, under an `Idempotency-Key`.
    pub(crate) async fn post_once(&self, path: &str, key: &str, body: Option<&Value>) -> Answer {
        let request = self.request(Method::POST, path).header("idempotency-key", key);
        self.send(body.into_iter().fold(request, |request, body| request.json(body))).await
    }

    /// Posts bytes that need not be JSON.
    pub(crate) async fn post_bytes(&self, path: &str, content_type: &str, bytes: &[u8]) -> Answer {
        self.send(self.request(Method::POST, path).header("content-type", content_type).body(bytes.to_vec())).await
    }

    /// Uploads a file as the body itself.
    pub(crate) async fn upload(&self, query: &str, mime_type: &str, bytes: &'static [u8]) -> Answer {
        let request = self.request(Method::POST, &format!("/media{query}"));
        self.send(request.header("content-type", mime_type).body(bytes)).await
    }

    /// Uploads a file as the body itself, under an `Idempotency-Key`.
    pub(crate) async fn upload_once(&self, key: &str, bytes: &'static [u8]) -> Answer {
        self.send(self.request(Method::POST, "/media").header("idempotency-key", key).body(bytes)).await
    }

    /// Uploads a file in a form, as a browser does.
    pub(crate) async fn upload_form(&self, filename: &str, bytes: &'static [u8]) -> Answer {
        let file = Part::bytes(bytes).file_name(filename.to_owned());
        let form = Form::new().text("note", "comes before the file").part("file", file);
        self.send(self.request(Method::POST, "/media").multipart(form)).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url));
        match &self.cookie {
            Some(cookie) => request.header("cookie", format!("sid={cookie}")).header("sec-fetch-site", "same-origin"),
            None => request.bearer_auth(&self.key),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let content_type = headers.get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
        let text = response.text().await.unwrap();
        let body =
            if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        Answer { status, content_type, headers, body }
    }
}
