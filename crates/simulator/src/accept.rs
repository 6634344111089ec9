//! Acceptance: from here on the message has an id, stands in the ledger, and has a life of its own.

use std::ops::RangeInclusive;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::codes::{self, Failure};
use crate::content::Content;
use crate::numbers;
use crate::outreach::Outreach;
use crate::platform::{Platform, lock};
use crate::pricing::Pricing;
use crate::settings::{BusinessNumber, Category};
use crate::verdict::{Case, Verdict, verdict};
use crate::wamid::{Direction, wamid};
use crate::world::World;

const TTL: i64 = 30 * 24 * 60 * 60 * 1000; // how long a message waits for its phone
pub(crate) const ASKED_TTL: RangeInclusive<i64> = 30..=43_200; // seconds that a message may ask for instead
const PASSWORD_TTL: i64 = 10 * 60 * 1000; // a one-time password is of no use later

/// A send request that Meta would accept.
pub(crate) struct Order {
    pub(crate) address: Address,
    pub(crate) inputs: Inputs,
    pub(crate) content: Content,
    pub(crate) opaque: Option<String>,
    pub(crate) context: Option<String>,
    /// The device that the message is for, and for no other.
    pub(crate) key_hash: Option<String>,
    pub(crate) body: Value,
}

/// Who the message is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// `to`: the digits of a number.
    Number(String),
    /// `recipient`: a business-scoped user id.
    UserId(String),
    /// A user id in `to`: accepted, and dropped in silence.
    MisplacedUserId(String),
}

/// What the request said, to be repeated in the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inputs {
    pub(crate) to: Option<String>,
    pub(crate) recipient: Option<String>,
}

/// A message that was accepted.
pub(crate) struct Outbound {
    pub(crate) wamid: String,
    pub(crate) number: Arc<BusinessNumber>,
    pub(crate) address: Address,
    /// The phone it reaches; none when nobody has that address.
    pub(crate) phone: Option<usize>,
    /// What names the person in the ledger.
    pub(crate) person: String,
    pub(crate) content: Content,
    /// What its statuses say of the price; none when it fails.
    pub(crate) pricing: Option<Pricing>,
    pub(crate) opaque: Option<String>,
    pub(crate) context: Option<String>,
    pub(crate) body: Value,
    pub(crate) at: i64,
}

pub(crate) struct Acceptance {
    pub(crate) message: Arc<Outbound>,
    pub(crate) verdict: Verdict,
    pub(crate) response: Value,
}

struct Judgement {
    verdict: Verdict,
    pricing: Option<Pricing>,
    /// The number by which WhatsApp knows the person.
    wa_id: Option<String>,
}

impl Address {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Number(value) | Self::UserId(value) | Self::MisplacedUserId(value) => value,
        }
    }
}

impl Outbound {
    /// Until when it is kept for a phone that cannot be reached.
    pub(crate) fn gone_at(&self) -> i64 {
        let asked = self.body["message_send_ttl_seconds"].as_i64().filter(|seconds| ASKED_TTL.contains(seconds));
        let usual = match self.content.category {
            Category::Authentication => PASSWORD_TTL,
            Category::Marketing | Category::Utility | Category::Service => TTL,
        };
        self.at + asked.map_or(usual, |seconds| seconds * 1000)
    }
}

impl Platform {
    /// Without a plus, a number that nobody has may be one of the business's own country.
    pub(crate) fn dialled(&self, address: Address, written: Option<&str>, number: &BusinessNumber) -> Address {
        let Address::Number(digits) = &address else { return address };
        let is_international = written.is_some_and(|to| to.trim_start().starts_with('+'));
        let world = lock(&self.world);
        if is_international || world.by_digits(digits).is_some() {
            return address;
        }
        let local = numbers::calling_code(&number.display_phone_number).map(|code| format!("{code}{digits}"));
        local.filter(|local| world.by_digits(local).is_some()).map_or(address, Address::Number)
    }

    /// The person that limits count by: one, however they are addressed.
    pub(crate) fn person(&self, address: &Address) -> (Option<usize>, String) {
        let world = lock(&self.world);
        let phone = match address {
            Address::Number(digits) => world.by_digits(digits),
            Address::UserId(user_id) => world.find(user_id),
            Address::MisplacedUserId(_) => None,
        };
        let person = phone.map_or(address.as_str(), |phone| world.phones[phone].identity.id());
        (phone, person.to_owned())
    }

    pub(crate) fn accept(
        &self,
        number: &Arc<BusinessNumber>,
        order: Order,
        flaw: Option<Failure>,
        phone: Option<usize>,
        person: String,
    ) -> Acceptance {
        self.grow_limit();
        let now = self.now();
        let (is_blocked, most_people, checks_devices) = {
            let (desks, id) = (lock(&self.desks), &number.phone_number_id);
            let is_blocked = phone.is_some_and(|phone| desks.has_blocked(id, phone));
            (is_blocked, desks.messaging_limit.people(), desks.checks_devices(id))
        };
        let case = Case {
            address: &order.address,
            person: &person,
            phone_number_id: &number.phone_number_id,
            content: &order.content,
            is_blocked,
            key_hash: order.key_hash.as_deref().filter(|_| checks_devices),
            flaw,
            most_people,
            now,
        };
        let Judgement { verdict, pricing, wa_id } = self.judge(&case, number, phone);
        let message = Arc::new(Outbound {
            wamid: wamid(Direction::FromBusiness, &person, &self.random),
            number: Arc::clone(number),
            address: order.address,
            phone,
            person,
            content: order.content,
            pricing,
            opaque: order.opaque,
            context: order.context,
            body: order.body,
            at: now,
        });
        lock(&self.ledger).accept(Arc::clone(&message));
        let status = if verdict == Verdict::Hold { "held_for_quality_assessment" } else { "accepted" };
        let response = response(&message, &order.inputs, wa_id.as_deref(), status);
        Acceptance { message, verdict, response }
    }

    /// Judged and charged in one go: of two sends at once, only one can be the last that a limit allows.
    fn judge(&self, case: &Case<'_>, number: &BusinessNumber, phone: Option<usize>) -> Judgement {
        let (mut world, mut outreach) = (lock(&self.world), lock(&self.outreach));
        let known = phone.map(|phone| &world.phones[phone]);
        let wa_id = known.and_then(|phone| phone.identity.number.clone());
        let verdict = verdict(case, known, &mut outreach, &self.settings);
        let pricing = match verdict {
            Verdict::Deliver | Verdict::Hold => Some(self.charge((&mut world, &mut outreach), number, case, phone)),
            Verdict::Fail(_) | Verdict::Vanish => None,
        };
        if !self.settings.can_pay && pricing.is_some_and(Pricing::is_billable) {
            let unpaid = Failure { code: codes::PAYMENT, details: "the account has no payment method" };
            return Judgement { verdict: Verdict::Fail(unpaid), pricing, wa_id };
        }
        Judgement { verdict, pricing, wa_id }
    }

    /// Counts a message that will be delivered against the limits, and prices it.
    fn charge(
        &self,
        (world, outreach): (&mut World, &mut Outreach),
        number: &BusinessNumber,
        case: &Case<'_>,
        phone: Option<usize>,
    ) -> Pricing {
        let (id, now, content) = (&number.phone_number_id, case.now, case.content);
        let mut phone = phone.map(|phone| &mut world.phones[phone]);
        if !phone.as_ref().is_some_and(|phone| phone.window_is_open(id, now)) {
            outreach.reach(case.person, case.most_people, now);
            if content.category == Category::Marketing {
                outreach.promote(case.person, now);
            }
        }
        let entry = phone.as_mut().and_then(|phone| phone.entry_points.get_mut(id));
        world.allowance.price(content.category, entry, id, self.settings.free_service_messages, now)
    }
}

/// The answer to a send: `wa_id` for a number, `user_id` for a user id, both when both were given.
fn response(message: &Outbound, inputs: &Inputs, wa_id: Option<&str>, status: &str) -> Value {
    let mut contact = json!({ "input": inputs.to.as_ref().or(inputs.recipient.as_ref()) });
    if inputs.to.is_some() {
        let digits: String = message.address.as_str().chars().filter(char::is_ascii_digit).collect();
        contact["wa_id"] = json!(wa_id.unwrap_or(&digits));
    }
    if let Some(recipient) = &inputs.recipient {
        contact["user_id"] = json!(recipient);
    }
    json!({
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{ "id": message.wamid, "message_status": status }],
    })
}
