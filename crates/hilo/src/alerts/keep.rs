//! What becomes of a trouble at a look, and who is told of it. One transaction.

use domain::ids::{AlertId, WorkspaceId};
use domain::trouble::{self, AlertState, AlertWay, Course, Phase, TroubleKind};
use store::{AlertRow, TroubleRow, Tx};

use super::Sight;
use crate::clock::machine_now;
use crate::ids;
use crate::node::Node;

const DAY_MS: i64 = 24 * 3_600_000;
/// What nobody has looked at for so long is not there any more: a number that left the settings, a disk of a node that is gone.
const FORGOTTEN_MS: i64 = 2 * DAY_MS;

/// When somebody looks, on the clock in the shop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    now: i64,
    /// The day there, since 1970.
    day: i64,
}

impl Moment {
    pub(super) fn of(node: &Node, workspace: WorkspaceId) -> store::Result<Self> {
        let (now, published) = (node.clock.now(), node.workflows.of(workspace)?);
        let offset = published.workflow.business.time_zone.to_offset(now);
        let now = now.as_millisecond();
        Ok(Self { now, day: (now + i64::from(offset.seconds()) * 1000).div_euclid(DAY_MS) })
    }
}

/// Answers what people are told of.
pub(super) fn sights(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    sights: &[Sight],
    told: &[(AlertWay, String)],
    moment: Moment,
) -> store::Result<Vec<(TroubleKind, String, Phase)>> {
    let mut news = Vec::new();
    for sight in sights {
        let known = tx.trouble(workspace, sight.kind, &sight.subject)?;
        let Some((phase, row)) = step(tx, workspace, sight, known, moment)? else { continue };
        for (way, recipient) in told {
            tx.add_alert(&alert(workspace, &row, phase, (*way, recipient), moment), machine_now())?;
        }
        news.push((row.kind, row.subject, phase));
    }
    for row in tx.troubles(workspace)? {
        if row.seen_at < moment.now - FORGOTTEN_MS {
            tx.end_trouble(workspace, row.kind, &row.subject)?;
        }
    }
    Ok(news)
}

/// Writes how it stands. Answers what is to be told, with what was seen.
fn step(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    sight: &Sight,
    known: Option<TroubleRow>,
    moment: Moment,
) -> store::Result<Option<(Phase, TroubleRow)>> {
    let is_there = sight.wrong.is_some();
    let (before, last) = match known {
        Some(row) => (Some(row.course), row.detail),
        None => (None, String::new()),
    };
    let began_at = before.as_ref().map_or(moment.now, |course| course.began_at);
    let next = trouble::look(sight.kind, before, is_there, moment.now, moment.day);
    // What is over is told of with what was seen of it last.
    let detail = sight.wrong.clone().unwrap_or(last);
    let row = |course: Course| TroubleRow {
        kind: sight.kind,
        subject: sight.subject.clone(),
        detail: detail.clone(),
        course,
        seen_at: moment.now,
    };
    match &next.course {
        Some(course) => tx.put_trouble(workspace, &row(course.clone()))?,
        None if next.tell.is_some() => tx.end_trouble(workspace, sight.kind, &sight.subject)?,
        None => return Ok(None),
    }
    let ended = Course { began_at, gone_at: Some(moment.now), told_on: moment.day };
    Ok(next.tell.map(|phase| (phase, row(next.course.unwrap_or(ended)))))
}

fn alert(
    workspace: WorkspaceId,
    row: &TroubleRow,
    phase: Phase,
    (way, recipient): (AlertWay, &String),
    moment: Moment,
) -> AlertRow {
    AlertRow {
        workspace,
        id: AlertId(ids::fresh()),
        kind: row.kind,
        subject: row.subject.clone(),
        phase,
        day: moment.day,
        way,
        recipient: recipient.clone(),
        detail: row.detail.clone(),
        began_at: row.course.began_at,
        at: moment.now,
        state: AlertState::Waiting,
        attempts: 0,
        error: None,
    }
}
