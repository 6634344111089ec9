//! For which records a conversation can wait, by what a snooze calls them and what people do.

use domain::record::{Appointment, Deal, DealState, Noun, Order, OrderStatus, RecordRef};
use store::Versioned;
use uuid::Uuid;

use super::Beside;
use crate::http::desk::view::View;

/// A record under its name in the API, `deal/01a20577-…`, and what people call it.
pub(crate) struct Awaited {
    pub(crate) record: String,
    pub(crate) name: String,
}

impl Beside {
    /// Those that are not over: something can still become of them.
    pub(crate) fn may_change(&self, view: &View) -> Vec<Awaited> {
        let deals = self.deals.iter().filter(|kept| matches!(kept.record.state, DealState::Open)).map(deal);
        let visits = self.appointments.iter().filter(|kept| view.now() <= kept.record.starts_at);
        let orders = self.orders.iter().filter(|kept| !is_over(kept.record.status));
        deals.chain(visits.map(|kept| visit(view, kept))).chain(orders.map(|kept| order(view, kept))).collect()
    }

    /// What people call one of them.
    pub(crate) fn name_of(&self, view: &View, record: &str) -> Option<String> {
        let visits = self.appointments.iter().map(|kept| visit(view, kept));
        let orders = self.orders.iter().map(|kept| order(view, kept));
        let mut all = self.deals.iter().map(deal).chain(visits).chain(orders);
        all.find(|awaited| awaited.record == record).map(|awaited| awaited.name)
    }
}

fn reference(noun: Noun, id: Uuid) -> String {
    RecordRef { noun, id }.to_string()
}

fn deal(kept: &Versioned<Deal>) -> Awaited {
    Awaited { record: reference(Noun::Deal, kept.record.id.0), name: kept.record.title.clone() }
}

fn visit(view: &View, kept: &Versioned<Appointment>) -> Awaited {
    let visit = &kept.record;
    let name = format!("{}, {}", visit.service, view.reader.day_and_clock(visit.starts_at));
    Awaited { record: reference(Noun::Appointment, visit.id.0), name }
}

fn order(view: &View, kept: &Versioned<Order>) -> Awaited {
    let name = view.say_with("inbox-order", &[("number", &kept.record.number)]);
    Awaited { record: reference(Noun::Order, kept.record.id.0), name }
}

fn is_over(status: OrderStatus) -> bool {
    match status {
        OrderStatus::Placed | OrderStatus::Paid | OrderStatus::Preparing | OrderStatus::Shipped => false,
        OrderStatus::Delivered | OrderStatus::Cancelled | OrderStatus::Returned => true,
    }
}
