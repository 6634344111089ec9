//! The crates of the workspace and everything they pull in, as cargo tells it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::cargo;

/// Every crate in Cargo.lock that some platform could build.
#[derive(Debug, Deserialize)]
pub(crate) struct Graph {
    pub(crate) packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
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

/// Asks cargo, and insists that Cargo.lock fits the manifests.
pub(crate) fn load_locked(root: &Path) -> Result<Graph> {
    ask(root, &["--locked"])
}

/// Asks cargo. In the middle of a change Cargo.lock may still have to follow.
pub(crate) fn load(root: &Path) -> Result<Graph> {
    ask(root, &[])
}

/// The names of everything that is compiled into one of our crates on this machine, however indirectly; what only its
/// tests use is left out. The graph above cannot tell: it holds the features that all crates together ask for, and every
/// platform, so that it sees a browser's async runtime below `uuid`.
pub(crate) fn compiled_into(root: &Path, name: &str) -> Result<BTreeSet<String>> {
    let shape = ["--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
    let tree = output(root, &[&["tree", "--locked", "--package", name][..], &shape].concat())?;
    let tree = String::from_utf8(tree).context("`cargo tree` answered with bytes that are no text")?;
    Ok(tree.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

fn ask(root: &Path, more: &[&str]) -> Result<Graph> {
    let json = output(root, &[&["metadata", "--format-version", "1"], more].concat())?;
    serde_json::from_slice(&json).context("`cargo metadata` answered in a shape we do not know")
}

fn output(root: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let mut command = cargo::command(root, arguments);
    let output = command.stderr(Stdio::inherit()).output().context("cargo could not be started")?;
    ensure!(output.status.success(), "`{}` failed ({})", cargo::told(&command), output.status);
    Ok(output.stdout)
}

impl Graph {
    /// Our own crates.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
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
    Graph {
        packages: packages.collect(),
        workspace_members: crates.iter().map(|(name, ..)| (*name).to_owned()).collect(),
    }
}
