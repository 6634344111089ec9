//! The people of the workspace: who they are, what they are there for, and links for those who are to come.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use domain::right::Right;
use domain::role::Role;
use maud::{Markup, html};
use store::{InvitationRow, UserRow};

use super::{Part, may_see, page};
use crate::clock::machine_now;
use crate::http::desk::view::View;
use crate::http::drawn::initials;
use crate::http::problem::Problem;
use crate::node::Node;

/// `GET /settings/people`.
pub(super) async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    may_see(&view, Part::People)?;
    let workspace = view.workspace;
    let read = move |tx: &mut store::Tx<'_>| Ok((tx.users(workspace)?, tx.invitations(workspace)?));
    let (people, invitations) = node.store.read(read).await?;
    let now = machine_now();
    let open: Vec<&InvitationRow> = invitations.iter().filter(|link| now < link.expires_at).collect();
    let may_change = Right::Own.is_of(view.person.role);
    let content = html! {
        @if may_change { (invite(&view)) }
        section.card aria-labelledby="people-title" {
            h2 #people-title { (view.say("people-people")) }
            ul.plain-list { @for user in &people { (one(&view, user, may_change)) } }
        }
        @if !open.is_empty() { (links(&view, &open, may_change)) }
    };
    Ok(page(&view, Part::People, content))
}

fn invite(view: &View) -> Markup {
    html! {
        section.card aria-labelledby="invite-title" {
            h2 #invite-title { (view.say("people-invite")) }
            p.soft { (view.say("people-invite-lead")) }
            form.inline data-call="POST /invitations" data-shows="link" data-title=(view.say("people-invite-link")) {
                p.field.grow {
                    label for="invite-email" { (view.say("people-email")) }
                    input #invite-email name="email" type="email" autocomplete="off";
                }
                p.field { label for="invite-role" { (view.say("people-role")) } (roles(view, "invite-role", Role::Agent)) }
                button.primary type="submit" { (view.say("people-make-link")) }
            }
            dl.roles {
                @for role in Role::ALL.iter().copied() {
                    div { dt { (role_name(view, role)) } dd.soft { (view.say(&format!("people-role-{role}-may"))) } }
                }
            }
        }
    }
}

fn roles(view: &View, id: &str, chosen: Role) -> Markup {
    html! {
        select id=(id) name="role" {
            @for role in Role::ALL.iter().copied() { option value=(role) selected[role == chosen] { (role_name(view, role)) } }
        }
    }
}

fn role_name(view: &View, role: Role) -> String {
    view.say(&format!("people-role-{role}"))
}

fn one(view: &View, user: &UserRow, may_change: bool) -> Markup {
    let is_self = user.id == view.person.user;
    html! {
        li.row id={ "user-" (user.id) } {
            span.avatar aria-hidden="true" { (initials(&user.name)) }
            div.grow {
                strong { bdi { (user.name) } }
                @if user.disabled_at.is_some() { " " span.count { (view.say("people-disabled")) } }
                br;
                small.soft { bdi { (user.email) } " · " (view.say(if user.totp.is_some() { "people-with-code" } else { "people-without-code" })) }
            }
            @if may_change && !is_self { (acts(view, user)) } @else { span.soft { (role_name(view, user.role)) } }
        }
    }
}

fn acts(view: &View, user: &UserRow) -> Markup {
    let of = view.say_with("people-role-of", &[("name", &user.name)]);
    let done = view.say("people-saved");
    html! {
        form.row data-call={ "PATCH /users/" (user.id) } data-done=(done) data-on="change" {
            label.unseen for={ "role-" (user.id) } { (of) }
            (roles(view, &format!("role-{}", user.id), user.role))
        }
        details.menu {
            summary.quiet aria-label=(view.say_with("people-acts-of", &[("name", &user.name)])) { "⋯" }
            div.sheet {
                button.plain type="button" data-call={ "POST /users/" (user.id) "/password-reset" } data-shows="link"
                    data-title=(view.say("people-reset-link")) { (view.say("people-reset")) }
                button.plain type="button" data-call={ "DELETE /users/" (user.id) "/sessions" } data-done=(view.say("people-ended")) {
                    (view.say("people-end-all"))
                }
                @if user.totp.is_some() {
                    button.plain type="button" data-call={ "DELETE /users/" (user.id) "/totp" } data-done=(done)
                        data-sure=(view.say("people-totp-lost-sure")) { (view.say("people-totp-lost")) }
                }
                @if user.disabled_at.is_some() {
                    button.plain type="button" data-call={ "PATCH /users/" (user.id) } data-body=r#"{"disabled":false}"# data-done=(done) {
                        (view.say("people-enable"))
                    }
                } @else {
                    button.plain.alarm type="button" data-call={ "PATCH /users/" (user.id) } data-body=r#"{"disabled":true}"# data-done=(done)
                        data-sure=(view.say_with("people-disable-sure", &[("name", &user.name)])) { (view.say("people-disable")) }
                }
            }
        }
    }
}

fn links(view: &View, open: &[&InvitationRow], may_change: bool) -> Markup {
    html! {
        section.card aria-labelledby="links-title" {
            h2 #links-title { (view.say("people-links")) }
            ul.plain-list {
                @for link in open {
                    li.row {
                        div.grow {
                            bdi { (link.email.as_deref().unwrap_or("—")) }
                            br;
                            small.soft {
                                (view.say(&format!("people-link-{}", link.purpose))) " · " (role_name(view, link.role)) " · "
                                (view.say_with("people-link-until", &[("when", &view.reader.when(link.expires_at))]))
                            }
                        }
                        @if may_change {
                            button.quiet type="button" data-call={ "DELETE /invitations/" (link.id) } data-done=(view.say("people-withdrawn")) {
                                (view.say("people-withdraw"))
                            }
                        }
                    }
                }
            }
        }
    }
}
