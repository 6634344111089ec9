//! Which of our crates may import which. Cargo keeps the graph free of circles; this keeps it from bending.

use std::collections::BTreeSet;

use crate::metadata::{Graph, Package};

/// What a crate may import of ours.
enum MayImport {
    Only(&'static [&'static str]),
    Anything,
}

/// A crate without a line here is refused: where it stands is a decision that somebody takes.
const DIRECTIONS: &[(&str, MayImport)] = &[
    ("domain", MayImport::Only(&[])),
    ("store", MayImport::Only(&["domain"])),
    ("workflow", MayImport::Only(&["domain"])),
    ("crm", MayImport::Only(&["domain"])),
    ("classifier", MayImport::Only(&["domain"])),
    ("whatsapp", MayImport::Only(&[])),
    // It reads the wire by itself, so that a misreading of ours cannot hide in shared types.
    ("simulator", MayImport::Only(&[])),
    // It drives the program from outside, as a stranger would.
    ("bench", MayImport::Only(&["simulator"])),
    ("hilo", MayImport::Anything),
    ("xtask", MayImport::Only(&[])),
];

/// `domain` decides; whatever awaits, stores or calls out has no business in it, not even through a third crate.
const NOT_IN_DOMAIN: &[&str] = &[
    "async-std",
    "async-trait",
    "axum",
    "diesel",
    "futures",
    "futures-util",
    "hyper",
    "postgres",
    "reqwest",
    "rusqlite",
    "sea-orm",
    "smol",
    "sqlx",
    "tokio",
    "tokio-postgres",
    "tower",
    "tower-http",
    "ureq",
];

/// Every import that goes against the plan, as a sentence. `in_domain` is all that is compiled into `domain`.
pub(crate) fn problems(graph: &Graph, in_domain: &BTreeSet<String>) -> Vec<String> {
    let ours: Vec<&str> = graph.members().map(|member| member.name.as_str()).collect();
    let bent = graph.members().flat_map(|member| bent_imports(member, &ours));
    bent.chain(impurities(in_domain)).collect()
}

fn bent_imports(member: &Package, ours: &[&str]) -> Vec<String> {
    let name = member.name.as_str();
    let allowed = match DIRECTIONS.iter().find(|(listed, _)| *listed == name) {
        Some((_, MayImport::Anything)) => return Vec::new(),
        Some((_, MayImport::Only(allowed))) => *allowed,
        None => return vec![format!("`{name}` has no line in xtask/src/directions.rs: say what it may import")],
    };
    let imports = member.dependencies.iter().map(|dependency| dependency.name.as_str());
    let forbidden = imports.filter(|import| ours.contains(import) && !allowed.contains(import));
    forbidden.map(|import| format!("`{name}` imports `{import}`, which it must not know")).collect()
}

fn impurities(in_domain: &BTreeSet<String>) -> impl Iterator<Item = String> {
    let found = NOT_IN_DOMAIN.iter().filter(|name| in_domain.contains(**name));
    found.map(|name| format!("`domain` pulls in `{name}`: no async, SQL or HTTP in the decisions"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::problems;
    use crate::metadata::graph_of;

    #[test]
    fn the_planned_directions_are_fine() {
        let graph = graph_of(&[
            ("domain", "MIT", &[]),
            ("store", "MIT", &["domain"]),
            ("simulator", "MIT", &[]),
            ("hilo", "MIT", &["domain", "store", "simulator"]),
        ]);
        assert!(problems(&graph, &BTreeSet::new()).is_empty());
    }

    #[test]
    fn the_simulator_may_not_share_types_with_the_client_that_it_tests() {
        let graph = graph_of(&[("whatsapp", "MIT", &[]), ("simulator", "MIT", &["whatsapp"])]);
        assert_eq!(problems(&graph, &BTreeSet::new()), ["`simulator` imports `whatsapp`, which it must not know"]);
    }

    #[test]
    fn domain_may_not_reach_a_runtime_through_another_crate() {
        let compiled = ["domain", "phones", "tokio"].map(str::to_owned).into();
        let found = problems(&graph_of(&[("domain", "MIT", &["phones"])]), &compiled);
        assert_eq!(found, ["`domain` pulls in `tokio`: no async, SQL or HTTP in the decisions"]);
    }

    #[test]
    fn a_crate_that_nobody_placed_is_refused() {
        let graph = graph_of(&[("helpers", "MIT", &[])]);
        assert_eq!(problems(&graph, &BTreeSet::new()).len(), 1);
    }
}
