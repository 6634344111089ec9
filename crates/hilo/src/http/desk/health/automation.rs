//! What automation does not do, who said so, and the buttons that stop it or let it go on.

use domain::Policy;
use domain::pause::PauseScope;
use domain::right::Right;
use maud::{Markup, html};
use store::{Channel, PauseRow};

use super::may;
use crate::http::desk::paused;
use crate::http::desk::view::View;

pub(super) fn render(view: &View, channels: &[Channel]) -> Markup {
    let rows = view.workflow.pauses();
    let all = rows.iter().find(|row| row.scope == PauseScope::All);
    html! {
        section.card aria-labelledby="automation-title" {
            h2 #automation-title { (view.say("pause-automation")) }
            p.soft { (view.say("pause-lead")) }
            ul.plain-list {
                li #pause-all {
                    div.grow {
                        strong { (view.say("pause-all")) } " " (standing(view, all))
                        @if let Some(row) = all { p { (paused::who(view, row)) } }
                    }
                    @if may(view, Right::Direct) { (buttons(view, "/pauses/all", &view.say("pause-all"), all)) }
                }
                @for channel in channels {
                    @let id = channel.id.to_string();
                    (part(view, &format!("/pauses/channels/{id}"), &channel.display_phone_number, of(&rows, PauseScope::Channel, &id)))
                }
            }
            (types(view, &rows))
        }
    }
}

/// Types are many: those that are paused are seen, the others are opened.
fn types(view: &View, rows: &[PauseRow]) -> Markup {
    let known = view.workflow.workflow.types.iter().filter(|kind| kind.policy != Policy::StayOut);
    let (stopped, going): (Vec<&str>, Vec<&str>) =
        known.map(|kind| kind.id.as_str()).partition(|id| of(rows, PauseScope::Type, id).is_some());
    let one = |id: &str| {
        let path = format!("/pauses/types/{id}");
        part(view, &path, &view.explainer().kind(id), of(rows, PauseScope::Type, id))
    };
    html! {
        @if !stopped.is_empty() { ul.plain-list { @for id in stopped { (one(id)) } } }
        @if !going.is_empty() {
            details {
                summary { (view.say("pause-types")) }
                ul.plain-list { @for id in going { (one(id)) } }
            }
        }
    }
}

fn of<'a>(rows: &'a [PauseRow], scope: PauseScope, subject: &str) -> Option<&'a PauseRow> {
    rows.iter().find(|row| row.scope == scope && row.subject == subject)
}

fn part(view: &View, path: &str, name: &str, paused_by: Option<&PauseRow>) -> Markup {
    html! {
        li id={ "pause" (path.replace('/', "-")) } {
            div.grow {
                bdi { (name) } " " (standing(view, paused_by))
                @if let Some(row) = paused_by { p { (paused::who(view, row)) } }
            }
            @if may(view, Right::Direct) { (buttons(view, path, name, paused_by)) }
        }
    }
}

fn standing(view: &View, paused_by: Option<&PauseRow>) -> Markup {
    match paused_by {
        Some(_) => html! { span.alarm { (view.say("health-number-paused")) } },
        None => html! { span.good { (view.say("pause-works")) } },
    }
}

fn buttons(view: &View, path: &str, name: &str, paused_by: Option<&PauseRow>) -> Markup {
    let done = view.say("health-done");
    html! {
        @if paused_by.is_some() {
            button.primary type="button" data-call={ "DELETE " (path) } data-done=(done)
                aria-label=(view.say_with("pause-resume-of", &[("name", name)])) { (view.say("health-resume")) }
        } @else {
            details.menu {
                summary.quiet aria-label=(view.say_with("pause-of", &[("name", name)])) { (view.say("health-pause")) }
                form.sheet.fields data-call={ "PUT " (path) } data-done=(done) data-reset {
                    p.field {
                        @let field = format!("why{}", path.replace('/', "-"));
                        label for=(field) { (view.say("pause-why")) }
                        input id=(field) name="why" type="text" maxlength="200" autocomplete="off";
                    }
                    button.primary type="submit" { (view.say_with("pause-of", &[("name", name)])) }
                }
            }
        }
    }
}
