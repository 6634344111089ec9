//! What a thread shows of a message of ours.

use serde_json::{Map, Value};

use super::Said;

impl Said {
    /// The name of its type.
    pub fn kind(&self) -> &'static str {
        match self {
            Said::Text(_) => "text",
            Said::Image(_) => "image",
            Said::Video(_) => "video",
            Said::Audio(_) => "audio",
            Said::Document(_) => "document",
            Said::Sticker(_) => "sticker",
            Said::Location(_) => "location",
            Said::Contacts(_) => "contacts",
            Said::Reaction(_) => "reaction",
            Said::Buttons(_) => "buttons",
            Said::List(_) => "list",
            Said::CtaUrl(_) => "cta_url",
            Said::Flow(_) => "flow",
            Said::LocationRequest(_) => "location_request",
            Said::ContactRequest(_) => "contact_request",
            Said::Template(_) => "template",
        }
    }

    /// What a person reads of it. A template reads as its name until its text is known.
    pub fn words(&self) -> Option<String> {
        match self {
            Said::Text(text) => Some(text.clone()),
            Said::Image(file) | Said::Video(file) | Said::Audio(file) | Said::Document(file) | Said::Sticker(file) => {
                file.caption.clone().or_else(|| file.filename.clone())
            }
            Said::Location(place) => place.name.clone().or_else(|| place.address.clone()),
            Said::Contacts(cards) => {
                let names: Vec<&str> = cards.iter().map(|card| card.name.formatted_name.as_str()).collect();
                Some(names.join(", "))
            }
            Said::Reaction(reaction) => Some(reaction.emoji.clone()),
            Said::Buttons(buttons) => Some(buttons.body.clone()),
            Said::List(list) => Some(list.body.clone()),
            Said::CtaUrl(button) => Some(button.body.clone()),
            Said::Flow(form) => Some(form.body.clone()),
            Said::LocationRequest(request) | Said::ContactRequest(request) => Some(request.body.clone()),
            Said::Template(filling) => Some(filling.name.clone()),
        }
    }

    /// Whether it says that a person has taken the conversation over. A template may come from a system, and an emoji is no answer.
    pub fn is_answer(&self) -> bool {
        !matches!(self, Said::Template(_) | Said::Reaction(_))
    }

    /// What the words do not say.
    pub fn beyond_words(&self) -> Option<Value> {
        if let Said::Text(_) = self {
            return None;
        }
        let Ok(Value::Object(mut whole)) = serde_json::to_value(self) else { return None };
        Map::remove(&mut whole, self.kind())
    }
}
