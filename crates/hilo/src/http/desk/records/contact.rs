//! A person: who they are, what is kept of them, and their whole story with the conversation in it.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::contact::IdentityKind;
use domain::ids::ContactId;
use domain::right::Right;
use maud::{Markup, html};
use serde_json::json;
use store::{Channel, ContactRow, ConversationRow, MergeRow, Tx};

use super::context::{self, Beside};
use super::field::usual_currency;
use super::list::{self, Asked};
use super::merging;
use super::provisional;
use super::story::{self, Part, Story};
use crate::http::desk::frame::{self, Place};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::initials;
use crate::http::problem::Problem;
use crate::inbox::latest_on;
use crate::node::Node;
use crate::pipeline::WINDOW_MARGIN;

/// One with each of our numbers, and those that an earlier number of theirs left.
const THREADS: i64 = 20;

/// `GET /contacts/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let id: ContactId = id.parse().map_err(|_| Problem::missing("contact"))?;
    let (workspace, currency) = (view.workspace, usual_currency(&node, &view));
    let look = move |tx: &mut Tx<'_>| {
        let Some(row) = tx.contact(workspace, id)? else { return Ok(None) };
        let id = row.contact.id;
        let ways =
            Ways { channels: tx.channels(workspace)?, threads: tx.conversations(workspace, Some(id), None, THREADS)? };
        let merges = merging::standing(tx, workspace, id)?;
        Ok(Some((row, Beside::read(tx, workspace, id, currency)?, Story::read(tx, workspace, id)?, ways, merges)))
    };
    let (row, beside, told, ways, merges) = node.store.read(look).await?.ok_or_else(|| Problem::missing("contact"))?;
    if row.contact.id != id {
        return Ok(Redirect::to(&format!("/contacts/{}", row.contact.id)).into_response());
    }
    let name = list::name(&view, &row);
    let content = html! {
        main #main .person-page tabindex="-1" {
            section #told .pane data-live aria-labelledby="who" {
                (head(&view, &name, &row, &ways))
                (story::render(&view, &name, &told, Part::of(asked.show.as_deref())))
            }
            aside #context .pane.context data-live aria-label=(view.say("inbox-context")) {
                (aside(&view, &row, &beside)) (merged(&view, id, &merges))
            }
        }
    };
    Ok(Html(frame::page(&view, &name, Place::Contacts, content).into_string()).into_response())
}

/// Our numbers, and what was written from which of them.
struct Ways {
    channels: Vec<Channel>,
    threads: Vec<ConversationRow>,
}

fn head(view: &View, name: &str, row: &ContactRow, ways: &Ways) -> Markup {
    html! {
        header.thread-top {
            a.round href="/contacts" aria-label=(view.say("record-back")) { (icon(Sign::Back)) }
            span.avatar aria-hidden="true" { (initials(name)) }
            div.who { h1 #who { bdi { (name) } } }
            @if Right::Work.is_of(view.person.role) { (write(view, row, ways)) }
            @else if let Some(thread) = ways.threads.first() { a.primary href={ "/inbox/" (thread.id) } { (view.say("record-to-conversation")) } }
        }
    }
}

/// Writing to somebody: from which of our numbers, and what WhatsApp takes there now.
fn write(view: &View, row: &ContactRow, ways: &Ways) -> Markup {
    let is_reached =
        row.identities.iter().any(|known| matches!(known.identity.kind, IdentityKind::Phone | IdentityKind::UserId));
    let path = format!("/contacts/{}/conversations", row.contact.id);
    html! {
        @match ways.channels.as_slice() {
            [] => {},
            _ if !is_reached => p.soft { (view.say("record-not-reached")) },
            [only] => button.primary #write-to type="button" data-act=(path) data-body=(json!({ "channel_id": only.id })) data-opens-conversation {
                (icon(Sign::Send)) (view.say("record-write")) " " small { (takes(view, only, ways)) }
            },
            several => details.menu {
                summary.primary #write-to { (icon(Sign::Send)) (view.say("record-write")) }
                div.sheet {
                    @for channel in several {
                        button.choice type="button" data-act=(path) data-body=(json!({ "channel_id": channel.id })) data-opens-conversation {
                            span { (view.say_with("record-write-from", &[("number", &channel.display_phone_number)])) " " small.soft { (takes(view, channel, ways)) } }
                        }
                    }
                }
            },
        }
    }
}

/// Whether free words can be sent from a number, or a template only.
fn takes(view: &View, channel: &Channel, ways: &Ways) -> String {
    let thread = latest_on(&ways.threads, channel.id);
    let until = thread.map_or(0, |thread| thread.window_until - WINDOW_MARGIN.as_millis() as i64);
    view.say(if view.now() <= until { "record-write-free" } else { "record-write-template" })
}

fn merged(view: &View, id: ContactId, merges: &[(MergeRow, Option<String>)]) -> Markup {
    html! {
        (merging::past(view, merges))
        p { a href={ "/contacts/" (id) "/merge" } { (view.say("merge-with")) } }
    }
}

fn aside(view: &View, row: &ContactRow, beside: &Beside) -> Markup {
    html! { (context::identity(view, row)) (provisional::render(view, row)) (context::render(view, beside)) }
}
