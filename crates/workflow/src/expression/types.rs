//! Whether the parts of an expression fit each other, and whether what they name exists.

use std::ops::Range;

use domain::fact::{Field, Kind, Thing, Value};

use super::Problem;
use super::parse::{Node, Operator, What};
use crate::suggest::did_you_mean;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type<'a> {
    Text,
    Choice(&'a [String]),
    Number,
    Flag,
    Moment,
    Length,
}

impl Type<'_> {
    /// As a finding says it.
    pub(super) fn told(&self) -> String {
        match self {
            Type::Text => "a text".to_owned(),
            Type::Choice(names) => format!("one of {}", names.join(", ")),
            Type::Number => "a number".to_owned(),
            Type::Flag => "a yes or no".to_owned(),
            Type::Moment => "a moment".to_owned(),
            Type::Length => "a length of time".to_owned(),
        }
    }

    fn fits(&self, other: &Type) -> bool {
        let is_text = |kind: &Type| matches!(kind, Type::Text | Type::Choice(_));
        self == other || (is_text(self) && is_text(other))
    }
}

/// The type of an expression; nothing if a problem says why it has none.
pub(super) fn check<'a>(
    node: &Node,
    source: &str,
    fields: &'a [Field],
    problems: &mut Vec<Problem>,
) -> Option<Type<'a>> {
    Checker { source, fields, problems }.check(node)
}

struct Checker<'a, 's> {
    source: &'s str,
    fields: &'a [Field],
    problems: &'s mut Vec<Problem>,
}

impl<'a> Checker<'a, '_> {
    fn check(&mut self, node: &Node) -> Option<Type<'a>> {
        match &node.what {
            What::Given(Value::Text(_)) => Some(Type::Text),
            What::Given(Value::Number(_)) => Some(Type::Number),
            What::Given(Value::Flag(_)) => Some(Type::Flag),
            What::Given(Value::Moment(_)) | What::Now => Some(Type::Moment),
            What::Given(Value::Length(_)) => Some(Type::Length),
            What::Given(Value::Nothing) => None,
            What::Field(of, name) => self.field(node.span.clone(), *of, name),
            What::Has(of, name) => {
                let written = &self.source[node.span.clone()];
                let within = written.find(of.name()).map_or(node.span.start, |start| node.span.start + start);
                self.field(within..node.span.end - 1, *of, name).map(|_| Type::Flag)
            }
            What::Not(part) => {
                self.yes_or_no(part);
                Some(Type::Flag)
            }
            What::Negative(part) => match self.check(part)? {
                kind @ (Type::Number | Type::Length) => Some(kind),
                kind => self.refuse(node, format!("{} has no opposite; remove the `-`", kind.told())),
            },
            What::In(part, list) => {
                let looked_for = self.check(part);
                for item in list {
                    let kind = self.check(item);
                    self.comparable(part, looked_for.as_ref(), item, kind.as_ref());
                }
                self.constant(node);
                Some(Type::Flag)
            }
            What::Two(Operator::And | Operator::Or, two) => {
                two.iter().for_each(|part| self.yes_or_no(part));
                Some(Type::Flag)
            }
            What::Two(Operator::Plus | Operator::Minus, two) => self.reckoned(node, two),
            What::Two(
                operator @ (Operator::Equal
                | Operator::Unequal
                | Operator::Less
                | Operator::AtMost
                | Operator::More
                | Operator::AtLeast),
                two,
            ) => {
                self.compared(node, *operator, two);
                Some(Type::Flag)
            }
        }
    }

    fn field(&mut self, at: Range<usize>, of: Thing, name: &str) -> Option<Type<'a>> {
        let field = self.fields.iter().find(|field| field.of == of && field.name == name);
        if field.is_none() {
            let message = unknown_field(of, name, self.fields);
            self.problems.push(Problem::new(at, "unknown-field", message));
        }
        field.map(|field| match &field.kind {
            Kind::Text => Type::Text,
            Kind::Choice(names) => Type::Choice(names),
            Kind::Number => Type::Number,
            Kind::Flag => Type::Flag,
            Kind::Moment => Type::Moment,
        })
    }

    fn yes_or_no(&mut self, part: &Node) {
        match self.check(part) {
            None | Some(Type::Flag) => {}
            Some(kind) => {
                let what = &self.source[part.span.clone()];
                let message = format!("`{what}` is {}, not a yes or no; compare it with something", kind.told());
                self.refuse(part, message);
            }
        }
    }

    fn compared(&mut self, node: &Node, operator: Operator, two: &[Node; 2]) {
        let [left, right] = two;
        let (left_kind, right_kind) = (self.check(left), self.check(right));
        let before = self.problems.len();
        self.comparable(left, left_kind.as_ref(), right, right_kind.as_ref());
        self.comparable(right, right_kind.as_ref(), left, left_kind.as_ref());
        // Both sides say the same about each other.
        self.problems.truncate(before + 1);
        let is_ordered = |kind: &Type| matches!(kind, Type::Number | Type::Moment | Type::Length);
        let asks_order = !matches!(operator, Operator::Equal | Operator::Unequal);
        if let Some(kind) = left_kind.filter(|kind| asks_order && !is_ordered(kind))
            && self.problems.len() == before
        {
            let message =
                format!("{} is neither more nor less than another; compare with `==`, `!=` or `in`", kind.told());
            self.refuse(node, message);
        }
        self.constant(node);
    }

    /// Whether `right` can be what `left` is.
    fn comparable(&mut self, left: &Node, left_kind: Option<&Type>, right: &Node, right_kind: Option<&Type>) {
        let (Some(left_kind), Some(right_kind)) = (left_kind, right_kind) else { return };
        let what = &self.source[left.span.clone()];
        if !left_kind.fits(right_kind) {
            let given = &self.source[right.span.clone()];
            let advice = match left_kind {
                Type::Choice(_) => "one of these in quotes".to_owned(),
                kind => kind.told(),
            };
            let message = format!(
                "`{what}` is {} and `{given}` is {}; compare it with {advice}",
                left_kind.told(),
                right_kind.told()
            );
            self.refuse(right, message);
        } else if let (Type::Choice(names), What::Given(Value::Text(text))) = (left_kind, &right.what)
            && !names.contains(text)
        {
            let suggestion = did_you_mean(text, names.iter().map(String::as_str));
            let advice = if suggestion.is_empty() { format!("; use {}", names.join(", ")) } else { suggestion };
            let message = format!("`{what}` is never `{text}`{advice}");
            self.problems.push(Problem::new(right.span.clone(), "impossible", message));
        }
    }

    fn reckoned(&mut self, node: &Node, two: &[Node; 2]) -> Option<Type<'a>> {
        let is_minus = matches!(node.what, What::Two(Operator::Minus, _));
        let (left, right) = (self.check(&two[0]), self.check(&two[1]));
        match (left?, right?) {
            (Type::Number, Type::Number) => Some(Type::Number),
            (Type::Moment, Type::Length) => Some(Type::Moment),
            (Type::Length, Type::Moment) if !is_minus => Some(Type::Moment),
            (Type::Moment, Type::Moment) if is_minus => Some(Type::Length),
            (Type::Length, Type::Length) => Some(Type::Length),
            (Type::Moment, Type::Number) => {
                let advice = "a length of time has a unit: write `duration(\"2h\")`".to_owned();
                self.refuse(&two[1], advice)
            }
            (left, right) => {
                let sign = if is_minus { "-" } else { "+" };
                let message = format!(
                    "{} {sign} {} cannot be reckoned; use moments, lengths of time or numbers",
                    left.told(),
                    right.told()
                );
                self.refuse(node, message)
            }
        }
    }

    /// A comparison that looks at nothing is the same for everybody.
    fn constant(&mut self, node: &Node) {
        if !super::any(node, &|part| matches!(part.what, What::Now | What::Field(..) | What::Has(..))) {
            let message = "this looks at nothing and is the same for everybody; compare a field";
            self.problems.push(Problem::new(node.span.clone(), "impossible", message));
        }
    }

    fn refuse(&mut self, node: &Node, message: String) -> Option<Type<'a>> {
        self.problems.push(Problem::new(node.span.clone(), "wrong-type", message));
        None
    }
}

/// What to say about a field that does not exist.
pub(crate) fn unknown_field(of: Thing, name: &str, fields: &[Field]) -> String {
    let names: Vec<&str> = fields.iter().filter(|field| field.of == of).map(|field| field.name.as_str()).collect();
    let suggestion = did_you_mean(name, names.iter().copied());
    let elsewhere = fields.iter().find(|field| field.name == name);
    let advice = match elsewhere {
        _ if !suggestion.is_empty() => suggestion.replace("mean `", &format!("mean `{of}.")),
        Some(field) => format!("; did you mean `{}.{name}`?", field.of),
        None => format!("; use {}", names.join(", ")),
    };
    format!("there is no field `{of}.{name}`{advice}")
}
