//! The program's API, as far as a measurement needs it.

use std::net::SocketAddr;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::wire::Wire;

/// A connection to it, with a key.
pub(crate) struct Api {
    wire: Wire,
    headers: String,
}

impl Api {
    /// Connects to a program.
    pub(crate) async fn connect(door: SocketAddr, key: &str) -> Result<Self> {
        Ok(Self { wire: Wire::connect(door).await?, headers: headers(door, key) })
    }

    /// The rows of a list.
    pub(crate) async fn list(&mut self, path: &str) -> Result<Vec<Value>> {
        let answer = self.ask("GET", path).await?;
        Ok(answer["data"].as_array().cloned().unwrap_or_default())
    }

    /// Puts something that has no body.
    pub(crate) async fn put(&mut self, path: &str) -> Result<()> {
        self.ask("PUT", path).await.map(drop)
    }

    /// Has something done, and answers what it is then.
    pub(crate) async fn act(&mut self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let body = body.to_string();
        let headers = format!("{}content-type: application/json\r\ncontent-length: {}\r\n", self.headers, body.len());
        self.exchange(path, format!("{method} /api/v1{path} HTTP/1.1\r\n{headers}\r\n{body}").as_bytes()).await
    }

    async fn ask(&mut self, method: &str, path: &str) -> Result<Value> {
        self.exchange(path, &request(method, path, &self.headers)).await
    }

    async fn exchange(&mut self, path: &str, request: &[u8]) -> Result<Value> {
        let answer = self.wire.exchange(request).await?;
        if !matches!(answer.status(), 200 | 201) {
            bail!("{path} was answered with {}: {}", answer.status(), String::from_utf8_lossy(answer.body));
        }
        Ok(serde_json::from_slice(answer.body)?)
    }
}

/// What every request carries.
pub(crate) fn headers(door: SocketAddr, key: &str) -> String {
    format!("host: {door}\r\nauthorization: Bearer {key}\r\n")
}

/// A request without a body.
pub(crate) fn request(method: &str, path: &str, headers: &str) -> Vec<u8> {
    format!("{method} /api/v1{path} HTTP/1.1\r\n{headers}content-length: 0\r\n\r\n").into_bytes()
}
