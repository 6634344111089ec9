//! People, and the identities by which a message finds them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::ContactId;
use crate::{Language, PhoneNumber};

/// What kind of name an identity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// A phone number, as WhatsApp spells it.
    Phone,
    /// Meta's business-scoped user id: `MX.1349…`.
    UserId,
    /// Meta's user id for a whole family of portfolios: `MX.ENT.1349…`.
    ParentUserId,
    /// An e-mail address, lower-cased.
    Email,
    /// How another system calls the person.
    ExternalId,
}

impl IdentityKind {
    /// Every kind.
    pub const ALL: [IdentityKind; 5] = [
        IdentityKind::Phone,
        IdentityKind::UserId,
        IdentityKind::ParentUserId,
        IdentityKind::Email,
        IdentityKind::ExternalId,
    ];

    /// The name used in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            IdentityKind::Phone => "phone",
            IdentityKind::UserId => "user_id",
            IdentityKind::ParentUserId => "parent_user_id",
            IdentityKind::Email => "email",
            IdentityKind::ExternalId => "external_id",
        }
    }
}

impl fmt::Display for IdentityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for IdentityKind {
    type Err = UnknownIdentityKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| UnknownIdentityKind(name.to_owned()))
    }
}

/// A name of no identity kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of identity; use phone, user_id, parent_user_id, email or external_id")]
pub struct UnknownIdentityKind(pub String);

/// One name of a person. Belongs to exactly one contact.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// What kind of name.
    pub kind: IdentityKind,
    /// The name, verbatim as its source gave it (a phone number with its plus sign).
    pub value: String,
    /// Under which its twins are found; equal to `value` where there are none.
    pub match_key: String,
}

impl Identity {
    /// The identity of a phone number.
    pub fn phone(number: &PhoneNumber) -> Self {
        Self { kind: IdentityKind::Phone, value: number.as_str().to_owned(), match_key: number.match_key() }
    }

    /// The identity of a business-scoped user id.
    pub fn user_id(id: &str) -> Self {
        Self { kind: IdentityKind::UserId, value: id.to_owned(), match_key: id.to_owned() }
    }

    /// The identity of a parent user id.
    pub fn parent_user_id(id: &str) -> Self {
        Self { kind: IdentityKind::ParentUserId, value: id.to_owned(), match_key: id.to_owned() }
    }

    /// The identity of an e-mail address.
    pub fn email(address: &str) -> Self {
        let value = address.trim().to_lowercase();
        Self { kind: IdentityKind::Email, match_key: value.clone(), value }
    }

    /// The identity of somebody whom another system calls like that. What is a number there is no phone number here.
    pub fn external_id(id: &str) -> Self {
        Self { kind: IdentityKind::ExternalId, value: id.to_owned(), match_key: format!("external {id}") }
    }
}

/// A sender as WhatsApp describes it: nobody yet, only names. At least one of the two addresses is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The WhatsApp id as a phone number; since 2026 it may be withheld.
    pub phone: Option<PhoneNumber>,
    /// Meta's business-scoped user id.
    pub user_id: Option<String>,
    /// Meta's parent user id.
    pub parent_user_id: Option<String>,
    /// The name in the WhatsApp profile: theirs to choose, for display only.
    pub profile_name: Option<String>,
}

impl Sender {
    /// The names in order of authority: the phone keeps its thread, then the user id, then the parent id.
    pub fn identities(&self) -> Vec<Identity> {
        let phone = self.phone.as_ref().map(Identity::phone);
        let user_id = self.user_id.as_deref().map(Identity::user_id);
        let parent = self.parent_user_id.as_deref().map(Identity::parent_user_id);
        phone.into_iter().chain(user_id).chain(parent).collect()
    }
}

/// A person as the pipeline knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub id: ContactId,
    /// What they are called, from the CRM or their profile.
    pub name: Option<String>,
    /// The language they write in, once known.
    pub language: Option<Language>,
    /// Milliseconds since 1970 at which they asked for no more messages.
    pub opted_out_at: Option<i64>,
}

/// An identity in the database that a sender's names may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The stored identity.
    pub identity: Identity,
    /// Whose it is.
    pub contact: Contact,
    /// Whether we want to hear nothing of them.
    pub blocked: bool,
    /// If several contacts are taken for them, which of these it is a name of.
    pub member: Option<ContactId>,
    /// Whether their number may be somebody else's.
    pub doubted: bool,
    /// Whether they are known without being a record of the CRM.
    pub provisional: bool,
}
