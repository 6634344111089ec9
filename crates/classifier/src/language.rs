//! Spanish, Portuguese or English, from a handful of words.
//!
//! Spanish and Portuguese share half of their words once accents are gone, so the evidence of every word and of its
//! pieces is added up, learnt from the phrase bank when the first message arrives (a few milliseconds), and a message
//! whose sum says nothing is left undecided.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::bank;
use crate::fold::fold;

/// A language that messages are read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Spanish.
    Es,
    /// Portuguese.
    Pt,
    /// English.
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Lang; 3] = [Lang::Es, Lang::Pt, Lang::En];

    /// The two-letter code.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Es => "es",
            Lang::Pt => "pt",
            Lang::En => "en",
        }
    }

    /// The language with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }
}

/// A language and how sure it is, between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Detected {
    /// The likeliest language.
    pub lang: Lang,
    /// How likely it is.
    pub confidence: f32,
}

/// The language of a message; none for "ok", "👍", a number or a name.
pub fn detect(text: &str) -> Option<Lang> {
    detect_with_confidence(text).map(|detected| detected.lang)
}

/// [`detect`], with how sure it is.
pub fn detect_with_confidence(text: &str) -> Option<Detected> {
    static EVIDENCE: LazyLock<Evidence> = LazyLock::new(Evidence::from_the_bank);
    let mut sums = EVIDENCE.of(&fold(text));
    for character in text.chars().filter(|character| !character.is_ascii()) {
        for (sum, marks) in sums.iter_mut().zip(SPELLING) {
            *sum += if marks.contains(character) { SPELLING_WEIGHT } else { 0.0 };
        }
    }
    let highest = sums.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let shares = sums.map(|sum| ((sum - highest) * CAUTION).exp());
    let total: f32 = shares.iter().sum();
    Lang::ALL
        .into_iter()
        .zip(shares)
        .map(|(lang, share)| Detected { lang, confidence: share / total })
        .max_by(|one, other| one.confidence.total_cmp(&other.confidence))
        .filter(|detected| DECIDED <= detected.confidence)
}

/// Letters and signs that one of the languages alone has, in the order of [`Lang::ALL`].
const SPELLING: [&str; 3] = ["ñÑ¿¡", "ãõçêôâàÃÕÇÊÔÂÀ", ""];
const SPELLING_WEIGHT: f32 = 3.0;

/// As many bytes of a message tell its language; what comes after them would only cost time.
const READ: usize = 240;

/// Below this the message is not decided.
const DECIDED: f32 = 0.7;

/// Pieces of one word are not independent hints, so their sum is taken for less than it seems.
const CAUTION: f32 = 0.6;

/// What a piece of a word weighs against the word.
const PIECE_WEIGHT: f32 = 0.3;

/// Added to every count, so that a word seen once in one language is a hint and not a proof.
const DOUBT: f32 = 0.3;

/// Words that make a whole message, and that messages of the bank seldom consist of; in the order of [`Lang::ALL`].
const SHORT_MESSAGES: [&str; 3] = [
    "hola holi buenas buenos dias buen dia tardes noches si gracias claro vale dale listo perfecto bueno bien que tal \
     y esto el la los las una usted ustedes mucho muy pero donde cuando cuanto quien ahora hoy manana ayer aca alla",
    "oi ola oie bom dia boa tarde noite sim nao obrigado obrigada valeu beleza claro certo isso tudo bem tchau \
     e isso o a os as uma voce voces muito mas onde quando quanto quem agora hoje amanha ontem aqui ali pra pro ta to",
    "hi hello hey yes yeah yep nope thanks thank you sure fine great good morning afternoon evening night bye \
     and this the a an you it is are much very but where when how who what now today tomorrow yesterday here there",
];

/// How often [`SHORT_MESSAGES`] count as seen.
const SHORT_MESSAGES_SEEN: usize = 4;

const BUCKETS: usize = 1 << 15;

/// For every word and piece, how much it speaks for each language.
struct Evidence(Vec<[f32; 3]>);

impl Evidence {
    fn from_the_bank() -> Self {
        let mut counts = vec![[0.0_f32; 3]; BUCKETS];
        let mut read = |lang: Lang, text: &str| {
            pieces(&fold(text), |bucket, _| counts[bucket][lang as usize] += 1.0);
        };
        for &archetype in bank::archetypes() {
            bank::examples(archetype).for_each(|(lang, message)| read(lang, message));
        }
        for _ in 0..SHORT_MESSAGES_SEEN {
            Lang::ALL.into_iter().zip(SHORT_MESSAGES).for_each(|(lang, words)| read(lang, words));
        }
        let totals: [f32; 3] = std::array::from_fn(|lang| counts.iter().map(|count| count[lang]).sum());
        let mean = totals.iter().sum::<f32>() / 3.0;
        for count in &mut counts {
            for (count, total) in count.iter_mut().zip(totals) {
                *count = (*count * mean / total + DOUBT).ln();
            }
        }
        Self(counts)
    }

    fn of(&self, folded: &str) -> [f32; 3] {
        let mut sums = [0.0; 3];
        pieces(folded, |bucket, weight| {
            sums.iter_mut().zip(self.0[bucket]).for_each(|(sum, evidence)| *sum += weight * evidence);
        });
        sums
    }
}

/// Calls `found` with every word of letters and with its pieces of two to four letters, borders included.
fn pieces(folded: &str, mut found: impl FnMut(usize, f32)) {
    let bordered = format!(" {folded} ");
    let mut start = 1;
    for word in folded.split(' ') {
        let end = start + word.len();
        if word.bytes().any(|byte| byte.is_ascii_alphabetic()) && !EVERYWHERE.contains(&word) {
            found(bucket(word.as_bytes(), 0), 1.0);
            let bordered = &bordered.as_bytes()[start - 1..=end];
            for length in 2..=4 {
                for piece in bordered.windows(length) {
                    found(bucket(piece, length as u32), PIECE_WEIGHT);
                }
            }
        }
        if READ <= end {
            return;
        }
        start = end + 1;
    }
}

/// Words that all three languages type.
const EVERYWHERE: &[&str] =
    &["ok", "okay", "oki", "app", "email", "whatsapp", "wifi", "pdf", "pizza", "online", "link", "no", "k"];

fn bucket(bytes: &[u8], salt: u32) -> usize {
    let hash = bytes.iter().fold(0x811C_9DC5 ^ salt, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)) as usize % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_word_is_enough_where_it_belongs_to_one_language() {
        for (text, lang) in [
            ("hola", Lang::Es),
            ("Gracias", Lang::Es),
            ("oi", Lang::Pt),
            ("obg", Lang::Pt),
            ("não", Lang::Pt),
            ("hi", Lang::En),
            ("thx", Lang::En),
            ("yes", Lang::En),
            ("sí", Lang::Es),
            ("sim", Lang::Pt),
        ] {
            assert_eq!(detect(text), Some(lang), "{text}");
        }
    }

    #[test]
    fn what_says_nothing_about_the_language_is_left_open() {
        for text in ["ok", "👍", "12345", "", "?", "no"] {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    #[test]
    fn neighbouring_languages_are_told_apart_without_accents() {
        assert_eq!(detect("me pasa o preco e o prazo de entrega"), Some(Lang::Pt));
        assert_eq!(detect("me pasas el precio y cuanto demora"), Some(Lang::Es));
        assert_eq!(detect("can you send me the price"), Some(Lang::En));
    }
}
