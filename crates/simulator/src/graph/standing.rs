//! Whom a number may not send to at all: refused at once, with nothing accepted.

use crate::accept::{Address, Order};
use crate::codes::{self, Refusal};
use crate::numbers::{digits, twin};
use crate::platform::{Platform, lock};
use crate::settings::{BusinessNumber, Category};

pub(super) fn check(order: &Order, number: &BusinessNumber, platform: &Platform) -> Result<(), Refusal> {
    if lock(&platform.desks).disabled.contains(&number.waba_id) {
        return Err(Refusal::of(codes::ACCOUNT_LOCKED, "the account has been switched off"));
    }
    match &order.address {
        Address::Number(to) if is_same(to, &number.display_phone_number) => {
            Err(Refusal::of(codes::TO_ITSELF, "the sender cannot be the recipient"))
        }
        Address::Number(to) => match &platform.settings.allowed_recipients {
            Some(allowed) if !allowed.iter().any(|one| is_same(to, one)) => {
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

/// Two spellings of a line are one line.
fn is_same(to: &str, other: &str) -> bool {
    digits(other).is_some_and(|other| to == other || twin(to).is_some_and(|twin| twin == other))
}
