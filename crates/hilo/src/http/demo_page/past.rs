//! Yesterday and before: every conversation of the business, to be found by name and opened.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use domain::ids::{ContactId, ConversationId, WorkspaceId};
use domain::spelling::plain;
use maud::{Markup, html};
use serde::Deserialize;
use store::{ConversationRow, Tx};

use super::scene::Scene;
use super::visitor::Visitor;
use super::{Stage, page, story, thread};
use crate::http::drawn::{initials, words};
use crate::http::problem::Problem;

/// What one list shows; a name finds the rest.
const SHOWN: usize = 60;
/// Among so many conversations, the latest to begin, any part of a name is looked for; among all others, its beginning.
const LATEST: i64 = 1_000;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

/// A conversation in the list.
struct Entry {
    thread: ConversationRow,
    name: String,
    /// The last that was said in it: its words and its kind.
    last: (Option<String>, String),
}

/// `GET /demo/past`.
pub(super) async fn list(
    State(stage): State<Arc<Stage>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    shown(&stage, visitor, &asked, None).await
}

/// `GET /demo/past/{conversation}`.
pub(super) async fn show(
    State(stage): State<Arc<Stage>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let missing = || Problem::new(axum::http::StatusCode::NOT_FOUND, visitor.say("demo-refused-missing"));
    let id: ConversationId = id.parse().map_err(|_| missing())?;
    shown(&stage, visitor, &asked, Some(id)).await
}

async fn shown(
    stage: &Arc<Stage>,
    visitor: Visitor,
    asked: &Asked,
    id: Option<ConversationId>,
) -> Result<Html<String>, Problem> {
    let workspace = stage.channel()?.workspace;
    let q = asked.q.trim().to_owned();
    let (found, more) = stage.node.store.read(move |tx| find(tx, workspace, &q)).await?;
    let scene = Scene::of_past(stage, visitor, id.or(found.first().map(|entry| entry.thread.id))).await?;
    Ok(Html(page::around(&scene, "past", render(&scene, &found, more, asked)).into_string()))
}

/// Those in which something was said last, and how many more there are.
fn find(tx: &mut Tx<'_>, workspace: WorkspaceId, asked: &str) -> store::Result<(Vec<Entry>, usize)> {
    let mut threads = tx.conversations(workspace, None, None, LATEST)?;
    if !asked.is_empty() {
        threads.extend(of_people_named(tx, workspace, asked)?);
    }
    let names = names_of(tx, workspace, &threads)?;
    let name = |thread: &ConversationRow| {
        thread.contact.and_then(|id| names.get(&id)).cloned().or(thread.profile_name.clone())
    };
    threads.retain(|thread| fits(name(thread).as_deref(), thread, asked));
    threads.sort_by_key(|thread| (Reverse(thread.last_message_at), thread.id));
    threads.dedup_by_key(|thread| thread.id);
    let more = threads.len().saturating_sub(SHOWN);
    threads.truncate(SHOWN);
    let entry = |thread: ConversationRow| {
        let last = tx.latest_messages(workspace, thread.id, 1)?.pop().map(|row| row.message);
        let last = last.map(|message| (message.text, message.kind)).unwrap_or_default();
        Ok(Entry { name: name(&thread).unwrap_or_default(), last, thread })
    };
    Ok((threads.into_iter().map(entry).collect::<store::Result<_>>()?, more))
}

fn of_people_named(tx: &mut Tx<'_>, workspace: WorkspaceId, start: &str) -> store::Result<Vec<ConversationRow>> {
    let mut threads = Vec::new();
    for person in tx.contacts_named(workspace, start, SHOWN as i64)? {
        threads.extend(tx.conversations(workspace, Some(person.contact.id), None, SHOWN as i64)?);
    }
    Ok(threads)
}

fn names_of(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    threads: &[ConversationRow],
) -> store::Result<HashMap<ContactId, String>> {
    let ids: Vec<ContactId> = threads.iter().filter_map(|thread| thread.contact).collect();
    let people = tx.contacts_by_id(workspace, &ids)?.into_iter().map(|row| row.contact);
    Ok(people.filter_map(|person| Some((person.id, person.name?))).collect())
}

/// By a part of the name, however it is accented, or of the number.
fn fits(name: Option<&str>, thread: &ConversationRow, asked: &str) -> bool {
    let asked = plain(asked);
    let address = thread.phone.as_ref().or(thread.user_id.as_ref());
    asked.is_empty()
        || name.is_some_and(|name| plain(name).contains(&asked))
        || address.is_some_and(|address| address.contains(&asked))
}

fn render(scene: &Scene, found: &[Entry], more: usize, asked: &Asked) -> Markup {
    html! {
        section #list .pane aria-labelledby="list-title" {
            h2 #list-title { (scene.say("demo-past")) }
            form.search role="search" action="/demo/past" {
                label.unseen for="q" { (scene.say("demo-past-search")) }
                input #q name="q" type="search" value=(asked.q) placeholder=(scene.say("demo-past-search")) autocomplete="off";
                button.quiet type="submit" { (scene.say("demo-past-find")) }
            }
            ol #entries .entries data-live {
                @for entry in found { (entry_of(scene, entry, asked)) }
            }
            @if found.is_empty() { p.empty { (scene.say("demo-past-nobody")) } }
            @if 0 < more {
                p { small { (scene.say_with("demo-past-more", &[("count", &more.to_string())])) } }
            }
        }
        (thread::render_past(scene))
        (story::render_past(scene))
    }
}

fn entry_of(scene: &Scene, entry: &Entry, asked: &Asked) -> Markup {
    let chosen = scene.thread.as_ref().is_some_and(|thread| thread.conversation.id == entry.thread.id);
    let query = if asked.q.is_empty() { String::new() } else { format!("?q={}", encoded(&asked.q)) };
    let name = if entry.name.is_empty() { scene.say("nobody") } else { entry.name.clone() };
    html! {
        li id={ "v-" (entry.thread.id) } {
            a href={ "/demo/past/" (entry.thread.id) (query) } aria-current=[chosen.then_some("true")] {
                span.avatar aria-hidden="true" { (initials(&name)) }
                span {
                    span.row { strong { bdi { (name) } } time { (scene.reader.day(entry.thread.last_message_at)) } }
                    span.row {
                        small.last dir="auto" { (words(&scene.reader, entry.last.0.as_deref(), &entry.last.1)) }
                        @if entry.thread.ticket.is_some() { small.open { (scene.say("demo-past-open")) } }
                    }
                }
            }
        }
    }
}

/// For a query: whatever is no plain letter or digit is escaped.
fn encoded(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}
