//! An outbound message as the JSON that Meta takes.

use serde_json::{Map, Value, json};

use super::{
    Body, Button, MediaSource, OutboundMessage, Parameter, Recipient, Section, Template, TemplateButton, TemplateHeader,
};

impl OutboundMessage {
    /// The body of the send call.
    pub fn to_json(&self) -> Value {
        let mut message = json!({"messaging_product": "whatsapp", "recipient_type": "individual"});
        match &self.to {
            // Without `+` Meta may put our own country code in front.
            Recipient::Phone(phone) => message["to"] = format!("+{}", phone.trim_start_matches('+')).into(),
            Recipient::UserId(id) => message["recipient"] = id.as_str().into(),
        }
        let (kind, body) = body(&self.body);
        message["type"] = kind.into();
        message[kind] = body;
        if let Some(wamid) = &self.context {
            message["context"] = json!({"message_id": wamid});
        }
        if !self.opaque.is_empty() {
            message["biz_opaque_callback_data"] = self.opaque.as_str().into();
        }
        message
    }
}

fn body(body: &Body) -> (&'static str, Value) {
    match body {
        Body::Text { body, preview_url } => ("text", json!({"body": body, "preview_url": preview_url})),
        Body::Template(template) => ("template", template_body(template)),
        Body::Buttons { header, body, footer, buttons } => {
            let action = json!({"buttons": buttons.iter().map(button).collect::<Vec<_>>()});
            ("interactive", interactive("button", header.as_deref(), body, footer.as_deref(), action))
        }
        Body::List { header, body, footer, button, sections } => {
            let action = json!({"button": button, "sections": sections.iter().map(section).collect::<Vec<_>>()});
            ("interactive", interactive("list", header.as_deref(), body, footer.as_deref(), action))
        }
    }
}

fn interactive(kind: &str, header: Option<&str>, body: &str, footer: Option<&str>, action: Value) -> Value {
    let mut interactive = json!({"type": kind, "body": {"text": body}, "action": action});
    if let Some(text) = header {
        interactive["header"] = json!({"type": "text", "text": text});
    }
    if let Some(text) = footer {
        interactive["footer"] = json!({"text": text});
    }
    interactive
}

fn button(button: &Button) -> Value {
    json!({"type": "reply", "reply": {"id": button.id, "title": button.title}})
}

fn section(section: &Section) -> Value {
    let rows = section.rows.iter().map(|row| {
        let mut members =
            Map::from_iter([("id".into(), row.id.as_str().into()), ("title".into(), row.title.as_str().into())]);
        members.extend(row.description.as_deref().map(|description| ("description".into(), description.into())));
        Value::Object(members)
    });
    let mut members = Map::from_iter([("rows".to_owned(), rows.collect())]);
    members.extend(section.title.as_deref().map(|title| ("title".into(), title.into())));
    Value::Object(members)
}

fn template_body(template: &Template) -> Value {
    let mut components: Vec<Value> = template.header.iter().map(header).collect();
    if !template.body.is_empty() {
        components.push(json!({"type": "body", "parameters": template.body.iter().map(parameter).collect::<Vec<_>>()}));
    }
    components.extend(template.buttons.iter().map(template_button));
    let mut body = json!({"name": template.name, "language": {"code": template.language}});
    if !components.is_empty() {
        body["components"] = components.into();
    }
    body
}

fn header(header: &TemplateHeader) -> Value {
    let parameter = match header {
        TemplateHeader::Text(text) => parameter(text),
        TemplateHeader::Image(source) => json!({"type": "image", "image": media(source)}),
        TemplateHeader::Video(source) => json!({"type": "video", "video": media(source)}),
        TemplateHeader::Document { source, filename } => {
            let mut document = media(source);
            if let Some(filename) = filename {
                document["filename"] = filename.as_str().into();
            }
            json!({"type": "document", "document": document})
        }
    };
    json!({"type": "header", "parameters": [parameter]})
}

fn media(source: &MediaSource) -> Value {
    match source {
        MediaSource::Id(id) => json!({"id": id}),
        MediaSource::Link(link) => json!({"link": link}),
    }
}

fn parameter(parameter: &Parameter) -> Value {
    match &parameter.name {
        Some(name) => json!({"type": "text", "parameter_name": name, "text": parameter.text}),
        None => json!({"type": "text", "text": parameter.text}),
    }
}

fn template_button(button: &TemplateButton) -> Value {
    let (kind, index, parameter) = match button {
        TemplateButton::QuickReply { index, payload } => {
            ("quick_reply", index, json!({"type": "payload", "payload": payload}))
        }
        TemplateButton::Url { index, suffix } => ("url", index, json!({"type": "text", "text": suffix})),
    };
    json!({"type": "button", "sub_type": kind, "index": index.to_string(), "parameters": [parameter]})
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;

    fn sent(to: Recipient, body: Body) -> Value {
        OutboundMessage { to, body, context: None, opaque: String::new() }.to_json()
    }

    fn phone() -> Recipient {
        Recipient::Phone("5511987654321".into())
    }

    #[test]
    fn a_text_goes_to_a_phone_number_with_its_plus() {
        let message = OutboundMessage {
            to: phone(),
            body: Body::Text { body: "Oi".into(), preview_url: false },
            context: Some("wamid.1".into()),
            opaque: "send-7".into(),
        };

        assert_eq!(
            message.to_json(),
            json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+5511987654321", "type": "text",
                "text": {"body": "Oi", "preview_url": false}, "context": {"message_id": "wamid.1"}, "biz_opaque_callback_data": "send-7"})
        );
    }

    #[test]
    fn a_person_without_a_phone_number_is_written_to_by_user_id() {
        let message = sent(Recipient::UserId("US.134".into()), Body::Text { body: "Hi".into(), preview_url: true });

        assert_eq!((&message["recipient"], message.get("to")), (&json!("US.134"), None));
        assert_eq!((message.get("context"), message.get("biz_opaque_callback_data")), (None, None));
    }

    #[test]
    fn buttons_and_lists_are_interactive() {
        let button = Button { id: "yes".into(), title: "Sí".into() };
        let body = Body::Buttons { header: Some("H".into()), body: "B".into(), footer: None, buttons: vec![button] };
        assert_eq!(
            sent(phone(), body)["interactive"],
            json!({"type": "button", "header": {"type": "text", "text": "H"}, "body": {"text": "B"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "yes", "title": "Sí"}}]}})
        );

        let row = Row { id: "1".into(), title: "Lunes".into(), description: Some("10:00".into()) };
        let sections = vec![Section { title: Some("Días".into()), rows: vec![row] }];
        let body =
            Body::List { header: None, body: "B".into(), footer: Some("F".into()), button: "Elegir".into(), sections };
        assert_eq!(
            sent(phone(), body)["interactive"],
            json!({"type": "list", "body": {"text": "B"}, "footer": {"text": "F"}, "action": {"button": "Elegir",
                "sections": [{"title": "Días", "rows": [{"id": "1", "title": "Lunes", "description": "10:00"}]}]}})
        );
    }

    #[test]
    fn a_template_is_filled_in_its_order() {
        let template = Template {
            name: "order_status".into(),
            language: "es_MX".into(),
            header: Some(TemplateHeader::Document {
                source: MediaSource::Id("9".into()),
                filename: Some("a.pdf".into()),
            }),
            body: vec![
                Parameter { name: None, text: "Ana".into() },
                Parameter { name: Some("order".into()), text: "7".into() },
            ],
            buttons: vec![TemplateButton::Url { index: 1, suffix: "7".into() }],
        };
        assert_eq!(
            sent(phone(), Body::Template(template))["template"],
            json!({"name": "order_status", "language": {"code": "es_MX"}, "components": [
                {"type": "header", "parameters": [{"type": "document", "document": {"id": "9", "filename": "a.pdf"}}]},
                {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "parameter_name": "order", "text": "7"}]},
                {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "7"}]}]})
        );
    }

    #[test]
    fn a_template_without_gaps_has_no_components() {
        let template =
            Template { name: "hello".into(), language: "en".into(), header: None, body: vec![], buttons: vec![] };

        assert_eq!(
            sent(phone(), Body::Template(template))["template"],
            json!({"name": "hello", "language": {"code": "en"}})
        );
    }
}
