//! What was bought, and how far it is.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Fields, Money, Noun, Record, WrongMove, text_of};
use crate::ids::{ContactId, OrderId};
use crate::named::named;

named! {
    /// How far an order is.
    OrderStatus: "status of an order; use placed, paid, preparing, shipped, delivered, cancelled or returned" {
        /// It was taken.
        Placed = "placed",
        /// It is paid.
        Paid = "paid",
        /// It is being put together.
        Preparing = "preparing",
        /// It is on its way.
        Shipped = "shipped",
        /// They have it.
        Delivered = "delivered",
        /// It will not be delivered.
        Cancelled = "cancelled",
        /// It came back.
        Returned = "returned",
    }
}

impl OrderStatus {
    /// Every status that somebody can give it from here.
    pub fn next(self) -> Vec<OrderStatus> {
        OrderStatus::ALL.iter().copied().filter(|to| *to != self && self.to(*to).is_ok()).collect()
    }

    /// The status after somebody gave it this one. It goes forward, and steps that a business does not have are left out.
    pub fn to(self, to: OrderStatus) -> Result<OrderStatus, WrongMove> {
        use OrderStatus::{Cancelled, Delivered, Paid, Placed, Preparing, Returned, Shipped};
        let refused = |instead| Err(WrongMove::between(Noun::Order, self.name(), to.name(), instead));
        match (self, to) {
            (Placed, Placed | Paid | Preparing | Shipped | Delivered | Cancelled)
            | (Paid, Paid | Preparing | Shipped | Delivered | Cancelled)
            | (Preparing, Preparing | Shipped | Delivered | Cancelled)
            | (Shipped, Shipped | Delivered | Returned)
            | (Delivered, Delivered | Returned)
            | (Cancelled, Cancelled | Placed)
            | (Returned, Returned) => Ok(to),
            (Placed | Paid | Preparing, Returned) => refused("cancel it: it has not left"),
            (Shipped | Delivered, Cancelled) => refused("it has left: it can come back as returned"),
            (Paid | Preparing | Shipped | Delivered, Placed | Paid | Preparing | Shipped) => {
                refused("an order only goes forward")
            }
            (Cancelled, Paid | Preparing | Shipped | Delivered | Returned) => refused("place it again first"),
            (Returned, Placed | Paid | Preparing | Shipped | Delivered | Cancelled) => refused("make a new order"),
        }
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// What one of it costs.
    #[serde(default)]
    pub price: Option<Money>,
}

/// Something that was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The name under which people speak of it: `4471`.
    pub number: String,
    /// By whom.
    pub contact: Option<ContactId>,
    /// How far it is.
    pub status: OrderStatus,
    /// What it costs.
    pub total: Option<Money>,
    /// What it consists of.
    pub items: Vec<Item>,
    /// When it was taken, milliseconds since 1970.
    pub placed_at: i64,
    /// The carrier's number or page.
    pub tracking: Option<String>,
}

impl Record for Order {
    const NOUN: Noun = Noun::Order;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn name(&self) -> String {
        self.number.clone()
    }

    fn contact(&self) -> Option<ContactId> {
        self.contact
    }

    fn fields(&self) -> Fields {
        let lines = self.items.iter().map(|item| format!("{} × {}", item.quantity, item.name));
        vec![
            ("number", Some(self.number.clone())),
            ("contact_id", text_of(&self.contact)),
            ("status", Some(self.status.name().to_owned())),
            ("total", text_of(&self.total)),
            ("items", super::tidy(Some(lines.collect::<Vec<_>>().join(", ")))),
            ("placed_at", Some(jiff::Timestamp::from_millisecond(self.placed_at).unwrap_or_default().to_string())),
            ("tracking", self.tracking.clone()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderStatus::{Cancelled, Delivered, Paid, Placed, Preparing, Returned, Shipped};

    #[test]
    fn an_order_goes_forward_and_comes_back_as_returned() {
        assert_eq!(Placed.to(Preparing), Ok(Preparing), "cash on delivery is paid last");
        assert_eq!(Shipped.next(), [Delivered, Returned]);
        let refused = Shipped.to(Cancelled).unwrap_err().to_string();
        assert_eq!(
            refused,
            "an order that is shipped cannot become cancelled; it has left: it can come back as returned"
        );
        assert!(Delivered.to(Paid).is_err() && Paid.to(Returned).is_err());
        assert!(Returned.next().is_empty());
    }
}
