//! What a message is charged as. Since October 2026 answers cost money beyond a monthly allowance for each number.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::settings::Category;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pricing {
    category: Category,
    free: bool,
}

/// The service messages that each number has used of its allowance, by month (UTC).
#[derive(Default)]
pub(crate) struct Allowance(HashMap<(String, i64), u32>);

impl Allowance {
    /// Takes the allowance when the message is sent: the `sent` status already names the price.
    pub(crate) fn price(&mut self, category: Category, number: &str, free_messages: u32, now: i64) -> Pricing {
        if category != Category::Service {
            return Pricing { category, free: false };
        }
        let used = self.0.entry((number.to_owned(), month(now))).or_default();
        let free = *used < free_messages;
        *used = used.saturating_add(1);
        Pricing { category, free }
    }
}

impl Pricing {
    pub(crate) fn to_json(self) -> Value {
        let kind = if self.free { "free_customer_service" } else { "regular" };
        json!({ "billable": !self.free, "pricing_model": "PMP", "category": self.category, "type": kind })
    }
}

/// Months since year 0 of the Gregorian calendar. Years are counted from March, so that a leap day comes last.
fn month(now: i64) -> i64 {
    const DAY: i64 = 24 * 60 * 60 * 1000;
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
    const HOUR: i64 = 3_600_000;

    #[test]
    fn the_allowance_starts_again_each_month_without_roll_over() {
        let mut allowance = Allowance::default();
        let mut free = |now| allowance.price(Category::Service, "n", 2, now).free;
        assert!(free(JAN_31_2026) && free(JAN_31_2026) && !free(JAN_31_2026));
        assert!(free(JAN_31_2026 + 2 * HOUR));
    }

    #[test]
    fn months_follow_each_other_through_a_leap_year() {
        let first_of_march_2024 = 1_709_251_200_000;
        assert_eq!(month(first_of_march_2024) - month(first_of_march_2024 - HOUR), 1);
        assert_eq!(month(first_of_march_2024 - HOUR), month(first_of_march_2024 - 29 * 24 * HOUR));
        assert_eq!(month(JAN_31_2026 + 2 * HOUR) - month(first_of_march_2024), 23);
    }

    #[test]
    fn a_template_is_regular_whatever_is_left_of_the_allowance() {
        let pricing = Allowance::default().price(Category::Utility, "n", 1_000, 0).to_json();
        assert_eq!((&pricing["type"], &pricing["category"]), (&json!("regular"), &json!("utility")));
    }
}
