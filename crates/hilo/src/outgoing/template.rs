//! A template and what fills it, as the API takes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use whatsapp::outbound::Location;

use super::File;
use super::shapes::HeaderFilling;

/// A template and what fills its gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filling {
    /// The name that it was made under.
    pub name: String,
    /// The language that it was approved in.
    pub language: String,
    /// What fills its header.
    #[schema(value_type = Option<HeaderFilling>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<FillingHeader>,
    /// What fills the gaps of its text.
    #[serde(default, skip_serializing_if = "Gaps::is_empty")]
    pub body: Gaps,
    /// What its buttons carry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<FillingButton>,
}

/// What fills gaps: in their order, or by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Gaps {
    /// In their order.
    Ordered(Vec<String>),
    /// By their names.
    Named(BTreeMap<String, String>),
}

impl Default for Gaps {
    fn default() -> Self {
        Gaps::Ordered(Vec::new())
    }
}

impl Gaps {
    fn is_empty(&self) -> bool {
        match self {
            Gaps::Ordered(texts) => texts.is_empty(),
            Gaps::Named(texts) => texts.is_empty(),
        }
    }
}

/// What fills a header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillingHeader {
    /// Its one gap.
    Text(HeaderText),
    /// A picture.
    Image(File),
    /// A video.
    Video(File),
    /// A file.
    Document(File),
    /// A place.
    Location(Location),
}

/// What fills the gap of a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum HeaderText {
    /// A gap without a name.
    Plain(String),
    /// A gap by its name: `{"customer": "Ana"}`.
    Named(BTreeMap<String, String>),
}

/// What a button carries; one of the four.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FillingButton {
    /// Which button, counted from 0 over all of them.
    pub index: u8,
    /// Of a quick reply: what comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// Of a link: its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// Of a code to copy: the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_code: Option<String>,
    /// Of a form: what it is opened with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FormCall>,
}

/// What the form of a template's button is opened with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormCall {
    /// Comes back with the answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What its first screen is given, an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, example = json!({"order": "4471"}))]
    pub data: Option<Value>,
}
