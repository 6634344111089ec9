//! Businesses that people belong to.

use uuid::Uuid;

use super::{Fields, Noun, Record};
use crate::ids::{CompanyId, ContactId};

/// A business that people belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// What it is called.
    pub name: String,
    /// Its name on the internet: `luna.mx`.
    pub domain: Option<String>,
    /// Its number, as it was given.
    pub phone: Option<String>,
}

impl Record for Company {
    const NOUN: Noun = Noun::Company;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn contact(&self) -> Option<ContactId> {
        None
    }

    fn fields(&self) -> Fields {
        vec![("name", Some(self.name.clone())), ("domain", self.domain.clone()), ("phone", self.phone.clone())]
    }
}
