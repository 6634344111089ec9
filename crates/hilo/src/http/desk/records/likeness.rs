//! A person as one tells them from another: their names, what they last wrote, what is kept of them, who of ours has their work.

use domain::ids::{ContactId, UserId, WorkspaceId};
use domain::interaction::Author;
use maud::{Markup, html};
use store::{AppointmentsOf, ContactRow, DealsOf, OrdersOf, Tx, UserRow};

use super::list;
use crate::http::desk::view::View;
use crate::http::drawn::initials;

/// How many records tell enough, and how far back their last words may be.
const SHOWN: i64 = 3;
const FARTHEST: i64 = 30;

/// One of the people who are to be told apart.
pub(crate) struct Likeness {
    pub(crate) row: ContactRow,
    is_blocked: bool,
    /// What they last wrote, and when.
    last: Option<(String, i64)>,
    /// What is kept of them, by name.
    records: Vec<String>,
    /// Who has their work.
    owner: Option<String>,
}

impl Likeness {
    /// Whoever an id leads to.
    pub(crate) fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ContactId) -> store::Result<Option<Likeness>> {
        let Some(row) = tx.contact(workspace, id)? else { return Ok(None) };
        let id = row.contact.id;
        let threads = tx.conversations(workspace, Some(id), None, SHOWN)?;
        let mut last = None;
        for thread in &threads {
            let messages = tx.latest_messages(workspace, thread.id, FARTHEST)?;
            let words = messages.into_iter().filter(|row| row.message.author == Author::Customer);
            let words = words.filter_map(|row| Some((row.message.text?, row.message.recorded_at)));
            last = words.chain(last).max_by_key(|(_, at)| *at);
        }
        let deals = tx.deals(workspace, &DealsOf::Contact(id), None, SHOWN)?;
        let orders = tx.orders(workspace, OrdersOf::Contact(id), None, SHOWN)?;
        let visits = tx.appointments(workspace, AppointmentsOf::Contact(id), None, SHOWN)?;
        let mut owner = deals.iter().find_map(|kept| kept.record.owner);
        for ticket in threads.iter().filter_map(|thread| thread.ticket) {
            owner = tx.ticket(workspace, ticket)?.and_then(|row| row.assignee).or(owner);
        }
        let records = deals.into_iter().map(|kept| kept.record.title);
        let records = records.chain(visits.into_iter().map(|kept| kept.record.service));
        let records = records.chain(orders.into_iter().map(|kept| kept.record.number)).collect();
        let owner = owner.map(|id| name_of(&tx.users(workspace)?, id)).transpose()?.flatten();
        let is_blocked = tx.is_blocked(workspace, id)?;
        Ok(Some(Likeness { row, is_blocked, last, records, owner }))
    }

    pub(crate) fn id(&self) -> ContactId {
        self.row.contact.id
    }

    pub(crate) fn name(&self, view: &View) -> String {
        list::name(view, &self.row)
    }
}

fn name_of(users: &[UserRow], id: UserId) -> store::Result<Option<String>> {
    Ok(users.iter().find(|user| user.id == id).map(|user| user.name.clone()))
}

/// One of them, with what can be done.
pub(crate) fn render(view: &View, likeness: &Likeness, acts: &Markup) -> Markup {
    let name = likeness.name(view);
    html! {
        article.likeness #{ "like-" (likeness.id()) } {
            header {
                span.avatar aria-hidden="true" { (initials(&name)) }
                h3 { a href={ "/contacts/" (likeness.id()) } { bdi { (name) } } }
            }
            dl.known {
                @for known in &likeness.row.identities {
                    div { dt { (view.say(super::context::kind_of(known.identity.kind))) } dd { bdi { (known.identity.value) } } }
                }
                @if let Some((words, at)) = &likeness.last {
                    div { dt { (view.say("merge-last-words")) } dd dir="auto" { (shortened(words)) " " time.soft { (view.reader.lately(*at)) } } }
                }
                @if !likeness.records.is_empty() {
                    div { dt { (view.say("merge-records")) } dd { @for record in &likeness.records { span.tag { bdi { (record) } } " " } } }
                }
                @if let Some(owner) = &likeness.owner { div { dt { (view.say("merge-owner")) } dd { bdi { (owner) } } } }
                div { dt { (view.say("inbox-known-since")) } dd { (view.reader.day(likeness.row.created_at)) } }
                @if likeness.row.contact.opted_out_at.is_some() { div { dt { (view.say("inbox-consent")) } dd.alarm { (view.say("inbox-opted-out")) } } }
                @if likeness.is_blocked { div { dt {} dd.alarm { (view.say("blocked")) } } }
            }
            div.row { (acts) }
        }
    }
}

fn shortened(words: &str) -> String {
    const LONGEST: usize = 120;
    let start: String = words.chars().take(LONGEST).collect();
    if start.len() < words.len() { start + "…" } else { start }
}
