//! The five broad categories under which every interaction type stands.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an inbound message broadly is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Somebody needs help with something they have.
    Support,
    /// Somebody wants to order or to book.
    Order,
    /// Somebody asks for prices, hours, places, availability.
    Information,
    /// Somebody is unhappy.
    Complaint,
    /// An answer to a message that we sent.
    Reply,
}

impl Category {
    /// Every category, in the order in which screens list them.
    pub const ALL: [Category; 5] =
        [Category::Support, Category::Order, Category::Information, Category::Complaint, Category::Reply];

    /// The name used in files, in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Category::Support => "support",
            Category::Order => "order",
            Category::Information => "information",
            Category::Complaint => "complaint",
            Category::Reply => "reply",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is none of the five categories.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a category; use support, order, information, complaint or reply")]
pub struct UnknownCategory(pub String);

impl FromStr for Category {
    type Err = UnknownCategory;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Category::ALL
            .into_iter()
            .find(|category| category.name() == name)
            .ok_or_else(|| UnknownCategory(name.to_owned()))
    }
}
