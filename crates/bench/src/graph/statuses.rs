//! `sent`, `delivered` and `read` for accepted sends: at once, in batches as Meta makes them when it is busy, or later.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::bodies::{self, Site};
use crate::senders::scatter;
use crate::wire::Wire;

/// What is reported on a send that a person reads.
pub(crate) const KINDS: [&str; 3] = ["sent", "delivered", "read"];
const BATCH: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);
/// How many sends later a message is delivered, and read.
const LATER: [u64; 3] = [0, 20, 200];
const JITTER: u64 = 30; // some are reported in the wrong order

/// A send that was accepted and is to be reported on.
#[derive(Clone)]
pub(crate) struct Accepted {
    pub(super) wamid: String,
    pub(super) recipient: String,
    pub(super) opaque: Option<String>,
}

/// Posts `sent` and `delivered` for everything that is put into the returned queue.
pub(super) fn start(site: Site) -> mpsc::UnboundedSender<Accepted> {
    let (queue, accepted) = mpsc::unbounded_channel();
    tokio::task::spawn_local(report(site, accepted));
    queue
}

async fn report(site: Site, mut accepted: mpsc::UnboundedReceiver<Accepted>) -> std::io::Result<()> {
    let mut wire = None; // the program under test starts after the Graph API
    let mut batch = Vec::with_capacity(BATCH);
    while 0 < accepted.recv_many(&mut batch, BATCH).await {
        let second = crate::unix_second();
        let both = batch.iter().flat_map(|send| ["sent", "delivered"].map(|status| one(send, status, second)));
        let body = bodies::envelope(&site, &format!(r#""statuses":[{}]"#, both.collect::<Vec<_>>().join(",")));
        batch.clear();
        let connection = match &mut wire {
            Some(connection) => connection,
            None => wire.insert(Wire::connect(site.address).await?),
        };
        connection.exchange(&bodies::signed(&site, &body)).await?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// All reports on these sends, in the order in which they would come.
pub(crate) fn in_turn(sends: &[Accepted], second: u64) -> Vec<String> {
    let mut reports: Vec<(u64, usize, &str)> = Vec::with_capacity(sends.len() * KINDS.len());
    for number in 0..sends.len() {
        for (kind, later) in KINDS.into_iter().zip(LATER) {
            reports.push((number as u64 + later + scatter(number + later as usize) % JITTER, number, kind));
        }
    }
    reports.sort_by_key(|(place, number, _)| (*place, *number));
    reports.into_iter().map(|(_, number, kind)| one(&sends[number], kind, second)).collect()
}

fn one(send: &Accepted, status: &str, second: u64) -> String {
    let Accepted { wamid, recipient, .. } = send;
    let opaque = send.opaque.as_deref().map(|data| format!(r#","biz_opaque_callback_data":"{data}""#));
    format!(
        r#"{{"id":"{wamid}","status":"{status}","timestamp":"{second}","recipient_id":"{recipient}"{}}}"#,
        opaque.unwrap_or_default()
    )
}

#[cfg(test)]
impl Accepted {
    /// A send to somebody.
    pub(crate) fn example(number: usize) -> Self {
        Self { wamid: format!("wamid.{number}"), recipient: crate::senders::sender(number).phone, opaque: None }
    }
}
