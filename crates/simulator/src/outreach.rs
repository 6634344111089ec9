//! Whom the portfolio wrote to first. Both limits count people outside their windows, over the last 24 hours of
//! business time.

use std::collections::HashMap;

const DAY: i64 = 24 * 60 * 60 * 1000;

#[derive(Debug, Default)]
pub(crate) struct Outreach {
    reached: HashMap<String, i64>,
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

    /// The first message to a person opens their 24 hours.
    pub(crate) fn reach(&mut self, person: &str, now: i64) {
        let since = self.reached.entry(person.to_owned()).or_insert(now);
        if DAY <= now - *since {
            *since = now;
        }
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
            outreach.reach(person, now);
        }
        assert!(!outreach.may_reach("eva", 2, 3) && outreach.may_reach("luis", 2, 3));
        assert!(outreach.may_reach("eva", 2, DAY));
    }

    #[test]
    fn a_person_gets_so_many_marketing_templates_in_twenty_four_hours() {
        let mut outreach = Outreach::default();
        outreach.promote("ana", 0);
        assert!(!outreach.may_promote("ana", 1, DAY - 1) && outreach.may_promote("luis", 1, 0));
        assert!(outreach.may_promote("ana", 1, DAY));
    }
}
