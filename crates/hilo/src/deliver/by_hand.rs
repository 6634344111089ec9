//! A send taken apart into its steps, for a simulation that goes through them one by one and has anything happen in between.

use std::sync::{Arc, Mutex};

use domain::ids::{ConversationId, SendId};
use store::Sending;
use tokio::sync::Semaphore;
use whatsapp::{OutboundMessage, SendOutcome};

use super::rates::Rates;
use super::settling::{self, Sent};
use super::{Claimed, LEASE, MOST_UNDER_WAY, claim, leaving, refusal_of, remedies};
use crate::node::Node;

/// What a node remembers of WhatsApp's limits.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Rates>>);

/// A send that is marked.
pub(crate) struct Marked(Claimed);

/// What came of a send, to be written down.
#[derive(Clone)]
pub(crate) struct Outcome(Arc<Vec<Sent>>);

/// How long a node tries to write down what came of a send.
pub(crate) const SETTLED_WITHIN: i64 = LEASE.as_millis() as i64;

/// Marks what is due.
pub(crate) async fn mark(node: Arc<Node>, memory: Memory) -> store::Result<Vec<Marked>> {
    let claimed = claim(&node, &memory.0, MOST_UNDER_WAY as i64).await?;
    Ok(claimed.into_iter().map(Marked).collect())
}

/// The message, right before its first byte leaves; or that it does not leave.
pub(crate) async fn ready(
    node: Arc<Node>,
    marked: Box<Marked>,
) -> Result<(Box<Marked>, Box<OutboundMessage>), Outcome> {
    match leaving(&node, &marked.0).await {
        Ok(message) => Ok((marked, Box::new(message))),
        Err(settlement) => Err(outcome(marked.0, settlement, None)),
    }
}

/// What an answer means, or that none came.
pub(crate) fn answered(node: &Node, memory: &Memory, marked: Box<Marked>, answer: SendOutcome) -> Outcome {
    let settlement = remedies::settle(&answer, marked.0.sending.attempt + 1);
    let outcome = outcome(marked.0, settlement, refusal_of(answer));
    outcome.0.iter().for_each(|sent| settling::slow_down(node, &memory.0, sent));
    outcome
}

/// Writes it down.
pub(crate) async fn settle(node: Arc<Node>, outcome: Outcome) -> store::Result<()> {
    settling::commit(&node, &outcome.0).await
}

impl Marked {
    pub(crate) fn send(&self) -> SendId {
        self.0.sending.send.id
    }

    pub(crate) fn thread(&self) -> ConversationId {
        self.0.sending.send.conversation
    }

    /// What the guards looked at.
    pub(crate) fn sending(&self) -> &Sending {
        &self.0.sending
    }
}

fn outcome(claimed: Claimed, settlement: super::Settlement, refusal: Option<whatsapp::GraphError>) -> Outcome {
    let permit = Arc::new(Semaphore::new(1)).try_acquire_owned();
    let _permit = permit.unwrap_or_else(|_| unreachable!("it was made with one permit"));
    let Claimed { sending, channel, .. } = claimed;
    Outcome(Arc::new(vec![Sent { sending, channel, settlement, refusal, _permit }]))
}
