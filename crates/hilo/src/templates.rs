//! The templates of the WhatsApp business accounts, kept as Meta judges them. Meta counts the calls, so they are looked at when
//! something speaks for it, and otherwise once an hour.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::ids::{NoticeId, WorkspaceId};
use domain::news::News;
use domain::template::{TemplateCategory, TemplateState};
use store::{StoreError, TemplateRow, Tx};
use tokio::sync::Notify;
use whatsapp::templates::{Listed, NotDone};

use crate::channels::{ChannelHandle, Channels};
use crate::ids;
use crate::news::{self, Told};
use crate::node::Node;

/// So many looks at an account at once …
const LOOKS_AT_ONCE: f64 = 6.0;
/// … and then one in this time: with a few pages each, far below the 200 calls an hour that Meta allows.
const A_LOOK: Duration = Duration::from_secs(60);
/// Templates written in one transaction.
const AT_ONCE: usize = 100;

/// Which accounts are to be looked at, and how often they were.
#[derive(Default)]
pub struct Looks {
    wanted: Mutex<BTreeSet<String>>,
    under_way: AtomicUsize,
    taken: Mutex<HashMap<String, (f64, Instant)>>,
    /// An account is to be looked at.
    pub wakes: Notify,
}

impl Looks {
    /// Something about the templates of an account may have changed.
    pub fn look_at(&self, waba_id: &str) {
        if let Ok(mut wanted) = self.wanted.lock() {
            wanted.insert(waba_id.to_owned());
        }
        self.wakes.notify_one();
    }

    /// Takes the accounts that may be looked at now; the others stay wanted.
    pub fn take_wanted(&self, now: Instant) -> Vec<String> {
        let Ok(mut wanted) = self.wanted.lock() else { return Vec::new() };
        let may: BTreeSet<String> = wanted.iter().filter(|waba_id| self.may_look(waba_id, now)).cloned().collect();
        wanted.retain(|waba_id| !may.contains(waba_id));
        self.under_way.fetch_add(may.len(), Ordering::SeqCst);
        may.into_iter().collect()
    }

    /// One of those that were taken has been looked at.
    pub fn looked(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether no account is being looked at, nor waits for it.
    pub fn at_rest(&self) -> bool {
        self.wanted.lock().is_ok_and(|wanted| wanted.is_empty() && self.under_way.load(Ordering::SeqCst) == 0)
    }

    /// Whether Meta may be asked about an account now. If so, it counts.
    pub fn may_look(&self, waba_id: &str, now: Instant) -> bool {
        let Ok(mut taken) = self.taken.lock() else { return false };
        let (looks, since) = taken.entry(waba_id.to_owned()).or_insert((LOOKS_AT_ONCE, now));
        let gained = now.saturating_duration_since(*since).as_secs_f64() / A_LOOK.as_secs_f64();
        *looks = (*looks + gained).min(LOOKS_AT_ONCE);
        *since = now;
        if *looks < 1.0 {
            return false;
        }
        *looks -= 1.0;
        true
    }
}

/// Why the templates of an account could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum NotLooked {
    /// Meta said no, or nothing.
    #[error("WhatsApp does not list the templates of the account {0}: {1}")]
    NotListed(String, NotDone),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Every account of this installation, with the numbers on it.
pub fn accounts(channels: &Channels) -> BTreeMap<String, Vec<ChannelHandle>> {
    let mut accounts: BTreeMap<String, Vec<ChannelHandle>> = BTreeMap::new();
    for channel in channels.iter() {
        accounts.entry(channel.waba_id.clone()).or_default().push(channel.clone());
    }
    accounts
}

/// Asks Meta for the templates of an account and writes down what it says, in every workspace that has a number on it. An account
/// whose numbers are all stopped is left alone: what stopped them would stop this too.
pub async fn look(node: &Arc<Node>, waba_id: &str, channels: &[ChannelHandle]) -> Result<usize, NotLooked> {
    let Some(channel) = working(node, channels).await? else { return Ok(0) };
    let asked_at = node.clock.now().as_millisecond();
    let not_listed = |reason| NotLooked::NotListed(waba_id.to_owned(), reason);
    let listed = channel.client.templates(waba_id).await.map_err(not_listed)?;
    let rows: Arc<Vec<TemplateRow>> = Arc::new(listed.iter().map(|one| row(waba_id, one, asked_at)).collect());
    let workspaces: BTreeSet<WorkspaceId> = channels.iter().map(|channel| channel.workspace).collect();
    for workspace in workspaces {
        keep(node, workspace, waba_id, &rows, asked_at).await?;
    }
    Ok(rows.len())
}

async fn working(node: &Node, channels: &[ChannelHandle]) -> store::Result<Option<ChannelHandle>> {
    for channel in channels {
        let workspace = channel.workspace;
        let known = node.store.read(move |tx| tx.channels(workspace)).await?;
        if known.iter().any(|row| row.id == channel.id && row.paused_reason.is_none()) {
            return Ok(Some(channel.clone()));
        }
    }
    Ok(None)
}

async fn keep(
    node: &Node,
    workspace: WorkspaceId,
    waba_id: &str,
    rows: &Arc<Vec<TemplateRow>>,
    asked_at: i64,
) -> store::Result<()> {
    for from in (0..rows.len()).step_by(AT_ONCE) {
        let rows = rows.clone();
        let write = move |tx: &mut Tx<'_>| {
            rows.iter().skip(from).take(AT_ONCE).try_for_each(|row| keep_one(tx, workspace, row, asked_at))
        };
        node.store.write(Vec::new(), write).await?;
    }
    let waba_id = waba_id.to_owned();
    node.store.write(Vec::new(), move |tx| tx.forget_templates(workspace, &waba_id, asked_at)).await.map(drop)
}

fn keep_one(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &TemplateRow, now: i64) -> store::Result<()> {
    let before = tx.template(workspace, &row.waba_id, &row.name, &row.language)?;
    let changed_from = before.map(|before| before.category).filter(|category| *category != row.category);
    if let Some(category) = changed_from {
        add_category_notice(tx, workspace, &row.name, category, row.category, now)?;
    }
    let row = TemplateRow { previous_category: changed_from.or(row.previous_category), ..row.clone() };
    tx.put_template(workspace, &row)
}

/// Meta counts a template under another category: its price and what an opt-out means for it change, so somebody should know.
pub fn add_category_notice(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    name: &str,
    before: TemplateCategory,
    now_is: TemplateCategory,
    now: i64,
) -> store::Result<()> {
    let told = Told { id: NoticeId(ids::fresh()), at: now, subject: name, by: None };
    news::tell(tx, workspace, &told, &News::TemplateRecategorised { category: now_is, before })
}

/// A template of a list as it is kept.
pub fn row(waba_id: &str, listed: &Listed, at: i64) -> TemplateRow {
    let category = TemplateCategory::of_meta(&listed.category);
    let previous = listed.previous_category.as_deref().map(TemplateCategory::of_meta);
    TemplateRow {
        waba_id: waba_id.to_owned(),
        name: listed.name.clone(),
        language: listed.language.clone(),
        id: listed.id.clone(),
        category,
        previous_category: previous.filter(|previous| *previous != category),
        state: TemplateState::of_meta(&listed.status),
        reason: listed.rejected_reason.clone(),
        quality: listed.quality.clone(),
        parameter_format: if listed.is_named { "named" } else { "positional" }.to_owned(),
        components: listed.components.to_string(),
        changed_at: at,
        seen_at: at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_looked_at_a_few_times_at_once_and_then_once_a_minute() {
        let (looks, start) = (Looks::default(), Instant::now());
        let at_once = (0..20).filter(|_| looks.may_look("1", start)).count();
        assert_eq!(at_once, 6);
        assert!(looks.may_look("2", start), "another account is not slowed");
        assert!(!looks.may_look("1", start + Duration::from_secs(30)));
        assert!(looks.may_look("1", start + Duration::from_secs(61)));
    }

    #[test]
    fn what_may_not_be_looked_at_yet_stays_wanted() {
        let (looks, start) = (Looks::default(), Instant::now());
        while looks.may_look("1", start) {}
        looks.look_at("1");
        assert!(looks.take_wanted(start).is_empty());
        assert_eq!(looks.take_wanted(start + Duration::from_secs(61)), ["1"]);
        assert!(looks.take_wanted(start + Duration::from_secs(130)).is_empty());
    }
}
