//! People.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::ids::{ContactId, WorkspaceId};
use domain::{PhoneNumber, Region};
use serde::{Deserialize, Serialize};
use store::ContactRow;

use super::Answer;
use super::page::{Asked, Page};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;

/// A person as the API shows them.
#[derive(Debug, Serialize)]
pub(super) struct ContactView {
    id: ContactId,
    name: Option<String>,
    language: Option<domain::Language>,
    opted_out_at: Option<i64>,
    created_at: i64,
    identities: Vec<IdentityView>,
}

#[derive(Debug, Serialize)]
struct IdentityView {
    kind: domain::contact::IdentityKind,
    value: String,
    created_at: i64,
}

impl From<ContactRow> for ContactView {
    fn from(row: ContactRow) -> Self {
        let identities = row.identities.into_iter().map(|identity| IdentityView {
            kind: identity.identity.kind,
            value: identity.identity.value,
            created_at: identity.created_at,
        });
        ContactView {
            id: row.contact.id,
            name: row.contact.name,
            language: row.contact.language,
            opted_out_at: row.contact.opted_out_at,
            created_at: row.created_at,
            identities: identities.collect(),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    phone: Option<String>,
}

/// `GET /contacts`: everybody, the newest first; `?phone=` in any format finds the owner of a number.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(filter): Query<Filter>,
) -> Answer<Page<ContactView>> {
    let by_phone = filter.phone.is_some();
    let (limit, before) = (asked.limit()?, asked.cursor::<ContactId>()?);
    let limit = if by_phone { i64::MAX } else { limit };
    let workspace = caller.workspace;
    let rows = match filter.phone {
        Some(phone) => owners(&node, workspace, &phone).await?,
        None => node.store.read(move |tx| tx.contacts(workspace, before, limit)).await?,
    };
    Ok(Json(Page::of(rows, limit, |row| row.contact.id.to_string(), ContactView::from)))
}

/// Everybody whom a number names, in any of its spellings: a handful, on one page.
async fn owners(node: &Node, workspace: WorkspaceId, phone: &str) -> Result<Vec<ContactRow>, Problem> {
    let region = node.channels.iter().find(|channel| channel.workspace == workspace).map(|channel| channel.region);
    let phone = PhoneNumber::parse(phone, region.unwrap_or(Region::MX))
        .map_err(|error| Problem::invalid(format!("`phone`: {error}")))?;
    Ok(node.store.read(move |tx| tx.contacts_of_phone(workspace, &phone)).await?)
}

/// `GET /contacts/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ContactView> {
    let id: ContactId = id.parse().map_err(|_| Problem::missing("contact"))?;
    let row = node.store.read(move |tx| tx.contact(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("contact"))?.into()))
}
