//! The door: a webhook body is verified over its raw bytes, taken apart, and committed before Meta hears 200.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use domain::change::{EventType, Subject};
use domain::ids::{ChannelId, FreshIds, WorkId};
use jiff::Timestamp;
use store::{Ahead, NewWork, Store, StoreError, Tx};
use tracing::{error, warn};

use super::classify::{self, Reading};
use super::intake::{self, Notice, Parcel};
use super::load;
use super::template_news;
use super::values::Inbound;
use super::{TakenIn, locks_of, take_in};
use crate::advice::ask_about;
use crate::changes;
use crate::channels::ChannelHandle;
use crate::clock::machine_now;
use crate::ids;
use crate::kill_points::reached;
use crate::node::Node;
use crate::reconcile;
use crate::workflows::Published;

/// Above this many writes waiting for their commit, intake refuses: Meta keeps the message and tries again.
const MOST_WAITING: usize = 2_000;
/// How often somebody who finds no room looks again before being refused: a second in all.
const LOOKS_FOR_ROOM: usize = 4;
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);
/// A body with more messages than this is kept, and processed piece by piece behind the answer.
const MOST_AT_ONCE: usize = 64;

/// What Meta is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// 200: it is on disk.
    Kept,
    /// 401: no number of ours has a secret that signed it.
    Unsigned,
    /// 503: it is not on disk, and Meta must try again.
    TryAgain,
}

/// Waits a moment for room, before anything is read of a body. Whoever is kept waiting does not come back at once, so that refusing
/// takes next to nothing from those who were let in. False says that there is none, and that Meta must try again.
pub async fn has_room(node: &Node) -> bool {
    for _ in 0..LOOKS_FOR_ROOM {
        if node.store.waiting() <= MOST_WAITING {
            return true;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    metrics::counter!("hilo_webhooks_refused_total", "reason" => "overload").increment(1);
    false
}

/// Takes in one webhook body.
pub async fn receive(node: &Arc<Node>, signature: Option<&str>, body: &[u8]) -> Received {
    reached("received");
    let channels = node.channels.signed_by(signature.unwrap_or_default(), body);
    if channels.is_empty() {
        metrics::counter!("hilo_webhooks_unsigned_total").increment(1);
        return Received::Unsigned;
    }
    reached("verified");
    let parcels = unpack(body, &channels, node.clock.now().as_millisecond());
    let received = keep(node, parcels, body, &channels).await;
    reached("committed");
    received
}

/// Takes in a body at a moment of the caller's, inside a transaction: for a past that is lived through again.
pub(crate) fn receive_at(tx: &mut Tx<'_>, node: &Node, body: &[u8], now: Timestamp) -> store::Result<Summary> {
    let channels: Vec<ChannelHandle> = node.channels.iter().cloned().collect();
    let mut summary = Summary::default();
    for parcel in unpack(body, &channels, now.as_millisecond()) {
        let prepared = prepare(node, &parcel)?;
        process_parcel(tx, node, &parcel, &prepared, body, now, &mut summary)?;
    }
    Ok(summary)
}

fn unpack(body: &[u8], channels: &[ChannelHandle], now: i64) -> Vec<Parcel> {
    // The parser takes anything; should it ever panic, the body is still kept and listed.
    // One byte that is no text costs itself, not the batch that it came in; the raw body keeps it.
    let text = String::from_utf8_lossy(body);
    let sorted = catch_unwind(AssertUnwindSafe(|| {
        whatsapp::webhook::parse(text.as_bytes()).map(|envelope| intake::sort(envelope, channels, now))
    }));
    match sorted {
        Ok(Ok(parcels)) => parcels,
        Ok(Err(refusal)) => intake::unreadable(&refusal.reason, body, channels, now),
        Err(_) => intake::unreadable("the parser failed on it", body, channels, now),
    }
}

async fn keep(node: &Arc<Node>, parcels: Vec<Parcel>, body: &[u8], channels: &[ChannelHandle]) -> Received {
    if parcels.is_empty() {
        return Received::Kept; // a signed body with nothing in it
    }
    let parcels = Arc::new(parcels);
    let bodies = Arc::new(bodies_of(&parcels, body));
    let at_once = parcels.iter().map(|parcel| parcel.messages.len()).sum::<usize>() <= MOST_AT_ONCE;
    let done = if at_once {
        process_now(node, &parcels, &bodies).await
    } else {
        put_aside(node, &parcels, &bodies, None).await
    };
    let done = match done {
        Err(
            reason @ (StoreError::Panicked(_)
            | StoreError::Refused(_)
            | StoreError::Unexpected(_)
            | StoreError::Conflict(_)),
        ) => {
            warn!(%reason, "A webhook body could not be processed at once; its parts are put aside");
            put_aside(node, &parcels, &bodies, Some(reason.in_full())).await
        }
        done => done,
    };
    let done = match done {
        Err(reason @ (StoreError::Panicked(_) | StoreError::Refused(_) | StoreError::Unexpected(_))) => {
            error!(%reason, "A webhook body could not even be put aside; it is kept as it is and listed as malformed");
            keep_unread(node, body, channels).await
        }
        done => done,
    };
    match done {
        Ok(summary) => {
            if parcels.iter().any(|parcel| !parcel.reports.is_empty()) {
                reached("report_committed");
            }
            note_reports(node, &parcels);
            note_heard(node, &parcels);
            look_at_templates(node, &parcels);
            node.tell(&parcels.iter().map(|parcel| parcel.workspace).collect::<Vec<_>>(), summary);
            Received::Kept
        }
        Err(reason) => {
            error!(%reason, "A webhook body could not be kept; WhatsApp is asked to send it again");
            metrics::counter!("hilo_webhooks_refused_total", "reason" => "store").increment(1);
            Received::TryAgain
        }
    }
}

/// The last resort: Meta would send such a body again for days, and it would fail for days.
async fn keep_unread(node: &Arc<Node>, body: &[u8], channels: &[ChannelHandle]) -> store::Result<Summary> {
    let now = node.clock.now().as_millisecond();
    let parcels = Arc::new(intake::unreadable("the database refused its parts", body, channels, now));
    let bodies = Arc::new(vec![body.to_vec(); parcels.len()]);
    put_aside(node, &parcels, &bodies, None).await
}

/// Remembers how recent the sends are that WhatsApp reports on: only against that does the silence about another one mean anything.
fn note_reports(node: &Node, parcels: &[Parcel]) {
    let Ok(mut reported) = node.reported.lock() else { return };
    for report in parcels.iter().flat_map(|parcel| &parcel.reports) {
        if let Some(made_at) = report.made_at(&node.seal) {
            let latest = reported.entry(report.channel).or_default();
            *latest = made_at.max(*latest);
        }
    }
}

/// Remembers that WhatsApp posts about a number: only against what usually comes does its silence mean anything.
fn note_heard(node: &Node, parcels: &[Parcel]) {
    let of_messages = parcels.iter().flat_map(|parcel| parcel.messages.iter().map(|inbound| inbound.channel));
    let of_reports = parcels.iter().flat_map(|parcel| parcel.reports.iter().map(|report| report.channel));
    let channels: HashSet<ChannelId> = of_messages.chain(of_reports).collect();
    let Ok(mut heard) = node.heard.lock() else { return };
    for channel in channels {
        let (bodies, last) = heard.entry(channel).or_default();
        (*bodies, *last) = (*bodies + 1, machine_now());
    }
}

/// What was said of templates is true of the moment at which it was said; what holds now, Meta is asked.
fn look_at_templates(node: &Node, parcels: &[Parcel]) {
    for parcel in parcels {
        parcel.templates.iter().for_each(|news| node.templates.look_at(&news.waba_id));
        for report in parcel.reports.iter().filter(|report| report.is_about_template()) {
            if let Some(channel) = node.channels.get(report.channel) {
                node.templates.look_at(&channel.waba_id);
            }
        }
    }
}

/// The raw form for each workspace. A body that concerns several is cut, so that none can read another's.
fn bodies_of(parcels: &[Parcel], body: &[u8]) -> Vec<Vec<u8>> {
    if let [_] = parcels {
        return vec![body.to_vec()];
    }
    parcels.iter().map(|parcel| serde_json::to_vec(&parcel.messages).unwrap_or_default()).collect()
}

/// What a body led to, for whoever waits for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Summary {
    /// Messages taken in.
    pub messages: u64,
    /// Messages that were there before.
    pub repeated: u64,
    /// Replies that wait to be sent.
    pub replies: u64,
    /// Files that wait to be fetched.
    pub files: u64,
    /// Parts that were put aside.
    pub aside: u64,
    /// Reports that changed something.
    pub reports: u64,
}

/// A parcel with all that can be known of it before the transaction.
struct Prepared {
    workflow: Arc<Published>,
    /// For each message: what it says by itself, and the ids that it may need. Made once, so that a unit that is run again makes the
    /// same rows.
    messages: Vec<(Reading, FreshIds)>,
}

fn prepare(node: &Node, parcel: &Parcel) -> store::Result<Prepared> {
    let workflow = node.workflows.of(parcel.workspace)?;
    let prepare_one = |inbound: &Inbound| (classify::read(&workflow, &inbound.message), ids::fresh_set());
    let messages = parcel.messages.iter().map(prepare_one).collect();
    Ok(Prepared { workflow, messages })
}

async fn process_now(
    node: &Arc<Node>,
    parcels: &Arc<Vec<Parcel>>,
    bodies: &Arc<Vec<Vec<u8>>>,
) -> store::Result<Summary> {
    let prepare_all = || parcels.iter().map(|parcel| prepare(node, parcel)).collect::<store::Result<Vec<_>>>();
    let prepared = catch_unwind(AssertUnwindSafe(prepare_all));
    let prepared = prepared.map_err(|_| StoreError::Panicked("reading a message".to_owned()))??;
    let locks = locks_of_all(node, parcels);
    let (receiver, first) = (node, parcels.first());
    let ahead = || first.map(|parcel| begins_with(receiver, parcel)).unwrap_or_default();
    let (node, parcels, bodies) = (node.clone(), parcels.clone(), bodies.clone());
    let store: Store = node.store.clone();
    let work = move |tx: &mut Tx<'_>| {
        let (mut summary, now) = (Summary::default(), node.clock.now());
        for ((parcel, prepared), body) in parcels.iter().zip(&prepared).zip(bodies.iter()) {
            process_parcel(tx, &node, parcel, prepared, body, now, &mut summary)?;
        }
        Ok(summary)
    };
    store.write_knowing(locks, ahead, work).await
}

/// What working on a parcel begins with asking.
fn begins_with(node: &Node, parcel: &Parcel) -> Ahead {
    parcel.messages.first().map_or_else(|| reconcile::ahead(&node.seal, &parcel.reports), load::ahead)
}

/// The senders of the messages, and the lanes of the reports: two bodies that report on the same messages in another order would wait
/// for each other's rows.
fn locks_of_all(node: &Node, parcels: &[Parcel]) -> Vec<i64> {
    let of_messages = parcels.iter().flat_map(|parcel| parcel.messages.iter().flat_map(locks_of));
    let lanes = parcels.iter().flat_map(|parcel| parcel.reports.iter().filter_map(|report| report.lane(&node.seal)));
    // The senders first: the first lock says behind whom a body waits on this node.
    of_messages.chain(lanes).collect()
}

fn process_parcel(
    tx: &mut Tx<'_>,
    node: &Node,
    parcel: &Parcel,
    prepared: &Prepared,
    body: &[u8],
    now: Timestamp,
    summary: &mut Summary,
) -> store::Result<()> {
    let before = *summary;
    for (inbound, (reading, fresh)) in parcel.messages.iter().zip(&prepared.messages) {
        load::foresee(tx, inbound)?;
        if waits_behind(tx, inbound)? {
            tx.add_work(parcel.workspace, &aside(inbound, None), 0)?;
            summary.aside += 1;
            continue;
        }
        match take_in(tx, &prepared.workflow, inbound, reading, fresh, node.instance.epoch, now)? {
            TakenIn::Before => summary.repeated += 1,
            taken @ TakenIn::Now { replies, files, .. } => {
                ask_about(tx, &node.settings.advice, parcel.workspace, taken)?;
                summary.messages += 1;
                summary.files += u64::from(files);
                summary.replies += u64::from(replies);
            }
        }
    }
    let noticed = notices(tx, parcel)?;
    summary.reports += reconcile::apply_all(tx, &node.seal, &node.settings.prices, &parcel.reports, node.clock.now())?;
    template_news::apply_all(tx, parcel, now)?;
    if before.messages < summary.messages || before.aside < summary.aside || noticed {
        tx.add_body(parcel.workspace, parcel.body, body, now.as_millisecond())?;
        reached("body_kept");
    }
    Ok(())
}

fn waits_behind(tx: &mut Tx<'_>, inbound: &Inbound) -> store::Result<bool> {
    let phone = inbound.sender.phone.as_ref().map(domain::PhoneNumber::match_key);
    tx.has_open_work(inbound.workspace, phone.as_deref(), inbound.sender.user_id.as_deref())
}

fn notices(tx: &mut Tx<'_>, parcel: &Parcel) -> store::Result<bool> {
    let mut noticed = false;
    for Notice { at, key, row } in &parcel.notices {
        if tx.claim_effect(parcel.workspace, *at, key)? {
            tx.add_notice(parcel.workspace, row)?;
            changes::tell(tx, parcel.workspace, EventType::NoticeReceived, Subject::Notice(row.id))?;
            metrics::counter!("hilo_notices_total", "kind" => row.kind.clone()).increment(1);
            noticed = true;
        }
    }
    Ok(noticed)
}

/// Commits the body and its parts without looking at them; the backlog goes on from there.
async fn put_aside(
    node: &Arc<Node>,
    parcels: &Arc<Vec<Parcel>>,
    bodies: &Arc<Vec<Vec<u8>>>,
    error: Option<String>,
) -> store::Result<Summary> {
    let (node, parcels, bodies) = (node.clone(), parcels.clone(), bodies.clone());
    let store = node.store.clone();
    let work = move |tx: &mut Tx<'_>| {
        let mut summary = Summary::default();
        for (parcel, body) in parcels.iter().zip(bodies.iter()) {
            tx.add_body(parcel.workspace, parcel.body, body, node.clock.now().as_millisecond())?;
            for inbound in &parcel.messages {
                tx.add_work(parcel.workspace, &aside(inbound, error.as_deref()), 0)?;
                summary.aside += 1;
            }
            notices(tx, parcel)?;
            template_news::apply_all(tx, parcel, node.clock.now())?;
            summary.reports +=
                reconcile::apply_all(tx, &node.seal, &node.settings.prices, &parcel.reports, node.clock.now())?;
        }
        Ok(summary)
    };
    store.write(Vec::new(), work).await
}

fn aside(inbound: &Inbound, error: Option<&str>) -> NewWork {
    NewWork {
        id: WorkId(ids::fresh()),
        body: inbound.body,
        channel: inbound.channel,
        field: inbound.field.clone(),
        part: serde_json::to_string(inbound).unwrap_or_default(),
        sender_phone: inbound.sender.phone.as_ref().map(domain::PhoneNumber::match_key),
        sender_user: inbound.sender.user_id.clone(),
        error: error.map(str::to_owned),
    }
}
