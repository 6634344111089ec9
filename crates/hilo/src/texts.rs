//! The texts of the screens and of the timeline, in three languages.

use std::borrow::Cow;
use std::sync::LazyLock;

use domain::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

type Bundle = FluentBundle<FluentResource>;

static SPANISH: LazyLock<Bundle> = LazyLock::new(|| bundle("es-419", include_str!("../locales/es.ftl")));
static PORTUGUESE: LazyLock<Bundle> = LazyLock::new(|| bundle("pt-BR", include_str!("../locales/pt.ftl")));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", include_str!("../locales/en.ftl")));

fn bundle(locale: &str, text: &'static str) -> Bundle {
    let mut bundle = Bundle::new_concurrent(locale.parse().into_iter().collect());
    // Marks around every value would be in every sentence; `kept_apart` puts them around those that need them.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

/// A text with its values filled in. A missing one shows its key; a test keeps that from happening.
pub fn say(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(*name, kept_apart(value));
    }
    let bundle = match language {
        Language::Es => &*SPANISH,
        Language::Pt => &*PORTUGUESE,
        Language::En => &*ENGLISH,
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else { return key.to_owned() };
    bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
}

/// A value that reads from right to left, or that turns what stands beside it, keeps to itself: the sentence around it stays as it is.
fn kept_apart(value: &str) -> Cow<'_, str> {
    if !value.contains(|letter| is_turn(letter) || reads_leftwards(letter)) {
        return Cow::Borrowed(value);
    }
    let (mut kept, mut open) = (String::from(ISOLATE), 0_usize);
    for letter in value.chars() {
        match letter {
            ISOLATE => open += 1,
            END if open == 0 => continue,
            END => open -= 1,
            letter if is_turn(letter) => continue,
            _ => {}
        }
        kept.push(letter);
    }
    kept.extend(std::iter::repeat_n(END, open + 1));
    Cow::Owned(kept)
}

/// What follows is read by its own direction, up to the end.
const ISOLATE: char = '\u{2068}';
const END: char = '\u{2069}';

fn is_turn(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn reads_leftwards(letter: char) -> bool {
    matches!(letter, '\u{200f}' | '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::kept_apart;

    #[test]
    fn a_value_turns_no_word_of_the_sentence_around_it() {
        assert_eq!(kept_apart("Ana <b>"), "Ana <b>");
        assert_eq!(kept_apart("مريم"), "\u{2068}مريم\u{2069}");
        assert_eq!(kept_apart("\u{202e}fdp.exe\u{2069}\u{2069}"), "\u{2068}fdp.exe\u{2069}");
        let within = kept_apart("name: \u{2068}مريم\u{2069}, \u{2068}open").into_owned();
        assert_eq!(within, "\u{2068}name: \u{2068}مريم\u{2069}, \u{2068}open\u{2069}\u{2069}");
    }

    fn keys(text: &str) -> BTreeSet<String> {
        let variables = |line: &str| {
            let mut names: Vec<&str> = line.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
            names.sort_unstable();
            names.join(",")
        };
        let key = |line: &str| line.split_once(" = ").map(|(key, value)| format!("{key} {}", variables(value)));
        text.lines().filter_map(key).collect()
    }

    #[test]
    fn every_text_is_there_in_three_languages_with_the_same_values() {
        let spanish = keys(include_str!("../locales/es.ftl"));
        assert!(40 < spanish.len());
        assert_eq!(spanish, keys(include_str!("../locales/pt.ftl")));
        assert_eq!(spanish, keys(include_str!("../locales/en.ftl")));
    }
}
