//! Two contacts that may be one person: what speaks for it, and how strongly.

use crate::contact::{Identity, IdentityKind};
use crate::named::named;
use crate::spelling::plain;

/// So many last digits of two numbers are equal by accident once in a hundred million.
const DIGITS: usize = 8;

named! {
    /// What speaks for two contacts being one person.
    Likeness: "reason why two contacts may be one person" {
        /// Names of both came in one message.
        WroteUnderBoth = "wrote_under_both",
        /// Two spellings of one number.
        SameNumber = "same_number",
        /// One e-mail address.
        SameEmail = "same_email",
        /// The same name, and numbers that end alike.
        SameNameAndNumber = "same_name_and_number",
        /// The same name, and one company: they work there, or have deals with it.
        SameNameAndCompany = "same_name_and_company",
    }
}

impl Likeness {
    /// How sure it makes, in percent.
    fn weight(self) -> i64 {
        match self {
            Likeness::WroteUnderBoth => 95,
            Likeness::SameNumber | Likeness::SameEmail => 90,
            Likeness::SameNameAndNumber => 75,
            Likeness::SameNameAndCompany => 60,
        }
    }
}

/// A contact as it is compared.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// What they are called.
    pub name: Option<&'a str>,
    /// Their names.
    pub identities: &'a [Identity],
    /// The companies that they have to do with.
    pub companies: &'a [uuid::Uuid],
}

/// What speaks for two contacts being one person.
pub fn likenesses(one: &Compared<'_>, other: &Compared<'_>) -> Vec<Likeness> {
    let is_called_alike = same_name(one.name, other.name);
    let shares = |kind: IdentityKind| {
        let of = |compared: &Compared<'_>| {
            let keys = compared.identities.iter().filter(|name| name.kind == kind);
            keys.map(|name| name.match_key.clone()).collect::<Vec<_>>()
        };
        let others = of(other);
        of(one).iter().any(|key| others.contains(key))
    };
    let found = [
        (Likeness::SameNumber, shares(IdentityKind::Phone)),
        (Likeness::SameEmail, shares(IdentityKind::Email)),
        (Likeness::SameNameAndNumber, is_called_alike && end_alike(one.identities, other.identities)),
        (Likeness::SameNameAndCompany, is_called_alike && one.companies.iter().any(|id| other.companies.contains(id))),
    ];
    found.into_iter().filter_map(|(likeness, holds)| holds.then_some(likeness)).collect()
}

/// How sure all of them make together, in percent.
pub fn score(likenesses: &[Likeness]) -> i64 {
    let doubt = likenesses.iter().fold(1.0, |doubt, likeness| doubt * (100 - likeness.weight()) as f64 / 100.0);
    ((1.0 - doubt) * 100.0).round() as i64
}

fn same_name(one: Option<&str>, other: Option<&str>) -> bool {
    let spelled = |name: Option<&str>| name.map(|name| plain(name.trim())).filter(|name| !name.is_empty());
    matches!((spelled(one), spelled(other)), (Some(one), Some(other)) if one == other)
}

fn end_alike(one: &[Identity], other: &[Identity]) -> bool {
    let ends = |identities: &[Identity]| {
        let phones = identities.iter().filter(|name| name.kind == IdentityKind::Phone);
        phones.filter_map(|name| end(&name.value)).collect::<Vec<_>>()
    };
    let others = ends(other);
    ends(one).iter().any(|digits| others.contains(digits))
}

fn end(number: &str) -> Option<String> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    (DIGITS <= digits.len()).then(|| digits[digits.len() - DIGITS..].iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PhoneNumber, Region};

    fn phone(number: &str) -> Vec<Identity> {
        vec![Identity::phone(&PhoneNumber::parse(number, Region::MX).unwrap())]
    }

    fn compared<'a>(name: &'a str, identities: &'a [Identity]) -> Compared<'a> {
        Compared { name: Some(name), identities, companies: &[] }
    }

    #[test]
    fn the_same_name_alone_makes_nobody_the_same_person() {
        let (one, other) = (phone("+52 55 1234 5678"), phone("+52 33 8765 4321"));
        assert!(likenesses(&compared("Ana López", &one), &compared("ana lopez", &other)).is_empty());
    }

    #[test]
    fn numbers_that_end_alike_need_the_name() {
        let (one, other) = (phone("+52 55 1234 5678"), phone("+52 33 1234 5678"));
        let found = likenesses(&compared("Ana López", &one), &compared("ANA LOPEZ ", &other));
        assert_eq!(found, [Likeness::SameNameAndNumber]);
        assert!(likenesses(&compared("Ana", &one), &compared("Bea", &other)).is_empty());
    }

    #[test]
    fn two_reasons_make_surer_than_one() {
        let one = score(&[Likeness::SameNumber]);
        assert!(one < score(&[Likeness::SameNumber, Likeness::SameNameAndNumber]));
        assert_eq!(score(&[]), 0);
    }
}
