//! The threads that write: each takes whatever waits and commits it together.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::{mpsc, oneshot};

/// The most that one commit takes: beyond this a larger group saves nothing and only delays its first member.
pub(super) const LARGEST_GROUP: usize = 512;
/// The only reply the floor knows.
pub(super) const REPLY: &str = "We received your message and an agent will respond within 2 hours.";

/// A customer's message, as far as the floor reads it.
pub(super) struct Inbound {
    pub(super) wamid: String,
    pub(super) phone: String,
    pub(super) name: String,
    pub(super) at: i64,
    pub(super) raw: Bytes,
}

/// An outbox row that is committed and may leave.
pub(super) struct Delivery {
    pub(super) outbox: i64,
    pub(super) recipient: String,
}

/// An outbox row that left and was accepted.
pub(super) struct Sent {
    pub(super) outbox: i64,
    pub(super) wamid: String,
}

/// Something to be written with the next group.
pub(super) enum Job {
    Receive(Inbound, oneshot::Sender<()>),
    Sent(Sent),
}

/// The commit failed; nothing was written.
pub(super) struct NotCommitted;

/// The way to the writing threads.
#[derive(Clone)]
pub(super) struct Writers {
    queues: Arc<[mpsc::UnboundedSender<Job>]>,
}

impl Writers {
    /// Writers behind these queues.
    pub(super) fn behind(queues: Vec<mpsc::UnboundedSender<Job>>) -> Self {
        Self { queues: queues.into() }
    }

    /// Returns when the message is committed.
    pub(super) async fn receive(&self, inbound: Inbound) -> Result<(), NotCommitted> {
        let (done, committed) = oneshot::channel();
        // One sender always meets the same writer, so two writers never create the same contact.
        let mut hasher = DefaultHasher::new();
        inbound.phone.hash(&mut hasher);
        self.queue(hasher.finish()).send(Job::Receive(inbound, done)).map_err(|_| NotCommitted)?;
        committed.await.map_err(|_| NotCommitted)
    }

    /// Marks an outbox row with one of the next groups.
    pub(super) fn sent(&self, sent: Sent) {
        let _ = self.queue(sent.outbox as u64).send(Job::Sent(sent)); // fails only when the program ends
    }

    fn queue(&self, key: u64) -> &mpsc::UnboundedSender<Job> {
        &self.queues[(key % self.queues.len() as u64) as usize]
    }
}

/// A group as the databases want it: what came in, and what was sent.
#[derive(Default)]
pub(super) struct Group {
    pub(super) received: Vec<Inbound>,
    pub(super) sent: Vec<Sent>,
    answers: Vec<oneshot::Sender<()>>,
}

impl Group {
    /// Sorts what waited.
    pub(super) fn of(jobs: impl Iterator<Item = Job>) -> Self {
        let mut group = Self::default();
        for job in jobs {
            match job {
                Job::Receive(inbound, done) => {
                    group.received.push(inbound);
                    group.answers.push(done);
                }
                Job::Sent(sent) => group.sent.push(sent),
            }
        }
        group
    }

    /// After the commit: the webhooks are answered, and what is due may leave. A group that is dropped
    /// without this answers 503.
    pub(super) fn committed(self, due: Vec<Delivery>, deliveries: &mpsc::UnboundedSender<Vec<Delivery>>) {
        for answer in self.answers {
            let _ = answer.send(()); // the customer's connection may have gone
        }
        if !due.is_empty() {
            let _ = deliveries.send(due); // fails only when the program ends
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn inbound(wamid: &str, phone: &str) -> Inbound {
        Inbound { wamid: wamid.into(), phone: phone.into(), name: phone.into(), at: 7, raw: Bytes::from_static(b"{}") }
    }

    /// A group of messages by id and sender, and of rows that were sent.
    pub(in crate::floor) fn group<const N: usize>(received: [(&str, &str); N], sent: Vec<Sent>) -> Group {
        let receive = received.map(|(wamid, phone)| Job::Receive(inbound(wamid, phone), oneshot::channel().0));
        Group::of(receive.into_iter().chain(sent.into_iter().map(Job::Sent)))
    }

    #[tokio::test]
    async fn a_group_that_is_not_committed_answers_no() {
        let (queue, mut jobs) = mpsc::unbounded_channel();
        let writers = Writers::behind(vec![queue]);
        let (answer, ()) = tokio::join!(writers.receive(inbound("1", "ana")), async {
            drop(Group::of(jobs.recv().await.into_iter()));
        });
        assert!(answer.is_err());
    }
}
