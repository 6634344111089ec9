//! A place, people's cards, a cart.

use maud::{Markup, html};
use serde_json::Value;

use super::{some, text_of};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// A place; its map opens elsewhere, and only if somebody asks.
pub(super) fn place(view: &View, content: &Value) -> Markup {
    let point = content["latitude"].as_f64().zip(content["longitude"].as_f64());
    let point = point.filter(|(latitude, longitude)| latitude.abs() <= 90.0 && longitude.abs() <= 180.0);
    html! {
        div.card {
            (icon(Sign::Place))
            div {
                @for part in ["name", "address"] { @if let Some(text) = text_of(content, part) { p dir="auto" { (text) } } }
                @if let Some((latitude, longitude)) = point {
                    p.soft { (format!("{latitude:.5}, {longitude:.5}")) }
                    a target="_blank" rel="noopener noreferrer"
                        href={ "https://www.openstreetmap.org/?mlat=" (format!("{latitude:.6}")) "&mlon=" (format!("{longitude:.6}")) "#map=16/" (format!("{latitude:.6}/{longitude:.6}")) } {
                        (view.say("inbox-map"))
                    }
                }
            }
        }
    }
}

/// Only a number that we asked for and WhatsApp filled in is known to be theirs. Any other one is what they say.
pub(super) fn people(view: &View, content: &Value, is_theirs: bool) -> Markup {
    html! {
        @for card in some(content) {
            div.card {
                (icon(Sign::Card))
                div {
                    @if let Some(name) = text_of(&card["name"], "formatted_name") { p dir="auto" { strong { (name) } } }
                    @for phone in some(&card["phones"]) { @if let Some(number) = text_of(phone, "phone") { p { bdi { (number) } } } }
                    @for mail in some(&card["emails"]) { @if let Some(address) = text_of(mail, "email") { p { bdi { (address) } } } }
                    @if is_theirs {
                        @let attested = text_of(card, "origin") == Some("contact_request");
                        p.soft { (view.say(if attested { "inbox-card-attested" } else { "inbox-card-claim" })) }
                    }
                }
            }
        }
    }
}

pub(super) fn cart(view: &View, content: &Value) -> Markup {
    let items: Vec<Item> = some(&content["product_items"]).filter_map(Item::read).collect();
    let currency = items.iter().find_map(|item| item.currency.clone()).unwrap_or_default();
    let total: f64 = items.iter().filter_map(|item| Some(item.price? * item.quantity as f64)).sum();
    html! {
        div.card {
            (icon(Sign::Order))
            div {
                ul { @for item in &items { li dir="auto" { (item.quantity) " × " (item.name) } } }
                @if 0.0 < total { p { strong { (view.say_with("inbox-cart-total", &[("total", &format!("{total:.2} {currency}"))])) } } }
            }
        }
    }
}

struct Item {
    name: String,
    quantity: i64,
    price: Option<f64>,
    currency: Option<String>,
}

impl Item {
    fn read(item: &Value) -> Option<Item> {
        Some(Item {
            name: text_of(item, "product_retailer_id")?.to_owned(),
            quantity: number(&item["quantity"])? as i64,
            price: number(&item["item_price"]),
            currency: text_of(item, "currency").map(str::to_owned),
        })
    }
}

/// Meta writes some numbers as text.
fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cart_adds_up_whatever_is_wrong_with_a_part_of_it() {
        let read = |item: Value| Item::read(&item).map(|item| (item.name, item.quantity, item.price));
        assert_eq!(
            read(json!({"product_retailer_id": "A", "quantity": "2", "item_price": 12.5})),
            Some(("A".into(), 2, Some(12.5)))
        );
        assert_eq!(read(json!({"product_retailer_id": "A", "quantity": "many"})), None);
        assert_eq!(read(json!(7)), None);
    }
}
