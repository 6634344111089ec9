//! What happens to the account rather than to a person.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::codes::Failure;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::webhook::{Label, Lane};

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
    /// A problem that concerns no message, such as a rate: an element of `errors` on `messages`.
    Problem {
        /// Meta's code.
        code: i64,
    },
    /// Anything else that an account can hear of, as it stands: `security`, `business_capability_update`.
    Other {
        /// The subscribed field.
        field: String,
        /// What it says.
        value: Value,
    },
}

/// What the business is told.
struct News {
    about: About,
    field: Cow<'static, str>,
    what: String,
    value: Value,
}

enum About {
    Account,
    Number,
}

impl Platform {
    /// Has the event take effect on the first number, or on the account that holds it, and posts it.
    pub(crate) fn happens(&self, event: &Event) {
        let number = Arc::clone(&self.numbers[0]);
        lock(&self.desks).follow(event, &number, self.now());
        let News { about, field, what, value } = news(event, &number, self.now());
        let label = Label::new(field, &what, "", "");
        drop(match about {
            About::Account => self.post_of_account(&number, &label, value),
            About::Number => self.post(&number, Lane::Account, &label, value),
        });
    }
}

const ACCOUNT: &str = "account_update";

fn news(event: &Event, number: &BusinessNumber, now: i64) -> News {
    let account = |what: &str, mut value: Value| {
        value["event"] = json!(what);
        News { about: About::Account, field: ACCOUNT.into(), what: what.into(), value }
    };
    match event {
        Event::NumberQuality { change, current_limit } => {
            let value = json!({
                "display_phone_number": number.display_phone_number,
                "event": change,
                "current_limit": current_limit,
                "max_daily_conversations_per_business": current_limit,
            });
            let field = "phone_number_quality_update".into();
            News { about: About::Account, field, what: change.clone(), value }
        }
        Event::AccountRestriction { restriction, hours } => {
            let until = now.div_euclid(1000) + i64::from(*hours) * 3600;
            let info = json!([{ "restriction_type": restriction, "expiration": until }]);
            account("ACCOUNT_RESTRICTION", json!({ "restriction_info": info }))
        }
        Event::AccountViolation { violation } => {
            account("ACCOUNT_VIOLATION", json!({ "violation_info": { "violation_type": violation } }))
        }
        Event::AccountDisabled { state } => {
            account("DISABLED_UPDATE", json!({ "ban_info": { "waba_ban_state": state } }))
        }
        Event::Problem { code } => {
            let error = Failure { code: *code, details: "a problem of the number" }.error();
            let value = json!({ "errors": [error] });
            News { about: About::Number, field: "messages".into(), what: "errors".into(), value }
        }
        Event::Other { field, value } => {
            let what = value["event"].as_str().unwrap_or("other").to_owned();
            News { about: About::Account, field: field.clone().into(), what, value: value.clone() }
        }
    }
}
