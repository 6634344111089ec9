//! Customers who write everything that WhatsApp knows, so that a screen shows all of it.

use jiff::SignedDuration;
use serde_json::json;
use simulator::{Act, Decision, NewPhone, OrderItem, Phone};

use crate::app::{TestApp, text};

/// A conversation with one message of every type.
pub(super) async fn everything(app: &TestApp) -> (Phone, String) {
    let ana = named(app, "+52 55 1234 5678", "Ana Torres").await;
    let asked = ana.says("Hola, ¿dónde está mi pedido *4471*? https://optica-luna.mx/pedido/4471").await;
    app.settled().await;
    let thread = text(&app.conversation_of(&ana).await["id"]).to_owned();
    let path = format!("/conversations/{thread}/messages");
    app.api.post(&path, &json!({ "text": "Buenos días, Ana. Lo reviso ahora mismo.", "reply_to": asked })).await;
    app.settled().await;
    let received = ana.received();
    let answer = received.last().unwrap().wamid.clone();
    ana.reacts(&answer, "👍").await.unwrap();
    for act in [
        Act::Image { media_id: String::new(), caption: Some("Así llegó la caja".to_owned()) },
        Act::Voice { media_id: String::new() },
        Act::Document { media_id: String::new(), filename: "factura.pdf".to_owned(), caption: None },
        Act::Location {
            latitude: 19.43261,
            longitude: -99.13321,
            name: Some("Óptica Luna Centro".to_owned()),
            address: Some("Av. Juárez 1".to_owned()),
            reply_to: None,
        },
        Act::Contacts { name: "Pepe Ruiz".to_owned(), phone: "+52 55 5555 0000".to_owned(), requested: false },
        Act::Order {
            catalog_id: "c".to_owned(),
            text: Some("¿Hay en azul?".to_owned()),
            items: vec![OrderItem {
                product_retailer_id: "LUNA-7".to_owned(),
                quantity: 2,
                item_price: 1250.0,
                currency: "MXN".to_owned(),
            }],
        },
        Act::Unsupported { what: "poll".to_owned(), code: 131_051 },
    ] {
        ana.does(act).await.unwrap();
    }
    let wrong = ana.says("Llega el viernes, ¿no?").await;
    ana.edits(&wrong, "Llega el jueves, ¿no?").await.unwrap();
    let gone = ana.says("olvídelo").await;
    ana.revokes(&gone).await.unwrap();
    app.settled().await;
    let buttons = json!({"type": "buttons", "buttons": {"body": "¿Cuándo pasas por tus lentes?", "footer": "Óptica Luna",
        "buttons": [{"id": "today", "title": "Hoy"}, {"id": "tomorrow", "title": "Mañana"}]}});
    app.api.post(&path, &buttons).await;
    app.settled().await;
    ana.taps("tomorrow").await.unwrap();
    app.settled().await;
    app.clock.advance(SignedDuration::from_mins(40));
    ana.says("Perfecto, gracias").await;
    ana.says("Una cosa más: *no* me ha llegado la factura y la necesito hoy").await;
    app.settled().await;
    (ana, thread)
}

/// Others who wait, so that the list has something to list.
pub(super) async fn crowd(app: &TestApp) {
    let people = [
        ("+52 55 1000 0001", "Marta Ríos", "Buenas tardes, quiero agendar una cita para el jueves"),
        ("+55 11 98765-4321", "João Lima", "Oi, meu pedido não chegou ainda"),
        ("+52 1 55 8765 4321", "Lucía Herrera", "Tengo una queja: los lentes llegaron rayados"),
        ("+1 415 555 0133", "مريم Haddad", "Hi, do you ship to California?"),
        ("sol.cdmx", "Sol", "¿A qué hora abren el sábado?"),
    ];
    for (address, name, words) in people {
        named(app, address, name).await.says(words).await;
        app.clock.advance(SignedDuration::from_mins(9));
    }
    app.settled().await;
}

/// A customer who shows a name.
pub(super) async fn named(app: &TestApp, address: &str, name: &str) -> Phone {
    let (number, username) =
        if address.starts_with('+') { (Some(address.to_owned()), None) } else { (None, Some(address.to_owned())) };
    app.simulator.add_phone(&NewPhone { number, username, name: Some(name.to_owned()) }).await.unwrap()
}

/// A template that asks for a document, a gap and the end of a link: the business had it before.
pub(super) fn with_prescription(platform: &mut simulator::Settings) {
    let components = json!([
        {"type": "HEADER", "format": "DOCUMENT"},
        {"type": "BODY", "text": "Hola {{1}}, aquí está tu graduación."},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Ver", "url": "https://optica-luna.example/g/{{1}}"}]},
    ]);
    let languages = vec!["es_MX".to_owned()];
    platform.approved_templates = vec![simulator::Template {
        languages,
        components: Some(components),
        ..simulator::Template::named("prescription")
    }];
}

/// Templates that may be sent, whatever the window.
pub(super) async fn templates(app: &TestApp) {
    let made = app
        .api
        .post(
            "/templates",
            &json!({
                "name": "order_ready", "language": "es_MX", "category": "utility",
                "components": [
                    {"type": "BODY", "text": "Hola {{1}}, sus lentes están listos.", "example": {"body_text": [["Ana"]]}},
                    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Paso hoy"}]},
                ],
            }),
        )
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    app.simulator.decide_template("order_ready", &Decision::Approve);
    app.settled().await;
}
