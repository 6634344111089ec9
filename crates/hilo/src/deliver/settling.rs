//! Commits what came of sends, as many together as there are.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::change::{EventType, Subject};
use domain::delivery::{Progress, Purpose, SendState};
use domain::ids::{SendId, WorkspaceId};
use jiff::Timestamp;
use store::{NextStand, Sending, Tx};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tracing::{error, warn};
use whatsapp::{GraphError, Remedy, classify};

use super::consequences::{self, Place};
use super::detour;
use super::rates::Rates;
use super::remedies::{Settlement, Slows};
use super::{MOST_UNDER_WAY, SETTLED_WITHIN};
use crate::changes;
use crate::channels::ChannelHandle;
use crate::clock::{machine_now, steady_now};
use crate::kill_points::reached;
use crate::node::Node;

/// What came of a send.
pub(super) struct Sent {
    pub(super) sending: Sending,
    pub(super) channel: ChannelHandle,
    pub(super) settlement: Settlement,
    /// What Meta said, if it said no.
    pub(super) refusal: Option<GraphError>,
    /// Kept until the settlement is committed, so that a stop waits for it.
    pub(super) _permit: OwnedSemaphorePermit,
}

pub(super) async fn settle_all(node: Arc<Node>, rates: Arc<Mutex<Rates>>, mut sent: mpsc::Receiver<Sent>) {
    let mut batch = Vec::new();
    while 0 < sent.recv_many(&mut batch, MOST_UNDER_WAY).await {
        let settled = Arc::new(std::mem::take(&mut batch));
        for one in settled.iter() {
            slow_down(&node, &rates, one);
        }
        settle(&node, &settled).await;
        for one in settled.iter().filter(|one| is_about_template(one)) {
            node.templates.look_at(&one.channel.waba_id);
        }
        let mut workspaces: Vec<_> = settled.iter().map(|one| one.sending.workspace).collect();
        workspaces.dedup();
        node.changed(&workspaces);
        node.outbox_wakes.notify_one();
    }
}

fn is_about_template(sent: &Sent) -> bool {
    sent.refusal.as_ref().is_some_and(|refusal| classify(refusal) == Remedy::Template)
}

/// Tries for a while; after that the sends are taken for unknown, which is true.
async fn settle(node: &Arc<Node>, settled: &Arc<Vec<Sent>>) {
    let until = Instant::now() + SETTLED_WITHIN;
    loop {
        match commit(node, settled).await {
            Ok(()) => return reached("acceptance_committed"),
            Err(reason) if Instant::now() < until => {
                warn!(%reason, "What came of sends cannot be recorded yet");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Err(reason) => {
                return error!(%reason, "What came of sends could not be recorded; they will be taken for unknown");
            }
        }
    }
}

pub(super) async fn commit(node: &Arc<Node>, settled: &Arc<Vec<Sent>>) -> store::Result<()> {
    let (node_in, settled) = (node.clone(), settled.clone());
    let work = move |tx: &mut Tx<'_>| settled.iter().try_for_each(|one| settle_one(tx, &node_in, one));
    node.store.write(Vec::new(), work).await
}

fn settle_one(tx: &mut Tx<'_>, node: &Node, sent: &Sent) -> store::Result<()> {
    let (workspace, send, machine) = (sent.sending.workspace, &sent.sending.send, machine_now());
    let now = node.clock.now();
    let place = Place { workspace, channel: send.channel, conversation: send.conversation, seq: send.seq };
    let code = code_of(sent);
    let stand = |tx: &mut Tx<'_>, state: SendState, reason: &str, after: Duration| {
        let (attempt, not_before) = (sent.sending.attempt + 1, machine + after.as_millis() as i64);
        let next = NextStand { attempt, state, reason, code, not_before };
        tx.settle_sending(workspace, send.id, node.id, &next, machine)
    };
    let told = (Subject::Send(send.id), Subject::Message(send.conversation, send.seq));
    let stands = match &sent.settlement {
        Settlement::Accepted { wamid } => {
            tx.mark_accepted(workspace, send.id, wamid, machine)?;
            reached("accepted");
            return Ok(());
        }
        Settlement::Again { reason, after, slows } => {
            stand(tx, SendState::Queued, reason, spread(*after, *slows, send.id))?
        }
        Settlement::KeepsItsPlace { reason } => stand(tx, SendState::Queued, reason, Duration::ZERO)?,
        Settlement::Held { reason } => {
            let stands = stand(tx, SendState::Held, reason, Duration::ZERO)?;
            tell_if(tx, workspace, stands, &[(EventType::SendHeld, told.0)])?
        }
        Settlement::Unknown { reason } => {
            let stands = stand(tx, SendState::Unknown, reason, Duration::ZERO)?;
            tell_if(tx, workspace, stands, &[(EventType::SendUnknown, told.0)])?
        }
        Settlement::Dead { code, reason, rests } => {
            let stands = stand(tx, SendState::Dead, reason, *rests)?;
            if stands {
                tx.end_message(workspace, send.conversation, send.seq, Progress::Failed, Some((*code, reason)))?;
            }
            let is_repeated = stands && repeat_elsewhere(tx, &place, send.id, *code, now)?;
            if stands && !is_repeated && send.purpose == Purpose::Answer {
                tx.answer_failed(workspace, send.conversation, send.seq, now.as_millisecond())?;
            }
            let died = [(EventType::SendDied, told.0), (EventType::MessageStatusChanged, told.1)];
            tell_if(tx, workspace, stands, if is_repeated { &died[1..] } else { &died })?
        }
    };
    if let Some(refusal) = sent.refusal.as_ref().filter(|_| stands) {
        consequences::draw(tx, &place, refusal, now)?;
    }
    Ok(())
}

/// Meta's code: of its answer, or of the upload before it. A refusal of our own has none.
fn code_of(sent: &Sent) -> Option<i64> {
    let of_upload = match &sent.settlement {
        Settlement::Dead { code, .. } => Some(*code).filter(|code| *code != 0),
        Settlement::Accepted { .. }
        | Settlement::Again { .. }
        | Settlement::KeepsItsPlace { .. }
        | Settlement::Held { .. }
        | Settlement::Unknown { .. } => None,
    };
    sent.refusal.as_ref().map(|refusal| refusal.code).or(of_upload)
}

/// A message that goes out again to another address has failed here, and nobody has to look at it.
fn repeat_elsewhere(tx: &mut Tx<'_>, place: &Place, id: SendId, code: i64, now: Timestamp) -> store::Result<bool> {
    let Some(dead) = tx.outbox_row(place.workspace, id)? else { return Ok(false) };
    let is_repeated = detour::take_at_once(tx, place, &dead, code, now)?;
    if is_repeated {
        tx.remove_send(place.workspace, id)?;
    }
    Ok(is_repeated)
}

/// What failed together does not come back together: up to a quarter later, each send by as much as its id says. A limit has its own
/// pause, to which Meta holds us.
fn spread(after: Duration, slows: Slows, send: SendId) -> Duration {
    match slows {
        Slows::Nothing => after + after / 4 * (send.0.as_u128() % 1000) as u32 / 1000,
        Slows::Pair | Slows::Number | Slows::Account => after,
    }
}

fn tell_if(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    stands: bool,
    told: &[(EventType, Subject)],
) -> store::Result<bool> {
    if stands {
        changes::tell_all(tx, workspace, told)?;
    }
    Ok(stands)
}

/// A refusal for speed slows the bucket that it names, not the whole.
pub(super) fn slow_down(node: &Node, rates: &Mutex<Rates>, sent: &Sent) {
    let (Settlement::Again { after, slows, .. }, Ok(mut rates)) = (&sent.settlement, rates.lock()) else { return };
    let now = steady_now();
    match slows {
        Slows::Nothing => {}
        Slows::Pair => rates.pause_pair(sent.sending.send.conversation, *after, now),
        Slows::Number => rates.pause_number(&sent.channel, *after, now),
        Slows::Account => {
            let of_account = node.channels.iter().filter(|one| one.waba_id == sent.channel.waba_id);
            of_account.for_each(|channel| rates.pause_number(channel, *after, now));
        }
    }
}
