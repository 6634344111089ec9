//! Two contacts turn out to be one person: what is known of both becomes one, and comes apart again if they were two after all.

use serde::{Deserialize, Serialize};

use crate::Language;
use crate::interaction::OptWish;
use crate::named::named;

named! {
    /// A kind of thing that changes hands with a merge.
    MovedKind: "kind of thing that a merge moves" {
        /// A thread.
        Conversation = "conversation",
        /// A matter.
        Interaction = "interaction",
        /// Work for a person.
        Ticket = "ticket",
        /// A line of the timeline.
        Event = "event",
        /// Something that may be sold.
        Deal = "deal",
        /// A meeting.
        Appointment = "appointment",
        /// Something that was bought.
        Order = "order",
        /// Something that a person of ours wrote down.
        Note = "note",
    }
}

/// What is known of a person and holds for all of them. Moments are milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What they are called.
    pub name: Option<String>,
    /// The language that they write in.
    pub language: Option<Language>,
    /// Since when they want no more messages.
    pub opted_out_at: Option<i64>,
    /// Until when WhatsApp spares them marketing.
    pub spared_until: Option<i64>,
    /// Since when we want to hear nothing of them.
    pub blocked_at: Option<i64>,
}

impl Facts {
    /// What is known of both, as of one person who keeps these. Of what restrains us the stricter holds.
    pub fn joined(&self, other: &Facts) -> Facts {
        Facts {
            name: self.name.clone().or_else(|| other.name.clone()),
            language: self.language.or(other.language),
            opted_out_at: earlier(self.opted_out_at, other.opted_out_at),
            spared_until: self.spared_until.max(other.spared_until),
            blocked_at: earlier(self.blocked_at, other.blocked_at),
        }
    }
}

fn earlier(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    one.into_iter().chain(other).min()
}

/// What each of two people has said about messages that they did not ask for, since they were taken for one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes {
    /// The one who stayed.
    pub of_survivor: Option<(i64, OptWish)>,
    /// The one who was merged.
    pub of_merged: Option<(i64, OptWish)>,
}

/// What is known of two people who were taken for one.
#[derive(Debug, Clone, Copy)]
pub struct Joint<'a> {
    /// Of the one who stayed, before.
    pub before: &'a Facts,
    /// Of both, right after.
    pub joined: &'a Facts,
    /// Of the one who was merged, before.
    pub merged: &'a Facts,
    /// Of both, now.
    pub now: &'a Facts,
}

impl Joint<'_> {
    /// What is known of each: the one who stayed, then the other. What changed meanwhile is the survivor's; a restraint that nobody can
    /// tell whose it is holds for both.
    pub fn apart(&self, wishes: &Wishes) -> (Facts, Facts) {
        let Joint { before, joined, merged, now } = self;
        let (out, merged_out) = self.consent(wishes);
        let (blocked, merged_blocked) =
            restraint(before.blocked_at, joined.blocked_at, merged.blocked_at, now.blocked_at);
        let survivor = Facts {
            name: kept(&before.name, &joined.name, &now.name),
            language: kept(&before.language, &joined.language, &now.language),
            opted_out_at: out,
            spared_until: kept(&before.spared_until, &joined.spared_until, &now.spared_until),
            blocked_at: blocked,
        };
        (survivor, Facts { opted_out_at: merged_out, blocked_at: merged_blocked, ..(*merged).clone() })
    }

    /// Whoever said something themselves has said it for themselves; what neither of them said, because WhatsApp reported it or one of
    /// us wrote it down, holds for both.
    fn consent(&self, wishes: &Wishes) -> (Option<i64>, Option<i64>) {
        let Joint { before, joined, merged, now } = self;
        let said_by =
            |wish: Option<(i64, OptWish)>| matches!(wish, Some((at, OptWish::Out)) if now.opted_out_at == Some(at));
        let (own, others) = if said_by(wishes.of_survivor) || said_by(wishes.of_merged) {
            (before.opted_out_at, merged.opted_out_at)
        } else {
            restraint(before.opted_out_at, joined.opted_out_at, merged.opted_out_at, now.opted_out_at)
        };
        (after(own, wishes.of_survivor), after(others, wishes.of_merged))
    }
}

fn after(before: Option<i64>, wish: Option<(i64, OptWish)>) -> Option<i64> {
    match wish {
        Some((at, OptWish::Out)) => before.or(Some(at)),
        Some((at, OptWish::In)) => before.filter(|since| at < *since),
        None => before,
    }
}

fn kept<T: Clone + PartialEq>(before: &T, joined: &T, now: &T) -> T {
    if now == joined { before.clone() } else { now.clone() }
}

fn restraint(
    before: Option<i64>,
    joined: Option<i64>,
    merged: Option<i64>,
    now: Option<i64>,
) -> (Option<i64>, Option<i64>) {
    match now.filter(|_| now != joined) {
        Some(since) => (before.or(Some(since)), merged.or(Some(since))),
        None => (before, merged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: Option<&str>, opted_out_at: Option<i64>, blocked_at: Option<i64>) -> Facts {
        Facts { name: name.map(str::to_owned), opted_out_at, blocked_at, ..Facts::default() }
    }

    #[test]
    fn the_stricter_wish_wins_and_comes_back_apart() {
        let (ana, other) = (facts(Some("Ana"), None, Some(7)), facts(None, Some(5), None));
        let joined = ana.joined(&other);
        assert_eq!(joined, facts(Some("Ana"), Some(5), Some(7)));
        let joint = Joint { before: &ana, joined: &joined, merged: &other, now: &joined };
        assert_eq!(joint.apart(&Wishes::default()), (ana, other));
    }

    #[test]
    fn what_one_of_them_said_meanwhile_is_theirs_alone() {
        let (ana, other) = (facts(Some("Ana"), None, None), facts(Some("A."), None, None));
        let joined = ana.joined(&other);
        let now = Facts { opted_out_at: Some(9), ..joined.clone() };
        let joint = Joint { before: &ana, joined: &joined, merged: &other, now: &now };
        let said = Wishes { of_merged: Some((9, OptWish::Out)), ..Wishes::default() };
        let (survivor, merged) = joint.apart(&said);
        assert_eq!((survivor.opted_out_at, merged.opted_out_at), (None, Some(9)));
    }

    #[test]
    fn an_opt_out_that_whatsapp_reported_is_not_lifted_by_an_earlier_word_of_either() {
        let nobody = Facts::default();
        let now = Facts { opted_out_at: Some(9), ..Facts::default() };
        let joint = Joint { before: &nobody, joined: &nobody, merged: &nobody, now: &now };
        let said = Wishes { of_survivor: Some((4, OptWish::In)), ..Wishes::default() };
        let (survivor, merged) = joint.apart(&said);
        assert_eq!((survivor.opted_out_at, merged.opted_out_at), (Some(9), Some(9)));
    }

    #[test]
    fn a_restraint_of_nobody_knows_whom_holds_for_both() {
        let nobody = Facts::default();
        let now = Facts { opted_out_at: Some(9), blocked_at: Some(8), ..Facts::default() };
        let joint = Joint { before: &nobody, joined: &nobody, merged: &nobody, now: &now };
        let (survivor, merged) = joint.apart(&Wishes::default());
        assert_eq!(survivor, now);
        assert_eq!(merged, now);
    }

    #[test]
    fn a_name_that_was_given_meanwhile_stays_with_who_stayed() {
        let (before, merged) = (Facts::default(), facts(Some("Bea"), None, None));
        let joined = before.joined(&merged);
        let unchanged = Joint { before: &before, joined: &joined, merged: &merged, now: &joined };
        assert_eq!(unchanged.apart(&Wishes::default()).0.name, None);
        let now = facts(Some("Beatriz"), None, None);
        let renamed = Joint { now: &now, ..unchanged };
        let (survivor, other) = renamed.apart(&Wishes::default());
        assert_eq!((survivor.name.as_deref(), other.name.as_deref()), (Some("Beatriz"), Some("Bea")));
    }
}
