//! Contacts that may be one person.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::duplicate::Likeness;
use domain::ids::ContactId;
use serde::{Deserialize, Serialize};
use store::{ContactRow, DuplicatePlace, DuplicateRow, Tx};
use utoipa::ToSchema;

use super::Answer;
use super::contacts::ContactView;
use super::page::{Asked, Page};
use super::schemas::{Id, LikenessName, Time};
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Merging, Once};
use crate::node::Node;

const MOST: usize = 100;

/// Two contacts that may be one person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Duplicate)]
pub(super) struct DuplicateView {
    /// The two, who was known first in front.
    contacts: Vec<ContactView>,
    /// How sure it is, in percent.
    #[schema(minimum = 0, maximum = 100, example = 90)]
    score: i64,
    /// What speaks for it.
    #[schema(value_type = Vec<LikenessName>)]
    reasons: Vec<Likeness>,
    #[schema(value_type = Time)]
    found_at: i64,
}

/// Behind which pair a page begins.
struct Place(DuplicatePlace);

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let score = parts.next().and_then(|part| part.parse().ok()).ok_or(())?;
        let mut id = || parts.next().and_then(|part| part.parse().ok()).ok_or(());
        Ok(Place((score, id()?, id()?)))
    }
}

/// Pairs of contacts that may be one person and that nobody has judged, the surest first.
#[utoipa::path(get, path = "/duplicates", tag = "contacts", operation_id = "list_duplicates", params(Asked), responses((status = 200, body = Page<DuplicateView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<DuplicateView>> {
    let (limit, after, workspace) = (asked.limit()?, asked.cursor::<Place>()?, caller.workspace);
    let read = move |tx: &mut Tx<'_>| {
        let rows = tx.duplicates(workspace, after.as_ref().map(|place| place.0), limit)?;
        let mut ids: Vec<ContactId> = rows.iter().flat_map(|row| [row.pair.0, row.pair.1]).collect();
        ids.sort_unstable();
        ids.dedup();
        let people = if ids.is_empty() { Vec::new() } else { tx.contacts_by_id(workspace, &ids)? };
        Ok((rows, people))
    };
    let (rows, people) = node.store.read(read).await?;
    let cursor = |row: &DuplicateRow| format!("{}.{}.{}", row.score, row.pair.0, row.pair.1);
    Ok(Json(Page::of(rows, limit, cursor, |row| view(row, &people))))
}

fn view(row: DuplicateRow, people: &[ContactRow]) -> DuplicateView {
    let of = |id: ContactId| people.iter().find(|row| row.contact.id == id).cloned();
    let mut contacts: Vec<ContactRow> = of(row.pair.0).into_iter().chain(of(row.pair.1)).collect();
    contacts.sort_by_key(|row| row.created_at);
    DuplicateView {
        contacts: contacts.into_iter().map(ContactView::from).collect(),
        score: row.score,
        reasons: row.likenesses,
        found_at: row.found_at,
    }
}

/// Says that two contacts are two people. They are not suggested again.
#[utoipa::path(
    delete,
    path = "/contacts/{id}/duplicates/{other_id}",
    tag = "contacts",
    operation_id = "tell_apart",
    responses(
        (status = 204, description = "They are two people."),
        (status = 404, description = "Nobody suggests that they are one, or somebody has judged it."),
    )
)]
pub(super) async fn tell_apart(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path((id, other)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let parse = |text: &str| text.parse::<ContactId>().map_err(|_| Problem::missing("contact"));
    inbox::tell_apart(&node, caller.workspace, parse(&id)?, parse(&other)?, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One contact, and who else it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Couple {
    /// Who stays.
    #[schema(value_type = Id)]
    contact_id: ContactId,
    /// Who leads there from now on.
    #[schema(value_type = Id)]
    merged_id: ContactId,
}

/// Pairs that are one person each.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ManyMerged {
    /// A hundred at most.
    #[schema(max_items = 100)]
    pairs: Vec<Couple>,
}

/// What became of each, in the order asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MergeResult)]
pub(super) struct Results {
    data: Vec<OneResult>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MergeOutcome)]
struct OneResult {
    #[schema(value_type = Id)]
    contact_id: ContactId,
    #[schema(value_type = Id)]
    merged_id: ContactId,
    /// As the route of one would have answered.
    #[schema(example = 201)]
    status: u16,
    /// What is wrong with it; null if it was done.
    detail: Option<String>,
}

/// Merges many pairs, each for itself.
#[utoipa::path(post, path = "/duplicates/merge", tag = "contacts", operation_id = "merge_many", request_body = ManyMerged, responses((status = 200, body = Results)))]
pub(super) async fn merge(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body, .. }: Posted<ManyMerged>,
) -> Answer<Results> {
    if body.pairs.is_empty() || MOST < body.pairs.len() {
        return Err(Problem::invalid(format!("`pairs` names 1 to {MOST} pairs")));
    }
    let mut data = Vec::with_capacity(body.pairs.len());
    for Couple { contact_id, merged_id } in body.pairs {
        let merging = Merging::new(&node, contact_id, merged_id, &caller.name);
        let done = inbox::merge(&node, caller.workspace, merging, Once::each_time()).await;
        let (status, detail) = match done.map_err(Problem::from) {
            Ok(_) => (StatusCode::CREATED.as_u16(), None),
            Err(problem) => (problem.status(), Some(problem.into_detail())),
        };
        data.push(OneResult { contact_id, merged_id, status, detail });
    }
    Ok(Json(Results { data }))
}
