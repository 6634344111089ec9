//! Eye examinations: booking, confirming, moving; and where the shop is.

use crate::personas::script::Beat::{FromAd, Location, Pause, React, Say, Voice};
use crate::personas::script::{Buttons, Language, Script};

pub(super) const SCRIPTS: &[Script] = &[
    Script {
        id: "book_exam",
        language: Language::Es,
        opening: &[Say(
            "[Hola|Buenas|Buenos días], [quisiera agendar un examen de la vista|quiero una cita para examen de la vista|¿tienen cita para revisarme los ojos?] [para el {day}|el {day} si se puede|el {day} a las {hour}]",
        )],
        answered: &[
            &[Say("[A las {hour} me queda bien|Sí, a las {hour}|Mejor a las {hour}]")],
            &[Say("[Perfecto, ahí estaré|Listo, nos vemos el {day}|Gracias, nos vemos]"), React("🙏")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((
            60,
            &[Say("[¿Tendrán lugar el {day}?|¿Sí hay lugar el {day}?|Quedo al pendiente de la cita]")],
        )),
    },
    Script {
        id: "book_for_child",
        language: Language::Es,
        opening: &[
            Say("[Buen día|Hola qué tal|Buenas tardes]"),
            Pause(5),
            Say(
                "[{child} no ve el pizarrón|a {child} le mandaron decir de la escuela que no ve bien|{child} se acerca mucho a la tele], [¿atienden niños?|¿desde qué edad revisan?|¿me lo pueden checar el {day}?]",
            ),
        ],
        answered: &[
            &[Say(
                "[Tiene {weeks} años|Va a cumplir {weeks}|{weeks} añitos], [el {day} salimos de la escuela a las {hour}|el {day} podemos a las {hour}]",
            )],
            &[Say("[Muchas gracias, ahí estaremos|Gracias, llegamos puntuales|Perfecto]")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((
            90,
            &[Say(
                "[¿Sí revisan niños?|¿Me podrían decir si revisan niños?|¿Puede ser el {day}?] [Soy {name}|Estamos en {place}|]",
            )],
        )),
    },
    Script {
        id: "confirm_exam",
        language: Language::Es,
        opening: &[Say(
            "[Confirmo mi examen del {day}, soy {name}|Sí confirmo para el {day} a las {hour}|Sí llego el {day} a las {hour}|Confirmado lo del {day} a las {hour}]",
        )],
        answered: &[&[React("👍")]],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "move_exam",
        language: Language::Es,
        opening: &[Say(
            "[Se me complicó|Ay perdón, me salió un pendiente|No voy a poder llegar], [¿me pasan mi cita para el {day}?|¿puede ser el {day} a las {hour}?|muévanme al {day} porfa]",
        )],
        answered: &[&[Say("[Sí, el {day} está perfecto|A las {hour} está bien|Sale, gracias]")]],
        buttons: Buttons::Taps,
        unanswered: Some((45, &[Say("[Entonces cancelen mi cita por favor|¿Sí pudieron mover mi cita al {day}?]")])),
    },
    Script {
        id: "answers_the_acknowledgement",
        language: Language::Es,
        opening: &[Say(
            "[Hola, ¿hoy hasta qué hora están?|¿A qué hora cierran hoy?|¿Abren el {day}?|¿El {day} los encuentro?] [Salgo de trabajar a las {hour}|Vengo desde {place}|Llego como a las {hour}]",
        )],
        answered: &[
            &[Say("[Ok, espero|Sale, aquí espero|Muy bien, quedo pendiente|Ok quedo atenta] [gracias|]")],
            &[Say("[Perfecto, gracias|Ah ok, gracias|Va, muchas gracias]")],
        ],
        buttons: Buttons::Ignores,
        unanswered: None,
    },
    Script {
        id: "where_are_you",
        language: Language::Es,
        opening: &[
            Say(
                "[¿Dónde están ubicados?|¿Me mandan la ubicación?|¿Están cerca del metro?] [Vengo de {place}|Yo estoy en {place}|Soy de {place}]",
            ),
            Pause(20),
            Location,
        ],
        answered: &[&[Say("[Ah sí ya los ubiqué|Ya, gracias|Súper, llego en {weeks}0 minutos]")]],
        buttons: Buttons::Taps,
        unanswered: Some((15, &[Say("[Ya ando por ahí, ¿en qué calle es?|Ya salí del metro, ¿para dónde camino?]")])),
    },
    Script {
        id: "from_an_advertisement",
        language: Language::Es,
        opening: &[FromAd(
            "[Hola, vi su anuncio del examen sin costo|Quiero más información del examen gratis|¡Hola! Vi la promoción] [, soy de {place}|. ¿Aplica el {day}?|. Me llamo {name}|. ¿Puede ser el {day} a las {hour}?]",
        )],
        answered: &[
            &[Say("[¿Y es sin compromiso?|¿Tengo que comprar los lentes ahí?|¿Incluye los lentes?]")],
            &[Say("[Ok, apártenme el {day} a las {hour}|Va, me apunto el {day}|Lo platico con mi esposo y les aviso]")],
        ],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "grandmother_by_voice",
        language: Language::Es,
        opening: &[
            Voice,
            Pause(30),
            Voice,
            Pause(25),
            Say("[señorita le mandé dos audios|ahí le mandé audios|bueno?] [soy {name}|habla {name}]"),
        ],
        answered: &[&[Say("[gracias mija|dios la bendiga|muchas gracias señorita]")]],
        buttons: Buttons::Ignores,
        unanswered: Some((30, &[Voice])),
    },
];
