//! Health: whatever was not completed, with its reason and the one thing to do about it, and how numbers, webhooks and templates stand.

mod aside;
mod automation;
mod figures;
mod follow_ups;
mod nobodys;
mod others;
mod sends;
mod troubles;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use domain::right::Right;
use maud::{Markup, html};
use store::Channel;

use super::frame::{self, Place};
use super::view::View;
use crate::http::assets::SETTINGS_SCRIPT;
use crate::http::problem::Problem;
use crate::node::Node;

/// The routes of the screen.
pub(super) fn routes() -> Router<Arc<Node>> {
    Router::new().route("/health", get(show))
}

/// `GET /health`.
async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    let workspace = view.workspace;
    let channels = node.store.read(move |tx| tx.channels(workspace)).await?;
    let sends = sends::Sends::read(&node, workspace).await?;
    let nobodys = nobodys::Nobodys::read(&node, workspace).await?;
    let aside = match may(&view, Right::Oversee) {
        true => Some(aside::Aside::read(&node, workspace).await?),
        false => None,
    };
    let others = others::Others::read(&node, workspace, may(&view, Right::Oversee)).await?;
    let troubles = troubles::Troubles::read(&node, workspace).await?;
    let follow_ups = follow_ups::FollowUps::read(&node, workspace).await?;
    let figures = figures::Figures::read(&node, workspace).await?;
    let is_well = troubles.is_empty()
        && sends.is_empty()
        && nobodys.is_empty()
        && follow_ups.is_empty()
        && aside.as_ref().is_none_or(aside::Aside::is_empty)
        && others.is_well();
    let is_well = is_well && channels.iter().all(|channel| stopped(channel).is_none());
    let main = html! {
        main #main .page.settings tabindex="-1" {
            h1 { (view.say("desk-health")) }
            div #settings data-live {
                @if is_well { p.empty { (view.say("health-well")) } }
                (troubles::render(&view, &troubles))
                (automation::render(&view, &channels))
                (numbers(&view, &channels))
                (nobodys::render(&view, &nobodys))
                (follow_ups::render(&view, &follow_ups))
                (sends::render(&view, &sends))
                @if let Some(aside) = &aside { (aside::render(&view, aside)) }
                (others::render(&view, &others))
                (figures::render(&view, &figures))
                (troubles::who(&view, &troubles))
            }
            script type="module" src=(SETTINGS_SCRIPT.path()) {}
        }
    };
    Ok(Html(frame::page(&view, &view.say("desk-health"), Place::Health, main).into_string()))
}

fn may(view: &View, right: Right) -> bool {
    right.is_of(view.person.role)
}

/// Why a number does not send, or not all.
fn stopped(channel: &Channel) -> Option<&str> {
    channel.paused_reason.as_deref().or(channel.replies_only_reason.as_deref())
}

fn numbers(view: &View, channels: &[Channel]) -> Markup {
    html! {
        section.card aria-labelledby="numbers-title" {
            h2 #numbers-title { (view.say("health-numbers")) }
            @if channels.is_empty() { p.soft { (view.say("people-connection-none")) } }
            ul.plain-list { @for channel in channels { (number(view, channel)) } }
        }
    }
}

fn number(view: &View, channel: &Channel) -> Markup {
    let (class, word) = match (&channel.paused_reason, &channel.replies_only_reason) {
        (Some(_), _) => ("alarm", "health-number-paused"),
        (None, Some(_)) => ("alarm", "health-number-replies"),
        (None, None) => ("good", "health-number-sends"),
    };
    html! {
        li id={ "number-" (channel.id) } {
            div.grow {
                strong { (channel.display_phone_number) } " " span class=(class) { (view.say(word)) }
                @if let Some(reason) = stopped(channel) { p { (view.explainer().reason(reason)) } }
            }
            @if may(view, Right::Direct) {
                @if stopped(channel).is_some() {
                    (act(view, &format!("DELETE /channels/{}/pause", channel.id), "primary", "health-resume"))
                } @else {
                    button.quiet type="button" data-call={ "PUT /channels/" (channel.id) "/pause" } data-done=(view.say("people-saved"))
                        data-sure=(view.say_with("health-stop-sure", &[("number", &channel.display_phone_number)])) {
                        (view.say("health-stop"))
                    }
                }
            }
        }
    }
}

/// A button that is one call of the API.
fn act(view: &View, call: &str, class: &str, says: &str) -> Markup {
    html! {
        button class=(class) type="button" data-call=(call) data-done=(view.say("health-done")) { (view.say(says)) }
    }
}
