//! What may be sold, stage by stage.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::{CompanyId, ContactId, DealId, InteractionId, UserId};
use domain::record::{Deal, DealStatus, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{DealsOf, Versioned};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::record::{self, SHORT, amount, asked_id, at_most, given, needed};
use super::schemas::{Day, DealStatusName, Id, Time};
use super::shapes::MoneyShape;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::ids;
use crate::node::Node;
use crate::records::{NewDeal, Trail, change, move_deal, open_deal};

/// Something that may be sold.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deal)]
pub(crate) struct DealView {
    #[schema(value_type = Id)]
    id: DealId,
    /// What it is about.
    #[schema(example = "Lentes progresivos")]
    title: String,
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    #[schema(value_type = Option<Id>)]
    company_id: Option<CompanyId>,
    /// The person of yours who sees to it.
    #[schema(value_type = Option<Id>)]
    owner_id: Option<UserId>,
    /// The id of a pipeline.
    #[schema(example = "sales")]
    pipeline: String,
    /// The id of one of its stages.
    #[schema(example = "proposal")]
    stage: String,
    /// Since when it stands there.
    #[schema(value_type = Time)]
    stage_since: i64,
    #[schema(value_type = DealStatusName)]
    status: DealStatus,
    /// Why it was lost.
    lost_reason: Option<String>,
    /// When it was won or lost.
    #[schema(value_type = Option<Time>)]
    closed_at: Option<i64>,
    /// What it is worth.
    #[schema(value_type = Option<MoneyShape>)]
    amount: Option<Money>,
    /// By which day it is expected to end.
    #[schema(value_type = Option<Day>)]
    expected_close: Option<Date>,
    /// Named by whoever changes it.
    version: i64,
    #[schema(value_type = Time)]
    created_at: i64,
    #[schema(value_type = Time)]
    updated_at: i64,
}

impl From<Versioned<Deal>> for DealView {
    fn from(kept: Versioned<Deal>) -> Self {
        let Versioned { record: deal, version, created_at, updated_at } = kept;
        DealView {
            id: deal.id,
            contact_id: deal.contact,
            company_id: deal.company,
            owner_id: deal.owner,
            stage_since: deal.stage_since,
            status: deal.state.status(),
            lost_reason: deal.state.reason().map(str::to_owned),
            closed_at: deal.state.closed_at(),
            title: deal.title,
            pipeline: deal.pipeline,
            stage: deal.stage,
            amount: deal.amount,
            expected_close: deal.expected_close,
            version,
            created_at,
            updated_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// With this person.
    #[param(value_type = Option<Id>)]
    contact_id: Option<String>,
    /// With this company.
    #[param(value_type = Option<Id>)]
    company_id: Option<String>,
    /// Together with `stage`; the first pipeline unless given.
    pipeline: Option<String>,
    /// In this stage.
    stage: Option<String>,
    /// Open, won or lost.
    #[param(value_type = Option<DealStatusName>)]
    status: Option<String>,
    /// What was made or changed since, the longest ago first.
    #[param(value_type = Option<Time>)]
    changed_since: Option<i64>,
}

/// Deals, the newest first.
#[utoipa::path(get, path = "/deals", tag = "deals", operation_id = "list_deals", params(Asked, Filter), responses((status = 200, body = Page<DealView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(filter): Query<Filter>,
) -> Answer<Page<DealView>> {
    if let Some(since) = filter.changed_since {
        return record::changed_since::<Deal, DealView>(&node, &caller, &asked, since).await;
    }
    let (workspace, limit, before) = (caller.workspace, asked.limit()?, asked.cursor::<DealId>()?);
    let which = wanted(filter)?;
    let rows = node.store.read(move |tx| tx.deals(workspace, &which, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |kept| kept.record.id.to_string(), DealView::from)))
}

fn wanted(asked: Filter) -> Result<DealsOf, Problem> {
    let status = filter::<DealStatus>("status", asked.status.as_deref())?;
    match (asked.contact_id, asked.company_id, asked.stage, status) {
        (None, None, None, None) => Ok(DealsOf::All),
        (Some(id), None, None, None) => Ok(DealsOf::Contact(asked_id("contact_id", &id)?)),
        (None, Some(id), None, None) => Ok(DealsOf::Company(asked_id("company_id", &id)?)),
        (None, None, Some(stage), None) => {
            let first = || domain::record::Pipeline::first().id;
            Ok(DealsOf::Stage { pipeline: asked.pipeline.unwrap_or_else(first), stage })
        }
        (None, None, None, Some(status)) => Ok(DealsOf::Status(status)),
        _ => Err(Problem::invalid("ask by one of `contact_id`, `company_id`, `stage` and `status`, not by several")),
    }
}

/// One deal.
#[utoipa::path(get, path = "/deals/{id}", tag = "deals", operation_id = "get_deal", responses((status = 200, body = DealView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<DealView> {
    record::one::<Deal, DealView>(&node, &caller, &id).await
}

/// A deal to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DealWish {
    /// What it is about.
    #[schema(min_length = 1, max_length = 200, example = "Lentes progresivos")]
    title: String,
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    company_id: Option<CompanyId>,
    /// The person of yours who sees to it.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    owner_id: Option<UserId>,
    /// The first pipeline unless given.
    #[serde(default)]
    pipeline: Option<String>,
    /// Its first stage unless given.
    #[serde(default)]
    stage: Option<String>,
    /// Why it is lost, if it stands in such a stage.
    #[serde(default)]
    #[schema(max_length = 200)]
    lost_reason: Option<String>,
    /// What it is worth.
    #[serde(default)]
    #[schema(value_type = Option<MoneyShape>)]
    amount: Option<Money>,
    /// By which day it is expected to end.
    #[serde(default)]
    #[schema(value_type = Option<Day>)]
    expected_close: Option<Date>,
    /// The matter that caused it.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Opens a deal.
#[utoipa::path(
    post,
    path = "/deals",
    tag = "deals",
    operation_id = "create_deal",
    request_body = DealWish,
    responses(
        (status = 201, description = "The deal.", body = DealView),
        (status = 409, description = "It is lost, and nothing says why."),
    )
)]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, attempt }: Posted<DealWish>,
) -> Result<Response, Problem> {
    let new = NewDeal {
        id: DealId(ids::fresh()),
        title: needed("title", wish.title, SHORT)?,
        contact: wish.contact_id,
        company: wish.company_id,
        owner: wish.owner_id,
        pipeline: wish.pipeline,
        stage: wish.stage,
        lost_reason: at_most("lost_reason", wish.lost_reason, SHORT)?,
        amount: amount("amount", wish.amount)?,
        expected_close: wish.expected_close,
    };
    let trail = Trail::new(&node, caller.workspace, &caller.actor(), wish.interaction_id);
    let shown = |kept: &Versioned<Deal>| DealView::from(kept.clone());
    attempt.once(StatusCode::CREATED, shown, |once| open_deal(&node, caller.workspace, new, trail, once)).await
}

/// What is to be different about a deal; a field that is left out stays. Where it stands is changed by moving it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DealPatch {
    /// The version that you saw.
    version: i64,
    /// What it is about.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Id>)]
    contact_id: Option<Option<ContactId>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Id>)]
    company_id: Option<Option<CompanyId>>,
    /// The person of yours who sees to it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Id>)]
    owner_id: Option<Option<UserId>>,
    /// What it is worth; null if nobody knows.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<MoneyShape>)]
    amount: Option<Option<Money>>,
    /// By which day it is expected to end; null if nobody knows.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Day>)]
    expected_close: Option<Option<Date>>,
    /// The matter that caused the change.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Puts right what is known about a deal.
#[utoipa::path(
    patch,
    path = "/deals/{id}",
    tag = "deals",
    operation_id = "change_deal",
    request_body = DealPatch,
    responses(
        (status = 200, description = "The deal as it is now.", body = DealView),
        (status = 412, description = "It was changed meanwhile."),
    )
)]
pub(super) async fn change_one(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: patch, .. }: Posted<DealPatch>,
) -> Answer<DealView> {
    let edit = record::edit::<Deal>(&node, &caller, &id, patch.version, patch.interaction_id)?;
    let title = patch.title.map(|title| needed("title", title, SHORT)).transpose()?;
    let worth = patch.amount.map(|money| amount("amount", money)).transpose()?;
    let edited = move |_: &mut store::Tx<'_>, old: &Deal| {
        Ok(Ok(Deal {
            title: title.clone().unwrap_or_else(|| old.title.clone()),
            contact: patch.contact_id.unwrap_or(old.contact),
            company: patch.company_id.unwrap_or(old.company),
            owner: patch.owner_id.unwrap_or(old.owner),
            amount: worth.unwrap_or(old.amount),
            expected_close: patch.expected_close.unwrap_or(old.expected_close),
            ..old.clone()
        }))
    };
    Ok(Json(change(&node, caller.workspace, edit, edited).await?.into()))
}

/// Where a deal goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DealMove {
    /// The version that you saw.
    version: i64,
    /// Another pipeline.
    #[serde(default)]
    pipeline: Option<String>,
    /// The stage.
    #[schema(example = "won")]
    stage: String,
    /// Why it is lost, in such a stage.
    #[serde(default)]
    #[schema(max_length = 200)]
    reason: Option<String>,
    /// The matter that caused it.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Moves a deal to another stage; in one that is won or lost it is over, in one that is open it begins again.
#[utoipa::path(
    put,
    path = "/deals/{id}/stage",
    tag = "deals",
    operation_id = "move_deal",
    request_body = DealMove,
    responses(
        (status = 200, description = "The deal where it is now.", body = DealView),
        (status = 409, description = "From where it stands it does not go there."),
        (status = 412, description = "It was changed meanwhile."),
    )
)]
pub(super) async fn go(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: to, .. }: Posted<DealMove>,
) -> Answer<DealView> {
    let edit = record::edit::<Deal>(&node, &caller, &id, to.version, to.interaction_id)?;
    let reason = at_most("reason", to.reason, SHORT)?;
    Ok(Json(move_deal(&node, caller.workspace, edit, to.pipeline, to.stage, reason).await?.into()))
}
