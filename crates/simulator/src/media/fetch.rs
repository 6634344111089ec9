//! Whether the file of a message can be sent: an upload of the right type, or a link that leads to one. Only links to
//! this machine are fetched; the rest of the world is taken for fine.

use std::collections::HashMap;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::CONTENT_TYPE;

use super::{Kind, Media, fits};
use crate::codes::{self, Failure};
use crate::content::Source;
use crate::platform::lock;
use crate::webhook::is_loopback;

pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
const CACHED: i64 = 10 * 60 * 1000; // Meta fetches a link once in ten minutes
const MOST_CACHED: usize = 1_000;
const LARGEST: usize = 100 * 1024 * 1024; // bytes: no type may have more

/// What was found behind links lately, and until when that counts.
pub(super) type Cache = HashMap<(String, Kind), (i64, Option<Failure>)>;

impl Media {
    /// Why the file cannot be sent, if so. Meta says it later, as a failed status.
    pub(crate) async fn flaw(&self, source: &Source) -> Option<Failure> {
        match source {
            Source::Uploaded { kind, id } => {
                let unfit = |file: super::StoredMedia| fits(*kind, &file.mime_type, &file.bytes).is_err();
                self.get(id).is_none_or(unfit).then(|| failure("the file cannot be sent as this type"))
            }
            Source::Linked { kind, url } => self.flaw_of_link(*kind, url).await,
        }
    }

    async fn flaw_of_link(&self, kind: Kind, raw: &str) -> Option<Failure> {
        let url = Url::parse(raw).ok().filter(is_loopback)?;
        let (key, now) = ((raw.to_owned(), kind), (self.now)());
        if let Some((until, known)) = lock(&self.links).get(&key)
            && now < *until
        {
            return known.clone();
        }
        let found = self.fetch(kind, url).await.err().map(failure);
        let mut links = lock(&self.links);
        if MOST_CACHED <= links.len() {
            links.clear();
        }
        links.insert(key, (now + CACHED, found.clone()));
        found
    }

    async fn fetch(&self, kind: Kind, url: Url) -> Result<(), &'static str> {
        let mut response = self.client.get(url).send().await.map_err(|_| "the link could not be reached")?;
        if !response.status().is_success() {
            return Err("the link did not answer with a file");
        }
        let mime_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|_| "the file behind the link broke off")? {
            bytes.extend_from_slice(&part);
            if LARGEST < bytes.len() {
                return Err("the file behind the link is too large");
            }
        }
        let fit = fits(kind, mime_type.as_deref().unwrap_or_default(), &bytes);
        fit.map_err(|_| "the file behind the link cannot be sent as this type")
    }
}

fn failure(details: &'static str) -> Failure {
    Failure { code: codes::MEDIA_UPLOAD, details }
}
