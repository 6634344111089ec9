//! The crates of the workspace and everything they pull in, as `cargo metadata` tells it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::cargo;

/// Every crate in Cargo.lock that some platform could build, and who depends on whom.
#[derive(Debug, Deserialize)]
pub(crate) struct Graph {
    pub(crate) packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

/// One crate at one version.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    targets: Vec<Target>,
}

/// A line under `[dependencies]`, `[dev-dependencies]` or `[build-dependencies]`.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Deserialize)]
struct EdgeKind {
    /// Absent for a normal dependency, else `dev` or `build`.
    kind: Option<String>,
}

/// Asks cargo, and insists that Cargo.lock fits the manifests.
pub(crate) fn load_locked(root: &Path) -> Result<Graph> {
    ask(root, &["--locked"])
}

/// Asks cargo. In the middle of a change Cargo.lock may still have to follow.
pub(crate) fn load(root: &Path) -> Result<Graph> {
    ask(root, &[])
}

fn ask(root: &Path, more: &[&str]) -> Result<Graph> {
    let mut command = cargo::command(root, &["metadata", "--format-version", "1"]);
    let output =
        command.args(more).stderr(Stdio::inherit()).output().context("`cargo metadata` could not be started")?;
    ensure!(output.status.success(), "`{}` failed ({})", cargo::told(&command), output.status);
    serde_json::from_slice(&output.stdout).context("`cargo metadata` answered in a shape we do not know")
}

impl Graph {
    /// Our own crates.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    /// The names of everything that is compiled into a crate, however indirectly; what only its tests use is left out.
    pub(crate) fn compiled_into(&self, package: &Package) -> BTreeSet<&str> {
        let nodes: BTreeMap<&str, &Node> = self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let mut reached = BTreeSet::new();
        let mut waiting = vec![package.id.as_str()];
        while let Some(id) = waiting.pop() {
            let edges = nodes.get(id).map_or(&[][..], |node| &node.deps);
            let shipped = edges.iter().filter(|edge| edge.dep_kinds.iter().any(|of| of.kind.as_deref() != Some("dev")));
            waiting.extend(shipped.map(|edge| edge.pkg.as_str()).filter(|pkg| reached.insert(*pkg)));
        }
        self.packages
            .iter()
            .filter(|other| reached.contains(other.id.as_str()))
            .map(|other| other.name.as_str())
            .collect()
    }
}

impl Package {
    /// Whether there is a library, the only kind of target that has documentation tests.
    pub(crate) fn has_library(&self) -> bool {
        self.targets.iter().any(|target| target.kind.iter().any(|kind| kind == "lib"))
    }
}

/// A graph for tests: `(name, licence, imports)` a crate, all of them members.
#[cfg(test)]
pub(crate) fn graph_of(crates: &[(&str, &str, &[&str])]) -> Graph {
    let packages = crates.iter().map(|(name, license, imports)| Package {
        id: (*name).to_owned(),
        name: (*name).to_owned(),
        version: "1.0.0".to_owned(),
        license: (!license.is_empty()).then(|| (*license).to_owned()),
        dependencies: imports.iter().map(|name| Dependency { name: (*name).to_owned() }).collect(),
        targets: Vec::new(),
    });
    let nodes = crates.iter().map(|(name, _, imports)| Node {
        id: (*name).to_owned(),
        deps: imports
            .iter()
            .map(|to| Edge { pkg: (*to).to_owned(), dep_kinds: vec![EdgeKind { kind: None }] })
            .collect(),
    });
    Graph {
        packages: packages.collect(),
        workspace_members: crates.iter().map(|(name, ..)| (*name).to_owned()).collect(),
        resolve: Resolve { nodes: nodes.collect() },
    }
}
