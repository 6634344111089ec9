//! The nodes of one database, as far as each knows of the others. A node says every second that it is at work; one that is silent for eight
//! is taken for dead. From this follow two things: whose leases do not count any more, and how many share the rate of a number.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use store::Keeper;
use tokio::sync::watch;
use tracing::warn;
use uuid::Uuid;

use crate::clock::{machine_now, steady_now};
use crate::node::Node;

/// How often a node says that it is at work.
const BEAT: Duration = Duration::from_secs(1);
/// A node that was not seen for so long is dead. Clocks of machines may differ by a few seconds less.
const SILENCE: Duration = Duration::from_secs(8);
/// Nobody needs to know any more who was at work an hour ago.
const FORGOTTEN: Duration = Duration::from_secs(3600);

/// What a node knows of the others.
#[derive(Debug, Default)]
pub struct Neighbours(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// This node included; 0 as long as nobody has looked.
    at_work: usize,
    /// Since when this node has been heard itself without a gap, and when last.
    heard: Option<(Instant, Instant)>,
}

impl Neighbours {
    /// How many nodes are at work, this one included.
    pub fn at_work(&self) -> usize {
        self.known().at_work.max(1)
    }

    /// This node was heard, and saw so many at work.
    fn heard(&self, at_work: usize, now: Instant) {
        let mut known = self.known();
        let since =
            known.heard.filter(|(_, last)| now.duration_since(*last) < SILENCE / 2).map_or(now, |(since, _)| since);
        *known = Known { at_work, heard: Some((since, now)) };
    }

    /// Whether silence of others is their own: if this node could not be heard either, the database was away.
    fn can_judge(&self, now: Instant) -> bool {
        self.known()
            .heard
            .is_some_and(|(since, last)| SILENCE <= now.duration_since(since) && now.duration_since(last) < SILENCE / 2)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As whom a node takes over what others have left.
pub fn keeper(node: &Node) -> Keeper {
    let alone = !node.store.is_shared();
    let seen_since =
        if node.neighbours.can_judge(steady_now()) { machine_now() - SILENCE.as_millis() as i64 } else { i64::MIN };
    Keeper { node: node.id, alone, seen_since }
}

/// Says that this node is at work, and looks who else is.
pub async fn say_at_work(node: &Node) -> store::Result<()> {
    if !node.store.is_shared() {
        return Ok(());
    }
    let (me, now) = (node.id, machine_now());
    let say = move |tx: &mut store::Tx<'_>| {
        tx.note_node(me, now)?;
        tx.nodes_seen(now - SILENCE.as_millis() as i64)
    };
    let seen: Vec<Uuid> = node.store.write(Vec::new(), say).await?;
    node.neighbours.heard(seen.len(), steady_now());
    Ok(())
}

/// Says so again and again, until told to stop.
pub async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(reason) = say_at_work(&node).await {
            warn!(%reason, "The other nodes cannot be told that this one is at work");
        }
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Says that this node is done: nobody has to wait for its silence.
pub async fn say_done(node: &Node) {
    if !node.store.is_shared() {
        return;
    }
    let me = node.id;
    if let Err(reason) = node.store.write(Vec::new(), move |tx| tx.remove_node(me)).await {
        warn!(%reason, "The other nodes cannot be told that this one is done; they find out in a moment");
    }
}

/// Forgets who was at work long ago.
pub async fn forget(node: &Node) -> store::Result<()> {
    let since = machine_now() - FORGOTTEN.as_millis() as i64;
    node.store.write(Vec::new(), move |tx| tx.forget_nodes(since)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_judges_others_only_after_it_was_heard_itself_for_as_long_as_their_silence_may_last() {
        let (neighbours, start) = (Neighbours::default(), Instant::now());
        let at = |second: u64| start + Duration::from_secs(second);
        assert!(!neighbours.can_judge(start));
        (0..=8).for_each(|second| neighbours.heard(2, at(second)));
        assert!(!neighbours.can_judge(at(7)) && neighbours.can_judge(at(8)));

        assert!(!neighbours.can_judge(at(40)), "thirty seconds without the database");
        neighbours.heard(1, at(40));
        assert!(!neighbours.can_judge(at(41)), "the others may only not have come to say something yet");
        (41..=48).for_each(|second| neighbours.heard(1, at(second)));
        assert!(neighbours.can_judge(at(48)));
    }

    #[test]
    fn as_long_as_nobody_has_looked_this_node_is_the_only_one() {
        assert_eq!(Neighbours::default().at_work(), 1);
    }
}
