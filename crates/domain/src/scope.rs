//! What a key of the API may do.

use std::fmt;
use std::str::FromStr;

use crate::UnknownName;
use crate::named::named;

named! {
    /// One right of a key.
    Scope: "scope; use read, send or manage" {
        /// Look at everything.
        Read = "read",
        /// What an agent does: write to customers, resolve tickets, decide about sends and contacts.
        Send = "send",
        /// What an administrator does: keys, numbers, what was put aside.
        Manage = "manage",
    }
}

/// The rights of a key, each once and in one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// These rights.
    pub fn of(scopes: &[Scope]) -> Self {
        Self(Scope::ALL.iter().copied().filter(|scope| scopes.contains(scope)).collect())
    }

    /// Every right.
    pub fn all() -> Self {
        Self::of(Scope::ALL)
    }

    /// Whether this right is among them.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Scope::name).collect();
        f.write_str(&names.join(" "))
    }
}

impl FromStr for Scopes {
    type Err = UnknownName;

    /// Names with commas or spaces between them.
    fn from_str(names: &str) -> Result<Self, Self::Err> {
        let names = names.split([',', ' ']).filter(|name| !name.is_empty());
        names.map(str::parse).collect::<Result<Vec<Scope>, _>>().map(|scopes| Self::of(&scopes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_written_in_one_order_and_read_however_they_are_separated() {
        let scopes: Scopes = "send,read send".parse().unwrap();
        assert_eq!(scopes.to_string(), "read send");
        assert_eq!(scopes.to_string().parse::<Scopes>().unwrap(), scopes);
        assert!(!scopes.contains(Scope::Manage));
        assert!("read,everything".parse::<Scopes>().is_err());
    }
}
