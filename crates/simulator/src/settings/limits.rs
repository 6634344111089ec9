//! How much a business may send: token buckets, and the people it may write to first.

use serde::{Deserialize, Serialize};

/// How many people a portfolio may write to, outside their windows, within 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessagingLimit {
    /// 250: a new portfolio.
    #[serde(rename = "TIER_250")]
    Tier250,
    /// 2,000: a verified business.
    #[serde(rename = "TIER_2K")]
    Tier2K,
    /// 10,000.
    #[serde(rename = "TIER_10K")]
    Tier10K,
    /// 100,000.
    #[serde(rename = "TIER_100K")]
    Tier100K,
    /// No limit.
    #[serde(rename = "TIER_UNLIMITED")]
    Unlimited,
}

impl MessagingLimit {
    /// As Graph spells it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Tier250 => "TIER_250",
            Self::Tier2K => "TIER_2K",
            Self::Tier10K => "TIER_10K",
            Self::Tier100K => "TIER_100K",
            Self::Unlimited => "TIER_UNLIMITED",
        }
    }

    /// Of Graph's spelling; there are words for numbers that have no limit yet.
    pub(crate) fn read(word: &str) -> Option<Self> {
        let all = [Self::Tier250, Self::Tier2K, Self::Tier10K, Self::Tier100K, Self::Unlimited];
        all.into_iter().find(|limit| limit.word() == word)
    }

    /// The one above it.
    pub(crate) fn next(self) -> Option<Self> {
        match self {
            Self::Tier250 => Some(Self::Tier2K),
            Self::Tier2K => Some(Self::Tier10K),
            Self::Tier10K => Some(Self::Tier100K),
            Self::Tier100K => Some(Self::Unlimited),
            Self::Unlimited => None,
        }
    }

    pub(crate) fn people(self) -> usize {
        match self {
            Self::Tier250 => 250,
            Self::Tier2K => 2_000,
            Self::Tier10K => 10_000,
            Self::Tier100K => 100_000,
            Self::Unlimited => usize::MAX,
        }
    }
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many messages a second it regains.
    pub per_second: f64,
    /// How many it holds when full.
    pub burst: f64,
}

impl Rate {
    /// What Meta gives every number: 80 messages a second.
    pub const NUMBER: Self = Self { per_second: 80.0, burst: 80.0 };
    /// What Meta gives an account with a registered number: 5,000 calls an hour.
    pub const ACCOUNT: Self = Self { per_second: 5_000.0 / 3_600.0, burst: 5_000.0 };
    /// What Meta gives a number that is used in the phone app too: 20 messages a second, whatever it sends.
    pub const BESIDE_THE_APP: Self = Self { per_second: 20.0, burst: 20.0 };
    /// What Meta gives a number after its upgrade.
    pub const UPGRADED: Self = Self { per_second: 1_000.0, burst: 1_000.0 };
    /// What Meta lets a number send one person: one message in six seconds, 45 of them borrowed from the future.
    pub const PAIR: Self = Self { per_second: 1.0 / 6.0, burst: 45.0 };
}
