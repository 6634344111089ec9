//! Glasses on order: are they ready, and please make some.

use crate::personas::script::Beat::{Document, Edit, Order, Pause, Photo, React, Revoke, Say, Sticker, Voice};
use crate::personas::script::{Buttons, Language, Script};

pub(super) const SCRIPTS: &[Script] = &[
    Script {
        id: "glasses_ready",
        language: Language::Es,
        opening: &[Say(
            "[Hola|Buenas tardes|Buen día|Qué tal|Holi][,|] [¿ya están mis lentes?|¿ya quedaron mis lentes?|¿sabe si ya están mis anteojos?|quería ver si ya llegaron mis lentes] [Es la nota {order}|Mi nota es la {order}|Nota {order}|Folio {order}][, a nombre de {name}|]",
        )],
        answered: &[&[Say(
            "[Perfecto|Órale|Súper|Va], [paso el {day}|paso por ellos el {day}|me doy una vuelta el {day}]. [Gracias|Muchas gracias|Mil gracias]",
        )]],
        buttons: Buttons::Taps,
        unanswered: Some((
            50,
            &[Say("[¿Hola?|¿Me podrían ayudar?|¿Alguien?] [Es por la nota {order}|Es lo de mis lentes, nota {order}]")],
        )),
    },
    Script {
        id: "glasses_ready_in_bursts",
        language: Language::Es,
        opening: &[
            Say("[hola|buenas|hey|oiga]"),
            Pause(4),
            Say("[una pregunta|disculpe|perdón la molestia]"),
            Pause(6),
            Say("[mis lentes quedaban hoy|me dijeron que hoy estaban mis lentes|hoy me entregaban los progresivos]"),
            Pause(3),
            Say("[son de la nota {order}|nota {order}|{order}]"),
        ],
        answered: &[
            &[Say("[ok|va|sale|ahh ok]")],
            &[Say("[gracias|muchas gracias|gracias, ahí los veo]"), React("👍")],
        ],
        buttons: Buttons::Ignores,
        unanswered: Some((
            25,
            &[
                Say("[??|hola??|siguen ahí?]"),
                Pause(40),
                Say("[es que salgo de viaje el {day}|los ocupo para el {day}]"),
            ],
        )),
    },
    Script {
        id: "voice_note",
        language: Language::Es,
        opening: &[
            Voice,
            Pause(9),
            Say(
                "[perdón voy manejando|le mandé audio porque voy manejando|ahí le explico en el audio] [es de la nota {order}|por lo de mis micas, nota {order}]",
            ),
        ],
        answered: &[&[Voice]],
        buttons: Buttons::Ignores,
        unanswered: None,
    },
    Script {
        id: "prescription_photo",
        language: Language::Es,
        opening: &[
            Say(
                "[Hola|Buenos días|Buenas], [quiero mandar a hacer unos lentes|me pueden hacer unos lentes|quisiera encargar unos lentes] [con esta receta|con la receta de mi doctora|con mi graduación]",
            ),
            Pause(12),
            Photo("[esta es|mi receta|aquí está la receta|]"),
        ],
        answered: &[
            &[Say(
                "[El armazón lo quiero {frame}|Me gusta el {frame} que tienen en el aparador|¿Tienen armazón {frame}?] [y con antirreflejante|con filtro azul|]",
            )],
            &[Say("[Sale, voy el {day}|Perfecto, paso el {day} como a las {hour}|Va, el {day} los visito]")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((120, &[Say("[¿Sí se ve bien la foto de la receta?|¿Sí les llegó la foto?]")])),
    },
    Script {
        id: "prescription_document",
        language: Language::Es,
        opening: &[
            Document("receta_oftalmologo.pdf"),
            Pause(15),
            Say(
                "[Les mando la receta del hospital|Esa es la receta que me dieron|Es mi receta], [¿en cuánto me saldrían con armazón {frame}?|¿cuánto tardan con armazón {frame}?|quiero unos con armazón {frame}]",
            ),
        ],
        answered: &[&[Say(
            "[Me parece bien|Está bien|Adelante], [los encargo|háganlos por favor|sí los quiero]. [¿Cuánto dejo de anticipo?|¿Les deposito?|¿Aceptan tarjeta?]",
        )]],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "same_again",
        language: Language::Es,
        opening: &[Say(
            "[Hola soy {name}|Qué tal, {name} otra vez|Buenas, habla {name}]. [Quiero otros lentes iguales a los de la nota {order}|Me hacen otros igualitos a los de la nota {order}|Se me perdieron mis lentes, quiero otros iguales, nota {order}]",
        )],
        answered: &[
            &[Say("[Sí, la misma graduación|Con la misma graduación está bien|Igualitos][, en {frame}|]")],
            &[Say("[Gracias|Listo, gracias|Excelente]")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((180, &[Say("[¿Sí se puede?|¿Me avisan si se puede?] [Nota {order}|Es la {order}]")])),
    },
    Script {
        id: "catalogue_order",
        language: Language::Es,
        opening: &[
            Order,
            Pause(10),
            Say(
                "[quiero este|este me encantó|pedí este del catálogo] [con mi graduación de -{grade}|me lo gradúan con -{grade}|, mi graduación es -{grade}]",
            ),
        ],
        answered: &[&[Say("[va, gracias|ok espero|perfecto]"), Sticker]],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "edits_the_note",
        language: Language::Es,
        opening: &[
            Say(
                "[Hola, pregunto por la nota 1{order}|Ya estará la nota 1{order}?|Buenas, mis lentes son los de la nota 1{order}]",
            ),
            Pause(20),
            Edit(
                "[Hola, pregunto por la nota {order}|¿Ya estará la nota {order}?|Buenas, mis lentes son los de la nota {order}]",
            ),
            Pause(5),
            Say("[puse mal el número, ya lo corregí|perdón, era la {order}|me equivoqué de nota, es {order}]"),
        ],
        answered: &[&[Say("[ok gracias|muchas gracias|qué amables]")]],
        buttons: Buttons::Ignores,
        unanswered: None,
    },
    Script {
        id: "thinks_better_of_it",
        language: Language::Es,
        opening: &[
            Say("[mi amor ya voy saliendo|amor compra leche porfa|te veo en {place} a las {hour}]"),
            Pause(8),
            Revoke,
            Pause(10),
            Say(
                "[Perdón, chat equivocado|Ay perdón, no era para ustedes|Disculpen, mensaje equivocado]. [Pero ya que estoy, ¿ya están mis lentes? nota {order}|De paso, ¿quedaron mis lentes de la {order}?]",
            ),
        ],
        answered: &[&[Say("[jaja gracias|gracias y perdón|muchas gracias]"), React("😅")]],
        buttons: Buttons::Taps,
        unanswered: None,
    },
];
