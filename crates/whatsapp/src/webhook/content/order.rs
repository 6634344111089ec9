//! A cart sent from the catalogue.

use serde_json::Value;

use super::Content;
use super::read::Reading;
use crate::webhook::json;

/// What a person wants to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The catalogue it was put together from.
    pub catalog_id: Option<String>,
    /// What the person wrote with it.
    pub text: Option<String>,
    /// What is in it.
    pub items: Vec<OrderItem>,
}

/// One line of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderItem {
    /// The article number.
    pub product_retailer_id: Option<String>,
    /// How many.
    pub quantity: Option<i64>,
    /// The price of one, in Meta's own digits: money is not rounded here.
    pub item_price: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
}

pub(super) fn read(body: &Value) -> Reading {
    let items = json::list(body, "product_items").iter().map(|item| OrderItem {
        product_retailer_id: json::text(item, "product_retailer_id"),
        quantity: json::integer(item, "quantity"),
        item_price: json::text(item, "item_price"),
        currency: json::text(item, "currency"),
    });
    Ok(Content::Order(Order {
        catalog_id: json::text(body, "catalog_id"),
        text: json::text(body, "text"),
        items: items.collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quantities_and_prices_may_be_numbers_or_text() {
        let body = json!({"catalog_id": "1", "product_items": [
            {"product_retailer_id": "di9ozbzfi4", "quantity": 2, "item_price": 30.5, "currency": "USD"},
            {"product_retailer_id": "nqryix03ez", "quantity": "1", "item_price": "25", "currency": "USD"}]});

        let Ok(Content::Order(order)) = read(&body) else { panic!() };

        assert_eq!(order.items[0].item_price.as_deref(), Some("30.5"));
        assert_eq!((order.items[1].quantity, order.items[1].item_price.as_deref()), (Some(1), Some("25")));
    }
}
