//! The messaging limit grows by itself: six hours after half of it was used within a week, unless people complain.

use std::sync::Arc;

use serde_json::json;

use crate::platform::{Platform, lock};
use crate::settings::MessagingLimit;
use crate::templates::Quality;
use crate::webhook::Label;

const REVIEW: i64 = 6 * 60 * 60 * 1000;

impl Platform {
    /// Takes the step that is due.
    pub(crate) fn grow_limit(&self) {
        let is_due = lock(&self.outreach).half_used_at().is_some_and(|at| at + REVIEW <= self.now());
        if !is_due {
            return;
        }
        lock(&self.outreach).start_over();
        let Some(limit) = self.next_limit() else { return };
        lock(&self.desks).messaging_limit = limit;
        let number = Arc::clone(&self.numbers[0]);
        let value = json!({ "max_daily_conversations_per_business": limit.word() });
        drop(self.post_of_account(&number, &Label::new("business_capability_update", limit.word(), "", ""), value));
    }

    fn next_limit(&self) -> Option<MessagingLimit> {
        let mut desks = lock(&self.desks);
        let are_fine =
            self.numbers.iter().all(|number| desks.desk(&number.phone_number_id).health.quality != Quality::Red);
        desks.messaging_limit.next().filter(|_| are_fine)
    }
}
