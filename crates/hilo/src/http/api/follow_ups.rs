//! What is said without being asked: what is planned, and what was decided and why.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::fact::{Thing, ThingRef};
use domain::follow_up::{Because, FollowUpKey, FollowUpState};
use domain::ids::{ContactId, SendId};
use serde::{Deserialize, Serialize};
use store::{FollowUpPlace, FollowUpRow, FollowUpsOf, Tx};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Answer;
use super::page::{Asked, Page, filter};
use super::schemas::{FollowUpReasonName, FollowUpStateName, Id, ThingName, Time};
use crate::follow_ups;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;

/// A message that follows the state of a record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FollowUp)]
pub(super) struct FollowUpView {
    #[schema(example = "appointment.01a20577-4513-75e8-95eb-4146c7a923e6.reminder.1795388032275.0")]
    id: String,
    /// The id of the rule in the workflow file.
    rule: String,
    /// Which message of the rule, from 0 on.
    number: i64,
    record: ThingShape,
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    /// Its moment, out of quiet hours.
    #[schema(value_type = Time)]
    due_at: i64,
    /// Later than that it is not sent.
    #[schema(value_type = Time)]
    expires_at: i64,
    /// When it is looked at next; null once it is decided.
    #[schema(value_type = Option<Time>)]
    look_at: Option<i64>,
    #[schema(value_type = FollowUpStateName)]
    state: FollowUpState,
    #[schema(value_type = Option<FollowUpReasonName>)]
    because: Option<Because>,
    /// What stood in the fields that the rule looks at, when it was decided.
    values: BTreeMap<String, String>,
    #[schema(value_type = Option<Id>)]
    send_id: Option<SendId>,
    #[schema(value_type = Option<Time>)]
    decided_at: Option<i64>,
}

/// A record that a rule follows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FollowedRecord)]
struct ThingShape {
    #[schema(value_type = ThingName)]
    r#type: Thing,
    #[schema(value_type = Id)]
    id: Uuid,
}

impl From<FollowUpRow> for FollowUpView {
    fn from(row: FollowUpRow) -> Self {
        FollowUpView {
            id: row.key.to_string(),
            record: ThingShape { r#type: row.key.about.of, id: row.key.about.id },
            rule: row.key.rule,
            number: row.key.step,
            contact_id: row.contact,
            due_at: row.due_at,
            expires_at: row.expires_at,
            look_at: row.look_at,
            state: row.state,
            because: row.because,
            values: row.looked.and_then(|looked| serde_json::from_str(&looked).ok()).unwrap_or_default(),
            send_id: row.send,
            decided_at: row.decided_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Of one state only; `pending` unless a record or a contact is given.
    #[param(value_type = Option<FollowUpStateName>)]
    state: Option<String>,
    /// Of one person only.
    #[param(value_type = Option<Id>)]
    contact_id: Option<String>,
    /// Of one record only: its kind and id, `appointment/01a20577-4513-75e8-95eb-4146c7a923e6`. They come on one page.
    record: Option<String>,
}

/// What follows the state of records, the latest moment first.
#[utoipa::path(get, path = "/follow-ups", tag = "follow_ups", operation_id = "list_follow_ups", params(Asked, Filter), responses((status = 200, body = Page<FollowUpView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<FollowUpView>> {
    let limit = asked.limit()?;
    let behind = asked.cursor::<Cursor>()?.map_or_else(FollowUpPlace::last, |cursor| cursor.0);
    let state = filter::<FollowUpState>("state", wanted.state.as_deref())?;
    let contact = filter::<ContactId>("contact_id", wanted.contact_id.as_deref())?;
    if let Some(record) = &wanted.record {
        let about = record_of(record)?;
        let rows = node.store.read(move |tx| tx.follow_ups_about(caller.workspace, about)).await?;
        let is_wanted = |row: &FollowUpRow| {
            state.is_none_or(|state| row.state == state) && (contact.is_none() || row.contact == contact)
        };
        let mut rows: Vec<FollowUpRow> = rows.into_iter().filter(is_wanted).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.place()));
        return Ok(Json(Page::whole(rows, FollowUpView::from)));
    }
    let which = match contact {
        Some(contact) => FollowUpsOf::Contact(contact, state),
        None => FollowUpsOf::State(state.unwrap_or(FollowUpState::Pending)),
    };
    let read = move |tx: &mut Tx<'_>| tx.follow_ups(caller.workspace, which, &behind, limit);
    let rows = node.store.read(read).await?;
    Ok(Json(Page::of(rows, limit, |row| Cursor(row.place()).to_string(), FollowUpView::from)))
}

fn record_of(text: &str) -> Result<ThingRef, Problem> {
    let parsed =
        text.split_once('/').and_then(|(of, id)| Some(ThingRef { of: of.parse().ok()?, id: id.parse().ok()? }));
    parsed.ok_or_else(|| {
        Problem::invalid("`record` is a kind and an id, as in `appointment/01a20577-4513-75e8-95eb-4146c7a923e6`")
    })
}

/// The place of the last one of a page.
struct Cursor(FollowUpPlace);

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FollowUpPlace { due_at, record, rule, step, episode } = &self.0;
        write!(out, "{due_at}.{record}.{rule}.{step}.{episode}")
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = text.split('.').collect();
        let [due_at, record, rule, step, episode] = parts[..] else { return Err(()) };
        let number = |text: &str| text.parse::<i64>().map_err(drop);
        Ok(Self(FollowUpPlace {
            due_at: number(due_at)?,
            record: record.parse().map_err(drop)?,
            rule: rule.to_owned(),
            step: number(step)?,
            episode: number(episode)?,
        }))
    }
}

/// Says that one is not to be sent.
#[utoipa::path(
    post,
    path = "/follow-ups/{id}/skip",
    tag = "follow_ups",
    operation_id = "skip_follow_up",
    responses(
        (status = 200, description = "It is not sent.", body = FollowUpView),
        (status = 409, description = "It is decided already."),
    )
)]
pub(super) async fn skip(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<FollowUpView> {
    let key: FollowUpKey = id.parse().map_err(|_| Problem::missing("follow-up"))?;
    Ok(Json(follow_ups::skip(&node, caller.workspace, key, &caller.actor()).await?.into()))
}

/// How many were meant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FollowUpsDone)]
pub(super) struct DoneView {
    follow_ups: usize,
}

/// Lets those go that are held because many were overdue at once. Each is looked at once more before it is sent.
#[utoipa::path(
    post,
    path = "/follow-ups/release",
    tag = "follow_ups",
    operation_id = "release_follow_ups",
    responses((status = 200, description = "They are decided like any other.", body = DoneView))
)]
pub(super) async fn release(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<DoneView> {
    let follow_ups = follow_ups::release_flood(&node, caller.workspace).await?;
    Ok(Json(DoneView { follow_ups }))
}

/// Gives those up that are held because many were overdue at once.
#[utoipa::path(
    post,
    path = "/follow-ups/drop",
    tag = "follow_ups",
    operation_id = "drop_follow_ups",
    responses((status = 200, description = "They are not sent.", body = DoneView))
)]
pub(super) async fn drop_all(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<DoneView> {
    let follow_ups = follow_ups::drop_flood(&node, caller.workspace, &caller.actor()).await?;
    Ok(Json(DoneView { follow_ups }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let place = FollowUpPlace { due_at: 1, record: Uuid::max(), rule: "reminder".to_owned(), step: 0, episode: -2 };
        let read: Cursor = Cursor(place.clone()).to_string().parse().unwrap();
        assert_eq!(read.0, place);
        for wrong in ["", "1", "1.2.3.4.5", "a.b.c.d.e"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}
