//! What was bought, and how far it is.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::{ContactId, InteractionId, OrderId};
use domain::record::{Item, Money, Order, OrderStatus};
use serde::{Deserialize, Serialize};
use store::{OrdersOf, Versioned};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::record::{self, SHORT, amount, asked_id, at_most, given, needed};
use super::schemas::{Id, OrderStatusName, Time};
use super::shapes::MoneyShape;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::ids;
use crate::node::Node;
use crate::records::{Trail, change, place_order, set_order_status};

const LONGEST_NUMBER: usize = 60;
const MOST_ITEMS: usize = 200;
const MOST_OF_ONE: i64 = 1_000_000;

/// Something that was bought.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub(crate) struct OrderView {
    #[schema(value_type = Id)]
    id: OrderId,
    /// The name under which people speak of it; no other order has it.
    #[schema(example = "4471")]
    number: String,
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    #[schema(value_type = OrderStatusName)]
    status: OrderStatus,
    /// What it costs.
    #[schema(value_type = Option<MoneyShape>)]
    total: Option<Money>,
    items: Vec<ItemShape>,
    #[schema(value_type = Time)]
    placed_at: i64,
    /// The carrier's number or page.
    tracking: Option<String>,
    /// Named by whoever changes it.
    version: i64,
    #[schema(value_type = Time)]
    created_at: i64,
    #[schema(value_type = Time)]
    updated_at: i64,
}

/// One line of an order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Item)]
#[serde(deny_unknown_fields)]
struct ItemShape {
    /// What.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// How many.
    #[schema(minimum = 1, maximum = 1_000_000)]
    quantity: i64,
    /// What one of it costs.
    #[serde(default)]
    #[schema(value_type = Option<MoneyShape>)]
    price: Option<Money>,
}

impl From<Versioned<Order>> for OrderView {
    fn from(kept: Versioned<Order>) -> Self {
        let Versioned { record: order, version, created_at, updated_at } = kept;
        let item = |Item { name, quantity, price }| ItemShape { name, quantity, price };
        OrderView {
            id: order.id,
            number: order.number,
            contact_id: order.contact,
            status: order.status,
            total: order.total,
            items: order.items.into_iter().map(item).collect(),
            placed_at: order.placed_at,
            tracking: order.tracking,
            version,
            created_at,
            updated_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Of this person.
    #[param(value_type = Option<Id>)]
    contact_id: Option<String>,
    /// Of this status.
    #[param(value_type = Option<OrderStatusName>)]
    status: Option<String>,
    /// The one of this number.
    #[param(example = "4471")]
    number: Option<String>,
    /// What was made or changed since, the longest ago first.
    #[param(value_type = Option<Time>)]
    changed_since: Option<i64>,
}

/// Orders, the newest first.
#[utoipa::path(get, path = "/orders", tag = "orders", operation_id = "list_orders", params(Asked, Filter), responses((status = 200, body = Page<OrderView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(filter): Query<Filter>,
) -> Answer<Page<OrderView>> {
    if let Some(since) = filter.changed_since {
        return record::changed_since::<Order, OrderView>(&node, &caller, &asked, since).await;
    }
    let (workspace, limit) = (caller.workspace, asked.limit()?);
    if let Some(number) = filter.number {
        let found = node.store.read(move |tx| tx.order_of_number(workspace, number.trim())).await?;
        return Ok(Json(Page::whole(found.into_iter().collect(), OrderView::from)));
    }
    let (which, before) = (wanted(&filter)?, asked.cursor::<OrderId>()?);
    let rows = node.store.read(move |tx| tx.orders(workspace, which, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |kept| kept.record.id.to_string(), OrderView::from)))
}

fn wanted(asked: &Filter) -> Result<OrdersOf, Problem> {
    let status = filter::<OrderStatus>("status", asked.status.as_deref())?;
    match (&asked.contact_id, status) {
        (None, None) => Ok(OrdersOf::All),
        (Some(id), None) => Ok(OrdersOf::Contact(asked_id("contact_id", id)?)),
        (None, Some(status)) => Ok(OrdersOf::Status(status)),
        (Some(_), Some(_)) => {
            Err(Problem::invalid("ask by one of `contact_id`, `status` and `number`, not by several"))
        }
    }
}

/// One order.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", operation_id = "get_order", responses((status = 200, body = OrderView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<OrderView> {
    record::one::<Order, OrderView>(&node, &caller, &id).await
}

/// An order to be taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderWish {
    /// The name under which people speak of it.
    #[schema(min_length = 1, max_length = 60, example = "4471")]
    number: String,
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    /// `placed` unless given: an order that was taken elsewhere may be further.
    #[serde(default)]
    #[schema(value_type = Option<OrderStatusName>)]
    status: Option<OrderStatus>,
    /// What it costs.
    #[serde(default)]
    #[schema(value_type = Option<MoneyShape>)]
    total: Option<Money>,
    #[serde(default)]
    #[schema(max_items = 200)]
    items: Vec<ItemShape>,
    /// Now unless given.
    #[serde(default)]
    #[schema(value_type = Option<Time>)]
    placed_at: Option<i64>,
    /// The carrier's number or page.
    #[serde(default)]
    #[schema(max_length = 200)]
    tracking: Option<String>,
    /// The matter that caused it.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Takes an order.
#[utoipa::path(
    post,
    path = "/orders",
    tag = "orders",
    operation_id = "create_order",
    request_body = OrderWish,
    responses(
        (status = 201, description = "The order.", body = OrderView),
        (status = 409, description = "Another order has this number."),
    )
)]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, attempt }: Posted<OrderWish>,
) -> Result<Response, Problem> {
    let order = Order {
        id: OrderId(ids::fresh()),
        number: needed("number", wish.number, LONGEST_NUMBER)?,
        contact: wish.contact_id,
        status: wish.status.unwrap_or(OrderStatus::Placed),
        total: amount("total", wish.total)?,
        items: checked_items(wish.items)?,
        placed_at: moment(wish.placed_at.unwrap_or_else(|| node.clock.now().as_millisecond()))?,
        tracking: at_most("tracking", wish.tracking, SHORT)?,
    };
    let trail = Trail::new(&node, caller.workspace, &caller.actor(), wish.interaction_id);
    let shown = |kept: &Versioned<Order>| OrderView::from(kept.clone());
    attempt.once(StatusCode::CREATED, shown, |once| place_order(&node, caller.workspace, order, trail, once)).await
}

fn moment(ms: i64) -> Result<i64, Problem> {
    let known = jiff::Timestamp::from_millisecond(ms);
    known
        .map(|_| ms)
        .map_err(|_| Problem::invalid("`placed_at` is milliseconds since 1970, in a year that calendars know"))
}

fn checked_items(items: Vec<ItemShape>) -> Result<Vec<Item>, Problem> {
    if MOST_ITEMS < items.len() {
        return Err(Problem::invalid(format!("`items` has at most {MOST_ITEMS} lines; give them to several orders")));
    }
    let checked = |item: ItemShape| {
        if !(1..=MOST_OF_ONE).contains(&item.quantity) {
            return Err(Problem::invalid(format!("`quantity` is from 1 to {MOST_OF_ONE}, not {}", item.quantity)));
        }
        let name = needed("name", item.name, SHORT)?;
        Ok(Item { name, quantity: item.quantity, price: amount("price", item.price)? })
    };
    items.into_iter().map(checked).collect()
}

/// What is to be different about an order; a field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderPatch {
    /// The version that you saw.
    version: i64,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Id>)]
    contact_id: Option<Option<ContactId>>,
    /// What it costs; null if nobody knows.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<MoneyShape>)]
    total: Option<Option<Money>>,
    /// All of them, instead of those before.
    #[serde(default)]
    #[schema(max_items = 200)]
    items: Option<Vec<ItemShape>>,
    /// The carrier's number or page; null if there is none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    tracking: Option<Option<String>>,
    /// The matter that caused the change.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Puts right what is known about an order.
#[utoipa::path(
    patch,
    path = "/orders/{id}",
    tag = "orders",
    operation_id = "change_order",
    request_body = OrderPatch,
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 412, description = "It was changed meanwhile."),
    )
)]
pub(super) async fn change_one(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: patch, .. }: Posted<OrderPatch>,
) -> Answer<OrderView> {
    let edit = record::edit::<Order>(&node, &caller, &id, patch.version, patch.interaction_id)?;
    let total = patch.total.map(|total| amount("total", total)).transpose()?;
    let items = patch.items.map(checked_items).transpose()?;
    let tracking = patch.tracking.map(|tracking| at_most("tracking", tracking, SHORT)).transpose()?;
    let edited = move |_: &mut store::Tx<'_>, old: &Order| {
        Ok(Ok(Order {
            contact: patch.contact_id.unwrap_or(old.contact),
            total: total.unwrap_or(old.total),
            items: items.clone().unwrap_or_else(|| old.items.clone()),
            tracking: tracking.clone().unwrap_or_else(|| old.tracking.clone()),
            ..old.clone()
        }))
    };
    Ok(Json(change(&node, caller.workspace, edit, edited).await?.into()))
}

/// How far an order is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderMove {
    /// The version that you saw.
    version: i64,
    #[schema(value_type = OrderStatusName)]
    status: OrderStatus,
    /// The matter that caused it.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Says how far an order is. It goes forward, and comes back as returned.
#[utoipa::path(
    put,
    path = "/orders/{id}/status",
    tag = "orders",
    operation_id = "set_order_status",
    request_body = OrderMove,
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 409, description = "From where it stands it does not become that."),
        (status = 412, description = "It was changed meanwhile."),
    )
)]
pub(super) async fn set_status(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: to, .. }: Posted<OrderMove>,
) -> Answer<OrderView> {
    let edit = record::edit::<Order>(&node, &caller, &id, to.version, to.interaction_id)?;
    Ok(Json(set_order_status(&node, caller.workspace, edit, to.status).await?.into()))
}
