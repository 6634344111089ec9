//! People.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::ids::{ContactId, WorkspaceId};
use domain::{PhoneNumber, Region};
use serde::{Deserialize, Serialize};
use store::ContactRow;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page};
use super::schemas::{Id, IdentityName, LanguageCode, Time};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;

/// A person as the API shows them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub(crate) struct ContactView {
    #[schema(value_type = Id)]
    id: ContactId,
    /// What they are called, from you or from their WhatsApp profile.
    #[schema(example = "Ana")]
    name: Option<String>,
    /// The language that they write in.
    #[schema(value_type = Option<LanguageCode>)]
    language: Option<domain::Language>,
    /// When they asked for no more messages.
    #[schema(value_type = Option<Time>)]
    opted_out_at: Option<i64>,
    #[schema(value_type = Time)]
    created_at: i64,
    /// The names by which a message finds them.
    identities: Vec<IdentityView>,
}

/// One name of a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Identity)]
struct IdentityView {
    #[schema(value_type = IdentityName)]
    kind: domain::contact::IdentityKind,
    /// The name, as its source spelled it.
    #[schema(example = "+525512345678")]
    value: String,
    #[schema(value_type = Time)]
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

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// The owners of a number, in any format and any of its spellings: a handful at most, on one page.
    #[param(example = "+52 55 1234 5678")]
    phone: Option<String>,
}

/// People, the newest first.
#[utoipa::path(get, path = "/contacts", tag = "contacts", operation_id = "list_contacts", params(Asked, Filter), responses((status = 200, body = Page<ContactView>)))]
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

/// One person.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", operation_id = "get_contact", responses((status = 200, body = ContactView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ContactView> {
    let id: ContactId = id.parse().map_err(|_| Problem::missing("contact"))?;
    let row = node.store.read(move |tx| tx.contact(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("contact"))?.into()))
}
