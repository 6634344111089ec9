//! `cargo xtask pictures`: takes pictures of the desk in every look and language, and puts the one that the README shows in its place.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::cargo;

/// Where the test that takes them puts them.
const FOLDER: &str = "HILO_TEST_PICTURES";
/// The one that the README shows.
const SHOWN: &str = "inbox.png";

pub(crate) fn take(root: &Path) -> Result<ExitCode> {
    let folder = root.join("target/pictures");
    fs::create_dir_all(&folder)?;
    let mut command = cargo::command(root, &["test", "-p", "hilo", "--test", "it", "pictures_of_the_desk"]);
    let taken = command.env(FOLDER, &folder).status().context("cargo cannot be run")?;
    if !taken.success() {
        return Ok(ExitCode::FAILURE);
    }
    fs::copy(folder.join(SHOWN), root.join("docs").join(SHOWN)).context("no picture was taken: is Chromium there?")?;
    println!("All of them are in {}; docs/{SHOWN} is new.", folder.display());
    Ok(ExitCode::SUCCESS)
}
