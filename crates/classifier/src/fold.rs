//! One spelling for the many ways of typing the same word.
//!
//! "Holaaa, ¿DÓNDE está mi pedido #4521? 📦" and "hola donde esta mi pedido #98 📦" are the same message for a
//! classifier. Folding makes them the same text: lower case, no accents, no stretched letters, one `0` for every number,
//! the usual abbreviations written out, punctuation gone except where it carries meaning.

use std::sync::LazyLock;

use domain::spelling::without_accent;

/// Folded characters beyond this many bytes are not read: what somebody wants is said in the first lines, and a pasted
/// document must not cost more than a message.
const LONGEST: usize = 320;

/// Abbreviations that people type in one of the three languages and that mean nothing else in the other two.
const WRITTEN_OUT: &[(&str, &str)] = &[
    ("aki", "aqui"),
    ("asap", "as soon as possible"),
    ("blz", "beleza"),
    ("cmo", "como"),
    ("cnd", "cuando"),
    ("cto", "cuanto"),
    ("dnd", "donde"),
    ("grax", "gracias"),
    ("grcs", "gracias"),
    ("hj", "hoje"),
    ("ke", "que"),
    ("msg", "mensaje"),
    ("mt", "muito"),
    ("mto", "muito"),
    ("ngm", "ninguem"),
    ("obg", "obrigado"),
    ("pf", "por favor"),
    ("pfv", "por favor"),
    ("pfvr", "por favor"),
    ("plis", "please"),
    ("pls", "please"),
    ("plz", "please"),
    ("porfa", "por favor"),
    ("porfis", "por favor"),
    ("porq", "porque"),
    ("pq", "porque"),
    ("q", "que"),
    ("qdo", "quando"),
    ("qnd", "quando"),
    ("qndo", "quando"),
    ("qnto", "quanto"),
    ("qto", "quanto"),
    ("rn", "right now"),
    ("tb", "tambien"),
    ("tbm", "tambem"),
    ("td", "tudo"),
    ("thnx", "thanks"),
    ("thx", "thanks"),
    ("tks", "thanks"),
    ("tmb", "tambien"),
    ("tmr", "tomorrow"),
    ("tmrw", "tomorrow"),
    ("tnx", "thanks"),
    ("ty", "thank you"),
    ("u", "you"),
    ("ur", "your"),
    ("vc", "voce"),
    ("vcs", "voces"),
    ("vlw", "valeu"),
    ("wanna", "want to"),
    ("xfa", "por favor"),
    ("xfavor", "por favor"),
    ("xfis", "por favor"),
    ("xk", "porque"),
    ("xq", "porque"),
];

/// No key of [`WRITTEN_OUT`] has more bytes.
const LONGEST_SHORT_FORM: usize = 7;

/// The folded text, its words separated by single spaces.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// [`fold`] into a buffer that the caller keeps.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    let mut writer = Writer { folded, word: 0, last: NOTHING, run: 0 };
    for character in text.chars() {
        if LONGEST <= writer.folded.len() {
            break;
        }
        if character.is_ascii() {
            writer.take(character.to_ascii_lowercase());
        } else {
            character.to_lowercase().for_each(|lower| writer.take(lower));
        }
    }
    writer.end_word();
    folded.truncate(folded.trim_end().len());
}

enum Shape {
    Letter(char),
    Pair(char, char),
    Digit,
    Mark(char),
    Gap,
    Invisible,
}

impl Shape {
    fn of(character: char) -> Self {
        match character {
            'a'..='z' => Shape::Letter(character),
            '0'..='9' => Shape::Digit,
            ' ' | '\n' | '\t' => Shape::Gap,
            '?' | '!' | '$' | '%' | '#' | '@' => Shape::Mark(character),
            '\'' | '’' | '´' | '`' | '\u{300}'..='\u{36f}' => Shape::Invisible,
            // Joiners, variation selectors and skin tones: the same gesture in another colour is the same gesture.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => Shape::Invisible,
            '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => Shape::Invisible,
            _ => Self::beyond_ascii(character),
        }
    }

    fn beyond_ascii(character: char) -> Self {
        match without_accent(character) {
            letter @ 'a'..='z' => Shape::Letter(letter),
            'ß' => Shape::Pair('s', 's'),
            'æ' => Shape::Pair('a', 'e'),
            'œ' => Shape::Pair('o', 'e'),
            _ if character.is_numeric() => Shape::Digit,
            _ if character.is_alphabetic() => Shape::Letter(character),
            _ if is_picture(character) => Shape::Mark(character),
            _ => Shape::Gap,
        }
    }
}

/// Emoji and the older symbols that phones draw as emoji.
fn is_picture(character: char) -> bool {
    matches!(character, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{231a}'..='\u{23ff}')
}

fn written_out(word: &str) -> Option<&'static str> {
    // Every word of every message is looked up: numbers are compared faster than texts.
    static BY_NUMBER: LazyLock<Vec<(u64, &str)>> = LazyLock::new(|| {
        let mut table: Vec<(u64, &str)> = WRITTEN_OUT.iter().map(|(short, long)| (number_of(short), *long)).collect();
        table.sort_unstable();
        table
    });
    if LONGEST_SHORT_FORM < word.len() {
        return None;
    }
    let found = BY_NUMBER.binary_search_by_key(&number_of(word), |(number, _)| *number).ok()?;
    Some(BY_NUMBER[found].1)
}

/// The bytes of a word of at most eight, as a number of its own.
fn number_of(word: &str) -> u64 {
    word.bytes().fold(0, |number, byte| number << 8 | u64::from(byte))
}

struct Writer<'a> {
    folded: &'a mut String,
    /// Where the word being written begins.
    word: usize,
    /// The last letter of that word, as long as it has one.
    last: char,
    /// How often the last letter was repeated.
    run: usize,
}

/// What no word ends with.
const NOTHING: char = '\0';

impl Writer<'_> {
    fn take(&mut self, character: char) {
        match Shape::of(character) {
            Shape::Letter(letter) => self.letter(letter),
            Shape::Pair(first, second) => {
                self.letter(first);
                self.letter(second);
            }
            Shape::Digit => self.digit(),
            Shape::Mark(mark) => self.mark(mark),
            Shape::Gap => self.end_word(),
            Shape::Invisible => {}
        }
    }

    /// "siiii" is "si", but "llego", "correo" and "need" keep their two letters.
    fn letter(&mut self, letter: char) {
        self.run = if self.last == letter { self.run + 1 } else { 1 };
        self.last = letter;
        match self.run {
            1 | 2 => self.folded.push(letter),
            3 => {
                self.folded.pop();
            }
            _ => {}
        }
    }

    fn digit(&mut self) {
        if self.last != '0' {
            self.folded.push('0');
            self.last = '0';
        }
    }

    /// "!!!" says no more than "!".
    fn mark(&mut self, mark: char) {
        self.end_word();
        if !self.folded.trim_end().ends_with(mark) {
            self.folded.push(mark);
            self.folded.push(' ');
        }
        self.word = self.folded.len();
        self.last = NOTHING;
    }

    fn end_word(&mut self) {
        let word = &self.folded[self.word..];
        if word.is_empty() {
            return;
        }
        if let Some(long) = written_out(word) {
            self.folded.truncate(self.word);
            self.folded.push_str(long);
        } else if let [.., b'a', b'a'] | [.., b'i', b'i'] | [.., b'u', b'u'] = word.as_bytes() {
            // No word of the three languages ends so: "holaa".
            self.folded.pop();
        }
        self.folded.push(' ');
        self.word = self.folded.len();
        self.last = NOTHING;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_message_typed_in_two_moods_is_one_text() {
        assert_eq!(fold("Holaaa, ¿DÓNDE está mi pedido #4521???"), fold("hola donde esta mi pedido # 98 ?"));
        assert_eq!(fold("oi, vc já enviou?"), "oi voce ja enviou ?");
        assert_eq!(fold("don’t 👍🏽👍"), "dont 👍");
    }

    #[test]
    fn double_letters_that_belong_to_a_word_stay() {
        assert_eq!(fold("llego el correo, need coffee"), "llego el correo need coffee");
        assert_eq!(fold("siiii noooo hellooo"), "si no hello");
        assert_eq!(fold("kkkkk"), "k", "laughter in Portuguese, not a short \"que\"");
    }

    #[test]
    fn the_abbreviations_can_be_searched() {
        assert!(WRITTEN_OUT.iter().all(|(short, _)| short.len() <= LONGEST_SHORT_FORM));
    }

    proptest::proptest! {
        #[test]
        fn any_text_folds_and_a_folded_text_has_no_double_spaces(text in ".{0,700}") {
            let folded = fold(&text);
            proptest::prop_assert!(!folded.contains("  ") && folded == folded.trim());
        }
    }
}
