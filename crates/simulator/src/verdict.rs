//! What becomes of an accepted message. A 200 is only acceptance; most refusals come later, as a failed status.

use crate::accept::Address;
use crate::codes::{self, Failure};
use crate::content::Content;
use crate::outreach::Outreach;
use crate::settings::{Category, Settings};
use crate::world::Phone;

pub(crate) const REACTION_REACH: i64 = 30 * 24 * 60 * 60 * 1000; // Meta accepts reactions to messages of the last 30 days

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Sent, and delivered as soon as the phone can be reached.
    Deliver,
    /// Kept back until people have said what they think of its template.
    Hold,
    /// One failed status.
    Fail(Failure),
    /// Never heard of again.
    Vanish,
}

/// What is known when a message has been accepted.
pub(crate) struct Case<'a> {
    pub(crate) address: &'a Address,
    pub(crate) person: &'a str,
    pub(crate) phone_number_id: &'a str,
    pub(crate) content: &'a Content,
    /// Whether the business has blocked this person.
    pub(crate) is_blocked: bool,
    /// The only device that it may reach.
    pub(crate) key_hash: Option<&'a str>,
    /// What is wrong with its file.
    pub(crate) flaw: Option<Failure>,
    /// How many people outside their windows the portfolio may write to.
    pub(crate) most_people: usize,
    pub(crate) now: i64,
}

pub(crate) fn verdict(case: &Case<'_>, phone: Option<&Phone>, outreach: &mut Outreach, settings: &Settings) -> Verdict {
    if let Address::MisplacedUserId(_) = case.address {
        return Verdict::Vanish;
    }
    let Some(phone) = phone else {
        return fail(codes::UNDELIVERABLE, "the recipient is not on WhatsApp");
    };
    match refusal(case, phone, outreach, settings) {
        Some(failure) => Verdict::Fail(failure),
        None if case.content.template.as_ref().is_some_and(|used| used.is_paced) => Verdict::Hold,
        None => Verdict::Deliver,
    }
}

fn refusal(case: &Case<'_>, phone: &Phone, outreach: &mut Outreach, settings: &Settings) -> Option<Failure> {
    let is_open = phone.window_is_open(case.phone_number_id, case.now);
    if case.is_blocked {
        return failure(codes::BLOCKED_BY_BUSINESS, "this business has blocked the person");
    }
    if case.key_hash.is_some_and(|wanted| phone.identity.key_hash.as_deref() != Some(wanted)) {
        return failure(codes::DEVICE_CHANGED, "the identity key hash is not the one that the person has now");
    }
    if case.content.is_free_form() && !is_open {
        return failure(codes::WINDOW_CLOSED, "more than 24 hours have passed since the person last wrote");
    }
    if case.content.category == Category::Marketing
        && let Some(failure) = marketing(case, phone, is_open, outreach, settings)
    {
        return Some(failure);
    }
    if let Some(target) = &case.content.reacts_to
        && !can_react(phone, target, case.now)
    {
        return failure(codes::INVALID_VALUE, "the message reacted to is unknown or older than 30 days");
    }
    if case.flaw.is_some() {
        return case.flaw.clone();
    }
    if !is_open && !outreach.may_reach(case.person, case.most_people, case.now) {
        return failure(codes::SPAM_RATE, "the portfolio has written to as many people as it may in 24 hours");
    }
    None
}

fn marketing(
    case: &Case<'_>,
    phone: &Phone,
    is_open: bool,
    outreach: &mut Outreach,
    settings: &Settings,
) -> Option<Failure> {
    if phone.opted_out {
        return failure(codes::OPTED_OUT, "the person has stopped marketing messages");
    }
    let number = phone.identity.number.as_deref().unwrap_or_default();
    if number.starts_with('1') {
        return failure(codes::MARKETING_HELD_BACK, "marketing to numbers that begin with +1 is paused");
    }
    let most = settings.marketing_per_person.filter(|_| !is_open)?;
    if outreach.may_promote(case.person, most, case.now) {
        return None;
    }
    failure(codes::MARKETING_HELD_BACK, "not delivered, to maintain healthy ecosystem engagement")
}

fn fail(code: i64, details: &'static str) -> Verdict {
    Verdict::Fail(Failure { code, details })
}

fn failure(code: i64, details: &'static str) -> Option<Failure> {
    Some(Failure { code, details })
}

fn can_react(phone: &Phone, target: &str, now: i64) -> bool {
    phone.at(target).is_some_and(|at| now - at <= REACTION_REACH)
}
