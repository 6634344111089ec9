//! Whom automation answers while a version is tried, at hand where a message is decided about.

use std::sync::{Arc, RwLock};

use domain::trial::{Reach, Trial};

/// The trial of the version in force, as far as this node has heard.
#[derive(Debug, Default)]
pub(super) struct Heard(RwLock<Arc<Trial>>);

impl Heard {
    /// Answers whether that is news.
    pub(super) fn hear(&self, trial: Trial) -> bool {
        let Ok(mut heard) = self.0.write() else { return false };
        let is_news = **heard != trial;
        if is_news {
            *heard = Arc::new(trial);
        }
        is_news
    }

    /// Nobody is answered while it cannot be said who.
    pub(super) fn trial(&self) -> Arc<Trial> {
        match self.0.read() {
            Ok(heard) => heard.clone(),
            Err(_) => Arc::new(Trial { reach: Reach::ListenOnly, ..Trial::default() }),
        }
    }
}
