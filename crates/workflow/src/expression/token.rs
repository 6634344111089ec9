//! The words and signs of an expression, each with its place.

use std::ops::Range;

use super::Problem;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

/// Longer ones first, so that `<=` is not read as `<`.
const SIGNS: [&str; 18] =
    ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "(", ")", "[", "]", ",", ".", "="];

pub(super) fn tokens(source: &str) -> Result<Vec<(Token, Range<usize>)>, Problem> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let length = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if first == '"' || first == '\'' {
            let text = quoted(rest, first).ok_or_else(|| {
                Problem::new(at..source.len(), "condition", "this quote is never closed; add the closing one")
            })?;
            tokens.push((Token::Text(text.to_owned()), at..at + text.len() + 2));
            text.len() + 2
        } else if first.is_ascii_digit() {
            let length = end(rest, |c| c.is_ascii_digit() || c == '.');
            tokens.push((number(&rest[..length], at)?, at..at + length));
            length
        } else if first.is_alphabetic() || first == '_' {
            let length = end(rest, |c| c.is_alphanumeric() || c == '_');
            tokens.push((Token::Word(rest[..length].to_owned()), at..at + length));
            length
        } else {
            let sign = sign(rest, first, at)?;
            tokens.push((Token::Sign(sign), at..at + sign.len()));
            sign.len()
        };
        at += length;
    }
    Ok(tokens)
}

fn quoted(rest: &str, quote: char) -> Option<&str> {
    let inner = &rest[1..];
    inner.find(quote).map(|end| &inner[..end])
}

fn end(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !belongs(c)).unwrap_or(rest.len())
}

fn number(text: &str, at: usize) -> Result<Token, Problem> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.map(Token::Number).ok_or_else(|| {
        Problem::new(at..at + text.len(), "condition", format!("`{text}` is not a number; write one like 5 or 0.5"))
    })
}

fn sign(rest: &str, first: char, at: usize) -> Result<&'static str, Problem> {
    let advice = match first {
        '&' => "write `&&` for and",
        '|' => "write `||` for or",
        '{' => "a condition names its fields without braces, like `order.status`",
        '*' | '/' | '%' => "only + and - are reckoned with",
        '“' | '”' | '‘' | '’' | '«' | '»' => "write straight quotes, like \"shipped\"",
        _ => "remove it",
    };
    SIGNS.into_iter().find(|sign| rest.starts_with(sign)).ok_or_else(|| {
        let message = format!("`{first}` does not belong into a condition; {advice}");
        Problem::new(at..at + first.len_utf8(), "condition", message)
    })
}
