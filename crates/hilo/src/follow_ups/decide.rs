//! Whether something that is due is sent, as things stand now. The strongest reason against it comes first.

use std::collections::BTreeMap;

use domain::fact::Facts;
use domain::follow_up::{Because, Cause};
use domain::guard::{Effect, Guard, Saying, verdict};
use jiff::Timestamp;
use store::FollowUpRow;
use workflow::{Expression, FollowUp, FollowUpStep};

use super::AGAIN_MS;

/// What is decided about a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It goes to the outbox.
    Send,
    /// It is looked at again.
    Hold { because: Because, again_at: i64 },
    /// It is not sent, for good.
    Skip(Because),
    /// Its time is over.
    Expire(Because),
    /// What it was planned for is not so any more.
    Cancel(Cause),
}

/// Everything that is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) rule: &'a FollowUp,
    pub(super) step: &'a FollowUpStep,
    pub(super) row: &'a FollowUpRow,
    pub(super) facts: &'a Facts,
    /// The guards that speak.
    pub(super) guards: &'a [Guard],
    /// When the quiet hours end, if it is quiet.
    pub(super) quiet_until: Option<i64>,
    /// Whether the workflow is being tried on others.
    pub(super) on_trial: bool,
}

/// The decision.
pub(super) fn decide(look: &Look<'_>, now: i64) -> Decision {
    let Look { rule, step, row, facts, .. } = look;
    let at = Timestamp::from_millisecond(now).unwrap_or_default();
    let holds = |condition: &Option<Expression>| condition.as_ref().is_some_and(|one| one.holds(facts, at));
    if !rule.on.holds(facts, at) {
        return Decision::Cancel(Cause::ConditionFell);
    }
    if step.due.reckoned_from().moment(facts, at) != Some(row.key.episode) {
        return Decision::Cancel(Cause::Moved);
    }
    if holds(&rule.stop_when) {
        return Decision::Cancel(Cause::StopWhen);
    }
    if row.expires_at < now {
        return Decision::Expire(row.because.filter(|because| explains_lateness(*because)).unwrap_or(LATE));
    }
    if holds(&rule.unless) {
        return Decision::Skip(Because::Cause(Cause::Unless));
    }
    match verdict(look.guards.iter().copied(), Saying::Proactive) {
        Some((guard, Effect::Stops)) => return Decision::Skip(Because::Guard(guard)),
        Some((guard, _)) => return hold(look, Because::Guard(guard), now),
        None => {}
    }
    if holds(&rule.hold_while) {
        return hold(look, Because::Cause(Cause::HoldWhile), now);
    }
    // Asked last: so it keeps back what would be sent, at the moment at which it would be.
    if look.on_trial && Guard::OnTrial.keeps_back(Saying::Proactive) {
        return Decision::Skip(Because::Guard(Guard::OnTrial));
    }
    Decision::Send
}

/// It is too late for whatever is not known to have kept it back.
const LATE: Because = Because::Cause(Cause::Late);

fn explains_lateness(because: Because) -> bool {
    !matches!(because, Because::Cause(Cause::Released | Cause::WindowClosed))
}

/// It is looked at again in a while, when quiet hours are over, or once it has expired: whatever comes first. What quiet hours outlast
/// expires at once.
pub(super) fn hold(look: &Look<'_>, because: Because, now: i64) -> Decision {
    let again_at = match (because, look.quiet_until) {
        (Because::Guard(Guard::QuietHours), Some(end)) if look.row.expires_at < end => {
            return Decision::Expire(because);
        }
        (Because::Guard(Guard::QuietHours), Some(end)) => end,
        _ => now + AGAIN_MS,
    };
    Decision::Hold { because, again_at: again_at.min(look.row.expires_at + 1) }
}

/// What stands in the fields that a rule looks at, as people read it.
pub(super) fn looked_at(rule: &FollowUp, step: &FollowUpStep, facts: &Facts) -> BTreeMap<String, String> {
    let conditions = [Some(&rule.on), rule.unless.as_ref(), rule.hold_while.as_ref(), rule.stop_when.as_ref()];
    let expressions = conditions.into_iter().flatten().chain([step.due.reckoned_from()]);
    let fields = expressions.flat_map(|expression| expression.looks_at());
    let told = fields.map(|(of, name)| (format!("{of}.{name}"), facts.get(*of, name).to_string()));
    told.filter(|(_, value)| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use domain::fact::{Thing, ThingRef, Value};
    use domain::follow_up::{FollowUpKey, FollowUpState};
    use uuid::Uuid;

    use super::super::rules::tests::workflow;
    use super::*;

    const DUE: i64 = 1_772_733_600_000;
    const HOUR: i64 = 3_600_000;

    fn facts(status: &str, starts_at: i64) -> Facts {
        let mut facts = Facts::default();
        facts.put(Thing::Appointment, "status", Value::Text(status.to_owned()));
        facts.put(Thing::Appointment, "starts_at", Value::Moment(starts_at));
        facts
    }

    fn decided(facts: &Facts, guards: &[Guard], held: Option<Because>, now: i64) -> Decision {
        let workflow = workflow();
        let rule = &workflow.follow_ups[0];
        let about = ThingRef { of: Thing::Appointment, id: Uuid::nil() };
        let row = FollowUpRow {
            key: FollowUpKey { about, rule: rule.id.clone(), episode: DUE, step: 0 },
            contact: None,
            due_at: DUE,
            look_at: Some(DUE),
            expires_at: DUE + HOUR,
            state: if held.is_some() { FollowUpState::Held } else { FollowUpState::Pending },
            because: held,
            looked: None,
            send: None,
            decided_at: None,
        };
        let quiet_until = guards.contains(&Guard::QuietHours).then_some(now + 10 * HOUR);
        let on_trial = guards.contains(&Guard::OnTrial);
        let guards: Vec<Guard> = guards.iter().copied().filter(|guard| *guard != Guard::OnTrial).collect();
        let step = &rule.steps[0];
        decide(&Look { rule, step, row: &row, facts, guards: &guards, quiet_until, on_trial }, now)
    }

    #[test]
    fn the_present_state_decides() {
        let confirmed = facts("confirmed", DUE + 2 * HOUR);
        assert_eq!(decided(&confirmed, &[], None, DUE), Decision::Send);
        assert_eq!(
            decided(&facts("cancelled", DUE + 2 * HOUR), &[], None, DUE),
            Decision::Cancel(Cause::ConditionFell)
        );
        assert_eq!(decided(&facts("confirmed", DUE + 3 * HOUR), &[], None, DUE), Decision::Cancel(Cause::Moved));
        let mut nobody = confirmed.clone();
        nobody.put(Thing::Contact, "name", Value::Text("Nobody".to_owned()));
        assert_eq!(decided(&nobody, &[], None, DUE), Decision::Skip(Because::Cause(Cause::Unless)));
    }

    #[test]
    fn what_is_held_is_looked_at_again_until_it_expires_and_says_what_held_it() {
        let confirmed = facts("confirmed", DUE + 2 * HOUR);
        let ticket = Because::Guard(Guard::OpenTicket);
        let held = decided(&confirmed, &[Guard::OpenTicket], None, DUE);
        assert_eq!(held, Decision::Hold { because: ticket, again_at: DUE + AGAIN_MS });
        let last = decided(&confirmed, &[Guard::OpenTicket], Some(ticket), DUE + HOUR - 1);
        assert_eq!(last, Decision::Hold { because: ticket, again_at: DUE + HOUR + 1 });
        assert_eq!(decided(&confirmed, &[], Some(ticket), DUE + HOUR + 1), Decision::Expire(ticket));
        assert_eq!(decided(&confirmed, &[], None, DUE + HOUR + 1), Decision::Expire(LATE));
        let quiet = decided(&confirmed, &[Guard::QuietHours], None, DUE);
        assert_eq!(quiet, Decision::Expire(Because::Guard(Guard::QuietHours)), "the night is longer than its time");
    }

    #[test]
    fn who_wants_no_more_messages_gets_none_and_not_later_either() {
        let confirmed = facts("confirmed", DUE + 2 * HOUR);
        let decision = decided(&confirmed, &[Guard::QuietHours, Guard::OptedOut], None, DUE);
        assert_eq!(decision, Decision::Skip(Because::Guard(Guard::OptedOut)));
    }

    #[test]
    fn a_trial_keeps_back_what_would_be_sent_and_nothing_that_would_wait() {
        let confirmed = facts("confirmed", DUE + 2 * HOUR);
        let decision = |guards: &[Guard]| decided(&confirmed, guards, None, DUE);
        assert_eq!(decision(&[Guard::OnTrial]), Decision::Skip(Because::Guard(Guard::OnTrial)));
        let held = Decision::Hold { because: Because::Guard(Guard::OpenTicket), again_at: DUE + AGAIN_MS };
        assert_eq!(decision(&[Guard::OpenTicket, Guard::OnTrial]), held);
    }

    #[test]
    fn the_reason_comes_with_the_values_that_were_looked_at() {
        let workflow = workflow();
        let rule = &workflow.follow_ups[0];
        let values = looked_at(rule, &rule.steps[0], &facts("confirmed", DUE));
        assert_eq!(values.keys().collect::<Vec<_>>(), ["appointment.starts_at", "appointment.status"]);
    }
}
