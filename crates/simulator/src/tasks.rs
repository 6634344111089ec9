//! What happens in the background: counted, so that a test can wait for silence, and ended by one word.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

#[derive(Clone)]
pub(crate) struct Tasks {
    busy: Arc<watch::Sender<usize>>,
    stopped: Arc<watch::Sender<bool>>,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        Self { busy: Arc::new(watch::Sender::new(0)), stopped: Arc::new(watch::Sender::new(false)) }
    }

    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let tasks = self.clone();
        let running = Running::count(&tasks.busy);
        tokio::spawn(async move {
            tokio::select! {
                // After the end not even the first step of a task may be taken.
                biased;
                () = tasks.stopped() => {}
                () = work => {}
            }
            drop(running);
        });
    }

    /// True once nothing is under way; false when that takes longer than `patience`.
    pub(crate) async fn settled(&self, patience: Duration) -> bool {
        let mut busy = self.busy.subscribe();
        tokio::time::timeout(patience, busy.wait_for(|count| *count == 0)).await.is_ok()
    }

    pub(crate) fn stop(&self) {
        self.stopped.send_replace(true);
    }

    pub(crate) async fn stopped(&self) {
        // An error means that the sender is gone, which is as good a reason to end.
        drop(self.stopped.subscribe().wait_for(|stopped| *stopped).await);
    }
}

/// One task under way; dropping it, by whatever end, counts it out.
struct Running(Arc<watch::Sender<usize>>);

impl Running {
    fn count(busy: &Arc<watch::Sender<usize>>) -> Self {
        busy.send_modify(|count| *count += 1);
        Self(Arc::clone(busy))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
