//! A yes or a no, and nothing else: what it means depends on what was asked.

use std::sync::LazyLock;

use domain::prompt::Plain;

use crate::fold::fold;
use crate::rules::{Book, POLITE};

/// Whether all of `text` says yes, or all of it no.
pub fn yes_or_no(text: &str) -> Option<Plain> {
    static BOOKS: LazyLock<[(Plain, Book); 2]> = LazyLock::new(|| {
        [(Plain::Yes, Book::of(&[YES, GOES_WITH, POLITE])), (Plain::No, Book::of(&[NO, GOES_WITH, POLITE]))]
    });
    let folded = fold(text);
    BOOKS.iter().find(|(_, book)| book.explains(&folded)).map(|(said, _)| *said)
}

#[rustfmt::skip] // One line a language, gestures last.
const YES: &[&str] = &[
    "si", "sip", "sep", "si si", "si claro", "claro", "claro que si", "por supuesto", "desde luego", "de acuerdo", "esta bien", "muy bien", "correcto", "asi es", "exacto", "confirmo", "confirmado", "confirmada", "si confirmo", "lo confirmo", "la confirmo", "confirmar", "vale", "dale", "va", "sale", "listo", "perfecto", "ahi estare", "alli estare", "ahi estaremos", "si voy", "si ire", "ahi nos vemos", "cuenten conmigo", "cuenta conmigo",
    "sim", "simm", "sim sim", "claro que sim", "com certeza", "certo", "isso", "isso mesmo", "ta bom", "tudo certo", "confirmada a consulta", "pode confirmar", "pode ser", "beleza", "combinado", "fechado", "estarei la", "vou sim", "irei", "perfeito", "pode contar comigo",
    "yes", "yep", "yeah", "yup", "yes please", "sure", "of course", "correct", "thats right", "confirm", "confirmed", "i confirm", "ok", "okay", "okey", "oki", "alright", "sounds good", "perfect", "ill be there", "i will be there", "see you there", "count me in", "y",
    "👍", "👌", "✅", "💯",
];

#[rustfmt::skip] // One line a language, gestures last.
const NO: &[&str] = &[
    "no", "noo", "nop", "nel", "no no", "no puedo", "no podre", "no voy a poder", "no voy a poder ir", "no puedo ir", "no podre ir", "no voy", "no ire", "no asistire", "ya no", "ya no voy", "ya no puedo", "otro dia", "mejor otro dia", "en otro momento", "otra fecha", "otra hora", "mejor no", "negativo", "imposible", "cambiar", "cancelar", "cancela", "cancelo", "reagendar", "quiero cambiarla", "no me queda", "ese dia no", "ese dia no puedo",
    "nao", "naum", "nao posso", "nao vou", "nao vou poder", "nao vou poder ir", "nao poderei", "nao posso ir", "outro dia", "melhor outro dia", "outra data", "outro horario", "remarcar", "desmarcar", "agora nao", "hoje nao", "infelizmente nao",
    "nope", "nah", "no way", "i cant", "i cannot", "cant", "cant make it", "i cant make it", "i wont make it", "not today", "another day", "another time", "some other day", "reschedule", "cancel", "not really", "n",
    "👎", "❌",
];

#[rustfmt::skip] // One line a language, gestures last.
const GOES_WITH: &[&str] = &[
    "!", "hola", "buenos dias", "buenas tardes", "buenas noches", "muchas gracias", "mil gracias", "senor", "senora", "senorita", "doctor", "doctora", "saludos", "ahi", "pues", "es que", "lo siento", "perdon", "disculpe", "disculpa",
    "oi", "bom dia", "boa tarde", "boa noite", "muito obrigado", "muito obrigada", "desculpa", "desculpe", "infelizmente",
    "hi", "hello", "good morning", "good afternoon", "good evening", "sorry", "im sorry", "unfortunately",
    "😊", "🙂", "🙏", "😀", "😃", "😄", "😁", "😉", "🙌", "👏", "😔", "😢", "🙈",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_is_a_yes_in_each_language() {
        for text in [
            "Sí",
            "si!!",
            "Sí, confirmo",
            "sim",
            "Sim, pode confirmar 🙏",
            "yes please",
            "ok gracias",
            "👍🏽",
            "Buenos días, sí, ahí estaré",
        ] {
            assert_eq!(yes_or_no(text), Some(Plain::Yes), "{text}");
        }
    }

    #[test]
    fn a_no_is_a_no_and_so_is_another_day() {
        for text in [
            "No",
            "no gracias",
            "Otro día",
            "não posso",
            "Não vou poder ir, desculpa",
            "another day please",
            "I can't make it",
            "cancelar",
        ] {
            assert_eq!(yes_or_no(text), Some(Plain::No), "{text}");
        }
    }

    #[test]
    fn whoever_says_more_says_neither() {
        for text in [
            "sí, pero más tarde",
            "no llegó mi pedido",
            "sí y no",
            "yes but can you move it to five",
            "gracias",
            "",
            "si me pueden mandar la dirección",
        ] {
            assert_eq!(yes_or_no(text), None, "{text}");
        }
    }

    #[test]
    fn every_phrase_is_written_the_way_a_message_is_folded() {
        let unreachable: Vec<_> =
            [YES, NO, GOES_WITH].concat().into_iter().filter(|phrase| fold(phrase) != *phrase).collect();
        assert!(unreachable.is_empty(), "{unreachable:?}");
    }
}
