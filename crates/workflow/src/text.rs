//! Texts with variables: `{{ name }}`, `{% if name %}…{% endif %}`, and nothing more.
//!
//! Loops, filters and arithmetic are refused although the template engine has them: a text must end, be short, and be
//! readable by whoever is responsible for what customers are told.

use std::cell::RefCell;
use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, Value};

/// The longest name that a text is filled in with; longer ones are cut.
pub(crate) const LONGEST_VALUE: usize = 80;

/// Why a text cannot be filled in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem<'a> {
    /// A variable that this text is not given.
    UnknownVariable { tag: &'a str, name: &'a str },
    /// Something between braces that is neither a variable nor a plain condition.
    NotAllowed { tag: &'a str },
    /// A condition without its end.
    NeverClosed { tag: &'a str },
    /// What only the template engine notices.
    Broken(String),
}

/// Everything wrong with a text that is given these variables.
pub(crate) fn problems<'a>(text: &'a str, variables: &[&str]) -> Vec<Problem<'a>> {
    let found: Vec<Problem<'a>> = tags(text).into_iter().filter_map(|tag| problem(tag, variables)).collect();
    if !found.is_empty() {
        return found;
    }
    if let Some(tag) = never_closed(text) {
        return vec![Problem::NeverClosed { tag }];
    }
    let sample: Vec<(&str, &str)> = variables.iter().map(|variable| (*variable, "x")).collect();
    match render(text, &sample) {
        Ok(_) => Vec::new(),
        Err(error) => vec![Problem::Broken(error.detail().unwrap_or("unknown").to_owned())],
    }
}

/// Fills a text in; strict, so a variable without a value is an error and not a gap.
pub(crate) fn render(text: &str, values: &[(&str, &str)]) -> Result<String, minijinja::Error> {
    thread_local!(static ENGINE: RefCell<Environment<'static>> = RefCell::new(engine()));
    ENGINE.with_borrow_mut(|engine| {
        if engine.get_template(text).is_err() {
            if KEPT_TEXTS <= engine.templates().count() {
                engine.clear_templates();
            }
            engine.add_template_owned(text.to_owned(), text.to_owned())?;
        }
        engine.get_template(text)?.render(nested(values))
    })
}

/// `order.status` is what stands under `status` in `order`.
fn nested(values: &[(&str, &str)]) -> Value {
    let mut plain: BTreeMap<&str, Value> = BTreeMap::new();
    let mut of_things: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (name, value) in values {
        match name.split_once('.') {
            Some((thing, field)) => {
                of_things.entry(thing).or_default().insert(field, value);
            }
            None => {
                plain.insert(name, Value::from(*value));
            }
        }
    }
    plain.extend(of_things.into_iter().map(|(thing, fields)| (thing, Value::from_pairs(fields))));
    Value::from_pairs(plain)
}

/// The variables that a text names, each once.
pub(crate) fn names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for tag in tags(text) {
        let inner = inside(tag).unwrap_or_default();
        let name = match inner.split_whitespace().collect::<Vec<_>>().as_slice() {
            [name] | ["if", name] | ["if", "not", name] if !matches!(*name, "else" | "endif") => *name,
            _ => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Texts that a thread keeps as the engine has read them: reading one takes longer than filling it in.
const KEPT_TEXTS: usize = 256;

/// Empty: no filters, functions or includes, and no escaping, since WhatsApp shows text as it is.
fn engine() -> Environment<'static> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine
}

/// The most characters that a text can grow to: both sides of every condition, every value at its longest.
pub(crate) fn longest(text: &str, longest_value: usize) -> usize {
    let tags = tags(text);
    let braces: usize = tags.iter().map(|tag| tag.chars().count()).sum();
    let values = tags.iter().filter(|tag| tag.starts_with("{{")).count() * longest_value;
    text.chars().count() - braces + values
}

/// Everything between braces, braces included; an unclosed one reaches to the end.
fn tags(text: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = text;
    while let Some(start) = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min() {
        let close = match &rest[start..start + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let end = rest[start..].find(close).map_or(rest.len(), |length| start + length + 2);
        tags.push(&rest[start..end]);
        rest = &rest[end..];
    }
    tags
}

fn problem<'a>(tag: &'a str, variables: &[&str]) -> Option<Problem<'a>> {
    let Some(inner) = inside(tag) else { return Some(Problem::NotAllowed { tag }) };
    let words: Vec<&'a str> = inner.split_whitespace().collect();
    let name = match (&tag[..2], words.as_slice()) {
        ("{{", [name]) | ("{%", ["if", name] | ["if", "not", name]) => *name,
        ("{%", ["else" | "endif"]) => return None,
        _ => return Some(Problem::NotAllowed { tag }),
    };
    if variables.contains(&name) {
        None
    } else if name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
        Some(Problem::UnknownVariable { tag, name })
    } else {
        Some(Problem::NotAllowed { tag })
    }
}

fn never_closed(text: &str) -> Option<&str> {
    let mut open = Vec::new();
    for tag in tags(text) {
        match inside(tag).and_then(|inner| inner.split_whitespace().next()) {
            Some("if") => open.push(tag),
            Some("endif") => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

/// What stands between the braces, without the `-` that trims white space.
fn inside(tag: &str) -> Option<&str> {
    let inner = tag.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    let inner = inner.or_else(|| tag.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}")))?;
    let inner = inner.strip_prefix('-').unwrap_or(inner);
    Some(inner.strip_suffix('-').unwrap_or(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_filters_and_arithmetic_are_refused() {
        for tag in ["{% for a in name %}", "{{ name|upper }}", "{{ name * 9 }}", "{{ \"a\" }}", "{# note #}", "{{ name"]
        {
            assert_eq!(problems(tag, &["name"]), [Problem::NotAllowed { tag }], "{tag}");
        }
    }

    #[test]
    fn an_unclosed_condition_is_found() {
        let tag = "{% if name %}";
        assert_eq!(problems("{% if name %}hola", &["name"]), [Problem::NeverClosed { tag }]);
        assert!(matches!(problems("hola{% endif %}", &["name"]).as_slice(), [Problem::Broken(_)]));
    }

    #[test]
    fn what_a_customer_is_called_is_never_read_as_a_template() {
        let text = render("Hola {{ name }}", &[("name", "{{ business }} <b>")]);
        assert_eq!(text.expect("a sound text"), "Hola {{ business }} <b>");
    }

    #[test]
    fn the_longest_text_counts_values_and_not_braces() {
        assert_eq!(longest("ab {{ name }}", LONGEST_VALUE), 3 + LONGEST_VALUE);
    }
}
