//! A database in which follow-ups wait: some people live up to an appointment with the real program, which plans its reminder, and what it
//! wrote is copied for as many others as it takes. Most are due in the course of a year; a stretch of them at one moment.

use anyhow::{Context, Result};

use super::copies::{APART_MS, Turn};
use super::{Originals, life, people_for, tend};
use crate::bodies::Site;
use crate::measure::Place;

/// The rules by which they are planned.
pub(crate) const WORKFLOW: &str = include_str!("follow_ups.yaml");
/// What a decision looks at. What people wrote it does not read.
const OF_PEOPLE: [&str; 3] = ["contacts", "identities", "conversations"];
const OF_VISITS: [&str; 2] = ["appointments", "follow_ups"];
const ALL: [&str; 5] = [OF_PEOPLE[0], OF_PEOPLE[1], OF_PEOPLE[2], OF_VISITS[0], OF_VISITS[1]];
/// So many visits of the copies belong to one person.
const VISITS_OF_ONE: usize = 10;
const AN_HOUR_MS: i64 = 3600 * 1000;
const A_YEAR_MS: i64 = 365 * 24 * AN_HOUR_MS;
/// Nothing is due earlier than two hours before that, when filling has long ended.
const FIRST_VISIT_MS: i64 = 48 * AN_HOUR_MS;
/// As the workflow says it.
const BEFORE_A_VISIT_MS: i64 = 2 * AN_HOUR_MS;

/// A place in which follow-ups wait.
pub(crate) struct Waiting {
    originals: Originals,
    /// Which copies are due at once.
    at_once: usize,
    /// When the earliest of the others is due.
    first_due_at: i64,
    /// How many wait for later.
    pub(crate) pending: usize,
    /// How many are going to be due at once.
    pub(crate) due: usize,
    /// All have lower numbers than this.
    pub(crate) people: usize,
}

/// Fills a place with about so many that wait, and gets about `due` ready that are still without their moment.
pub(crate) async fn wait_for_their_moment(
    place: &Place<'_>,
    site: &Site,
    pending: usize,
    due: usize,
) -> Result<Waiting> {
    let lives = people_for(pending.min(due));
    let starts_at = crate::unix_millisecond() as i64 + FIRST_VISIT_MS;
    life::live_to_come(place, site, lives, starts_at).await.context("nobody could live up to an appointment")?;
    let originals = Originals::read(place, lives, &ALL).await?;
    let (at_once, copies) = ((due / lives).max(1), (pending / lives).max(1) - 1);
    originals.copy(place, &later(at_once, copies)).await?;
    tend(place).await?;
    Ok(Waiting {
        originals,
        at_once,
        first_due_at: starts_at - BEFORE_A_VISIT_MS,
        pending: lives * (1 + copies),
        due: lives * at_once,
        people: lives * (1 + at_once + copies),
    })
}

/// The longest ago first, as time would have written it; the visits themselves are spread over a year.
fn later(at_once: usize, copies: usize) -> Vec<Turn> {
    let turn = |place: usize| {
        let copy = at_once + 1 + place;
        let whose = at_once + 1 + place / VISITS_OF_ONE * VISITS_OF_ONE;
        let tables: &[&str] = if copy == whose { &ALL } else { &OF_VISITS };
        let later_ms = A_YEAR_MS / copies as i64 * place as i64;
        Turn { tables, copy, whose, earlier_ms: copy as i64 * APART_MS, later_ms }
    };
    (0..copies).rev().map(turn).collect()
}

impl Waiting {
    /// Gives those that are due at once their moment. Their people wrote today, so that free text reaches them.
    pub(crate) async fn become_due(&self, place: &Place<'_>, moment: i64) -> Result<()> {
        let later_ms = moment - self.first_due_at;
        let turn = |copy: usize| Turn { tables: &ALL, copy, whose: copy, earlier_ms: 0, later_ms };
        self.originals.copy(place, &(1..=self.at_once).rev().map(turn).collect::<Vec<_>>()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_visits_belong_to_one_person_who_is_written_once() {
        let turns = later(3, 25);
        let people: Vec<usize> =
            turns.iter().filter(|turn| turn.tables.len() == ALL.len()).map(|turn| turn.copy).collect();
        assert_eq!(people, [24, 14, 4]);
        assert!(turns.iter().all(|turn| people.contains(&turn.whose)), "{turns:?}");
        assert_eq!(turns.iter().map(|turn| turn.copy).max(), Some(28));
    }
}
