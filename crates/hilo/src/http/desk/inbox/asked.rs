//! Which part of the inbox is asked for. It stands in the address, so that a link shows a colleague the same.

use domain::desk::View;
use serde::Deserialize;

/// How many rows a list begins with; the script asks for more as somebody scrolls.
const ROWS: i64 = 50;
const MOST_ROWS: i64 = 300;
/// The same for the messages of a conversation.
const MESSAGES: i64 = 50;
const MOST_MESSAGES: i64 = 1000;

/// The query of an address of the inbox.
#[derive(Debug, Default, Clone, Deserialize)]
pub(in crate::http::desk) struct Asked {
    view: Option<String>,
    queue: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    window: Option<String>,
    /// Where a page of the list begins.
    after: Option<String>,
    rows: Option<String>,
    messages: Option<String>,
    /// Up to where the reader had seen the conversation when they came: what is new to them stays marked while they read.
    since: Option<String>,
    /// The script asks for one part where it needs no more: `list` or `thread`.
    part: Option<String>,
}

impl Asked {
    pub(super) fn rows(&self) -> i64 {
        number(self.rows.as_deref(), ROWS, MOST_ROWS)
    }

    pub(super) fn has_most_rows(&self) -> bool {
        self.rows() == MOST_ROWS
    }

    pub(super) fn messages(&self) -> i64 {
        number(self.messages.as_deref(), MESSAGES, MOST_MESSAGES)
    }

    pub(super) fn since(&self) -> Option<i64> {
        self.since.as_deref().and_then(|since| since.parse().ok())
    }

    pub(super) fn without_list(&self) -> bool {
        self.part.as_deref() == Some("thread")
    }

    pub(super) fn without_thread(&self) -> bool {
        self.part.as_deref() == Some("list")
    }

    /// The list: everything that is open, unless another one is asked for.
    pub(super) fn shown(&self) -> View {
        self.view.as_deref().and_then(|view| view.parse().ok()).unwrap_or(View::All)
    }

    pub(super) fn queue(&self) -> Option<&str> {
        self.queue.as_deref().filter(|queue| !queue.is_empty())
    }

    pub(super) fn kind(&self) -> Option<&str> {
        self.kind.as_deref().filter(|kind| !kind.is_empty())
    }

    pub(super) fn window_closing(&self) -> bool {
        self.window.as_deref() == Some("closing")
    }

    pub(super) fn after(&self) -> Option<&str> {
        self.after.as_deref().filter(|after| !after.is_empty())
    }

    /// The address of the same list: with another view, or from another place on.
    pub(super) fn query(&self, change: Change<'_>) -> String {
        let view = match change {
            Change::View(view) => Some(view),
            Change::After(_) | Change::Rows(_) | Change::Nothing => self.view.as_deref(),
        };
        let after = match change {
            Change::After(after) => Some(after),
            Change::View(_) => None,
            Change::Rows(_) | Change::Nothing => self.after(),
        };
        let rows = match change {
            Change::Rows(rows) => Some(rows.to_string()),
            Change::View(_) | Change::After(_) | Change::Nothing => None,
        };
        let window = self.window_closing().then_some("closing");
        let parts = [
            ("view", view),
            ("queue", self.queue()),
            ("type", self.kind()),
            ("window", window),
            ("after", after),
            ("rows", rows.as_deref()),
        ];
        let parts: Vec<String> =
            parts.iter().filter_map(|(name, value)| Some(format!("{name}={}", encoded((*value)?)))).collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// What differs in another address of the same list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change<'a> {
    Nothing,
    View(&'a str),
    After(&'a str),
    Rows(i64),
}

fn number(text: Option<&str>, usual: i64, most: i64) -> i64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(usual).clamp(usual, most)
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_view_keeps_the_filters_and_begins_at_the_top() {
        let asked = Asked {
            view: Some("mine".into()),
            queue: Some("so & so".into()),
            after: Some("c1".into()),
            ..Asked::default()
        };
        assert_eq!(asked.query(Change::View("all")), "?view=all&queue=so%20%26%20so");
        assert_eq!(asked.query(Change::Nothing), "?view=mine&queue=so%20%26%20so&after=c1");
        assert_eq!(asked.query(Change::Rows(100)), "?view=mine&queue=so%20%26%20so&after=c1&rows=100");
        assert_eq!(Asked::default().query(Change::Nothing), "");
    }

    #[test]
    fn nobody_can_ask_for_everything_at_once() {
        let asked = |rows: &str| Asked { rows: Some(rows.into()), ..Asked::default() }.rows();
        assert_eq!([asked("100"), asked("999999"), asked("-1"), asked("x")], [100, MOST_ROWS, ROWS, ROWS]);
    }
}
