//! What somebody types to find something: words, a number, and filters such as `type:order_status window:<2h`.

use crate::named::named;
use crate::spelling::plain;

/// As long as anybody types a word, and as many of them.
const LONGEST: usize = 40;
const MOST: usize = 12;
/// Fewer digits are part of too many numbers.
const FEWEST_DIGITS: usize = 4;

named! {
    /// What is found by its words.
    Kind: "kind of thing to be found" {
        /// A person.
        Contact = "contact",
        /// A business.
        Company = "company",
        /// Something that may be sold.
        Deal = "deal",
        /// Something that was bought.
        Order = "order",
        /// Work for a person.
        Ticket = "ticket",
    }
}

/// What somebody looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// All that is no filter, as it was typed.
    pub text: String,
    /// Its words, the longest first: it says the most.
    pub words: Vec<String>,
    /// Conversations of this type.
    pub kind: Option<String>,
    /// Conversations on this list.
    pub status: Option<String>,
    /// Conversations whose window closes within so many milliseconds.
    pub window_ms: Option<i64>,
}

impl Query {
    /// Takes apart what was typed. What is no filter that is known is a word.
    pub fn parse(typed: &str) -> Query {
        let (mut query, mut rest) = (Query::default(), Vec::new());
        for token in typed.split_whitespace() {
            match token.split_once(':') {
                Some(("type", kind)) if !kind.is_empty() => query.kind = Some(kind.to_owned()),
                Some(("status", status)) if !status.is_empty() => query.status = Some(status.to_owned()),
                Some(("window", within)) if window(within).is_some() => query.window_ms = window(within),
                Some(_) | None => rest.push(token),
            }
        }
        query.text = rest.join(" ");
        query.words = words(&query.text);
        query.words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        query
    }

    /// Whether it asks for conversations by what they wait for.
    pub fn has_filters(&self) -> bool {
        self.kind.is_some() || self.status.is_some() || self.window_ms.is_some()
    }

    /// Digits by which a number could end.
    pub fn digits(&self) -> Option<String> {
        let digits: String = self.text.chars().filter(char::is_ascii_digit).collect();
        let is_number = self.text.chars().all(|letter| letter.is_ascii_digit() || "+-(). ".contains(letter));
        (is_number && FEWEST_DIGITS <= digits.len()).then_some(digits)
    }
}

/// `<2h`, `2h`, `30m`.
fn window(text: &str) -> Option<i64> {
    let text = text.strip_prefix('<').unwrap_or(text);
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let minutes = match unit {
        "h" => 60,
        "m" => 1,
        _ => return None,
    };
    let number: i64 = number.parse().ok().filter(|number| (1..=1_000).contains(number))?;
    Some(number * minutes * 60_000)
}

/// The words of a text as they are looked for: in plain spelling, each once.
pub fn words(text: &str) -> Vec<String> {
    let plain = plain(text);
    let mut words: Vec<String> = Vec::new();
    for word in plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word: String = word.chars().take(LONGEST).collect();
        if !words.contains(&word) && words.len() < MOST {
            words.push(word);
        }
    }
    words
}

/// A number as a word that is found by how the number ends: people leave out what stands in front.
pub fn ending(digits: &str) -> String {
    let reversed: String = digits.chars().filter(char::is_ascii_digit).rev().collect();
    format!("~{reversed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_words_a_number_and_filters() {
        let query = Query::parse("  Peña type:order_status LUCÍA window:<2h  status:snoozed");
        assert_eq!(query.words, ["lucia", "pena"]);
        assert_eq!((query.kind.as_deref(), query.status.as_deref()), (Some("order_status"), Some("snoozed")));
        assert_eq!((query.window_ms, query.digits()), (Some(7_200_000), None));
        assert_eq!(Query::parse("window:soon").words, ["window", "soon"]);
        assert_eq!(Query::parse("(55) 1234-5678").digits(), Some("5512345678".to_owned()));
        assert_eq!(Query::parse("123").digits(), None);
        assert!(Query::parse("").words.is_empty() && !Query::parse("ana").has_filters());
    }

    #[test]
    fn words_of_strangers_are_few_and_short() {
        let endless = "a".repeat(4_096) + " %_* " + &"b ".repeat(100);
        let words = words(&endless);
        assert_eq!((words.len(), words[0].len()), (2, 40));
        assert_eq!(ending("+52 55 1234 5678"), "~876543215525");
    }
}
