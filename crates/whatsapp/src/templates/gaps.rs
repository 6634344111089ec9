//! The gaps of a template's text: `{{1}}` or `{{name}}`.

/// A text taken apart: what stands before a gap, its name, and so on; what is left stands at the end.
pub(super) fn split(text: &str) -> (Vec<(&str, &str)>, &str) {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, name, after)) = next(rest) {
        parts.push((before, name));
        rest = after;
    }
    (parts, rest)
}

/// The names of the gaps, each once, in the order in which they are filled: numbers by their value, names as they come.
pub(super) fn names(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in split(text).0 {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.iter().all(|name| name.parse::<u32>().is_ok()) {
        names.sort_by_key(|name| name.parse::<u32>().unwrap_or_default());
    }
    names
}

fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name.trim(), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_counted_once_and_in_their_order() {
        assert_eq!(names("{{2}} a {{1}} b {{2}}"), ["1", "2"]);
        assert_eq!(names("{{name}} a {{ order }} b {{"), ["name", "order"]);
        assert!(names("nothing {x} here").is_empty());
    }
}
