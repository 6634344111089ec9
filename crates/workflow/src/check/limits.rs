//! What holds for all messages that nobody asked for.

use jiff::SignedDuration;
use serde_saphyr::Spanned;

use super::opening;
use crate::duration;
use crate::file::{LimitsFile, Word};
use crate::finding::Findings;
use crate::hours::Interval;
use crate::model::{Cap, Limits};

const DEFAULT_QUIET: Interval = Interval { from: 21 * 60, to: 8 * 60 };
const DEFAULT_CAP: Cap = Cap { most: 5, within: SignedDuration::from_hours(7 * 24) };

pub(super) fn limits(written: Option<&Spanned<LimitsFile>>, found: &mut Findings) -> Limits {
    let written = written.map(|written| &written.value);
    let quiet_hours = match written.and_then(|limits| limits.quiet_hours.as_ref()) {
        Some(quiet) => quiet_hours(quiet, found),
        None => Some(DEFAULT_QUIET),
    };
    let proactive = written.and_then(|limits| limits.proactive.as_ref());
    Limits { quiet_hours, proactive: proactive.and_then(|cap| self::cap(cap, found)).unwrap_or(DEFAULT_CAP) }
}

fn quiet_hours(written: &Word, found: &mut Findings) -> Option<Interval> {
    if written.value == "none" {
        return None;
    }
    let quiet = opening::ends_of(&written.value).filter(|(from, to)| from != to);
    if quiet.is_none() {
        let message = format!("`{}` are no quiet hours; write them like `21:00-08:00`, or `none`", written.value);
        found.error(written, "limits", message);
    }
    quiet.map(|(from, to)| Interval { from, to })
}

/// `3 in 7d`.
fn cap(written: &Word, found: &mut Findings) -> Option<Cap> {
    let parts = written.value.split_once(" in ");
    let cap = parts.and_then(|(most, within)| {
        let most = most.trim().parse().ok().filter(|most| 0 < *most)?;
        let within = duration::parse(within, "dh").filter(|within| SignedDuration::ZERO < *within)?;
        Some(Cap { most, within })
    });
    if cap.is_none() {
        let message = format!("`{}` is no limit; write how many in how long, like `3 in 7d`", written.value);
        found.error(written, "limits", message);
    }
    cap
}
