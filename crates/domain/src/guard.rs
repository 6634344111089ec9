//! What stops automation, whatever the policy says: one table of guards and of what automation does.

use crate::named::named;

named! {
    /// What stops automation, whatever the policy says.
    Guard: "guard" {
        /// A person is answering this conversation, here or in the app on the business's phone.
        PersonAnswering = "person_answering",
        /// The contact asked for no more messages.
        OptedOut = "opted_out",
        /// We want to hear nothing of this person.
        Blocked = "blocked",
        /// The sender could be several people.
        Ambiguous = "ambiguous",
        /// The number may be somebody else's by now.
        PossibleNewOwner = "possible_new_owner",
        /// It is a complaint.
        Complaint = "complaint",
        /// They ask for a person.
        WantsPerson = "wants_person",
        /// Not sure enough what the message is.
        BelowThreshold = "below_threshold",
        /// The same type failed in this conversation before.
        RepeatedFailure = "repeated_failure",
        /// A person of ours still has to see to something of theirs.
        OpenTicket = "open_ticket",
        /// Two machines are talking to each other.
        Loop = "loop",
        /// They got as many messages that they did not ask for as the workflow allows.
        FrequencyCap = "frequency_cap",
        /// The hours in which the business bothers nobody.
        QuietHours = "quiet_hours",
        /// Another system, Meta's own agent perhaps, has the conversation.
        ElsewhereInControl = "elsewhere_in_control",
        /// Somebody paused automation: all of it, that of the type, or that of the number.
        Paused = "paused",
        /// The workflow is being tried, and they are not among those whom automation answers meanwhile.
        OnTrial = "on_trial",
        /// This matter has been acknowledged before.
        AlreadyAcknowledged = "already_acknowledged",
        /// Thanks, a reaction, a farewell: an answer would cost money and tell nothing.
        NothingToAnswer = "nothing_to_answer",
        /// Too long ago: the message arrived late, after the window for a free answer.
        TooLate = "too_late",
    }
}

/// So many answers of automation in a thread within [`LOOP_WITHIN_MS`], and nobody reads them.
pub const MOST_IN_A_LOOP: usize = 5;
/// Two machines that talk to each other do so within this.
pub const LOOP_WITHIN_MS: i64 = 10 * 60 * 1000;

named! {
    /// Something that automation says.
    Saying: "thing that automation says" {
        /// That a message arrived, and by when somebody answers.
        Acknowledgement = "acknowledge",
        /// What a customer asked for.
        Answer = "answer",
        /// Something that nobody asked for at that moment: a follow-up.
        Proactive = "proactive message",
    }
}

/// What a guard does to something that automation would say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Lets,
    /// It is said when the guard is gone, unless it is too late by then.
    Holds,
    /// It is not said, and not later either.
    Stops,
}

impl Guard {
    /// The table.
    pub fn effect_on(self, saying: Saying) -> Effect {
        use Effect::{Holds, Lets, Stops};
        let [acknowledgement, answer, proactive] = match self {
            Guard::PersonAnswering => [Stops, Stops, Holds],
            Guard::OptedOut => [Lets, Stops, Stops],
            Guard::Blocked => [Stops, Stops, Stops],
            Guard::Ambiguous => [Lets, Stops, Stops],
            Guard::PossibleNewOwner => [Stops, Stops, Holds],
            // What follows for later messages, follows from the ticket that these open.
            Guard::Complaint | Guard::WantsPerson | Guard::BelowThreshold | Guard::RepeatedFailure => {
                [Lets, Stops, Lets]
            }
            Guard::OpenTicket => [Lets, Lets, Holds],
            // A matter has one acknowledgement, so that goes on for ever with nobody.
            Guard::Loop => [Lets, Stops, Holds],
            Guard::FrequencyCap => [Lets, Lets, Stops],
            Guard::QuietHours => [Lets, Lets, Holds],
            Guard::ElsewhereInControl => [Stops, Stops, Holds],
            Guard::Paused => [Stops, Stops, Holds],
            // Whoever is let in later was not spoken to before: what was due meanwhile is not made up for.
            Guard::OnTrial => [Lets, Stops, Stops],
            Guard::AlreadyAcknowledged => [Stops, Lets, Lets],
            Guard::NothingToAnswer | Guard::TooLate => [Stops, Stops, Lets],
        };
        match saying {
            Saying::Acknowledgement => acknowledgement,
            Saying::Answer => answer,
            Saying::Proactive => proactive,
        }
    }

    /// Whether it keeps that from being said now.
    pub fn keeps_back(self, saying: Saying) -> bool {
        self.effect_on(saying) != Effect::Lets
    }
}

/// Of the guards that speak, the one that decides about that: what stops comes before what only holds, and the first of each counts.
pub fn verdict(speaking: impl IntoIterator<Item = Guard>, saying: Saying) -> Option<(Guard, Effect)> {
    let effects = speaking.into_iter().map(|guard| (guard, guard.effect_on(saying)));
    let mut holding = None;
    for (guard, effect) in effects {
        match effect {
            Effect::Stops => return Some((guard, effect)),
            Effect::Holds => holding = holding.or(Some((guard, effect))),
            Effect::Lets => {}
        }
    }
    holding
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cell by cell: `-` lets, `h` holds, `x` stops; acknowledge, answer, proactive message.
    const CELLS: &str = "
        person_answering      x x h
        opted_out             - x x
        blocked               x x x
        ambiguous             - x x
        possible_new_owner    x x h
        complaint             - x -
        wants_person          - x -
        below_threshold       - x -
        repeated_failure      - x -
        open_ticket           - - h
        loop                  - x h
        frequency_cap         - - x
        quiet_hours           - - h
        elsewhere_in_control  x x h
        paused                x x h
        on_trial              - x x
        already_acknowledged  x - -
        nothing_to_answer     x x -
        too_late              x x -
    ";

    #[test]
    fn every_guard_does_to_everything_that_is_said_what_the_table_says() {
        let lines: Vec<Vec<&str>> = CELLS
            .lines()
            .map(|line| line.split_whitespace().collect())
            .filter(|line: &Vec<_>| !line.is_empty())
            .collect();
        assert_eq!(lines.len(), Guard::ALL.len());
        for (guard, line) in Guard::ALL.iter().zip(lines) {
            assert_eq!(guard.name(), line[0]);
            for (saying, cell) in Saying::ALL.iter().zip(&line[1..]) {
                let effect = match *cell {
                    "x" => Effect::Stops,
                    "h" => Effect::Holds,
                    _ => Effect::Lets,
                };
                assert_eq!(guard.effect_on(*saying), effect, "{guard}, {saying}");
            }
        }
    }

    #[test]
    fn the_manual_has_the_table() {
        let manual = include_str!("../../../docs/workflow.md");
        let mut table = "| guard | acknowledge | answer | proactive message |\n|---|---|---|---|\n".to_owned();
        for guard in Guard::ALL {
            let cells = Saying::ALL.iter().map(|saying| match guard.effect_on(*saying) {
                Effect::Lets => " ",
                Effect::Holds => " holds ",
                Effect::Stops => " stops ",
            });
            table += &format!("| `{guard}` |{}|\n", cells.collect::<Vec<_>>().join("|"));
        }
        assert!(manual.contains(&table), "docs/workflow.md has another table; it has to be\n{table}");
    }

    #[test]
    fn what_stops_for_good_counts_before_what_only_holds() {
        let speaking = [Guard::BelowThreshold, Guard::QuietHours, Guard::OptedOut, Guard::Paused];
        assert_eq!(verdict(speaking, Saying::Proactive), Some((Guard::OptedOut, Effect::Stops)));
        assert_eq!(
            verdict([Guard::QuietHours, Guard::Paused], Saying::Proactive),
            Some((Guard::QuietHours, Effect::Holds))
        );
        assert_eq!(verdict([Guard::QuietHours], Saying::Acknowledgement), None);
    }
}
