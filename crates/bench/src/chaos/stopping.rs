//! Ctrl-C, or the word of a service manager: once ends what can be cut short, twice ends everything.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How often one was told to stop.
#[derive(Clone)]
pub(super) struct Stopping(watch::Receiver<usize>);

impl Stopping {
    /// Listens from now on.
    pub(super) fn listen() -> Self {
        let (told, times) = watch::channel(0);
        tokio::spawn(async move {
            let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
            loop {
                tokio::select! {
                    _ = tokio::signal::ctrl_c() => {}
                    _ = terminate.recv() => {}
                }
                eprintln!("Stopping: what was endured so far is counted; once more ends at once");
                told.send_modify(|times| *times += 1);
            }
        });
        Self(times)
    }

    /// Whether nothing new is to be begun.
    pub(super) fn is_told(&self) -> bool {
        0 < *self.0.borrow()
    }

    /// Waits until it was told a second time.
    pub(super) async fn told_twice(&self) {
        let mut times = self.0.clone();
        if times.wait_for(|times| 1 < *times).await.is_err() {
            std::future::pending().await
        }
    }
}
