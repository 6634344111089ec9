//! What becomes of an accepted message. A 200 is only acceptance; most refusals come later, as a failed status.

use crate::accept::Address;
use crate::codes::{self, Failure};
use crate::content::Content;
use crate::settings::Category;
use crate::world::Phone;

const REACTION_REACH: i64 = 30 * 24 * 60 * 60 * 1000; // Meta accepts reactions to messages of the last 30 days

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Sent, and delivered as soon as the phone can be reached.
    Deliver,
    /// One failed status.
    Fail(Failure),
    /// Never heard of again.
    Vanish,
}

pub(crate) fn verdict(
    address: &Address,
    phone: Option<&Phone>,
    phone_number_id: &str,
    content: &Content,
    now: i64,
) -> Verdict {
    if let Address::MisplacedUserId(_) = address {
        return Verdict::Vanish;
    }
    let Some(phone) = phone else {
        return fail(codes::UNDELIVERABLE, "the recipient is not on WhatsApp");
    };
    if content.is_free_form() && !phone.window_is_open(phone_number_id, now) {
        return fail(codes::WINDOW_CLOSED, "more than 24 hours have passed since the person last wrote");
    }
    if content.category == Category::Marketing && phone.opted_out {
        return fail(codes::OPTED_OUT, "the person has stopped marketing messages");
    }
    if let Some(target) = &content.reacts_to
        && !can_react(phone, target, now)
    {
        return fail(codes::INVALID_VALUE, "the message reacted to is unknown or older than 30 days");
    }
    Verdict::Deliver
}

fn fail(code: i64, details: &'static str) -> Verdict {
    Verdict::Fail(Failure { code, details })
}

fn can_react(phone: &Phone, target: &str, now: i64) -> bool {
    let said = phone.said.iter().rev().find(|said| said.wamid == target).map(|said| said.at);
    let received =
        || phone.inbox.iter().rev().find(|entry| entry.message.wamid == target).map(|entry| entry.message.at);
    said.or_else(received).is_some_and(|at| now - at <= REACTION_REACH)
}
