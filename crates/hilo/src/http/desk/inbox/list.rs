//! The list: views with their counts, filters, and a page of conversations that grows as somebody scrolls.

use std::sync::Arc;

use domain::ids::ConversationId;
use maud::{Markup, html};

use super::asked::{Asked, Change};
use super::entry::{self, Entry};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// The views, in the order of their tabs.
const VIEWS: [&str; 5] = ["mine", "unassigned", "all", "snoozed", "closed"];

/// A page of the inbox.
pub(super) struct List {
    pub(super) entries: Vec<Entry>,
    /// From where the next page goes on.
    pub(super) next: Option<String>,
    pub(super) view: &'static str,
    /// How many there are in each view.
    pub(super) counts: Vec<(&'static str, i64)>,
}

impl List {
    pub(super) async fn read(node: &Arc<Node>, view: &View, asked: &Asked) -> Result<List, Problem> {
        let (workspace, rows) = (view.workspace, asked.rows());
        let found = node.store.read(move |tx| tx.conversations(workspace, None, None, rows)).await?;
        let entries = found
            .into_iter()
            .map(|row| Entry {
                conversation: row.id,
                name: row.profile_name,
                address: row.phone.or(row.user_id),
                last: None,
                kind: None,
                due_at: None,
                waiting_since: None,
                window_until: row.window_until,
                last_at: row.last_message_at,
                assignee: None,
                unread: false,
                draft: false,
                failed: false,
            })
            .collect();
        let view = VIEWS.into_iter().find(|known| asked.view() == Some(known)).unwrap_or("all");
        Ok(List { entries, next: None, view, counts: Vec::new() })
    }
}

/// The pane.
pub(super) fn render(view: &View, asked: &Asked, open: Option<ConversationId>, list: &List) -> Markup {
    html! {
        section #list .pane.list data-live aria-labelledby="list-title" {
            header.list-top {
                h1 #list-title { (view.say("desk-inbox")) }
                form.find role="search" action="/search" {
                    (icon(Sign::Search))
                    input #search name="q" type="search" autocomplete="off" enterkeyhint="search" aria-keyshortcuts="/"
                        placeholder=(view.say("desk-search")) aria-label=(view.say("desk-search"));
                }
            }
            (tabs(view, asked, list))
            (filters(view, asked, list))
            (rows(view, asked, open, list))
        }
    }
}

fn tabs(view: &View, asked: &Asked, list: &List) -> Markup {
    html! {
        nav.tabs aria-label=(view.say("inbox-views")) {
            @for name in VIEWS {
                @let count = list.counts.iter().find(|(counted, _)| *counted == name).map(|(_, count)| *count);
                a href={ "/inbox" (asked.query(Change::View(name))) } data-view=(name)
                    aria-current=[(name == list.view).then_some("page")] {
                    (view.say(&format!("inbox-view-{name}")))
                    @if let Some(count) = count.filter(|count| 0 < *count) { span.count { (shown(count)) } }
                }
            }
        }
    }
}

/// Nobody reads more than three figures on a tab.
fn shown(count: i64) -> String {
    if 999 < count { "999+".to_owned() } else { count.to_string() }
}

fn filters(view: &View, asked: &Asked, list: &List) -> Markup {
    let (explainer, workflow) = (view.explainer(), &view.workflow.workflow);
    html! {
        form.filters action="/inbox" data-filters aria-label=(view.say("inbox-filters")) {
            input type="hidden" name="view" value=(list.view);
            select name="queue" aria-label=(view.say("inbox-queue")) {
                option value="" { (view.say("inbox-queue-any")) }
                @for queue in &workflow.queues {
                    option value=(queue.id) selected[asked.queue() == Some(&queue.id)] { (explainer.queue(&queue.id)) }
                }
            }
            select name="type" aria-label=(view.say("inbox-type")) {
                option value="" { (view.say("inbox-type-any")) }
                @for kind in &workflow.types {
                    option value=(kind.id) selected[asked.kind() == Some(&kind.id)] { (explainer.kind(&kind.id)) }
                }
            }
            label.check title=(view.say("inbox-window-closing")) {
                input type="checkbox" name="window" value="closing" checked[asked.window_closing()];
                span { (icon(Sign::Snooze)) span.unseen { (view.say("inbox-window-closing")) } }
            }
            noscript { button.quiet { (view.say("inbox-filter")) } }
        }
    }
}

fn rows(view: &View, asked: &Asked, open: Option<ConversationId>, list: &List) -> Markup {
    html! {
        div.scroll #rows tabindex="-1" {
            @if asked.after().is_some() {
                a.more href={ "/inbox" (asked.query(Change::View(list.view))) } { (view.say("inbox-first")) }
            }
            @if list.entries.is_empty() { (empty(view, list)) }
            ol.rows {
                @for entry in &list.entries { (entry::render(view, asked, entry, open == Some(entry.conversation))) }
            }
            @if let Some(next) = &list.next {
                @if asked.has_most_rows() {
                    a.more href={ "/inbox" (asked.query(Change::After(next))) } { (view.say("inbox-next")) }
                } @else {
                    // The script takes it as soon as it is in sight.
                    a.more data-more="rows" href={ "/inbox" (asked.query(Change::Rows(asked.rows() + 50))) } { (view.say("inbox-more")) }
                }
            }
        }
    }
}

/// What to do when there is nothing to do.
fn empty(view: &View, list: &List) -> Markup {
    html! { p.empty { (view.say(&format!("inbox-empty-{}", list.view))) } }
}
