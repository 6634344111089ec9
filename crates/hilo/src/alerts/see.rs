//! What can be seen: in the database, on the disk, at Meta. What could not be looked at is not among it, and changes nothing.

use domain::delivery::SendState;
use domain::ids::WorkspaceId;
use domain::trouble::TroubleKind;
use jiff::Timestamp;
use store::{Channel, Tx};
use workflow::Queue;

use super::{MINUTE_MS, Sight, silence};
use crate::doctor::{self, Check, Finding, State};
use crate::inbox;
use crate::node::Node;
use crate::workflows::Published;

/// Whatever waits for so long does not only wait for its turn.
const OVERDUE_MS: i64 = 10 * MINUTE_MS;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

impl Sight {
    fn of(kind: TroubleKind, subject: &str, wrong: Option<String>) -> Self {
        Self { kind, subject: subject.to_owned(), wrong }
    }

    fn counted(kind: TroubleKind, count: i64, limit: u32) -> Self {
        Self::of(kind, "", (i64::from(limit) <= count).then(|| count.to_string()))
    }
}

/// What the rows of a workspace tell.
pub(super) fn database(
    tx: &mut Tx<'_>,
    node: &Node,
    workspace: WorkspaceId,
    machine_now: i64,
) -> store::Result<Vec<Sight>> {
    let limits = node.settings.alerts.limits;
    let mut sights = Vec::new();
    for channel in tx.channels(workspace)? {
        let by_whatsapp = channel.paused_reason.clone().filter(|reason| reason != inbox::PAUSED_BY_HAND);
        sights.push(Sight::of(TroubleKind::NumberStopped, &channel.display_phone_number, by_whatsapp));
        if node.channels.get(channel.id).is_some() {
            sights.push(heard(tx, node, &channel, machine_now)?);
        }
    }
    let (inbound, outbound) = tx.overdue_work(workspace, machine_now - OVERDUE_MS)?;
    sights.push(Sight::counted(TroubleKind::Backlog, inbound + outbound, limits.backlog));
    let is_lost = |state: SendState| matches!(state, SendState::Unknown | SendState::NeedsReview | SendState::Dead);
    let lost = tx.listed_send_counts(workspace)?.into_iter().filter(|(state, _)| is_lost(*state));
    sights.push(Sight::counted(TroubleKind::Sends, lost.map(|(_, count)| count).sum(), limits.sends));
    sights.push(Sight::counted(TroubleKind::Promises, tx.broken_promises(workspace)?, limits.promises));
    Ok(sights)
}

fn heard(tx: &mut Tx<'_>, node: &Node, channel: &Channel, machine_now: i64) -> store::Result<Sight> {
    let published = node.workflows.of(channel.workspace)?;
    let first = machine_now / DAY_MS - silence::USUAL_DAYS;
    let days = tx.channel_days(channel.workspace, channel.id, first, silence::USUAL_DAYS + 1)?;
    let longest = i64::from(node.settings.alerts.limits.silent_minutes) * MINUTE_MS;
    let since = silence::silent_since(&days, longest, machine_now, |from, to| business_ms(&published, from, to));
    let said = since.and_then(|since| Timestamp::from_millisecond(since).ok()).map(|since| {
        since.to_zoned(published.workflow.business.time_zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    });
    Ok(Sight::of(TroubleKind::NumberSilent, &channel.display_phone_number, said))
}

/// How much of a stretch was business time: that of the queue for whatever is not recognised, to which any message may go.
fn business_ms(published: &Published, from: i64, to: i64) -> i64 {
    let workflow = &published.workflow;
    let queue: Option<&Queue> = workflow.queue(&workflow.fallback.unrecognised);
    let moments = (Timestamp::from_millisecond(from), Timestamp::from_millisecond(to));
    match (queue, moments) {
        (Some(queue), (Ok(from), Ok(to))) => queue.hours.open_between(from, to, &queue.time_zone).as_millis() as i64,
        _ => 0,
    }
}

/// Where this node keeps its data, by machine, and how much room is left there.
pub(super) fn disk(node: &Node) -> (String, Option<u64>) {
    let (folder, free) = doctor::free_mb(&node.settings);
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    (format!("{machine}:{}", folder.display()), free.ok())
}

/// A disk that cannot be asked is taken for one with room: the database would say otherwise.
pub(super) fn judged_disk(node: &Node, disk: String, free: Option<u64>) -> Sight {
    let limit = u64::from(node.settings.alerts.limits.disk_free_mb);
    let wrong = free.filter(|free| *free < limit).map(|free| format!("{free} MB"));
    Sight { kind: TroubleKind::Disk, subject: disk, wrong }
}

/// What Meta says about the numbers of a workspace.
pub(super) async fn meta(node: &Node, workspace: &str) -> Vec<Sight> {
    let findings = doctor::examine_numbers(&node.settings, workspace).await;
    findings.iter().filter_map(sight).collect()
}

fn sight(finding: &Finding) -> Option<Sight> {
    let kind = match finding.check {
        Check::Token => TroubleKind::TokenRefused,
        Check::Expiry => TroubleKind::TokenExpiring,
        Check::Subscription => TroubleKind::SubscriptionGone,
        Check::Database
        | Check::Disk
        | Check::Clock
        | Check::Address
        | Check::Mail
        | Check::Number
        | Check::Callback
        | Check::Sending => return None,
    };
    let number = finding.number.as_deref()?;
    match finding.state {
        State::Good => Some(Sight::of(kind, number, None)),
        State::Wrong => Some(Sight::of(kind, number, Some(finding.seen.clone()))),
        State::Unknown => None,
    }
}
