//! What a message is charged as. Since October 2026 answers cost money beyond a monthly allowance for each number;
//! after a tap on an advertisement everything is free for 72 hours.

use std::collections::HashMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::settings::Category;

const HOUR: i64 = 60 * 60 * 1000;
const ENTRY: i64 = 72 * HOUR; // how long everything is free after an advertisement
const ANSWER_IN_TIME: i64 = 24 * HOUR; // how soon the business must answer it

const DAY: i64 = 24 * HOUR;
const NAMELESS: u16 = 24; // the version from which conversations are no longer named
const PER_MESSAGE: i64 = 1_751_328_000_000; // 1 July 2025: until then conversations were charged

/// When, to whom and in which status a price is told.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) wamid: &'a str,
    pub(crate) is_sent: bool,
    pub(crate) graph_version: u16,
    pub(crate) now: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pricing {
    category: Category,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Regular,
    /// Within the allowance of the month.
    FreeService,
    /// Until then everything is free.
    FreeEntry {
        until: i64,
    },
}

/// The service messages that each number has used of its allowance, by month (UTC).
#[derive(Default)]
pub(crate) struct Allowance(HashMap<(String, i64), u32>);

/// A tap on an advertisement, and the free time that the answer to it opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EntryPoint {
    came_at: i64,
    free_until: Option<i64>,
}

impl EntryPoint {
    pub(crate) fn at(now: i64) -> Self {
        Self { came_at: now, free_until: None }
    }

    /// Until when everything is free; the first answer decides.
    fn answered(&mut self, now: i64) -> Option<i64> {
        if self.free_until.is_none() && now - self.came_at < ANSWER_IN_TIME {
            self.free_until = Some(now + ENTRY);
        }
        self.free_until.filter(|until| now < *until)
    }
}

impl Allowance {
    /// Takes the allowance when the message is accepted: the `sent` status already names the price.
    pub(crate) fn price(
        &mut self,
        category: Category,
        entry: Option<&mut EntryPoint>,
        number: &str,
        free_messages: u32,
        now: i64,
    ) -> Pricing {
        if let Some(until) = entry.and_then(|entry| entry.answered(now)) {
            return Pricing { category, kind: Kind::FreeEntry { until } };
        }
        if category != Category::Service {
            return Pricing { category, kind: Kind::Regular };
        }
        let used = self.0.entry((number.to_owned(), month(now))).or_default();
        let is_free = *used < free_messages;
        *used = used.saturating_add(1);
        Pricing { category, kind: if is_free { Kind::FreeService } else { Kind::Regular } }
    }
}

impl Pricing {
    pub(crate) fn is_billable(self) -> bool {
        self.kind == Kind::Regular
    }

    /// What a status says of it. The conversation is named while it is a free one, or to an app of an older version.
    pub(crate) fn to_json(self, told: &Told<'_>) -> Value {
        let (kind, category) = match self.kind {
            Kind::Regular => ("regular", json!(self.category)),
            Kind::FreeService => ("free_customer_service", json!(self.category)),
            Kind::FreeEntry { .. } => ("free_entry_point", json!("referral_conversion")),
        };
        let mut pricing = json!({ "billable": self.is_billable(), "category": category });
        if told.now < PER_MESSAGE {
            pricing["pricing_model"] = json!("CBP");
        } else {
            pricing["pricing_model"] = json!("PMP");
            pricing["type"] = json!(kind);
        }
        let mut extra = json!({ "pricing": pricing });
        if let Some((id, until)) = self.conversation(told) {
            extra["conversation"] = json!({ "id": id, "origin": { "type": category } });
            if told.is_sent {
                extra["conversation"]["expiration_timestamp"] = json!(until.div_euclid(1000).to_string());
            }
        }
        extra
    }

    /// Its id, and until when it lasts. Since messages are charged one by one, each is a conversation of its own.
    fn conversation(self, told: &Told<'_>) -> Option<(String, i64)> {
        match self.kind {
            Kind::FreeEntry { until } => Some((format!("{until:032x}"), until)),
            Kind::Regular | Kind::FreeService if told.graph_version < NAMELESS => {
                let hash = Sha256::digest(told.wamid);
                let id = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
                Some((id, told.now + DAY))
            }
            Kind::Regular | Kind::FreeService => None,
        }
    }
}

/// Months since year 0 of the Gregorian calendar. Years are counted from March, so that a leap day comes last.
fn month(now: i64) -> i64 {
    const DAYS_BEFORE_1970: i64 = 719_468; // from 1 March of year 0
    let days = now.div_euclid(DAY) + DAYS_BEFORE_1970;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097)); // 400 years
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month_from_march = (5 * day_of_year + 2) / 153; // 153 days in five months from March
    (era * 400 + year) * 12 + month_from_march
}

#[cfg(test)]
mod tests {
    use super::*;

    const JAN_31_2026: i64 = 1_769_900_399_000; // 23:59:59 UTC less an hour

    #[test]
    fn the_allowance_starts_again_each_month_without_roll_over() {
        let mut allowance = Allowance::default();
        let mut free = |now| !allowance.price(Category::Service, None, "n", 2, now).is_billable();
        assert!(free(JAN_31_2026) && free(JAN_31_2026) && !free(JAN_31_2026));
        assert!(free(JAN_31_2026 + 2 * HOUR));
        assert!(!allowance.price(Category::Service, None, "another number", 2, JAN_31_2026).is_billable());
    }

    #[test]
    fn months_follow_each_other_through_a_leap_year() {
        let first_of_march_2024 = 1_709_251_200_000;
        assert_eq!(month(first_of_march_2024) - month(first_of_march_2024 - HOUR), 1);
        assert_eq!(month(first_of_march_2024 - HOUR), month(first_of_march_2024 - 29 * 24 * HOUR));
        assert_eq!(month(JAN_31_2026 + 2 * HOUR) - month(first_of_march_2024), 23);
    }

    const TOLD: Told<'_> = Told { wamid: "wamid.1", is_sent: true, graph_version: 25, now: JAN_31_2026 };

    #[test]
    fn a_template_is_regular_whatever_is_left_of_the_allowance() {
        let told = Allowance::default().price(Category::Utility, None, "n", 1_000, 0).to_json(&TOLD);
        let pricing = &told["pricing"];
        assert_eq!((&pricing["type"], &pricing["category"]), (&json!("regular"), &json!("utility")));
    }

    #[test]
    fn the_conversation_is_omitted_from_version_24_on_unless_it_is_a_free_entry_point() {
        let regular = Pricing { category: Category::Utility, kind: Kind::Regular };
        let free = Pricing { category: Category::Service, kind: Kind::FreeEntry { until: JAN_31_2026 } };
        assert!(regular.to_json(&TOLD).get("conversation").is_none());
        assert_eq!(free.to_json(&TOLD)["conversation"]["origin"]["type"], "referral_conversion");
        let old = Told { graph_version: 23, ..TOLD };
        let sent = &regular.to_json(&old)["conversation"];
        let delivered = &regular.to_json(&Told { is_sent: false, ..old })["conversation"];
        assert_eq!((&sent["origin"]["type"], sent["id"] == delivered["id"]), (&json!("utility"), true));
        assert!(sent["expiration_timestamp"].is_string() && delivered.get("expiration_timestamp").is_none());
    }

    #[test]
    fn the_pricing_model_is_per_message_since_july_2025() {
        let regular = Pricing { category: Category::Utility, kind: Kind::Regular };
        let model = |now| regular.to_json(&Told { now, ..TOLD })["pricing"]["pricing_model"].clone();
        assert_eq!((model(PER_MESSAGE - 1), model(PER_MESSAGE)), (json!("CBP"), json!("PMP")));
    }

    #[test]
    fn an_advertisement_that_is_answered_too_late_gives_nothing_away() {
        let mut late = EntryPoint::at(0);
        assert_eq!(late.answered(ANSWER_IN_TIME), None);
        let mut in_time = EntryPoint::at(0);
        assert_eq!(in_time.answered(HOUR), Some(73 * HOUR));
        assert_eq!((in_time.answered(73 * HOUR - 1), in_time.answered(73 * HOUR)), (Some(73 * HOUR), None));
    }
}
