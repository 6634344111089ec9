//! What may be compiled in: a short list of licences, and the crates that we do without.

use crate::metadata::{Graph, Package};

/// Licences that ask for a notice at most, or whose copyleft ends at their own file.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Extra permissions: a licence that is allowed stays allowed with them.
const ALLOWED_EXCEPTIONS: &[&str] = &["LLVM-exception"];

/// Crates that we do without, and why.
const BANNED: &[(&str, &str)] = &[
    ("evalexpr", "it is under the AGPL; conditions are CEL"),
    ("native-tls", "TLS is rustls: one binary, whatever the system has"),
    ("openssl-sys", "TLS is rustls: one binary, whatever the system has"),
    ("serde_yaml", "it is deprecated; YAML is read by serde-saphyr"),
    ("serde_yml", "it is deprecated; YAML is read by serde-saphyr"),
    ("sqlx", "transactions are plain functions over rusqlite and tokio-postgres"),
];

/// Every crate with a licence that is not on the list, and every banned one, as a sentence.
pub(crate) fn problems(graph: &Graph) -> Vec<String> {
    let unlicensed = graph.packages.iter().filter_map(licence_problem);
    unlicensed.chain(graph.packages.iter().filter_map(ban_problem)).collect()
}

fn licence_problem(package: &Package) -> Option<String> {
    let Package { name, version, license, .. } = package;
    match license {
        None => Some(format!("`{name}` {version} names no licence")),
        Some(expression) if permits(expression) => None,
        Some(expression) => Some(format!("`{name}` {version} is under `{expression}`, which is not on our list")),
    }
}

fn ban_problem(package: &Package) -> Option<String> {
    let (name, reason) = BANNED.iter().find(|(name, _)| *name == package.name)?;
    Some(format!("`{name}` {} is banned: {reason}", package.version))
}

/// Whether an SPDX expression lets us choose allowed licences only. Old manifests write `/` for `OR`.
fn permits(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = Words(spaced.split_whitespace().collect());
    // A word that is left over means an expression that we did not understand.
    words.alternatives() == Some(true) && words.0.is_empty()
}

/// The words still to read, first one in front. Each method reads one level of the grammar; `None` is a syntax error.
struct Words<'a>(std::collections::VecDeque<&'a str>);

impl Words<'_> {
    fn alternatives(&mut self) -> Option<bool> {
        let mut allowed = self.conjunction()?;
        while self.skip("OR") {
            // Both sides are read whatever the first one says, or the rest of the words would not line up.
            let other = self.conjunction()?;
            allowed = allowed || other;
        }
        Some(allowed)
    }

    fn conjunction(&mut self) -> Option<bool> {
        let mut allowed = self.licence()?;
        while self.skip("AND") {
            let other = self.licence()?;
            allowed = allowed && other;
        }
        Some(allowed)
    }

    fn licence(&mut self) -> Option<bool> {
        if self.skip("(") {
            let allowed = self.alternatives()?;
            return self.skip(")").then_some(allowed);
        }
        let name = self.0.pop_front()?;
        let known_exception = !self.skip("WITH") || ALLOWED_EXCEPTIONS.contains(&self.0.pop_front()?);
        Some(known_exception && ALLOWED.contains(&name))
    }

    fn skip(&mut self, word: &str) -> bool {
        let found = self.0.front() == Some(&word);
        if found {
            self.0.pop_front();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{permits, problems};
    use crate::metadata::graph_of;

    #[test]
    fn one_allowed_alternative_is_enough() {
        assert!(permits("Apache-2.0 OR GPL-2.0-only"));
        assert!(permits("Unlicense/MIT"));
        assert!(permits("GPL-3.0-only OR (MIT AND Unicode-3.0)"));
    }

    #[test]
    fn every_part_of_a_conjunction_must_be_allowed() {
        assert!(permits("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!permits("MIT AND AGPL-3.0-only"));
        // AND binds tighter than OR: the second alternative would bring the GPL along.
        assert!(!permits("LGPL-3.0-only OR MIT AND GPL-3.0-only"));
    }

    #[test]
    fn an_exception_is_accepted_only_by_name() {
        assert!(permits("Apache-2.0 WITH LLVM-exception"));
        assert!(!permits("Apache-2.0 WITH Unheard-of-exception"));
    }

    #[test]
    fn what_cannot_be_read_is_not_permitted() {
        for expression in ["", "MIT OR", "(MIT", "MIT Apache-2.0", "MIT)", "OR MIT"] {
            assert!(!permits(expression), "{expression}");
        }
    }

    #[test]
    fn a_banned_crate_is_named_with_the_reason() {
        let found = problems(&graph_of(&[("sqlx", "MIT", &[]), ("serde", "MIT", &[])]));
        assert_eq!(
            found,
            ["`sqlx` 1.0.0 is banned: transactions are plain functions over rusqlite and tokio-postgres"]
        );
    }

    #[test]
    fn a_crate_without_a_licence_is_refused() {
        assert_eq!(problems(&graph_of(&[("mystery", "", &[])])), ["`mystery` 1.0.0 names no licence"]);
    }
}
