//! How webhooks are posted.

use std::time::Duration;

/// How webhooks are posted.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// The version of the Graph API that the app subscribed with. Before 24, statuses name the conversation that they
    /// belong to.
    pub graph_version: u16,
    /// Keeps the order of what concerns one phone. Meta promises none; a demo reads better with it.
    pub ordered: bool,
    /// The pause before the first retry; each further one is twice as long.
    pub first_retry: Duration,
    /// The longest pause between two retries.
    pub longest_retry: Duration,
    /// For how long, in business time, one is posted again and again.
    pub give_up_after: Duration,
    /// Up to how many changes travel in one body. Meta sends up to 1,000; whoever reads only the first loses the rest.
    pub batch: usize,
    /// How long a change waits for others when they travel together.
    pub batch_wait: Duration,
    /// How many are posted at once.
    pub at_once: usize,
    /// How many may wait; beyond it a webhook is dropped, and the ledger says so.
    pub capacity: usize,
    /// How long the server under test may take to answer.
    pub timeout: Duration,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            graph_version: 25,
            ordered: true,
            first_retry: Duration::from_millis(200),
            longest_retry: Duration::from_secs(30),
            give_up_after: Duration::from_hours(7 * 24),
            batch: 1,
            batch_wait: Duration::from_millis(20),
            at_once: 64,
            capacity: 200_000,
            timeout: Duration::from_secs(10),
        }
    }
}
