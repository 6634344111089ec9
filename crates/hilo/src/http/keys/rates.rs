//! How often a key or a person may ask: a bucket for each, in the memory of this node. Several nodes allow as often each.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderName, HeaderValue};
use uuid::Uuid;

use crate::config::ApiSettings;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const MINUTE_S: f64 = 60.0;
/// Between two tries to note that a key is in use.
const NOTE_AGAIN: Duration = Duration::from_secs(60);

/// From this many buckets on, those that are full again are thrown away before another is made.
const MANY: usize = 1_000;

/// Who asked lately, by their id. A bucket is made for real keys and people only.
#[derive(Debug, Default)]
pub struct Callers {
    buckets: Mutex<HashMap<Uuid, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
    noted: Option<Instant>,
}

/// Where a key stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// Whether this request may go on.
    pub allowed: bool,
    /// Seconds until the next one may, if this one may not.
    pub wait_s: u64,
    limit: u32,
    remaining: u32,
    reset_s: u64,
}

impl Callers {
    /// Takes one request's worth from a key's bucket, if it holds that much. A full bucket holds a minute's worth.
    pub fn take(&self, key: Uuid, settings: ApiSettings, now: Instant) -> Stand {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if MANY <= buckets.len() && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| !bucket.is_full(settings, now));
        }
        let bucket = buckets.entry(key).or_insert_with(|| Bucket::full(settings, now));
        bucket.take(settings, now)
    }

    /// Whether the use of a key is to be written down now; a write under way is not repeated meanwhile.
    pub fn may_note(&self, key: Uuid, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bucket) = buckets.get_mut(&key) else { return false };
        let may = bucket.noted.is_none_or(|noted| NOTE_AGAIN < now.saturating_duration_since(noted));
        if may {
            bucket.noted = Some(now);
        }
        may
    }
}

impl Bucket {
    fn full(settings: ApiSettings, now: Instant) -> Self {
        Self { tokens: f64::from(settings.requests_per_minute), filled: now, noted: None }
    }

    fn is_full(&self, settings: ApiSettings, now: Instant) -> bool {
        f64::from(settings.requests_per_minute) <= self.level(settings, now)
    }

    fn level(&self, settings: ApiSettings, now: Instant) -> f64 {
        let most = f64::from(settings.requests_per_minute);
        let gained = now.saturating_duration_since(self.filled).as_secs_f64() * most / MINUTE_S;
        (self.tokens + gained).min(most)
    }

    fn take(&mut self, settings: ApiSettings, now: Instant) -> Stand {
        let most = f64::from(settings.requests_per_minute);
        let a_second = most / MINUTE_S;
        (self.tokens, self.filled) = (self.level(settings, now), now);
        let allowed = 1.0 <= self.tokens;
        if allowed {
            self.tokens -= 1.0;
        }
        Stand {
            allowed,
            wait_s: ((1.0 - self.tokens).max(0.0) / a_second).ceil() as u64,
            limit: settings.requests_per_minute,
            remaining: self.tokens as u32,
            reset_s: ((most - self.tokens) / a_second).ceil() as u64,
        }
    }
}

impl Stand {
    /// As every answer carries it.
    pub fn headers(&self) -> [(HeaderName, HeaderValue); 3] {
        [(LIMIT, self.limit.into()), (REMAINING, self.remaining.into()), (RESET, self.reset_s.into())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_may_be_asked_at_once_and_then_as_fast_as_the_bucket_fills() {
        let (callers, settings) = (Callers::default(), ApiSettings { requests_per_minute: 60 });
        let (ours, another, start) = (Uuid::nil(), Uuid::max(), Instant::now());
        let stands: Vec<Stand> = (0..61).map(|_| callers.take(ours, settings, start)).collect();
        assert_eq!(stands.iter().filter(|stand| stand.allowed).count(), 60);
        assert_eq!((stands[0].limit, stands[0].remaining, stands[0].reset_s), (60, 59, 1));
        assert_eq!((stands[60].remaining, stands[60].wait_s, stands[60].reset_s), (0, 1, 60));
        assert!(callers.take(another, settings, start).allowed, "each key has a bucket of its own");
        assert!(callers.take(ours, settings, start + Duration::from_secs(1)).allowed);
        assert!(!callers.take(ours, settings, start + Duration::from_secs(1)).allowed);
    }

    #[test]
    fn keys_that_have_not_asked_for_a_minute_take_no_memory() {
        let (callers, settings) = (Callers::default(), ApiSettings { requests_per_minute: 60 });
        let (start, key) = (Instant::now(), |n: usize| Uuid::from_u128(n as u128));
        for n in 0..MANY {
            callers.take(key(n), settings, start);
        }
        callers.take(key(0), settings, start + Duration::from_secs(60));
        callers.take(key(MANY), settings, start + Duration::from_secs(60));
        assert_eq!(callers.buckets.lock().unwrap().len(), 2);
    }
}
