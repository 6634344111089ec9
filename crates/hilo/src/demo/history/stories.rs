//! What people write to an optician, and what the optician answers. `|` begins another message of a burst; `@voice` and `@photo`
//! are messages without words.

use domain::Language::{self, En, Es, Pt};

/// One matter, from the first word to the last.
pub(super) struct Story {
    pub(super) language: Language,
    /// How it begins: one of these.
    pub(super) opening: &'static [&'static str],
    /// What the shop answers.
    pub(super) answer: &'static str,
    /// What the customer says to that, and what the shop answers, if it goes on.
    pub(super) more: Option<(&'static str, &'static str)>,
    /// The last word.
    pub(super) thanks: &'static str,
}

/// All of them.
#[rustfmt::skip]
pub(super) const STORIES: &[Story] = &[
    Story { language: Es, opening: &["hola, ya están mis lentes?", "buenas tardes|quería saber si ya quedaron mis lentes, los encargué hace una semana", "ya puedo pasar por mis lentes? nota 318"], answer: "Hola, ya están listos. Puede pasar hoy hasta las 7.", more: Some(("y puedo pagar el resto con tarjeta?", "Sí, con tarjeta o transferencia.")), thanks: "perfecto, gracias" },
    Story { language: Es, opening: &["para cuándo quedan mis progresivos?", "me dijeron 5 días y ya van 8, qué pasó con mis lentes progresivos"], answer: "Las micas llegan mañana del laboratorio; le escribimos en cuanto estén montadas.", more: None, thanks: "ok gracias" },
    Story { language: Es, opening: &["quiero un examen de la vista", "tienen cita para revisarme los ojos el sábado?", "hola!|quisiera agendar para mi hijo, no ve el pizarrón"], answer: "Claro. Tenemos el sábado a las 11 o a las 13. ¿Cuál le queda mejor?", more: Some(("a las 11 porfa", "Listo, sábado a las 11. La esperamos.")), thanks: "muchas gracias" },
    Story { language: Es, opening: &["se puede pasar hoy a que me gradúen?", "hace mucho no me gradúan y quisiera ir esta semana"], answer: "Hoy tenemos un espacio a las 5 de la tarde. ¿Se lo aparto?", more: Some(("sí por favor", "Apartado. Nos vemos a las 5.")), thanks: "gracias!" },
    Story { language: Es, opening: &["cuánto cuestan unos progresivos?", "me cotizas armazón y micas con antirreflejante?", "buen día|qué precio tiene el examen de la vista"], answer: "El examen es gratis si hace sus lentes con nosotros; los progresivos van desde $3,200 con armazón.", more: Some(("manejan meses sin intereses?", "Sí, 3 y 6 meses con tarjetas participantes.")), thanks: "va, gracias por la info" },
    Story { language: Es, opening: &["necesito pupilentes de menos tres", "se me acabaron mis lentes de contacto mensuales, me resurten?", "manejan lentes de contacto tóricos?"], answer: "Sí los manejamos, llegan en dos días. ¿Se los pido?", more: Some(("sí, dos cajas", "Pedidos. Le aviso en cuanto lleguen.")), thanks: "mil gracias" },
    Story { language: Es, opening: &["a qué hora abren después de comer?", "los domingos trabajan?", "me mandas la ubicación de la óptica"], answer: "Estamos en Orizaba 120, Roma Norte. Abrimos de 10 a 14 y de 15 a 19; sábados hasta las 15 y domingos cerramos.", more: None, thanks: "gracias" },
    Story { language: Es, opening: &["no veo bien con los lentes nuevos|me mareo con los progresivos", "se le cayó un tornillo a mi armazón", "me aprietan atrás de la oreja mis lentes"], answer: "Tráigalos cuando guste, el ajuste no tiene costo y tarda diez minutos.", more: None, thanks: "paso mañana, gracias" },
    Story { language: Es, opening: &["quiero quejarme, tres vueltas y no están mis lentes", "estoy muy molesta, me dijeron un precio y me cobraron otro|quiero poner una queja", "qué mal servicio, la señorita del mostrador fue muy grosera"], answer: "Le ofrezco una disculpa. Soy Marta, la dueña: hoy mismo lo reviso y le hablo.", more: Some(("espero su llamada", "Ya lo revisé: le devolvemos la diferencia y sus lentes quedan mañana.")), thanks: "gracias por atenderme" },
    Story { language: Es, opening: &["se rayaron las micas a la semana, entra en garantía?", "@photo|mire cómo llegaron mis lentes, quiero que me los cambien"], answer: "Sí, entra en garantía. Tráigalos con su nota y las cambiamos sin costo.", more: None, thanks: "ok, muchas gracias" },
    Story { language: Es, opening: &["me facturan por favor?", "necesito factura de los lentes para el seguro", "a qué cuenta deposito el resto?"], answer: "Con gusto. ¿A qué correo se la mando?", more: Some(("al mismo de siempre por favor", "Listo, en una hora le llega.")), thanks: "gracias" },
    Story { language: Es, opening: &["se me complicó, pásame mi cita para la otra semana", "cancela lo del jueves porfa", "podría ser más tarde mi revisión de hoy?"], answer: "Sin problema. ¿Le queda bien el martes a las 12?", more: Some(("sí, el martes está bien", "Cambiada al martes a las 12.")), thanks: "gracias" },
    Story { language: Es, opening: &["quiero mandar hacer unos lentes con mi receta", "me hacen otros iguales a los que ya tengo?", "quiero unos de sol graduados"], answer: "Claro que sí. Mándenos una foto de los que usa ahora y le paso el precio.", more: Some(("@photo", "Gracias. Con armazón y antirreflejante quedan en $1,850; listos en 5 días.")), thanks: "perfecto, muchas gracias" },
    Story { language: Es, opening: &["@voice", "@voice|es sobre mis lentes, le mandé un audio"], answer: "Escuché su mensaje: sus lentes salen el viernes.", more: None, thanks: "ok gracias" },
    Story { language: Es, opening: &["confirmo mi examen del martes", "sí llego a las once"], answer: "Confirmado, la esperamos.", more: None, thanks: "👍" },
    Story { language: Pt, opening: &["meus óculos já ficaram prontos?", "oi, bom dia|quando chegam as minhas lentes multifocais?"], answer: "Olá! Ficam prontos amanhã depois das 12h.", more: Some(("posso buscar no sábado?", "Pode sim, sábado até as 15h.")), thanks: "obrigada" },
    Story { language: Pt, opening: &["quero marcar um exame de vista", "tem horário pra consulta no sábado?", "preciso atualizar meu grau"], answer: "Temos sábado às 11h ou às 13h. Qual prefere?", more: Some(("às 13h por favor", "Marcado, sábado às 13h.")), thanks: "muito obrigado" },
    Story { language: Pt, opening: &["quanto custa um multifocal?", "me passa um orçamento de armação e lente?"], answer: "Multifocal a partir de $3,200 pesos com armação; o exame é grátis.", more: None, thanks: "valeu" },
    Story { language: Pt, opening: &["que atendimento ruim, já fui três vezes e ninguém resolve meu problema", "quero reclamar, falaram um preço e cobraram outro"], answer: "Peço desculpas. Sou a Marta, dona da ótica: vou resolver ainda hoje.", more: None, thanks: "obrigado" },
    Story { language: Pt, opening: &["não enxergo bem com os óculos novos", "soltou o parafuso da armação", "@voice"], answer: "Pode trazer quando quiser, o ajuste é grátis.", more: None, thanks: "beleza, obrigada" },
    Story { language: Pt, opening: &["que horas abre depois do almoço?", "fica perto do metrô?"], answer: "Abrimos às 15h. Rua Orizaba 120, a duas quadras do metrô.", more: None, thanks: "obrigado" },
    Story { language: En, opening: &["are my glasses ready?", "hi there|when will my progressive lenses arrive?"], answer: "They're ready. You can pick them up until 7 pm today.", more: Some(("can I pay by card?", "Of course, card or transfer.")), thanks: "thanks" },
    Story { language: En, opening: &["I'd like an eye exam", "do you have a slot on Saturday to check my eyes?"], answer: "We have Saturday at 11 or at 1 pm. Which one suits you?", more: Some(("11 please", "Done, Saturday at 11.")), thanks: "thank you" },
    Story { language: En, opening: &["how much are progressive lenses?", "do you carry toric contacts?"], answer: "Progressives start at $3,200 pesos with the frame; contacts take two days.", more: None, thanks: "ok thanks" },
    Story { language: En, opening: &["awful service, I came three times for nothing", "the lenses scratched in a week, I want to complain"], answer: "I'm sorry about that. I'm Marta, the owner; I'll sort it out today.", more: Some(("I'd appreciate that", "New lenses are ordered at no cost; they arrive on Thursday.")), thanks: "thank you" },
    Story { language: En, opening: &["I need an invoice for my insurance", "where exactly is the shop?"], answer: "Happy to help: we're at Orizaba 120, and the invoice goes out today.", more: None, thanks: "thanks a lot" },
];
