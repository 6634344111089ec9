//! Everything that the panes show, as it is at one moment.

use std::sync::Arc;

use domain::ids::{ConversationId, WorkspaceId};
use jiff::Timestamp;
use simulator::{Received, SaidView};
use store::{ContactRow, ConversationRow, EventRow, InteractionRow, MessageRow, TicketRow, Tx};

use super::Stage;
use super::people::phone_of;
use super::visitor::Visitor;
use crate::explain::Explainer;
use crate::http::problem::Problem;
use crate::workflows::Published;

/// How much of a long conversation is shown.
const SHOWN: usize = 200;
const PAGE: i64 = 500;

/// The phone, the conversation that it leads to, and what is needed to tell about them.
pub(super) struct Scene {
    pub(super) visitor: Visitor,
    pub(super) workflow: Arc<Published>,
    pub(super) now: Timestamp,
    /// The number of the business, as customers see it.
    pub(super) number: String,
    /// What the phone wrote, the oldest first.
    pub(super) said: Vec<SaidView>,
    /// What the phone got, the oldest first.
    pub(super) received: Vec<Received>,
    /// Nothing before the first message.
    pub(super) thread: Option<Thread>,
}

/// A conversation as the business has it.
#[derive(Debug)]
pub(super) struct Thread {
    pub(super) conversation: ConversationRow,
    pub(super) contact: Option<ContactRow>,
    /// The oldest first.
    pub(super) messages: Vec<MessageRow>,
    /// The oldest first.
    pub(super) events: Vec<EventRow>,
    /// The latest matter, open or closed.
    pub(super) matter: Option<InteractionRow>,
    /// Its ticket.
    pub(super) ticket: Option<TicketRow>,
}

impl Scene {
    /// Asks the simulator for the phone and the store for the conversation.
    pub(super) async fn read(stage: &Stage, visitor: Visitor) -> Result<Scene, Problem> {
        let away = |_| Problem::new(axum::http::StatusCode::SERVICE_UNAVAILABLE, visitor.say("demo-refused-phone"));
        let client = &stage.phones.client;
        let phone = phone_of(client, visitor.person).await.map_err(away)?;
        let said = client.said(&phone.id).await.map_err(away)?;
        let received = client.inbox(&phone.id).await.map_err(away)?;

        let channel = stage.channel()?.clone();
        let (workspace, channel, shown) = (channel.workspace, channel.id, channel.display_phone_number.clone());
        let address = phone.number.map(|digits| format!("+{digits}"));
        let look = move |tx: &mut Tx<'_>| {
            let thread = tx.conversation_of(workspace, channel, address.as_deref(), Some(&phone.user_id))?;
            thread.map_or(Ok(None), |thread| read_thread(tx, workspace, thread))
        };
        let thread = stage.node.store.read(look).await?;
        let workflow = stage.node.workflows.of(workspace)?;
        Ok(Scene { visitor, workflow, now: stage.node.clock.now(), number: shown, said, received, thread })
    }

    pub(super) fn say(&self, key: &str) -> String {
        self.visitor.say(key)
    }

    pub(super) fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.visitor.say_with(key, values)
    }

    pub(super) fn explainer(&self) -> Explainer<'_> {
        Explainer::new(self.visitor.language, &self.workflow, self.now)
    }

    /// A moment on the clock in the shop: `17:05`.
    pub(super) fn clock(&self, at: i64) -> String {
        self.moment(at, "%H:%M")
    }

    /// A moment in the shop's time zone, in strftime's notation.
    pub(super) fn moment(&self, at: i64, format: &str) -> String {
        let zone = &self.workflow.workflow.business.time_zone;
        let at = Timestamp::from_millisecond(at).unwrap_or(self.now);
        at.to_zoned(zone.clone()).strftime(format).to_string()
    }

    /// Whether the business has this message of the phone on disk.
    pub(super) fn is_recorded(&self, wamid: &str) -> bool {
        let mut messages = self.thread.iter().flat_map(|thread| &thread.messages);
        messages.any(|row| row.message.wamid.as_deref() == Some(wamid))
    }
}

fn read_thread(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ConversationId) -> store::Result<Option<Thread>> {
    let Some(conversation) = tx.conversation(workspace, id)? else { return Ok(None) };
    let contact = conversation.contact.map_or(Ok(None), |id| tx.contact(workspace, id))?;
    let messages = latest_messages(tx, workspace, id)?;
    let events = conversation.contact.map_or(Ok(Vec::new()), |contact| tx.events(workspace, contact, PAGE))?;
    let events = events.into_iter().filter(|event| event.conversation == Some(id)).collect();
    let matter = messages.iter().rev().find_map(|row| row.message.interaction);
    let matter = matter.map_or(Ok(None), |id| tx.interaction(workspace, id))?;
    let ticket = matter.as_ref().and_then(|matter| matter.ticket);
    let ticket = ticket.map_or(Ok(None), |id| tx.ticket(workspace, id))?;
    Ok(Some(Thread { conversation, contact, messages, events, matter, ticket }))
}

fn latest_messages(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ConversationId) -> store::Result<Vec<MessageRow>> {
    let mut latest: Vec<MessageRow> = Vec::new();
    loop {
        let after = latest.last().map_or(0, |row| row.message.seq);
        let page = tx.messages(workspace, id, after, PAGE)?;
        let full = page.len() as i64 == PAGE;
        latest.extend(page);
        latest.drain(..latest.len().saturating_sub(SHOWN));
        if !full {
            return Ok(latest);
        }
    }
}
