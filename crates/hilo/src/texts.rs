//! The texts of the screens and of the timeline, in three languages.

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
    // Values such as names come from strangers and are shown in places that isolate them by themselves.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

/// A text with its values filled in. A missing one shows its key; a test keeps that from happening.
pub fn say(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(*name, *value);
    }
    let bundle = match language {
        Language::Es => &*SPANISH,
        Language::Pt => &*PORTUGUESE,
        Language::En => &*ENGLISH,
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else { return key.to_owned() };
    bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
