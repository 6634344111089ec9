//! Decides what is due, many at once: what they look at is read for all of them together, and each decision is written with what follows
//! from it, in one transaction.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::delivery::Purpose;
use domain::follow_up::{Because, Cause, FollowUpState};
use domain::guard::Guard;
use domain::ids::{ConversationId, SendId, WorkspaceId};
use domain::interaction::Author;
use domain::prompt::{Prompt, Spoken};
use jiff::Timestamp;
use serde_json::Value;
use store::{ConversationRow, FollowUpRow, NewMessage, NewSend, TemplateRow, Tx};
use workflow::{FollowUp, FollowUpStep};

use super::decide::{Decision, Look, decide, hold, looked_at};
use super::gather::{Topic, World};
use super::quiet::quiet_until;
use super::recheck::KEY;
use super::say::{self, Ready, Way};
use super::settle::{Settlement, settle};
use crate::changes;
use crate::clock::machine_now;
use crate::ids;
use crate::inbox::{self, Acted, Once};
use crate::kill_points::reached;
use crate::node::Node;
use crate::outgoing::{Payload, Said};
use crate::pipeline::WINDOW_MARGIN;
use crate::workflows::Published;

/// Decided in one transaction.
const AT_ONCE: i64 = 500;
/// What was due longer ago than that, nobody looked at when it was: the server was stopped.
const OVERDUE_MS: i64 = 10 * 60 * 1000;
/// Of what is overdue, so much is sent without asking a person.
const MOST_OVERDUE: i64 = 50;
/// Told in one row of the log of changes.
const TOLD_AT_ONCE: usize = 50;

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fired {
    /// How many were decided.
    pub decided: usize,
    /// How many of them go out.
    pub sent: usize,
    /// Whether there may be more that is due.
    pub more: bool,
}

/// One round over what is due.
pub async fn fire_due(node: &Arc<Node>) -> store::Result<Fired> {
    let now = node.clock.now().as_millisecond();
    let next = node.store.read(|tx| tx.next_follow_up(i64::MIN)).await?;
    if next.is_none_or(|next| now < next) {
        return Ok(Fired::default());
    }
    let unit = node.clone();
    let round = node.store.write(Vec::new(), move |tx| fire(tx, &unit, now)).await?;
    if 0 < round.fired.sent {
        node.outbox_wakes.notify_one();
    }
    node.changed(&round.workspaces);
    let more = round.fired.more || !round.unreached.is_empty();
    for (workspace, row) in round.unreached {
        reach(node, workspace, row, now).await?;
    }
    Ok(Fired { more, ..round.fired })
}

/// What one transaction did.
#[derive(Debug, Default)]
struct Round {
    fired: Fired,
    workspaces: Vec<WorkspaceId>,
    /// Would be sent, to somebody with whom there is no thread yet.
    unreached: Vec<(WorkspaceId, FollowUpRow)>,
}

fn fire(tx: &mut Tx<'_>, node: &Node, now: i64) -> store::Result<Round> {
    let due = tx.due_follow_ups(now, AT_ONCE)?;
    let mut round = Round::default();
    let found = due.len();
    let mut by_workspace: BTreeMap<WorkspaceId, Vec<FollowUpRow>> = BTreeMap::new();
    for (workspace, row) in due {
        by_workspace.entry(workspace).or_default().push(row);
    }
    for (workspace, rows) in by_workspace {
        // One that another node made is served by this one after its next start.
        let Ok(published) = node.workflows.of(workspace) else { continue };
        let world = World::gather(tx, workspace, &published, &rows, now)?;
        let flood = is_flood(tx, workspace, &rows, now)?;
        let waba_ids = tx.channels(workspace)?.into_iter().map(|channel| (channel.id, channel.waba_id)).collect();
        let templates = HashMap::new();
        let mut firing =
            Firing { node, workspace, published: &published, world, flood, waba_ids, templates, now, told: Vec::new() };
        for row in &rows {
            firing.decide(tx, row, &mut round)?;
        }
        for told in firing.told.chunks(TOLD_AT_ONCE) {
            changes::tell_all(tx, workspace, told)?;
        }
        round.workspaces.push(workspace);
    }
    // Where all was left to others, it is looked again in a moment, and not at once.
    round.fired.more = found as i64 == AT_ONCE && 0 < round.fired.decided;
    reached("follow_ups_decided");
    Ok(round)
}

/// Whether so much is overdue that a person is asked before it is sent.
fn is_flood(tx: &mut Tx<'_>, workspace: WorkspaceId, rows: &[FollowUpRow], now: i64) -> store::Result<bool> {
    if !rows.iter().any(|row| is_overdue(row, now)) {
        return Ok(false);
    }
    let overdue = tx.overdue_follow_ups(workspace, now - OVERDUE_MS, now, MOST_OVERDUE + 1)?;
    Ok(MOST_OVERDUE < overdue || !tx.flood_of_follow_ups(workspace, 1)?.is_empty())
}

fn is_overdue(row: &FollowUpRow, now: i64) -> bool {
    row.state == FollowUpState::Pending
        && row.because.is_none()
        && row.due_at <= now - OVERDUE_MS
        && now <= row.expires_at
}

/// The due rows of one workspace, with what is known.
struct Firing<'a> {
    node: &'a Node,
    workspace: WorkspaceId,
    published: &'a Published,
    world: World,
    flood: bool,
    waba_ids: HashMap<domain::ids::ChannelId, String>,
    templates: HashMap<(String, String), Vec<TemplateRow>>,
    now: i64,
    told: Vec<(EventType, Subject)>,
}

impl Firing<'_> {
    fn decide(&mut self, tx: &mut Tx<'_>, row: &FollowUpRow, round: &mut Round) -> store::Result<()> {
        if self.world.is_busy(row) {
            return Ok(());
        }
        let Some((rule, step)) = rule_of(self.published, row) else {
            return self.end(tx, row, None, Decision::Cancel(Cause::RuleGone), round);
        };
        let Some(topic) = self.world.topic(row).cloned() else {
            return self.end(tx, row, None, Decision::Cancel(Cause::RecordGone), round);
        };
        if let Some(because) = nobody(&self.world, &topic) {
            return self.end(tx, row, None, Decision::Skip(because), round);
        }
        let facts = self.world.facts(&topic);
        let thread = self.world.thread(&topic, |thread| self.node.channels.get(thread.channel).is_some()).cloned();
        let workflow = &self.published.workflow;
        let quiet_until = quiet_until(workflow.limits.quiet_hours, self.now, &workflow.business.time_zone);
        let guards = self.world.guards(self.published, &topic, thread.as_ref(), quiet_until.is_some(), self.now);
        let on_trial = self.world.is_on_trial(&topic);
        let look = Look { rule, step, row, facts: &facts, guards: &guards, quiet_until, on_trial };
        let mut decision = decide(&look, self.now);
        if decision == Decision::Send && self.flood && is_overdue(row, self.now) {
            decision = Decision::Hold { because: Because::Cause(Cause::Flood), again_at: row.expires_at + 1 };
        }
        let said = match (decision, &thread) {
            (Decision::Send, Some(thread)) => Some((thread, self.ready(tx, row, &topic, step, thread, &facts)?)),
            (Decision::Send, None) => {
                round.unreached.push((self.workspace, FollowUpRow { contact: topic.contact, ..row.clone() }));
                return Ok(());
            }
            (Decision::Hold { .. } | Decision::Skip(_) | Decision::Expire(_) | Decision::Cancel(_), _) => None,
        };
        let values = looked_at(rule, step, &facts);
        match said {
            Some((thread, Ok(ready))) => {
                let send = self.send(tx, row, step, thread, ready)?;
                let thread_id = Some(thread.id);
                let settled =
                    Settlement { values, send: Some(send), thread: thread_id, ..Settlement::of(decision, self.now) };
                if let Some(contact) = topic.contact {
                    self.world.note_sent(contact, thread.id, self.now);
                }
                round.fired.sent += 1;
                round.fired.decided += 1;
                settle(tx, self.workspace, row, topic.contact, settled)
            }
            Some((_, Err(cause))) => {
                let decision = hold(&look, Because::Cause(cause), self.now);
                round.fired.decided += 1;
                let settled = Settlement { values, ..Settlement::of(decision, self.now) };
                settle(tx, self.workspace, row, topic.contact, settled)
            }
            None => {
                round.fired.decided += 1;
                let settled = Settlement { values, ..Settlement::of(decision, self.now) };
                settle(tx, self.workspace, row, topic.contact, settled)
            }
        }
    }

    /// Of what is not there any more, nothing can be looked at.
    fn end(
        &mut self,
        tx: &mut Tx<'_>,
        row: &FollowUpRow,
        thread: Option<ConversationId>,
        decision: Decision,
        round: &mut Round,
    ) -> store::Result<()> {
        round.fired.decided += 1;
        settle(tx, self.workspace, row, None, Settlement { thread, ..Settlement::of(decision, self.now) })
    }

    fn ready(
        &mut self,
        tx: &mut Tx<'_>,
        row: &FollowUpRow,
        topic: &Topic,
        step: &FollowUpStep,
        thread: &ConversationRow,
        facts: &domain::fact::Facts,
    ) -> store::Result<Result<Ready, Cause>> {
        let waba_id = self.waba_ids.get(&thread.channel).cloned().unwrap_or_default();
        let name = step.template.as_ref().map(|template| template.name.clone()).unwrap_or_default();
        let which = (waba_id, name);
        if step.template.is_some() && !self.templates.contains_key(&which) {
            let rows = tx.templates_named(self.workspace, &which.0, &which.1)?;
            self.templates.insert(which.clone(), rows);
        }
        let person = self.world.person(topic);
        let way = Way {
            workflow: &self.published.workflow,
            about: row.key.about,
            facts,
            language: person.and_then(|person| person.contact.language),
            zone: topic.zone.as_ref().unwrap_or(&self.published.workflow.business.time_zone),
            window_is_open: window_is_open(thread, self.now),
            templates: self.templates.get(&which).map_or(&[], Vec::as_slice),
            now: Timestamp::from_millisecond(self.now).unwrap_or_default(),
        };
        Ok(say::ready(step, way))
    }

    /// Queues it, with what a customer's answer is read by.
    fn send(
        &mut self,
        tx: &mut Tx<'_>,
        row: &FollowUpRow,
        step: &FollowUpStep,
        thread: &ConversationRow,
        Ready { said, words }: Ready,
    ) -> store::Result<SendId> {
        let (send, seq, now) = (SendId(ids::fresh()), thread.last_seq + 1, self.now);
        let message = NewMessage {
            conversation: thread.id,
            seq,
            author: Author::Automation,
            kind: said.kind().to_owned(),
            text: Some(words.clone()),
            content: said.beyond_words().map(|content| content.to_string()),
            wamid: None,
            context_wamid: None,
            sent_at: now,
            recorded_at: now,
            interaction: None,
            body: None,
            steps: None,
            send: Some(send),
            media: None,
            writer: None,
        };
        tx.add_message(self.workspace, &message)?;
        let template = match &said {
            Said::Template(filling) => Some(filling.name.clone()),
            _ => None,
        };
        let [yes, no] = say::plain_answers(step);
        let spoken = Spoken {
            seq,
            at: now,
            by: Author::Automation,
            kind: said.kind(),
            text: &words,
            template: template.as_deref(),
            about: None,
        };
        let prompt = Prompt { record: Some(row.key.about), yes, no, ..Prompt::of(&spoken) };
        tx.say_last(self.workspace, thread.id, &prompt)?;
        let mut payload = Payload { said, context: None, detour: None }.to_json();
        if let Value::Object(members) = &mut payload {
            members.insert(KEY.to_owned(), row.key.to_string().into());
        }
        let new = NewSend {
            id: send,
            epoch: self.node.instance.epoch,
            channel: thread.channel,
            conversation: thread.id,
            seq,
            purpose: Purpose::FollowUp,
            payload: payload.to_string(),
        };
        tx.add_send(self.workspace, &new, machine_now())?;
        self.told.push((EventType::MessageQueued, Subject::Message(thread.id, seq)));
        reached("follow_up_queued");
        Ok(send)
    }
}

/// The rule of a row, and its message; nothing if the workflow does not have them any more.
pub(super) fn rule_of<'a>(published: &'a Published, row: &FollowUpRow) -> Option<(&'a FollowUp, &'a FollowUpStep)> {
    let rule = published.workflow.follow_up(&row.key.rule).filter(|rule| rule.about == row.key.about.of)?;
    Some((rule, rule.steps.get(usize::try_from(row.key.step).ok()?)?))
}

/// Why there is nobody to whom it could be said.
pub(super) fn nobody(world: &World, topic: &Topic) -> Option<Because> {
    match world.person(topic) {
        Some(person) if person.erased => Some(Because::Cause(Cause::Erased)),
        Some(_) => None,
        None if topic.thread.is_some() => Some(Because::Guard(Guard::Ambiguous)),
        None => Some(Because::Cause(Cause::Nobody)),
    }
}

/// Whether WhatsApp takes free text in a thread.
pub(super) fn window_is_open(thread: &ConversationRow, now: i64) -> bool {
    now <= thread.window_until - WINDOW_MARGIN.as_millis() as i64
}

/// Opens a thread with somebody to whom something is to be said; where that cannot be, it is not said.
async fn reach(node: &Arc<Node>, workspace: WorkspaceId, row: FollowUpRow, now: i64) -> store::Result<()> {
    let Some(contact) = row.contact else { return Ok(()) };
    let opened = match inbox::open_conversation(node, workspace, contact, None, Once::each_time()).await {
        Ok(Acted::Now(thread)) => {
            let known = node.store.read(move |tx| tx.conversation(workspace, thread)).await?;
            let serves = |thread: &ConversationRow| node.channels.get(thread.channel).is_some();
            known.is_some_and(|thread| thread.contact == Some(contact) && serves(&thread))
        }
        Ok(_) => true,
        Err(inbox::Refusal::Store(error)) => return Err(error),
        Err(_) => false,
    };
    if opened {
        return Ok(());
    }
    let unit = move |tx: &mut Tx<'_>| {
        let because = Because::Cause(Cause::NoAddress);
        settle(tx, workspace, &row, None, Settlement::new(FollowUpState::Skipped, Some(because), now))
    };
    node.store.write(Vec::new(), unit).await
}
