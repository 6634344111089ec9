//! A conversation: who it is with, everything that was said and done in it, and what one can answer.

use std::collections::HashMap;
use std::sync::Arc;

use domain::PhoneNumber;
use domain::ids::{ConversationId, UserId, WorkspaceId};
use domain::interaction::Author;
use domain::right::Right;
use maud::{Markup, html};
use store::{
    ContactRow, ConversationRow, Draft, EventRow, InteractionRow, MessageRow, NoteRow, TemplateRow, TicketRow, Tx,
    UserRow, WantedTemplates,
};
use workflow::AskFor;

use super::asked::Asked;
use super::bubble::Cast;
use super::{chip, composer, header, keep_reply, log, touch, whose};
use crate::config::Prices;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::records::context::{Beside, usual_currency};
use crate::http::desk::records::likeness::Likeness;
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::inbox::{SaidToBe, UNDO_SECONDS, candidates_of, latest_on, said_to_be};
use crate::node::Node;
use crate::pipeline::WINDOW_MARGIN;

/// What happened besides messages, at most.
const EVENTS: i64 = 200;
/// How many templates a picker offers, and how many different ones a thread is read with.
const TEMPLATES: i64 = 200;
/// More people than are told apart at a glance.
const MOST_ALIKE: usize = 6;
/// Where somebody is written to stands among these.
const THREADS: i64 = 20;

/// A conversation as the business has it.
pub(super) struct Thread {
    pub(super) conversation: ConversationRow,
    pub(super) contact: Option<ContactRow>,
    /// What is kept of them.
    pub(super) beside: Option<Beside>,
    /// Who it could be with, where nobody has said that yet.
    pub(super) likenesses: Vec<Likeness>,
    /// Where its person is written to, if it gave its address up.
    pub(super) elsewhere: Option<ConversationId>,
    /// The latest, the oldest of them first.
    pub(super) messages: Vec<MessageRow>,
    /// How many of them were asked for.
    pub(super) shown: i64,
    /// The oldest first.
    pub(super) events: Vec<EventRow>,
    /// The latest matter, open or closed.
    pub(super) matter: Option<InteractionRow>,
    /// Its ticket.
    pub(super) ticket: Option<TicketRow>,
    /// Who can have it.
    pub(super) colleagues: Vec<UserRow>,
    /// What people have noted beside it, the oldest first.
    pub(super) notes: Vec<NoteRow>,
    /// What they have begun to write.
    pub(super) drafts: Vec<Draft>,
    /// Up to where the reader had seen it when they came, if they ever had.
    pub(super) since: Option<i64>,
    /// Whether what they write raises nothing.
    pub(super) is_blocked: bool,
    /// For so long an answer can be taken back.
    pub(super) undo_seconds: i64,
    /// What messages cost, by market and category.
    prices: Prices,
    /// What can be sent outside the window, and what the sent ones say.
    pub(super) templates: Vec<TemplateRow>,
    /// Whom somebody new could be, by what they wrote.
    pub(super) said_to_be: Vec<SaidToBe>,
}

impl Thread {
    pub(super) async fn read(
        node: &Arc<Node>,
        view: &View,
        id: ConversationId,
        asked: &Asked,
    ) -> Result<Thread, Problem> {
        let (workspace, me) = (view.workspace, view.person.user);
        let (shown, since, prices) = (asked.messages(), asked.since(), node.settings.prices.clone());
        let accounts: HashMap<_, _> =
            node.channels.iter().map(|channel| (channel.id, channel.waba_id.clone())).collect();
        let currency = usual_currency(node, view);
        let asks = view.workflow.workflow.new_contacts.ask_for != AskFor::Nothing;
        let look = move |tx: &mut Tx<'_>| {
            let Some(conversation) = tx.conversation(workspace, id)? else { return Ok(None) };
            let account = accounts.get(&conversation.channel).cloned();
            let scope = Scope { workspace, me, shown, since, account, prices: prices.clone(), currency, asks };
            read(tx, scope, conversation).map(Some)
        };
        node.store.read(look).await?.ok_or_else(|| Problem::missing("conversation"))
    }

    /// Who it is with.
    pub(super) fn name(&self, view: &View) -> String {
        let known = self.contact.as_ref().and_then(|row| row.contact.name.clone());
        known
            .or_else(|| self.conversation.profile_name.clone())
            .or_else(|| self.address().map(str::to_owned))
            .unwrap_or_else(|| view.say("nobody"))
    }

    /// Where an answer goes.
    pub(super) fn address(&self) -> Option<&str> {
        self.conversation.phone.as_deref().or(self.conversation.user_id.as_deref())
    }

    /// Whether the reader can answer single messages of it.
    fn is_answered_singly(&self, view: &View) -> bool {
        Right::Work.is_of(view.person.role) && self.address().is_some() && !self.is_closed(view)
    }

    /// Whether WhatsApp takes only templates now.
    pub(super) fn is_closed(&self, view: &View) -> bool {
        self.window_until() < view.now()
    }

    /// Until when it takes anything else. What would leave in the last minutes could come too late.
    pub(super) fn window_until(&self) -> i64 {
        self.conversation.window_until - WINDOW_MARGIN.as_millis() as i64
    }

    /// Whether there are older messages than those that are shown.
    pub(super) fn has_older(&self) -> bool {
        self.messages.first().is_some_and(|row| 1 < row.message.seq)
    }

    /// What others have begun to write, with their names.
    pub(super) fn others_drafts<'a>(&'a self, view: &View) -> Vec<(&'a str, &'a str)> {
        let name = |id| self.colleagues.iter().find(|user| user.id == id).map(|user| user.name.as_str());
        let others = self.drafts.iter().filter(|draft| draft.user != view.person.user && !draft.text.is_empty());
        others.filter_map(|draft| Some((name(draft.user)?, draft.text.as_str()))).collect()
    }

    /// What the reader has begun to write.
    pub(super) fn own_draft(&self, view: &View) -> Option<&str> {
        self.drafts.iter().find(|draft| draft.user == view.person.user).map(|draft| draft.text.as_str())
    }

    /// What a message of one of Meta's pricing categories costs, in US dollars, if the rate card says.
    pub(super) fn price(&self, category: &str) -> Option<f64> {
        let phone = self.conversation.phone.as_deref().map(|phone| phone.trim_start_matches('+'));
        let region = phone.and_then(|phone| PhoneNumber::from_whatsapp(phone).ok()?.region());
        let by_user_id = || self.conversation.user_id.as_deref()?.split('.').next().map(str::to_owned);
        let market = region.map(|region| region.code()).or_else(by_user_id)?;
        self.prices.get(&market)?.get(category).copied()
    }

    /// What its messages are shown with.
    pub(super) fn cast(&self, view: &View) -> Cast<'_> {
        Cast { name: self.name(view), templates: &self.templates, is_answered: self.is_answered_singly(view) }
    }
}

/// Whose thread is read by whom.
struct Scope {
    workspace: WorkspaceId,
    me: UserId,
    shown: i64,
    since: Option<i64>,
    account: Option<String>,
    prices: Prices,
    /// What amounts are usually of.
    currency: &'static str,
    /// Whether somebody new is asked who they are.
    asks: bool,
}

fn read(tx: &mut Tx<'_>, scope: Scope, conversation: ConversationRow) -> store::Result<Thread> {
    let Scope { workspace, me, shown, since, account, prices, currency, asks } = scope;
    let id = conversation.id;
    let contact = conversation.contact.map_or(Ok(None), |id| tx.contact(workspace, id))?;
    let likenesses = could_be(tx, workspace, &conversation)?;
    let elsewhere = elsewhere(tx, workspace, &conversation)?;
    let beside = conversation.contact.map(|id| Beside::read(tx, workspace, id, currency)).transpose()?;
    let messages = tx.latest_messages(workspace, id, shown)?;
    let events = conversation.contact.map_or(Ok(Vec::new()), |contact| tx.events(workspace, contact, EVENTS))?;
    let events = events.into_iter().filter(|event| event.conversation.is_none_or(|thread| thread == id)).collect();
    let latest = messages.iter().rev().find_map(|row| row.message.interaction);
    let matter = conversation.interaction.or(latest).map_or(Ok(None), |id| tx.interaction(workspace, id))?;
    let ticket = conversation.ticket.or(matter.as_ref().and_then(|matter| matter.ticket));
    let ticket = ticket.map_or(Ok(None), |id| tx.ticket(workspace, id))?;
    let wanted = WantedTemplates { waba_id: account, ..WantedTemplates::default() };
    let wrote = messages.iter().filter(|row| row.message.author == Author::Customer);
    let texts = wrote.filter_map(|row| row.message.text.as_deref());
    let said_to_be = if asks { said_to_be(tx, workspace, conversation.contact, texts)? } else { Vec::new() };
    let colleagues = tx.users(workspace)?.into_iter().filter(|user| user.disabled_at.is_none()).collect();
    Ok(Thread {
        templates: tx.templates(workspace, &wanted, None, TEMPLATES)?,
        notes: tx.notes(workspace, id, EVENTS)?,
        drafts: tx.drafts(workspace, id)?,
        since: since.map_or_else(|| tx.seen(workspace, me, id), |since| Ok(Some(since)))?,
        is_blocked: conversation.contact.map_or(Ok(false), |contact| tx.is_blocked(workspace, contact))?,
        undo_seconds: tx.undo_seconds(workspace)?.unwrap_or(UNDO_SECONDS),
        conversation,
        contact,
        beside,
        likenesses,
        elsewhere,
        messages,
        shown,
        events,
        matter,
        ticket,
        colleagues,
        prices,
        said_to_be,
    })
}

/// Each once, as whoever they are by now.
fn could_be(tx: &mut Tx<'_>, workspace: WorkspaceId, thread: &ConversationRow) -> store::Result<Vec<Likeness>> {
    let mut people: Vec<Likeness> = Vec::new();
    if thread.contact.is_none() {
        for id in candidates_of(thread).into_iter().take(MOST_ALIKE) {
            let likeness = Likeness::read(tx, workspace, id)?;
            people.extend(likeness.filter(|one| people.iter().all(|other| other.id() != one.id())));
        }
    }
    Ok(people)
}

/// Where the person of a conversation is written to that gave its address up.
fn elsewhere(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
) -> store::Result<Option<ConversationId>> {
    let (None, None, Some(contact)) = (&thread.phone, &thread.user_id, thread.contact) else { return Ok(None) };
    let threads = tx.conversations(workspace, Some(contact), None, THREADS)?;
    Ok(latest_on(&threads, thread.channel).map(|thread| thread.id))
}

/// The pane.
pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let id = thread.conversation.id;
    html! {
        section #thread .pane.thread data-live data-conversation=(id) aria-label=(view.say_with("inbox-with", &[("name", &thread.name(view))])) {
            (header::render(view, thread))
            (log::render(view, thread))
            // Who only looks has nothing to write with.
            @if thread.address().is_none() { (whose::no_address(view, thread)) }
            @else if Right::Work.is_of(view.person.role) { (composer::render(view, thread)) }
            (chip::types(view, thread))
            (keep_reply::render(view, thread))
            @if thread.is_answered_singly(view) { (touch::emojis(view)) }
            dialog #lightbox data-own="*" aria-label=(view.say("inbox-picture")) { form method="dialog" { button.round aria-label=(view.say("desk-close-sheet")) { (icon(Sign::Close)) } } img alt=""; }
        }
    }
}

/// The pane while nothing is open.
pub(super) fn nothing_open(view: &View) -> Markup {
    html! {
        section #thread .pane.thread data-live aria-label=(view.say("inbox-nothing-open")) {
            div.empty {
                p { (view.say("inbox-nothing-open")) }
                p.soft { kbd { "j" } kbd { "k" } " " (view.say("inbox-nothing-open-keys")) }
            }
        }
        aside #context .pane.context data-live aria-label=(view.say("inbox-context")) {}
    }
}
