//! What is paused, on every screen: whoever waits for an automatic answer must not wait for nothing.

use domain::pause::PauseScope;
use maud::{Markup, html};
use store::PauseRow;

use super::icons::{Sign, icon};
use super::view::View;

/// Nothing, as long as nothing is.
pub(super) fn banner(view: &View) -> Markup {
    let rows = view.workflow.pauses();
    html! {
        @if !rows.is_empty() {
            aside.paused aria-label=(view.say("pause-automation")) {
                (icon(Sign::Robot))
                a href="/health#automation-title" { (what(view, &rows)) }
                @if let [row] = rows.as_slice() { span { (who(view, row)) } }
            }
        }
    }
}

fn what(view: &View, rows: &[PauseRow]) -> String {
    if rows.iter().any(|row| row.scope == PauseScope::All) {
        return view.say("pause-banner-all");
    }
    let name = |row: &PauseRow| match row.scope {
        PauseScope::All => None,
        PauseScope::Type => Some(view.explainer().kind(&row.subject)),
        PauseScope::Channel => Some(view.say("pause-a-number")),
    };
    let mut names: Vec<String> = rows.iter().filter_map(name).collect();
    names.dedup();
    view.say_with("pause-banner-some", &[("names", &names.join(", "))])
}

/// Who said so, when, and why.
pub(super) fn who(view: &View, row: &PauseRow) -> Markup {
    let said = view.say_with("pause-by", &[("who", &row.by), ("when", &view.reader.when(row.at))]);
    html! { bdi { (said) } @if !row.why.is_empty() { ": " bdi { (row.why) } } }
}
