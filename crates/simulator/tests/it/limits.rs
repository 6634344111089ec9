//! How much fits into a message.

use serde_json::{Value, json};

use crate::sending::{button, section};
use crate::stage::{PATIENCE, Stage, text};

#[tokio::test]
async fn metas_limits_are_kept_with_its_codes() {
    let stage = Stage::after_ana_wrote().await;
    let buttons = |buttons: Vec<Value>| {
        json!({ "type": "interactive", "interactive": {
            "type": "button", "body": { "text": "Elija" }, "action": { "buttons": buttons } } })
    };
    let rows = |sections: Vec<Value>| {
        json!({ "type": "interactive", "interactive": {
            "type": "list", "body": { "text": "Elija" }, "action": { "button": "Ver", "sections": sections } } })
    };
    let two_sections = |rows: usize| {
        let mut other = section(1);
        (other["title"], other["rows"][0]["id"]) = (json!("B"), json!("b"));
        let mut one = section(rows);
        one["title"] = json!("A");
        vec![one, other]
    };
    for (message, code) in [
        (text(&"ñ".repeat(4097)), 100),
        (text(""), 100),
        (json!({ "type": "text" }), 131_008),
        (json!({ "type": "hologram", "hologram": {} }), 100),
        (buttons(vec![button("1"), button("2"), button("3"), button("4")]), 131_009),
        (buttons(vec![button("a title of 21 letters")]), 131_009),
        (buttons(vec![button("same"), button("same")]), 131_009),
        (rows(vec![section(11)]), 131_009),
        (rows(two_sections(10)), 131_009),
        (json!({ "type": "image", "image": { "caption": "no picture" } }), 100),
        (json!({ "type": "audio", "audio": { "link": "https://example.com/a.ogg", "caption": "no room" } }), 100),
        (json!({ "type": "text", "text": { "body": "x" }, "biz_opaque_callback_data": "x".repeat(513) }), 100),
        (json!({ "type": "text", "text": { "body": "x" }, "messaging_product": "telegram" }), 100),
    ] {
        assert_eq!(stage.refusal(message.clone()).await, (400, code), "{message}");
    }
    stage.send(text(&"ñ".repeat(4096))).await;
    stage.send(rows(two_sections(9))).await;
    assert_eq!(stage.ana.wait_for(2, PATIENCE).await.len(), 2);
}

#[tokio::test]
async fn each_part_of_a_message_has_its_length() {
    let stage = Stage::after_ana_wrote().await;
    let x = |length: usize| "x".repeat(length);
    let interactive = |change: &dyn Fn(&mut Value)| {
        let action = json!({ "button": "Ver", "sections": [section(1)] });
        let mut body = json!({ "type": "list", "body": { "text": "Elija" }, "action": action });
        change(&mut body);
        json!({ "type": "interactive", "interactive": body })
    };
    let cta = |text: String, url: &str| {
        interactive(&|body| {
            *body = json!({ "type": "cta_url", "body": { "text": "Vea" }, "action": {
                "name": "cta_url", "parameters": { "display_text": text, "url": url } } });
        })
    };
    let buttons = |change: &dyn Fn(&mut Value)| {
        interactive(&|body| {
            *body = json!({ "type": "button", "body": { "text": "Elija" }, "action": { "buttons": [button("Sí")] } });
            change(body);
        })
    };
    let asking = |kind: &str, name: &str, length: usize| {
        interactive(&|body| *body = json!({ "type": kind, "body": { "text": x(length) }, "action": { "name": name } }))
    };
    let flow = |which: Value| {
        interactive(&|body| {
            let mut parameters = which.clone();
            (parameters["flow_message_version"], parameters["flow_cta"]) = (json!("3"), json!("Agendar"));
            *body = json!({ "type": "flow", "body": { "text": "Elija" }, "action": {
                "name": "flow", "parameters": parameters } });
        })
    };
    let row = |field: &str, length: usize| {
        interactive(&|body| body["action"]["sections"][0]["rows"][0][field] = json!(x(length)))
    };
    let image = json!({ "type": "image", "image": { "link": "https://example.com/a.png", "caption": x(1025) } });
    assert_eq!(stage.refusal(image).await, (400, 100));
    for message in [
        interactive(&|body| body["body"]["text"] = json!(x(4097))),
        interactive(&|body| body["footer"] = json!({ "text": x(61) })),
        interactive(&|body| body["header"] = json!({ "type": "text", "text": x(61) })),
        interactive(&|body| body["header"] = json!({ "type": "image", "image": { "link": "https://example.com/a" } })),
        interactive(&|body| body["action"]["button"] = json!(x(21))),
        interactive(&|body| body["action"]["sections"][0]["title"] = json!(x(25))),
        row("id", 201),
        row("title", 25),
        row("description", 73),
        cta(x(21), "https://example.com"),
        cta(x(20), "ftp://example.com"),
        buttons(&|body| body["body"]["text"] = json!(x(1025))),
        buttons(&|body| body["action"]["buttons"][0]["reply"]["id"] = json!(x(257))),
        buttons(&|body| body["header"] = json!({ "type": "audio", "audio": { "link": "https://example.com/a" } })),
        asking("location_request_message", "send_location", 1025),
        asking("request_contact_info", "request_contact_info", 1025),
        asking("location_request_message", "something_else", 10),
        flow(json!({ "flow_id": "1", "flow_name": "citas" })),
        flow(json!({})),
        interactive(&|body| body["action"]["sections"] = json!((0..11).map(titled).collect::<Vec<_>>())),
    ] {
        assert_eq!(stage.refusal(message.clone()).await, (400, 131_009), "{message}");
    }
    let picture = json!({ "type": "image", "image": { "link": "https://example.com/a.png" } });
    for message in [
        row("id", 200),
        row("title", 24),
        row("description", 72),
        cta(x(20), "https://example.com"),
        buttons(&|body| body["action"]["buttons"][0]["reply"]["id"] = json!(x(256))),
        buttons(&|body| body["header"] = picture.clone()),
        asking("location_request_message", "send_location", 1024),
        interactive(&|body| body["action"]["sections"] = json!((0..10).map(titled).collect::<Vec<_>>())),
    ] {
        stage.send(message).await;
    }
}

/// A section of one row.
fn titled(n: usize) -> Value {
    json!({ "title": format!("Sección {n}"), "rows": [{ "id": n.to_string(), "title": "Fila" }] })
}
