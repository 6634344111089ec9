//! What a handler is given of a request: the object that the path names, and the fields, wherever the client put them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde_json::{Map, Value};

use super::no_such_object;
use crate::codes::{self, Refusal};
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;

/// The id in the path, under any version.
pub(super) struct Node(pub(super) String);

/// The business number that the path names.
pub(super) struct Number(pub(super) Arc<BusinessNumber>);

/// The business account that the path names.
pub(super) struct Account(pub(super) String);

/// The fields of the query, and above them those of a JSON body or a form. Graph does not care where they stand.
#[derive(Clone)]
pub(super) struct Fields(pub(super) Value);

impl FromRequestParts<Arc<Platform>> for Node {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, platform: &Arc<Platform>) -> Result<Self, Refusal> {
        let unreadable = |_| Refusal::of(codes::UNKNOWN_PATH, "the path is not text");
        let path = Path::<BTreeMap<String, String>>::from_request_parts(parts, platform).await.map_err(unreadable)?;
        let part = |name: &str| path.get(name).cloned().unwrap_or_default();
        if !is_version(&part("version")) {
            return Err(Refusal::of(codes::UNKNOWN_PATH, format!("`{}` is not a Graph version", part("version"))));
        }
        Ok(Self(part("id")))
    }
}

impl FromRequestParts<Arc<Platform>> for Number {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, platform: &Arc<Platform>) -> Result<Self, Refusal> {
        let Node(id) = Node::from_request_parts(parts, platform).await?;
        platform.number(&id).map(|number| Self(Arc::clone(number))).ok_or_else(|| no_such_object(&id))
    }
}

impl FromRequestParts<Arc<Platform>> for Account {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, platform: &Arc<Platform>) -> Result<Self, Refusal> {
        let Node(id) = Node::from_request_parts(parts, platform).await?;
        if !platform.accounts().contains(&id.as_str()) {
            return Err(no_such_object(&id));
        }
        lock(&platform.limits).call(&id, Instant::now())?;
        Ok(Self(id))
    }
}

impl FromRequest<Arc<Platform>> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, platform: &Arc<Platform>) -> Result<Self, Refusal> {
        let not_text = |_| Refusal::parameter("the query cannot be read");
        let Query(query) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).map_err(not_text)?;
        let is_form = request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(FORM));
        let too_large = |_| Refusal::parameter("the body is too large or was cut off");
        let body = Bytes::from_request(request, platform).await.map_err(too_large)?;
        let mut fields: Map<String, Value> =
            query.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        fields.extend(if is_form { form(&body) } else { json(&body)? });
        Ok(Self(Value::Object(fields)))
    }
}

const FORM: &[u8] = b"application/x-www-form-urlencoded";

impl Fields {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0[name].as_str().filter(|text| !text.is_empty())
    }

    /// With a value for what was not given.
    pub(super) fn or(mut self, name: &str, value: &str) -> Self {
        if self.text(name).is_none() {
            self.0[name] = value.into();
        }
        self
    }

    /// A query carries numbers as text.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let read = match &self.0[name] {
            Value::Null => return Ok(None),
            Value::String(text) => text.parse().ok(),
            other => other.as_u64().and_then(|number| usize::try_from(number).ok()),
        };
        read.map(Some).ok_or_else(|| Refusal::parameter(format!("`{name}` must be a number")))
    }

    /// Sending calls say which product they mean.
    pub(super) fn for_whatsapp(self) -> Result<Value, Refusal> {
        if self.0["messaging_product"] == "whatsapp" {
            return Ok(self.0);
        }
        Err(Refusal::parameter("`messaging_product` must be `whatsapp`"))
    }
}

fn json(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) | Err(_) => Err(Refusal::parameter("the body is not a JSON object")),
    }
}

fn form(body: &[u8]) -> Map<String, Value> {
    let uri = format!("/?{}", String::from_utf8_lossy(body)).parse();
    let read = uri.ok().and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    let pairs = read.map(|Query(pairs)| pairs).unwrap_or_default();
    pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect()
}

fn is_version(version: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version.strip_prefix('v').and_then(|rest| rest.split_once('.')).is_some_and(|(a, b)| number(a) && number(b))
}
