//! The tree of an expression: `||` binds least, then `&&`, one comparison, `+` and `-`, and `!` most.

use std::ops::Range;

use domain::fact::{Thing, Value};

use super::Problem;
use super::token::{Token, tokens};
use crate::duration;
use crate::suggest::did_you_mean;

/// Parentheses within each other; nobody reads more.
const DEEPEST: usize = 24;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Given(Value),
    Now,
    Field(Thing, String),
    Has(Thing, String),
    Not(Box<Node>),
    Negative(Box<Node>),
    Two(Operator, Box<[Node; 2]>),
    In(Box<Node>, Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
}

impl Operator {
    fn of(sign: &str) -> Option<Operator> {
        Some(match sign {
            "||" => Operator::Or,
            "&&" => Operator::And,
            "==" => Operator::Equal,
            "!=" => Operator::Unequal,
            "<" => Operator::Less,
            "<=" => Operator::AtMost,
            ">" => Operator::More,
            ">=" => Operator::AtLeast,
            "+" => Operator::Plus,
            "-" => Operator::Minus,
            _ => return None,
        })
    }

    fn binds(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Equal
            | Operator::Unequal
            | Operator::Less
            | Operator::AtMost
            | Operator::More
            | Operator::AtLeast => COMPARISON,
            Operator::Plus | Operator::Minus => 4,
        }
    }
}

const COMPARISON: u8 = 3;

impl Node {
    /// What it is made of, in the order of the text.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Node> {
        let (one, list): (Option<&Node>, &[Node]) = match &self.what {
            What::Given(_) | What::Now | What::Field(..) | What::Has(..) => (None, &[]),
            What::Not(part) | What::Negative(part) => (Some(part), &[]),
            What::Two(_, two) => (None, two.as_slice()),
            What::In(part, list) => (Some(part), list),
        };
        one.into_iter().chain(list)
    }
}

pub(super) fn parse(source: &str) -> Result<Node, Problem> {
    let mut parser = Parser { tokens: tokens(source)?, at: 0, end: source.len(), depth: 0 };
    let root = parser.expression(0)?;
    match parser.next() {
        None => Ok(root),
        Some((token, span)) => Err(Problem::new(span, "condition", unexpected(&token))),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn expression(&mut self, least: u8) -> Result<Node, Problem> {
        let mut left = self.operand()?;
        let mut compared = false;
        loop {
            let joined = self.peek_operator();
            let binds = match joined {
                Some(Joined::By(operator)) => operator.binds(),
                Some(Joined::In) => COMPARISON,
                None => return Ok(left),
            };
            if binds <= least {
                return Ok(left);
            }
            let (_, sign) = self.next().unwrap_or((Token::Sign(""), self.end..self.end));
            if binds == COMPARISON && std::mem::replace(&mut compared, true) {
                let message = "one comparison at a time; join two of them with `&&`";
                return Err(Problem::new(sign, "condition", message));
            }
            left = match joined {
                Some(Joined::By(operator)) => {
                    compared &= binds == COMPARISON;
                    let right = self.expression(binds)?;
                    let span = left.span.start..right.span.end;
                    Node { span, what: What::Two(operator, Box::new([left, right])) }
                }
                Some(Joined::In) | None => {
                    let (list, end) = self.list()?;
                    Node { span: left.span.start..end, what: What::In(Box::new(left), list) }
                }
            };
        }
    }

    fn peek_operator(&self) -> Option<Joined> {
        match self.tokens.get(self.at) {
            Some((Token::Sign(sign), _)) => Operator::of(sign).map(Joined::By),
            Some((Token::Word(word), _)) if word == "in" => Some(Joined::In),
            _ => None,
        }
    }

    fn operand(&mut self) -> Result<Node, Problem> {
        self.depth += 1;
        let node = self.one_operand();
        self.depth -= 1;
        node
    }

    fn one_operand(&mut self) -> Result<Node, Problem> {
        let Some((token, span)) = self.next() else {
            let message = "something is missing here; a condition is like `order.status == \"shipped\"`";
            return Err(Problem::new(self.end..self.end, "condition", message));
        };
        if DEEPEST < self.depth {
            return Err(Problem::new(span, "condition", "this stands in too many parentheses; split the rule"));
        }
        let what = match token {
            Token::Text(text) => What::Given(Value::Text(text)),
            Token::Number(number) => What::Given(Value::Number(number)),
            Token::Sign("!") => What::Not(Box::new(self.operand()?)),
            Token::Sign("-") => What::Negative(Box::new(self.operand()?)),
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                let end = self.expect(")", "this parenthesis is never closed; add `)`", &span)?;
                return Ok(Node { span: span.start..end, what: inner.what });
            }
            Token::Sign(_) => return Err(Problem::new(span, "condition", unexpected(&token))),
            Token::Word(word) => return self.word(&word, span),
        };
        Ok(Node { span: span.start..self.last_end(), what })
    }

    fn word(&mut self, word: &str, span: Range<usize>) -> Result<Node, Problem> {
        let what = match word {
            "true" => What::Given(Value::Flag(true)),
            "false" => What::Given(Value::Flag(false)),
            "now" => What::Now,
            "has" => {
                self.expect("(", "write `has(order.tracking)`", &span)?;
                let (of, name) = match self.next() {
                    Some((Token::Word(thing), place)) => self.field(&thing, place)?,
                    _ => return Err(Problem::new(span, "condition", "write `has(order.tracking)`")),
                };
                self.expect(")", "this parenthesis is never closed; add `)`", &span)?;
                What::Has(of, name)
            }
            "duration" => What::Given(self.given(&span, "duration(\"2h\")", |text| {
                let length = duration::parse(text, "dhms")?;
                Some(Value::Length(i64::try_from(length.as_millis()).ok()?))
            })?),
            "timestamp" => What::Given(self.given(&span, "timestamp(\"2026-12-24T18:00:00Z\")", |text| {
                Some(Value::Moment(text.parse::<jiff::Timestamp>().ok()?.as_millisecond()))
            })?),
            "and" | "or" | "not" => {
                return Err(Problem::new(span, "condition", unexpected(&Token::Word(word.to_owned()))));
            }
            thing => {
                let (of, name) = self.field(thing, span.clone())?;
                What::Field(of, name)
            }
        };
        Ok(Node { span: span.start..self.last_end(), what })
    }

    /// `("…")` behind the name of what it gives.
    fn given(
        &mut self,
        span: &Range<usize>,
        example: &str,
        read: impl Fn(&str) -> Option<Value>,
    ) -> Result<Value, Problem> {
        let write = format!("write `{example}`");
        self.expect("(", &write, span)?;
        let Some((Token::Text(text), place)) = self.next() else {
            return Err(Problem::new(span.clone(), "condition", write));
        };
        let value =
            read(&text).ok_or_else(|| Problem::new(place, "condition", format!("`{text}` cannot be read; {write}")))?;
        self.expect(")", &write, span)?;
        Ok(value)
    }

    fn field(&mut self, thing: &str, span: Range<usize>) -> Result<(Thing, String), Problem> {
        let Ok(of) = thing.parse::<Thing>() else {
            let suggestion = did_you_mean(thing, Thing::ALL.iter().map(|thing| thing.name()));
            let names: Vec<&str> = Thing::ALL.iter().map(|thing| thing.name()).collect();
            let advice = if suggestion.is_empty() {
                format!("; use {}, or put quotes around a text", names.join(", "))
            } else {
                suggestion
            };
            let message = format!("there is nothing called `{thing}`{advice}");
            return Err(Problem::new(span, "unknown-field", message));
        };
        let of_it = format!("say which field of the {of}: `{of}.…`");
        self.expect(".", &of_it, &span)?;
        match self.next() {
            Some((Token::Word(name), _)) => Ok((of, name)),
            _ => Err(Problem::new(span, "condition", of_it)),
        }
    }

    fn list(&mut self) -> Result<(Vec<Node>, usize), Problem> {
        let start = self.place();
        let write = "a list in brackets belongs behind `in`, like `[\"paid\", \"shipped\"]`";
        self.expect("[", write, &start)?;
        let mut list = Vec::new();
        loop {
            list.push(self.expression(COMPARISON)?);
            let place = self.place();
            match self.next() {
                Some((Token::Sign(","), _)) => {}
                Some((Token::Sign("]"), span)) => return Ok((list, span.end)),
                _ => return Err(Problem::new(place, "condition", "this list is never closed; add `]`")),
            }
        }
    }

    /// The end of that sign, or the advice at the place where it lacks.
    fn expect(&mut self, sign: &'static str, advice: &str, at: &Range<usize>) -> Result<usize, Problem> {
        match self.next() {
            Some((Token::Sign(found), span)) if found == sign => Ok(span.end),
            _ => Err(Problem::new(at.clone(), "condition", advice)),
        }
    }

    fn next(&mut self) -> Option<(Token, Range<usize>)> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn place(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(self.end, |(_, span)| span.end)
    }
}

enum Joined {
    By(Operator),
    In,
}

fn unexpected(token: &Token) -> String {
    match token {
        Token::Sign("=") => "`=` compares nothing; write `==`".to_owned(),
        Token::Sign(sign) => format!("`{sign}` does not fit here; a condition is like `order.status == \"shipped\"`"),
        Token::Word(word) => match word.as_str() {
            "and" => "write `&&` for and".to_owned(),
            "or" => "write `||` for or".to_owned(),
            "not" => "write `!` for not".to_owned(),
            word => format!("`{word}` does not fit here; join conditions with `&&` or `||`"),
        },
        Token::Text(text) => format!("the text `{text}` does not fit here; compare with `==`"),
        Token::Number(number) => format!("the number {number} does not fit here; compare with `==`, `<` or `>`"),
    }
}
