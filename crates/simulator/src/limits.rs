//! Meta's rates: one bucket a number, one a pair of number and person, one for calls about an account. They run on
//! machine time, because Meta's do: moving the business clock must not refill them.

use std::collections::HashMap;
use std::time::Instant;

use crate::codes::{self, Refusal};
use crate::settings::{Rate, Settings};

pub(crate) struct Limits {
    pair_rate: Option<Rate>,
    account_rate: Option<Rate>,
    accounts: HashMap<String, Bucket>,
    numbers: HashMap<String, Bucket>,
    pairs: HashMap<(String, String), Bucket>,
}

struct Bucket {
    tokens: f64,
    seen: Instant,
}

impl Limits {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            pair_rate: settings.pair_rate,
            account_rate: settings.account_rate,
            accounts: HashMap::new(),
            numbers: HashMap::new(),
            pairs: HashMap::new(),
        }
    }

    /// One call about an account: its templates, numbers or subscriptions.
    pub(crate) fn call(&mut self, account: &str, now: Instant) -> Result<(), Refusal> {
        if let Some(rate) = self.account_rate
            && !self.accounts.entry(account.into()).or_insert_with(|| Bucket::full(rate, now)).take(rate, now)
        {
            return Err(Refusal::of(codes::ACCOUNT_RATE, "too many calls about this account within the hour"));
        }
        Ok(())
    }

    /// A message that a number receives: it takes room from what the number may send, and is never refused.
    pub(crate) fn hear(&mut self, number: &str, number_rate: Option<Rate>, now: Instant) {
        if let Some(rate) = number_rate {
            self.numbers.entry(number.into()).or_insert_with(|| Bucket::full(rate, now)).take(rate, now);
        }
    }

    /// One message: of what the number may send, which changes, and of what the pair may.
    pub(crate) fn take(
        &mut self,
        number: &str,
        number_rate: Option<Rate>,
        person: &str,
        now: Instant,
    ) -> Result<(), Refusal> {
        if let Some(rate) = number_rate
            && !self.numbers.entry(number.into()).or_insert_with(|| Bucket::full(rate, now)).take(rate, now)
        {
            return Err(Refusal::of(codes::NUMBER_RATE, "this number sends faster than its throughput"));
        }
        let pair = (number.to_owned(), person.to_owned());
        if let Some(rate) = self.pair_rate
            && !self.pairs.entry(pair).or_insert_with(|| Bucket::full(rate, now)).take(rate, now)
        {
            return Err(Refusal::of(codes::PAIR_RATE, "too many messages from this number to this person"));
        }
        Ok(())
    }
}

impl Bucket {
    fn full(rate: Rate, now: Instant) -> Self {
        Self { tokens: rate.burst, seen: now }
    }

    fn take(&mut self, rate: Rate, now: Instant) -> bool {
        let gained = now.saturating_duration_since(self.seen).as_secs_f64() * rate.per_second;
        self.tokens = (self.tokens + gained).min(rate.burst);
        self.seen = now;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_pair_may_burst_to_45_messages_and_then_waits_six_seconds_for_each() {
        let mut limits = Limits::new(&Settings::default());
        let start = Instant::now();
        assert!((0..45).all(|_| limits.take("n", Some(Rate::NUMBER), "ana", start).is_ok()));
        assert_eq!(limits.take("n", Some(Rate::NUMBER), "ana", start).unwrap_err().code, codes::PAIR_RATE);
        assert!(limits.take("n", Some(Rate::NUMBER), "luis", start).is_ok());

        let later = start + Duration::from_secs(7);
        assert!(limits.take("n", Some(Rate::NUMBER), "ana", later).is_ok());
        assert!(limits.take("n", Some(Rate::NUMBER), "ana", later).is_err());
    }

    #[test]
    fn a_number_sends_eighty_messages_a_second() {
        let mut limits = Limits::new(&Settings::default());
        let start = Instant::now();
        assert!((0..80).all(|person| limits.take("n", Some(Rate::NUMBER), &person.to_string(), start).is_ok()));
        assert_eq!(limits.take("n", Some(Rate::NUMBER), "one more", start).unwrap_err().code, codes::NUMBER_RATE);
        assert!(limits.take("n", Some(Rate::NUMBER), "one more", start + Duration::from_millis(100)).is_ok());
    }

    #[test]
    fn the_throughput_of_a_number_includes_what_it_receives() {
        let mut limits = Limits::new(&Settings::default());
        let start = Instant::now();
        (0..79).for_each(|_| limits.hear("n", Some(Rate::NUMBER), start));
        assert!(limits.take("n", Some(Rate::NUMBER), "ana", start).is_ok());
        limits.hear("n", Some(Rate::NUMBER), start);
        assert_eq!(limits.take("n", Some(Rate::NUMBER), "ana", start).unwrap_err().code, codes::NUMBER_RATE);
    }
}
