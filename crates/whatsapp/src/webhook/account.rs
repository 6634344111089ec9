//! News about the business account and its phone numbers.

use serde_json::Value;

use super::json;

/// Something about the account as a whole; the change's field says what it concerns.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountUpdate {
    /// What happened: `ACCOUNT_VIOLATION`, `DISABLED_UPDATE`, `PIN_RESET_REQUEST`, or a review's decision.
    pub event: Option<String>,
    /// The number it concerns, if it is one.
    pub phone_number: Option<String>,
    /// The rule that was broken.
    pub violation: Option<String>,
    /// What the account may not do for now.
    pub restrictions: Vec<Restriction>,
    /// As it came.
    pub raw: Value,
}

/// Something an account may not do for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// `RESTRICTED_BIZ_INITIATED_MESSAGING`, …
    pub kind: Option<String>,
    /// Unix seconds.
    pub expires_at: Option<i64>,
}

/// Something about one phone number changed.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberUpdate {
    /// The number as people see it.
    pub display_phone_number: Option<String>,
    /// What changed.
    pub news: NumberNews,
    /// As it came.
    pub raw: Value,
}

/// What changed about a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberNews {
    /// Its standing or throughput.
    Quality {
        /// `ONBOARDING`, `THROUGHPUT_UPGRADE`, `FLAGGED`, …
        event: String,
        /// The messaging limit's name: `TIER_10K`, …
        limit: Option<String>,
        /// The messaging limit as Meta counts it now, for the whole business.
        max_daily_conversations: Option<String>,
    },
    /// The name people see was reviewed.
    Name {
        /// `APPROVED` or `REJECTED`.
        decision: String,
        /// The name that was asked for.
        requested: Option<String>,
        /// Why it was rejected.
        rejection_reason: Option<String>,
    },
    /// The business's username changed.
    Username {
        /// The username, without `@`.
        username: String,
        /// `approved`, `reserved`, `deleted`, …
        status: Option<String>,
    },
    /// Something else.
    Other,
}

pub(super) fn read(raw: Value) -> AccountUpdate {
    let restrictions = json::list(&raw, "restriction_info").iter().map(|restriction| Restriction {
        kind: json::text(restriction, "restriction_type"),
        expires_at: json::seconds(restriction, "expiration"),
    });
    AccountUpdate {
        event: json::first_text(&raw, &["event", "decision", "alert_type"]),
        phone_number: json::first_text(&raw, &["phone_number", "display_phone_number"]),
        violation: json::member(&raw, "violation_info").and_then(|violation| json::text(violation, "violation_type")),
        restrictions: restrictions.collect(),
        raw,
    }
}

pub(super) fn read_number(raw: Value) -> NumberUpdate {
    let news = if let Some(event) = json::text(&raw, "event") {
        NumberNews::Quality {
            event,
            limit: json::text(&raw, "current_limit"),
            max_daily_conversations: json::text(&raw, "max_daily_conversations_per_business"),
        }
    } else if let Some(decision) = json::text(&raw, "decision") {
        NumberNews::Name {
            decision,
            requested: json::text(&raw, "requested_verified_name"),
            rejection_reason: json::text(&raw, "rejection_reason").filter(|reason| reason != "NONE"),
        }
    } else if let Some(username) = json::text(&raw, "username") {
        let username = username.trim_start_matches('@').to_owned();
        NumberNews::Username { username, status: json::text(&raw, "status") }
    } else {
        NumberNews::Other
    };
    NumberUpdate { display_phone_number: json::text(&raw, "display_phone_number"), news, raw }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_restriction_says_what_is_forbidden_and_until_when() {
        let update = read(json!({"event": "ACCOUNT_RESTRICTION", "phone_number": "1555",
            "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1_641_848_400}]}));

        assert_eq!(update.event.as_deref(), Some("ACCOUNT_RESTRICTION"));
        assert_eq!(update.restrictions[0].expires_at, Some(1_641_848_400));
    }

    #[test]
    fn a_number_may_change_its_throughput_its_name_or_its_username() {
        let upgrade = read_number(
            json!({"display_phone_number": "1555", "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"}),
        );
        assert!(matches!(upgrade.news, NumberNews::Quality { event, .. } if event == "THROUGHPUT_UPGRADE"));

        let name = read_number(
            json!({"decision": "APPROVED", "requested_verified_name": "Lucky Shrub", "rejection_reason": null}),
        );
        assert!(matches!(name.news, NumberNews::Name { rejection_reason: None, .. }));

        let username = read_number(json!({"username": "@luckyshrub", "status": "approved"}));
        assert!(matches!(username.news, NumberNews::Username { username, .. } if username == "luckyshrub"));
    }
}
