//! A contact's timeline: messages with what was done about them, and everything else that happened, as one story.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::Language;
use domain::ids::{ContactId, WorkspaceId};
use domain::interaction::Step;
use serde::{Deserialize, Serialize};
use store::{EventRow, MessageRow, Tx};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::conversations::MessageView;
use super::page::filter;
use super::schemas::{LanguageCode, Time};
use super::shapes::StepShape;
use crate::explain::Explainer;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::media::Passes;
use crate::node::Node;

/// How many of the latest messages of each conversation, and of the latest events, are shown.
const MOST: i64 = 500;

/// One entry of the story.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// A message, with what was done about it in plain sentences.
    Message {
        /// When it was recorded, milliseconds since 1970.
        #[schema(value_type = Time)]
        at: i64,
        /// The message.
        #[schema(inline = false)]
        message: Box<MessageView>,
        /// What was done about it and why.
        sentences: Vec<String>,
    },
    /// Something else.
    Event {
        /// Milliseconds since 1970.
        #[schema(value_type = Time)]
        at: i64,
        /// Who did it.
        by: String,
        /// What, as data.
        #[schema(value_type = StepShape)]
        step: Step,
        /// What, in a sentence.
        sentence: String,
    },
}

impl Entry {
    fn at(&self) -> i64 {
        match self {
            Entry::Message { at, .. } | Entry::Event { at, .. } => *at,
        }
    }
}

/// A person's story, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Timeline {
    data: Vec<Entry>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wish {
    /// The language of the sentences; that of the business unless given.
    #[param(value_type = Option<LanguageCode>)]
    lang: Option<String>,
}

/// A person's story with the reason for every step, the oldest first.
#[utoipa::path(get, path = "/contacts/{id}/timeline", tag = "contacts", operation_id = "get_timeline", params(Wish), responses((status = 200, body = Timeline)))]
pub(super) async fn of_contact(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
) -> Answer<Timeline> {
    let id: ContactId = id.parse().map_err(|_| Problem::missing("contact"))?;
    let language = filter::<Language>("lang", wish.lang.as_deref())?;
    let found = node.store.read(move |tx| read(tx, caller.workspace, id)).await?;
    let (messages, events) = found.ok_or_else(|| Problem::missing("contact"))?;
    let workflow = node.workflows.of(caller.workspace)?;
    let language = language.unwrap_or(workflow.workflow.business.default_language);
    let explainer = Explainer::new(language, &workflow, node.clock.now());
    Ok(Json(Timeline { data: tell(&explainer, &node.media.passes(caller.workspace), messages, events) }))
}

type Story = (Vec<MessageRow>, Vec<EventRow>);

fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, contact: ContactId) -> store::Result<Option<Story>> {
    let Some(contact) = tx.survivor(workspace, contact)? else { return Ok(None) };
    let mut messages = Vec::new();
    for thread in tx.conversations(workspace, Some(contact), None, MOST)? {
        messages.extend(tx.latest_messages(workspace, thread.id, MOST)?);
    }
    Ok(Some((messages, tx.events(workspace, contact, MOST)?)))
}

/// Messages and events in the order in which they happened.
pub fn tell(
    explainer: &Explainer<'_>,
    passes: &Passes,
    messages: Vec<MessageRow>,
    events: Vec<EventRow>,
) -> Vec<Entry> {
    let messages = messages.into_iter().map(|row| Entry::Message {
        at: row.message.recorded_at,
        sentences: explainer.message(&row),
        message: Box::new(MessageView::of(row, passes)),
    });
    let events = events.into_iter().map(|row| Entry::Event {
        at: row.at,
        sentence: explainer.step(&row.step),
        by: row.by,
        step: row.step,
    });
    let mut entries: Vec<Entry> = messages.chain(events).collect();
    entries.sort_by_key(Entry::at);
    entries
}
