//! An outbound message as the JSON that Meta takes.

use serde_json::{Value, json};

use super::{
    Body, Button, Card, Flow, FlowRef, Header, Media, MediaSource, OutboundMessage, Parameter, Recipient, Template,
    TemplateButton, TemplateHeader,
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
        Body::Media(media) => (media.kind.name(), file(media)),
        Body::Location(location) => ("location", json!(location)),
        Body::Contacts(cards) => ("contacts", json!(cards.iter().map(Card::complete).collect::<Vec<_>>())),
        Body::Reaction { wamid, emoji } => ("reaction", json!({"message_id": wamid, "emoji": emoji})),
        Body::Buttons { header, body, footer, buttons } => {
            let action = json!({"buttons": buttons.iter().map(button).collect::<Vec<_>>()});
            ("interactive", interactive("button", header.as_ref(), body, footer.as_deref(), action))
        }
        Body::List { header, body, footer, button, sections } => {
            let action = json!({"button": button, "sections": sections});
            let header = header.clone().map(Header::Text);
            ("interactive", interactive("list", header.as_ref(), body, footer.as_deref(), action))
        }
        Body::LinkButton { header, body, footer, label, url } => {
            let action = json!({"name": "cta_url", "parameters": {"display_text": label, "url": url}});
            ("interactive", interactive("cta_url", header.as_ref(), body, footer.as_deref(), action))
        }
        Body::Flow { header, body, footer, flow } => {
            let action = json!({"name": "flow", "parameters": flow_parameters(flow)});
            ("interactive", interactive("flow", header.as_ref(), body, footer.as_deref(), action))
        }
        Body::LocationRequest { body } => {
            ("interactive", interactive("location_request_message", None, body, None, json!({"name": "send_location"})))
        }
        Body::ContactRequest { body } => {
            let action = json!({"name": "request_contact_info"});
            ("interactive", interactive("request_contact_info", None, body, None, action))
        }
        Body::Template(template) => ("template", template_body(template)),
    }
}

fn file(media: &Media) -> Value {
    let mut file = source(&media.source);
    if let Some(caption) = &media.caption {
        file["caption"] = caption.as_str().into();
    }
    if let Some(filename) = &media.filename {
        file["filename"] = filename.as_str().into();
    }
    file
}

fn interactive(kind: &str, header: Option<&Header>, body: &str, footer: Option<&str>, action: Value) -> Value {
    let mut interactive = json!({"type": kind, "body": {"text": body}, "action": action});
    if let Some(header) = header {
        interactive["header"] = match header {
            Header::Text(text) => json!({"type": "text", "text": text}),
            Header::Image(image) => json!({"type": "image", "image": source(image)}),
            Header::Video(video) => json!({"type": "video", "video": source(video)}),
            Header::Document { source, filename } => {
                json!({"type": "document", "document": document(source, filename)})
            }
        };
    }
    if let Some(text) = footer {
        interactive["footer"] = json!({"text": text});
    }
    interactive
}

fn button(button: &Button) -> Value {
    json!({"type": "reply", "reply": button})
}

fn flow_parameters(flow: &Flow) -> Value {
    let mut parameters = json!({"flow_message_version": "3", "flow_cta": flow.label});
    match &flow.which {
        FlowRef::Id(id) => parameters["flow_id"] = id.as_str().into(),
        FlowRef::Name(name) => parameters["flow_name"] = name.as_str().into(),
    }
    if let Some(token) = &flow.token {
        parameters["flow_token"] = token.as_str().into();
    }
    match &flow.screen {
        Some(screen) => {
            parameters["flow_action"] = "navigate".into();
            parameters["flow_action_payload"] = json!({"screen": screen});
            if let Some(data) = &flow.data {
                parameters["flow_action_payload"]["data"] = data.clone();
            }
        }
        None => parameters["flow_action"] = "data_exchange".into(),
    }
    parameters
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
        TemplateHeader::Image(image) => json!({"type": "image", "image": source(image)}),
        TemplateHeader::Video(video) => json!({"type": "video", "video": source(video)}),
        TemplateHeader::Document { source, filename } => {
            json!({"type": "document", "document": document(source, filename)})
        }
        TemplateHeader::Location(location) => json!({"type": "location", "location": location}),
    };
    json!({"type": "header", "parameters": [parameter]})
}

fn source(source: &MediaSource) -> Value {
    match source {
        MediaSource::Id(id) => json!({"id": id}),
        MediaSource::Link(link) => json!({"link": link}),
    }
}

fn document(file: &MediaSource, filename: &Option<String>) -> Value {
    let mut document = source(file);
    if let Some(filename) = filename {
        document["filename"] = filename.as_str().into();
    }
    document
}

fn parameter(parameter: &Parameter) -> Value {
    match &parameter.name {
        Some(name) => json!({"type": "text", "parameter_name": name, "text": parameter.text}),
        None => json!({"type": "text", "text": parameter.text}),
    }
}

fn template_button(button: &TemplateButton) -> Value {
    let (kind, parameter) = match button {
        TemplateButton::QuickReply { payload, .. } => ("quick_reply", json!({"type": "payload", "payload": payload})),
        TemplateButton::Url { suffix, .. } => ("url", json!({"type": "text", "text": suffix})),
        TemplateButton::CopyCode { code, .. } => ("copy_code", json!({"type": "coupon_code", "coupon_code": code})),
        TemplateButton::Flow { token, data, .. } => {
            let mut action = json!({});
            if let Some(token) = token {
                action["flow_token"] = token.as_str().into();
            }
            if let Some(data) = data {
                action["flow_action_data"] = data.clone();
            }
            ("flow", json!({"type": "action", "action": action}))
        }
    };
    json!({"type": "button", "sub_type": kind, "index": button.index().to_string(), "parameters": [parameter]})
}

#[cfg(test)]
mod tests;
