//! Named points at which a test kills the program, as a power cut would.
//!
//! `HILO_KILL_AT=recorded:3` ends the process, without any clean-up, the third time it comes by the point `recorded`. The demo arms a
//! point while it runs. Unset, a point costs two loads of a flag.

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

struct Deadly {
    point: String,
    left: AtomicI64,
}

/// Armed while the program runs. Once is enough: nothing is left of a process that comes by.
static ARMED: OnceLock<Deadly> = OnceLock::new();

/// Says that the program has come to a point.
pub fn reached(point: &str) {
    static DEADLY: OnceLock<Option<Deadly>> = OnceLock::new();
    let from_start = DEADLY.get_or_init(|| std::env::var("HILO_KILL_AT").ok().and_then(|raw| parse(&raw)));
    if let Some(deadly) = from_start.as_ref().or_else(|| ARMED.get())
        && deadly.point == point
        && deadly.left.fetch_sub(1, Ordering::Relaxed) == 1
    {
        std::process::abort();
    }
}

/// Lets the program end the next time it comes by a point. A process that waits for one already goes on waiting for that.
pub fn arm(point: &str) {
    if let Some(deadly) = parse(point) {
        drop(ARMED.set(deadly));
    }
}

fn parse(raw: &str) -> Option<Deadly> {
    let (point, times) = raw.split_once(':').unwrap_or((raw, "1"));
    debug_assert!(POINTS.contains(&point), "no kill point is called {point}");
    Some(Deadly { point: point.to_owned(), left: AtomicI64::new(times.parse().ok()?) })
}
