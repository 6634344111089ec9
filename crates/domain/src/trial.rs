//! Whom automation answers while a version of the workflow is tried: nobody, those who hold test numbers, a share of the contacts, or all.

use std::collections::BTreeSet;

use crate::PhoneNumber;
use crate::ids::ContactId;
use crate::named::named;

named! {
    /// How far automation reaches.
    ReachName: "reach" {
        /// Everything is decided, and nothing of it is said.
        ListenOnly = "listen_only",
        /// It answers those who hold a test number.
        TestNumbers = "test_numbers",
        /// It answers these and a share of the contacts.
        Share = "share",
        /// It answers everybody.
        All = "all",
    }
}

/// How far automation reaches, with how much of the contacts that is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Everything is decided, and nothing of it is said.
    ListenOnly,
    /// It answers those who hold a test number.
    TestNumbers,
    /// It answers these and so many of a hundred contacts.
    Share(u8),
    /// It answers everybody.
    #[default]
    All,
}

/// Refused: it says no reach.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReach {
    /// There is a share to be named.
    #[error("`share`: say how many of a hundred contacts are answered, 0 to 100")]
    WithoutShare,
    /// It is more than all, or less than nothing.
    #[error("`share`: use a whole number from 0 to 100, not {0}")]
    OutOfRange(i64),
    /// There is none.
    #[error("`share` goes with the reach `share`; leave it away, or use that reach")]
    NeedlessShare,
}

impl Reach {
    /// From its name, with the share that belongs to one of them.
    pub fn parse(name: ReachName, share: Option<i64>) -> Result<Self, InvalidReach> {
        match (name, share) {
            (ReachName::Share, None) => Err(InvalidReach::WithoutShare),
            (ReachName::Share, Some(share)) => match u8::try_from(share) {
                Ok(percent) if percent <= 100 => Ok(Reach::Share(percent)),
                Ok(_) | Err(_) => Err(InvalidReach::OutOfRange(share)),
            },
            (ReachName::ListenOnly | ReachName::TestNumbers | ReachName::All, Some(_)) => {
                Err(InvalidReach::NeedlessShare)
            }
            (ReachName::ListenOnly, None) => Ok(Reach::ListenOnly),
            (ReachName::TestNumbers, None) => Ok(Reach::TestNumbers),
            (ReachName::All, None) => Ok(Reach::All),
        }
    }

    /// Its name.
    pub fn name(self) -> ReachName {
        match self {
            Reach::ListenOnly => ReachName::ListenOnly,
            Reach::TestNumbers => ReachName::TestNumbers,
            Reach::Share(_) => ReachName::Share,
            Reach::All => ReachName::All,
        }
    }

    /// How many of a hundred contacts, where it says.
    pub fn share(self) -> Option<u8> {
        match self {
            Reach::Share(percent) => Some(percent),
            Reach::ListenOnly | Reach::TestNumbers | Reach::All => None,
        }
    }
}

/// A reach, and who is in it. Where nothing is tried, that is everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// How far it goes.
    pub reach: Reach,
    /// Which contacts a share begins with: the same ones as long as it is the same.
    pub salt: i64,
    /// Under which the test numbers and their twins are found.
    pub numbers: BTreeSet<String>,
    /// Whose they are.
    pub holders: BTreeSet<ContactId>,
}

impl Trial {
    /// Whether automation answers somebody. `phones` are the numbers that WhatsApp named with what they wrote: whoever is new is no holder yet.
    pub fn answers<'a>(&self, contact: ContactId, phones: impl IntoIterator<Item = &'a PhoneNumber>) -> bool {
        let tests = || {
            let holds = |phone: &PhoneNumber| self.numbers.contains(&phone.match_key());
            self.holders.contains(&contact) || !self.numbers.is_empty() && phones.into_iter().any(holds)
        };
        match self.reach {
            Reach::ListenOnly => false,
            Reach::TestNumbers => tests(),
            Reach::Share(percent) => place(contact, self.salt) < u64::from(percent) || tests(),
            Reach::All => true,
        }
    }
}

/// Where a contact stands among a hundred. It depends on nothing else than the contact and the salt, so whoever is in a share is in every larger one.
fn place(contact: ContactId, salt: i64) -> u64 {
    // FNV-1a over the bytes; its last bits follow those of the id too closely, so they are mixed as splitmix64 does.
    let bytes = salt.to_be_bytes().into_iter().chain(contact.0.into_bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % 100
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::Region;

    fn trial(reach: Reach) -> Trial {
        Trial { reach, salt: 3, ..Trial::default() }
    }

    /// As the program makes them: made one after the other, they differ in few bits of their time.
    fn contact(number: u128) -> ContactId {
        ContactId(Uuid::from_u128((0x0190_a8f0_0000_7000_8000_0000_0000_0000 + (number << 80)) | (number * 7919)))
    }

    fn phone(raw: &str) -> PhoneNumber {
        PhoneNumber::parse(raw, Region::MX).unwrap()
    }

    #[test]
    fn whoever_is_in_a_share_is_in_every_larger_one() {
        for number in 0..500 {
            let answered: Vec<bool> =
                (0..=100).map(|percent| trial(Reach::Share(percent)).answers(contact(number), [])).collect();
            assert!(!answered[0] && answered[100], "none of nothing, and everybody of all");
            assert!(answered.is_sorted(), "{number}: once in, always in");
        }
    }

    #[test]
    fn a_share_is_as_many_as_it_says_and_another_salt_begins_with_others() {
        let in_share = |percent: u8, salt: i64| -> BTreeSet<u128> {
            let trial = Trial { salt, ..trial(Reach::Share(percent)) };
            (0..10_000).filter(|number| trial.answers(contact(*number), [])).collect()
        };
        for percent in [1, 10, 50, 90] {
            let (found, expected) = (in_share(percent, 3).len() as i64, i64::from(percent) * 100);
            assert!((found - expected).abs() < 200, "{percent}: {found}");
        }
        let both = in_share(10, 3).intersection(&in_share(10, 4)).count();
        assert!(both < 200, "by chance a hundred: {both}");
    }

    #[test]
    fn a_test_number_is_found_in_every_spelling_and_by_whose_it_is() {
        let numbers: BTreeSet<String> = [phone("+52 55 1234 5678").match_key()].into();
        let tester = contact(1);
        for reach in [Reach::TestNumbers, Reach::Share(0)] {
            let trial = Trial { numbers: numbers.clone(), holders: [tester].into(), ..trial(reach) };
            assert!(trial.answers(contact(2), [&phone("+52 1 55 1234 5678")]), "somebody new writes from it");
            assert!(trial.answers(tester, [&phone("+52 55 1000 0001")]), "from another number of theirs");
            assert!(!trial.answers(contact(2), [&phone("+52 55 1000 0001")]));
        }
        let listening = Trial { numbers, holders: [tester].into(), ..trial(Reach::ListenOnly) };
        assert!(!listening.answers(tester, []), "nobody is answered");
    }

    #[test]
    fn a_share_has_a_number_and_nothing_else_has_one() {
        assert_eq!(Reach::parse(ReachName::Share, Some(10)), Ok(Reach::Share(10)));
        assert_eq!(Reach::parse(ReachName::Share, None), Err(InvalidReach::WithoutShare));
        assert_eq!(Reach::parse(ReachName::Share, Some(101)), Err(InvalidReach::OutOfRange(101)));
        assert_eq!(Reach::parse(ReachName::All, Some(10)), Err(InvalidReach::NeedlessShare));
        assert_eq!(Reach::parse(ReachName::ListenOnly, None), Ok(Reach::ListenOnly));
    }
}
