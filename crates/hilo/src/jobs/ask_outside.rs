//! Asks the machines outside that the business has, after the commit of what they are asked about: nobody waits for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ids::WorkspaceId;
use store::{DueErrand, Tx};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, warn};
use uuid::Uuid;

use crate::advice::{Answer, Asker, Said, apply, claim, load};
use crate::clock::machine_now;
use crate::node::Node;
use crate::pipeline::lock_of_name;

/// Questions under way at once.
const AT_ONCE: usize = 4;
const NAP: Duration = Duration::from_millis(500);

/// Asks until told to stop. What is under way then is asked again by whoever finds its time over.
pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    if node.settings.advice.is_off() {
        return;
    }
    let asker = match Asker::new() {
        Ok(asker) => asker,
        Err(reason) => return error!(%reason, "Machines outside cannot be asked; restart to try again"),
    };
    let mut under_way = JoinSet::new();
    while !*stop.borrow() {
        let room = AT_ONCE - under_way.len();
        match find(&node, room).await {
            Ok(due) => {
                due.into_iter().for_each(|due| drop(under_way.spawn(work_off(node.clone(), asker.clone(), due))))
            }
            Err(reason) => warn!(%reason, "What is to be asked outside cannot be read; trying again in a moment"),
        }
        tokio::select! {
            Some(_) = under_way.join_next() => {}
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => {}
        }
    }
}

/// What is due, taken for this node. One lock for all: two nodes would spend a budget twice.
async fn find(node: &Arc<Node>, room: usize) -> store::Result<Vec<DueErrand>> {
    let next = node.store.read(|tx| tx.next_errand()).await?;
    if room == 0 || next.is_none_or(|next| machine_now() < next) {
        return Ok(Vec::new());
    }
    let lock = lock_of_name(WorkspaceId(Uuid::nil()), "asked outside");
    let advice = node.settings.advice.clone();
    let take = move |tx: &mut Tx<'_>| claim(tx, &advice, room as i64, machine_now());
    let claimed = node.store.write(vec![lock], take).await?;
    let seen: Vec<WorkspaceId> = claimed.ended.iter().map(|due| due.workspace).collect();
    node.changed(&seen);
    Ok(claimed.to_ask)
}

async fn work_off(node: Arc<Node>, asker: Asker, due: DueErrand) {
    let Some(machine) = node.settings.advice.machine(due.key.what).cloned() else { return };
    let Ok(published) = node.workflows.of(due.workspace) else { return };
    let began = Instant::now();
    let default = published.workflow.business.default_language;
    let (said, language) = match load(&node, due, default).await {
        Ok(Some(loaded)) => {
            let said = asker.ask(&machine, &published.workflow, &loaded).await;
            (said.map_or_else(Said::Nothing, Said::Words), loaded.language)
        }
        Ok(None) => (Said::NotAsked, default),
        Err(reason) => (Said::Nothing(reason), default),
    };
    let ms = began.elapsed().as_millis() as i64;
    let (now, workspace) = (node.clock.now().as_millisecond(), due.workspace);
    let write = move |tx: &mut Tx<'_>| {
        let (model, machine_now) = (machine.model.as_str(), machine_now());
        let answer = Answer { said: said.clone(), ms, model, published: &published, language, now, machine_now };
        apply(tx, due, &answer)
    };
    if let Err(reason) = node.store.write(Vec::new(), write).await {
        warn!(%reason, "What a machine outside said cannot be recorded; it may be asked again");
    }
    node.work_wakes.notify_one();
    node.changed(&[workspace]);
}
