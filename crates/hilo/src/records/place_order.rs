//! Somebody bought something. An order has a number of its own: the one that it is given, or one that is made.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::record::Order;
use store::{Tx, Versioned};

use super::{Trail, create_at};
use crate::inbox::{Acted, Done, Once, Refusal};
use crate::node::Node;
use crate::pipeline::lock_of_name;

/// Takes an order.
pub async fn place_order(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    order: Order,
    trail: Trail,
    once: Once<Versioned<Order>>,
) -> Done<Acted<Versioned<Order>>> {
    // Two orders of one number at once: the second sees the first.
    let locks = vec![lock_of_name(workspace, &format!("order {}", order.number))];
    let work = move |tx: &mut Tx<'_>| {
        if tx.order_of_number(workspace, &order.number)?.is_some() {
            return Ok(Err(number_taken(&order.number)));
        }
        create_at(tx, workspace, &order, &trail)
    };
    let placed = once.write(node, workspace, locks, work).await;
    node.changed(&[workspace]);
    placed
}

fn number_taken(number: &str) -> Refusal {
    Refusal::Conflict(format!("there is an order `{number}` already; change that one, or give this one another number"))
}
