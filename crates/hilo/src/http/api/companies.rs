//! Businesses that people belong to.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::{CompanyId, InteractionId};
use domain::record::Company;
use serde::{Deserialize, Serialize};
use store::Versioned;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page};
use super::record::{self, SHORT, at_most, given, needed};
use super::schemas::{Id, Time};
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::ids;
use crate::node::Node;
use crate::records::{Trail, change, create as create_record};

/// A business that people belong to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Company)]
pub(crate) struct CompanyView {
    #[schema(value_type = Id)]
    id: CompanyId,
    /// What it is called.
    #[schema(example = "Óptica Luna")]
    name: String,
    /// Its name on the internet.
    #[schema(example = "luna.mx")]
    domain: Option<String>,
    /// Its number, as it was given.
    phone: Option<String>,
    /// Named by whoever changes it.
    version: i64,
    #[schema(value_type = Time)]
    created_at: i64,
    #[schema(value_type = Time)]
    updated_at: i64,
}

impl From<Versioned<Company>> for CompanyView {
    fn from(kept: Versioned<Company>) -> Self {
        let Company { id, name, domain, phone } = kept.record;
        let Versioned { version, created_at, updated_at, .. } = kept;
        CompanyView { id, name, domain, phone, version, created_at, updated_at }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// What was made or changed since, the longest ago first.
    #[param(value_type = Option<Time>)]
    changed_since: Option<i64>,
}

/// Companies, the newest first.
#[utoipa::path(get, path = "/companies", tag = "companies", operation_id = "list_companies", params(Asked, Filter), responses((status = 200, body = Page<CompanyView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(filter): Query<Filter>,
) -> Answer<Page<CompanyView>> {
    if let Some(since) = filter.changed_since {
        return record::changed_since::<Company, CompanyView>(&node, &caller, &asked, since).await;
    }
    let (workspace, limit, before) = (caller.workspace, asked.limit()?, asked.cursor::<CompanyId>()?);
    let rows = node.store.read(move |tx| tx.companies(workspace, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |kept| kept.record.id.to_string(), CompanyView::from)))
}

/// One company.
#[utoipa::path(get, path = "/companies/{id}", tag = "companies", operation_id = "get_company", responses((status = 200, body = CompanyView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<CompanyView> {
    record::one::<Company, CompanyView>(&node, &caller, &id).await
}

/// A company to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyWish {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200, example = "Óptica Luna")]
    name: String,
    /// Its name on the internet.
    #[serde(default)]
    #[schema(max_length = 200)]
    domain: Option<String>,
    /// Its number, in any format.
    #[serde(default)]
    #[schema(max_length = 200)]
    phone: Option<String>,
}

/// Keeps a company.
#[utoipa::path(post, path = "/companies", tag = "companies", operation_id = "create_company", request_body = CompanyWish, responses((status = 201, description = "The company.", body = CompanyView)))]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, attempt }: Posted<CompanyWish>,
) -> Result<Response, Problem> {
    let company = Company {
        id: CompanyId(ids::fresh()),
        name: needed("name", wish.name, SHORT)?,
        domain: at_most("domain", wish.domain, SHORT)?,
        phone: at_most("phone", wish.phone, SHORT)?,
    };
    let trail = Trail::new(&node, caller.workspace, &caller.actor(), None);
    let shown = |kept: &Versioned<Company>| CompanyView::from(kept.clone());
    attempt.once(StatusCode::CREATED, shown, |once| create_record(&node, caller.workspace, company, trail, once)).await
}

/// What is to be different about a company; a field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyPatch {
    /// The version that you saw.
    version: i64,
    /// What it is called.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Its name on the internet; null if it has none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    domain: Option<Option<String>>,
    /// Its number; null if nobody knows.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    phone: Option<Option<String>>,
    /// The matter that caused the change.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Puts right what is known about a company.
#[utoipa::path(
    patch,
    path = "/companies/{id}",
    tag = "companies",
    operation_id = "change_company",
    request_body = CompanyPatch,
    responses(
        (status = 200, description = "The company as it is now.", body = CompanyView),
        (status = 412, description = "It was changed meanwhile."),
    )
)]
pub(super) async fn change_one(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: patch, .. }: Posted<CompanyPatch>,
) -> Answer<CompanyView> {
    let edit = record::edit::<Company>(&node, &caller, &id, patch.version, patch.interaction_id)?;
    let name = patch.name.map(|name| needed("name", name, SHORT)).transpose()?;
    let domain = patch.domain.map(|domain| at_most("domain", domain, SHORT)).transpose()?;
    let phone = patch.phone.map(|phone| at_most("phone", phone, SHORT)).transpose()?;
    let edited = move |_: &mut store::Tx<'_>, old: &Company| {
        Ok(Ok(Company {
            id: old.id,
            name: name.clone().unwrap_or_else(|| old.name.clone()),
            domain: domain.clone().unwrap_or_else(|| old.domain.clone()),
            phone: phone.clone().unwrap_or_else(|| old.phone.clone()),
        }))
    };
    Ok(Json(change(&node, caller.workspace, edit, edited).await?.into()))
}
