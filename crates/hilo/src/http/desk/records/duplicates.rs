//! Contacts that may be one person: pair by pair, with what speaks for it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use domain::ids::ContactId;
use domain::right::Right;
use maud::{Markup, html};
use serde_json::json;
use store::{ContactRow, DuplicateRow, Tx};

use super::list;
use crate::http::desk::frame::{self, Place};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// Pairs at a time; the next ones come up as these are judged.
const SHOWN: i64 = 20;
/// Pairs that are as sure as this may be merged without a look at each.
const SURE: i64 = 90;

/// A pair with who was known first in front.
struct Pair {
    row: DuplicateRow,
    older: ContactRow,
    newer: ContactRow,
}

/// `GET /contacts/duplicates`.
pub(super) async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    let workspace = view.workspace;
    let look = move |tx: &mut Tx<'_>| {
        let rows = tx.duplicates(workspace, None, SHOWN)?;
        let people = list::people(tx, workspace, rows.iter().flat_map(|row| [row.pair.0, row.pair.1]))?;
        let pair = |row: DuplicateRow| {
            let (one, other) = (people.get(&row.pair.0)?.clone(), people.get(&row.pair.1)?.clone());
            let (older, newer) = if one.created_at <= other.created_at { (one, other) } else { (other, one) };
            Some(Pair { row, older, newer })
        };
        Ok(rows.into_iter().filter_map(pair).collect::<Vec<_>>())
    };
    let pairs = node.store.read(look).await?;
    let may = Right::Work.is_of(view.person.role);
    let title = view.say("duplicates-title");
    let content = html! {
        main #main .page tabindex="-1" {
            header.page-top {
                a.round href="/contacts" aria-label=(view.say("record-back")) { (icon(Sign::Back)) }
                h1 { (title) }
            }
            p.soft { (view.say("duplicates-lead")) }
            div #duplicates .merging data-live {
                @if pairs.is_empty() { p.empty { (view.say("duplicates-none")) } }
                @if may { (all_sure(&view, &pairs)) }
                @for pair in &pairs { (one(&view, pair, may)) }
            }
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Contacts, content).into_string()))
}

fn all_sure(view: &View, pairs: &[Pair]) -> Markup {
    let sure: Vec<_> = pairs.iter().filter(|pair| SURE <= pair.row.score).collect();
    let couples: Vec<_> = sure
        .iter()
        .map(|pair| json!({ "contact_id": pair.older.contact.id, "merged_id": pair.newer.contact.id }))
        .collect();
    html! {
        @if 1 < sure.len() {
            p { button.quiet type="button" data-act="/duplicates/merge" data-method="POST" data-body=(json!({ "pairs": couples })) {
                (view.say_with("duplicates-merge-sure", &[("count", &sure.len().to_string())]))
            } }
        }
    }
}

fn one(view: &View, pair: &Pair, may: bool) -> Markup {
    let (older, newer) = (pair.older.contact.id, pair.newer.contact.id);
    html! {
        section.card #{ "d-" (older) "-" (newer) } {
            p {
                strong { (view.say_with("duplicates-score", &[("percent", &pair.row.score.to_string())])) }
                @for likeness in &pair.row.likenesses { " · " (view.say(&format!("duplicates-{likeness}"))) }
            }
            div.side-by-side { (side(view, &pair.older)) (side(view, &pair.newer)) }
            div.row {
                @if may {
                    button.primary type="button" data-act={ "/contacts/" (older) "/merges" } data-method="POST" data-body=(json!({ "contact_id": newer })) {
                        (view.say("duplicates-merge"))
                    }
                    button.quiet type="button" data-act={ "/contacts/" (older) "/duplicates/" (newer) } data-method="DELETE" {
                        (view.say("duplicates-apart"))
                    }
                }
                a.quiet href={ "/contacts/" (older) "/merge?with=" (newer) } { (view.say("duplicates-compare")) }
            }
        }
    }
}

fn side(view: &View, row: &ContactRow) -> Markup {
    let id: ContactId = row.contact.id;
    html! {
        article.likeness {
            h3 { a href={ "/contacts/" (id) } { bdi { (list::name(view, row)) } } }
            dl.known {
                @for known in &row.identities {
                    div { dt { (view.say(super::context::kind_of(known.identity.kind))) } dd { bdi { (known.identity.value) } } }
                }
                div { dt { (view.say("inbox-known-since")) } dd { (view.reader.day(row.created_at)) } }
            }
        }
    }
}
