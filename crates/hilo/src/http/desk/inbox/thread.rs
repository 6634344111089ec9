//! A conversation: who it is with, everything that was said and done in it, and what one can answer.

use std::collections::HashMap;
use std::sync::Arc;

use domain::ids::{ConversationId, WorkspaceId};
use domain::interaction::Author;
use maud::{Markup, html};
use serde_json::Value;
use store::{
    ContactRow, ConversationRow, EventRow, InteractionRow, MessageRow, TemplateRow, TicketRow, Tx, WantedTemplates,
};

use super::{composer, header, log};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// What happened besides messages, at most.
const EVENTS: i64 = 200;
/// How many templates a picker offers, and how many different ones a thread is read with.
const TEMPLATES: i64 = 200;

/// A conversation as the business has it.
pub(super) struct Thread {
    pub(super) conversation: ConversationRow,
    pub(super) contact: Option<ContactRow>,
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
    /// What can be sent outside the window, and what the sent ones say.
    pub(super) templates: Vec<TemplateRow>,
}

impl Thread {
    pub(super) async fn read(
        node: &Arc<Node>,
        view: &View,
        id: ConversationId,
        messages: i64,
    ) -> Result<Thread, Problem> {
        let (workspace, now) = (view.workspace, view.now());
        let accounts: HashMap<_, _> =
            node.channels.iter().map(|channel| (channel.id, channel.waba_id.clone())).collect();
        let look = move |tx: &mut Tx<'_>| {
            let Some(conversation) = tx.conversation(workspace, id)? else { return Ok(None) };
            let account = accounts.get(&conversation.channel).cloned();
            read(tx, workspace, conversation, messages, account, now).map(Some)
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

    /// Whether WhatsApp takes only templates now.
    pub(super) fn is_closed(&self, view: &View) -> bool {
        self.conversation.window_until < view.now()
    }

    /// The place of the latest message: what somebody who answers has seen.
    pub(super) fn latest(&self) -> i64 {
        self.messages.last().map_or(0, |row| row.message.seq)
    }

    /// Whether there are older messages than those that are shown.
    pub(super) fn has_older(&self) -> bool {
        self.messages.first().is_some_and(|row| 1 < row.message.seq)
    }

    /// What WhatsApp calls a message of ours.
    pub(super) fn template(&self, name: &str, language: &str) -> Option<Value> {
        let row = self.templates.iter().find(|row| row.name == name && row.language == language)?;
        serde_json::from_str(&row.components).ok()
    }
}

fn read(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    conversation: ConversationRow,
    shown: i64,
    account: Option<String>,
    now: i64,
) -> store::Result<Thread> {
    let id = conversation.id;
    let contact = conversation.contact.map_or(Ok(None), |id| tx.contact(workspace, id))?;
    let messages = tx.latest_messages(workspace, id, shown)?;
    let events = conversation.contact.map_or(Ok(Vec::new()), |contact| tx.events(workspace, contact, EVENTS))?;
    let events = events.into_iter().filter(|event| event.conversation == Some(id)).collect();
    let latest = messages.iter().rev().find_map(|row| row.message.interaction);
    let matter = conversation.interaction.or(latest).map_or(Ok(None), |id| tx.interaction(workspace, id))?;
    let ticket = conversation.ticket.or(matter.as_ref().and_then(|matter| matter.ticket));
    let ticket = ticket.map_or(Ok(None), |id| tx.ticket(workspace, id))?;
    // They are many and long: read only where something shows them.
    let needed = conversation.window_until < now || messages.iter().any(is_template);
    let wanted = WantedTemplates { waba_id: account, ..WantedTemplates::default() };
    let templates = if needed { tx.templates(workspace, &wanted, None, TEMPLATES)? } else { Vec::new() };
    Ok(Thread { conversation, contact, messages, shown, events, matter, ticket, templates })
}

fn is_template(row: &MessageRow) -> bool {
    row.message.kind == "template" && row.message.author != Author::Customer
}

/// The pane.
pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let id = thread.conversation.id;
    html! {
        section #thread .pane.thread data-live data-conversation=(id) aria-label=(view.say_with("inbox-with", &[("name", &thread.name(view))])) {
            (header::render(view, thread))
            (log::render(view, thread))
            (composer::render(view, thread))
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
