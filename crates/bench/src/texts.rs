//! What the customers of a measurement write, in three languages.

use crate::senders::Language;

const SPANISH: [&str; 10] = [
    "Hola, buenas tardes, ¿me pueden ayudar con mi pedido?",
    "Lo compré el martes y todavía no me llega nada.",
    "¿A qué hora abren mañana? Quiero pasar después del trabajo.",
    "Necesito cambiar mi cita del jueves para la próxima semana.",
    "El técnico no vino y nadie me avisó, estuve esperando toda la mañana.",
    "¿Cuánto cuesta el envío a Guadalajara y cuántos días tarda?",
    "Ya hice la transferencia, ¿les mando el comprobante por aquí?",
    "La talla que recibí no es la que pedí, quiero devolverla.",
    "¿Tienen factura? Se las pedí hace tres días por correo.",
    "Muchas gracias, quedo atenta a su respuesta.",
];

const PORTUGUESE: [&str; 10] = [
    "Oi, tudo bem? Queria saber do meu pedido, por favor.",
    "Comprei na sexta e até agora não recebi nenhuma notícia.",
    "Vocês abrem no sábado à tarde? Consigo passar depois das três.",
    "Preciso remarcar a consulta de amanhã, surgiu um imprevisto.",
    "O aparelho chegou com a tela quebrada, tenho as fotos aqui.",
    "Quanto fica o frete para Belo Horizonte e qual é o prazo?",
    "Já paguei o boleto, mas o sistema ainda mostra em aberto.",
    "Quero trocar a cor, dá para fazer isso sem devolver a peça?",
    "Podem me mandar a segunda via da nota fiscal?",
    "Obrigada pela atenção, fico no aguardo.",
];

const ENGLISH: [&str; 10] = [
    "Hi there, could somebody look into my order please?",
    "It was supposed to arrive on Monday and I am still waiting.",
    "Are you open over the weekend, and until what time?",
    "I have to move my appointment, next Wednesday would be perfect.",
    "The parcel was left outside and everything in it is wet.",
    "What would delivery to Leeds cost, and how long does it take?",
    "I was charged twice this month, please check the second payment.",
    "Can I still change the address before it is sent out?",
    "The discount code from your newsletter does not work for me.",
    "Thanks a lot, I look forward to hearing from you.",
];

const NAMES: [&str; 9] = [
    "Ana López",
    "João Conceição",
    "Harriet Moss",
    "Íñigo Muñoz",
    "Beatriz Araújo",
    "Callum Reid",
    "Ximena Peña",
    "Luís Gusmão",
    "Priya Nair",
];

const SENTENCES: usize = 7; // makes the webhook about 1 KB long

/// What a customer writes in a message: the whole story at once.
pub(crate) fn text(language: Language, message: usize) -> String {
    let table = match language {
        Language::Spanish => &SPANISH,
        Language::Portuguese => &PORTUGUESE,
        Language::English => &ENGLISH,
    };
    let sentences: Vec<&str> = (0..SENTENCES).map(|nth| table[(message / 3 + nth) % table.len()]).collect();
    sentences.join(" ")
}

/// The profile name of a person.
pub(crate) fn name(person: usize) -> &'static str {
    NAMES[person % NAMES.len()]
}
