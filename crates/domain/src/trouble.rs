//! What keeps messages from coming or going and is seen by nobody who does not look at a screen; and the word of it that goes out.

use crate::named::named;

const MINUTE_MS: i64 = 60_000;

named! {
    /// Something that is wrong.
    TroubleKind: "trouble" {
        /// A number that usually receives hears nothing, while people are there to answer.
        NumberSilent = "number_silent",
        /// WhatsApp made a number stop.
        NumberStopped = "number_stopped",
        /// The token does not open its number.
        TokenRefused = "token_refused",
        /// The token ends soon.
        TokenExpiring = "token_expiring",
        /// The account tells the app nothing.
        SubscriptionGone = "subscription_gone",
        /// What came in waits to be worked off, or what is to leave does not.
        Backlog = "backlog",
        /// Many messages were refused, or nobody knows whether they arrived.
        Sends = "sends",
        /// A disk is nearly full.
        Disk = "disk",
        /// Many customers wait for longer than they were told.
        Promises = "promises",
    }
}

impl TroubleKind {
    /// For how long it must be gone before it is over: what counts crosses its limit to and fro.
    pub fn rests_ms(self) -> i64 {
        match self {
            TroubleKind::NumberSilent | TroubleKind::Backlog | TroubleKind::Sends | TroubleKind::Promises => {
                15 * MINUTE_MS
            }
            TroubleKind::NumberStopped
            | TroubleKind::TokenRefused
            | TroubleKind::TokenExpiring
            | TroubleKind::SubscriptionGone
            | TroubleKind::Disk => 0,
        }
    }
}

named! {
    /// What is told of a trouble.
    Phase: "phase" {
        /// It has begun.
        Began = "began",
        /// It is another day, and it is still there.
        Lasts = "lasts",
        /// It is over.
        Ended = "ended",
    }
}

named! {
    /// How somebody is told.
    AlertWay: "way" {
        /// By e-mail.
        Mail = "mail",
        /// By a template on WhatsApp.
        Whatsapp = "whatsapp",
    }
}

named! {
    /// How far a word of trouble has come.
    AlertState: "alert state" {
        /// To be sent, for the first time or again.
        Waiting = "waiting",
        /// Handed over.
        Sent = "sent",
        /// Tried for too long.
        GivenUp = "given_up",
    }
}

/// What is known of a trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Since when.
    pub began_at: i64,
    /// Since when it is not seen any more.
    pub gone_at: Option<i64>,
    /// The day on which somebody was told last.
    pub told_on: i64,
}

/// What becomes of it at another look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// How it stands from now on; nothing if it is over, or never was.
    pub course: Option<Course>,
    /// What is to be told.
    pub tell: Option<Phase>,
}

/// What becomes of a trouble that is there, or not, at `now` on a `day`. One is told of once a day, while it lasts, and once when it is over.
pub fn look(kind: TroubleKind, known: Option<Course>, is_there: bool, now: i64, day: i64) -> Next {
    match (known, is_there) {
        (None, false) => Next { course: None, tell: None },
        (None, true) => {
            let course = Course { began_at: now, gone_at: None, told_on: day };
            Next { course: Some(course), tell: Some(Phase::Began) }
        }
        (Some(known), true) => {
            let tell = (known.told_on < day).then_some(Phase::Lasts);
            Next { course: Some(Course { gone_at: None, told_on: day.max(known.told_on), ..known }), tell }
        }
        (Some(known), false) => {
            let gone_at = known.gone_at.unwrap_or(now);
            if now - gone_at < kind.rests_ms() {
                return Next { course: Some(Course { gone_at: Some(gone_at), ..known }), tell: None };
            }
            Next { course: None, tell: Some(Phase::Ended) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(looks: &[(bool, i64)]) -> Vec<Option<Phase>> {
        let mut known = None;
        let each = looks.iter().map(|(is_there, minute)| {
            let now = minute * MINUTE_MS;
            let next = look(TroubleKind::Backlog, known.take(), *is_there, now, minute / (24 * 60));
            known = next.course;
            next.tell
        });
        each.collect()
    }

    #[test]
    fn a_trouble_is_told_when_it_begins_once_each_day_and_when_it_is_over() {
        use Phase::{Began, Ended, Lasts};
        let day = 24 * 60;
        assert_eq!(after(&[(false, 0), (true, 1), (true, 2)]), [None, Some(Began), None]);
        assert_eq!(after(&[(true, 1), (true, day), (true, day + 1)]), [Some(Began), Some(Lasts), None]);
        assert_eq!(after(&[(true, 1), (false, 2), (false, 17), (false, 18)]), [Some(Began), None, Some(Ended), None]);
    }

    #[test]
    fn what_crosses_its_limit_to_and_fro_is_one_trouble() {
        let looks = [(true, 1), (false, 5), (true, 10), (false, 20), (false, 34), (false, 35)];
        assert_eq!(after(&looks), [Some(Phase::Began), None, None, None, None, Some(Phase::Ended)]);
    }
}
