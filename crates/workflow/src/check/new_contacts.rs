//! What becomes of somebody who was never heard of.

use serde_saphyr::Spanned;

use crate::file::{NewContactsFile, TypeFile, Word};
use crate::finding::Findings;
use crate::model::{AskFor, BecomeRecord, NewContacts};
use crate::suggest::did_you_mean;

pub(super) fn new_contacts(
    written: &NewContactsFile,
    types: &Spanned<Vec<TypeFile>>,
    found: &mut Findings,
) -> NewContacts {
    NewContacts {
        ask_for: written.ask_for.as_ref().map_or(AskFor::default(), |word| ask_for(word, found)),
        become_record: written
            .become_record
            .as_ref()
            .map_or(BecomeRecord::default(), |word| become_record(word, found)),
        never_for: never_for(&written.never_for, types, found),
    }
}

fn ask_for(word: &Word, found: &mut Findings) -> AskFor {
    let known = AskFor::ALL.into_iter().find(|choice| choice.name() == word.value);
    known.unwrap_or_else(|| {
        let advice = advice(&word.value, &AskFor::ALL.map(AskFor::name));
        found.error(word, "ask-for", format!("nobody can be asked for `{}`{advice}", word.value));
        AskFor::default()
    })
}

fn become_record(word: &Word, found: &mut Findings) -> BecomeRecord {
    let known = BecomeRecord::ALL.into_iter().find(|choice| choice.name() == word.value);
    known.unwrap_or_else(|| {
        let advice = advice(&word.value, &BecomeRecord::ALL.map(BecomeRecord::name));
        found.error(word, "become-record", format!("nobody becomes a record `{}`{advice}", word.value));
        BecomeRecord::default()
    })
}

fn never_for(written: &[Word], types: &Spanned<Vec<TypeFile>>, found: &mut Findings) -> Vec<String> {
    let ids: Vec<&str> = types.value.iter().map(|kind| kind.id.value.as_str()).collect();
    for word in written.iter().filter(|word| !ids.contains(&word.value.as_str())) {
        let suggestion = did_you_mean(&word.value, ids.iter().copied());
        let advice =
            if suggestion.is_empty() { "; add it under `types` or name another".to_owned() } else { suggestion };
        found.error(word, "unknown-type", format!("there is no type `{}`{advice}", word.value));
    }
    written.iter().map(|word| word.value.clone()).collect()
}

fn advice(written: &str, names: &[&str]) -> String {
    let suggestion = did_you_mean(written, names.iter().copied());
    if suggestion.is_empty() { format!("; use {}", names.join(", ")) } else { suggestion }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::starters::TRIAGE;

    fn rule(lines: &str) -> NewContacts {
        crate::read(&format!("{TRIAGE}\nnew_contacts:\n{lines}"), "starter.yaml").expect("a sound file").new_contacts
    }

    #[test]
    fn everybody_is_a_record_at_once_unless_the_file_says_otherwise() {
        let at_once = rule("  ask_for: none\n");
        assert!(at_once.makes_record(None) && at_once.makes_record(Some("complaint")));
    }

    #[test]
    fn what_somebody_writes_about_makes_them_a_record_or_never_does() {
        let later = rule("  become_record: after_classification\n  never_for: [thanks]\n");
        assert!(
            !later.makes_record(None) && later.makes_record(Some("complaint")) && !later.makes_record(Some("thanks"))
        );
        let at_once = rule("  never_for: [thanks]\n");
        assert!(at_once.makes_record(None) && !at_once.makes_record(Some("thanks")));
    }
}
