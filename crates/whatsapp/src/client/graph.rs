//! Calls that are no messages: templates and the like.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Response, Url};
use serde_json::Value;

use super::{Answer, CallError, Client, in_one_sentence, is_path_segment};
use crate::templates::NotDone;

/// A page of a list, at its longest.
const LONGEST_LIST: usize = 8 * 1024 * 1024;

impl Client {
    /// Calls the Graph API, and takes nothing but its JSON for an answer.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
        body: Option<&Value>,
    ) -> Result<Value, NotDone> {
        let url = self.url(path, query).ok_or_else(|| NotDone::NoAnswer(format!("`{}` is no path", path.join("/"))))?;
        let mut request = self.http.request(method, url).header(AUTHORIZATION, self.authorization.clone());
        if let Some(body) = body {
            let json = HeaderValue::from_static("application/json");
            request = request.header(CONTENT_TYPE, json).body(body.to_string());
        }
        let answer = match request.send().await.map_err(CallError::from_reqwest) {
            Ok(response) => read(response).await?,
            Err(CallError::NotSent(reason) | CallError::Unknown(reason)) => return Err(NotDone::NoAnswer(reason)),
        };
        if let Some(refusal) = answer.refusal() {
            return Err(NotDone::Refused(refusal));
        }
        let strange = || NotDone::NoAnswer(format!("HTTP {} without an answer of Meta's", answer.status));
        if !(200..300).contains(&answer.status) {
            return Err(strange());
        }
        serde_json::from_slice(&answer.body).map_err(|_| strange())
    }

    fn url(&self, path: &[&str], query: &[(&str, String)]) -> Option<Url> {
        if !path.iter().all(|segment| is_path_segment(segment)) {
            return None;
        }
        let mut url = Url::parse(&format!("{}/{}", self.base_url, path.join("/"))).ok()?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Some(url)
    }
}

async fn read(mut response: Response) -> Result<Answer, NotDone> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    loop {
        let chunk = response.chunk().await.map_err(|error| NotDone::NoAnswer(in_one_sentence(&error.without_url())))?;
        let Some(chunk) = chunk else { return Ok(Answer { status, body }) };
        if LONGEST_LIST < body.len() + chunk.len() {
            return Err(NotDone::NoAnswer(format!("HTTP {status} with more than {LONGEST_LIST} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
}
