//! What Óptica Luna has had approved: in three languages, and with everything that a template can ask for.

use serde_json::{Value, json};
use simulator::{Category, Template};

/// The templates that WhatsApp knows from the beginning.
pub(super) fn approved() -> Vec<Template> {
    [order_ready(), appointment_reminder(), prescription(), how_was_it(), second_pair()].concat()
}

fn order_ready() -> Vec<Template> {
    let words = [
        (
            "es_MX",
            "Hola {{1}}, tus lentes del pedido {{2}} están listos. Te esperamos hasta las 19:00.",
            "Paso hoy",
            "Ver el pedido",
        ),
        (
            "pt_BR",
            "Oi {{1}}, seus óculos do pedido {{2}} estão prontos. Esperamos você até as 19h.",
            "Passo hoje",
            "Ver o pedido",
        ),
        (
            "en_US",
            "Hi {{1}}, your glasses from order {{2}} are ready. We are open until 7 pm.",
            "I'll come today",
            "See the order",
        ),
    ];
    let made = words.map(|(language, body, today, see)| {
        let components = json!([
            { "type": "BODY", "text": body, "example": { "body_text": [["Ana", "4471"]] } },
            { "type": "FOOTER", "text": "Óptica Luna" },
            { "type": "BUTTONS", "buttons": [
                { "type": "QUICK_REPLY", "text": today },
                { "type": "URL", "text": see, "url": "https://optica-luna.example/p/{{1}}", "example": ["4471"] },
            ] },
        ]);
        template("order_ready", language, Category::Utility, components)
    });
    made.to_vec()
}

fn appointment_reminder() -> Vec<Template> {
    let words = [
        (
            "es_MX",
            "Hola {{name}}, te esperamos el {{day}} para tu examen de la vista.",
            "Ahí estaré",
            "Cambiar la cita",
        ),
        ("pt_BR", "Oi {{name}}, esperamos você {{day}} para o seu exame de vista.", "Estarei aí", "Mudar a consulta"),
        ("en_US", "Hi {{name}}, see you on {{day}} for your eye test.", "I'll be there", "Change it"),
    ];
    let made = words.map(|(language, body, yes, change)| {
        let examples = json!([
            { "param_name": "name", "example": "Ana" },
            { "param_name": "day", "example": "24/11, 10:30" },
        ]);
        let components = json!([
            { "type": "HEADER", "format": "LOCATION" },
            { "type": "BODY", "text": body, "example": { "body_text_named_params": examples } },
            { "type": "BUTTONS", "buttons": [
                { "type": "QUICK_REPLY", "text": yes },
                { "type": "QUICK_REPLY", "text": change },
            ] },
        ]);
        template("appointment_reminder", language, Category::Utility, components)
    });
    made.to_vec()
}

fn prescription() -> Vec<Template> {
    let words = [
        ("es_MX", "Hola {{1}}, aquí está tu graduación."),
        ("pt_BR", "Oi {{1}}, aqui está a sua receita."),
        ("en_US", "Hi {{1}}, here is your prescription."),
    ];
    let made = words.map(|(language, body)| {
        let components = json!([
            { "type": "HEADER", "format": "DOCUMENT" },
            { "type": "BODY", "text": body, "example": { "body_text": [["Ana"]] } },
        ]);
        template("prescription", language, Category::Utility, components)
    });
    made.to_vec()
}

fn how_was_it() -> Vec<Template> {
    let words = [
        (
            "es_MX",
            "Hola {{1}}, soy {{2}} de Óptica Luna. ¿Pudimos resolver lo que nos escribiste?",
            "Sí, gracias",
            "Todavía no",
        ),
        (
            "pt_BR",
            "Oi {{1}}, aqui é {{2}}, da Óptica Luna. Conseguimos resolver o que você escreveu?",
            "Sim, obrigado",
            "Ainda não",
        ),
        (
            "en_US",
            "Hi {{1}}, this is {{2}} from Óptica Luna. Could we settle what you wrote about?",
            "Yes, thanks",
            "Not yet",
        ),
    ];
    let made = words.map(|(language, body, yes, no)| {
        let components = json!([
            { "type": "BODY", "text": body, "example": { "body_text": [["Ana", "Luisa"]] } },
            { "type": "BUTTONS", "buttons": [
                { "type": "QUICK_REPLY", "text": yes },
                { "type": "QUICK_REPLY", "text": no },
            ] },
        ]);
        template("how_was_it", language, Category::Utility, components)
    });
    made.to_vec()
}

fn second_pair() -> Vec<Template> {
    let words = [
        ("es_MX", "Hola {{1}}, tu segundo par cuesta la mitad este mes. Muestra el código en la tienda."),
        ("pt_BR", "Oi {{1}}, neste mês o seu segundo par sai pela metade. Mostre o código na loja."),
        ("en_US", "Hi {{1}}, your second pair is half the price this month. Show the code in the shop."),
    ];
    let made = words.map(|(language, body)| {
        let components = json!([
            { "type": "HEADER", "format": "IMAGE" },
            { "type": "BODY", "text": body, "example": { "body_text": [["Ana"]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "COPY_CODE", "text": "Copy", "example": "LUNA50" }] },
        ]);
        template("second_pair", language, Category::Marketing, components)
    });
    made.to_vec()
}

fn template(name: &str, language: &str, category: Category, components: Value) -> Template {
    Template { languages: vec![language.to_owned()], category, components: Some(components), ..Template::named(name) }
}
