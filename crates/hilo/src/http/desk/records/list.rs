//! Lists, page by page, and the frame of a record's own page.

use std::collections::HashMap;

use domain::ids::{ContactId, WorkspaceId};
use maud::{Markup, html};
use serde::Deserialize;
use store::{ContactRow, Tx};

use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// How many stand on a page.
pub(super) const PAGE: i64 = 50;
/// Of what somebody types to find something, no more is read.
pub(super) const LONGEST: usize = 200;

/// What a list may be asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// Behind which id the page begins.
    pub(super) after: Option<String>,
    pub(super) status: Option<String>,
    /// By name or number.
    pub(super) q: Option<String>,
    /// The day of a calendar: `2026-11-24`.
    pub(super) day: Option<String>,
    /// Which part of a story, or in which way a list is shown.
    pub(super) show: Option<String>,
    /// Whose stages a board has.
    pub(super) pipeline: Option<String>,
}

/// The people of some ids, by id.
pub(super) fn people(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = ContactId>,
) -> store::Result<HashMap<ContactId, ContactRow>> {
    let mut ids: Vec<ContactId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = if ids.is_empty() { Vec::new() } else { tx.contacts_by_id(workspace, &ids)? };
    Ok(rows.into_iter().map(|row| (row.contact.id, row)).collect())
}

/// What a person is called; without a name, by what they are known.
pub(super) fn name(view: &View, row: &ContactRow) -> String {
    let known = row.identities.first().map(|identity| identity.identity.value.clone());
    row.contact.name.clone().or(known).unwrap_or_else(|| view.say("nobody"))
}

/// A link to a person.
pub(super) fn person(view: &View, people: &HashMap<ContactId, ContactRow>, id: Option<ContactId>) -> Markup {
    html! {
        @if let Some(id) = id {
            a href={ "/contacts/" (id) } { bdi { (people.get(&id).map_or_else(|| view.say("nobody"), |row| name(view, row))) } }
        }
    }
}

/// The head of a list: what it is, what can be done.
pub(super) fn head(title: &str, acts: &Markup) -> Markup {
    html! { header.page-top { h1 { (title) } div.acts { (acts) } } }
}

/// Something new, in a sheet.
pub(super) fn creation(view: &View, label: &str, path: &str, goes: Option<&str>, fields: &Markup) -> Markup {
    html! {
        details.menu {
            summary.primary { (view.say(label)) }
            form.sheet.create data-create=(path) data-goes=[goes] {
                (fields)
                button.primary type="submit" { (view.say("record-create")) }
            }
        }
    }
}

/// One field of a new record.
pub(super) fn input(view: &View, name: &str, kind: &str, needed: bool) -> Markup {
    html! {
        label { span { (crate::explain::record::field(view.reader.language, name)) }
            input type=(kind) name=(name) required[needed] maxlength="200" autocomplete="off"; }
    }
}

/// The link to the next page, if there may be one.
pub(super) fn more(view: &View, shown: usize, last: Option<String>, query: &str) -> Markup {
    html! {
        @if let (true, Some(last)) = (shown as i64 == PAGE, last) {
            a.more href={ "?after=" (last) (query) } { (view.say("record-more")) }
        }
    }
}

/// A list that has nothing says what to do next.
pub(super) fn empty(view: &View, key: &str) -> Markup {
    html! { p.empty { (view.say(key)) } }
}

/// The ways in which the same is shown: where each leads, what it is called, and whether it is the present one.
pub(super) fn ways(view: &View, ways: &[(&str, &str, bool)]) -> Markup {
    html! {
        nav.ways aria-label=(view.say("record-shown-as")) {
            @for (href, key, is_present) in ways {
                a href=(href) aria-current=[is_present.then_some("true")] { (view.say(key)) }
            }
        }
    }
}

/// The choice of a status above a list, beside whatever else is asked of it.
pub(super) fn tabs(view: &View, query: &str, chosen: Option<&str>, options: &[(String, String)]) -> Markup {
    html! {
        nav.tabs aria-label=(view.say("record-filter")) {
            a href={ "?" (query) } aria-current=[chosen.is_none().then_some("true")] { (view.say("record-all")) }
            @for (value, label) in options {
                a href={ "?status=" (value) @if !query.is_empty() { "&" (query) } } aria-current=[(chosen == Some(value)).then_some("true")] { (label) }
            }
        }
    }
}

/// A record's page: what it says, what became of it.
pub(super) fn sheet(view: &View, back: &str, title: &str, fields: &Markup, past: &Markup) -> Markup {
    html! {
        main #main .page tabindex="-1" {
            div #record .record data-live {
                header.page-top {
                    a.round href=(back) aria-label=(view.say("record-back")) { (icon(Sign::Back)) }
                    h1 { bdi { (title) } }
                }
                div.columns { div.column { (fields) } div.column { (past) } }
            }
        }
    }
}
