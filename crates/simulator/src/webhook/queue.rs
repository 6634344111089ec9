//! The queue of webhooks. A lane posts one body after the other; many lanes post at once over kept-alive connections.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Client, Url};
use tokio::sync::{Semaphore, oneshot, watch};

use super::{Change, Label, Lane, bundle, post, signature};
use crate::error::Error;
use crate::faults::Mishap;
use crate::ledger::Book;
use crate::platform::lock;
use crate::random::Random;
use crate::settings::{BusinessTime, Settings, WebhookSettings};
use crate::tasks::Tasks;

const LONGEST_DISORDER: u64 = 150; // milliseconds: long enough for two later webhooks to overtake
const LARGEST_BATCH: usize = 1_000; // changes
const LARGEST_BODY: usize = 3_000_000; // bytes

/// Resolves when the webhook has been answered with 200, or dropped.
pub(crate) type Receipt = oneshot::Receiver<()>;

/// Resolved at once.
pub(crate) fn nothing_posted() -> Receipt {
    oneshot::channel().1
}

#[derive(Clone)]
pub(crate) struct Courier(Arc<Inner>);

struct Inner {
    client: Client,
    secret: String,
    rules: WebhookSettings,
    allow_remote: bool,
    now: BusinessTime,
    url: watch::Sender<Option<Url>>,
    lanes: Mutex<HashMap<Lane, VecDeque<Webhook>>>,
    waiting: AtomicUsize,
    slots: Semaphore,
    ledger: Arc<Mutex<Book>>,
    random: Arc<Random>,
    tasks: Tasks,
}

struct Webhook {
    change: Arc<Change>,
    line: usize,
    /// Business time at which it came about.
    since: i64,
    /// What is posted before it, under its own label.
    impostors: Vec<(Impostor, Label)>,
    /// Dropped with the webhook, which resolves the receipt.
    _receipt: Option<oneshot::Sender<()>>,
}

#[derive(Debug, Clone, Copy)]
enum Impostor {
    Malformed,
    Forged,
}

impl Courier {
    pub(crate) fn new(
        settings: &Settings,
        tasks: Tasks,
        ledger: Arc<Mutex<Book>>,
        random: Arc<Random>,
    ) -> Result<Self, Error> {
        let rules = settings.webhooks.clone();
        let courier = Self(Arc::new(Inner {
            client: post::http_client(rules.timeout)?,
            secret: settings.app_secret.clone(),
            allow_remote: settings.allow_remote,
            now: Arc::clone(&settings.now),
            url: watch::Sender::new(None),
            lanes: Mutex::default(),
            waiting: AtomicUsize::new(0),
            slots: Semaphore::new(rules.at_once.max(1)),
            ledger,
            random,
            tasks,
            rules,
        }));
        if let Some(url) = &settings.webhook_url {
            courier.deliver_to(url)?;
        }
        Ok(courier)
    }

    pub(crate) fn deliver_to(&self, url: &str) -> Result<(), Error> {
        let url = post::checked(url, self.0.allow_remote)?;
        self.0.url.send_replace(Some(url));
        Ok(())
    }

    /// Where webhooks go, once that is known.
    pub(crate) fn url(&self) -> Option<String> {
        self.0.url.borrow().as_ref().map(Url::to_string)
    }

    pub(crate) async fn verify(&self, token: &str) -> Result<(), Error> {
        let Some(url) = self.0.url.borrow().clone() else {
            return Err(Error::Unverified("no webhook URL is set".into()));
        };
        self.verify_at(url, token).await
    }

    /// Meta's handshake with any address.
    pub(crate) async fn verify_at(&self, url: Url, token: &str) -> Result<(), Error> {
        post::verify(&self.0.client, url, &self.0.random.next().to_string(), token).await
    }

    pub(crate) fn post(&self, lane: Lane, label: &Label, change: Change, mishap: Mishap) -> Receipt {
        let (done, receipt) = oneshot::channel();
        let change = Arc::new(change);
        let first = self.webhook(label, &change, Some(done)).map(|webhook| webhook.preceded(mishap, label));
        let together = Lane::Together(change.callback.clone());
        let hold_back = || Duration::from_millis(self.0.random.below(LONGEST_DISORDER));
        if let Some(delay) = mishap.delay {
            self.post_alone(first, delay);
        } else if mishap.disorder {
            self.post_alone(first, hold_back());
        } else if let Some(wait) = mishap.batch {
            self.post_in_lane(together, first, wait);
        } else if 1 < self.0.rules.batch {
            self.post_in_lane(together, first, self.0.rules.batch_wait);
        } else if self.0.rules.ordered {
            self.post_in_lane(lane, first, Duration::ZERO);
        } else {
            self.post_alone(first, Duration::ZERO);
        }
        if mishap.duplicate {
            self.post_alone(self.webhook(label, &change, None), hold_back());
        }
        receipt
    }

    fn webhook(&self, label: &Label, change: &Arc<Change>, receipt: Option<oneshot::Sender<()>>) -> Option<Webhook> {
        let since = (self.0.now)();
        let line = lock(&self.0.ledger).webhook(label, since);
        if self.0.rules.capacity <= self.0.waiting.fetch_add(1, Ordering::Relaxed) {
            self.0.waiting.fetch_sub(1, Ordering::Relaxed);
            lock(&self.0.ledger).dropped(line);
            return None;
        }
        Some(Webhook { change: Arc::clone(change), line, since, impostors: Vec::new(), _receipt: receipt })
    }

    fn post_alone(&self, webhook: Option<Webhook>, pause: Duration) {
        let Some(webhook) = webhook else { return };
        let courier = self.clone();
        self.0.tasks.spawn(async move {
            tokio::time::sleep(pause).await;
            courier.deliver(vec![webhook], None).await;
        });
    }

    fn post_in_lane(&self, lane: Lane, webhook: Option<Webhook>, gather: Duration) {
        let Some(webhook) = webhook else { return };
        match lock(&self.0.lanes).entry(lane.clone()) {
            Entry::Occupied(mut busy) => busy.get_mut().push_back(webhook),
            Entry::Vacant(idle) => {
                idle.insert(VecDeque::from([webhook]));
                let courier = self.clone();
                self.0.tasks.spawn(async move {
                    if !gather.is_zero() {
                        tokio::time::sleep(gather).await;
                    }
                    courier.empty(lane).await;
                });
            }
        }
    }

    async fn empty(&self, lane: Lane) {
        loop {
            let batch = self.next_in(&lane);
            if batch.is_empty() {
                break;
            }
            self.deliver(batch, Some(&lane)).await;
        }
    }

    /// The next webhooks of the lane. An empty lane is forgotten in the same breath, so that nothing is added to a lane
    /// that nobody empties.
    fn next_in(&self, lane: &Lane) -> Vec<Webhook> {
        let mut lanes = lock(&self.0.lanes);
        let Some(queue) = lanes.get_mut(lane) else { return Vec::new() };
        let next: Vec<_> = queue.drain(..queue.len().min(self.size_of_batches(lane))).collect();
        if next.is_empty() {
            lanes.remove(lane);
        }
        next
    }

    fn size_of_batches(&self, lane: &Lane) -> usize {
        match lane {
            Lane::Together(_) if 1 < self.0.rules.batch => self.0.rules.batch.min(LARGEST_BATCH),
            Lane::Together(_) => LARGEST_BATCH,
            Lane::Phone(_) | Lane::Stranger(_) | Lane::Account => 1,
        }
    }

    /// Posts the batch until it is answered with 200, or until it is too old.
    async fn deliver(&self, mut batch: Vec<Webhook>, lane: Option<&Lane>) {
        self.post_impostors(&mut batch).await;
        let mut pause = self.0.rules.first_retry;
        while let Err(refusal) = self.attempt(&batch).await {
            tracing::debug!(refusal, "The webhook was not answered with 200 and is posted again");
            self.give_up_on_old(&mut batch);
            if batch.is_empty() {
                return;
            }
            self.wait(pause).await;
            pause = (pause * 2).min(self.0.rules.longest_retry);
            // What has come meanwhile travels along.
            if let Some(lane) = lane {
                self.fill(&mut batch, lane);
            }
        }
        self.0.waiting.fetch_sub(batch.len(), Ordering::Relaxed);
    }

    fn fill(&self, batch: &mut Vec<Webhook>, lane: &Lane) {
        let room = self.size_of_batches(lane).saturating_sub(batch.len());
        if let Some(queue) = lock(&self.0.lanes).get_mut(lane) {
            batch.extend(queue.drain(..queue.len().min(room)));
        }
    }

    fn give_up_on_old(&self, batch: &mut Vec<Webhook>) {
        let (now, patience) = ((self.0.now)(), self.0.rules.give_up_after.as_millis());
        batch.retain(|webhook| {
            let old = patience <= u128::try_from(now - webhook.since).unwrap_or_default();
            if old {
                self.0.waiting.fetch_sub(1, Ordering::Relaxed);
                lock(&self.0.ledger).given_up(webhook.line);
            }
            !old
        });
    }

    async fn attempt(&self, batch: &[Webhook]) -> Result<(), String> {
        let changes: Vec<&Change> = batch.iter().map(|webhook| &*webhook.change).collect();
        let body = bundle::body(&changes);
        if LARGEST_BODY < body.len() && 1 < batch.len() {
            let (one, other) = batch.split_at(batch.len() / 2);
            Box::pin(self.attempt(one)).await?;
            return Box::pin(self.attempt(other)).await;
        }
        let signature = signature::sign(&self.0.secret, &body);
        // A batch has one address: its lane does.
        let callback = changes.first().and_then(|change| change.callback.clone());
        let answer = self.request(callback, body, &signature).await;
        let mut ledger = lock(&self.0.ledger);
        batch.iter().for_each(|webhook| ledger.attempted(webhook.line, answer.as_ref().err().cloned()));
        answer
    }

    /// Each is posted once, whatever the answer.
    async fn post_impostors(&self, batch: &mut [Webhook]) {
        for webhook in batch {
            for (impostor, label) in std::mem::take(&mut webhook.impostors) {
                let line = lock(&self.0.ledger).webhook(&label, webhook.since);
                let (body, signature) = impostor.of(&webhook.change, &self.0.secret);
                let answer = self.request(webhook.change.callback.clone(), body, &signature).await;
                let mut ledger = lock(&self.0.ledger);
                ledger.attempted(line, answer.err());
                ledger.given_up(line);
            }
        }
    }

    async fn request(&self, callback: Option<Url>, body: Vec<u8>, signature: &str) -> Result<(), String> {
        let url = callback.or_else(|| self.0.url.borrow().clone());
        let url = url.ok_or("no webhook URL is set")?;
        let _slot = self.0.slots.acquire().await.map_err(|closed| closed.to_string())?;
        post::post(&self.0.client, url, body, signature).await
    }

    /// A new address is tried at once: a server under test may have come up on another port.
    async fn wait(&self, pause: Duration) {
        let mut url = self.0.url.subscribe();
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = url.changed() => {}
        }
    }
}

impl Webhook {
    fn preceded(mut self, mishap: Mishap, label: &Label) -> Self {
        if mishap.malformed {
            self.impostors.push((Impostor::Malformed, Label { what: "malformed".into(), ..label.clone() }));
        }
        if mishap.forged {
            self.impostors.push((Impostor::Forged, Label { what: "forged".into(), ..label.clone() }));
        }
        self
    }
}

impl Impostor {
    fn of(self, change: &Change, secret: &str) -> (Vec<u8>, String) {
        let mut body = bundle::body(&[change]);
        match self {
            Self::Malformed => {
                body.truncate(body.len() / 2);
                let signature = signature::sign(secret, &body);
                (body, signature)
            }
            Self::Forged => {
                let signature = signature::sign(&format!("not {secret}"), &body);
                (body, signature)
            }
        }
    }
}
