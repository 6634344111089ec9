//! The queue of webhooks. A lane posts one body after the other; many lanes post at once over kept-alive connections.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Client, Url};
use tokio::sync::{Semaphore, oneshot, watch};

use super::impostor::Impostor;
use super::{Change, Label, Lane, post};
use crate::error::Error;
use crate::faults::Mishap;
use crate::ledger::Book;
use crate::platform::lock;
use crate::random::Random;
use crate::settings::{BusinessTime, Settings, WebhookSettings};
use crate::tasks::Tasks;

const LONGEST_DISORDER: u64 = 150; // milliseconds: long enough for two later webhooks to overtake
const LARGEST_BATCH: usize = 1_000; // changes

/// Resolves when the webhook has been answered with 200, or dropped.
pub(crate) type Receipt = oneshot::Receiver<()>;

/// Resolved at once.
pub(crate) fn nothing_posted() -> Receipt {
    oneshot::channel().1
}

#[derive(Clone)]
pub(crate) struct Courier(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) client: Client,
    pub(super) secret: String,
    pub(super) rules: WebhookSettings,
    allow_remote: bool,
    pub(super) now: BusinessTime,
    pub(super) url: watch::Sender<Option<Url>>,
    pub(super) lanes: Mutex<HashMap<Lane, VecDeque<Webhook>>>,
    pub(super) waiting: AtomicUsize,
    pub(super) slots: Semaphore,
    pub(super) ledger: Arc<Mutex<Book>>,
    random: Arc<Random>,
    tasks: Tasks,
}

pub(super) struct Webhook {
    pub(super) change: Arc<Change>,
    pub(super) line: usize,
    /// Business time at which it came about.
    pub(super) since: i64,
    /// What is posted before it, under its own label.
    pub(super) impostors: Vec<(Impostor, Label)>,
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

    pub(super) fn size_of_batches(&self, lane: &Lane) -> usize {
        match lane {
            Lane::Together(_) if 1 < self.0.rules.batch => self.0.rules.batch.min(LARGEST_BATCH),
            Lane::Together(_) => LARGEST_BATCH,
            Lane::Phone(_) | Lane::Stranger(_) | Lane::Account => 1,
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
