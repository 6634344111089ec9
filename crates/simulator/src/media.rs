//! The files of the platform: what a business uploads, and what people send. An id leads to a file for a while, a URL
//! for five minutes; both follow business time.

mod fetch;
mod kinds;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};

use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::platform::lock;
use crate::random::Random;
use crate::settings::{BusinessTime, Settings};
use crate::webhook::http_client;

pub(crate) use kinds::{Kind, Unfit, fit, fits, is_animated};

const DAY: i64 = 24 * 60 * 60 * 1000;
const UPLOADED: i64 = 30 * DAY; // how long Meta keeps what a business uploads
const INBOUND: i64 = 7 * DAY; // how long the id in a webhook leads to its file
const LINK: i64 = 5 * 60 * 1000; // how long a download URL works

/// A file, as it was put here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMedia {
    /// Its type, perhaps with parameters: `audio/ogg; codecs=opus`.
    pub mime_type: String,
    /// Its name, if it came with one.
    pub filename: Option<String>,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Business time at which it came, in milliseconds.
    pub uploaded_at: i64,
    /// The business number that uploaded it; none for what a person sent.
    pub phone_number_id: Option<String>,
    /// What it consists of.
    pub bytes: Bytes,
    gone_at: i64,
}

/// The store. Beyond its capacity the oldest files are dropped.
pub(crate) struct Media {
    shelf: Mutex<Shelf>,
    links: Mutex<fetch::Cache>,
    client: reqwest::Client,
    capacity: usize,
    secret: String,
    address: OnceLock<String>,
    random: Arc<Random>,
    now: BusinessTime,
}

#[derive(Default)]
struct Shelf {
    files: HashMap<String, StoredMedia>,
    oldest_first: VecDeque<String>,
    bytes: usize,
}

impl Media {
    pub(crate) fn new(settings: &Settings, random: Arc<Random>) -> Result<Self, Error> {
        let address = OnceLock::new();
        if let Some(known) = &settings.public_url {
            // A cell that was made in the line before is empty.
            drop(address.set(known.trim_end_matches('/').to_owned()));
        }
        Ok(Self {
            shelf: Mutex::default(),
            links: Mutex::default(),
            client: http_client(fetch::PATIENCE)?,
            capacity: settings.media_capacity,
            secret: settings.app_secret.clone(),
            address,
            random,
            now: Arc::clone(&settings.now),
        })
    }

    /// Says where the platform listens, unless a setting names the address by which others reach it.
    pub(crate) fn served_at(&self, url: String) {
        self.address.get_or_init(|| url);
    }

    /// Where the platform can be reached.
    pub(crate) fn address(&self) -> &str {
        self.address.get().map_or("", String::as_str)
    }

    /// Keeps a file that a person sends, for seven days.
    pub(crate) fn put(&self, bytes: impl Into<Bytes>, mime_type: &str, filename: Option<&str>) -> String {
        self.keep(bytes.into(), mime_type, filename, None, INBOUND)
    }

    /// Keeps a file that a business number uploads, for thirty days.
    pub(crate) fn upload(&self, number: &str, bytes: Bytes, mime_type: &str, filename: Option<&str>) -> String {
        self.keep(bytes, mime_type, filename, Some(number.to_owned()), UPLOADED)
    }

    pub(crate) fn get(&self, id: &str) -> Option<StoredMedia> {
        let now = (self.now)();
        lock(&self.shelf).files.get(id).filter(|file| now < file.gone_at).cloned()
    }

    pub(crate) fn delete(&self, id: &str) -> bool {
        lock(&self.shelf).remove(id)
    }

    /// A URL for the next five minutes. Nothing is kept for it: it proves itself.
    pub(crate) fn link(&self, id: &str) -> String {
        let expires = ((self.now)() + LINK).to_string();
        format!("{}{PATH}?mid={id}&ext={expires}&hash={}", self.address(), self.proof(id, &expires))
    }

    /// The file behind a URL, as long as both last.
    pub(crate) fn follow(&self, id: &str, expires: &str, proof: &str) -> Option<StoredMedia> {
        let in_time = expires.parse::<i64>().is_ok_and(|expires| (self.now)() < expires);
        if in_time && self.proof(id, expires) == proof { self.get(id) } else { None }
    }

    fn keep(
        &self,
        bytes: Bytes,
        mime_type: &str,
        filename: Option<&str>,
        phone_number_id: Option<String>,
        lifetime: i64,
    ) -> String {
        let now = (self.now)();
        let file = StoredMedia {
            mime_type: mime_type.to_owned(),
            filename: filename.map(str::to_owned),
            sha256: hex(&Sha256::digest(&bytes)),
            uploaded_at: now,
            phone_number_id,
            bytes,
            gone_at: now + lifetime,
        };
        let id = self.random.id();
        lock(&self.shelf).put(id.clone(), file, self.capacity);
        id
    }

    fn proof(&self, id: &str, expires: &str) -> String {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else { return String::new() };
        mac.update(format!("{id}/{expires}").as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

impl IntoResponse for StoredMedia {
    /// Whatever it is, a browser must not run it.
    fn into_response(self) -> Response {
        let guards = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::CONTENT_SECURITY_POLICY, "sandbox")];
        (guards, [(header::CONTENT_TYPE, self.mime_type)], self.bytes).into_response()
    }
}

/// Where download URLs lead.
pub(crate) const PATH: &str = "/whatsapp_business/attachments";

impl Shelf {
    fn put(&mut self, id: String, file: StoredMedia, capacity: usize) {
        self.bytes += file.bytes.len();
        self.oldest_first.push_back(id.clone());
        self.files.insert(id, file);
        // The newest stays, however large it is: whoever put it would be told of an id that leads nowhere.
        while capacity < self.bytes && 1 < self.files.len() {
            let Some(oldest) = self.oldest_first.pop_front() else { return };
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, id: &str) -> bool {
        let Some(file) = self.files.remove(id) else { return false };
        self.bytes -= file.bytes.len();
        self.oldest_first.retain(|kept| kept != id);
        true
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn store(capacity: usize) -> (Media, Arc<AtomicI64>) {
        let clock = Arc::new(AtomicI64::new(0));
        let now = Arc::clone(&clock);
        let now: BusinessTime = Arc::new(move || now.load(Ordering::Relaxed));
        let settings = Settings { media_capacity: capacity, now, ..Settings::default() };
        (Media::new(&settings, Arc::new(Random::new(1))).unwrap(), clock)
    }

    #[test]
    fn uploads_live_thirty_days_and_what_people_send_seven() {
        let (media, clock) = store(100);
        let sent = media.put("a", "image/png", None);
        let uploaded = media.upload("n", Bytes::from("b"), "image/png", None);
        clock.store(7 * DAY - 1, Ordering::Relaxed);
        assert!(media.get(&sent).is_some());
        clock.store(7 * DAY, Ordering::Relaxed);
        assert!(media.get(&sent).is_none() && media.get(&uploaded).is_some());
        clock.store(30 * DAY, Ordering::Relaxed);
        assert!(media.get(&uploaded).is_none());
    }

    #[test]
    fn the_oldest_files_make_room_for_new_ones() {
        let (media, _) = store(10);
        let ids: Vec<_> = (0..3).map(|_| media.put("four", "text/plain", None)).collect();
        assert!(media.get(&ids[0]).is_none() && media.get(&ids[1]).is_some() && media.get(&ids[2]).is_some());
        let large = media.put("larger than all there is room for", "text/plain", None);
        assert!(media.get(&large).is_some() && media.get(&ids[2]).is_none());
        assert!(media.delete(&large) && !media.delete(&large));
    }
}
