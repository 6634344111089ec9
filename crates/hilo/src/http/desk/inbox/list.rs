//! The list: views with their counts, filters, and a page of conversations that grows as somebody scrolls.

use std::sync::Arc;

use domain::desk::View as Shown;
use domain::ids::ConversationId;
use maud::{Markup, html};
use store::{COUNTED, DeskCounts, Tx, Wanted};

use super::asked::{Asked, Change};
use super::entry::{self, Entry};
use crate::http::api::inbox::{CLOSING_MS, Cursor};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// A page of the inbox.
pub(super) struct List {
    pub(super) entries: Vec<Entry>,
    /// From where the next page goes on.
    pub(super) next: Option<String>,
    pub(super) shown: Shown,
    counts: DeskCounts,
}

impl List {
    pub(super) async fn read(node: &Arc<Node>, view: &View, asked: &Asked) -> Result<List, Problem> {
        let (workspace, me, limit) = (view.workspace, view.person.user, asked.rows());
        let shown = asked.shown();
        let after = asked.after().and_then(|after| after.parse::<Cursor>().ok()).map(|cursor| cursor.0);
        let now = view.now();
        let wanted = Wanted {
            view: shown,
            me: Some(me),
            queue: asked.queue().map(str::to_owned),
            kind: asked.kind().map(str::to_owned),
            window: asked.window_closing().then_some((now, now + CLOSING_MS)),
        };
        let look = move |tx: &mut Tx<'_>| {
            Ok((tx.desk(workspace, &wanted, after, limit)?, tx.desk_counts(workspace, Some(me), &[])?))
        };
        let (rows, counts) = node.store.read(look).await?;
        let is_full = rows.len() as i64 == limit;
        let next = rows.last().filter(|_| is_full).map(|row| Cursor(row.place).to_string());
        let entries = rows.into_iter().map(|row| Entry::of(row, me)).collect();
        Ok(List { entries, next, shown, counts })
    }

    /// How many there are, where that is counted.
    fn count(&self, of: Shown) -> Option<i64> {
        match of {
            Shown::Mine => Some(self.counts.mine),
            Shown::Unassigned => Some(self.counts.unassigned),
            Shown::All => Some(self.counts.all),
            Shown::Snoozed => Some(self.counts.snoozed),
            Shown::Closed => None,
        }
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
            (picked(view))
        }
    }
}

fn tabs(view: &View, asked: &Asked, list: &List) -> Markup {
    html! {
        nav.tabs aria-label=(view.say("inbox-views")) {
            @for shown in Shown::ALL.iter().copied() {
                a href={ "/inbox" (asked.query(Change::View(shown.name()))) } data-view=(shown)
                    aria-current=[(shown == list.shown).then_some("page")] {
                    (view.say(&format!("inbox-view-{shown}")))
                    @if let Some(count) = list.count(shown).filter(|count| 0 < *count) { span.count { (told(count)) } }
                }
            }
        }
    }
}

/// Nobody needs to know more of a list than that it is long.
fn told(count: i64) -> String {
    if COUNTED <= count { format!("{}+", COUNTED - 1) } else { count.to_string() }
}

fn filters(view: &View, asked: &Asked, list: &List) -> Markup {
    let (explainer, workflow) = (view.explainer(), &view.workflow.workflow);
    html! {
        form.filters action="/inbox" data-filters aria-label=(view.say("inbox-filters")) {
            input type="hidden" name="view" value=(list.shown);
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
                a.more href={ "/inbox" (asked.query(Change::View(list.shown.name()))) } { (view.say("inbox-first")) }
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
    html! { p.empty { (view.say(&format!("inbox-empty-{}", list.shown))) } }
}

/// What can be done with several at once; the script shows it as soon as one is picked.
fn picked(view: &View) -> Markup {
    html! {
        div.picked #picked hidden data-own="*" role="group" aria-label=(view.say("inbox-picked")) {
            p { b {} " " (view.say("inbox-picked")) }
            button.quiet type="button" data-many="take" data-user=(view.person.user) { (view.say("inbox-take")) }
            button.quiet type="button" data-many="close" { (view.say("inbox-close")) }
            button.round type="button" data-many="none" aria-label=(view.say("inbox-pick-none")) { (icon(Sign::Close)) }
            form.row data-many="reply" {
                input name="text" required maxlength="4096" dir="auto" placeholder=(view.say("inbox-picked-reply")) aria-label=(view.say("inbox-picked-reply"));
                button.primary type="submit" { (view.say("inbox-send")) }
            }
        }
    }
}
