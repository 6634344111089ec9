//! The keys of the API.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use domain::scope::Scope;
use maud::{Markup, html};
use store::KeyRow;

use super::{Part, may_see, page};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

const MOST: i64 = 200;

/// `GET /settings/keys`.
pub(super) async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    may_see(&view, Part::Keys)?;
    let workspace = view.workspace;
    let keys = node.store.read(move |tx| tx.keys(workspace, None, MOST)).await?;
    let now = view.now();
    let (open, over): (Vec<_>, Vec<_>) = keys.iter().partition(|key| key.opens(now));
    let content = html! {
        (make(&view))
        section.card aria-labelledby="keys-title" {
            h2 #keys-title { (view.say("people-keys")) }
            @if open.is_empty() { p.soft { (view.say("people-keys-none")) } }
            ul.plain-list { @for key in open { (one(&view, key, true)) } }
        }
        @if !over.is_empty() {
            details.card {
                summary { (view.say("people-keys-over")) }
                ul.plain-list { @for key in over { (one(&view, key, false)) } }
            }
        }
    };
    Ok(page(&view, Part::Keys, content))
}

fn make(view: &View) -> Markup {
    html! {
        section.card aria-labelledby="make-key-title" {
            h2 #make-key-title { (view.say("people-key-make")) }
            p.soft { (view.say("people-key-lead")) }
            form.fields data-call="POST /keys" data-shows="secret" data-title=(view.say("people-key-shown")) {
                p.field {
                    label for="key-name" { (view.say("people-key-name")) }
                    input #key-name name="name" type="text" required maxlength="100" autocomplete="off"
                        placeholder=(view.say("people-key-example"));
                }
                fieldset {
                    legend { (view.say("people-key-scopes")) }
                    @for scope in Scope::ALL.iter().copied() {
                        label.check {
                            input type="checkbox" name="scopes" value=(scope) data-list checked[scope == Scope::Read];
                            span { (view.say(&format!("people-scope-{scope}"))) }
                        }
                    }
                }
                button.primary type="submit" { (view.say("people-key-make")) }
            }
        }
    }
}

fn one(view: &View, key: &KeyRow, opens: bool) -> Markup {
    let used = match key.last_used_at {
        Some(at) => view.say_with("people-key-used", &[("when", &view.reader.when(at))]),
        None => view.say("people-key-unused"),
    };
    html! {
        li.row {
            div.grow {
                strong { bdi { (key.name) } }
                br;
                small.soft {
                    (key.scopes) " · " (used)
                    @if let Some(at) = key.expires_at { " · " (view.say_with("people-link-until", &[("when", &view.reader.when(at))])) }
                }
            }
            @if opens {
                button.quiet type="button" data-call={ "DELETE /keys/" (key.id) } data-done=(view.say("people-key-revoked"))
                    data-sure=(view.say_with("people-key-revoke-sure", &[("name", &key.name)])) { (view.say("people-key-revoke")) }
            }
        }
    }
}
