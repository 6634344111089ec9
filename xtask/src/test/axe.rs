//! axe-core, which says in the browser tests what keeps somebody from using a screen. It is fetched and never committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, ensure};

use super::machine;
use crate::cargo;

/// The one version that is used, with its checksum, which npm compares.
const PACKAGE: &str = include_str!("axe/package.json");
const LOCK: &str = include_str!("axe/package-lock.json");

/// The script, fetched unless it is there.
pub(crate) fn fetch(root: &Path) -> Result<PathBuf> {
    let folder = root.join("target/axe");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    let lock = folder.join("package-lock.json");
    if script.is_file() && fs::read_to_string(&lock).is_ok_and(|text| text == LOCK) {
        return Ok(script);
    }
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), PACKAGE)?;
    fs::write(&lock, LOCK)?;
    install(&folder)?;
    ensure!(script.is_file(), "npm put no {} there", script.display());
    Ok(script)
}

fn install(folder: &Path) -> Result<()> {
    let npm = machine::npm().map_err(|missing| anyhow!("{missing}"))?;
    let mut npm = Command::new(npm);
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder);
    // The tests' results own standard output.
    npm.stdin(Stdio::null()).stdout(std::io::stderr());
    let told = cargo::told(&npm);
    let status = npm.status().with_context(|| format!("`{told}` could not be started"))?;
    ensure!(status.success(), "`{told}` failed ({status}): is the registry of npm within reach?");
    Ok(())
}
