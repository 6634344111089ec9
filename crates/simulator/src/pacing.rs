//! Template pacing: messages of a template wait for what people think of the first ones, and are then sent or dropped.

use std::sync::Arc;
use std::time::Duration;

use crate::accept::Outbound;
use crate::codes::{self, Failure};
use crate::life;
use crate::platform::{Platform, lock};
use crate::templates::Entry;

/// A message that was accepted and waits.
pub(crate) struct Held {
    message: Arc<Outbound>,
    late: Duration,
}

enum Feedback {
    /// There is none yet.
    Awaited,
    Good,
    Bad,
}

fn feedback(template: Option<&Entry>) -> Feedback {
    match template {
        Some(entry) if entry.is_approved() && entry.is_paced => Feedback::Awaited,
        Some(entry) if entry.is_approved() => Feedback::Good,
        Some(_) | None => Feedback::Bad,
    }
}

impl Platform {
    pub(crate) fn hold(&self, message: Arc<Outbound>, late: Duration) {
        lock(&self.held).push(Held { message, late });
    }

    /// What was decided about a template decides about the messages that wait for it.
    pub(crate) fn settle_held(self: &Arc<Self>) {
        let held = std::mem::take(&mut *lock(&self.held));
        for Held { message, late } in held {
            let feedback = {
                let templates = lock(&self.templates);
                feedback(message.content.template.as_ref().and_then(|used| templates.by_id(&used.id)))
            };
            match feedback {
                Feedback::Awaited => self.hold(message, late),
                Feedback::Good => life::spawn_life(self, message, late),
                Feedback::Bad => {
                    let details = "the template was paused while the message waited for what people think of it";
                    life::spawn_failure(self, message, Failure { code: codes::TEMPLATE_PAUSED, details }, late);
                }
            }
        }
    }
}
