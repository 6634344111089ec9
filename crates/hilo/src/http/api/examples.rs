//! A message of each type: the OpenAPI document shows them.

use serde_json::{Value, json};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, RefOr};

use crate::outgoing::KINDS;

/// Shows a message of each type with the operation that sends them.
pub(super) fn add_messages(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    let contents = body.content.values_mut().filter_map(|content| match content {
        RefOr::T(content) => Some(content),
        RefOr::Ref(_) => None,
    });
    contents.for_each(|content: &mut Content| {
        for kind in KINDS {
            let example = ExampleBuilder::new().value(Some(message(kind))).build();
            content.examples.insert(kind.to_owned(), RefOr::T(example));
        }
    });
}

fn message(kind: &str) -> Value {
    let said = match kind {
        "text" => json!("Abrimos a las 9."),
        "image" => json!({"media_id": "01a20577-8a40-7c55-9a0e-5b1f3c2d4e6f", "caption": "Su receta"}),
        "document" => json!({"media_id": "01a20577-8a40-7c55-9a0e-5b1f3c2d4e6f", "filename": "Receta.pdf"}),
        "video" => json!({"link": "https://example.com/tour.mp4", "caption": "La tienda"}),
        "audio" => json!({"link": "https://example.com/hola.ogg"}),
        "sticker" => json!({"id": "1013859600285441"}),
        "location" => {
            json!({"latitude": 19.43, "longitude": -99.13, "name": "Óptica Luna", "address": "Av. Juárez 1"})
        }
        "contacts" => json!([{"name": {"formatted_name": "Luis"}, "phones": [{"phone": "+525512345678"}]}]),
        "reaction" => json!({"to": 3, "emoji": "👍"}),
        "buttons" => json!({"header": {"text": "Su pedido"}, "body": "¿Es la suya?", "footer": "Óptica Luna",
            "buttons": [{"id": "yes", "title": "Sí"}, {"id": "no", "title": "No"}]}),
        "list" => json!({"body": "¿A qué hora?", "button": "Ver", "sections": [
            {"title": "Mañana", "rows": [{"id": "10", "title": "10:00", "description": "con Marta"}]},
            {"title": "Tarde", "rows": [{"id": "16", "title": "16:00"}]}]}),
        "cta_url" => json!({"body": "Su pedido", "label": "Ver", "url": "https://example.com/4471"}),
        "flow" => json!({"body": "Sus datos", "label": "Llenar", "id": "1234", "screen": "START"}),
        "location_request" => json!({"body": "¿Dónde está?"}),
        "contact_request" => json!({"body": "¿A qué número le llamamos?"}),
        "template" => json!({"name": "order_ready", "language": "es_MX", "body": ["Ana", "4471"],
            "buttons": [{"index": 0, "payload": "coming"}]}),
        _ => Value::Null,
    };
    json!({ "type": kind, kind: said })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outgoing::New;

    #[test]
    fn each_type_has_an_example_and_whatsapp_would_take_it() {
        for kind in KINDS {
            let new = New::read(message(kind)).unwrap_or_else(|said| panic!("{kind}: {said}"));
            assert_eq!(new.said.check(), Ok(()), "{kind}");
        }
    }
}
