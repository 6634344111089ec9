//! The program's API, as any other system would use it.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::wire::Wire;

const LARGEST_PAGE: usize = 200;

pub(super) struct Api {
    wire: Wire,
    headers: String,
}

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Stretch<T> {
    data: Vec<T>,
    next_cursor: String,
    has_more: bool,
}

impl Api {
    pub(super) async fn connect(address: SocketAddr, key: &str) -> Result<Self> {
        let headers = format!("host: {address}\r\nauthorization: Bearer {key}\r\n");
        Ok(Self { wire: Wire::connect(address).await?, headers })
    }

    /// Every row of a list.
    pub(super) async fn all<T: DeserializeOwned>(&mut self, path: &str) -> Result<Vec<T>> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        let joint = joint(path);
        loop {
            let page: Page<T> = self.list(&format!("{path}{joint}limit={LARGEST_PAGE}{cursor}")).await?;
            rows.extend(page.data);
            match page.next_cursor {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(rows),
            }
        }
    }

    /// The first rows of a list.
    pub(super) async fn page<T: DeserializeOwned>(&mut self, path: &str, limit: usize) -> Result<Vec<T>> {
        Ok(self.list::<Page<T>>(&format!("{path}{}limit={limit}", joint(path))).await?.data)
    }

    /// What changed, of some types.
    pub(super) async fn changes<T: DeserializeOwned>(&mut self, types: &[&str]) -> Result<Vec<T>> {
        let (mut changes, mut after) = (Vec::new(), String::new());
        let types = types.join(",");
        loop {
            let path = format!("/changes?limit={LARGEST_PAGE}&types={types}{after}");
            let stretch: Stretch<T> = self.list(&path).await?;
            changes.extend(stretch.data);
            if !stretch.has_more {
                return Ok(changes);
            }
            after = format!("&after={}", stretch.next_cursor);
        }
    }

    async fn list<L: DeserializeOwned>(&mut self, path: &str) -> Result<L> {
        match self.ask("", "GET", path, b"").await? {
            (200, answer) => {
                serde_json::from_value(answer).with_context(|| format!("{path} is not a list that was expected"))
            }
            (status, answer) => bail!("{path} was answered with {status}: {answer}"),
        }
    }

    /// Something that is there.
    pub(super) async fn one(&mut self, path: &str) -> Result<Value> {
        self.list(path).await
    }

    pub(super) async fn put_body(&mut self, path: &str, body: &Value) -> Result<(u16, Value)> {
        self.ask("content-type: application/json\r\n", "PUT", path, body.to_string().as_bytes()).await
    }

    pub(super) async fn put(&mut self, path: &str) -> Result<(u16, Value)> {
        self.ask("", "PUT", path, b"").await
    }

    /// Under one key it happens once, however often it is posted.
    pub(super) async fn post_once(&mut self, path: &str, key: &str, body: &Value) -> Result<(u16, Value)> {
        self.post_bytes_once(path, key, "application/json", body.to_string().as_bytes()).await
    }

    /// The same with bytes of any type.
    pub(super) async fn post_bytes_once(
        &mut self,
        path: &str,
        key: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<(u16, Value)> {
        self.ask(&format!("idempotency-key: {key}\r\ncontent-type: {content_type}\r\n"), "POST", path, body).await
    }

    async fn ask(&mut self, more: &str, method: &str, path: &str, body: &[u8]) -> Result<(u16, Value)> {
        let headers = format!("{}{more}", self.headers);
        let length = body.len();
        let head = format!("{method} /api/v1{path} HTTP/1.1\r\n{headers}content-length: {length}\r\n\r\n");
        let answer = self.wire.exchange(&[head.as_bytes(), body].concat()).await?;
        Ok((answer.status(), serde_json::from_slice(answer.body).unwrap_or_default()))
    }
}

fn joint(path: &str) -> char {
    if path.contains('?') { '&' } else { '?' }
}
