//! Waiting for what must happen, never for a while.

use std::time::{Duration, Instant};

/// How long something may take on a machine that has other things to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

/// Looks until there is something to see.
///
/// # Panics
/// When it takes too long.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}
