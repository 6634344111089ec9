//! The templates that are there from the beginning, and what a message is charged as.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message template that Meta has approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// The languages it exists in; none means all.
    #[serde(default)]
    pub languages: Vec<String>,
    /// What Meta charges it as.
    #[serde(default)]
    pub category: Category,
    /// Its text with `{{1}}` or `{{name}}`. When known, phones show it filled in, and the parameters are counted.
    #[serde(default)]
    pub body: Option<String>,
    /// The labels of its quick-reply buttons.
    #[serde(default)]
    pub quick_replies: Vec<String>,
    /// All that it consists of, as Meta lists it; then text and buttons are what it says.
    #[serde(default)]
    pub components: Option<Value>,
}

impl Template {
    /// A utility template in every language, of which only the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            languages: Vec::new(),
            category: Category::Utility,
            body: None,
            quick_replies: Vec::new(),
            components: None,
        }
    }
}

/// What a message is charged as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Promotions; people can opt out of them.
    Marketing,
    /// Confirmations, reminders, updates.
    #[default]
    Utility,
    /// One-time passwords.
    Authentication,
    /// Anything written without a template.
    Service,
}

impl Category {
    /// As templates spell it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Marketing => "MARKETING",
            Self::Utility => "UTILITY",
            Self::Authentication => "AUTHENTICATION",
            Self::Service => "SERVICE",
        }
    }
}
