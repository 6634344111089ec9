//! How and when the program is killed, and when else something happens to it.

use std::time::Duration;

use super::dice::Dice;

/// Kills at a random moment in each round through the points: while the program starts, and under load.
const AT_RANDOM: usize = 2;
/// A point is survived up to so many times less one: one row may be the first of its transaction or any later one.
const MOST_TIMES: usize = 12;
const LONGEST_START: usize = 300; // milliseconds
const LONGEST_LOAD: usize = 2_000; // milliseconds

/// How a run of the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// By itself, the `times`th time it comes by a point.
    AtPoint {
        /// Its name.
        point: &'static str,
        /// Counted from 1.
        times: usize,
    },
    /// By SIGKILL, so long after the process was started.
    WhileStarting {
        /// How long.
        after: Duration,
    },
    /// By SIGKILL, so long after it said that it is ready.
    UnderLoad {
        /// How long.
        after: Duration,
    },
}

impl Ending {
    /// As the tally calls it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Ending::AtPoint { point, .. } => point,
            Ending::WhileStarting { .. } => "(while starting)",
            Ending::UnderLoad { .. } => "(under load)",
        }
    }
}

/// A point and how often it is passed before it counts.
pub(super) fn at_a_point(points: &[&'static str], number: usize, dice: &mut Dice) -> Option<(&'static str, usize)> {
    points.get(number).map(|point| (*point, 1 + dice.below(MOST_TIMES)))
}

/// Every point in turn, then two random moments, and again. At a rare one it is the first time that counts.
pub(super) fn plan(points: &[&'static str], rare: &[&str], kills: usize, dice: &mut Dice) -> Vec<Ending> {
    let round = points.len() + AT_RANDOM;
    let ending = |number: usize| match at_a_point(points, number % round, dice) {
        Some((point, _)) if rare.contains(&point) => Ending::AtPoint { point, times: 1 },
        Some((point, times)) => Ending::AtPoint { point, times },
        None if number % round == points.len() => Ending::WhileStarting { after: dice.between(0, LONGEST_START) },
        None => Ending::UnderLoad { after: dice.between(0, LONGEST_LOAD) },
    };
    (0..kills).map(ending).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_comes_by_every_point_and_by_two_random_moments() {
        let plan = plan(&["a", "b", "c"], &[], 10, &mut Dice::new(1));
        let names: Vec<_> = plan.iter().map(Ending::name).collect();
        assert_eq!(
            names,
            ["a", "b", "c", "(while starting)", "(under load)", "a", "b", "c", "(while starting)", "(under load)"]
        );
    }

    #[test]
    fn the_same_seed_plans_the_same_kills() {
        let points = ["a", "b"];
        assert_eq!(plan(&points, &[], 50, &mut Dice::new(3)), plan(&points, &[], 50, &mut Dice::new(3)));
    }
}
