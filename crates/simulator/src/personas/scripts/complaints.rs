//! What went wrong, and people who want to be left alone.

use crate::personas::script::Beat::{Block, OptIn, OptOut, Pause, Photo, Say, Sticker, Voice};
use crate::personas::script::{Buttons, Language, Script};

pub(super) const SCRIPTS: &[Script] = &[
    Script {
        id: "third_visit",
        language: Language::Es,
        opening: &[
            Say("[Qué mal servicio|La verdad muy mal|Estoy muy molesta con ustedes]"),
            Pause(7),
            Say(
                "[ya fui tres veces y no están mis lentes|llevo {weeks} semanas esperando mis lentes|me dijeron que el {day} y nada]",
            ),
            Pause(5),
            Say("[nota {order}|es la nota {order} por si les interesa|{order}, chequen]"),
        ],
        answered: &[
            &[Say("[Siempre dicen lo mismo|Eso me dijeron la vez pasada|No me sirve esa respuesta]")],
            &[Say("[Si no están el {day} quiero mi dinero|Espero que ahora sí|Ok, pero que sea el {day}]")],
        ],
        buttons: Buttons::Ignores,
        unanswered: Some((
            20,
            &[
                Say("[¿Nadie va a contestar?|Ni contestan]"),
                Pause(60),
                Say("[voy a poner mi queja en Profeco|le voy a contar a todo mundo en {place}]"),
            ],
        )),
    },
    Script {
        id: "dizzy",
        language: Language::Es,
        opening: &[Say(
            "[No veo bien con los lentes nuevos|Me mareo con los progresivos|Me duele la cabeza con los lentes nuevos], [los recogí el {day}|son los de la nota {order}|llevo {weeks} días con ellos]",
        )],
        answered: &[
            &[Say("[Es de lejos|Al bajar escaleras|Más en la computadora]")],
            &[Say("[Ok voy el {day} a que me los revisen|Va, paso el {day} a las {hour}]")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((
            90,
            &[Say("[¿Es normal? Ya llevo {weeks} días|¿Qué hago, me los quito?|¿Voy el {day}?] [nota {order}|]")],
        )),
    },
    Script {
        id: "broken_hinge",
        language: Language::Es,
        opening: &[
            Photo("[se rompió|miren|se le salió el tornillo]"),
            Pause(10),
            Say(
                "[tienen {weeks} meses|apenas tienen {weeks} semanas], [¿entra en garantía?|¿tiene arreglo?|¿me los cambian?] [nota {order}|es la {order}]",
            ),
        ],
        answered: &[
            &[Say("[Los uso diario|No se me cayeron, se rompieron solos|Solo los abrí]")],
            &[Say("[Gracias|Va, los llevo el {day}]")],
        ],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "wants_the_deposit_back",
        language: Language::Es,
        opening: &[Say(
            "[Quiero que me devuelvan mi anticipo|Ya no quiero los lentes, devuélvanme mi anticipo|Cancelo mi pedido y quiero mi dinero] [de {price}|, fueron {price}], nota {order}",
        )],
        answered: &[
            &[Say(
                "[Porque ya pasaron {weeks} semanas|Encontré otros más baratos en {place}|Me dijeron una cosa y me cobraron otra]",
            )],
            &[Voice],
        ],
        buttons: Buttons::Ignores,
        unanswered: Some((60, &[Say("[Sigo esperando|¿Y mi anticipo de {price}?]")])),
    },
    Script {
        id: "stop",
        language: Language::Es,
        opening: &[
            Say(
                "[STOP|BAJA|Ya no me manden mensajes|No quiero publicidad|Bórrenme de su lista] [, por favor|, soy {name}|, gracias|, de {place}|]",
            ),
            Pause(15),
            OptOut,
        ],
        answered: &[],
        buttons: Buttons::Ignores,
        unanswered: None,
    },
    Script {
        id: "stop_and_back",
        language: Language::Es,
        opening: &[
            OptOut,
            Pause(240),
            Say(
                "[Le puse que no quiero promociones pero sí avísenme de mis lentes, nota {order}|Solo quiero avisos de mi pedido {order}, no promociones]",
            ),
        ],
        answered: &[&[OptIn, Say("[ok gracias|así está bien, gracias]")]],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "blocks_after_the_answer",
        language: Language::Es,
        opening: &[Say(
            "[quién es?|de dónde me escriben?|por qué tienen mi número] [yo nunca he ido a una óptica, soy de {place}|no los conozco, soy {name} de {place}|yo soy {name} y vivo en {place}|me llamo {name} y no uso lentes]",
        )],
        answered: &[&[Say("[número equivocado|no me interesa|dejen de escribir]"), Pause(5), Block]],
        buttons: Buttons::Ignores,
        unanswered: None,
    },
    Script {
        id: "wrong_number",
        language: Language::Es,
        opening: &[Say(
            "[Bueno, ¿la tortillería?|¿Hablo con la veterinaria de {place}?|Disculpe, ¿es el taller mecánico?] [Quiero {weeks} kilos para el {day}|Es para mi cita del {day}|]",
        )],
        answered: &[&[Say("[Ay perdón, número equivocado|Uy, me equivoqué, disculpe|Perdone usted]"), Sticker]],
        buttons: Buttons::Ignores,
        unanswered: Some((35, &[Say("[¿Bueno?|¿Sí es ahí? El de {place}]")])),
    },
];
