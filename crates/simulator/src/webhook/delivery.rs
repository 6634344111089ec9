//! One batch: posted, repeated until it is answered with 200 or too old, with what came meanwhile.

use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Url;

use super::queue::{Courier, Webhook};
use super::{Change, Lane, bundle, post, signature};
use crate::platform::lock;

const LARGEST_BODY: usize = 3_000_000; // bytes

impl Courier {
    /// Posts the batch until it is answered with 200, or until it is too old.
    pub(super) async fn deliver(&self, mut batch: Vec<Webhook>, lane: Option<&Lane>) {
        self.post_impostors(&mut batch).await;
        let mut pause = self.0.rules.first_retry;
        while let Err(refusal) = self.attempt(&batch).await {
            tracing::debug!(refusal, "The webhook was not answered with 200 and is posted again");
            self.give_up_on_old(&mut batch);
            if batch.is_empty() {
                return;
            }
            self.wait(pause).await;
            pause = longer(pause, self.0.rules.longest_retry);
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

/// Each pause is twice as long as the one before.
fn longer(pause: Duration, longest: Duration) -> Duration {
    (pause * 2).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::WebhookSettings;

    #[test]
    fn retries_come_with_decreasing_frequency_down_to_one_in_half_a_minute() {
        let WebhookSettings { first_retry, longest_retry, .. } = WebhookSettings::default();
        let pauses = std::iter::successors(Some(first_retry), |pause| Some(longer(*pause, longest_retry)));
        let milliseconds: Vec<u128> = pauses.take(10).map(|pause| pause.as_millis()).collect();
        assert_eq!(milliseconds, [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
    }
}
