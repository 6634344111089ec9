//! A template with what fills its gaps.

use serde_json::Value;

use super::{Location, MediaSource};

/// A template and what fills its gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The name it was created under.
    pub name: String,
    /// The language it was approved in: `es_MX`.
    pub language: String,
    /// What fills its header.
    pub header: Option<TemplateHeader>,
    /// What fills the gaps of its text, in their order.
    pub body: Vec<Parameter>,
    /// What its buttons carry.
    pub buttons: Vec<TemplateButton>,
}

/// What fills one gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The gap's name, in templates that name their gaps.
    pub name: Option<String>,
    /// What goes there.
    pub text: String,
}

/// What fills the header of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplateHeader {
    /// Its one gap.
    Text(Parameter),
    /// A picture.
    Image(MediaSource),
    /// A video.
    Video(MediaSource),
    /// A file.
    Document {
        /// The file.
        source: MediaSource,
        /// The name the person sees.
        filename: Option<String>,
    },
    /// A place.
    Location(Location),
}

/// What a button of a template carries. The index counts all its buttons from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateButton {
    /// Comes back when it is tapped.
    QuickReply {
        /// Which button.
        index: u8,
        /// What comes back.
        payload: String,
    },
    /// Completes the link.
    Url {
        /// Which button.
        index: u8,
        /// The end of the link.
        suffix: String,
    },
    /// Is copied when it is tapped.
    CopyCode {
        /// Which button.
        index: u8,
        /// The code.
        code: String,
    },
    /// Opens a form.
    Flow {
        /// Which button.
        index: u8,
        /// Comes back with the answers.
        token: Option<String>,
        /// What the first screen is given, an object.
        data: Option<Value>,
    },
}

impl TemplateButton {
    /// Which button it is.
    pub fn index(&self) -> u8 {
        match self {
            Self::QuickReply { index, .. }
            | Self::Url { index, .. }
            | Self::CopyCode { index, .. }
            | Self::Flow { index, .. } => *index,
        }
    }
}
