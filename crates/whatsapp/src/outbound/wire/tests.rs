use super::super::{CardName, CardPhone, Location, MediaKind, Row, Section};
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
    let body =
        Body::Buttons { header: Some(Header::Text("H".into())), body: "B".into(), footer: None, buttons: vec![button] };
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
        header: Some(TemplateHeader::Document { source: MediaSource::Id("9".into()), filename: Some("a.pdf".into()) }),
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

fn wire(body: Body) -> Value {
    let mut message = sent(phone(), body);
    let kind = message["type"].as_str().unwrap().to_owned();
    json!({"type": kind, "is": message[kind.as_str()].take()})
}

fn link() -> MediaSource {
    MediaSource::Link("https://example.org/a".into())
}

#[test]
fn a_file_goes_by_id_or_by_link() {
    let file = |kind, source, caption: Option<&str>, filename: Option<&str>| {
        let (caption, filename) = (caption.map(str::to_owned), filename.map(str::to_owned));
        wire(Body::Media(Media { kind, source, caption, filename }))
    };
    assert_eq!(
        file(MediaKind::Image, link(), Some("Look"), None),
        json!({"type": "image", "is": {"link": "https://example.org/a", "caption": "Look"}})
    );
    assert_eq!(
        file(MediaKind::Document, MediaSource::Id("9".into()), None, Some("bill.pdf")),
        json!({"type": "document", "is": {"id": "9", "filename": "bill.pdf"}})
    );
    for kind in [MediaKind::Video, MediaKind::Audio, MediaKind::Sticker] {
        let sent = file(kind, MediaSource::Id("9".into()), None, None);
        assert_eq!(sent, json!({"type": kind.name(), "is": {"id": "9"}}));
    }
}

#[test]
fn a_place_a_card_and_a_reaction_go_as_they_are() {
    let place = Location { latitude: 19.43, longitude: -99.13, name: Some("Luna".into()), address: None };
    assert_eq!(
        wire(Body::Location(place)),
        json!({"type": "location", "is": {"latitude": 19.43, "longitude": -99.13, "name": "Luna"}})
    );
    let name = CardName { formatted_name: "Óptica Luna".into(), first_name: None, last_name: None };
    let number = CardPhone { phone: "+52 55 5000 1000".into(), kind: Some("WORK".into()), wa_id: None };
    let card = Card { name, phones: vec![number], emails: vec![], urls: vec![], org: None };
    assert_eq!(
        wire(Body::Contacts(vec![card])),
        json!({"type": "contacts", "is": [{"name": {"formatted_name": "Óptica Luna", "first_name": "Óptica Luna"},
            "phones": [{"phone": "+52 55 5000 1000", "type": "WORK"}]}]})
    );
    assert_eq!(
        wire(Body::Reaction { wamid: "wamid.1".into(), emoji: "👍".into() }),
        json!({"type": "reaction", "is": {"message_id": "wamid.1", "emoji": "👍"}})
    );
}

#[test]
fn a_link_a_form_and_requests_are_interactive() {
    let button = Body::LinkButton {
        header: Some(Header::Image(link())),
        body: "B".into(),
        footer: None,
        label: "Ver".into(),
        url: "https://example.org/7".into(),
    };
    assert_eq!(
        wire(button)["is"],
        json!({"type": "cta_url", "header": {"type": "image", "image": {"link": "https://example.org/a"}}, "body": {"text": "B"},
            "action": {"name": "cta_url", "parameters": {"display_text": "Ver", "url": "https://example.org/7"}}})
    );
    let flow = Flow {
        which: FlowRef::Id("1".into()),
        label: "Agendar".into(),
        token: Some("t".into()),
        screen: Some("START".into()),
        data: Some(json!({"day": 1})),
    };
    let form = |flow| wire(Body::Flow { header: None, body: "B".into(), footer: None, flow });
    assert_eq!(
        form(flow.clone())["is"],
        json!({"type": "flow", "body": {"text": "B"}, "action": {"name": "flow", "parameters": {"flow_message_version": "3",
            "flow_id": "1", "flow_cta": "Agendar", "flow_token": "t", "flow_action": "navigate",
            "flow_action_payload": {"screen": "START", "data": {"day": 1}}}}})
    );
    let by_name = Flow { which: FlowRef::Name("book".into()), token: None, screen: None, data: None, ..flow };
    assert_eq!(
        form(by_name)["is"]["action"]["parameters"],
        json!({"flow_message_version": "3", "flow_name": "book", "flow_cta": "Agendar", "flow_action": "data_exchange"})
    );
    assert_eq!(
        wire(Body::LocationRequest { body: "B".into() })["is"],
        json!({"type": "location_request_message", "body": {"text": "B"}, "action": {"name": "send_location"}})
    );
    assert_eq!(
        wire(Body::ContactRequest { body: "B".into() })["is"],
        json!({"type": "request_contact_info", "body": {"text": "B"}, "action": {"name": "request_contact_info"}})
    );
}

#[test]
fn each_button_of_a_template_carries_its_own() {
    let template = Template {
        name: "sale".into(),
        language: "es".into(),
        header: Some(TemplateHeader::Location(Location { latitude: 1.0, longitude: 2.0, name: None, address: None })),
        body: vec![],
        buttons: vec![
            TemplateButton::QuickReply { index: 0, payload: "yes".into() },
            TemplateButton::CopyCode { index: 1, code: "LUNA10".into() },
            TemplateButton::Flow { index: 2, token: Some("t".into()), data: None },
        ],
    };
    assert_eq!(
        wire(Body::Template(template))["is"]["components"],
        json!([
            {"type": "header", "parameters": [{"type": "location", "location": {"latitude": 1.0, "longitude": 2.0}}]},
            {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "yes"}]},
            {"type": "button", "sub_type": "copy_code", "index": "1", "parameters": [{"type": "coupon_code", "coupon_code": "LUNA10"}]},
            {"type": "button", "sub_type": "flow", "index": "2", "parameters": [{"type": "action", "action": {"flow_token": "t"}}]}
        ])
    );
}
