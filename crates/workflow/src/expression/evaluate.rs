//! What an expression comes to. Types were checked before, and what does not fit all the same is nothing.

use std::cmp::Ordering;

use domain::fact::{Facts, Value};
use jiff::Timestamp;

use super::parse::{Node, Operator, What};

pub(super) fn value(node: &Node, facts: &Facts, now: Timestamp) -> Value {
    match &node.what {
        What::Given(value) => value.clone(),
        What::Now => Value::Moment(now.as_millisecond()),
        What::Field(of, name) => facts.get(*of, name).clone(),
        What::Has(of, name) => Value::Flag(*facts.get(*of, name) != Value::Nothing),
        What::Not(part) => Value::Flag(!is_true(part, facts, now)),
        What::Negative(part) => match value(part, facts, now) {
            Value::Number(number) => Value::Number(-number),
            Value::Length(ms) => ms.checked_neg().map_or(Value::Nothing, Value::Length),
            Value::Text(_) | Value::Flag(_) | Value::Moment(_) | Value::Nothing => Value::Nothing,
        },
        What::In(part, list) => {
            let looked_for = value(part, facts, now);
            let is_in = list.iter().any(|item| value(item, facts, now) == looked_for);
            Value::Flag(looked_for != Value::Nothing && is_in)
        }
        What::Two(Operator::Or, two) => Value::Flag(two.iter().any(|part| is_true(part, facts, now))),
        What::Two(Operator::And, two) => Value::Flag(two.iter().all(|part| is_true(part, facts, now))),
        What::Two(operator, two) => {
            let [left, right] = two.as_ref();
            both(*operator, value(left, facts, now), value(right, facts, now))
        }
    }
}

fn is_true(node: &Node, facts: &Facts, now: Timestamp) -> bool {
    value(node, facts, now) == Value::Flag(true)
}

fn both(operator: Operator, left: Value, right: Value) -> Value {
    let lacks = left == Value::Nothing || right == Value::Nothing;
    match operator {
        Operator::Equal => Value::Flag(!lacks && left == right),
        Operator::Unequal => Value::Flag(lacks || left != right),
        Operator::Less => Value::Flag(order(&left, &right) == Some(Ordering::Less)),
        Operator::AtMost => Value::Flag(order(&left, &right).is_some_and(Ordering::is_le)),
        Operator::More => Value::Flag(order(&left, &right) == Some(Ordering::Greater)),
        Operator::AtLeast => Value::Flag(order(&left, &right).is_some_and(Ordering::is_ge)),
        Operator::Plus => sum(left, right).unwrap_or(Value::Nothing),
        Operator::Minus => difference(left, right).unwrap_or(Value::Nothing),
        Operator::And | Operator::Or => Value::Nothing,
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        (Value::Moment(left), Value::Moment(right)) | (Value::Length(left), Value::Length(right)) => {
            Some(left.cmp(right))
        }
        _ => None,
    }
}

fn sum(left: Value, right: Value) -> Option<Value> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(Value::Number(left + right)),
        (Value::Moment(at), Value::Length(ms)) | (Value::Length(ms), Value::Moment(at)) => {
            at.checked_add(ms).map(Value::Moment)
        }
        (Value::Length(left), Value::Length(right)) => left.checked_add(right).map(Value::Length),
        _ => None,
    }
}

fn difference(left: Value, right: Value) -> Option<Value> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(Value::Number(left - right)),
        (Value::Moment(at), Value::Length(ms)) => at.checked_sub(ms).map(Value::Moment),
        (Value::Moment(left), Value::Moment(right)) => left.checked_sub(right).map(Value::Length),
        (Value::Length(left), Value::Length(right)) => left.checked_sub(right).map(Value::Length),
        _ => None,
    }
}
