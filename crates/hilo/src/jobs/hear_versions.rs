//! Takes over a workflow that was published on another node or by the command line.

use std::sync::Arc;

use crate::node::Node;
use crate::workflows::keep_up;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    keep_up(node).await
}
