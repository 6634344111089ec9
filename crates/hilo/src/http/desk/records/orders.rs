//! Orders: the list by how far they are, and each of them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use domain::ids::OrderId;
use domain::record::{Noun, Order, OrderStatus, Record};
use maud::{Markup, html};
use store::{OrdersOf, Stored, Tx};

use super::card;
use super::field::{self, amount, usual_currency};
use super::list::{self, Asked, PAGE};
use super::past::{self, Past};
use crate::explain::record;
use crate::http::desk::frame::{self, Place};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// `GET /orders`.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let (workspace, after) = (view.workspace, asked.after.as_deref().and_then(|id| id.parse::<OrderId>().ok()));
    let status = asked.status.as_deref().and_then(|status| status.parse::<OrderStatus>().ok());
    let which = status.map_or(OrdersOf::All, OrdersOf::Status);
    let look = move |tx: &mut Tx<'_>| {
        let rows = tx.orders(workspace, which, after, PAGE)?;
        let people = list::people(tx, workspace, rows.iter().filter_map(|kept| kept.record.contact))?;
        Ok((rows, people))
    };
    let (rows, people) = node.store.read(look).await?;
    let title = view.say("desk-orders");
    let options = card::statuses_of(&view, Noun::Order, OrderStatus::ALL.iter().map(|status| status.name()));
    let chosen = status.map(OrderStatus::name);
    let query = chosen.map(|status| format!("&status={status}")).unwrap_or_default();
    let content = html! {
        main #main .page tabindex="-1" {
            (list::head(&title, &creation(&view, usual_currency(&node, &view))))
            (list::tabs(&view, "", chosen, &options))
            div #orders data-live {
                @if rows.is_empty() { (list::empty(&view, "record-no-orders")) } @else {
                    ul.small-cards {
                        @for kept in &rows {
                            li.visit #{ "o-" (kept.record.id) } {
                                a href={ "/orders/" (kept.record.id) } { strong { bdi { (kept.record.number) } } }
                                div {
                                    p { (list::person(&view, &people, kept.record.contact)) " "
                                        @if let Some(money) = kept.record.total { span.soft { (amount(&view, money)) } }
                                        " " time.soft { (view.reader.day(kept.record.placed_at)) } }
                                    (card::order_status(&view, kept))
                                }
                            }
                        }
                    }
                    (list::more(&view, rows.len(), rows.last().map(|kept| kept.record.id.to_string()), &query))
                }
            }
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Orders, content).into_string()))
}

fn creation(view: &View, usual: &str) -> Markup {
    let fields = html! {
        (list::input(view, "number", "text", true))
        label { span { (record::field(view.reader.language, "total")) } (field::amount_inputs(view, "total", None, usual)) }
    };
    list::creation(view, "record-new-order", "/orders", Some("/orders/"), &fields)
}

/// `GET /orders/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let id: OrderId = id.parse().map_err(|_| Problem::missing("order"))?;
    let workspace = view.workspace;
    let look = move |tx: &mut Tx<'_>| {
        let Some(kept) = Order::one(tx, workspace, id.0)? else { return Ok(None) };
        let people = list::people(tx, workspace, kept.record.contact.into_iter())?;
        let past = Past::read(tx, workspace, kept.record.reference())?;
        Ok(Some((kept, people, past)))
    };
    let (kept, people, told) = node.store.read(look).await?.ok_or_else(|| Problem::missing("order"))?;
    let (order, of) = (&kept.record, field::Of::new(format!("/orders/{id}"), kept.version));
    let title = view.say_with("record-order-number", &[("number", &order.number)]);
    let fields = html! {
        section.card {
            (card::order_status(&view, &kept))
            (field::money(&view, &of, "total", order.total, usual_currency(&node, &view)))
            (field::text(&view, &of, "tracking", order.tracking.as_deref()))
            dl.known {
                @if order.contact.is_some() {
                    div { dt { (record::field(view.reader.language, "contact_id")) } dd { (list::person(&view, &people, order.contact)) } }
                }
                div { dt { (record::field(view.reader.language, "placed_at")) } dd { (view.reader.day_and_clock(order.placed_at)) } }
            }
            (items(&view, order))
        }
    };
    let sheet = list::sheet(&view, "/orders", &title, &fields, &past::render(&view, &told));
    Ok(Html(frame::page(&view, &title, Place::Orders, sheet).into_string()))
}

fn items(view: &View, order: &Order) -> Markup {
    html! {
        @if !order.items.is_empty() {
            h2 { span { (record::field(view.reader.language, "items")) } }
            ul.items {
                @for item in &order.items {
                    li { span { (item.quantity) " × " bdi { (item.name) } }
                        @if let Some(price) = item.price { span.soft { (amount(view, price)) } } }
                }
            }
        }
    }
}
