//! What a machine is asked, from how things stand now: the message may have been dealt with since.

use std::sync::Arc;

use domain::Language;
use domain::errand::Errand;
use domain::ids::{ContactId, ConversationId, InteractionId, MediaId, WorkspaceId};
use domain::interaction::{Author, Step};
use futures::TryStreamExt;
use store::{DueErrand, MessageRow, Tx};

use crate::explain;
use crate::inbox::{OpenWork, open_work};
use crate::media::Called;
use crate::node::Node;

/// An errand that is worth its price.
pub(crate) struct Loaded {
    pub(super) question: Question,
    /// The language of the message.
    pub(crate) language: Language,
}

pub(super) enum Question {
    /// Which type is it?
    Type { text: String, names: Vec<String> },
    /// What is said in it?
    Words { bytes: Vec<u8>, mime_type: String },
}

/// What the database knows of it.
enum Found {
    Text { text: String, names: Vec<String> },
    Voice(MediaId),
}

/// What is asked; nothing if it is settled already.
pub(crate) async fn load(node: &Arc<Node>, due: DueErrand, default: Language) -> Result<Option<Loaded>, String> {
    // Whether a person has taken it is looked up with the thread held, which only a unit that may write can do.
    let found = node.store.write(Vec::new(), move |tx| find(tx, due)).await.map_err(|error| error.to_string())?;
    let Some((found, language)) = found else { return Ok(None) };
    let question = match found {
        Found::Text { text, names } => Question::Type { text, names },
        Found::Voice(id) => bytes_of(node, due.workspace, id).await?,
    };
    Ok(Some(Loaded { question, language: language.unwrap_or(default) }))
}

fn find(tx: &mut Tx<'_>, due: DueErrand) -> store::Result<Option<(Found, Option<Language>)>> {
    let (workspace, thread) = (due.workspace, due.key.conversation);
    let Some(row) = message(tx, workspace, thread, due.key.seq)? else { return Ok(None) };
    let language = explain::steps(&row).iter().find_map(|step| match step {
        Step::Classified(intent) => Some(intent.language),
        _ => None,
    });
    let found = match due.key.what {
        Errand::Transcript => row.message.media.map(Found::Voice),
        Errand::SecondOpinion => match undecided(tx, workspace, thread, row.message.interaction)? {
            None => None,
            Some((work, matter)) => {
                let own = row.message.text.clone().unwrap_or_default();
                // Short messages in a row were read as one.
                let burst = tx.interaction_text(workspace, matter)?.filter(|burst| burst.contains(&own));
                let names = names(tx, workspace, work.thread.contact, work.thread.profile_name.as_deref())?;
                Some(Found::Text { text: burst.unwrap_or(own), names })
            }
        },
    };
    Ok(found.map(|found| (found, language)))
}

/// A message of the customer's.
pub(super) fn message(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: ConversationId,
    seq: i64,
) -> store::Result<Option<MessageRow>> {
    let rows = tx.messages(workspace, thread, seq - 1, 1)?;
    Ok(rows.into_iter().find(|row| row.message.seq == seq && row.message.author == Author::Customer))
}

/// The open matter of a message, if nobody has said yet what it is about and no person has taken it.
pub(super) fn undecided(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: ConversationId,
    matter: Option<InteractionId>,
) -> store::Result<Option<(OpenWork, InteractionId)>> {
    let Ok(work) = open_work(tx, workspace, thread)? else { return Ok(None) };
    let Some(id) = matter.filter(|matter| work.thread.interaction == Some(*matter)) else { return Ok(None) };
    let is_typed = tx.interaction(workspace, id)?.is_none_or(|matter| matter.kind.is_some());
    let is_taken = work.thread.person_since.is_some() || assigned_by_person(tx, workspace, &work)?;
    Ok((!is_typed && !is_taken).then_some((work, id)))
}

/// What a queue gave away by itself, nobody has looked at yet.
fn assigned_by_person(tx: &mut Tx<'_>, workspace: WorkspaceId, work: &OpenWork) -> store::Result<bool> {
    const LATEST: i64 = 50;
    if work.ticket.assignee.is_none() {
        return Ok(false);
    }
    let Some(contact) = work.thread.contact else { return Ok(true) };
    let events = tx.events(workspace, contact, LATEST)?;
    let mut handed = events.iter().rev().filter(|event| matches!(event.step, Step::Assigned { to: Some(_), .. }));
    Ok(handed.next().is_none_or(|event| event.by != "automation"))
}

fn names(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    contact: Option<ContactId>,
    profile_name: Option<&str>,
) -> store::Result<Vec<String>> {
    let known = contact.map_or(Ok(None), |id| tx.contact(workspace, id))?;
    let names = known.and_then(|row| row.contact.name).into_iter();
    Ok(names.chain(profile_name.map(str::to_owned)).collect())
}

async fn bytes_of(node: &Arc<Node>, workspace: WorkspaceId, id: MediaId) -> Result<Question, String> {
    let row = node.store.read(move |tx| tx.media(workspace, id)).await.map_err(|error| error.to_string())?;
    let mut row = row.ok_or("the file is not here")?;
    let file = row.file.take().ok_or("the file is not here")?;
    let range = 0..file.size as u64;
    let stream = node.media.depot.open_file(workspace, Called::of(&row, &file), range).await;
    let stream = stream.map_err(|error| error.to_string())?;
    let pieces: Vec<_> = stream.try_collect().await.map_err(|error| error.to_string())?;
    Ok(Question::Words { bytes: pieces.concat(), mime_type: file.mime_type })
}
