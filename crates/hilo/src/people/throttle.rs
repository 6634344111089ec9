//! How often one may try: a few times, then after longer and longer waits. Counted in the database before anything is looked at, so
//! that it holds for tries at once and on all nodes.

use std::net::IpAddr;

use domain::ids::UserId;
use sha2::{Digest, Sha256};
use store::{TriesRow, Tx};

use super::pass;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const FORGOTTEN_MS: i64 = 24 * HOUR_MS;

/// When one has to wait, how long at most, and when it is forgotten.
#[derive(Debug, Clone, Copy)]
struct Limit {
    free: i64,
    longest_wait_ms: i64,
    forgotten_ms: i64,
}

/// Passwords for one account from one network: who mistypes needs three, who guesses needs thousands.
const OF_ACCOUNT_FROM_NETWORK: Limit = Limit { free: 5, longest_wait_ms: 15 * MINUTE_MS, forgotten_ms: FORGOTTEN_MS };
/// For one account from everywhere: whoever wants to keep somebody out needs many networks, and goes on needing them.
const OF_ACCOUNT: Limit = Limit { free: 100, longest_wait_ms: 15 * MINUTE_MS, forgotten_ms: HOUR_MS };
/// From one network: an office of many people may share one.
const FROM_NETWORK: Limit = Limit { free: 30, longest_wait_ms: 15 * MINUTE_MS, forgotten_ms: HOUR_MS };
/// Codes: the wait is over before the pass is, for whoever gave the right password.
const OF_CODES: Limit = Limit { free: 5, longest_wait_ms: pass::LIVES_MS - MINUTE_MS, forgotten_ms: FORGOTTEN_MS };
/// Passwords of somebody who is signed in.
const OF_PROOFS: Limit = Limit { free: 5, longest_wait_ms: 15 * MINUTE_MS, forgotten_ms: FORGOTTEN_MS };

/// One try, in all the places where it counts: first where it is about one account, and last for the network.
#[derive(Debug, Clone)]
pub(crate) struct Try {
    own: Counter,
    shared: Vec<Counter>,
}

#[derive(Debug, Clone)]
struct Counter {
    whose: Vec<u8>,
    limit: Limit,
}

/// What became of counting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It may go on. If it fails and this says so, it was so many in a row that somebody should know.
    Goes(Option<i64>),
    /// Too many were before it: for so many milliseconds there is no other.
    Waits(i64),
}

impl Try {
    /// A password, for an account, from an address.
    pub(crate) fn of_password(email: &str, address: IpAddr) -> Self {
        let network = network(address);
        let shared = vec![
            Counter { whose: of_account(email), limit: OF_ACCOUNT },
            Counter { whose: named("address", &network), limit: FROM_NETWORK },
        ];
        let whose = [of_account(email), network].concat();
        Self { own: Counter { whose, limit: OF_ACCOUNT_FROM_NETWORK }, shared }
    }

    /// A code, after the right password.
    pub(crate) fn of_code(user: UserId) -> Self {
        Self { own: Counter { whose: of_codes(user), limit: OF_CODES }, shared: Vec::new() }
    }

    /// The password of somebody who is signed in, to show that it is them.
    pub(crate) fn of_proof(user: UserId) -> Self {
        Self { own: Counter { whose: of_proofs(user), limit: OF_PROOFS }, shared: Vec::new() }
    }

    /// The names under which no two tries are counted at once.
    pub(crate) fn locks(&self) -> Vec<i64> {
        self.counters().map(|counter| lock(&counter.whose)).collect()
    }

    fn counters(&self) -> impl Iterator<Item = &Counter> {
        [&self.own].into_iter().chain(&self.shared)
    }

    /// Counts it as one in vain, unless there were too many.
    pub(crate) fn count(&self, tx: &mut Tx<'_>, now: i64) -> store::Result<Counted> {
        let mut tries = Vec::new();
        for Counter { whose, limit } in self.counters() {
            tries.push((whose, *limit, tx.sign_in_tries(whose)?));
        }
        let blocked = tries.iter().map(|(.., row)| row.blocked_until).max().unwrap_or_default();
        if now < blocked {
            return Ok(Counted::Waits(blocked - now));
        }
        let mut noteworthy = None;
        for (whose, limit, before) in tries {
            let counted = one_more(before, limit, now);
            tx.set_sign_in_tries(whose, counted)?;
            if *whose == self.own.whose && counted.tries == limit.free {
                noteworthy = Some(counted.tries);
            }
        }
        Ok(Counted::Goes(noteworthy))
    }

    /// It was not in vain: its own row of tries begins anew, and what others share has one less.
    pub(crate) fn succeed(&self, tx: &mut Tx<'_>) -> store::Result<()> {
        tx.clear_sign_in_tries(&self.own.whose)?;
        for Counter { whose, .. } in &self.shared {
            let row = tx.sign_in_tries(whose)?;
            tx.set_sign_in_tries(whose, TriesRow { tries: (row.tries - 1).max(0), blocked_until: 0, ..row })?;
        }
        Ok(())
    }
}

/// Lets somebody try anew from everywhere: a link showed that it is them.
pub(crate) fn begin_anew(tx: &mut Tx<'_>, email: &str, user: UserId) -> store::Result<()> {
    tx.clear_sign_in_tries_beginning(&of_account(email))?;
    tx.clear_sign_in_tries(&of_codes(user))?;
    tx.clear_sign_in_tries(&of_proofs(user))
}

/// Before this, nobody was counted who still is.
pub(crate) fn forgotten_before(now: i64) -> i64 {
    now - FORGOTTEN_MS
}

fn one_more(before: TriesRow, limit: Limit, now: i64) -> TriesRow {
    let tries = if before.last_at < now - limit.forgotten_ms { 1 } else { before.tries + 1 };
    let doubled = u32::try_from((tries - limit.free).clamp(0, 10)).unwrap_or(0);
    let wait = if tries < limit.free { 0 } else { (MINUTE_MS << doubled).min(limit.longest_wait_ms) };
    TriesRow { tries, last_at: now, blocked_until: now + wait }
}

/// Whoever has one address of version 6 has the 2^64 beside it, too.
fn network(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

/// What all that is counted for the account begins with.
fn of_account(email: &str) -> Vec<u8> {
    named("account", email.as_bytes())
}

fn of_codes(user: UserId) -> Vec<u8> {
    named("code", user.0.as_bytes())
}

fn of_proofs(user: UserId) -> Vec<u8> {
    named("proof", user.0.as_bytes())
}

fn named(what: &str, of: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(what.as_bytes());
    hash.update([0]);
    hash.update(of);
    hash.finalize().to_vec()
}

fn lock(whose: &[u8]) -> i64 {
    whose.first_chunk::<8>().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(limit: Limit) -> Vec<i64> {
        let (mut tries, mut now, mut waits) = (TriesRow::default(), FORGOTTEN_MS, Vec::new());
        for _ in 0..11 {
            tries = one_more(tries, limit, now);
            waits.push((tries.blocked_until - now) / MINUTE_MS);
            now = tries.blocked_until;
        }
        assert_eq!(one_more(tries, limit, now + limit.forgotten_ms + 1).tries, 1, "forgotten");
        waits
    }

    #[test]
    fn the_fifth_wrong_try_makes_one_wait_and_each_further_one_twice_as_long() {
        assert_eq!(waits(OF_ACCOUNT_FROM_NETWORK), [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]);
    }

    #[test]
    fn nobody_waits_for_a_code_longer_than_their_pass_is_good() {
        assert_eq!(waits(OF_CODES), [0, 0, 0, 0, 1, 2, 4, 4, 4, 4, 4]);
    }
}
