//! The queue of webhooks. A lane posts one after the other; many lanes post at once over kept-alive connections.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, Url};
use tokio::sync::{Semaphore, oneshot, watch};

use super::{Label, Lane, signature};
use crate::error::Error;
use crate::faults::Mishap;
use crate::ledger::Book;
use crate::platform::lock;
use crate::random::Random;
use crate::settings::{Settings, WebhookSettings};
use crate::tasks::Tasks;

const LONGEST_DISORDER: u64 = 150; // milliseconds: long enough for two later webhooks to overtake

/// Resolves when the webhook has been answered with 200, or dropped.
pub(crate) type Receipt = oneshot::Receiver<()>;

#[derive(Clone)]
pub(crate) struct Courier(Arc<Inner>);

struct Inner {
    client: Client,
    secret: String,
    rules: WebhookSettings,
    allow_remote: bool,
    url: watch::Sender<Option<Url>>,
    lanes: Mutex<HashMap<Lane, VecDeque<Webhook>>>,
    waiting: AtomicUsize,
    slots: Semaphore,
    ledger: Arc<Mutex<Book>>,
    random: Arc<Random>,
    tasks: Tasks,
}

struct Webhook {
    body: Arc<[u8]>,
    signature: String,
    line: usize,
    /// Dropped with the webhook, which resolves the receipt.
    _receipt: Option<oneshot::Sender<()>>,
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
            client: http_client(rules.timeout)?,
            secret: settings.app_secret.clone(),
            allow_remote: settings.allow_remote,
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
        let url = self.checked(url)?;
        self.0.url.send_replace(Some(url));
        Ok(())
    }

    fn checked(&self, raw: &str) -> Result<Url, Error> {
        let url = Url::parse(raw).map_err(|_| Error::WebhookUrl(raw.into()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::WebhookUrl(raw.into()));
        }
        if !self.0.allow_remote && !is_loopback(&url) {
            return Err(Error::NotLoopback { what: "the webhook URL", value: raw.into() });
        }
        Ok(url)
    }

    /// Meta's handshake: the server must know the token and repeat the challenge.
    pub(crate) async fn verify(&self, token: &str) -> Result<(), Error> {
        let Some(mut url) = self.0.url.borrow().clone() else {
            return Err(Error::Unverified("no webhook URL is set".into()));
        };
        let challenge = self.0.random.next().to_string();
        url.query_pairs_mut()
            .append_pair("hub.mode", "subscribe")
            .append_pair("hub.challenge", &challenge)
            .append_pair("hub.verify_token", token);
        let response = self.0.client.get(url).send().await?;
        let (status, body) = (response.status(), response.text().await?);
        if status != StatusCode::OK {
            return Err(Error::Unverified(format!("it answered {status}")));
        }
        if body != challenge {
            return Err(Error::Unverified("it did not repeat the challenge".into()));
        }
        Ok(())
    }

    pub(crate) fn post(&self, lane: Lane, label: Label, body: Vec<u8>, mishap: Mishap, now: i64) -> Receipt {
        let (done, receipt) = oneshot::channel();
        let signature = signature::sign(&self.0.secret, &body);
        let body: Arc<[u8]> = body.into();
        let first = self.webhook(&label, &body, &signature, now, Some(done));
        if mishap.disorder || !self.0.rules.ordered {
            let pause = if mishap.disorder { self.0.random.below(LONGEST_DISORDER) } else { 0 };
            self.post_alone(first, Duration::from_millis(pause));
        } else {
            self.post_in_lane(lane, first);
        }
        if mishap.duplicate {
            let pause = Duration::from_millis(self.0.random.below(LONGEST_DISORDER));
            self.post_alone(self.webhook(&label, &body, &signature, now, None), pause);
        }
        receipt
    }

    fn webhook(
        &self,
        label: &Label,
        body: &Arc<[u8]>,
        signature: &str,
        now: i64,
        receipt: Option<oneshot::Sender<()>>,
    ) -> Option<Webhook> {
        let line = lock(&self.0.ledger).webhook(label, now);
        if self.0.rules.capacity <= self.0.waiting.fetch_add(1, Ordering::Relaxed) {
            self.0.waiting.fetch_sub(1, Ordering::Relaxed);
            lock(&self.0.ledger).dropped(line);
            return None;
        }
        Some(Webhook { body: Arc::clone(body), signature: signature.into(), line, _receipt: receipt })
    }

    fn post_alone(&self, webhook: Option<Webhook>, pause: Duration) {
        let Some(webhook) = webhook else { return };
        let courier = self.clone();
        self.0.tasks.spawn(async move {
            tokio::time::sleep(pause).await;
            courier.deliver(webhook).await;
        });
    }

    fn post_in_lane(&self, lane: Lane, webhook: Option<Webhook>) {
        let Some(webhook) = webhook else { return };
        match lock(&self.0.lanes).entry(lane.clone()) {
            Entry::Occupied(mut busy) => busy.get_mut().push_back(webhook),
            Entry::Vacant(idle) => {
                idle.insert(VecDeque::from([webhook]));
                let courier = self.clone();
                self.0.tasks.spawn(async move { courier.empty(lane).await });
            }
        }
    }

    async fn empty(&self, lane: Lane) {
        while let Some(webhook) = self.next_in(&lane) {
            self.deliver(webhook).await;
        }
    }

    /// The next webhook of the lane. An empty lane is forgotten in the same breath, so that nothing is added to a lane
    /// that nobody empties.
    fn next_in(&self, lane: &Lane) -> Option<Webhook> {
        let mut lanes = lock(&self.0.lanes);
        let next = lanes.get_mut(lane)?.pop_front();
        if next.is_none() {
            lanes.remove(lane);
        }
        next
    }

    async fn deliver(&self, webhook: Webhook) {
        let mut pause = self.0.rules.first_retry;
        while let Err(refusal) = self.attempt(&webhook).await {
            tracing::debug!(refusal, "The webhook was not answered with 200 and is posted again");
            self.wait(pause).await;
            pause = (pause * 2).min(self.0.rules.longest_retry);
        }
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    async fn attempt(&self, webhook: &Webhook) -> Result<(), String> {
        let Some(url) = self.0.url.borrow().clone() else { return Err("no webhook URL is set".into()) };
        let answer = self.request(url, webhook).await;
        lock(&self.0.ledger).attempted(webhook.line, answer.as_ref().err().cloned());
        answer
    }

    async fn request(&self, url: Url, webhook: &Webhook) -> Result<(), String> {
        let _slot = self.0.slots.acquire().await.map_err(|closed| closed.to_string())?;
        let body: Vec<u8> = webhook.body.to_vec();
        let request = self.0.client.post(url).header(CONTENT_TYPE, "application/json");
        let request = request.header("X-Hub-Signature-256", &webhook.signature).body(body);
        let response = request.send().await.map_err(|error| error.to_string())?;
        let status = response.status();
        // The connection is kept only when the body has been read.
        drop(response.bytes().await);
        if status == StatusCode::OK { Ok(()) } else { Err(status.to_string()) }
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

/// A client for loopback: no proxy, no redirects.
pub(crate) fn http_client(timeout: Duration) -> Result<Client, Error> {
    // Fails only when a provider is already installed, which is what is wanted.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(timeout);
    Ok(client.build()?)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
