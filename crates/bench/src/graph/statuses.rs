//! `sent` and `delivered` for every accepted send, in batches as Meta makes them when it is busy.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::bodies::{self, Site};
use crate::wire::Wire;

const BATCH: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// A send that was accepted and is to be reported on.
pub(super) struct Accepted {
    pub(super) wamid: String,
    pub(super) recipient: String,
    pub(super) opaque: Option<String>,
}

/// Posts the statuses of everything that is put into the returned queue.
pub(super) fn start(site: Site) -> mpsc::UnboundedSender<Accepted> {
    let (queue, accepted) = mpsc::unbounded_channel();
    tokio::task::spawn_local(report(site, accepted));
    queue
}

async fn report(site: Site, mut accepted: mpsc::UnboundedReceiver<Accepted>) -> std::io::Result<()> {
    let mut wire = None; // the program under test starts after the Graph API
    let mut batch = Vec::with_capacity(BATCH);
    while 0 < accepted.recv_many(&mut batch, BATCH).await {
        let body = bodies::envelope(&site, &format!(r#""statuses":[{}]"#, statuses(&batch, crate::unix_second())));
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

fn statuses(batch: &[Accepted], second: u64) -> String {
    let both = batch.iter().flat_map(|send| ["sent", "delivered"].map(|status| one(send, status, second)));
    both.collect::<Vec<_>>().join(",")
}

fn one(send: &Accepted, status: &str, second: u64) -> String {
    let Accepted { wamid, recipient, .. } = send;
    let opaque = send.opaque.as_deref().map(|data| format!(r#","biz_opaque_callback_data":"{data}""#));
    format!(
        r#"{{"id":"{wamid}","status":"{status}","timestamp":"{second}","recipient_id":"{recipient}"{}}}"#,
        opaque.unwrap_or_default()
    )
}
