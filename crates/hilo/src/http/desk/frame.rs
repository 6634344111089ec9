//! What every screen has around its content: where one can go, who is signed in, and what the script needs.

mod help;

use domain::Language;
use domain::change::EventType;
use domain::desk::Availability;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::json;

use super::icons::{Sign, icon};
use super::paused;
use super::view::View;
use crate::http::assets::{self, DESK_SCRIPT, DESK_STYLE, MANIFEST, SIGN};
use crate::http::drawn::initials;
use crate::http::language::locale;

/// Where one can go from everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Inbox,
    Contacts,
    Companies,
    Deals,
    Appointments,
    Orders,
    Health,
    Settings,
    /// Reached by a key and by the box on top, not by the rail.
    Search,
}

impl Place {
    const ON_THE_RAIL: [Place; 8] = [
        Place::Inbox,
        Place::Contacts,
        Place::Companies,
        Place::Deals,
        Place::Appointments,
        Place::Orders,
        Place::Health,
        Place::Settings,
    ];

    fn path(self) -> &'static str {
        match self {
            Place::Inbox => "/inbox",
            Place::Contacts => "/contacts",
            Place::Companies => "/companies",
            Place::Deals => "/deals",
            Place::Appointments => "/appointments",
            Place::Orders => "/orders",
            Place::Health => "/health",
            Place::Settings => "/settings",
            Place::Search => "/search",
        }
    }

    fn sign(self) -> Sign {
        match self {
            Place::Inbox => Sign::Inbox,
            Place::Contacts => Sign::People,
            Place::Companies => Sign::Company,
            Place::Deals => Sign::Deal,
            Place::Appointments => Sign::Calendar,
            Place::Orders => Sign::Order,
            Place::Health => Sign::Health,
            Place::Settings => Sign::Settings,
            Place::Search => Sign::Search,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Place::Inbox => "desk-inbox",
            Place::Contacts => "desk-contacts",
            Place::Companies => "desk-companies",
            Place::Deals => "desk-deals",
            Place::Appointments => "desk-appointments",
            Place::Orders => "desk-orders",
            Place::Health => "desk-health",
            Place::Settings => "desk-settings",
            Place::Search => "desk-search",
        }
    }

    /// The second key after `g`.
    fn key(self) -> Option<&'static str> {
        Some(match self {
            Place::Inbox => "i",
            Place::Contacts => "c",
            Place::Companies => "m",
            Place::Deals => "d",
            Place::Appointments => "a",
            Place::Orders => "o",
            Place::Health => "h",
            Place::Settings => "s",
            Place::Search => return None,
        })
    }
}

/// A screen for somebody who is signed in. What is marked `data-live` is kept up to date; it needs an id.
pub(crate) fn page(view: &View, title: &str, current: Place, content: Markup) -> Markup {
    let reader = &view.reader;
    legible(html! {
        (DOCTYPE)
        html lang=(locale(reader.language)) {
            (head(title, true))
            body.desk data-user=(view.person.user) data-events=(event_names()) data-unreachable=(reader.say("desk-unreachable"))
                data-ended=(reader.say("desk-ended")) {
                a.skip href="#main" { (reader.say("desk-skip")) }
                (rail(view, current))
                p #notice .notice role="alert" {}
                p #said .unseen role="status" {}
                (paused::banner(view))
                (content)
                (help::palette(view))
                (help::sheet(view))
            }
        }
    })
}

/// A screen for somebody who is not signed in: nothing but its content.
pub(crate) fn bare(language: Language, title: &str, content: Markup) -> Markup {
    legible(html! {
        (DOCTYPE)
        html lang=(locale(language)) {
            (head(title, false))
            body.bare {
                p #notice .notice role="alert" {}
                main #main { p.brand { img src=(SIGN.path()) alt="" width="28" height="28"; "hilo" } (content) }
            }
        }
    })
}

/// A page without what nobody can read: NUL and other control characters of what strangers wrote.
fn legible(page: Markup) -> Markup {
    let is_read = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t');
    if page.0.chars().all(is_read) {
        page
    } else {
        PreEscaped(page.0.chars().filter(|letter| is_read(*letter)).collect())
    }
}

fn head(title: &str, signed_in: bool) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content";
            meta name="color-scheme" content="light dark";
            title { (title) " · hilo" }
            link rel="icon" type="image/svg+xml" href=(SIGN.path());
            link rel="manifest" href=(MANIFEST.path());
            link rel="stylesheet" href=(DESK_STYLE.path());
            @if signed_in {
                @for asset in assets::imported() { link rel="modulepreload" href=(asset.path()); }
                script type="module" src=(DESK_SCRIPT.path()) {}
            }
        }
    }
}

fn rail(view: &View, current: Place) -> Markup {
    let reader = &view.reader;
    html! {
        nav.rail aria-label=(reader.say("desk-places")) {
            a.brand href="/inbox" aria-label="hilo" { img src=(SIGN.path()) alt="" width="24" height="24"; }
            ul {
                @for place in Place::ON_THE_RAIL {
                    li {
                        a href=(place.path()) aria-current=[(place == current).then_some("page")] data-go=[place.key()] {
                            (icon(place.sign())) span { (reader.say(place.name())) }
                        }
                    }
                }
            }
            div.rail-end {
                button.rail-button #open-palette type="button" aria-keyshortcuts="Control+K Meta+K" {
                    (icon(Sign::Keys)) span { (reader.say("desk-commands")) }
                }
                (who(view))
            }
        }
    }
}

fn who(view: &View) -> Markup {
    let reader = &view.reader;
    html! {
        details.menu #me {
            summary {
                span.avatar aria-hidden="true" { (initials(&view.person.name)) }
                span.unseen { (reader.say_with("desk-me", &[("name", &view.person.name)])) }
            }
            div.sheet {
                p { strong { bdi { (view.person.name) } } }
                p.soft { (reader.say(&format!("people-role-{}", view.person.role))) }
                div.row role="group" aria-label=(reader.say("desk-availability")) {
                    @for stand in Availability::ALL {
                        button.quiet type="button" data-act="/me/availability" data-method="PUT" data-availability=(stand)
                            data-body=(json!({ "availability": stand.name() })) { (reader.say(&format!("desk-{stand}"))) }
                    }
                }
                label.check { input #keys-on type="checkbox" checked; span { (reader.say("desk-keys-on")) } }
                a href="/settings/me" { (reader.say("desk-my-settings")) }
                form method="post" action="/sign-out" { button.quiet type="submit" { (reader.say("desk-sign-out")) } }
            }
        }
    }
}

/// Browsers tell the script of an event only by its name.
fn event_names() -> String {
    let names: Vec<&str> = EventType::ALL.iter().map(|event| event.name()).collect();
    names.join(" ")
}
