//! Messages that need no guess: opt-outs and their taking back, thanks, bare greetings.
//!
//! A rule holds only if it explains the whole message, phrase by phrase. "gracias 🙏" is thanks; "gracias, pero no llegó
//! mi pedido" has words that no rule knows, so it is left to the model. Neither is "cancelar" an opt-out here: on its own
//! it more often means an appointment.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::fold::fold;

/// What a message says beyond doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Do not write to me any more.
    OptOut,
    /// Write to me again.
    OptIn,
    /// Thank you, goodbye; nothing is asked for.
    Thanks,
    /// A hello, with the request still to come.
    Greeting,
}

/// The rule that explains all of `text`, if one does.
pub fn recognise(text: &str) -> Option<Rule> {
    static BOOKS: LazyLock<[(Rule, Book); 4]> = LazyLock::new(|| {
        [
            (Rule::OptOut, Book::of(&[OPT_OUT, POLITE])),
            (Rule::OptIn, Book::of(&[OPT_IN, POLITE])),
            (Rule::Thanks, Book::of(&[THANKS, POLITE, CLOSING])),
            (Rule::Greeting, Book::of(&[GREETING, SMALL_TALK, MARKS])),
        ]
    });
    let folded = fold(text);
    BOOKS.iter().find(|(_, book)| book.explains(&folded)).map(|(rule, _)| *rule)
}

/// The phrases of a rule, by their first word; each with the list that it is from.
pub(crate) struct Book(HashMap<&'static str, Vec<(&'static str, usize)>>);

impl Book {
    pub(crate) fn of(lists: &[&'static [&'static str]]) -> Self {
        let mut phrases: HashMap<&str, Vec<(&str, usize)>> = HashMap::new();
        for (list, phrase) in lists.iter().enumerate().flat_map(|(list, all)| all.iter().map(move |one| (list, *one))) {
            phrases.entry(first_word(phrase)).or_default().push((phrase, list));
        }
        Self(phrases)
    }

    /// Whether the phrases cover the text from its first word to its last, at least one of them from the first list.
    pub(crate) fn explains(&self, folded: &str) -> bool {
        let mut rest = folded;
        let mut essential = false;
        while !rest.is_empty() {
            let Some(phrases) = self.0.get(first_word(rest)) else { return false };
            // The longest phrase that fits, and of two equal ones that of the first list.
            let fits = phrases.iter().filter_map(|(phrase, list)| Some((after(rest, phrase)?, list)));
            let Some((left, list)) = fits.min_by_key(|(left, list)| (left.len(), *list)) else {
                return false;
            };
            essential |= *list == 0;
            rest = left;
        }
        essential
    }
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

/// What follows `phrase`, if the text begins with it and it ends with a word.
fn after<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(phrase)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

#[rustfmt::skip] // One line a language.
const OPT_OUT: &[&str] = &[
    "stop", "stop all", "stopall", "unsubscribe", "unsubscribe me", "opt out", "optout", "stop texting me", "stop messaging me", "stop sending me messages", "do not text me", "dont text me", "dont text me anymore", "dont message me anymore", "remove me", "remove me from your list", "take me off your list", "take me off this list", "remove my number", "no more messages", "stop promotions", "stop sending me promotions",
    "baja", "alto", "darme de baja", "dar de baja", "deme de baja", "dame de baja", "denme de baja", "quiero darme de baja", "quiero la baja", "desuscribir", "desuscribirme", "cancelar suscripcion", "cancelar la suscripcion", "cancelar mi suscripcion", "no me escriban mas", "no me escriban", "no escribir mas", "ya no me escriban", "no me manden mas mensajes", "no me manden mensajes", "ya no me manden mensajes", "no quiero recibir mas mensajes", "no quiero mas mensajes", "no quiero recibir mensajes", "no enviar mas mensajes", "dejen de escribirme", "dejen de mandarme mensajes", "dejen de mandarme publicidad", "no mas mensajes", "no mas publicidad", "no quiero publicidad", "no quiero mas publicidad", "no quiero promociones", "borrenme de su lista", "saquenme de la lista", "quitenme de la lista", "eliminar mi numero", "eliminen mi numero", "borren mi numero", "salir",
    "sair", "parar", "pare", "descadastrar", "quero descadastrar", "me descadastra", "descadastre meu numero", "cancelar inscricao", "cancelar a inscricao", "cancelar assinatura da lista", "quero sair da lista", "sair da lista", "me tira da lista", "me tirem da lista", "me remove da lista", "me remova da lista", "remover meu numero", "nao quero mais receber", "nao quero receber mensagens", "nao quero mais mensagens", "nao quero receber mais mensagens", "nao quero mais receber mensagens", "nao me mande mais mensagem", "nao me mandem mais mensagem", "nao me mandem mais mensagens", "nao mandem mais mensagem", "nao mande mais mensagens", "parem de me mandar mensagem", "para de me mandar mensagem", "pare de mandar mensagem", "parem de mandar mensagens", "chega de mensagem", "nao quero propaganda", "nao quero mais propaganda",
];

#[rustfmt::skip] // One line a language. Each is also a plain request: it means this only of somebody who opted out.
const OPT_IN: &[&str] = &[
    "start", "unstop", "resume", "subscribe", "subscribe me", "opt in", "optin", "i want messages again", "send me messages again",
    "alta", "darme de alta", "dar de alta", "dame de alta", "deme de alta", "quiero darme de alta", "volver", "suscribir", "suscribirme", "quiero suscribirme", "quiero recibir mensajes", "quiero recibir mensajes de nuevo", "pueden escribirme", "pueden volver a escribirme",
    "voltar", "quero voltar", "inscrever", "me inscreve", "quero receber mensagens", "quero receber mensagens de novo", "podem me escrever", "podem voltar a me escrever",
];

#[rustfmt::skip] // One line a language, gestures last.
const THANKS: &[&str] = &[
    "gracias", "muchas gracias", "mil gracias", "muchisimas gracias", "gracias totales", "muy amable", "muy amables", "que amable", "te agradezco", "le agradezco", "les agradezco", "se agradece", "agradecido", "agradecida", "muy agradecido", "muy agradecida", "te pasaste", "saludos", "adios", "chau", "chao", "hasta luego", "bendiciones", "un abrazo", "abrazo", "abrazos",
    "obrigado", "obrigada", "muito obrigado", "muito obrigada", "brigado", "brigada", "brigadao", "obrigadao", "obrigadinha", "muitissimo obrigado", "muitissimo obrigada", "valeu", "agradeco", "grato", "grata", "muito grato", "muito grata", "gratidao", "tchau", "ate mais", "ate logo", "abraco", "abracos", "um abraco", "deus abencoe",
    "thanks", "thank you", "thankyou", "many thanks", "thanks a lot", "thanks so much", "thank you so much", "thank you very much", "thanks a bunch", "thanks a million", "tysm", "much appreciated", "appreciate it", "i appreciate it", "cheers", "bye", "goodbye", "take care", "god bless", "god bless you",
    "👍", "🙏", "👌", "🤝",
];

/// What goes with any of the others and says nothing by itself.
pub(crate) const POLITE: &[&str] =
    &["por favor", "please", "!", "gracias", "obrigado", "obrigada", "thanks", "thank you"];

#[rustfmt::skip] // One line a language, gestures last.
const CLOSING: &[&str] = &[
    "ok", "oka", "okay", "okey", "oki", "okis", "vale", "dale", "listo", "lista", "perfecto", "excelente", "genial", "buenisimo", "super", "bueno", "bien", "muy bien", "esta bien", "de acuerdo", "entendido", "recibido", "ya", "va", "sale", "de una", "bacan", "chevere", "por todo", "por la ayuda", "por tu ayuda", "por su ayuda", "por la atencion", "por tu atencion", "por su atencion", "por la informacion", "por la info", "por avisar", "por responder", "por su respuesta", "por su tiempo", "a ti", "a usted", "a ustedes", "de nuevo", "igualmente", "de verdad", "la verdad", "buen dia", "buena tarde", "buenas tardes", "buenas noches", "buenos dias", "buena noche", "lindo dia", "feliz dia", "feliz noche", "feliz tarde", "que tenga buen dia", "que tengas buen dia", "que tenga un buen dia", "que tengas un buen dia", "que tengas lindo dia", "que tenga lindo dia", "que este bien", "que esten bien", "senor", "senora", "senorita", "amigo", "amiga", "doctor", "doctora", "y", "hasta pronto", "nada mas", "eso es todo", "eso era todo",
    "ta bom", "ta", "tudo certo", "tudo bem", "certo", "beleza", "perfeito", "otimo", "show", "show de bola", "joia", "legal", "entendi", "recebido", "fechado", "combinado", "por tudo", "pela ajuda", "pela atencao", "pela informacao", "pelas informacoes", "pela resposta", "pelo atendimento", "pelo retorno", "por responder", "bom dia", "boa tarde", "boa noite", "tenha um bom dia", "tenha uma boa tarde", "tenha uma boa noite", "um bom dia", "bom fim de semana", "moca", "moco", "querida", "querido", "viu", "mesmo", "demais", "de nada", "e", "era so isso", "so isso", "bjs", "beijos", "fica com deus",
    "great", "perfect", "awesome", "cool", "got it", "alright", "all good", "sounds good", "nice", "sweet", "sure", "understood", "noted", "for everything", "for the help", "for your help", "for the info", "for the information", "for your time", "for letting me know", "for the quick reply", "again", "have a nice day", "have a good day", "have a great day", "have a good one", "have a great one", "have a nice one", "you too", "good night", "sir", "maam", "miss", "guys", "and", "thats all", "that was all",
    "😊", "🙂", "😀", "😃", "😄", "😁", "😉", "🤗", "😘", "🥰", "😍", "❤", "💕", "💙", "💚", "💛", "💜", "🧡", "💖", "✨", "🌟", "🙌", "👏", "💪", "🌹", "🌸", "✅", "☺",
];

#[rustfmt::skip] // One line a language, gestures last.
const GREETING: &[&str] = &[
    "hola", "holi", "holis", "hola hola", "ola", "buenas", "buenos dias", "buen dia", "buenas tardes", "buenas noches", "muy buenas", "muy buenos dias", "muy buenas tardes", "wenas", "saludos", "que tal", "que onda", "alo",
    "oi", "oie", "opa", "e ai", "eai", "bom dia", "boa tarde", "boa noite", "boa", "salve",
    "hi", "hello", "hey", "hey there", "hi there", "hello there", "good morning", "good afternoon", "good evening", "morning", "afternoon", "evening", "howdy", "yo", "sup", "whats up", "greetings",
    "👋",
];

#[rustfmt::skip] // One line a language.
const SMALL_TALK: &[&str] = &[
    "como esta", "como estas", "como estan", "como le va", "como te va", "como va", "todo bien", "como anda", "como andas", "como andan", "a todos", "senor", "senora", "senorita", "doctor", "doctora", "amigo", "amiga", "amigos", "disculpe", "disculpa", "por favor",
    "tudo bem", "tudo bom", "tudo", "bem", "como vai", "como voce esta", "como voces estao", "beleza", "com voce", "com voces", "gente", "pessoal", "moca", "moco", "querida", "querido", "por gentileza", "licenca",
    "how are you", "how are you doing", "hows it going", "everyone", "guys", "team", "sir", "maam", "miss", "to all", "anyone there", "friend",
    "😊", "🙂", "😀", "😃", "😄", "😁", "🤗",
];

const MARKS: &[&str] = &["?", "!"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opt_out_is_known_in_each_language() {
        for text in
            ["STOP", "Baja", "SAIR!", "cancelar suscripción", "No me manden más mensajes por favor", "Unsubscribe"]
        {
            assert_eq!(recognise(text), Some(Rule::OptOut), "{text}");
        }
    }

    #[test]
    fn an_opt_out_is_taken_back_in_each_language() {
        for text in ["ALTA", "Start", "volver!", "Quiero recibir mensajes de nuevo por favor", "voltar"] {
            assert_eq!(recognise(text), Some(Rule::OptIn), "{text}");
        }
        assert_eq!(recognise("quiero volver a comprar"), None);
    }

    #[test]
    fn words_that_only_look_like_an_opt_out_are_left_to_the_model() {
        for text in [
            "cancelar",
            "baja el precio?",
            "quiero parar en la sucursal",
            "stop by tomorrow?",
            "can you stop the delivery",
        ] {
            assert_eq!(recognise(text), None, "{text}");
        }
    }

    #[test]
    fn thanks_are_thanks_only_when_nothing_else_is_said() {
        for text in [
            "gracias",
            "ok gracias",
            "👍",
            "Obrigada!! ❤️",
            "thx",
            "Muchas graciasss, que tenga buen día 🙏🏽",
            "vlw, tudo certo",
        ] {
            assert_eq!(recognise(text), Some(Rule::Thanks), "{text}");
        }
        for text in
            ["gracias, pero no llegó mi pedido", "no gracias", "gracias?", "ok", "thanks for nothing", "gracias 😡"]
        {
            assert_eq!(recognise(text), None, "{text}");
        }
    }

    #[test]
    fn a_bare_greeting_asks_for_nothing_yet() {
        for text in
            ["hola", "Holaaa buenas tardes!", "oi, tudo bem?", "hey there", "Buen día, ¿cómo están?", "boa noite 👋"]
        {
            assert_eq!(recognise(text), Some(Rule::Greeting), "{text}");
        }
        assert_eq!(recognise("hola, precio?"), None);
        assert_eq!(recognise(""), None);
    }

    #[test]
    fn every_phrase_is_written_the_way_a_message_is_folded() {
        let lists = [OPT_OUT, OPT_IN, THANKS, POLITE, CLOSING, GREETING, SMALL_TALK, MARKS].concat();
        let unreachable: Vec<_> = lists.into_iter().filter(|phrase| fold(phrase) != *phrase).collect();
        assert!(unreachable.is_empty(), "{unreachable:?}");
    }
}
