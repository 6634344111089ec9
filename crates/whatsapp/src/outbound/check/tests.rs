use super::super::{
    Button, Card, CardName, Header, Location, Media, MediaKind, MediaSource, Parameter, Row, Section, Template,
    TemplateButton,
};
use super::*;

fn problems(body: Body) -> Vec<String> {
    let message =
        OutboundMessage { to: Recipient::Phone("+5511987654321".into()), body, context: None, opaque: "send-1".into() };
    message.check().err().unwrap_or_default()
}

fn text(body: &str) -> Body {
    Body::Text { body: body.into(), preview_url: false }
}

fn buttons(titles: &[&str]) -> Body {
    let button = |title: &&str| Button { id: format!("id-{title}"), title: (*title).to_owned() };
    Body::Buttons { header: None, body: "?".into(), footer: None, buttons: titles.iter().map(button).collect() }
}

fn list(rows: usize) -> Body {
    let row = |n: usize| Row { id: n.to_string(), title: format!("Row {n}"), description: None };
    let section = Section { title: None, rows: (0..rows).map(row).collect() };
    Body::List { header: None, body: "?".into(), footer: None, button: "Choose".into(), sections: vec![section] }
}

#[test]
fn a_text_may_have_4096_characters_whatever_their_bytes() {
    assert!(problems(text(&"ñ".repeat(4096))).is_empty());
    assert_eq!(problems(text(&"ñ".repeat(4097))), ["the text has 4097 characters, 4096 are allowed"]);
    assert_eq!(problems(text(" ")), ["the text is empty"]);
}

#[test]
fn three_buttons_of_twenty_characters_are_the_most() {
    assert!(problems(buttons(&["12345678901234567890", "b", "c"])).is_empty());
    assert_eq!(problems(buttons(&["a", "b", "c", "d"])), ["there are 4 buttons, 3 are allowed"]);
    assert_eq!(problems(buttons(&[])), ["there are no buttons"]);
    assert_eq!(
        problems(buttons(&["123456789012345678901"]))[0].split(" has ").last(),
        Some("21 characters, 20 are allowed")
    );
    assert_eq!(problems(buttons(&["a", "a"])).len(), 2);
}

#[test]
fn ten_rows_over_all_sections_are_the_most() {
    assert!(problems(list(10)).is_empty());
    assert_eq!(problems(list(11)), ["there are 11 rows, 10 are allowed"]);
    assert_eq!(problems(list(0)), ["there are no rows", "a section has no rows"]);
}

#[test]
fn an_address_has_the_shape_of_its_kind() {
    let check = |to: Recipient| OutboundMessage { to, body: text("hi"), context: None, opaque: String::new() }.check();

    assert!(check(Recipient::Phone("5511987654321".into())).is_ok());
    assert!(check(Recipient::UserId("US.ENT.11815799212886844830".into())).is_ok());
    for bad in
        [Recipient::Phone("US.134".into()), Recipient::Phone("+".into()), Recipient::UserId("5511987654321".into())]
    {
        assert_eq!(check(bad).unwrap_err().len(), 1);
    }
}

#[test]
fn a_template_needs_a_name_a_language_and_something_in_every_gap() {
    let parameter = |name: Option<&str>, text: &str| Parameter { name: name.map(str::to_owned), text: text.to_owned() };
    let good = Template {
        name: "order_status_2".into(),
        language: "es_MX".into(),
        header: None,
        body: vec![parameter(None, "Ana"), parameter(None, "7")],
        buttons: vec![TemplateButton::QuickReply { index: 0, payload: "ok".into() }],
    };
    assert!(problems(Body::Template(good.clone())).is_empty());

    let bad = Template {
        name: "Order Status".into(),
        language: String::new(),
        body: vec![parameter(Some("name"), ""), parameter(None, "7")],
        ..good
    };
    assert_eq!(problems(Body::Template(bad)).len(), 4);
}

fn of_media(kind: MediaKind, source: MediaSource, caption: Option<&str>, filename: Option<&str>) -> Vec<String> {
    let (caption, filename) = (caption.map(str::to_owned), filename.map(str::to_owned));
    problems(Body::Media(Media { kind, source, caption, filename }))
}

#[test]
fn a_sound_and_a_sticker_have_no_caption_and_only_a_document_has_a_name() {
    let id = || MediaSource::Id("9".into());
    assert!(of_media(MediaKind::Image, id(), Some(&"a".repeat(1024)), None).is_empty());
    assert!(of_media(MediaKind::Document, id(), Some("a"), Some("bill.pdf")).is_empty());
    assert_eq!(
        of_media(MediaKind::Image, id(), Some(&"a".repeat(1025)), None),
        ["the caption has 1025 characters, 1024 are allowed"]
    );
    for kind in [MediaKind::Audio, MediaKind::Sticker] {
        assert!(of_media(kind, id(), Some("a"), None)[0].contains("as a text of their own"));
    }
    assert!(of_media(MediaKind::Video, id(), None, Some("a.mp4"))[0].contains("only a document"));
}

#[test]
fn a_file_by_link_has_to_be_on_the_web() {
    for link in ["", "a.jpg", "ftp://example.org/a.jpg", "javascript:alert(1)"] {
        let said = of_media(MediaKind::Image, MediaSource::Link(link.into()), None, None);
        assert_eq!(said, ["the link of the image has to begin with https:// and lead somewhere"], "{link}");
    }
    assert_eq!(of_media(MediaKind::Image, MediaSource::Id(String::new()), None, None), ["the image has no file"]);
}

#[test]
fn a_place_is_on_the_globe_and_a_card_has_a_name() {
    let place =
        |latitude, longitude| problems(Body::Location(Location { latitude, longitude, name: None, address: None }));
    assert!(place(-90.0, 180.0).is_empty());
    assert_eq!(place(90.1, f64::NAN).len(), 2);

    let name = CardName { formatted_name: " ".into(), first_name: None, last_name: None };
    let card = Card { name, phones: vec![], emails: vec![], urls: vec![], org: None };
    assert!(problems(Body::Contacts(vec![card]))[0].contains("`formatted_name`"));
    assert_eq!(problems(Body::Contacts(vec![])), ["there are no cards"]);
}

#[test]
fn a_reaction_is_one_emoji_or_none() {
    let reaction = |emoji: &str| problems(Body::Reaction { wamid: "wamid.1".into(), emoji: emoji.into() });
    for good in ["👍", "❤️", "👨‍👩‍👧‍👦", ""] {
        assert!(reaction(good).is_empty(), "{good}");
    }
    for bad in ["ok", "👍 👍"] {
        assert_eq!(reaction(bad), ["a reaction is one emoji, or nothing to take it away"], "{bad}");
    }
}

#[test]
fn a_link_button_has_a_label_of_twenty_characters_and_a_header_may_be_a_file() {
    let button = |label: &str, url: &str| {
        let header = Some(Header::Image(MediaSource::Id("9".into())));
        problems(Body::LinkButton { header, body: "?".into(), footer: None, label: label.into(), url: url.into() })
    };
    assert!(button("12345678901234567890", "https://example.org").is_empty());
    assert_eq!(button("123456789012345678901", "example.org").len(), 2);
}

#[test]
fn what_fills_a_gap_stays_in_one_line() {
    let gap = |text: &str| {
        let body = vec![Parameter { name: None, text: text.into() }];
        let name = "order_status".to_owned();
        problems(Body::Template(Template { name, language: "es".into(), header: None, body, buttons: vec![] }))
    };
    assert!(gap("Ana    Luisa").is_empty());
    for text in ["a\nb", "a\tb", "a     b"] {
        assert!(gap(text)[0].contains("in one line"));
    }
}
