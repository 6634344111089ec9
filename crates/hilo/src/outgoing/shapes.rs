//! What the OpenAPI document says about the parts of a message that have WhatsApp's own form. `whatsapp` reads them and knows nothing of
//! documents; a test holds the two against each other.

#![expect(dead_code, reason = "they describe; the types of `whatsapp` are read")]

use utoipa::ToSchema;

use super::{File, HeaderText};

/// A button whose tap comes back.
#[derive(ToSchema)]
#[schema(example = json!({"id": "yes", "title": "Sí"}))]
pub(crate) struct ReplyButton {
    /// What comes back.
    #[schema(min_length = 1, max_length = 256)]
    id: String,
    /// What the person sees.
    #[schema(min_length = 1, max_length = 20)]
    title: String,
}

/// A part of a list.
#[derive(ToSchema)]
#[schema(example = json!({"title": "Mañana", "rows": [{"id": "10", "title": "10:00", "description": "con Marta"}]}))]
pub(crate) struct ListSection {
    /// Its heading; needed as soon as there are two parts.
    #[schema(max_length = 24)]
    title: Option<String>,
    /// What can be chosen: ten rows at most in all parts together.
    rows: Vec<ListRow>,
}

/// A row whose choice comes back.
#[derive(ToSchema)]
pub(super) struct ListRow {
    /// What comes back.
    #[schema(min_length = 1, max_length = 200)]
    id: String,
    /// What the person sees.
    #[schema(min_length = 1, max_length = 24)]
    title: String,
    /// What stands under it.
    #[schema(max_length = 72)]
    description: Option<String>,
}

/// A place.
#[derive(ToSchema)]
#[schema(example = json!({"latitude": 19.43, "longitude": -99.13, "name": "Óptica Luna", "address": "Av. Juárez 1"}))]
pub(crate) struct Place {
    /// Degrees, north positive.
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// Degrees, east positive.
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
    /// What it is called.
    name: Option<String>,
    /// Where it is, for people.
    address: Option<String>,
}

/// What fills the header of a template.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", example = json!({"image": {"link": "https://example.com/lentes.jpg"}}))]
pub(super) enum HeaderFilling {
    /// Its one gap.
    Text(HeaderText),
    /// A picture.
    Image(File),
    /// A video.
    Video(File),
    /// A file.
    Document(File),
    /// A place.
    Location(Place),
}

/// A card that the person can save.
#[derive(ToSchema)]
#[schema(example = json!({"name": {"formatted_name": "Luis"}, "phones": [{"phone": "+525512345678", "type": "WORK"}]}))]
pub(crate) struct ContactCard {
    /// Who.
    name: ContactCardName,
    /// Their numbers.
    #[schema(required = false)]
    phones: Vec<ContactCardPhone>,
    /// Their addresses for e-mail.
    #[schema(required = false)]
    emails: Vec<ContactCardEmail>,
    /// Their pages.
    #[schema(required = false)]
    urls: Vec<ContactCardUrl>,
    /// Where they work.
    org: Option<ContactCardOrganisation>,
}

/// What somebody is called.
#[derive(ToSchema)]
pub(super) struct ContactCardName {
    /// In full.
    formatted_name: String,
    /// The first name.
    first_name: Option<String>,
    /// The family name.
    last_name: Option<String>,
}

/// A number on a card.
#[derive(ToSchema)]
pub(super) struct ContactCardPhone {
    /// The number, country code first.
    phone: String,
    /// `CELL`, `WORK`, …
    r#type: Option<String>,
    /// The number on WhatsApp, digits only: with it the card has a button that opens a chat.
    wa_id: Option<String>,
}

/// An e-mail address on a card.
#[derive(ToSchema)]
pub(super) struct ContactCardEmail {
    /// The address.
    email: String,
    /// `WORK`, `HOME`, …
    r#type: Option<String>,
}

/// A page on a card.
#[derive(ToSchema)]
pub(super) struct ContactCardUrl {
    /// The address.
    url: String,
    /// `WORK`, `HOME`, …
    r#type: Option<String>,
}

/// Where somebody works.
#[derive(ToSchema)]
pub(super) struct ContactCardOrganisation {
    /// The business.
    company: Option<String>,
    /// The part of it.
    department: Option<String>,
    /// What they are there.
    title: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};
    use utoipa::PartialSchema;
    use whatsapp::outbound::{Button, Card, Location, Section};

    use super::*;

    /// A value with every field that there is, read as it is sent.
    fn whole<T: serde::de::DeserializeOwned + serde::Serialize>(value: Value) -> Value {
        let read: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), value);
        value
    }

    fn assert_described<T: PartialSchema>(value: &Value) {
        let schema = serde_json::to_value(T::schema()).unwrap();
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&schema["properties"]), keys(value));
        assert_eq!(schema["additionalProperties"], Value::Null);
    }

    #[test]
    fn the_document_describes_what_is_read() {
        assert_described::<ReplyButton>(&whole::<Button>(json!({"id": "1", "title": "Sí"})));
        let section =
            whole::<Section>(json!({"title": "T", "rows": [{"id": "1", "title": "10:00", "description": "d"}]}));
        assert_described::<ListSection>(&section);
        assert_described::<ListRow>(&section["rows"][0]);
        assert_described::<Place>(&whole::<Location>(
            json!({"latitude": 19.4, "longitude": -99.1, "name": "n", "address": "a"}),
        ));
        let card = whole::<Card>(json!({
            "name": {"formatted_name": "Ana Luna", "first_name": "Ana", "last_name": "Luna"},
            "phones": [{"phone": "+52", "type": "CELL", "wa_id": "52"}],
            "emails": [{"email": "a@example.com", "type": "WORK"}],
            "urls": [{"url": "https://example.com", "type": "WORK"}],
            "org": {"company": "c", "department": "d", "title": "t"}}));
        assert_described::<ContactCard>(&card);
        assert_described::<ContactCardName>(&card["name"]);
        assert_described::<ContactCardPhone>(&card["phones"][0]);
        assert_described::<ContactCardEmail>(&card["emails"][0]);
        assert_described::<ContactCardUrl>(&card["urls"][0]);
        assert_described::<ContactCardOrganisation>(&card["org"]);
    }
}
