//! How a person puts it: patterns filled in, and the haste of a thumb on glass.

use crate::random::Random;

/// The pattern with its choices made and its facts filled in. A fact that is not known stays as it is written.
pub(super) fn speak(pattern: &str, facts: &[(&str, String)], random: &Random) -> String {
    let chosen = choose(pattern, random);
    let filled = facts.iter().fold(chosen, |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
    let words = filled.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace(" ,", ",").replace(" .", ".").replace("?,", "?").replace("?.", "?")
}

/// `[a|b|]` becomes one of `a`, `b` and nothing. Choices do not nest.
fn choose(pattern: &str, random: &Random) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, choice_and_after)) = rest.split_once('[') {
        let (choice, after) = choice_and_after.split_once(']').unwrap_or((choice_and_after, ""));
        let options: Vec<&str> = choice.split('|').collect();
        text.push_str(before);
        text.push_str(pick(&options, random));
        rest = after;
    }
    text + rest
}

pub(super) fn pick<'a>(options: &[&'a str], random: &Random) -> &'a str {
    let index = usize::try_from(random.below(options.len() as u64)).unwrap_or_default();
    options.get(index).copied().unwrap_or_default()
}

/// How carefully somebody types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    Careful,
    Hasty,
    Careless,
}

/// What arrives of a careful text.
pub(super) fn typed(text: &str, hand: Hand, random: &Random) -> String {
    match hand {
        Hand::Careful => text.to_owned(),
        Hand::Hasty => without_opening_marks(&lowercase_start(text)),
        Hand::Careless => slip(&abbreviated(&without_accents(&without_opening_marks(&text.to_lowercase()))), random),
    }
}

fn lowercase_start(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn without_opening_marks(text: &str) -> String {
    text.replace(['¿', '¡'], "")
}

fn without_accents(text: &str) -> String {
    let plain = |letter| match letter {
        'á' | 'ã' | 'â' | 'à' => 'a',
        'é' | 'ê' => 'e',
        'í' => 'i',
        'ó' | 'õ' | 'ô' => 'o',
        'ú' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    };
    text.chars().map(plain).collect()
}

fn abbreviated(text: &str) -> String {
    let short = |word: &str| match word {
        "que" => "q".to_owned(),
        "porque" => "xq".to_owned(),
        "por" => "x".to_owned(),
        "también" | "tambien" => "tmb".to_owned(),
        "você" | "voce" => "vc".to_owned(),
        "please" => "pls".to_owned(),
        other => other.to_owned(),
    };
    text.split(' ').map(short).collect::<Vec<_>>().join(" ")
}

/// Two neighbouring letters of one longer word change places. Numbers are left alone: a wrong one would be another order.
fn slip(text: &str, random: &Random) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len()).filter(|&word| is_long(&words[word])).collect();
    if long.is_empty() {
        return text.to_owned();
    }
    let word = &mut words[long[usize::try_from(random.below(long.len() as u64)).unwrap_or_default()]];
    let mut letters: Vec<char> = word.chars().collect();
    let place = 1 + usize::try_from(random.below(letters.len() as u64 - 2)).unwrap_or_default();
    letters.swap(place, place + 1);
    *word = letters.into_iter().collect();
    words.join(" ")
}

fn is_long(word: &str) -> bool {
    4 < word.chars().count() && word.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_one_of_its_choices_with_the_facts_filled_in() {
        let random = Random::new(1);
        let said = speak("[hola|buenas] [|,] mi nota es {order}", &[("order", "318".into())], &random);
        assert!(said.starts_with("hola") || said.starts_with("buenas"), "{said}");
        assert!(said.ends_with("mi nota es 318") && !said.contains("  "), "{said}");
    }

    #[test]
    fn a_careless_hand_drops_accents_and_marks_and_spares_numbers() {
        let random = Random::new(1);
        let typed = typed("¿Ya están listos? Es que mañana salgo, nota 4471", Hand::Careless, &random);
        assert!(!typed.contains('¿') && !typed.contains('á') && typed.contains("4471"), "{typed}");
        assert!(typed.contains(" q "), "{typed}");
    }
}
