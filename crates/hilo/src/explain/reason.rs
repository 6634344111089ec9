//! Why a message of ours waits or was given up, in the reader's language. What Hilo itself says is known; the words of WhatsApp stay as
//! they came.

use domain::Language;

use crate::texts::say;

/// What the guards of a send and the people who pause a number say, and the text that says the same.
const OWN: [(&str, &str); 13] = [
    ("this database was restored from a backup: it may have been sent already", "reason-restored"),
    ("somebody paused it", "reason-paused-by-hand"),
    ("automation is paused", "reason-automation-paused"),
    ("automation is on trial", "reason-on-trial"),
    ("a person is answering", "reason-person-answering"),
    ("the matter was closed before it left", "reason-matter-closed"),
    ("the customer asked for no more messages", "reason-opted-out"),
    (
        "the number may have a new owner: say in the conversation whether it is still the same person",
        "reason-new-owner-held",
    ),
    ("the number may have a new owner", "reason-new-owner"),
    ("nobody has said whose conversation this is: say it there, then release it", "reason-of-nobody"),
    ("it is about something else", "reason-other-type"),
    ("looked at once more before it left, it was not right to send it", "reason-follow-up"),
    ("the 24-hour window is closed: only a template can be sent now", "reason-window"),
];

/// A reason as it is kept, for people.
pub fn reason(language: Language, kept: &str) -> String {
    let own = OWN.iter().find_map(|(said, key)| Some((key, kept.strip_prefix(said)?)));
    own.map_or_else(|| kept.to_owned(), |(key, rest)| say(language, key, &[]) + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hilo_says_is_said_in_the_readers_language_and_whatsapps_words_stay() {
        let sayers = concat!(
            include_str!("../deliver/guards.rs"),
            include_str!("../deliver/pauses.rs"),
            include_str!("../deliver/trials.rs"),
            include_str!("../follow_ups/recheck.rs"),
            include_str!("../inbox/pause_channel.rs"),
            include_str!("../inbox/retype.rs")
        );
        for (said, key) in OWN {
            assert!(sayers.contains(said), "nobody says so any more: {said}");
            assert_eq!(reason(Language::En, said), said);
            assert_ne!(reason(Language::Es, said), said, "{key}");
        }
        assert_eq!(reason(Language::Es, "Message undeliverable"), "Message undeliverable");
        assert!(
            reason(Language::Pt, "the 24-hour window is closed: only a template can be sent now (code 131047)")
                .ends_with(" (code 131047)")
        );
    }
}
