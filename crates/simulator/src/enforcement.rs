//! What Meta does to an account that breaks its rules: it may start no conversations for a while, or not answer, or it is
//! switched off.

use std::collections::HashSet;

use crate::codes::{self, Refusal};

#[derive(Debug, Default)]
pub(crate) struct Enforcement {
    disabled: HashSet<String>,
    restrictions: Vec<Restriction>,
}

#[derive(Debug)]
struct Restriction {
    account: String,
    what: Restricted,
    until: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Restricted {
    /// Messages outside the 24-hour window.
    BusinessInitiated,
    /// Messages inside it.
    CustomerInitiated,
}

/// What an account may do, as Graph's `health_status` spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CanSend {
    Available,
    Limited,
    Blocked,
}

impl CanSend {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::Limited => "LIMITED",
            Self::Blocked => "BLOCKED",
        }
    }
}

impl Restricted {
    /// There are others, such as for adding numbers, which concern no message.
    fn read(word: &str) -> Option<Self> {
        match word {
            "RESTRICTED_BIZ_INITIATED_MESSAGING" => Some(Self::BusinessInitiated),
            "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" => Some(Self::CustomerInitiated),
            _ => None,
        }
    }
}

impl Enforcement {
    pub(crate) fn restrict(&mut self, account: &str, word: &str, until: i64) {
        let account = account.to_owned();
        self.restrictions.extend(Restricted::read(word).map(|what| Restriction { account, what, until }));
    }

    /// `SCHEDULE_FOR_DISABLE` and whatever comes next only tell.
    pub(crate) fn switch(&mut self, account: &str, word: &str) {
        match word {
            "DISABLE" => _ = self.disabled.insert(account.to_owned()),
            "REINSTATE" => {
                self.disabled.remove(account);
                self.restrictions.retain(|restriction| restriction.account != account);
            }
            _ => {}
        }
    }

    pub(crate) fn can_send(&self, account: &str, now: i64) -> CanSend {
        if self.disabled.contains(account) {
            CanSend::Blocked
        } else if self.in_force(account, now).next().is_some() {
            CanSend::Limited
        } else {
            CanSend::Available
        }
    }

    /// Whether a message may be sent to somebody whose window is open, or is not.
    pub(crate) fn check(&self, account: &str, window_is_open: bool, now: i64) -> Result<(), Refusal> {
        if self.disabled.contains(account) {
            return Err(Refusal::of(codes::ACCOUNT_LOCKED, "the account has been switched off"));
        }
        let concerned = if window_is_open { Restricted::CustomerInitiated } else { Restricted::BusinessInitiated };
        if self.in_force(account, now).any(|what| what == concerned) {
            let details = "the account is restricted for violating a policy, and may not send such messages for now";
            return Err(Refusal::of(codes::RESTRICTED, details));
        }
        Ok(())
    }

    fn in_force(&self, account: &str, now: i64) -> impl Iterator<Item = Restricted> {
        let of_account = move |one: &&Restriction| one.account == account && now < one.until;
        self.restrictions.iter().filter(of_account).map(|restriction| restriction.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restriction_concerns_one_kind_of_message_until_it_ends() {
        let mut enforcement = Enforcement::default();
        enforcement.restrict("a", "RESTRICTED_BIZ_INITIATED_MESSAGING", 10);
        enforcement.restrict("a", "RESTRICTED_ADD_PHONE_NUMBER_ACTION", 10);
        assert_eq!(enforcement.check("a", false, 9).unwrap_err().code, codes::RESTRICTED);
        assert_eq!(
            (enforcement.can_send("a", 9), enforcement.can_send("a", 10)),
            (CanSend::Limited, CanSend::Available)
        );
        for fine in [("a", true, 9), ("a", false, 10), ("b", false, 9)] {
            assert_eq!(enforcement.check(fine.0, fine.1, fine.2), Ok(()));
        }
        enforcement.restrict("a", "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", 10);
        assert!(enforcement.check("a", true, 9).is_err());
    }
}
