//! Workflows to begin with, and the grammar of the file for editors.

/// What every new workspace starts with: twelve things that customers write about, all taken in and handed to a person.
pub const TRIAGE: &str = include_str!("../starters/triage.yaml");

/// The business of the demo, an optician in Mexico City.
pub const OPTICA_LUNA: &str = include_str!("../starters/optica-luna.yaml");

/// The JSON Schema of the file, with which editors complete and check while somebody types.
pub fn schema() -> &'static str {
    include_str!("../../../docs/workflow.schema.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{decided_by_rule, read};

    fn top_keys(text: &str) -> Vec<&str> {
        let keys = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        keys.filter_map(|line| line.split(':').next()).collect()
    }

    #[test]
    fn the_schema_knows_every_top_key_of_the_starters() {
        let schema: serde_json::Value = serde_json::from_str(schema()).expect("the schema is JSON");
        let known = schema["properties"].as_object().expect("properties");
        for starter in [TRIAGE, OPTICA_LUNA] {
            let keys = top_keys(starter);
            assert_eq!(keys.len(), 9);
            assert!(keys.iter().all(|key| known.contains_key(*key)), "{keys:?}");
        }
    }

    #[test]
    fn every_type_of_a_starter_has_examples_in_three_languages() {
        for starter in [TRIAGE, OPTICA_LUNA] {
            for kind in read(starter, "starter.yaml").expect("a sound starter").types {
                let languages = |language| kind.examples.iter().filter(|example| example.language == language).count();
                assert!(domain::Language::ALL.into_iter().all(|language| 3 <= languages(language)), "{}", kind.id);
                assert!(11 <= kind.examples.len(), "{}", kind.id);
            }
        }
    }

    #[test]
    fn a_bare_thanks_is_left_alone_and_thanks_with_a_question_is_not() {
        let triage = read(TRIAGE, "triage.yaml").expect("a sound starter");
        let thanks = decided_by_rule(&triage, "¡Muchas gracias! ").map(|kind| kind.id.as_str());
        assert_eq!(thanks, Some("thanks"));
        assert!(decided_by_rule(&triage, "gracias, y a qué hora abren?").is_none());
    }
}
