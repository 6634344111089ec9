//! Conditions and moments over what is known: a small part of CEL, typed when it is read and total when it is asked.
//!
//! There are no loops and no functions, and a text is short, so asking one takes no more steps than it has signs.

mod evaluate;
mod limit;
mod parse;
mod token;
mod types;

use std::ops::Range;

use domain::fact::{Facts, Field, Thing, Value};
use jiff::Timestamp;

use parse::{Node, What};
pub(crate) use types::unknown_field;

use types::Type;

/// The longest expression, in bytes. Whoever needs more wants two rules.
const LONGEST: usize = 1_000;

/// A condition or a moment of the workflow file that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    source: String,
    root: Node,
    looks_at: Vec<(Thing, String)>,
}

/// What is wrong with an expression, and where in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Bytes of the expression's own text.
    pub(crate) span: Range<usize>,
    /// The kind of finding.
    pub(crate) code: &'static str,
    /// One sentence that says what to change.
    pub(crate) message: String,
}

impl Problem {
    fn new(span: Range<usize>, code: &'static str, message: impl Into<String>) -> Self {
        Self { span, code, message: message.into() }
    }
}

impl Expression {
    /// Reads something that is so or not.
    pub(crate) fn condition(source: &str, fields: &[Field]) -> Result<Expression, Vec<Problem>> {
        let expected = |found: &Type| match found {
            Type::Flag => None,
            other => Some(format!(
                "{} says neither yes nor no; compare it with something, like `order.status == \"shipped\"`",
                other.told()
            )),
        };
        read(source, fields, expected)
    }

    /// Reads a moment.
    pub(crate) fn moment_in_time(source: &str, fields: &[Field]) -> Result<Expression, Vec<Problem>> {
        let expected = |found: &Type| match found {
            Type::Moment => None,
            other => Some(format!(
                "{} is no moment; write one like `appointment.starts_at - duration(\"2h\")`",
                other.told()
            )),
        };
        read(source, fields, expected)
    }

    /// As the file writes it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is so. What lacks makes a comparison false, and `!=` true.
    pub fn holds(&self, facts: &Facts, now: Timestamp) -> bool {
        evaluate::value(&self.root, facts, now) == Value::Flag(true)
    }

    /// The moment, in milliseconds since 1970; nothing if something that it reckons with lacks.
    pub fn moment(&self, facts: &Facts, now: Timestamp) -> Option<i64> {
        match evaluate::value(&self.root, facts, now) {
            Value::Moment(at) => Some(at),
            Value::Text(_) | Value::Number(_) | Value::Flag(_) | Value::Length(_) | Value::Nothing => None,
        }
    }

    /// Every field that it names, each once, in the order of the text.
    pub fn looks_at(&self) -> &[(Thing, String)] {
        &self.looks_at
    }

    /// Whether it is so whenever the other is, as far as that can be told without looking.
    pub(crate) fn follows_from(&self, other: &Expression, fields: &[Field]) -> bool {
        limit::follows(&self.root, &other.root, fields)
    }

    /// Whether it can never be so at once with the other, as far as that can be told without looking.
    pub(crate) fn excludes(&self, other: &Expression, fields: &[Field]) -> bool {
        limit::exclude(&self.root, &other.root, fields)
    }

    /// Whether it asks for the time.
    pub fn asks_for_now(&self) -> bool {
        any(&self.root, &|node| matches!(node.what, What::Now))
    }
}

fn read(
    source: &str,
    fields: &[Field],
    expected: impl Fn(&Type) -> Option<String>,
) -> Result<Expression, Vec<Problem>> {
    if LONGEST < source.len() {
        let message = format!("a condition has at most {LONGEST} signs; split it into two rules");
        return Err(vec![Problem::new(0..source.len(), "condition", message)]);
    }
    let root = parse::parse(source).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let found = types::check(&root, source, fields, &mut problems);
    if let Some(message) = found.and_then(|found| expected(&found)) {
        problems.push(Problem::new(root.span.clone(), "wrong-type", message));
    }
    if problems.is_empty() {
        limit::contradictions(&root, source, fields, &mut problems);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut looks_at = Vec::new();
    named(&root, &mut looks_at);
    Ok(Expression { source: source.to_owned(), root, looks_at })
}

fn named(node: &Node, names: &mut Vec<(Thing, String)>) {
    if let What::Field(of, name) | What::Has(of, name) = &node.what
        && !names.iter().any(|(known, field)| known == of && field == name)
    {
        names.push((*of, name.clone()));
    }
    node.parts().for_each(|part| named(part, names));
}

fn any(node: &Node, is: &impl Fn(&Node) -> bool) -> bool {
    is(node) || node.parts().any(|part| any(part, is))
}

#[cfg(test)]
mod tests {
    use domain::fact::fields;

    use super::*;

    fn facts() -> Facts {
        let mut facts = Facts::default();
        facts.put(Thing::Order, "status", Value::Text("shipped".to_owned()));
        facts.put(Thing::Order, "total", Value::Number(1250.5));
        facts.put(Thing::Appointment, "starts_at", Value::Moment(10 * 3_600_000));
        facts.put(Thing::Contact, "opted_out", Value::Flag(false));
        facts.put(Thing::Contact, "open_tickets", Value::Number(0.0));
        facts
    }

    fn holds(source: &str) -> bool {
        let now = Timestamp::from_millisecond(8 * 3_600_000).unwrap();
        let read = Expression::condition(source, &fields());
        read.unwrap_or_else(|problems| panic!("{source}: {problems:?}")).holds(&facts(), now)
    }

    /// What is marked, and what is said about it.
    fn refused(source: &str) -> (&str, String) {
        let problems = Expression::condition(source, &fields()).expect_err(source);
        assert_eq!(problems.len(), 1, "{source}: {problems:?}");
        (&source[problems[0].span.clone()], problems[0].message.clone())
    }

    #[test]
    fn conditions_are_read_as_they_are_written() {
        for source in [
            "order.status == \"shipped\"",
            "order.status in ['paid', 'shipped'] && !has(order.tracking)",
            "!contact.opted_out && contact.open_tickets == 0",
            "order.status == 'paid' || order.total > 1000 && order.total <= 1250.5",
            "appointment.starts_at - duration(\"2h\") == now",
            "appointment.starts_at - now <= duration(\"2h\")",
            "appointment.starts_at < timestamp(\"1970-01-01T11:00:00Z\")",
            "(order.status == 'paid' || true == contact.opted_out) == false",
            "-1 < contact.open_tickets",
        ] {
            assert!(holds(source), "{source}");
        }
    }

    #[test]
    fn what_lacks_makes_a_comparison_false_and_different() {
        for source in
            ["order.tracking == 'x'", "deal.amount > 1", "deal.status in ['open']", "now > ticket.resolved_at"]
        {
            assert!(!holds(source), "{source}");
        }
        assert!(holds("order.tracking != 'x'") && holds("!(deal.amount > 1)"));
        let score = Expression::moment_in_time("ticket.resolved_at + duration('1d')", &fields()).unwrap();
        assert_eq!(score.moment(&facts(), Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn a_moment_beyond_all_time_is_none() {
        let mut facts = Facts::default();
        facts.put(Thing::Appointment, "starts_at", Value::Moment(i64::MAX));
        let late = Expression::moment_in_time("appointment.starts_at + duration('1s')", &fields()).unwrap();
        assert_eq!(late.moment(&facts, Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn the_word_to_change_is_marked_and_named() {
        for (source, marked, said) in [
            ("order.stauts == 'paid'", "order.stauts", "did you mean `order.status`"),
            ("odrer.status == 'paid'", "odrer", "did you mean `order`"),
            ("order.starts_at > now", "order.starts_at", "did you mean `appointment.starts_at`"),
            ("order.status == 'shiped'", "'shiped'", "did you mean `shipped`"),
            ("order.status in ['paid', 'sent']", "'sent'", "is never `sent`; use placed"),
            ("order.status > 'paid'", "order.status > 'paid'", "neither more nor less"),
            ("order.total == '5'", "'5'", "`order.total` is a number and `'5'` is a text"),
            ("appointment.starts_at - 2 > now", "2", "duration(\"2h\")"),
            ("order.status", "order.status", "says neither yes nor no"),
            ("order.total && contact.opted_out", "order.total", "not a yes or no"),
            ("order.status = 'paid'", "=", "write `==`"),
            ("contact.opted_out and has(order.tracking)", "and", "write `&&`"),
            ("order.status == 'paid", "'paid", "never closed"),
            ("1 < order.total < 3", "<", "join two of them with `&&`"),
            ("(contact.opted_out", "(", "add `)`"),
            ("'a' == 'a'", "'a' == 'a'", "looks at nothing"),
            ("appointment.starts_at > duration('2x')", "'2x'", "cannot be read"),
            ("order.status == “paid”", "“", "straight quotes"),
            ("", "", "something is missing"),
        ] {
            let (place, message) = refused(source);
            assert_eq!(place, marked, "{source}: {message}");
            assert!(message.contains(said), "{source}: {message}");
        }
    }

    #[test]
    fn every_field_that_it_names_is_told_once() {
        let source = "has(order.tracking) && order.status == 'paid' && order.tracking != contact.name";
        let read = Expression::condition(source, &fields()).unwrap();
        let names: Vec<String> = read.looks_at().iter().map(|(of, name)| format!("{of}.{name}")).collect();
        assert_eq!(names, ["order.tracking", "order.status", "contact.name"]);
    }

    #[test]
    fn what_is_too_deep_or_too_long_is_refused_and_not_followed() {
        let deep = format!("{}contact.opted_out{}", "(".repeat(400), ")".repeat(400));
        assert!(refused(&deep).1.contains("too many parentheses"));
        let long = "contact.opted_out || ".repeat(80);
        assert!(refused(&long).1.contains("at most"));
        let wide = format!("{}contact.opted_out", "contact.opted_out||".repeat(50));
        assert!(!holds(&wide));
    }
}
