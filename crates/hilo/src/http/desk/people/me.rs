//! One's own account: name, language, password, codes, and where one is signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use domain::Language;
use maud::{Markup, html};
use store::{SessionRow, UserRow};

use super::{Part, page};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// `GET /settings/me`.
pub(super) async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    let (workspace, id) = (view.workspace, view.person.user);
    let read = move |tx: &mut store::Tx<'_>| {
        let user = tx.user(workspace, id)?;
        Ok((user, tx.sessions_of(workspace, id)?, tx.recovery_codes_left(workspace, id)?))
    };
    let (user, sessions, codes) = node.store.read(read).await?;
    let user = user.ok_or_else(|| Problem::missing("person"))?;
    let content = html! {
        (about(&view, &user))
        (password(&view, &user))
        (totp(&view, &user, codes))
        (signed_in(&view, &sessions))
    };
    Ok(page(&view, Part::Me, content))
}

fn about(view: &View, user: &UserRow) -> Markup {
    html! {
        section.card aria-labelledby="about-title" {
            h2 #about-title { (view.say("people-about")) }
            form.fields data-call="PATCH /me" data-done=(view.say("people-saved")) {
                p.field {
                    label for="name" { (view.say("people-name")) }
                    input #name name="name" type="text" autocomplete="name" required maxlength="100" value=(user.name);
                }
                p.field {
                    label for="language" { (view.say("desk-language")) }
                    select #language name="language" {
                        @for language in Language::ALL {
                            option value=(language) selected[language == user.language] {
                                (crate::texts::say(language, "desk-own-name", &[]))
                            }
                        }
                    }
                }
                p.soft { (user.email) " · " (view.say(&format!("people-role-{}", user.role))) }
                button.primary type="submit" { (view.say("people-save")) }
            }
        }
    }
}

fn password(view: &View, user: &UserRow) -> Markup {
    html! {
        section.card aria-labelledby="password-title" {
            h2 #password-title { (view.say("people-password")) }
            form.fields data-call="PUT /me/password" data-reset data-done=(view.say("people-password-done")) {
                input type="hidden" autocomplete="username" value=(user.email);
                p.field {
                    label for="current" { (view.say("people-password-current")) }
                    input #current name="current" type="password" autocomplete="current-password" required;
                }
                p.field {
                    label for="new" { (view.say("people-password-new")) }
                    input #new name="new" type="password" autocomplete="new-password" required minlength="10" maxlength="200"
                        aria-describedby="new-hint";
                    small.soft #new-hint { (view.say("people-password-hint")) }
                }
                button.primary type="submit" { (view.say("people-set-password")) }
            }
        }
    }
}

fn totp(view: &View, user: &UserRow, codes: i64) -> Markup {
    html! {
        section.card aria-labelledby="totp-title" {
            h2 #totp-title { (view.say("people-totp")) }
            @if user.totp.is_some() {
                p { (view.say_with("people-totp-on", &[("codes", &codes.to_string())])) }
                form.fields data-call="POST /me/totp/removal" data-done=(view.say("people-totp-removed")) {
                    p.field {
                        label for="proof" { (view.say("people-password-current")) }
                        input #proof name="password" type="password" autocomplete="current-password" required;
                    }
                    button.quiet type="submit" { (view.say("people-totp-remove")) }
                }
            } @else {
                p { (view.say("people-totp-off")) }
                form.fields data-call="POST /me/totp" data-shows="totp" {
                    p.field {
                        label for="proof" { (view.say("people-password-current")) }
                        input #proof name="password" type="password" autocomplete="current-password" required;
                    }
                    button.quiet type="submit" { (view.say("people-totp-begin")) }
                }
                div #totp-offer hidden {
                    ol.steps {
                        li { (view.say("people-totp-scan")) div #totp-picture {} p { code #totp-secret {} } }
                        li {
                            form.fields data-call="PUT /me/totp" data-shows="codes" data-title=(view.say("people-totp-codes")) {
                                p.field {
                                    label for="code" { (view.say("people-totp-code")) }
                                    input #code name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required;
                                }
                                button.primary type="submit" { (view.say("people-totp-confirm")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn signed_in(view: &View, sessions: &[SessionRow]) -> Markup {
    html! {
        section.card aria-labelledby="sessions-title" {
            h2 #sessions-title { (view.say("people-sessions")) }
            ul.plain-list {
                @for session in sessions { (one(view, session)) }
            }
            @if 1 < sessions.len() {
                button.quiet type="button" data-call="DELETE /me/sessions" data-done=(view.say("people-ended")) {
                    (view.say("people-end-others"))
                }
            }
        }
    }
}

fn one(view: &View, session: &SessionRow) -> Markup {
    let is_this = session.id == view.person.session;
    html! {
        li.row {
            div.grow {
                strong { (browser(&session.browser)) } " "
                @if is_this { span.count { (view.say("people-this-browser")) } }
                br;
                small.soft {
                    (view.say_with("people-seen", &[("when", &view.reader.when(session.seen_at)), ("where", &session.address)]))
                }
            }
            @if !is_this {
                button.quiet type="button" data-call={ "DELETE /me/sessions/" (session.id) } data-done=(view.say("people-ended")) {
                    (view.say("people-end"))
                }
            }
        }
    }
}

/// What people call a browser, from what it calls itself.
fn browser(name: &str) -> String {
    const BROWSERS: [(&str, &str); 5] =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 5] =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac")];
    let known =
        |list: &[(&str, &'static str)]| list.iter().find(|(sign, _)| name.contains(sign)).map(|(_, name)| *name);
    let system = known(&SYSTEMS).or_else(|| name.contains("Linux").then_some("Linux"));
    match (known(&BROWSERS), system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => name.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_what_people_call_it() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
            Version/17.5 Mobile/15E148 Safari/604.1";
        assert_eq!(browser(firefox), "Firefox · Linux");
        assert_eq!(browser(iphone), "Safari · iPhone");
        assert_eq!(browser("curl/8.5.0"), "curl/8.5.0");
    }
}
