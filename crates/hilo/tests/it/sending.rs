//! Every kind of message that a person can send reaches the phone as it was meant, or is refused before it leaves.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Phone, Received, Template};

use crate::app::{Answer, Setup, TestApp, eventually, on_both, on_both_with, text};

/// A phone whose word of thanks calls for no answer.
async fn with_a_customer(app: &TestApp) -> Phone {
    let ana = app.simulator.phone("+52 55 1234 5678").await;
    ana.says("¡muchas gracias!").await;
    app.settled().await;
    ana
}

/// Posts a message to the conversation with a phone.
async fn send(app: &TestApp, phone: &Phone, message: &Value) -> Answer {
    let thread = app.conversation_of(phone).await;
    app.api.post(&format!("/conversations/{}/messages", text(&thread["id"])), message).await
}

/// What the phone received of the message at this place of the thread: WhatsApp does not deliver in order.
async fn received(app: &TestApp, phone: &Phone, seq: &Value) -> Received {
    let sent = app.messages_with(phone).await.into_iter().find(|message| message["seq"] == *seq).unwrap();
    let found = phone.received().into_iter().find(|one| sent["wamid"] == one.wamid.as_str());
    found.unwrap_or_else(|| panic!("the phone did not receive {sent}"))
}

/// What is sent, the type as which it arrives, what a person reads of it, and a place of Meta's format with what stands there.
type Kind = (Value, &'static str, Option<&'static str>, (&'static str, Value));

fn kinds() -> Vec<Kind> {
    let link = |name: &str| format!("https://files.example.org/{name}");
    vec![
        (json!({"text": "Llega mañana"}), "text", Some("Llega mañana"), ("/text/body", json!("Llega mañana"))),
        (
            json!({"type": "image", "image": {"link": link("a.jpg"), "caption": "Su pedido"}}),
            "image",
            Some("Su pedido"),
            ("/image/link", json!(link("a.jpg"))),
        ),
        (
            json!({"type": "video", "video": {"link": link("a.mp4")}}),
            "video",
            None,
            ("/video/link", json!(link("a.mp4"))),
        ),
        (
            json!({"type": "audio", "audio": {"link": link("a.ogg")}}),
            "audio",
            None,
            ("/audio/link", json!(link("a.ogg"))),
        ),
        (
            json!({"type": "document", "document": {"link": link("a.pdf"), "filename": "Factura.pdf"}}),
            "document",
            Some("Factura.pdf"),
            ("/document/filename", json!("Factura.pdf")),
        ),
        (
            json!({"type": "sticker", "sticker": {"link": link("a.webp")}}),
            "sticker",
            None,
            ("/sticker/link", json!(link("a.webp"))),
        ),
        (
            json!({"type": "location", "location": {"latitude": 19.43, "longitude": -99.13, "name": "Óptica Luna"}}),
            "location",
            Some("Óptica Luna"),
            ("/location/latitude", json!(19.43)),
        ),
        (
            json!({"type": "contacts", "contacts": [
                {"name": {"formatted_name": "Luisa Vega", "first_name": "Luisa"}, "phones": [{"phone": "+525550001000"}]}]}),
            "contacts",
            Some("Luisa Vega"),
            ("/contacts/0/phones/0/phone", json!("+525550001000")),
        ),
        (
            json!({"type": "cta_url", "cta_url": {"body": "Siga su pedido", "label": "Ver", "url": "https://example.org/7"}}),
            "interactive",
            Some("Siga su pedido"),
            ("/interactive/action/parameters/url", json!("https://example.org/7")),
        ),
        (
            json!({"type": "flow", "flow": {"body": "Elija su cita", "id": "77", "label": "Reservar"}}),
            "interactive",
            Some("Elija su cita"),
            ("/interactive/action/parameters/flow_id", json!("77")),
        ),
        (
            json!({"type": "location_request", "location_request": {"body": "¿Dónde está?"}}),
            "interactive",
            Some("¿Dónde está?"),
            ("/interactive/type", json!("location_request_message")),
        ),
        (
            json!({"type": "contact_request", "contact_request": {"body": "¿A qué número le llamamos?"}}),
            "interactive",
            Some("¿A qué número le llamamos?"),
            ("/interactive/type", json!("request_contact_info")),
        ),
        (
            json!({"type": "reaction", "reaction": {"to": 1, "emoji": "👍"}}),
            "reaction",
            Some("👍"),
            ("/reaction/emoji", json!("👍")),
        ),
    ]
}

#[test]
fn every_kind_of_message_reaches_the_phone_as_it_was_meant() {
    on_both(async |app: &mut TestApp| {
        let ana = with_a_customer(app).await;
        let mut sent = Vec::new();
        for (message, kind, said, place) in kinds() {
            let answer = send(app, &ana, &message).await;
            assert_eq!(answer.status, 201, "{message}: {answer:?}");
            sent.push((answer.body["seq"].clone(), kind, said, place));
        }
        app.settled().await;
        for (seq, kind, said, (pointer, expected)) in sent {
            let arrived = received(app, &ana, &seq).await;
            assert_eq!((arrived.kind.as_str(), arrived.text.as_deref()), (kind, said));
            assert_eq!(arrived.body.pointer(pointer), Some(&expected), "{:#}", arrived.body);
        }
        assert!(app.api.list("/outbox").await.is_empty(), "each of them was reported on");
        assert!(app.simulator.ledger().repeated_opaque().is_empty());
    });
}

#[test]
fn what_is_tapped_and_what_is_answered_point_at_the_right_message() {
    on_both(async |app: &mut TestApp| {
        let ana = with_a_customer(app).await;
        let asked = ana.said().remove(0).wamid;
        let buttons = json!({"type": "buttons", "reply_to": 1, "buttons": {
            "header": {"text": "Su cita"}, "body": "¿Le va bien el jueves?", "footer": "Óptica Luna",
            "buttons": [{"id": "yes", "title": "Sí"}, {"id": "no", "title": "Otro día"}]}});
        let list = json!({"type": "list", "list": {"body": "¿A qué hora?", "button": "Horas", "sections": [
            {"title": "Mañana", "rows": [{"id": "10", "title": "10:00", "description": "con Luisa"}]},
            {"title": "Tarde", "rows": [{"id": "16", "title": "16:00"}]}]}});
        let reaction = json!({"type": "reaction", "reaction": {"to": 1, "emoji": "🙏"}});
        let mut seqs = Vec::new();
        for message in [&buttons, &list, &reaction] {
            let answer = send(app, &ana, message).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            seqs.push(answer.body["seq"].clone());
        }
        app.settled().await;

        let (buttons, list, reaction) = (
            received(app, &ana, &seqs[0]).await,
            received(app, &ana, &seqs[1]).await,
            received(app, &ana, &seqs[2]).await,
        );
        let titles = |of: &Received| of.buttons.iter().map(|button| button.title.clone()).collect::<Vec<_>>();
        assert_eq!(
            (buttons.context.as_deref(), titles(&buttons)),
            (Some(asked.as_str()), vec!["Sí".into(), "Otro día".into()])
        );
        assert_eq!((list.context.as_deref(), titles(&list)), (None, vec!["10:00".into(), "16:00".into()]));
        assert_eq!(list.buttons[0].description.as_deref(), Some("con Luisa"));
        assert_eq!(reaction.body["reaction"]["message_id"], asked.as_str());
        ana.taps("Sí").await.unwrap();
        ana.taps("16").await.unwrap();
        app.settled().await;
        let messages = app.messages_with(&ana).await;
        let taps: Vec<_> = messages.iter().filter_map(|message| message["context_wamid"].as_str()).collect();
        assert!(taps.contains(&buttons.wamid.as_str()) && taps.contains(&list.wamid.as_str()), "{messages:#?}");
    });
}

#[test]
fn what_whatsapp_would_refuse_is_refused_at_once_with_every_problem() {
    let long = |count: usize| "x".repeat(count);
    let link = "https://files.example.org/a";
    let button = |id: &str, title: String| json!({"id": id, "title": title});
    let rows: Vec<Value> = (0..11).map(|n| json!({"id": n.to_string(), "title": format!("fila {n}")})).collect();
    let refused = [
        (json!({"text": long(4097)}), vec!["4096"]),
        (json!({"text": "  "}), vec!["empty"]),
        (json!({"type": "image", "image": {"link": "ftp://a", "caption": long(1025)}}), vec!["https://", "1024"]),
        (json!({"type": "video", "video": {}}), vec!["no file"]),
        (json!({"type": "audio", "audio": {"link": link, "caption": "Oiga"}}), vec!["caption"]),
        (json!({"type": "document", "document": {"link": link, "id": "9"}}), vec!["several files"]),
        (json!({"type": "sticker", "sticker": {"link": link, "filename": "a.webp"}}), vec!["file name"]),
        (json!({"type": "location", "location": {"latitude": 91, "longitude": 181}}), vec!["latitude", "longitude"]),
        (json!({"type": "contacts", "contacts": []}), vec!["no cards"]),
        (
            json!({"type": "buttons", "buttons": {"body": "", "footer": long(61), "buttons": [
                button("1", long(21)), button("1", "b".into()), button("3", "c".into()), button("4", "d".into())]}}),
            vec!["empty", "60", "20", "occurs twice", "3 are allowed"],
        ),
        (
            json!({"type": "list", "list": {"body": "a", "button": long(21), "sections": [{"rows": rows}]}}),
            vec!["20", "10 are allowed"],
        ),
        (
            json!({"type": "cta_url", "cta_url": {"body": "a", "label": long(21), "url": "luna"}}),
            vec!["20", "https://"],
        ),
        (json!({"type": "flow", "flow": {"body": "a", "label": "b"}}), vec!["one of them"]),
        (json!({"type": "location_request", "location_request": {"body": long(1025)}}), vec!["1024"]),
        (json!({"type": "contact_request", "contact_request": {"body": ""}}), vec!["empty"]),
        (json!({"type": "reaction", "reaction": {"to": 1, "emoji": "bien"}}), vec!["one emoji"]),
        (json!({"text": "a", "reply_to": 99}), vec!["no message 99"]),
        (json!({"type": "fax", "fax": {}}), vec!["fax"]),
    ];
    on_both(async |app: &mut TestApp| {
        let ana = with_a_customer(app).await;
        for (message, words) in &refused {
            let answer = send(app, &ana, message).await;
            assert_eq!(answer.status, 422, "{message}: {answer:?}");
            let detail = text(&answer.body["detail"]);
            assert!(words.iter().all(|word| detail.contains(word)), "{message}: {detail}");
        }
        app.settled().await;
        assert_eq!(app.messages_with(&ana).await.len(), 1, "nothing of it is in the thread");
        assert!(app.simulator.ledger().refused.is_empty(), "WhatsApp was asked for none of it");
    });
}

#[test]
fn a_day_after_the_last_word_only_a_template_leaves() {
    let ready = |platform: &mut simulator::Settings| {
        let (languages, body) = (vec!["es".into()], Some("Su pedido {{1}} está listo.".into()));
        platform.approved_templates = vec![Template { languages, body, ..Template::named("pedido_listo") }];
    };
    on_both_with(&Setup { platform: ready, ..Setup::default() }, async |app| {
        let ana = with_a_customer(app).await;
        app.clock.advance(SignedDuration::from_hours(24));
        let mut all: Vec<Value> = kinds().into_iter().map(|(message, ..)| message).collect();
        all.push(json!({"type": "buttons", "buttons": {"body": "a", "buttons": [{"id": "1", "title": "b"}]}}));
        for message in all {
            let refused = send(app, &ana, &message).await;
            assert_eq!(refused.status, 409, "{message}: {refused:?}");
            assert!(text(&refused.body["detail"]).contains("24-hour window"), "{refused:?}");
        }
        let template = json!({"name": "pedido_listo", "language": "es", "body": ["7"]});
        let sent = send(app, &ana, &json!({"type": "template", "template": template})).await;
        assert_eq!(sent.status, 201, "{sent:?}");
        app.settled().await;
        let received = ana.received();
        assert_eq!((received.len(), received[0].text.as_deref()), (1, Some("Su pedido 7 está listo.")));
    });
}

#[test]
fn the_customer_sees_that_somebody_read_what_they_wrote() {
    on_both(async |app: &mut TestApp| {
        let ana = with_a_customer(app).await;
        assert!(!ana.said()[0].read, "what the program reads, nobody has read yet");
        let thread = app.conversation_of(&ana).await;
        let read = app.api.call(Method::PUT, &format!("/conversations/{}/read", text(&thread["id"]))).await;
        assert_eq!(read.status, 204);
        eventually("the blue ticks", async || ana.said()[0].read.then_some(())).await;
        assert!(ana.received().is_empty(), "it is no message");
    });
}

#[test]
fn a_file_that_was_uploaded_here_reaches_the_phone_byte_for_byte() {
    on_both(async |app: &mut TestApp| {
        let ana = with_a_customer(app).await;
        let bytes: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
        let file = app.api.upload("?filename=receta.pdf", "application/pdf", bytes).await;
        assert_eq!(file.status, 201, "{file:?}");
        let document = json!({"media_id": file.body["id"], "filename": "Receta.pdf", "caption": "Su receta"});
        let buttons = json!({"header": {"document": {"media_id": file.body["id"]}}, "body": "¿Es la suya?",
            "buttons": [{"id": "yes", "title": "Sí"}]});
        for (message, place) in [
            (json!({"type": "document", "document": document}), "/document/id"),
            (json!({"type": "buttons", "buttons": buttons}), "/interactive/header/document/id"),
        ] {
            let queued = send(app, &ana, &message).await;
            assert_eq!(queued.status, 201, "{queued:?}");
            app.settled().await;
            let received = received(app, &ana, &queued.body["seq"]).await;
            let ledger = app.simulator.ledger();
            let sent = ledger.accepted.iter().find(|one| one.wamid == received.wamid).unwrap();
            let uploaded = app.simulator.media(text(sent.body.pointer(place).unwrap())).unwrap();
            assert_eq!(uploaded.bytes, bytes);
        }
        let shown = app.messages_with(&ana).await;
        let shown = shown.iter().find(|message| message["type"] == "document").unwrap();
        assert_eq!((&shown["text"], &shown["media"]["id"]), (&json!("Su receta"), &file.body["id"]));

        let unknown = json!({"type": "image", "image": {"media_id": "01a20577-8a40-7c55-9a0e-5b1f3c2d4e6f"}});
        let refused = send(app, &ana, &unknown).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(text(&refused.body["detail"]).contains("POST /media"), "{refused:?}");
    });
}
