//! What two versions of a workflow file say differently, line by line.

use std::time::Duration;

use similar::{Algorithm, Change, ChangeTag, TextDiff};

/// How many lines around a change are shown with it.
const AROUND: usize = 3;
/// Of texts that have nothing in common, a rough answer is enough.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a line is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Both say it.
    Same,
    /// Only the first says it.
    Gone,
    /// Only the second says it.
    New,
}

/// A line of either text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is of.
    pub sign: Sign,
    /// Its number in the first text, from 1 on.
    pub before: Option<usize>,
    /// Its number in the second.
    pub after: Option<usize>,
    /// What it says.
    pub text: String,
}

/// The places at which the second text differs from the first, each with the lines around it.
pub fn difference(before: &str, after: &str) -> Vec<Vec<Line>> {
    let compared = TextDiff::configure().algorithm(Algorithm::Patience).timeout(PATIENCE).diff_lines(before, after);
    let places = compared.grouped_ops(AROUND);
    places.iter().map(|place| place.iter().flat_map(|op| compared.iter_changes(op)).map(line).collect()).collect()
}

fn line(change: Change<&str>) -> Line {
    Line {
        sign: match change.tag() {
            ChangeTag::Equal => Sign::Same,
            ChangeTag::Delete => Sign::Gone,
            ChangeTag::Insert => Sign::New,
        },
        before: change.old_index().map(|index| index + 1),
        after: change.new_index().map(|index| index + 1),
        text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_with_the_lines_around_it_and_their_numbers() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let after = before.replace("e\n", "E\nE2\n");
        let places = difference(before, &after);
        let signs: Vec<(Sign, Option<usize>, Option<usize>, &str)> =
            places[0].iter().map(|line| (line.sign, line.before, line.after, line.text.as_str())).collect();
        assert_eq!(places.len(), 1);
        assert_eq!(signs[0], (Sign::Same, Some(2), Some(2), "b"));
        assert_eq!(signs[3], (Sign::Gone, Some(5), None, "e"));
        assert_eq!(signs[5], (Sign::New, None, Some(6), "E2"));
        assert_eq!(signs.last(), Some(&(Sign::Same, Some(8), Some(9), "h")));
        assert!(difference(before, before).is_empty());
    }
}
