//! One conversation in the list: who, what they said last, and what it waits for.

use domain::ids::{ConversationId, UserId};
use domain::interaction::{Author, TicketState};
use maud::{Markup, html};
use store::{DeskRow, Writer};

use super::asked::{Asked, Change};
use super::bubble::whose_words;
use super::meters::{WINDOW_MS, bar, percent, ring, span};
use crate::http::api::inbox::CLOSING_MS;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::{initials, words};

/// A conversation as the list shows it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) conversation: ConversationId,
    pub(super) name: Option<String>,
    pub(super) address: Option<String>,
    pub(super) last: Option<Last>,
    pub(super) kind: Option<String>,
    pub(super) due_at: Option<i64>,
    /// Since when the customer waits for an answer.
    pub(super) waiting_since: Option<i64>,
    pub(super) window_until: i64,
    /// The place of the last message.
    pub(super) last_seq: i64,
    pub(super) last_at: i64,
    pub(super) assignee: Option<Assignee>,
    pub(super) unread: bool,
    /// Somebody calls the reader to it.
    pub(super) called: bool,
    pub(super) draft: bool,
    pub(super) failed: bool,
    /// How content they were, as they said.
    pub(super) score: Option<i64>,
}

/// What was said last.
#[derive(Debug, Clone)]
pub(super) struct Last {
    pub(super) text: Option<String>,
    pub(super) kind: String,
    pub(super) author: Author,
    /// Who of ours.
    pub(super) writer: Option<Writer>,
}

/// Whose work it is.
#[derive(Debug, Clone)]
pub(super) struct Assignee {
    pub(super) name: String,
    pub(super) is_reader: bool,
}

impl Entry {
    /// A row of the inbox as somebody sees it.
    pub(super) fn of(row: DeskRow, me: UserId) -> Entry {
        let (thread, ticket) = (row.conversation, row.ticket);
        let by_customer = row.last.as_ref().is_some_and(|last| last.author == Author::Customer);
        let own = ticket.assignee == Some(me);
        Entry {
            conversation: thread.id,
            name: row.name.or(thread.profile_name),
            address: thread.phone.or(thread.user_id),
            last_seq: thread.last_seq,
            last_at: row.last.as_ref().map_or(thread.last_message_at, |last| last.at),
            last: row.last.map(|last| Last {
                text: last.text,
                kind: last.kind,
                author: last.author,
                writer: last.writer,
            }),
            kind: ticket.ticket.kind,
            due_at: (ticket.state == TicketState::Open).then_some(ticket.ticket.due_at),
            waiting_since: ticket.waiting_since,
            window_until: thread.window_until,
            assignee: row.assignee.map(|name| Assignee { name, is_reader: own }),
            unread: (by_customer || ticket.waiting_since.is_some()) && row.seen.unwrap_or(0) < thread.last_seq,
            called: row.called,
            draft: row.drafts.iter().any(|draft| draft.user == me),
            failed: 0 < row.failures,
            score: ticket.score,
        }
    }
}

/// The row.
pub(super) fn render(view: &View, asked: &Asked, entry: &Entry, is_open: bool) -> Markup {
    let name = entry.name.clone().or_else(|| entry.address.clone()).unwrap_or_else(|| view.say("nobody"));
    html! {
        li #{ "row-" (entry.conversation) } .row.unread[entry.unread] {
            input.pick type="checkbox" value=(entry.conversation) data-seen=(entry.last_seq)
                aria-label=(view.say_with("inbox-pick", &[("name", &name)]));
            a.open href={ "/inbox/" (entry.conversation) (asked.query(Change::Nothing)) } data-open=(entry.conversation)
                aria-current=[is_open.then_some("true")] {
                span.avatar aria-hidden="true" { (initials(&name)) }
                span.line {
                    strong.name { bdi { (name) } }
                    @if entry.unread { span.dot { span.unseen { (view.say("inbox-unread")) } } }
                    time.at title=(view.reader.day_and_clock(entry.last_at)) { (view.reader.lately(entry.last_at)) }
                }
                span.line.said { (last(view, entry)) }
                span.line.facts { (facts(view, entry)) }
            }
        }
    }
}

fn last(view: &View, entry: &Entry) -> Markup {
    html! {
        @if entry.draft { span.draft { (icon(Sign::Draft)) (view.say("inbox-draft")) } }
        @if let Some(last) = &entry.last {
            @match last.author {
                Author::Customer => {},
                Author::Automation => span.by { (icon(Sign::Robot)) span.unseen { (view.say("inbox-by-automation")) } },
                Author::Agent => span.by { bdi { (whose_words(view, last.writer.as_ref())) } ":" },
                Author::PhoneApp => span.by { (view.say("inbox-by-phone-app")) ":" },
            }
            span.words dir="auto" { (words(&view.reader, last.text.as_deref(), &last.kind)) }
        }
    }
}

fn facts(view: &View, entry: &Entry) -> Markup {
    html! {
        @if let Some(kind) = &entry.kind { span.kind { (view.explainer().kind(kind)) } }
        (wait(view, entry))
        (window(view, entry))
        @if entry.called { span.called { "@" span.unseen { (view.say("inbox-called")) } } }
        @if entry.failed { span.alarm { (icon(Sign::Alarm)) (view.say("inbox-failed")) } }
        @if let Some(score) = entry.score { span.score { (view.say_with("record-score", &[("score", &score.to_string())])) } }
        @if let Some(assignee) = &entry.assignee { (whose(view, assignee)) }
    }
}

fn wait(view: &View, entry: &Entry) -> Markup {
    let Some((since, due)) = entry.waiting_since.zip(entry.due_at) else { return html! {} };
    let now = view.now();
    let (is_late, left) = (due < now, span((due - now).abs()));
    let key = if is_late { "inbox-late" } else { "inbox-due" };
    html! {
        span.wait.late[is_late] title=(view.say_with("inbox-waits", &[("time", &span(now - since))])) {
            (bar(percent(now - since, due - since)))
            (view.say_with(key, &[("time", &left)]))
        }
    }
}

/// The window is told once it matters: while it closes.
fn window(view: &View, entry: &Entry) -> Markup {
    let left = entry.window_until - view.now();
    html! {
        @if (0..=CLOSING_MS).contains(&left) {
            span.window title=(view.say("inbox-window-closing")) {
                (ring(percent(left, WINDOW_MS))) (span(left))
                span.unseen { (view.say("inbox-window-closing")) }
            }
        }
    }
}

fn whose(view: &View, assignee: &Assignee) -> Markup {
    let name = if assignee.is_reader { view.say("inbox-me") } else { assignee.name.clone() };
    html! { span.whose.mine[assignee.is_reader] { (icon(Sign::Assign)) bdi { (name) } } }
}
