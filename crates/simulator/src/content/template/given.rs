//! What the request puts into a template.

use crate::codes::Refusal;
use crate::content::{Source, location, media};
use crate::media::{Kind, Media};
use crate::part::Part;
use crate::templates::MOST_CARDS;

#[derive(Default)]
pub(super) struct Given {
    pub(super) header: Vec<Parameter>,
    pub(super) body: Vec<Parameter>,
    pub(super) buttons: Vec<GivenButton>,
    pub(super) cards: Vec<GivenCard>,
}

/// A card of a carousel.
pub(super) struct GivenCard {
    pub(super) index: usize,
    pub(super) parts: Given,
}

pub(super) struct GivenButton {
    /// `quick_reply`, `url`, `copy_code`, `flow` and whatever comes next.
    pub(super) kind: String,
    pub(super) index: usize,
    pub(super) parameters: Vec<Parameter>,
}

pub(super) enum Parameter {
    Text { name: Option<String>, text: String },
    File { kind: Kind, source: Source },
    Location,
    Payload(String),
    Code,
    Other,
}

impl Given {
    pub(super) fn read(components: &Part<'_>, store: &Media) -> Result<Self, Refusal> {
        let mut given = Self::default();
        for component in components.optional_items()? {
            match component.at("type").text()?.to_ascii_lowercase().as_str() {
                "header" => given.header = parameters(&component, store)?,
                "body" => given.body = parameters(&component, store)?,
                "button" => given.buttons.push(button(&component, store)?),
                "carousel" => given.cards = cards(&component, store)?,
                "footer" | "limited_time_offer" | "order_status" | "tap_target_configuration" => {}
                _ => return Err(component.at("type").refuse("is not a component of a template")),
            }
        }
        Ok(given)
    }
}

impl Parameter {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } => Some(text),
            Self::File { .. } | Self::Location | Self::Payload(_) | Self::Code | Self::Other => None,
        }
    }

    pub(super) fn media(&self) -> Option<&Source> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Text { .. } | Self::Location | Self::Payload(_) | Self::Code | Self::Other => None,
        }
    }

    pub(super) fn is_media(&self, wanted: Kind) -> bool {
        matches!(self, Self::File { kind, .. } if *kind == wanted)
    }

    /// For a refusal.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "TEXT",
            Self::File { kind, .. } => kind.word(),
            Self::Location => "LOCATION",
            Self::Payload(_) => "PAYLOAD",
            Self::Code => "COUPON_CODE",
            Self::Other => "UNKNOWN",
        }
    }
}

fn cards(component: &Part<'_>, store: &Media) -> Result<Vec<GivenCard>, Refusal> {
    let card = |card: &Part<'_>| {
        let parts = Given::read(&card.at("components"), store)?;
        if !parts.cards.is_empty() {
            return Err(card.refuse("cannot hold a carousel"));
        }
        Ok(GivenCard { index: small(&card.at("card_index"))?, parts })
    };
    component.at("cards").items(MOST_CARDS)?.iter().map(card).collect()
}

fn parameters(component: &Part<'_>, store: &Media) -> Result<Vec<Parameter>, Refusal> {
    component.at("parameters").optional_items()?.iter().map(|given| parameter(given, store)).collect()
}

fn parameter(given: &Part<'_>, store: &Media) -> Result<Parameter, Refusal> {
    let kind = given.at("type").text()?.to_ascii_lowercase();
    let name = given.at("parameter_name").optional_text()?.map(str::to_owned);
    let text = |text: &str| Parameter::Text { name, text: text.to_owned() };
    if let Some(media) = Kind::named(&kind) {
        let source = media::source(media, &given.at(&kind), store)?;
        return Ok(Parameter::File { kind: media, source });
    }
    Ok(match kind.as_str() {
        "text" => text(given.at("text").text()?),
        "currency" | "date_time" => text(given.at(&kind).at("fallback_value").text()?),
        "location" => {
            location::read(&given.at("location"))?;
            Parameter::Location
        }
        "payload" => Parameter::Payload(given.at("payload").text_up_to(128)?.to_owned()),
        "coupon_code" => {
            given.at("coupon_code").text_up_to(15)?;
            Parameter::Code
        }
        _ => Parameter::Other,
    })
}

fn button(component: &Part<'_>, store: &Media) -> Result<GivenButton, Refusal> {
    let kind = component.at("sub_type").text()?.to_ascii_lowercase();
    Ok(GivenButton { kind, index: small(&component.at("index"))?, parameters: parameters(component, store)? })
}

/// Clients write an index as a string and as a number.
fn small(index: &Part<'_>) -> Result<usize, Refusal> {
    let written = index.number()?;
    let found = (0..10_u8).find(|known| f64::from(*known) == written);
    found.map(usize::from).ok_or_else(|| index.refuse("must be 0 to 9"))
}
