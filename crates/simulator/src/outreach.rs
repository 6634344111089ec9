//! Whom the portfolio wrote to first. Both limits count people outside their windows, over the last 24 hours of
//! business time.

use std::collections::HashMap;

const DAY: i64 = 24 * 60 * 60 * 1000;
const WEEK: i64 = 7 * DAY;

#[derive(Debug, Default)]
pub(crate) struct Outreach {
    reached: HashMap<String, i64>,
    /// When each person was last reached.
    of_the_week: HashMap<String, i64>,
    half_used_at: Option<i64>,
    marketing: HashMap<String, Vec<i64>>,
}

impl Outreach {
    /// Whether one more person may be written to. Who was reached already does not count again.
    pub(crate) fn may_reach(&mut self, person: &str, most: usize, now: i64) -> bool {
        if self.reached.get(person).is_some_and(|at| now - at < DAY) {
            return true;
        }
        if self.reached.len() < most {
            return true; // nobody has to be counted
        }
        self.reached.retain(|_, at| now - *at < DAY);
        self.reached.len() < most
    }

    /// Whether the person may get one more marketing template.
    pub(crate) fn may_promote(&mut self, person: &str, most: u32, now: i64) -> bool {
        let Some(got) = self.marketing.get_mut(person) else { return 0 < most };
        got.retain(|at| now - at < DAY);
        u32::try_from(got.len()).is_ok_and(|got| got < most)
    }

    /// The first message to a person opens their 24 hours. Notes when half of what is allowed in a day was used in a week.
    pub(crate) fn reach(&mut self, person: &str, most: usize, now: i64) {
        self.of_the_week.insert(person.to_owned(), now);
        if self.half_used_at.is_none() && most <= 2 * self.of_the_week.len() {
            self.of_the_week.retain(|_, at| now - *at < WEEK);
            self.half_used_at = (most <= 2 * self.of_the_week.len()).then_some(now);
        }
        let since = self.reached.entry(person.to_owned()).or_insert(now);
        if DAY <= now - *since {
            *since = now;
        }
    }

    pub(crate) fn half_used_at(&self) -> Option<i64> {
        self.half_used_at
    }

    /// Counts the use of the next limit from nothing.
    pub(crate) fn start_over(&mut self) {
        (self.half_used_at, self.of_the_week) = (None, HashMap::new());
    }

    pub(crate) fn promote(&mut self, person: &str, now: i64) {
        self.marketing.entry(person.to_owned()).or_default().push(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_count_once_in_twenty_four_hours() {
        let mut outreach = Outreach::default();
        for (person, now) in [("ana", 0), ("luis", 1), ("ana", 2)] {
            assert!(outreach.may_reach(person, 2, now));
            outreach.reach(person, 2, now);
        }
        assert!(!outreach.may_reach("eva", 2, 3) && outreach.may_reach("luis", 2, 3));
        assert!(outreach.may_reach("eva", 2, DAY));
    }

    #[test]
    fn half_of_the_limit_is_used_when_so_many_people_were_reached_within_seven_days() {
        let mut outreach = Outreach::default();
        outreach.reach("ana", 4, 0);
        outreach.reach("luis", 4, WEEK);
        assert_eq!(outreach.half_used_at(), None, "ana was reached too long ago");
        outreach.reach("eva", 4, WEEK + 1);
        assert_eq!(outreach.half_used_at(), Some(WEEK + 1));
    }

    #[test]
    fn a_person_gets_so_many_marketing_templates_in_twenty_four_hours() {
        let mut outreach = Outreach::default();
        outreach.promote("ana", 0);
        assert!(!outreach.may_promote("ana", 1, DAY - 1) && outreach.may_promote("luis", 1, 0));
        assert!(outreach.may_promote("ana", 1, DAY));
    }
}
