//! What conditions leave possible: whether two of them exclude each other, or one already says the other.
//!
//! Looked at are comparisons of a field with what it can be, and of moments and numbers with each other. What cannot be
//! judged so counts as possible, and as new.

mod left;

use std::collections::BTreeSet;
use std::ops::Range;

use domain::fact::{Field, Kind, Value};

use left::Left;

use super::Problem;
use super::parse::{Node, Operator, What};

/// Numbers, or names of fields with how often each is added: `now - order.placed_at` is `now` once, the other minus once.
type Subject = Vec<(String, i32)>;

/// What a part of a condition leaves to what it is about.
struct Limit {
    subject: Subject,
    left: Left,
}

/// Each part of a conjunction that cannot be so together with the parts before it.
pub(super) fn contradictions(node: &Node, source: &str, fields: &[Field], problems: &mut Vec<Problem>) {
    let parts = conjuncts(node);
    for (index, part) in parts.iter().enumerate() {
        if exclude_each_other(&parts[..=index], fields) && !exclude_each_other(&parts[..index], fields) {
            let message = match together_with(&parts[..index], part, fields) {
                Some(before) => format!(
                    "this can never be so together with `{}`; join them with `||`, or remove one",
                    &source[before]
                ),
                None => "this can never be so, whatever stands there; change it".to_owned(),
            };
            problems.push(Problem::new(part.span.clone(), "impossible", message));
        }
    }
    let inner = parts.iter().filter(|_| 1 < parts.len()).copied();
    let below = if parts.len() == 1 { node.parts().collect() } else { Vec::new() };
    inner.chain(below).for_each(|part| contradictions(part, source, fields, problems));
}

/// Which of the parts before it a part excludes: one of them, or only all together; nothing where there are none.
fn together_with(before: &[&Node], part: &Node, fields: &[Field]) -> Option<Range<usize>> {
    let one = before.iter().find(|before| exclude_each_other(&[before, part], fields));
    let all = || Some(before.first()?.span.start..before.last()?.span.end);
    one.map(|one| one.span.clone()).or_else(all)
}

/// Whether two conditions can never be so at once.
pub(super) fn exclude(left: &Node, right: &Node, fields: &[Field]) -> bool {
    let parts: Vec<&Node> = conjuncts(left).into_iter().chain(conjuncts(right)).collect();
    exclude_each_other(&parts, fields)
}

/// Whether `first` is so whenever `second` is.
pub(super) fn follows(first: &Node, second: &Node, fields: &[Field]) -> bool {
    if let What::Two(Operator::Or, two) = &second.what {
        return two.iter().all(|part| follows(first, part, fields));
    }
    let known = conjuncts(second);
    conjuncts(first).into_iter().all(|part| {
        let is_said = known.iter().any(|other| same(part, other));
        is_said || is_within(&known, part, fields) || is_one_of(part, second, fields)
    })
}

fn is_one_of(part: &Node, second: &Node, fields: &[Field]) -> bool {
    matches!(&part.what, What::Two(Operator::Or, two) if two.iter().any(|one| follows(one, second, fields)))
}

fn is_within(known: &[&Node], part: &Node, fields: &[Field]) -> bool {
    let Some(limit) = limit(part) else { return false };
    let all = possible(&limit.subject, fields);
    let of_it = known.iter().filter_map(|node| self::limit(node)).filter(|other| other.subject == limit.subject);
    let together = of_it.map(|other| other.left).reduce(|one, other| one.and(&other));
    together.is_some_and(|together| together.is_within(&limit.left, all.as_ref()))
}

fn exclude_each_other(parts: &[&Node], fields: &[Field]) -> bool {
    let limits: Vec<Limit> = parts.iter().filter_map(|part| limit(part)).collect();
    limits.iter().enumerate().any(|(index, limit)| {
        let before = limits[..index].iter().filter(|other| other.subject == limit.subject);
        let together = before.fold(limit.left.clone(), |one, other| one.and(&other.left));
        together.is_empty(possible(&limit.subject, fields).as_ref())
    })
}

fn conjuncts(node: &Node) -> Vec<&Node> {
    match &node.what {
        What::Two(Operator::And, two) => two.iter().flat_map(conjuncts).collect(),
        _ => vec![node],
    }
}

/// The same, wherever it stands.
fn same(left: &Node, right: &Node) -> bool {
    let of_itself = match (&left.what, &right.what) {
        (What::Given(left), What::Given(right)) => left == right,
        (What::Field(of, name), What::Field(other, second)) | (What::Has(of, name), What::Has(other, second)) => {
            of == other && name == second
        }
        (What::Two(left, _), What::Two(right, _)) => left == right,
        (What::Now, What::Now)
        | (What::Not(_), What::Not(_))
        | (What::Negative(_), What::Negative(_))
        | (What::In(..), What::In(..)) => true,
        _ => false,
    };
    of_itself
        && left.parts().count() == right.parts().count()
        && left.parts().zip(right.parts()).all(|(left, right)| same(left, right))
}

/// Everything that can stand in a field; nothing where that is endless.
fn possible(subject: &Subject, fields: &[Field]) -> Option<BTreeSet<Option<String>>> {
    let [(name, 1)] = subject.as_slice() else { return None };
    let field = fields.iter().find(|field| format!("{}.{}", field.of, field.name) == *name)?;
    let mut all: BTreeSet<Option<String>> = match &field.kind {
        Kind::Choice(names) => names.iter().cloned().map(Some).collect(),
        Kind::Flag => [true, false].map(|flag| Some(flag.to_string())).into(),
        Kind::Text | Kind::Number | Kind::Moment => return None,
    };
    if field.may_lack {
        all.insert(None);
    }
    Some(all)
}

fn limit(node: &Node) -> Option<Limit> {
    match &node.what {
        What::Field(of, name) => Some(words(format!("{of}.{name}"), [Some(true.to_string())].into(), false)),
        What::Has(of, name) => Some(words(format!("{of}.{name}"), [None].into(), true)),
        What::Not(part) => opposite(limit(part)?),
        What::In(part, list) => {
            let named = list.iter().map(word).map(|word| word.map(Some)).collect::<Option<_>>()?;
            Some(words(field(part)?, named, false))
        }
        What::Two(Operator::Or, two) => either(limit(&two[0])?, limit(&two[1])?),
        What::Two(operator @ (Operator::Equal | Operator::Unequal), two) => {
            let [left, right] = two.as_ref();
            let one_word = field(left).zip(word(right)).or_else(|| field(right).zip(word(left)));
            match one_word {
                Some((name, word)) => Some(words(name, [Some(word)].into(), *operator == Operator::Unequal)),
                None => range(*operator, left, right),
            }
        }
        What::Two(operator, two) => range(*operator, &two[0], &two[1]),
        What::Given(_) | What::Now | What::Negative(_) => None,
    }
}

fn words(name: String, named: BTreeSet<Option<String>>, all_but: bool) -> Limit {
    Limit { subject: vec![(name, 1)], left: Left::Words { named, all_but } }
}

fn field(node: &Node) -> Option<String> {
    match &node.what {
        What::Field(of, name) => Some(format!("{of}.{name}")),
        _ => None,
    }
}

fn word(node: &Node) -> Option<String> {
    match &node.what {
        What::Given(Value::Text(text)) => Some(text.clone()),
        What::Given(Value::Flag(flag)) => Some(flag.to_string()),
        _ => None,
    }
}

fn opposite(limit: Limit) -> Option<Limit> {
    match limit.left {
        Left::Words { named, all_but } => {
            Some(Limit { left: Left::Words { named, all_but: !all_but }, subject: limit.subject })
        }
        // What lacks is neither below nor above.
        Left::Range { .. } => None,
    }
}

fn either(one: Limit, other: Limit) -> Option<Limit> {
    match (&one.left, &other.left) {
        (Left::Words { named, all_but: false }, Left::Words { named: second, all_but: false })
            if one.subject == other.subject =>
        {
            let named = named.union(second).cloned().collect();
            Some(Limit { left: Left::Words { named, all_but: false }, subject: one.subject })
        }
        _ => None,
    }
}

/// `left - right` compared with zero, as what its fields come to compared with a number.
fn range(operator: Operator, left: &Node, right: &Node) -> Option<Limit> {
    let mut sum = Sum::default();
    sum.add(left, 1)?;
    sum.add(right, -1)?;
    sum.terms.retain(|(_, times)| *times != 0);
    sum.terms.sort();
    let is_turned = sum.terms.first()?.1 < 0;
    if is_turned {
        sum.terms.iter_mut().for_each(|(_, times)| *times = -*times);
    }
    let number = if is_turned { sum.number } else { -sum.number };
    let (below, above) = ((f64::NEG_INFINITY, false), (f64::INFINITY, false));
    let (low, high) = match (operator, is_turned) {
        (Operator::Equal, _) => ((number, true), (number, true)),
        (Operator::Less, false) | (Operator::More, true) => (below, (number, false)),
        (Operator::AtMost, false) | (Operator::AtLeast, true) => (below, (number, true)),
        (Operator::More, false) | (Operator::Less, true) => ((number, false), above),
        (Operator::AtLeast, false) | (Operator::AtMost, true) => ((number, true), above),
        (Operator::Unequal | Operator::Or | Operator::And | Operator::Plus | Operator::Minus, _) => return None,
    };
    Some(Limit { subject: sum.terms, left: Left::Range { low, high } })
}

#[derive(Default)]
struct Sum {
    terms: Subject,
    number: f64,
}

impl Sum {
    fn add(&mut self, node: &Node, times: i32) -> Option<()> {
        match &node.what {
            What::Given(Value::Number(number)) => self.number += f64::from(times) * number,
            // Milliseconds of some hundred years are exact in a float.
            What::Given(Value::Moment(ms) | Value::Length(ms)) => self.number += f64::from(times) * *ms as f64,
            What::Now => self.term("now".to_owned(), times),
            What::Field(of, name) => self.term(format!("{of}.{name}"), times),
            What::Negative(part) => self.add(part, -times)?,
            What::Two(Operator::Plus, two) => {
                self.add(&two[0], times)?;
                self.add(&two[1], times)?;
            }
            What::Two(Operator::Minus, two) => {
                self.add(&two[0], times)?;
                self.add(&two[1], -times)?;
            }
            What::Given(_) | What::Has(..) | What::Not(_) | What::In(..) | What::Two(..) => return None,
        }
        Some(())
    }

    fn term(&mut self, name: String, times: i32) {
        match self.terms.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += times,
            None => self.terms.push((name, times)),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::fact::fields;

    use crate::expression::Expression;

    fn read(source: &str) -> Expression {
        Expression::condition(source, &fields()).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
    }

    #[test]
    fn what_can_never_be_so_is_refused_at_the_second_part() {
        for (source, marked) in [
            ("order.status == 'paid' && order.status == 'placed'", "order.status == 'placed'"),
            ("order.status in ['paid'] && order.status != 'paid'", "order.status != 'paid'"),
            ("contact.opted_out && !contact.opted_out", "!contact.opted_out"),
            ("has(order.tracking) && !has(order.tracking)", "!has(order.tracking)"),
            ("order.total > 5 && order.total < 5", "order.total < 5"),
            ("!(ticket.status in ['open', 'resolved'])", "!(ticket.status in ['open', 'resolved'])"),
            (
                "order.status != 'paid' && order.status != 'placed' && order.status in ['paid', 'placed']",
                "order.status in ['paid', 'placed']",
            ),
            (
                "now < order.placed_at && order.placed_at + duration('1h') < now",
                "order.placed_at + duration('1h') < now",
            ),
            (
                "has(order.tracking) || contact.open_tickets == 1 && contact.open_tickets == 2",
                "contact.open_tickets == 2",
            ),
        ] {
            let problems = Expression::condition(source, &fields()).expect_err(source);
            assert_eq!(problems.len(), 1, "{source}: {problems:?}");
            assert_eq!((problems[0].code, &source[problems[0].span.clone()]), ("impossible", marked));
        }
    }

    #[test]
    fn what_can_be_so_is_left_alone() {
        for source in [
            "order.status == 'paid' || order.status == 'placed'",
            "order.status != 'paid' && order.status != 'placed'",
            "order.tracking != 'a' && order.tracking != 'b'",
            "order.total >= 5 && order.total <= 5",
            "appointment.starts_at > now && appointment.starts_at - now < duration('2h')",
        ] {
            read(source);
        }
    }

    #[test]
    fn one_condition_follows_from_another_where_that_can_be_told() {
        let follows = |first: &str, second: &str| read(first).follows_from(&read(second), &fields());
        for (first, second) in [
            ("has(order.tracking)", "order.status == 'shipped' && has(order.tracking)"),
            ("order.status in ['paid', 'shipped']", "order.status == 'paid'"),
            ("order.status != 'paid'", "order.status == 'placed' || order.status == 'shipped'"),
            ("order.total > 5", "order.total > 10 && contact.opted_out"),
            ("order.status == 'paid' || has(order.tracking)", "has(order.tracking)"),
            ("appointment.starts_at > now", "appointment.starts_at - duration('2h') > now"),
        ] {
            assert!(follows(first, second), "{first} from {second}");
        }
        for (first, second) in [
            ("order.status == 'shipped' && has(order.tracking)", "order.status == 'shipped'"),
            ("order.status == 'paid'", "order.status in ['paid', 'shipped']"),
            ("order.total > 10", "order.total > 5"),
            ("has(order.tracking)", "contact.opted_out"),
        ] {
            assert!(!follows(first, second), "{first} from {second}");
        }
    }
}
