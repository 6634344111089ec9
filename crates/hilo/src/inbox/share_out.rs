//! Work is given away by itself, where a queue is set to: to whoever answered that person last, or to whoever has the least to do.

use domain::Language;
use domain::desk::{Assignment, Availability};
use domain::ids::UserId;
use store::AgentRow;

/// Without a sign of life for so long, nobody gets more work.
pub(crate) const NO_NEW_WORK_MS: i64 = 10 * 60_000;
/// Without one for so long, what of their work waits for an answer goes back.
pub(crate) const WORK_GOES_BACK_MS: i64 = 30 * 60_000;

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attendance {
    /// Takes work.
    There,
    /// Takes no more.
    Away,
    /// And what waits of theirs goes back.
    Gone,
}

/// By what they said, and by when they were last heard of. Machine time.
pub(crate) fn attendance(agent: &AgentRow, machine_now: i64) -> Attendance {
    let silence = machine_now - agent.alive_at;
    let away = match agent.availability {
        Availability::Available => silence,
        Availability::Away => silence.max(machine_now - agent.since).max(NO_NEW_WORK_MS),
    };
    if WORK_GOES_BACK_MS <= away {
        Attendance::Gone
    } else if NO_NEW_WORK_MS <= away {
        Attendance::Away
    } else {
        Attendance::There
    }
}

/// Somebody who could get work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hand {
    /// Who.
    pub(crate) user: UserId,
    /// How much more they take.
    pub(crate) room: i64,
    /// How much they have.
    pub(crate) load: i64,
    /// The types and languages that they take; all, if there are none.
    pub(crate) skills: Vec<String>,
}

/// What is to be given away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    /// Its type.
    pub(crate) kind: Option<&'a str>,
    /// The language of the person.
    pub(crate) language: Option<Language>,
    /// Who answered that person last.
    pub(crate) last: Option<UserId>,
}

/// Who gets it: nobody, where nobody who takes such work has room.
pub(crate) fn choose(hands: &[Hand], how: Assignment, piece: Piece<'_>) -> Option<UserId> {
    let fits = |hand: &&Hand| 0 < hand.room && is_skilled(&hand.skills, piece);
    let again = hands.iter().filter(fits).find(|hand| Some(hand.user) == piece.last);
    let least = || hands.iter().filter(fits).min_by_key(|hand| (hand.load, hand.user));
    match how {
        Assignment::Off => None,
        Assignment::Balanced => least(),
        Assignment::LastAgent => again.or_else(least),
    }
    .map(|hand| hand.user)
}

/// Skills name types and languages. Whoever names languages takes only those; whoever names types, only those and what has none.
fn is_skilled(skills: &[String], piece: Piece<'_>) -> bool {
    let is_language = |skill: &&String| skill.parse::<Language>().is_ok();
    let (languages, kinds): (Vec<&String>, Vec<&String>) = skills.iter().partition(is_language);
    let speaks = |language: Language| languages.iter().any(|skill| *skill == language.code());
    let knows = |kind: &str| kinds.iter().any(|skill| *skill == kind);
    (languages.is_empty() || piece.language.is_none_or(speaks)) && (kinds.is_empty() || piece.kind.is_none_or(knows))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn hand(n: u128, load: i64, room: i64, skills: &[&str]) -> Hand {
        Hand { user: user(n), room, load, skills: skills.iter().map(|skill| (*skill).to_owned()).collect() }
    }

    fn piece<'a>(kind: &'a str, last: Option<u128>) -> Piece<'a> {
        Piece { kind: Some(kind), language: Some(Language::Pt), last: last.map(user) }
    }

    #[test]
    fn whoever_has_the_least_to_do_and_room_for_more_gets_it() {
        let hands = [hand(1, 3, 2, &[]), hand(2, 1, 4, &[]), hand(3, 0, 0, &[])];
        assert_eq!(choose(&hands, Assignment::Balanced, piece("complaint", Some(1))), Some(user(2)));
        assert_eq!(choose(&hands, Assignment::LastAgent, piece("complaint", Some(1))), Some(user(1)));
        assert_eq!(choose(&hands, Assignment::LastAgent, piece("complaint", Some(3))), Some(user(2)), "no room");
        assert_eq!(choose(&hands, Assignment::Off, piece("complaint", Some(1))), None);
        assert_eq!(choose(&hands[2..], Assignment::Balanced, piece("complaint", None)), None);
    }

    #[test]
    fn skills_name_types_and_languages_and_none_means_all() {
        let hands = [hand(1, 0, 5, &["es"]), hand(2, 1, 5, &["pt", "complaint"]), hand(3, 2, 5, &["order_status"])];
        assert_eq!(choose(&hands, Assignment::Balanced, piece("complaint", None)), Some(user(2)));
        assert_eq!(choose(&hands, Assignment::Balanced, piece("order_status", None)), Some(user(3)));
    }

    #[test]
    fn whoever_gives_no_sign_of_life_gets_no_more_work_and_then_loses_what_waits() {
        let agent = |availability, since, alive_at| AgentRow {
            user: user(1),
            capacity: 5,
            skills: Vec::new(),
            availability,
            since,
            alive_at,
            released_at: None,
        };
        let at = |minutes: i64| minutes * 60_000;
        let heard = agent(Availability::Available, 0, 0);
        assert_eq!(attendance(&heard, at(9)), Attendance::There);
        assert_eq!(attendance(&heard, at(10)), Attendance::Away);
        assert_eq!(attendance(&heard, at(30)), Attendance::Gone);
        let away = agent(Availability::Away, at(100), at(101));
        assert_eq!(attendance(&away, at(101)), Attendance::Away);
        assert_eq!(attendance(&away, at(130)), Attendance::Gone);
    }
}
