//! People.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::contact::Identity;
use domain::ids::{CompanyId, ContactId, WorkspaceId};
use domain::phone::InvalidPhone;
use domain::{Language, PhoneNumber, Region};
use serde::{Deserialize, Serialize};
use store::{ContactRow, Tx};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page};
use super::record::{asked_id, given};
use super::schemas::{Id, IdentityName, LanguageCode, Time};
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, ContactChange, Introduced, NewContact};
use crate::node::Node;

const LONGEST_NAME: usize = 200;

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
    /// Whom they turned out to be, if they were merged: all that was theirs is there.
    #[schema(value_type = Option<Id>)]
    merged_into: Option<ContactId>,
    /// For which company they work.
    #[schema(value_type = Option<Id>)]
    company_id: Option<CompanyId>,
    /// Since when their number may be somebody else's: automation keeps still until a person says.
    #[schema(value_type = Option<Time>)]
    doubted_at: Option<i64>,
    /// Since when they are known without being a record of the CRM; null if they are one. The workflow says who becomes one when.
    #[schema(value_type = Option<Time>)]
    provisional_at: Option<i64>,
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
            merged_into: row.merged_into,
            company_id: row.company,
            doubted_at: row.doubted_at,
            provisional_at: row.provisional_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// The owners of a number, in any format and any of its spellings: a handful at most, on one page.
    #[param(example = "+52 55 1234 5678")]
    phone: Option<String>,
    /// The owner of WhatsApp's id of a person.
    user_id: Option<String>,
    /// Whose name begins like this, whatever its case and accents: as many as `limit`, in the order of their names, on one page.
    name: Option<String>,
    /// Who works for this company, the newest first.
    #[param(value_type = Option<Id>)]
    company_id: Option<String>,
    /// Instead of those who are records: whoever is known and is none yet, the newest first.
    #[serde(default)]
    provisional: bool,
}

/// People who are records, the newest first.
#[utoipa::path(get, path = "/contacts", tag = "contacts", operation_id = "list_contacts", params(Asked, Filter), responses((status = 200, body = Page<ContactView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(filter): Query<Filter>,
) -> Answer<Page<ContactView>> {
    let (limit, before, workspace) = (asked.limit()?, asked.cursor::<ContactId>()?, caller.workspace);
    let found = match filter {
        Filter { phone: None, user_id: None, name: None, company_id: None, provisional } => {
            let read = move |tx: &mut Tx<'_>| {
                if provisional {
                    tx.provisional_contacts(workspace, before, limit)
                } else {
                    tx.contacts(workspace, before, limit)
                }
            };
            let rows = node.store.read(read).await?;
            return Ok(Json(Page::of(rows, limit, |row| row.contact.id.to_string(), ContactView::from)));
        }
        Filter { phone: None, user_id: None, name: None, company_id: Some(company), provisional: false } => {
            let company = asked_id("company_id", &company)?;
            let rows = node.store.read(move |tx| tx.contacts_of_company(workspace, company, before, limit)).await?;
            return Ok(Json(Page::of(rows, limit, |row| row.contact.id.to_string(), ContactView::from)));
        }
        Filter { phone: Some(phone), user_id: None, name: None, company_id: None, provisional: false } => {
            let phone = number(&node, workspace, &phone, PhoneNumber::sought)?;
            node.store.read(move |tx| tx.contacts_of_phone(workspace, &phone)).await?
        }
        Filter { phone: None, user_id: Some(id), name: None, company_id: None, provisional: false } => {
            node.store.read(move |tx| tx.contacts_of(workspace, &Identity::user_id(&id))).await?
        }
        Filter { phone: None, user_id: None, name: Some(start), company_id: None, provisional: false } => {
            node.store.read(move |tx| tx.contacts_named(workspace, &start, limit)).await?
        }
        Filter { .. } => {
            return Err(Problem::invalid(
                "ask by one of `phone`, `user_id`, `name`, `company_id` and `provisional`, not by several",
            ));
        }
    };
    Ok(Json(Page::whole(found, ContactView::from)))
}

/// A number in any format; without its country code, as one of the workspace's own country.
fn number(
    node: &Node,
    workspace: WorkspaceId,
    phone: &str,
    read: fn(&str, Region) -> Result<PhoneNumber, InvalidPhone>,
) -> Result<PhoneNumber, Problem> {
    let region = node.channels.iter().find(|channel| channel.workspace == workspace).map(|channel| channel.region);
    read(phone, region.unwrap_or(Region::MX)).map_err(|error| Problem::invalid(format!("`phone`: {error}")))
}

/// One person. The id of somebody who was merged leads to whom they are.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", operation_id = "get_contact", responses((status = 200, body = ContactView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ContactView> {
    let id = contact_id(&id)?;
    let row = node.store.read(move |tx| tx.contact(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("contact"))?.into()))
}

/// Every name of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Identities {
    data: Vec<IdentityView>,
}

/// The names by which messages find one person.
#[utoipa::path(get, path = "/contacts/{id}/identities", tag = "contacts", operation_id = "list_identities", responses((status = 200, body = Identities)))]
pub(super) async fn identities(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Identities> {
    let id = contact_id(&id)?;
    let row = node.store.read(move |tx| tx.contact(caller.workspace, id)).await?;
    let row = row.ok_or_else(|| Problem::missing("contact"))?;
    Ok(Json(Identities { data: ContactView::from(row).identities }))
}

/// Somebody to be known before they write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactWish {
    /// Their number, in any format; without a country code, as one of the workspace's country.
    #[schema(example = "+52 55 1234 5678")]
    phone: String,
    /// What they are called.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// The language to write to them in.
    #[serde(default)]
    #[schema(value_type = Option<LanguageCode>)]
    language: Option<Language>,
}

/// The person of a number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Introduced)]
pub(super) struct IntroducedView {
    /// Whether they are new. Of somebody known nothing was changed, but that they are a record.
    is_new: bool,
    contact: ContactView,
}

/// Makes a person, or finds who has the number already, in any of its spellings: never a second contact.
#[utoipa::path(
    post,
    path = "/contacts",
    tag = "contacts",
    operation_id = "create_contact",
    request_body = ContactWish,
    responses(
        (status = 200, description = "The person, new or known.", body = IntroducedView),
        (status = 409, description = "The number could be several people."),
    )
)]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, attempt }: Posted<ContactWish>,
) -> Result<Response, Problem> {
    let phone = number(&node, caller.workspace, &wish.phone, PhoneNumber::parse)?;
    let new = NewContact { phone, name: wish.name.map(checked_name).transpose()?, language: wish.language };
    let shown = |introduced: &Introduced| IntroducedView {
        is_new: introduced.is_new,
        contact: introduced.contact.clone().into(),
    };
    let create = |once| inbox::create_contact(&node, caller.workspace, new, &caller.name, once);
    attempt.once(StatusCode::OK, shown, create).await
}

/// What is to be different about a person; a field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactPatch {
    /// What they are called; null if nobody knows.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    name: Option<Option<String>>,
    /// The language to write to them in; null if nobody knows.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<LanguageCode>)]
    language: Option<Option<Language>>,
    /// Whether they want no more messages that they did not ask for.
    #[serde(default)]
    opted_out: Option<bool>,
    /// For which company they work; null if nobody knows.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Id>)]
    company_id: Option<Option<CompanyId>>,
}

/// Puts right what is known about a person.
#[utoipa::path(
    patch,
    path = "/contacts/{id}",
    tag = "contacts",
    operation_id = "change_contact",
    request_body = ContactPatch,
    responses((status = 200, description = "The person as they are known now.", body = ContactView))
)]
pub(super) async fn change(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: patch, .. }: Posted<ContactPatch>,
) -> Answer<ContactView> {
    let name = patch.name.map(|name| name.map(checked_name).transpose()).transpose()?;
    let change =
        ContactChange { name, language: patch.language, opted_out: patch.opted_out, company: patch.company_id };
    Ok(Json(inbox::change_contact(&node, caller.workspace, contact_id(&id)?, change, &caller.name).await?.into()))
}

/// Makes a record of somebody who is known without being one.
#[utoipa::path(
    put,
    path = "/contacts/{id}/record",
    tag = "contacts",
    operation_id = "make_record",
    responses((status = 200, description = "The person, who is a record.", body = ContactView))
)]
pub(super) async fn make_record(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ContactView> {
    Ok(Json(inbox::make_record(&node, caller.workspace, contact_id(&id)?, &caller.name).await?.into()))
}

fn checked_name(name: String) -> Result<String, Problem> {
    let name = name.trim();
    if name.is_empty() || LONGEST_NAME < name.chars().count() {
        return Err(Problem::invalid(format!(
            "`name` has 1 to {LONGEST_NAME} characters; leave it out if it is not known"
        )));
    }
    Ok(name.to_owned())
}

fn contact_id(text: &str) -> Result<ContactId, Problem> {
    text.parse().map_err(|_| Problem::missing("contact"))
}
