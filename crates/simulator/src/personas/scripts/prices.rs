//! Quotes, contact lenses, invoices.

use crate::personas::script::Beat::{Card, Document, Forward, Pause, Photo, React, Say};
use crate::personas::script::{Buttons, Language, Script};

pub(super) const SCRIPTS: &[Script] = &[
    Script {
        id: "price_of_progressives",
        language: Language::Es,
        opening: &[Say(
            "[Hola|Buenas|Qué tal], [¿cuánto cuestan unos progresivos?|¿qué precio tienen los progresivos?|¿en cuánto salen unos bifocales?] [Tengo {grade} de graduación|Mi graduación es {grade}|Con armazón {frame}]",
        )],
        answered: &[
            &[Say(
                "[Está un poco caro|En otra óptica me los dejan en {price}|Uy, ¿no hay descuento?] [¿tienen meses sin intereses?|¿manejan promoción?|¿es lo menos?]",
            )],
            &[Say("[Lo pienso y les aviso|Ok, déjenme ver|Va, paso el {day}]. Gracias")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((40, &[Say("[¿Me pasan el precio?|¿Cuánto sería entonces?]")])),
    },
    Script {
        id: "two_for_one",
        language: Language::Es,
        opening: &[
            Forward("PROMO 2x1 en lentes completos, armazón y micas, solo esta semana en ópticas participantes"),
            Pause(8),
            Say(
                "[¿Ustedes participan?|¿Esto es con ustedes?|¿Sí es cierto?] [En {place} me dijeron que sí|Me la pasó mi cuñada de {place}|¿Y con armazón {frame}?|Necesito unos de {grade}]",
            ),
        ],
        answered: &[&[Say("[Ah ok|Lástima|Bueno, gracias]")]],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "photo_of_a_frame",
        language: Language::Es,
        opening: &[
            Photo("[¿tienen uno así?|¿cuánto cuesta este?|busco uno como este]"),
            Pause(14),
            Say(
                "[Lo vi {frame} en {place}|En {frame} si hay|Me gusta más en {frame}] [, mi presupuesto es de {price}|, ¿como cuánto?|]",
            ),
        ],
        answered: &[
            &[Say("[¿Y con micas antirreflejantes?|¿Ya con la graduación?]")],
            &[Say("[Va, gracias|Ok, el {day} voy a verlo]")],
        ],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "contact_lenses",
        language: Language::Es,
        opening: &[Say(
            "[Necesito pupilentes de -{grade}|¿Manejan lentes de contacto de -{grade}?|Se me acabaron mis lentes de contacto, uso -{grade}] [mensuales|de los quincenales|para astigmatismo]",
        )],
        answered: &[
            &[Say("[Los dos ojos igual|En los dos -{grade}|El izquierdo lleva un cuarto menos]")],
            &[Say("[Apártenmelos, paso el {day}|Perfecto, voy el {day}]"), React("❤️")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((70, &[Say("[Es que ya traigo los últimos|¿Los tendrán para el {day}?]")])),
    },
    Script {
        id: "invoice",
        language: Language::Es,
        opening: &[
            Say(
                "[Hola, necesito factura de la nota {order}|¿Me pueden facturar la nota {order}?|Quiero factura de mis lentes, nota {order}, fueron {price}]",
            ),
            Pause(30),
            Document("constancia_situacion_fiscal.pdf"),
        ],
        answered: &[
            &[Say("[Uso G03 por favor|Gastos en general|Es para el seguro, uso D01]")],
            &[Say("[Gracias, quedo pendiente|Ya llegó, gracias|Listo]")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((240, &[Say("[¿Ya estará mi factura?|¿Me mandaron la factura de la {order}? No me llega]")])),
    },
    Script {
        id: "paid_the_deposit",
        language: Language::Es,
        opening: &[
            Say(
                "[Ya transferí el anticipo|Listo el depósito|Ya les deposité {price}], [nota {order}|es de la nota {order}]",
            ),
            Pause(12),
            Photo("[comprobante|aquí el comprobante|]"),
        ],
        answered: &[&[Say("[Gracias|Quedo al pendiente|Perfecto, ¿para cuándo estarían?]")]],
        buttons: Buttons::Taps,
        unanswered: Some((150, &[Say("[¿Sí les cayó el depósito?|¿Sí vieron el comprobante de la {order}?]")])),
    },
    Script {
        id: "for_my_company",
        language: Language::Es,
        opening: &[
            Say(
                "[Buenos días, les habla {name} de recursos humanos|Hola, soy {name}, de compras]. [Queremos exámenes de la vista para {weeks}0 empleados|Buscamos convenio para {weeks}0 personas] [en {place}|, estamos en {place}]",
            ),
            Pause(15),
            Card,
        ],
        answered: &[
            &[Say("[El {day} puede ser|¿Pueden venir el {day}?|Mándenme la cotización por favor]")],
            &[Say("[Muchas gracias, saludos|Quedo atenta, saludos cordiales]")],
        ],
        buttons: Buttons::Ignores,
        unanswered: Some((
            480,
            &[Say(
                "[Buen día, ¿pudieron ver mi mensaje?|Reenvío por si no lo vieron: es para {weeks}0 personas en {place}]",
            )],
        )),
    },
];
