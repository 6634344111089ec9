//! What is planned for a record as it stands now: a pure function of rules and record, so that planning twice changes nothing.

use domain::fact::{Facts, ThingRef};
use domain::follow_up::{Because, Cause, FollowUpKey, FollowUpState};
use domain::ids::ContactId;
use jiff::Timestamp;
use store::FollowUpRow;
use workflow::FollowUp;

use super::Rules;
use super::quiet::out_of_quiet;

/// What lies further back than that when it would be planned, is not: it would come out of the blue. What is due at the very moment of
/// the change is sent.
const GRACE_MS: i64 = 5 * 60 * 1000;

/// What changes in the plans for a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Move {
    /// It is planned, or planned otherwise than before.
    Plan(FollowUpRow),
    /// It is not planned any more.
    Cancel(FollowUpRow, Cause),
}

/// A record as it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'a> {
    pub(super) about: ThingRef,
    pub(super) contact: Option<ContactId>,
    pub(super) facts: &'a Facts,
}

/// What has to change, so that what is planned is what the rules say. `present` is all that was ever planned for the record.
pub(super) fn plan(rules: &Rules, record: Standing<'_>, present: &[FollowUpRow], now: i64) -> Vec<Move> {
    let wanted: Vec<FollowUpRow> =
        rules.about(record.about.of).flat_map(|rule| wanted(rules, rule, record, now)).collect();
    let moved =
        present.iter().filter(|row| waits(row)).filter_map(|row| match wanted.iter().find(|one| one.key == row.key) {
            None => Some(Move::Cancel(row.clone(), why(rules, record, row, now))),
            Some(one) if row.state == FollowUpState::Pending && !is_same(one, row) => Some(Move::Plan(one.clone())),
            Some(_) => None,
        });
    let new = wanted.iter().filter(|one| now <= one.due_at + GRACE_MS).filter(|one| {
        let known = present.iter().find(|row| row.key == one.key);
        known.is_none_or(may_come_back)
    });
    moved.chain(new.cloned().map(Move::Plan)).collect()
}

/// The rows of one rule, if the record is in its state.
fn wanted(rules: &Rules, rule: &FollowUp, record: Standing<'_>, now: i64) -> Vec<FollowUpRow> {
    let at = Timestamp::from_millisecond(now).unwrap_or_default();
    if !rule.on.holds(record.facts, at) {
        return Vec::new();
    }
    let row = |(step, place): (&workflow::FollowUpStep, i64)| {
        let episode = step.due.reckoned_from().moment(record.facts, at)?;
        let moment = episode.checked_add(step.due.wait().as_millis() as i64)?;
        let expires_at = moment.checked_add(rule.expires_after.as_millis() as i64)?;
        let due_at = out_of_quiet(rules.quiet, rule.quiet, moment, now, &rules.zone);
        Some(FollowUpRow {
            key: FollowUpKey { about: record.about, rule: rule.id.clone(), episode, step: place },
            contact: record.contact,
            due_at,
            // One that quiet hours put off for too long expires at its time.
            look_at: Some(due_at.min(expires_at + 1)),
            expires_at,
            state: FollowUpState::Pending,
            because: None,
            looked: None,
            send: None,
            decided_at: None,
        })
    };
    rule.steps.iter().zip(0..).filter_map(row).collect()
}

fn waits(row: &FollowUpRow) -> bool {
    matches!(row.state, FollowUpState::Pending | FollowUpState::Held)
}

fn is_same(one: &FollowUpRow, row: &FollowUpRow) -> bool {
    (one.due_at, one.expires_at, one.contact) == (row.due_at, row.expires_at, row.contact)
}

/// What was cancelled because the record went elsewhere comes back with it. What was sent, or decided for good, does not.
fn may_come_back(row: &FollowUpRow) -> bool {
    let went = [Cause::ConditionFell, Cause::Moved, Cause::RuleGone, Cause::RecordGone];
    let because = went.map(|cause| Some(Because::Cause(cause)));
    row.state == FollowUpState::Cancelled && because.contains(&row.because)
}

fn why(rules: &Rules, record: Standing<'_>, row: &FollowUpRow, now: i64) -> Cause {
    let at = Timestamp::from_millisecond(now).unwrap_or_default();
    let rule = rules.about(record.about.of).find(|rule| rule.id == row.key.rule);
    match rule {
        None => Cause::RuleGone,
        Some(rule) if !rule.on.holds(record.facts, at) => Cause::ConditionFell,
        Some(rule) if rule.steps.len() as i64 <= row.key.step => Cause::RuleGone,
        Some(_) => Cause::Moved,
    }
}

#[cfg(test)]
mod tests {
    use domain::fact::{Thing, Value};
    use uuid::Uuid;

    use super::super::rules::tests::rules;
    use super::*;

    const HOUR: i64 = 3_600_000;
    /// Noon in Mexico City.
    const NOON: i64 = 1_772_733_600_000;

    fn planned(status: &str, starts_at: i64, present: &[FollowUpRow], now: i64) -> Vec<Move> {
        let mut facts = Facts::default();
        facts.put(Thing::Appointment, "status", Value::Text(status.to_owned()));
        facts.put(Thing::Appointment, "starts_at", Value::Moment(starts_at));
        let about = ThingRef { of: Thing::Appointment, id: Uuid::nil() };
        plan(&rules(), Standing { about, contact: None, facts: &facts }, present, now)
    }

    /// The rows after the moves.
    fn after(mut rows: Vec<FollowUpRow>, moves: Vec<Move>) -> Vec<FollowUpRow> {
        for one in moves {
            let row = match one {
                Move::Plan(row) => row,
                Move::Cancel(row, cause) => FollowUpRow {
                    state: FollowUpState::Cancelled,
                    because: Some(Because::Cause(cause)),
                    look_at: None,
                    ..row
                },
            };
            rows.retain(|known| known.key != row.key);
            rows.push(row);
        }
        rows
    }

    #[test]
    fn planning_twice_changes_nothing() {
        let rows = after(Vec::new(), planned("confirmed", NOON + 5 * HOUR, &[], NOON));
        assert_eq!(rows.iter().map(|row| row.due_at).collect::<Vec<_>>(), [NOON + 3 * HOUR]);
        assert!(planned("confirmed", NOON + 5 * HOUR, &rows, NOON + HOUR).is_empty());
    }

    #[test]
    fn what_was_cancelled_comes_back_with_its_state_and_what_was_sent_does_not() {
        let rows = after(Vec::new(), planned("confirmed", NOON + 5 * HOUR, &[], NOON));
        let gone = after(rows.clone(), planned("cancelled", NOON + 5 * HOUR, &rows, NOON));
        assert_eq!(gone[0].because, Some(Because::Cause(Cause::ConditionFell)));
        let back = after(gone.clone(), planned("confirmed", NOON + 5 * HOUR, &gone, NOON));
        assert_eq!(back, rows);

        let sent = vec![FollowUpRow { state: FollowUpState::Sent, look_at: None, ..rows[0].clone() }];
        assert!(planned("cancelled", NOON + 5 * HOUR, &sent, NOON).is_empty());
        assert!(planned("confirmed", NOON + 5 * HOUR, &sent, NOON).is_empty());
        let elsewhere = after(sent.clone(), planned("confirmed", NOON + 7 * HOUR, &sent, NOON));
        assert_eq!(elsewhere.len(), 2, "another time is another one");
    }

    #[test]
    fn what_would_have_been_sent_before_it_was_planned_is_not() {
        assert!(planned("confirmed", NOON + HOUR, &[], NOON).is_empty());
        assert_eq!(planned("confirmed", NOON + 2 * HOUR, &[], NOON).len(), 1, "at this very moment");
    }

    #[test]
    fn the_rows_of_a_rule_that_is_gone_are_cancelled() {
        let mut rows = after(Vec::new(), planned("confirmed", NOON + 5 * HOUR, &[], NOON));
        rows[0].key.rule = "older".to_owned();
        let moves = planned("confirmed", NOON + 5 * HOUR, &rows, NOON);
        assert!(matches!(&moves[..], [Move::Cancel(_, Cause::RuleGone), Move::Plan(_)]), "{moves:?}");
    }
}
