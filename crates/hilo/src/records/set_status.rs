//! What became of an appointment, and how far an order is.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::record::{Appointment, AppointmentStatus, Order, OrderStatus};
use store::{Tx, Versioned};

use super::{Edit, change};
use crate::inbox::{Done, Refusal};
use crate::node::Node;

/// Confirms, cancels, completes an appointment, notes that nobody came, or schedules it again.
pub async fn set_appointment_status(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    edit: Edit,
    to: AppointmentStatus,
) -> Done<Versioned<Appointment>> {
    let now = edit.trail.at;
    let set = move |_: &mut Tx<'_>, visit: &Appointment| {
        let status = visit.status.to(to, visit.starts_at, now);
        let status = status.map_err(|refused| Refusal::Conflict(refused.to_string()));
        Ok(status.map(|status| Appointment { status, ..visit.clone() }))
    };
    change(node, workspace, edit, set).await
}

/// Says how far an order is.
pub async fn set_order_status(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    edit: Edit,
    to: OrderStatus,
) -> Done<Versioned<Order>> {
    let set = move |_: &mut Tx<'_>, order: &Order| {
        let status = order.status.to(to).map_err(|refused| Refusal::Conflict(refused.to_string()));
        Ok(status.map(|status| Order { status, ..order.clone() }))
    };
    change(node, workspace, edit, set).await
}
