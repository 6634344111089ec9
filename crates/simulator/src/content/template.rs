//! Templates, in the dialects that clients speak: component types in any case, `language.policy`, no components at all.

mod buttons;
mod carousel;
mod fill;
mod given;

use super::{Content, Library, Source, Used};
use crate::codes::{self, Refusal};
use crate::part::Part;
use crate::templates::{Blueprint, Entry, Format, Header};
use given::{Given, Parameter};

const LONGEST_BODY: usize = 1024;
const LONGEST_HEADER: usize = 60;

pub(super) fn read(template: &Part<'_>, library: Library<'_>) -> Result<Content, Refusal> {
    template.required()?;
    let name = template.at("name").text()?;
    let language = template.at("language").at("code").text()?;
    let known = library.templates.sendable(library.account, name, language)?;
    let given = Given::read(&template.at("components"), library.media)?;
    let filled = if known.is_known { check(known, &given)? } else { taken_as_given(known, &given) };
    Ok(Content {
        kind: "template".into(),
        text: Some(if filled.text.is_empty() { name.to_owned() } else { filled.text }),
        buttons: filled.buttons,
        category: known.category,
        reacts_to: None,
        files: filled.files,
        template: Some(Used { id: known.id.clone(), is_paced: known.is_paced }),
    })
}

struct Filled {
    text: String,
    buttons: Vec<crate::phones::Button>,
    files: Vec<Source>,
}

fn check(known: &Entry, given: &Given) -> Result<Filled, Refusal> {
    let blueprint = Blueprint::of(known);
    let mut filled = check_parts(&blueprint, known.format, given)?;
    for card in carousel::check(&blueprint.cards, known.format, &given.cards)? {
        filled.buttons.extend(card.buttons);
        filled.files.extend(card.files);
    }
    Ok(filled)
}

/// A template without its cards, or one of its cards.
fn check_parts(blueprint: &Blueprint, format: Format, given: &Given) -> Result<Filled, Refusal> {
    let file = header(&blueprint.header, given, format)?;
    let text = fill::fill("body", &blueprint.body, format, &given.body)?;
    short_enough("body", &text, LONGEST_BODY)?;
    let buttons = buttons::check(&blueprint.buttons, &given.buttons)?;
    Ok(Filled { text, buttons, files: file.into_iter().collect() })
}

/// Only the name of the template is known: whatever fills it is right.
fn taken_as_given(known: &Entry, given: &Given) -> Filled {
    let texts = given.body.iter().filter_map(Parameter::text);
    let cards = given.cards.iter().flat_map(|card| &card.parts.header);
    let files = given.header.iter().chain(cards).filter_map(|parameter| parameter.media().cloned());
    let buttons = buttons::taken_as_given(&Blueprint::of(known).buttons, &given.buttons);
    Filled { text: texts.collect::<Vec<_>>().join(" "), buttons, files: files.collect() }
}

fn header(header: &Header, given: &Given, format: Format) -> Result<Option<Source>, Refusal> {
    let mismatch = |wanted: &str| {
        let found = given.header.first().map_or("nothing", Parameter::kind);
        Refusal::of(codes::TEMPLATE_FORMAT, format!("header: Format mismatch, expected {wanted}, received {found}"))
    };
    match header {
        Header::None if given.header.is_empty() => Ok(None),
        Header::None => Err(Refusal::of(codes::TEMPLATE_PARAMETERS, "the template has no header to fill")),
        Header::Text(text) => {
            let text = fill::fill("header", text, format, &given.header)?;
            short_enough("header", &text, LONGEST_HEADER).map(|()| None)
        }
        Header::Media(kind) => match given.header.as_slice() {
            [parameter] if parameter.is_media(*kind) => Ok(parameter.media().cloned()),
            _ => Err(mismatch(kind.word())),
        },
        Header::Location => match given.header.as_slice() {
            [Parameter::Location] => Ok(None),
            _ => Err(mismatch("LOCATION")),
        },
    }
}

fn short_enough(part: &str, text: &str, most: usize) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length <= most {
        return Ok(());
    }
    Err(Refusal::of(
        codes::TEMPLATE_TOO_LONG,
        format!("the {part} may have {most} characters, filled in it has {length}"),
    ))
}
