//! Finding things by what somebody remembers of them.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use domain::search::Query as Looked;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page;
use super::views::{AppointmentView, CompanyView, ContactView, ConversationView, DealView, OrderView, TicketView};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::search::{Scope, search};

const LONGEST: usize = 200;
const USUAL: i64 = 10;

/// What was found, of each kind as many as `limit`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchResults {
    /// By any word of their name, by a number in any format or the end of one, by user id or address.
    contacts: Vec<ContactView>,
    /// By number, or by filters.
    conversations: Vec<ConversationView>,
    /// By reference.
    tickets: Vec<TicketView>,
    companies: Vec<CompanyView>,
    deals: Vec<DealView>,
    /// Those of the people who were found.
    appointments: Vec<AppointmentView>,
    orders: Vec<OrderView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Sought {
    /// Words, each of which something of the name begins like; a number; a reference. `type:`, `status:` and `window:<2h` ask for
    /// conversations as the inbox lists them.
    #[param(example = "lucía peña")]
    q: String,
    /// How many of each kind at most; 10 unless given.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// Looks for people, conversations, tickets and records. What was made a moment ago is found a moment later.
#[utoipa::path(get, path = "/search", tag = "search", operation_id = "search", params(Sought), responses((status = 200, body = SearchResults)))]
pub(super) async fn find(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(sought): Query<Sought>,
) -> Answer<SearchResults> {
    if LONGEST < sought.q.chars().count() {
        return Err(Problem::invalid(format!("`q` has at most {LONGEST} characters; ask for a few words")));
    }
    let limit = sought.limit.as_deref().map(|limit| page::limit(Some(limit)).map(i64::from)).transpose()?;
    let (looked, limit) = (Looked::parse(&sought.q), limit.unwrap_or(USUAL));
    let scope = Scope::of(&node, caller.workspace, caller.actor().user);
    let found = node.store.read(move |tx| search(tx, &scope, &looked, limit)).await?;
    Ok(Json(SearchResults {
        contacts: found.contacts.into_iter().map(ContactView::from).collect(),
        conversations: found.conversations.into_iter().map(ConversationView::from).collect(),
        tickets: found.tickets.into_iter().map(TicketView::from).collect(),
        companies: found.companies.into_iter().map(CompanyView::from).collect(),
        deals: found.deals.into_iter().map(DealView::from).collect(),
        appointments: found.appointments.into_iter().map(AppointmentView::from).collect(),
        orders: found.orders.into_iter().map(OrderView::from).collect(),
    }))
}
