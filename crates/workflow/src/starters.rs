//! Workflows to begin with, and the grammar of the file for editors.

/// What every new workspace starts with: twelve things that customers write about, all taken in and handed to a person.
pub const TRIAGE: &str = include_str!("../starters/triage.yaml");

/// The business of the demo, an optician in Mexico City.
pub const OPTICA_LUNA: &str = include_str!("../starters/optica-luna.yaml");

/// A clinic: visits confirmed, reminded of and asked about; health is left to people.
pub const CLINIC: &str = include_str!("../starters/clinic.yaml");

/// An optician with a workshop.
pub const OPTICIAN: &str = include_str!("../starters/optician.yaml");

/// A shop that sells at a counter and sends parcels.
pub const SHOP: &str = include_str!("../starters/shop.yaml");

/// A company that visits its customers.
pub const SERVICES: &str = include_str!("../starters/services.yaml");

/// A school.
pub const SCHOOL: &str = include_str!("../starters/school.yaml");

/// Every starter by its name, the one of a new workspace first.
pub const STARTERS: [(&str, &str); 7] = [
    ("triage", TRIAGE),
    ("clinic", CLINIC),
    ("optician", OPTICIAN),
    ("shop", SHOP),
    ("services", SERVICES),
    ("school", SCHOOL),
    ("optica-luna", OPTICA_LUNA),
];

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
        for (name, starter) in STARTERS {
            let keys = top_keys(starter);
            assert!(9 <= keys.len(), "{name}");
            assert!(keys.iter().all(|key| known.contains_key(*key)), "{name}: {keys:?}");
        }
    }

    #[test]
    fn every_type_of_a_starter_has_examples_in_three_languages_or_is_tapped() {
        for (name, starter) in STARTERS {
            for kind in read(starter, "starter.yaml").expect("a sound starter").types {
                let languages = |language| kind.examples.iter().filter(|example| example.language == language).count();
                let is_tapped = kind.id.starts_with("rate_");
                let in_all = domain::Language::ALL.into_iter().all(|language| 3 <= languages(language));
                assert!(is_tapped || (in_all && 11 <= kind.examples.len()), "{name}: {}", kind.id);
            }
        }
    }

    #[test]
    fn what_a_starter_leaves_to_its_owner_can_be_automated_as_it_stands() {
        let mut waiting = 0;
        for (name, starter) in STARTERS {
            let mut lines: Vec<&str> = starter.lines().collect();
            for index in 0..lines.len() {
                if lines[index].ends_with("then change `intake` to `automate`.")
                    || lines[index].contains("`automate`: from")
                {
                    let policy =
                        lines[index..].iter().position(|line| line.trim() == "policy: intake").expect("a policy");
                    lines[index + policy] = "    policy: automate";
                    waiting += 1;
                }
            }
            read(&lines.join("\n"), name).unwrap_or_else(|found| panic!("{name}: {found:?}"));
        }
        assert_eq!(waiting, 10, "prices, hours and location of five businesses");
    }

    #[test]
    fn a_bare_thanks_is_left_alone_and_thanks_with_a_question_is_not() {
        let triage = read(TRIAGE, "triage.yaml").expect("a sound starter");
        let thanks = decided_by_rule(&triage, "¡Muchas gracias! ").map(|kind| kind.id.as_str());
        assert_eq!(thanks, Some("thanks"));
        assert!(decided_by_rule(&triage, "gracias, y a qué hora abren?").is_none());
    }
}
