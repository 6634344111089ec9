//! Whom a number may not send to at all: refused at once, with nothing accepted.

use crate::accept::{Address, Order};
use crate::codes::{self, Refusal};
use crate::numbers::{digits, twin};
use crate::platform::{Platform, lock};
use crate::settings::{BusinessNumber, Category};

pub(super) fn check(
    order: &Order,
    phone: Option<usize>,
    number: &BusinessNumber,
    platform: &Platform,
) -> Result<(), Refusal> {
    let is_open = phone.is_some_and(|phone| {
        lock(&platform.world).phones[phone].window_is_open(&number.phone_number_id, platform.now())
    });
    lock(&platform.desks).enforcement.check(&number.waba_id, is_open, platform.now())?;
    platform.is_there(&number.phone_number_id)?;
    match &order.address {
        Address::Number(to) if is_same(to, &number.display_phone_number) => {
            Err(Refusal::of(codes::TO_ITSELF, "the sender cannot be the recipient"))
        }
        Address::Number(to) => match &platform.settings.allowed_recipients {
            Some(allowed) if !allowed.iter().any(|one| is_listed(to, one)) => {
                Err(Refusal::of(codes::NOT_ALLOWED, "a test number sends only to the numbers on its list"))
            }
            Some(_) | None => Ok(()),
        },
        Address::UserId(_) if order.content.category == Category::Authentication => {
            Err(Refusal::of(codes::USER_ID_UNSUPPORTED, "one-time passwords need `to`, a phone number"))
        }
        Address::UserId(_) | Address::MisplacedUserId(_) => Ok(()),
    }
}

/// On the list of a test number an Argentine stands without the 9 of mobile phones, and only that spelling is found.
fn is_listed(to: &str, listed: &str) -> bool {
    if to.starts_with("54") { digits(listed).is_some_and(|listed| to == listed) } else { is_same(to, listed) }
}

/// Two spellings of a line are one line.
fn is_same(to: &str, other: &str) -> bool {
    digits(other).is_some_and(|other| to == other || twin(to).is_some_and(|twin| twin == other))
}
