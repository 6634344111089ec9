//! Yesterday and before: every conversation of the business, to be found by name and opened.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use domain::ids::{ConversationId, WorkspaceId};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Tx, params};

use super::scene::Scene;
use super::visitor::Visitor;
use super::{Stage, page, phone, story, thread};
use crate::http::problem::Problem;

/// What one list shows; a name finds the rest.
const SHOWN: usize = 60;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

/// A conversation in the list.
struct Entry {
    id: ConversationId,
    name: String,
    address: String,
    last: i64,
    text: String,
    open: bool,
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
    let all = stage.node.store.read(move |tx| entries(tx, workspace)).await?;
    let found: Vec<Entry> = all.into_iter().filter(|entry| fits(entry, &asked.q)).collect();
    let scene = Scene::of_past(stage, visitor, id.or(found.first().map(|entry| entry.id))).await?;
    Ok(Html(page::around(&scene, "past", render(&scene, &found, asked)).into_string()))
}

fn entries(tx: &mut Tx<'_>, workspace: WorkspaceId) -> store::Result<Vec<Entry>> {
    let rows = tx.query(
        "SELECT v.id, coalesce(p.name, v.profile_name), coalesce(v.phone, v.user_id), v.last_message_at, v.ticket_id,
                (SELECT coalesce(m.text, m.kind) FROM messages m
                 WHERE m.workspace_id = v.workspace_id AND m.conversation_id = v.id ORDER BY m.seq DESC LIMIT 1)
         FROM conversations v LEFT JOIN contacts p ON p.workspace_id = v.workspace_id AND p.id = v.contact_id
         WHERE v.workspace_id = $1 ORDER BY v.last_message_at DESC",
        params![workspace],
    )?;
    let read = |row: &store::Row| {
        Ok(Entry {
            id: ConversationId(row.id(0)?),
            name: row.opt_text(1)?.unwrap_or_default(),
            address: row.opt_text(2)?.unwrap_or_default(),
            last: row.int(3)?,
            open: row.opt_id(4)?.is_some(),
            text: row.opt_text(5)?.unwrap_or_default(),
        })
    };
    rows.iter().map(read).collect()
}

/// By a part of the name, however it is accented, or of the number.
fn fits(entry: &Entry, asked: &str) -> bool {
    let asked = plain(asked.trim());
    asked.is_empty() || plain(&entry.name).contains(&asked) || entry.address.contains(&asked)
}

fn plain(text: &str) -> String {
    let bare = |letter: char| match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    };
    text.chars().flat_map(char::to_lowercase).map(bare).collect()
}

fn render(scene: &Scene, found: &[Entry], asked: &Asked) -> Markup {
    html! {
        section #list .pane aria-labelledby="list-title" {
            h2 #list-title { (scene.say("demo-past")) }
            form.search role="search" action="/demo/past" {
                label.unseen for="q" { (scene.say("demo-past-search")) }
                input #q name="q" type="search" value=(asked.q) placeholder=(scene.say("demo-past-search")) autocomplete="off";
                button.quiet type="submit" { (scene.say("demo-past-find")) }
            }
            ol #entries .entries data-live {
                @for entry in found.iter().take(SHOWN) { (entry_of(scene, entry, asked)) }
            }
            @if found.is_empty() { p.empty { (scene.say("demo-past-nobody")) } }
            @if SHOWN < found.len() {
                p { small { (scene.say_with("demo-past-more", &[("count", &(found.len() - SHOWN).to_string())])) } }
            }
        }
        (thread::render_past(scene))
        (story::render_past(scene))
    }
}

fn entry_of(scene: &Scene, entry: &Entry, asked: &Asked) -> Markup {
    let chosen = scene.thread.as_ref().is_some_and(|thread| thread.conversation.id == entry.id);
    let query = if asked.q.is_empty() { String::new() } else { format!("?q={}", encoded(&asked.q)) };
    let name = if entry.name.is_empty() { scene.say("nobody") } else { entry.name.clone() };
    html! {
        li id={ "v-" (entry.id) } {
            a href={ "/demo/past/" (entry.id) (query) } aria-current=[chosen.then_some("true")] {
                span.avatar aria-hidden="true" { (phone::initials(&name)) }
                span {
                    span.row { strong { bdi { (name) } } time { (scene.day(entry.last)) } }
                    span.row {
                        small.last dir="auto" { (entry.text) }
                        @if entry.open { small.open { (scene.say("demo-past-open")) } }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_however_their_names_are_accented() {
        let lucia = Entry {
            id: ConversationId(uuid::Uuid::nil()),
            name: "Lucía Peña".to_owned(),
            address: "+525512345678".to_owned(),
            last: 0,
            text: String::new(),
            open: false,
        };
        for asked in ["", "lucia", "PENA", "Lucía", "1234"] {
            assert!(fits(&lucia, asked), "{asked}");
        }
        assert!(!fits(&lucia, "marta"));
    }
}
