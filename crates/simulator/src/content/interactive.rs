//! Messages that a person answers with a tap.

use super::{Content, Source, media};
use crate::codes::{self, Refusal};
use crate::media::{Kind, Media};
use crate::part::Part;
use crate::phones::{Button, ButtonKind};

/// What needs a catalogue, a country or a contract of the business: taken as it comes.
const LENIENT: [&str; 8] = [
    "address_message",
    "product",
    "product_list",
    "catalog_message",
    "carousel",
    "order_details",
    "voice_call",
    "call_permission_request",
];

pub(super) fn read(interactive: &Part<'_>, most_buttons: usize, store: &Media) -> Result<Content, Refusal> {
    interactive.required()?;
    let kind = interactive.at("type").text()?;
    if LENIENT.contains(&kind) {
        let body = interactive.at("body").at("text").optional_text_up_to(1024)?;
        return Ok(Content::free_form("interactive", body.map(str::to_owned)));
    }
    let (longest_body, buttons) = match kind {
        "button" => (1024, reply_buttons(interactive, most_buttons)?),
        "list" => (4096, list_rows(interactive)?),
        "cta_url" => (1024, link_button(interactive)?),
        "flow" => (1024, flow_button(interactive)?),
        "location_request_message" => (1024, named_action(interactive, "send_location")?),
        "request_contact_info" => (1024, named_action(interactive, "request_contact_info")?),
        _ => return Err(Refusal::of(codes::UNSUPPORTED_TYPE, format!("interactive type `{kind}` is not supported"))),
    };
    let file = header(interactive, kind, store)?;
    let body = interactive.at("body").at("text").text_up_to(longest_body)?;
    interactive.at("footer").at("text").optional_text_up_to(60)?;
    Ok(Content {
        buttons,
        files: file.into_iter().collect(),
        ..Content::free_form("interactive", Some(body.to_owned()))
    })
}

fn header(interactive: &Part<'_>, kind: &str, store: &Media) -> Result<Option<Source>, Refusal> {
    let header = interactive.at("header");
    if !header.is_there() {
        return Ok(None);
    }
    let name = header.at("type").text()?;
    match (name, Kind::named(name)) {
        ("text", _) => header.at("text").text_up_to(60).map(|_| None),
        // A list has no room for a picture.
        (_, Some(media @ (Kind::Image | Kind::Video | Kind::Document))) if kind != "list" => {
            header.at(name).required()?;
            media::source(media, &header.at(name), store).map(Some)
        }
        _ => Err(header.at("type").refuse("is not a header of this message")),
    }
}

fn reply_buttons(interactive: &Part<'_>, most: usize) -> Result<Vec<Button>, Refusal> {
    let buttons = interactive.at("action").at("buttons").items(most)?;
    let buttons = buttons.iter().map(reply_button).collect::<Result<Vec<_>, _>>()?;
    distinct(&buttons, interactive)?;
    Ok(buttons)
}

fn reply_button(button: &Part<'_>) -> Result<Button, Refusal> {
    if button.at("type").text()? != "reply" {
        return Err(button.at("type").refuse("must be `reply`"));
    }
    let reply = button.at("reply");
    Ok(Button {
        id: reply.at("id").text_up_to(256)?.into(),
        title: reply.at("title").text_up_to(20)?.into(),
        description: None,
        kind: ButtonKind::Reply,
    })
}

fn list_rows(interactive: &Part<'_>) -> Result<Vec<Button>, Refusal> {
    let action = interactive.at("action");
    action.at("button").text_up_to(20)?;
    let sections = action.at("sections").items(10)?;
    let mut rows = Vec::new();
    for section in &sections {
        match sections.len() {
            1 => section.at("title").optional_text_up_to(24)?,
            _ => Some(section.at("title").text_up_to(24)?),
        };
        for row in section.at("rows").items(10)? {
            rows.push(list_row(&row)?);
        }
    }
    // Ten in total, however many sections they are spread over.
    if 10 < rows.len() {
        return Err(action.at("sections").refuse(&format!("may hold 10 rows in total, not {}", rows.len())));
    }
    distinct(&rows, interactive)?;
    Ok(rows)
}

fn list_row(row: &Part<'_>) -> Result<Button, Refusal> {
    Ok(Button {
        id: row.at("id").text_up_to(200)?.into(),
        title: row.at("title").text_up_to(24)?.into(),
        description: row.at("description").optional_text_up_to(72)?.map(str::to_owned),
        kind: ButtonKind::Row,
    })
}

fn link_button(interactive: &Part<'_>) -> Result<Vec<Button>, Refusal> {
    let action = named(interactive, "cta_url")?;
    action.at("parameters").at("display_text").text_up_to(20)?;
    let url = action.at("parameters").at("url");
    if !url.text()?.starts_with("http") {
        return Err(url.refuse("must be an http or https URL"));
    }
    Ok(Vec::new())
}

fn flow_button(interactive: &Part<'_>) -> Result<Vec<Button>, Refusal> {
    let parameters = named(interactive, "flow")?.at("parameters");
    parameters.at("flow_message_version").text()?;
    parameters.at("flow_cta").text_up_to(30)?;
    match (parameters.at("flow_id").is_there(), parameters.at("flow_name").is_there()) {
        (true, false) | (false, true) => Ok(Vec::new()),
        _ => Err(parameters.refuse("needs either `flow_id` or `flow_name`")),
    }
}

fn named_action(interactive: &Part<'_>, name: &str) -> Result<Vec<Button>, Refusal> {
    named(interactive, name).map(|_| Vec::new())
}

fn named<'a>(interactive: &Part<'a>, name: &str) -> Result<Part<'a>, Refusal> {
    let action = interactive.at("action");
    match action.at("name").text()? {
        found if found == name => Ok(action),
        _ => Err(action.at("name").refuse(&format!("must be `{name}`"))),
    }
}

fn distinct(buttons: &[Button], interactive: &Part<'_>) -> Result<(), Refusal> {
    let repeated = buttons.iter().enumerate().any(|(at, button)| buttons[..at].iter().any(|b| b.id == button.id));
    if repeated { Err(interactive.at("action").refuse("repeats an id")) } else { Ok(()) }
}
