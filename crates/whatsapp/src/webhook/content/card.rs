//! Address cards a person shared.

use serde_json::Value;

use super::Content;
use super::read::Reading;
use crate::webhook::identity::{Ids, PhoneText};
use crate::webhook::json;

/// One address card. Unless its origin is our request, its numbers are a claim, not a fact about the sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The name on it.
    pub name: Option<String>,
    /// The company on it.
    pub company: Option<String>,
    /// The numbers on it.
    pub phones: Vec<CardPhone>,
    /// The e-mail addresses on it.
    pub emails: Vec<String>,
    /// How it came to be sent.
    pub origin: Option<CardOrigin>,
}

/// A number on an address card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardPhone {
    /// As it stands on the card, in any human format.
    pub phone: Option<String>,
    /// The same person on WhatsApp.
    pub wa_id: Option<PhoneText>,
    /// The same person's business-scoped user id.
    pub user_id: Option<String>,
    /// `CELL`, `WORK`, …
    pub kind: Option<String>,
}

/// How a card came to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardOrigin {
    /// We asked the sender for their own number, and WhatsApp filled it in.
    ContactRequest,
    /// The sender picked it.
    Other(String),
}

/// Reads the cards. Their origin stands on the message or on the card, depending on whom one asks.
pub(super) fn read_all(message: &Value) -> Reading {
    let Some(cards) = message.get("contacts").and_then(Value::as_array) else {
        return Err("it has no `contacts` list".to_owned());
    };
    let origin = json::text(message, "origin");
    Ok(Content::Contacts { cards: cards.iter().map(|card| read(card, origin.as_deref())).collect() })
}

fn read(card: &Value, origin_of_message: Option<&str>) -> Card {
    let name = json::member(card, "name").unwrap_or(&Value::Null);
    let origin = json::text(card, "origin").or_else(|| origin_of_message.map(str::to_owned));
    Card {
        name: json::text(name, "formatted_name").or_else(|| joined_name(name)),
        company: json::member(card, "org").and_then(|org| json::text(org, "company")),
        phones: json::list(card, "phones").iter().map(read_phone).collect(),
        emails: json::list(card, "emails").iter().filter_map(|email| json::text(email, "email")).collect(),
        origin: origin
            .map(|word| if word == "contact_request" { CardOrigin::ContactRequest } else { CardOrigin::Other(word) }),
    }
}

fn joined_name(name: &Value) -> Option<String> {
    let parts: Vec<String> =
        ["first_name", "middle_name", "last_name"].iter().filter_map(|key| json::text(name, key)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn read_phone(phone: &Value) -> CardPhone {
    let ids = Ids::read(phone, &["wa_id"], &["user_id"], &[]);
    CardPhone {
        phone: json::text(phone, "phone"),
        wa_id: ids.phone,
        user_id: ids.user_id,
        kind: json::text(phone, "type"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cards(message: Value) -> Vec<Card> {
        match read_all(&message) {
            Ok(Content::Contacts { cards }) => cards,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_answer_to_our_request_is_told_from_a_card_somebody_picked() {
        let on_message = cards(json!({"origin": "contact_request", "contacts": [{"phones": [{"phone": "+52 55"}]}]}));
        let on_card = cards(json!({"contacts": [{"origin": "contact_request"}, {"origin": "other"}, {}]}));

        assert_eq!(on_message[0].origin, Some(CardOrigin::ContactRequest));
        assert_eq!(on_card[0].origin, Some(CardOrigin::ContactRequest));
        assert_eq!(on_card[1].origin, Some(CardOrigin::Other("other".into())));
        assert_eq!(on_card[2].origin, None);
    }

    #[test]
    fn a_card_without_a_formatted_name_uses_its_parts() {
        let card = &cards(
            json!({"contacts": [{"name": {"first_name": "Ana", "last_name": "Lima"}, "emails": [{"email": "ana@example.com"}]}]}),
        )[0];

        assert_eq!(card.name.as_deref(), Some("Ana Lima"));
        assert_eq!(card.emails, ["ana@example.com"]);
    }
}
