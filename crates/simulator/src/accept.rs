//! Acceptance: from here on the message has an id, stands in the ledger, and has a life of its own.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::codes::Failure;
use crate::content::Content;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::verdict::{Verdict, verdict};
use crate::wamid::{Direction, wamid};

/// A send request that Meta would accept.
pub(crate) struct Order {
    pub(crate) address: Address,
    pub(crate) inputs: Inputs,
    pub(crate) content: Content,
    pub(crate) opaque: Option<String>,
    pub(crate) context: Option<String>,
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

impl Address {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Number(value) | Self::UserId(value) | Self::MisplacedUserId(value) => value,
        }
    }
}

impl Platform {
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
        let now = self.now();
        let message = Arc::new(Outbound {
            wamid: wamid(Direction::FromBusiness, &person, &self.random),
            number: Arc::clone(number),
            address: order.address,
            phone,
            person,
            content: order.content,
            opaque: order.opaque,
            context: order.context,
            body: order.body,
            at: now,
        });
        lock(&self.ledger).accept(Arc::clone(&message));

        let world = lock(&self.world);
        let phone = phone.map(|phone| &world.phones[phone]);
        let verdict = match (verdict(&message.address, phone, &number.phone_number_id, &message.content, now), flaw) {
            (Verdict::Deliver, Some(flaw)) => Verdict::Fail(flaw),
            (verdict, _) => verdict,
        };
        let wa_id = phone.and_then(|phone| phone.identity.number.as_deref());
        let response = response(&message, &order.inputs, wa_id);
        Acceptance { message, verdict, response }
    }
}

/// The answer to a send: `wa_id` for a number, `user_id` for a user id, both when both were given.
fn response(message: &Outbound, inputs: &Inputs, wa_id: Option<&str>) -> Value {
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
        "messages": [{ "id": message.wamid, "message_status": "accepted" }],
    })
}
