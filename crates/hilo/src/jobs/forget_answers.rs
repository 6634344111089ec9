//! Answers that were kept for repeated requests are forgotten after two days, some at a time.

use std::sync::Arc;

use crate::clock::machine_now;
use crate::node::Node;

const KEPT_MS: i64 = 48 * 3_600_000; // a day is promised, and a day more costs little
const AT_ONCE: i64 = 500;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let before = machine_now() - KEPT_MS;
    while node.store.write(Vec::new(), move |tx| tx.forget_answers(before, AT_ONCE)).await? == AT_ONCE as u64 {}
    Ok(())
}
