//! The whole gate in one function. What is cheap comes first, so that a misplaced comma fails within seconds.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::{cargo, directions, licences, metadata, migrations, test};

/// Everything that has to hold before a change may land.
pub(crate) fn gate(root: &Path, arguments: &[String]) -> Result<ExitCode> {
    step("format", || cargo::run(root, &["fmt", "--all", "--check"]))?;
    step("migrations exist for both databases", || none(migrations::problems(root)?))?;
    let graph = step("dependencies match Cargo.lock", || metadata::load_locked(root))?;
    step("crates import in one direction", || {
        none(directions::problems(&graph, &metadata::compiled_into(root, "domain")?))
    })?;
    step("licences and banned crates", || none(licences::problems(&graph)))?;
    step("lints", || {
        cargo::run(root, &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])
    })?;
    step("documentation", || documentation(root))?;
    step("axe-core, which judges the screens", || test::fetch_axe(root, arguments))?;
    step("tests", || test::run(root, arguments))
}

/// Runs one step, and says its name before and its time after.
fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("xtask: {name}");
    let start = Instant::now();
    let outcome = work();
    eprintln!("xtask: {name} took {:.1} s", start.elapsed().as_secs_f32());
    outcome
}

fn documentation(root: &Path) -> Result<()> {
    let mut command = cargo::command(root, &["doc", "--locked", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    cargo::succeed(command)
}

/// Every problem is printed, not only the first: one round trip should be enough to mend them.
fn none(problems: Vec<String>) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    for problem in &problems {
        eprintln!("  {problem}");
    }
    bail!("{} to mend, listed above", problems.len())
}
