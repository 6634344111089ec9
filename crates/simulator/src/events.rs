//! What happens to the account rather than to a person.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::webhook::Label;

/// Something that Meta decides about the account or a number: `{"event":"number_quality","change":"FLAGGED"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The quality or the throughput of a number changes: `phone_number_quality_update`.
    NumberQuality {
        /// Meta's word: `FLAGGED`, `UNFLAGGED`, `ONBOARDING`, `THROUGHPUT_UPGRADE`.
        change: String,
        /// The messaging limit from now on, such as `TIER_2K`.
        current_limit: String,
    },
    /// The account may no longer do something: `account_update` with `ACCOUNT_RESTRICTION`.
    AccountRestriction {
        /// Meta's word, such as `RESTRICTED_BIZ_INITIATED_MESSAGING`.
        restriction: String,
        /// For how long.
        hours: u32,
    },
    /// The account is warned: `account_update` with `ACCOUNT_VIOLATION`.
    AccountViolation {
        /// Meta's word, such as `SPAM`.
        violation: String,
    },
    /// The account is switched off or on again: `account_update` with `DISABLED_UPDATE`.
    AccountDisabled {
        /// Meta's word: `DISABLE`, `REINSTATE`, `SCHEDULE_FOR_DISABLE`.
        state: String,
    },
    /// Anything else that an account can hear of, as it stands: `security`, `business_capability_update`.
    Other {
        /// The subscribed field.
        field: String,
        /// What it says.
        value: Value,
    },
}

impl Platform {
    /// Has the event take effect on the first number, or on the account that holds it, and posts it.
    pub(crate) fn happens(&self, event: &Event) {
        let number = Arc::clone(&self.numbers[0]);
        lock(&self.desks).follow(event, &number);
        let (field, what, value) = change(event, &number, self.now());
        drop(self.post_of_account(&number, &Label::new(field, &what, "", ""), value));
    }
}

const ACCOUNT: &str = "account_update";

fn change(event: &Event, number: &BusinessNumber, now: i64) -> (Cow<'static, str>, String, Value) {
    match event {
        Event::NumberQuality { change, current_limit } => {
            let value = json!({
                "display_phone_number": number.display_phone_number,
                "event": change,
                "current_limit": current_limit,
                "max_daily_conversations_per_business": current_limit,
            });
            ("phone_number_quality_update".into(), change.clone(), value)
        }
        Event::AccountRestriction { restriction, hours } => {
            let until = now.div_euclid(1000) + i64::from(*hours) * 3600;
            let info = json!([{ "restriction_type": restriction, "expiration": until }]);
            let value = json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": info });
            (ACCOUNT.into(), "ACCOUNT_RESTRICTION".into(), value)
        }
        Event::AccountViolation { violation } => {
            let value = json!({ "event": "ACCOUNT_VIOLATION", "violation_info": { "violation_type": violation } });
            (ACCOUNT.into(), "ACCOUNT_VIOLATION".into(), value)
        }
        Event::AccountDisabled { state } => {
            let value = json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": state } });
            (ACCOUNT.into(), "DISABLED_UPDATE".into(), value)
        }
        Event::Other { field, value } => {
            let what = value["event"].as_str().unwrap_or("other");
            (field.clone().into(), what.to_owned(), value.clone())
        }
    }
}
