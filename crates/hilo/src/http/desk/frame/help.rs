//! The keys, where one looks them up and where one does not need them.

use maud::{Markup, html};

use super::Place;
use crate::http::desk::view::View;

/// What can be done with one key, in the order in which the sheet lists it.
const KEYS: [(&str, &str); 21] = [
    ("j", "next"),
    ("k", "previous"),
    ("o", "open"),
    ("r", "reply"),
    ("q", "quote"),
    ("h", "react"),
    ("n", "note"),
    ("t", "template"),
    ("c", "reclassify"),
    ("a", "assign"),
    ("s", "snooze"),
    ("e", "close"),
    ("m", "more"),
    ("1 – 5", "list"),
    ("x", "pick"),
    ("z", "undo"),
    ("u", "back"),
    ("/", "search"),
    ("?", "sheet"),
    ("g", "go"),
    ("Esc", "leave"),
];

/// What the palette can do besides going somewhere: those of the keys that are commands.
const COMMANDS: [&str; 18] = [
    "next",
    "previous",
    "reply",
    "quote",
    "react",
    "note",
    "template",
    "reclassify",
    "assign",
    "snooze",
    "close",
    "more",
    "pick",
    "undo",
    "back",
    "search",
    "sheet",
    "keys",
];

/// Every command by its name, with its key beside it.
pub(super) fn palette(view: &View) -> Markup {
    let say = |key: &str| view.say(&format!("desk-key-{key}"));
    let key_of = |name: &str| KEYS.iter().find(|(_, command)| *command == name).map(|(key, _)| *key);
    html! {
        dialog #palette aria-label=(view.say("desk-commands")) {
            input #palette-find type="text" role="combobox" autocomplete="off" spellcheck="false" aria-expanded="true"
                aria-controls="palette-list" aria-autocomplete="list" placeholder=(view.say("desk-palette-find"))
                aria-label=(view.say("desk-palette-find"));
            ul #palette-list role="listbox" aria-label=(view.say("desk-commands")) {
                @for name in COMMANDS {
                    li #{ "command-" (name) } role="option" data-command=(name) {
                        span { (say(name)) } @if let Some(key) = key_of(name) { kbd { (key) } }
                    }
                }
                @for place in Place::ON_THE_RAIL {
                    li #{ "command-go" (place.path().replace('/', "-")) } role="option" data-goes=(place.path()) {
                        span { (view.say_with("desk-go-to", &[("place", &view.say(place.name()))])) }
                        @if let Some(key) = place.key() { span.keys { kbd { "g" } kbd { (key) } } }
                    }
                }
            }
            p.empty #palette-nothing hidden { (view.say("desk-palette-nothing")) }
        }
    }
}

/// The sheet of keys.
pub(super) fn sheet(view: &View) -> Markup {
    html! {
        dialog #sheet aria-labelledby="sheet-title" {
            header.row {
                h2 #sheet-title { (view.say("desk-keys")) }
                form method="dialog" { button.quiet { (view.say("desk-close-sheet")) } }
            }
            dl.keys-list {
                @for (key, name) in KEYS { div { dt { kbd { (key) } } dd { (view.say(&format!("desk-key-{name}"))) } } }
                div { dt { kbd { "Ctrl" } kbd { "K" } } dd { (view.say("desk-commands")) } }
                @for place in Place::ON_THE_RAIL {
                    @if let Some(key) = place.key() { div { dt { kbd { "g" } kbd { (key) } } dd { (view.say(place.name())) } } }
                }
            }
            p.soft { (view.say("desk-keys-off")) }
        }
    }
}
