//! How often one may try to sign in: a few times, then after longer and longer waits, for an account and from an address.
//! Counted in the database before the password is looked at, so that it holds for tries at once and on all nodes.

use std::net::IpAddr;

use sha2::{Digest, Sha256};
use store::{TriesRow, Tx};

const MINUTE_MS: i64 = 60_000;
const LONGEST_WAIT_MS: i64 = 15 * MINUTE_MS;
const FORGOTTEN_MS: i64 = 24 * 60 * MINUTE_MS;
/// Wrong passwords for one account: who mistypes needs three, who guesses needs thousands.
const FREE_FOR_ACCOUNT: i64 = 5;
/// From one address: an office of many people may share one.
const FREE_FROM_ADDRESS: i64 = 30;

/// One try: for which account, from where.
#[derive(Debug, Clone)]
pub(crate) struct Try {
    account: Vec<u8>,
    address: Vec<u8>,
}

/// What became of counting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It may go on. If it fails, it was this many in a row for the account.
    Goes(i64),
    /// Too many were before it: for so many milliseconds there is no other.
    Waits(i64),
}

impl Try {
    pub(crate) fn new(email: &str, address: IpAddr) -> Self {
        let network = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            // Whoever has one address of version 6 has the 2^64 beside it, too.
            IpAddr::V6(address) => address.octets()[..8].to_vec(),
        };
        Self { account: named("account", email.as_bytes()), address: named("address", &network) }
    }

    /// The names under which no two tries are counted at once.
    pub(crate) fn locks(&self) -> Vec<i64> {
        [&self.account, &self.address].into_iter().map(|hash| lock(hash)).collect()
    }

    /// Counts it as one in vain, unless there were too many.
    pub(crate) fn count(&self, tx: &mut Tx<'_>, now: i64) -> store::Result<Counted> {
        let (account, address) = (tx.sign_in_tries(&self.account)?, tx.sign_in_tries(&self.address)?);
        let blocked = account.blocked_until.max(address.blocked_until);
        if now < blocked {
            return Ok(Counted::Waits(blocked - now));
        }
        let account = one_more(account, FREE_FOR_ACCOUNT, now);
        tx.set_sign_in_tries(&self.account, account)?;
        tx.set_sign_in_tries(&self.address, one_more(address, FREE_FROM_ADDRESS, now))?;
        Ok(Counted::Goes(account.tries))
    }

    /// It was not in vain: the account begins anew, and the address has one less.
    pub(crate) fn succeed(&self, tx: &mut Tx<'_>) -> store::Result<()> {
        tx.clear_sign_in_tries(&self.account)?;
        let address = tx.sign_in_tries(&self.address)?;
        tx.set_sign_in_tries(&self.address, TriesRow { tries: (address.tries - 1).max(0), blocked_until: 0, ..address })
    }
}

/// From this many wrong tries in a row on, somebody should know.
pub(crate) fn is_worth_a_notice(tries: i64) -> bool {
    tries == FREE_FOR_ACCOUNT
}

/// Before this, nobody was counted who still is.
pub(crate) fn forgotten_before(now: i64) -> i64 {
    now - FORGOTTEN_MS
}

fn one_more(before: TriesRow, free: i64, now: i64) -> TriesRow {
    let tries = if before.last_at < forgotten_before(now) { 1 } else { before.tries + 1 };
    let doubled = u32::try_from((tries - free).clamp(0, 10)).unwrap_or(0);
    let wait = if tries < free { 0 } else { (MINUTE_MS << doubled).min(LONGEST_WAIT_MS) };
    TriesRow { tries, last_at: now, blocked_until: now + wait }
}

fn named(what: &str, of: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(what.as_bytes());
    hash.update([0]);
    hash.update(of);
    hash.finalize().to_vec()
}

fn lock(hash: &[u8]) -> i64 {
    hash.first_chunk::<8>().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_wrong_try_makes_one_wait_and_each_further_one_twice_as_long() {
        let (mut tries, mut now, mut waits) = (TriesRow::default(), FORGOTTEN_MS, Vec::new());
        for _ in 0..11 {
            tries = one_more(tries, FREE_FOR_ACCOUNT, now);
            waits.push((tries.blocked_until - now) / MINUTE_MS);
            now = tries.blocked_until;
        }
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]);
        assert_eq!(one_more(tries, FREE_FOR_ACCOUNT, now + FORGOTTEN_MS + 1).tries, 1);
    }
}
