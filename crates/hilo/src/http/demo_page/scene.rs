//! Everything that the panes show, as it is at one moment.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::delivery::SendState;
use domain::ids::{ConversationId, WorkspaceId};
use simulator::{Fault, Ledger, PersonaView, Received, SaidView};
use store::{ContactRow, ConversationRow, EventRow, Figures, InteractionRow, MessageRow, OutboxRow, TicketRow, Tx};

use super::Stage;
use super::acts::away;
use super::people::phone_of;
use super::visitor::Visitor;
use crate::demo::{Happening, Known, Proof, happened};
use crate::explain::Explainer;
use crate::http::drawn::Reader;
use crate::http::problem::Problem;
use crate::media::Passes;
use crate::workflows::Published;

/// How much of a long conversation is shown.
const SHOWN: i64 = 200;
/// What happened besides messages.
const EVENTS: i64 = 500;

/// The phone, the conversation that it leads to, and what is needed to tell about them.
pub(super) struct Scene {
    pub(super) visitor: Visitor,
    pub(super) workflow: Arc<Published>,
    pub(super) reader: Reader,
    /// The number of the business, as customers see it.
    pub(super) number: String,
    /// What the phone wrote, the oldest first.
    pub(super) said: Vec<SaidView>,
    /// What the phone got, the oldest first.
    pub(super) received: Vec<Received>,
    /// Nothing before the first message.
    pub(super) thread: Option<Thread>,
    /// Addresses for files.
    pub(super) passes: Passes,
    pub(super) stage: Props,
}

/// What stands around the conversation.
#[derive(Default)]
pub(super) struct Props {
    /// What the parent holds: the clock and the latest kill.
    pub(super) known: Known,
    /// The worker ends in the middle of its next send.
    pub(super) armed: bool,
    /// What goes wrong on purpose.
    pub(super) faults: Vec<Fault>,
    /// Who else writes, by themselves.
    pub(super) others: Vec<PersonaView>,
    /// Why the number sends nothing, if it does not.
    pub(super) paused: Option<String>,
    pub(super) figures: Figures,
    /// Counted once somebody has killed the worker.
    pub(super) proof: Option<Proof>,
    /// What happened while the clock was moved, until it has been read.
    pub(super) happened: Vec<Happening>,
}

/// A conversation as the business has it.
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
    /// What waits for a person's decision on its way out.
    pub(super) stuck: Vec<OutboxRow>,
}

impl Scene {
    /// Asks the simulator for the phone and the store for the conversation.
    pub(super) async fn read(stage: &Stage, visitor: Visitor) -> Result<Scene, Problem> {
        let away = away(visitor);
        let client = &stage.phones.client;
        let phone = phone_of(client, visitor.person).await.map_err(&away)?;
        let said = client.said(&phone.id).await.map_err(&away)?;
        let received = client.inbox(&phone.id).await.map_err(&away)?;

        let faults = client.faults().await.map_err(&away)?;
        let others = client.personas().await.map_err(&away)?;
        let known = stage.line.known();
        let ledger = match &known.kill {
            Some(_) => Some(client.ledger().await.map_err(&away)?),
            None => None,
        };

        let address = phone.number.map(|digits| format!("+{digits}"));
        let (workspace, channel) = (stage.channel()?.workspace, stage.channel()?.id);
        let look = move |tx: &mut Tx<'_>| {
            let thread = tx.conversation_of(workspace, channel, address.as_deref(), Some(&phone.user_id))?;
            thread.map_or(Ok(None), |thread| read_thread(tx, workspace, thread))
        };
        let thread = stage.node.store.read(look).await?;
        let props = Props { faults, others, ..Props::read(stage, known, ledger).await? };
        Ok(Scene { said, received, thread, stage: props, ..Scene::empty(stage, visitor)? })
    }

    /// A conversation of the past, without a phone.
    pub(super) async fn of_past(stage: &Stage, visitor: Visitor, id: Option<ConversationId>) -> Result<Scene, Problem> {
        let workspace = stage.channel()?.workspace;
        let look = move |tx: &mut Tx<'_>| id.map_or(Ok(None), |id| read_thread(tx, workspace, id));
        let thread = stage.node.store.read(look).await?;
        let props = Props::read(stage, stage.line.known(), None).await?;
        Ok(Scene { thread, stage: props, ..Scene::empty(stage, visitor)? })
    }

    fn empty(stage: &Stage, visitor: Visitor) -> Result<Scene, Problem> {
        let channel = stage.channel()?;
        let workflow = stage.node.workflows.of(channel.workspace)?;
        let zone = workflow.workflow.business.time_zone.clone();
        Ok(Scene {
            visitor,
            workflow,
            reader: Reader { language: visitor.language, zone, now: stage.node.clock.now() },
            number: channel.display_phone_number.clone(),
            said: Vec::new(),
            received: Vec::new(),
            thread: None,
            passes: stage.node.media.passes(channel.workspace),
            stage: Props::default(),
        })
    }

    pub(super) fn say(&self, key: &str) -> String {
        self.visitor.say(key)
    }

    pub(super) fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.visitor.say_with(key, values)
    }

    pub(super) fn explainer(&self) -> Explainer<'_> {
        Explainer::new(self.visitor.language, &self.workflow, self.reader.now)
    }

    /// A moment on the clock in the shop.
    pub(super) fn clock(&self, at: i64) -> String {
        self.reader.clock(at)
    }

    /// The day and the hour.
    pub(super) fn day_and_clock(&self, at: i64) -> String {
        self.reader.day_and_clock(at)
    }

    /// The hour of what happened today; of anything else the day too.
    pub(super) fn when(&self, at: i64) -> String {
        self.reader.when(at)
    }

    /// What the business has on disk of a message of the phone.
    pub(super) fn recorded(&self, wamid: &str) -> Option<&MessageRow> {
        let mut messages = self.thread.iter().flat_map(|thread| &thread.messages);
        messages.find(|row| row.message.wamid.as_deref() == Some(wamid))
    }
}

impl Props {
    async fn read(stage: &Stage, known: Known, ledger: Option<Ledger>) -> Result<Props, Problem> {
        let (node, channel) = (stage.node.clone(), stage.channel()?.clone());
        let armed = stage.armed.load(Ordering::Relaxed);
        let look = move |tx: &mut Tx<'_>| {
            let workspace = channel.workspace;
            let proof = ledger
                .as_ref()
                .map(|ledger| Proof::count(tx, workspace, channel.id, &node.seal, ledger))
                .transpose()?;
            let moved = known.time.moved.as_ref();
            let paused = tx.channels(workspace)?.into_iter().find(|one| one.id == channel.id);
            Ok(Props {
                armed,
                figures: tx.figures(workspace, node.clock.now().as_millisecond())?,
                proof,
                happened: moved.map_or(Ok(Vec::new()), |moved| happened(tx, workspace, moved))?,
                paused: paused.and_then(|channel| channel.paused_reason),
                known: known.clone(),
                faults: Vec::new(),
                others: Vec::new(),
            })
        };
        Ok(stage.node.store.read(look).await?)
    }
}

fn read_thread(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ConversationId) -> store::Result<Option<Thread>> {
    let Some(conversation) = tx.conversation(workspace, id)? else { return Ok(None) };
    let contact = conversation.contact.map_or(Ok(None), |id| tx.contact(workspace, id))?;
    let messages = tx.latest_messages(workspace, id, SHOWN)?;
    let events = conversation.contact.map_or(Ok(Vec::new()), |contact| tx.events(workspace, contact, EVENTS))?;
    let events = events.into_iter().filter(|event| event.conversation == Some(id)).collect();
    let matter = messages.iter().rev().find_map(|row| row.message.interaction);
    let matter = matter.map_or(Ok(None), |id| tx.interaction(workspace, id))?;
    let ticket = matter.as_ref().and_then(|matter| matter.ticket);
    let ticket = ticket.map_or(Ok(None), |id| tx.ticket(workspace, id))?;
    let mut stuck = tx.sends_of(workspace, id)?;
    stuck.retain(|row| SendState::LISTED.contains(&row.state));
    Ok(Some(Thread { conversation, contact, messages, events, matter, ticket, stuck }))
}
