//! What becomes of a send after WhatsApp's answer, or after none.

use std::time::Duration;

use whatsapp::{GraphError, Remedy, SendOutcome, classify};

use super::consequences::state_after;
use crate::deliberate::{self, Wrong};

/// A send that cannot reach WhatsApp at all is tried for about a day.
const MOST_RETRIES: i64 = 24;
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// What becomes of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Settlement {
    /// WhatsApp took it.
    Accepted {
        /// WhatsApp's id.
        wamid: String,
    },
    /// It certainly was not taken; it may be sent again after a while.
    Again {
        /// Why it was not.
        reason: String,
        /// How long to wait.
        after: Duration,
        /// What else waits with it.
        slows: Slows,
    },
    /// Nothing goes out on its number until a person repairs it; the send keeps its place.
    KeepsItsPlace {
        /// What is wrong.
        reason: String,
    },
    /// A person decides.
    Held {
        /// What about.
        reason: String,
    },
    /// It may or may not have been taken.
    Unknown {
        /// What came instead of an answer.
        reason: String,
    },
    /// Refused for good.
    Dead {
        /// Meta's code; 0 where it is our own refusal.
        code: i64,
        /// Why.
        reason: String,
        /// For how long WhatsApp wants to hear nothing of it, whoever asks.
        rests: Duration,
    },
}

/// Which limit a refusal speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slows {
    /// None: what else waits may go out.
    Nothing,
    /// That of the number and the person.
    Pair,
    /// That of the number.
    Number,
    /// That of the account, over all its numbers.
    Account,
}

/// What becomes of a send whose `attempt`th attempt ended so.
pub(super) fn settle(outcome: &SendOutcome, attempt: i64) -> Settlement {
    match outcome {
        SendOutcome::Accepted(accepted) => Settlement::Accepted { wamid: accepted.wamid.clone() },
        SendOutcome::Unknown { reason } if deliberate::does(Wrong::BlindRetry) => {
            Settlement::Again { reason: reason.clone(), after: Duration::ZERO, slows: Slows::Nothing }
        }
        SendOutcome::Unknown { reason } => Settlement::Unknown { reason: reason.clone() },
        SendOutcome::NotSent { reason } => {
            let failed = Failed { code: 0, reason: reason.clone(), attempt };
            failed.again(MOST_RETRIES, pause(2, attempt), Slows::Nothing)
        }
        SendOutcome::Refused(refusal) => refused(refusal, attempt),
    }
}

fn refused(refusal: &GraphError, attempt: i64) -> Settlement {
    let (code, reason) = (refusal.code, words(refusal));
    let failed = |reason| Failed { code, reason, attempt };
    match classify(refusal) {
        Remedy::Retry { once: true } => failed(reason).again(1, Duration::from_secs(2), Slows::Nothing),
        Remedy::Retry { once: false } => failed(reason).again(MOST_RETRIES, pause(2, attempt), Slows::Nothing),
        Remedy::SlowNumber => failed(reason).again(MOST_RETRIES, pause(2, attempt), Slows::Number),
        Remedy::SlowAccount => failed(reason).again(MOST_RETRIES, pause(2, attempt), Slows::Account),
        // Meta's own advice for this code: 4 to the power of the attempt, in seconds, from 0 on.
        Remedy::SlowPair => failed(reason).again(MOST_RETRIES, pause(4, attempt - 1), Slows::Pair),
        Remedy::PauseNumber | Remedy::PauseAccount => Settlement::KeepsItsPlace { reason },
        Remedy::NeedsTemplate => Settlement::Held {
            reason: format!("the 24-hour window is closed: only a template can be sent now ({reason})"),
        },
        // WhatsApp doubts the sender and not this message: it may go once the doubt is over.
        Remedy::StopProactive | Remedy::StopProactiveAccount => Settlement::Held { reason },
        // A template that comes back is as good as before; one that is filled wrongly never will be.
        Remedy::Template if state_after(code).is_some() => Settlement::Held { reason },
        Remedy::MarketingRefused { not_before_hours: Some(hours) } => {
            Settlement::Dead { code, reason, rests: Duration::from_secs(u64::from(hours) * 3600) }
        }
        Remedy::RecipientUnreachable
        | Remedy::MarketingRefused { not_before_hours: None }
        | Remedy::OptedOut
        | Remedy::Request
        | Remedy::Media
        | Remedy::Template
        | Remedy::Other => failed(reason).for_good(),
    }
}

/// An attempt that certainly came to nothing.
struct Failed {
    code: i64,
    reason: String,
    attempt: i64,
}

impl Failed {
    fn again(self, retries: i64, after: Duration, slows: Slows) -> Settlement {
        if self.attempt <= retries { Settlement::Again { reason: self.reason, after, slows } } else { self.for_good() }
    }

    fn for_good(self) -> Settlement {
        Settlement::Dead { code: self.code, reason: self.reason, rests: Duration::ZERO }
    }
}

fn pause(base: u64, exponent: i64) -> Duration {
    let seconds = base.checked_pow(exponent.clamp(0, 30) as u32).unwrap_or(u64::MAX);
    Duration::from_secs(seconds).min(LONGEST_PAUSE)
}

/// Meta's words with what it adds about this very case, and its code.
pub(super) fn words(refusal: &GraphError) -> String {
    match &refusal.details {
        Some(details) => format!("{} ({}, code {})", details, refusal.message, refusal.code),
        None => format!("{} (code {})", refusal.message, refusal.code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_code(code: i64, attempt: i64) -> Settlement {
        let refusal = GraphError {
            code,
            subcode: None,
            message: "no".into(),
            details: None,
            fbtrace_id: None,
            http_status: Some(400),
        };
        settle(&SendOutcome::Refused(refusal), attempt)
    }

    #[test]
    fn a_send_without_an_answer_is_unknown_and_never_repeated() {
        let outcome = SendOutcome::Unknown { reason: "timeout".into() };
        assert_eq!(settle(&outcome, 1), Settlement::Unknown { reason: "timeout".into() });
    }

    #[test]
    fn a_pair_that_gets_too_much_waits_four_times_longer_each_time() {
        for (attempt, seconds) in [(1, 1), (2, 4), (3, 16), (4, 64)] {
            assert!(matches!(of_code(131_056, attempt), Settlement::Again { after, .. } if after.as_secs() == seconds));
        }
    }

    #[test]
    fn no_refusal_is_answered_with_retries_for_ever() {
        for code in [2, 4, 80_007, 130_429, 131_000, 131_056, 133_016] {
            assert!(matches!(of_code(code, MOST_RETRIES), Settlement::Again { .. }), "{code}");
            assert!(matches!(of_code(code, MOST_RETRIES + 1), Settlement::Dead { .. }), "{code}");
        }
    }

    #[test]
    fn only_a_refusal_for_speed_slows_what_else_waits() {
        for (code, named) in
            [(131_056, Slows::Pair), (130_429, Slows::Number), (80_007, Slows::Account), (131_000, Slows::Nothing)]
        {
            assert!(matches!(of_code(code, 1), Settlement::Again { slows, .. } if slows == named), "{code}");
        }
    }

    #[test]
    fn each_class_of_refusal_has_its_end() {
        for code in [190, 131_042, 368] {
            assert!(matches!(of_code(code, 1), Settlement::KeepsItsPlace { .. }), "{code}");
        }
        for code in [131_048, 131_064, 132_001, 132_015, 132_016, 132_068] {
            assert!(matches!(of_code(code, 1), Settlement::Held { .. }), "{code}");
        }
        for code in [100, 130_472, 131_050, 131_053, 132_000, 132_012, 137_000] {
            assert!(matches!(of_code(code, 1), Settlement::Dead { rests: Duration::ZERO, .. }), "{code}");
        }
        let day = Duration::from_secs(24 * 3600);
        assert!(matches!(of_code(131_049, 1), Settlement::Dead { rests, .. } if rests == day));
        assert!(matches!(of_code(131_047, 1), Settlement::Held { .. }));
        assert!(matches!(of_code(131_026, 1), Settlement::Dead { code: 131_026, .. }));
        assert!(matches!(of_code(1, 1), Settlement::Again { .. }));
        assert!(matches!(of_code(1, 2), Settlement::Dead { .. }));
        assert!(matches!(of_code(131_000, 2), Settlement::Again { .. }));
    }
}
