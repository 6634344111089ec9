//! WhatsApp's limits as token buckets: so many messages a second for a number, one in six seconds for a number and a person.
//!
//! Source: Meta's pages on throughput and pair rate limits: 80 a second by default; 1 in 6 s for a pair, with bursts of up to 45 that
//! are paid back.
//!
//! Several nodes share the rate of a number in equal parts: each has a bucket for its own part, so that no message needs to ask another
//! node. What one of them does not use, another does not get; but all take from one outbox, so as long as there is more to send than may
//! leave, each finds its part in it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use domain::ids::{ChannelId, ConversationId};

use crate::channels::LiveChannel;

const PAIR_BURST: f64 = 45.0;
const PAIR_A_SECOND: f64 = 1.0 / 6.0;
/// Buckets kept before the full ones, which say nothing, are thrown away.
const MOST_PAIRS: usize = 50_000;

/// All buckets of this process.
#[derive(Debug, Default)]
pub(super) struct Rates {
    numbers: HashMap<ChannelId, Bucket>,
    pairs: HashMap<ConversationId, Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
    most: f64,
    a_second: f64,
}

impl Rates {
    /// Takes one message's worth from both buckets, or from neither and says how long to wait.
    /// The bucket of the number is that of one of so many nodes.
    pub(super) fn take(
        &mut self,
        channel: &LiveChannel,
        pair: ConversationId,
        nodes: usize,
        now: Instant,
    ) -> Result<(), Duration> {
        if MOST_PAIRS < self.pairs.len() {
            self.pairs.retain(|_, bucket| !bucket.is_full(now));
        }
        let rate = f64::from(channel.messages_per_second) / nodes.max(1) as f64;
        let number = self.numbers.entry(channel.id).or_insert_with(|| Bucket::of_number(rate, nodes, now));
        number.becomes(rate, now);
        let pair = self.pairs.entry(pair).or_insert_with(|| Bucket::full(PAIR_BURST, PAIR_A_SECOND, now));
        number.wait(now).max(pair.wait(now)).map_or(Ok(()), Err)?;
        number.tokens -= 1.0;
        pair.tokens -= 1.0;
        Ok(())
    }

    /// Takes nothing from a pair for a while, because WhatsApp said so.
    pub(super) fn pause_pair(&mut self, pair: ConversationId, wait: Duration, now: Instant) {
        let bucket = self.pairs.entry(pair).or_insert_with(|| Bucket::full(PAIR_BURST, PAIR_A_SECOND, now));
        bucket.empty_for(wait, now);
    }

    /// Takes nothing from a number for a while, because WhatsApp said so.
    pub(super) fn pause_number(&mut self, channel: &LiveChannel, wait: Duration, now: Instant) {
        let rate = f64::from(channel.messages_per_second);
        self.numbers.entry(channel.id).or_insert_with(|| Bucket::full(rate, rate, now)).empty_for(wait, now);
    }
}

impl Bucket {
    /// That of a number. Whoever joins others begins with one message: they may have used up the second, and count this node only from
    /// the next one on.
    fn of_number(rate: f64, nodes: usize, now: Instant) -> Self {
        let full = Self::full(rate.max(1.0), rate, now);
        if nodes < 2 { full } else { Self { tokens: 1.0, ..full } }
    }

    /// Goes on with another part of the rate.
    fn becomes(&mut self, a_second: f64, now: Instant) {
        if self.a_second != a_second {
            self.fill(now);
            (self.most, self.a_second) = (a_second.max(1.0), a_second);
            self.tokens = self.tokens.min(self.most);
        }
    }

    fn full(most: f64, a_second: f64, now: Instant) -> Self {
        Self { tokens: most, filled: now, most, a_second }
    }

    fn fill(&mut self, now: Instant) {
        let gained = now.saturating_duration_since(self.filled).as_secs_f64() * self.a_second;
        self.tokens = (self.tokens + gained).min(self.most);
        self.filled = now;
    }

    /// The next whole token is there after `wait`, and not before.
    fn empty_for(&mut self, wait: Duration, now: Instant) {
        self.fill(now);
        self.tokens = self.tokens.min(1.0 - wait.as_secs_f64() * self.a_second);
    }

    fn is_full(&self, now: Instant) -> bool {
        let gained = now.saturating_duration_since(self.filled).as_secs_f64() * self.a_second;
        self.most <= self.tokens + gained
    }

    /// How long until there is a whole token; nothing if there is one.
    fn wait(&mut self, now: Instant) -> Option<Duration> {
        self.fill(now);
        let missing = 1.0 - self.tokens;
        (0.0 < missing).then(|| Duration::from_secs_f64((missing / self.a_second).max(0.001)))
    }
}

#[cfg(test)]
mod tests {
    use domain::Region;
    use domain::ids::WorkspaceId;
    use uuid::Uuid;
    use whatsapp::client::Timeouts;
    use whatsapp::{Client, Secret};

    use super::*;

    fn channel(messages_per_second: u32) -> LiveChannel {
        LiveChannel {
            workspace: WorkspaceId(Uuid::nil()),
            id: ChannelId(Uuid::nil()),
            phone_number_id: "1".to_owned(),
            waba_id: "1".to_owned(),
            display_phone_number: "1".to_owned(),
            region: Region::MX,
            app_secrets: Vec::new(),
            verify_token: Secret::new(""),
            client: Client::new("http://127.0.0.1:1/v25.0", &Secret::new("t"), Timeouts::default()).unwrap(),
            messages_per_second,
        }
    }

    fn pair(n: u128) -> ConversationId {
        ConversationId(Uuid::from_u128(n))
    }

    #[test]
    fn a_number_sends_so_many_messages_a_second_and_no_more() {
        let (mut rates, channel, start) = (Rates::default(), channel(20), Instant::now());
        let taken = (0..30).filter(|n| rates.take(&channel, pair(*n), 1, start).is_ok()).count();
        assert_eq!(taken, 20);
        assert!(rates.take(&channel, pair(99), 1, start + Duration::from_millis(60)).is_ok());
    }

    #[test]
    fn nodes_share_the_rate_of_a_number_from_the_moment_they_know_of_each_other() {
        let (channel, start) = (channel(20), Instant::now());
        let (mut first, mut second) = (Rates::default(), Rates::default());
        let taken = |rates: &mut Rates, nodes, at| {
            (0..30).filter(|n| rates.take(&channel, pair(*n), nodes, at).is_ok()).count()
        };
        assert_eq!(taken(&mut first, 1, start), 20);
        assert_eq!(taken(&mut second, 2, start), 1, "what the first one may have used up is not there for it");
        let later = start + Duration::from_millis(1_010);
        assert_eq!((taken(&mut first, 2, later), taken(&mut second, 2, later)), (10, 10));
        let alone = later + Duration::from_millis(1_010);
        assert_eq!(taken(&mut second, 1, alone), 10, "a part that grows is not there at once");
        assert_eq!(taken(&mut second, 1, alone + Duration::from_secs(2)), 20);
    }

    #[test]
    fn a_number_that_whatsapp_slows_rests_as_a_whole() {
        let (mut rates, channel, start) = (Rates::default(), channel(20), Instant::now());
        rates.pause_number(&channel, Duration::from_secs(2), start);
        assert!(rates.take(&channel, pair(1), 1, start + Duration::from_millis(1900)).is_err());
        assert!(rates.take(&channel, pair(2), 1, start + Duration::from_millis(2010)).is_ok());
    }

    #[test]
    fn a_burst_of_45_to_one_person_is_paid_back_at_one_in_six_seconds() {
        let (mut rates, channel, start) = (Rates::default(), channel(1000), Instant::now());
        let taken = (0..60).filter(|_| rates.take(&channel, pair(1), 1, start).is_ok()).count();
        assert_eq!(taken, 45);
        let wait = rates.take(&channel, pair(1), 1, start).unwrap_err();
        assert!(Duration::from_secs(5) < wait && wait <= Duration::from_secs(6), "{wait:?}");
        assert!(rates.take(&channel, pair(2), 1, start).is_ok(), "another person is not slowed");
    }
}
