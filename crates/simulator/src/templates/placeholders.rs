//! `{{1}}` and `{{first_name}}`.

/// How the placeholders of a template are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Positional,
    Named,
}

impl Format {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Positional => "POSITIONAL",
            Self::Named => "NAMED",
        }
    }
}

/// The placeholders in their order, each once.
pub(crate) fn names(text: &str) -> Vec<&str> {
    let (mut names, mut rest) = (Vec::new(), text);
    while let Some((_, name, after)) = next(rest) {
        if !names.contains(&name) {
            names.push(name);
        }
        rest = after;
    }
    names
}

/// Puts a value where each placeholder is.
pub(crate) fn replace<E>(text: &str, mut value_of: impl FnMut(&str) -> Result<String, E>) -> Result<String, E> {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, name, after)) = next(rest) {
        filled.push_str(before);
        filled.push_str(&value_of(name)?);
        rest = after;
    }
    Ok(filled + rest)
}

fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name.trim(), after))
}
