//! People who are not who they seem: a new number, somebody else's phone.

use crate::personas::script::Beat::{Card, ChangeNumber, Pause, Say};
use crate::personas::script::{Buttons, Language, Script};

pub(super) const SCRIPTS: &[Script] = &[
    Script {
        id: "changes_number",
        language: Language::Es,
        opening: &[Say(
            "[Hola soy {name}|Buenas, {name} de nuevo], [encargué mis lentes con la nota {order}|tengo la nota {order}]. [¿Ya están?|¿Cómo van?|Quedaban el {day}]",
        )],
        answered: &[
            &[
                Say("[Ok. Voy a cambiar de número, les escribo del nuevo|Gracias, por cierto hoy cambio de compañía]"),
                Pause(120),
                ChangeNumber,
                Pause(60),
                Say(
                    "[Este es mi nuevo número|Soy {name}, ya con mi número nuevo|Listo, este es el bueno] [, nota {order}|, lo de la {order}]",
                ),
            ],
            &[Say("[Gracias|Perfecto, gracias]")],
        ],
        buttons: Buttons::Ignores,
        unanswered: None,
    },
    Script {
        id: "for_my_mother",
        language: Language::Es,
        opening: &[
            Say(
                "[Pregunto por los lentes de mi mamá|Los lentes de mi mamá ya estarán?|Vengo preguntando por los lentes de mi suegra], [ella encargó con la nota {order}|nota {order}]",
            ),
            Pause(18),
            Card,
            Pause(4),
            Say("[ese es su número|márquenle a ella mejor|ahí está su contacto]"),
        ],
        answered: &[&[Say("[Ok yo le digo|Gracias, yo los recojo el {day}|Sale, yo paso por ellos]")]],
        buttons: Buttons::Taps,
        unanswered: Some((200, &[Say("[Mi mamá pregunta si ya|Nos urgen, el {day} se va de viaje]")])),
    },
    Script {
        id: "only_hello",
        language: Language::Es,
        opening: &[Say(
            "[hola|Hola!|buenas tardes|holaa|qué tal|buen día] [soy {name}|habla {name}, de {place}|le escribo de {place}]",
        )],
        answered: &[
            &[Say(
                "[Sí, mire, es para ver si revisan la vista el {day}|Quería saber si tienen armazones {frame}|Es que quiero unos lentes de sol graduados de {grade}]",
            )],
            &[Say("[ah ok, gracias|muchas gracias]")],
        ],
        buttons: Buttons::Taps,
        unanswered: None,
    },
];
