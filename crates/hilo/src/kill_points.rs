//! Named points at which a test kills the program, as a power cut would, or stops it for a while.
//!
//! `HILO_KILL_AT=recorded:3` ends the process, without any clean-up, the third time it comes by the point `recorded`. The demo arms a
//! point while it runs. `HILO_STOP_AT=recorded:3` stops it there instead, with SIGSTOP, until somebody wakes it. Unset, a point costs
//! three loads of a flag.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

/// Every point, in the order in which a message comes by them.
pub const POINTS: &[&str] = &[
    "received",
    "verified",
    "body_kept",
    "loaded",
    "processed",
    "message_recorded",
    "matter_recorded",
    "ticket_recorded",
    "reply_queued",
    "recorded",
    "committed",
    "answered",
    "sends_found",
    "send_marked",
    "send_committed",
    "send_composed",
    "sent",
    "accepted",
    "acceptance_committed",
    "report_found",
    "report_applied",
    "report_committed",
    "work_claimed",
    "work_done",
    "file_claimed",
    "file_arrived",
    "file_kept",
    "file_recorded",
    "ticket_resolved",
    "upload_kept",
    "file_uploaded",
    "outside_called",
    "once_committed",
    "webhook_posted",
];

/// Those that only automation comes by: with a workflow that answers, or that follows up.
pub const OF_AUTOMATION: &[&str] =
    &["looked_up", "answer_written_down", "answer_due", "answer_handed_over", "follow_ups_decided", "follow_up_queued"];

/// Of these, those that few come by: an answer that WhatsApp took and could not deliver.
pub const RARE: &[&str] = &["answer_handed_over"];

/// Of all points those around a send: a node that is stopped there and wakes up late must not send what is another's by then.
pub const AROUND_A_SEND: &[&str] =
    &["sends_found", "send_marked", "send_committed", "sent", "accepted", "acceptance_committed"];

struct Armed {
    point: String,
    left: AtomicI64,
}

/// Armed while the program runs. Once is enough: nothing is left of a process that comes by.
static ARMED: OnceLock<Armed> = OnceLock::new();

/// Says that the program has come to a point.
pub fn reached(point: &str) {
    static DEADLY: OnceLock<Option<Armed>> = OnceLock::new();
    static NUMBING: OnceLock<Option<Armed>> = OnceLock::new();
    let deadly = DEADLY.get_or_init(|| from_start("HILO_KILL_AT"));
    if deadly.as_ref().or_else(|| ARMED.get()).is_some_and(|armed| armed.is_up(point)) {
        std::process::abort();
    }
    let numbing = NUMBING.get_or_init(|| from_start("HILO_STOP_AT"));
    if numbing.as_ref().is_some_and(|armed| armed.is_up(point)) {
        stand_still();
    }
}

/// Lets the program end the next time it comes by a point. A process that waits for one already goes on waiting for that.
pub fn arm(point: &str) {
    if let Some(deadly) = parse(point) {
        drop(ARMED.set(deadly));
    }
}

impl Armed {
    fn is_up(&self, point: &str) -> bool {
        self.point == point && self.left.fetch_sub(1, Ordering::Relaxed) == 1
    }
}

fn from_start(variable: &str) -> Option<Armed> {
    std::env::var(variable).ok().and_then(|raw| parse(&raw))
}

fn parse(raw: &str) -> Option<Armed> {
    let (point, times) = raw.split_once(':').unwrap_or((raw, "1"));
    debug_assert!(POINTS.contains(&point) || OF_AUTOMATION.contains(&point), "no kill point is called {point}");
    Some(Armed { point: point.to_owned(), left: AtomicI64::new(times.parse().ok()?) })
}

/// As a machine that is suspended: whoever has stopped it sends SIGCONT when it shall go on.
fn stand_still() {
    let me = std::process::id().to_string();
    // Without a `kill` to be found the process goes on, and whoever waits for it to stop sees that.
    drop(std::process::Command::new("kill").args(["-STOP", &me]).status());
}
