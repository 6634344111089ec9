//! Whether anything was lost or done twice: what WhatsApp saw, held against what the database has.

use std::collections::{BTreeSet, HashMap};

use domain::ids::{SendId, WorkspaceId};
use simulator::Ledger;
use store::{Result, Tx, params};

use crate::seal::Seal;

/// What people do whose webhook is no message: reports on ours.
const REPORTS: [&str; 6] = ["sent", "delivered", "read", "played", "failed", "deleted"];

/// The count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proof {
    /// Messages that WhatsApp has for us since the demo was started.
    pub received: usize,
    /// Those of them that the database has, once each.
    pub recorded: usize,
    /// Those that it has more than once.
    pub recorded_twice: usize,
    /// Sends of ours that WhatsApp took.
    pub sent: usize,
    /// Those that it took more than once.
    pub sent_twice: usize,
}

impl Proof {
    /// Nothing was lost, and nothing done twice.
    pub fn holds(&self) -> bool {
        self.received == self.recorded && self.recorded_twice == 0 && self.sent_twice == 0
    }

    /// Counts.
    pub(crate) fn count(tx: &mut Tx<'_>, workspace: WorkspaceId, seal: &Seal, ledger: &Ledger) -> Result<Proof> {
        let of_people =
            ledger.webhooks.iter().filter(|webhook| webhook.field == "messages" && !REPORTS.contains(&&*webhook.what));
        let received: BTreeSet<&str> = of_people.map(|webhook| webhook.wamid.as_str()).collect();
        let mut recorded: HashMap<String, usize> = HashMap::new();
        let sql = "SELECT wamid FROM messages WHERE workspace_id = $1 AND author = 'customer' AND wamid IS NOT NULL";
        for row in tx.query(sql, params![workspace])? {
            *recorded.entry(row.text(0)?).or_default() += 1;
        }
        let times = |wamid: &&&str| recorded.get(**wamid).copied().unwrap_or_default();

        let mut sends: HashMap<SendId, usize> = HashMap::new();
        for accepted in &ledger.accepted {
            // An attempt has a name of its own, but the send in it is the same.
            if let Some(sealed) = accepted.opaque.as_deref().and_then(|name| seal.open(workspace, name)) {
                *sends.entry(sealed.send).or_default() += 1;
            }
        }
        Ok(Proof {
            received: received.len(),
            recorded: received.iter().filter(|wamid| 0 < times(wamid)).count(),
            recorded_twice: received.iter().filter(|wamid| 1 < times(wamid)).count(),
            sent: sends.len(),
            sent_twice: sends.values().filter(|times| 1 < **times).count(),
        })
    }
}
