//! The only place that talks to WhatsApp.
//!
//! A send is claimed and marked in a committed transaction before its first byte leaves. What comes back settles it; when nothing
//! comes back it is unknown, and only a report or a person moves it on.

#[cfg(test)]
pub(crate) mod by_hand;
mod compose;
pub(crate) mod consequences;
pub(crate) mod detour;
mod guards;
mod pauses;
mod rates;
mod remedies;
mod settling;
mod trials;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::change::{EventType, Subject};
use domain::delivery::{Progress, Purpose, SendState};
use store::{Sending, StoreError, Tx};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tracing::{error, warn};
use whatsapp::{GraphError, OutboundMessage, SendOutcome};

use crate::changes;
use crate::channels::ChannelHandle;
use crate::clock::{machine_now, steady_now};
use crate::follow_ups::{self, Again};
use crate::kill_points::reached;
use crate::node::Node;
use crate::outgoing::Payload;
use compose::composed;
use guards::Verdict;
use pauses::Pauses;
use rates::Rates;
use remedies::{Settlement, Slows};
use settling::{Sent, settle_all};
use trials::Trials;

/// Sends under way at once. As many as there is room for are claimed in one transaction: a claim waits for a commit, and then all that
/// was due in the meantime leaves.
const MOST_UNDER_WAY: usize = 256;
/// After this long another node may take a marked send for abandoned, if the one that marked it is dead. Longer than the deadline, so that
/// nothing leaves after it was judged.
const LEASE: Duration = Duration::from_secs(12);
/// How long a node that is at work tries to record what came of a send, before nobody waits for it any more.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
/// A send that waited this long after its mark does not leave any more: somebody may have judged it already.
const DEADLINE: Duration = Duration::from_secs(8);
/// How long a send waits before the same node looks again whether it can serve its number.
const ELSEWHERE: Duration = Duration::from_secs(15);
/// How long a follow-up waits while somebody changes its record.
const A_MOMENT: Duration = Duration::from_millis(500);
/// How long the loop sleeps at most; with several nodes, another one may have queued something.
const NAP: Duration = Duration::from_secs(1);

/// Sends what is due until told to stop, then finishes what is under way.
pub async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let under_way = Arc::new(Semaphore::new(MOST_UNDER_WAY));
    let rates = Arc::new(Mutex::new(Rates::default()));
    let (done, settlements) = mpsc::channel(MOST_UNDER_WAY);
    let settling = tokio::spawn(settle_all(node.clone(), rates.clone(), settlements));
    while !*stop.borrow() {
        let room = under_way.available_permits();
        let claimed = if room == 0 { Ok(Vec::new()) } else { claim(&node, &rates, room as i64).await };
        let claimed = claimed.unwrap_or_else(|reason| {
            warn!(%reason, "The outbox cannot be read; trying again in a moment");
            Vec::new()
        });
        let found = claimed.len();
        for sending in claimed {
            let Ok(permit) = under_way.clone().acquire_owned().await else { return };
            tokio::spawn(send(node.clone(), sending, permit, done.clone()));
        }
        if found < room || room == 0 {
            rest(&node, &under_way, room, &mut stop).await;
        }
    }
    drop(done);
    // Ends when the last send under way has dropped its end.
    drop(settling.await);
}

/// Waits until something may be due, or until there is room.
async fn rest(node: &Node, under_way: &Arc<Semaphore>, room: usize, stop: &mut watch::Receiver<bool>) {
    if room == 0 {
        drop(under_way.acquire().await);
        return;
    }
    let next = node.store.read(|tx| tx.next_due_send()).await.ok().flatten();
    let until_next = next.map(|due| Duration::from_millis((due - machine_now()).clamp(1, 60_000) as u64));
    let nap = until_next.unwrap_or(NAP).min(NAP);
    tokio::select! {
        () = node.outbox_wakes.notified() => {}
        () = tokio::time::sleep(nap) => {}
        _ = stop.changed() => {}
    }
}

/// Finds what is due, asks the guards as things stand now, and marks what may leave. One transaction.
async fn claim(node: &Arc<Node>, rates: &Arc<Mutex<Rates>>, limit: i64) -> store::Result<Vec<Claimed>> {
    let (node_in, rates) = (node.clone(), rates.clone());
    let claimed = node
        .store
        .write(Vec::new(), move |tx| {
            let (now, machine) = (node_in.clock.now(), machine_now());
            let due = tx.due_sends(machine, limit)?;
            reached("sends_found");
            let (mut claimed, mut pauses, mut trials) = (Vec::new(), Pauses::default(), Trials::default());
            for sending in due {
                if pauses.stop(tx, &sending)? {
                    cancel(tx, &sending, pauses::REASON, now)?;
                } else if trials.stop(tx, &sending)? {
                    cancel(tx, &sending, trials::REASON, now)?;
                } else if let Some(ready) = judge(tx, &node_in, &rates, sending, now, machine)? {
                    claimed.push(ready);
                }
            }
            Ok(claimed)
        })
        .await?;
    if !claimed.is_empty() {
        reached("send_committed");
    }
    Ok(claimed)
}

/// A send that is marked and may leave.
struct Claimed {
    sending: Sending,
    payload: Result<Payload, String>,
    channel: ChannelHandle,
    marked: Instant,
    marked_at: i64,
}

fn judge(
    tx: &mut Tx<'_>,
    node: &Node,
    rates: &Mutex<Rates>,
    sending: Sending,
    now: jiff::Timestamp,
    machine: i64,
) -> store::Result<Option<Claimed>> {
    let (workspace, send) = (sending.workspace, &sending.send);
    let Some(channel) = node.channels.get(send.channel) else {
        // Another node may serve it; if none does, the reason stands in the outbox.
        let reason = "its WhatsApp number is not in the settings of this node; add it there";
        tx.put_off(workspace, send.id, SendState::Queued, reason, machine + ELSEWHERE.as_millis() as i64, machine)?;
        return Ok(None);
    };
    let payload = Payload::read(&send.payload);
    if let Some(not_before) = detour::not_before(node, payload.as_ref().ok()).filter(|moment| machine < *moment) {
        let reason = "Hilo has just started; waits a moment for reports that came meanwhile";
        tx.put_off(workspace, send.id, SendState::Queued, reason, not_before, machine)?;
        return Ok(None);
    }
    if sending.send.purpose == Purpose::FollowUp {
        match follow_ups::recheck(tx, node, &sending, now.as_millisecond())? {
            Again::Leave => {}
            Again::Wait => {
                let reason = "what it follows is being changed; it is looked at again in a moment";
                tx.put_off(
                    workspace,
                    send.id,
                    SendState::Queued,
                    reason,
                    machine + A_MOMENT.as_millis() as i64,
                    machine,
                )?;
                return Ok(None);
            }
            Again::Cancel(reason) => {
                cancel(tx, &sending, reason, now)?;
                return Ok(None);
            }
        }
    }
    match verdict(tx, node, channel, &sending, payload.as_ref().ok(), now)? {
        Verdict::Send => {}
        Verdict::Hold(reason) => {
            tx.put_off(workspace, send.id, SendState::Held, &reason, 0, machine)?;
            changes::tell(tx, workspace, EventType::SendHeld, Subject::Send(send.id))?;
            return Ok(None);
        }
        Verdict::Cancel(reason) => {
            cancel(tx, &sending, &reason, now)?;
            return Ok(None);
        }
    }
    // Taken again if this unit is run again: then the limit errs on the safe side.
    let taken = rates.lock().map_err(|_| StoreError::Stopped)?.take(
        channel,
        send.conversation,
        node.neighbours.at_work(),
        steady_now(),
    );
    if let Err(wait) = taken {
        let not_before = machine + wait.as_millis() as i64;
        tx.put_off(workspace, send.id, SendState::Queued, "waits for WhatsApp's rate limit", not_before, machine)?;
        return Ok(None);
    }
    let sent_to = payload.as_ref().ok().and_then(|payload| compose::address(&sending, payload));
    tx.mark_sending(workspace, send.id, node.id, sent_to, machine + LEASE.as_millis() as i64, machine)?;
    reached("send_marked");
    Ok(Some(Claimed { channel: channel.clone(), sending, payload, marked: steady_now(), marked_at: machine }))
}

/// It has lost its purpose. A matter that automation ended with it is a person's then.
fn cancel(tx: &mut Tx<'_>, sending: &Sending, reason: &str, now: jiff::Timestamp) -> store::Result<()> {
    let (workspace, send) = (sending.workspace, &sending.send);
    if send.purpose == Purpose::Answer {
        tx.answer_failed(workspace, send.conversation, send.seq, now.as_millisecond())?;
    }
    tx.end_message(workspace, send.conversation, send.seq, Progress::Cancelled, Some((0, reason)))?;
    tx.remove_send(workspace, send.id)?;
    let message = Subject::Message(send.conversation, send.seq);
    changes::tell(tx, workspace, EventType::MessageStatusChanged, message)
}

fn verdict(
    tx: &mut Tx<'_>,
    node: &Node,
    channel: &ChannelHandle,
    sending: &Sending,
    payload: Option<&Payload>,
    now: jiff::Timestamp,
) -> store::Result<Verdict> {
    if detour::is_needless(tx, sending, payload)? {
        return Ok(Verdict::Cancel("WhatsApp has sent the message that it repeats after all".into()));
    }
    let template = guards::template_of(tx, sending, payload, &channel.waba_id)?;
    Ok(guards::verdict(sending, template.as_ref(), node.instance.epoch, now))
}

async fn send(node: Arc<Node>, claimed: Claimed, permit: OwnedSemaphorePermit, done: mpsc::Sender<Sent>) {
    let (settlement, refusal) = match leaving(&node, &claimed).await {
        Err(settlement) => (settlement, None),
        Ok(message) => {
            reached("send_composed");
            let outcome = claimed.channel.client.send(&claimed.channel.phone_number_id, &message).await;
            reached("sent");
            count(&outcome);
            (remedies::settle(&outcome, claimed.sending.attempt + 1), refusal_of(outcome))
        }
    };
    let Claimed { sending, channel, .. } = claimed;
    if done.send(Sent { sending, channel, settlement, refusal, _permit: permit }).await.is_err() {
        error!("A send could not be settled: the program is stopping; it will be taken for unknown");
    }
}

/// The message, right before its first byte leaves; or what becomes of one that does not leave.
async fn leaving(node: &Arc<Node>, claimed: &Claimed) -> Result<OutboundMessage, Settlement> {
    let Claimed { sending, payload, channel, marked, marked_at } = claimed;
    let message = composed(node, channel, sending, payload.clone()).await?;
    // The steady clock stops while a machine is suspended, the wall clock does not.
    let waited = steady_now().saturating_duration_since(*marked);
    if DEADLINE < waited || marked_at + (DEADLINE.as_millis() as i64) < machine_now() {
        let reason = "it waited too long after its mark".to_owned();
        return Err(Settlement::Again { reason, after: Duration::ZERO, slows: Slows::Nothing });
    }
    Ok(message)
}

fn refusal_of(outcome: SendOutcome) -> Option<GraphError> {
    match outcome {
        SendOutcome::Refused(refusal) => Some(refusal),
        SendOutcome::Accepted(_) | SendOutcome::NotSent { .. } | SendOutcome::Unknown { .. } => None,
    }
}

fn count(outcome: &SendOutcome) {
    let name = match outcome {
        SendOutcome::Accepted(_) => "accepted",
        SendOutcome::Refused(_) => "refused",
        SendOutcome::NotSent { .. } => "not_sent",
        SendOutcome::Unknown { .. } => "unknown",
    };
    metrics::counter!("hilo_sends_total", "outcome" => name).increment(1);
}
