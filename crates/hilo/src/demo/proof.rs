//! Whether anything was lost or done twice: what WhatsApp saw, held against what the database has.

use std::collections::{BTreeSet, HashMap};

use domain::ids::{ChannelId, ConversationId, SendId, WorkspaceId};
use domain::interaction::Author;
use simulator::Ledger;
use simulator::WebhookRecord;
use store::{Result, Tx};

use crate::seal::Seal;

/// What people do whose webhook is no message: reports on ours.
const REPORTS: [&str; 6] = ["sent", "delivered", "read", "played", "failed", "deleted"];
/// Messages that are read at a time.
const PAGE: i64 = 500;

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

    /// Counts: as many messages as the phones have written that the ledger knows.
    pub(crate) fn count(
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        channel: ChannelId,
        seal: &Seal,
        ledger: &Ledger,
    ) -> Result<Proof> {
        let is_message = |webhook: &&WebhookRecord| webhook.field == "messages" && !REPORTS.contains(&&*webhook.what);
        let of_people: Vec<&WebhookRecord> = ledger.webhooks.iter().filter(is_message).collect();
        let received: BTreeSet<&str> = of_people.iter().map(|webhook| &*webhook.wamid).collect();
        let phones: BTreeSet<&str> = of_people.iter().map(|webhook| &*webhook.phone).collect();
        let mut recorded: HashMap<String, usize> = HashMap::new();
        for phone in phones {
            let Some(thread) = tx.conversation_of(workspace, channel, Some(&format!("+{phone}")), Some(phone))? else {
                continue;
            };
            count_recorded(tx, workspace, thread, &mut recorded)?;
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

fn count_recorded(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: ConversationId,
    recorded: &mut HashMap<String, usize>,
) -> Result<()> {
    let mut after = 0;
    loop {
        let page = tx.messages(workspace, thread, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.message.seq;
        let of_people = page.into_iter().filter(|row| row.message.author == Author::Customer);
        for wamid in of_people.filter_map(|row| row.message.wamid) {
            *recorded.entry(wamid).or_default() += 1;
        }
    }
}
