//! Chores of the repository: `cargo xtask test` on a fresh machine, and `cargo xtask ci`, the whole gate.
//!
//! Exit codes: 0 when all is well, 1 when something is wrong, 2 when the machine lacks something or the command is
//! unknown; a failing test run hands on its own code.

use std::path::PathBuf;
use std::process::ExitCode;

mod cargo;
mod ci;
mod directions;
mod licences;
mod metadata;
mod migrations;
mod pictures;
mod test;

const USAGE: &str = "\
cargo xtask test [--without-browser] [arguments for the test runner]
    Installs what the tests need where it may, starts a private PostgreSQL and runs every test.
    `-p CRATE` narrows the run to a crate.

cargo xtask ci [--without-browser]
    The whole gate: format, migrations, crate directions, licences, lints, documentation, tests.

cargo xtask pictures
    Takes pictures of the desk with Chromium, into target/pictures; the README's own goes to docs.";

/// The machine lacks something, or the command is not known: nothing was judged.
const NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let root = repository_root();

    let outcome = match command.as_str() {
        "test" => test::run(&root, &rest),
        "ci" => ci::gate(&root, &rest),
        "pictures" => pictures::take(&root),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(NOT_RUN))
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

/// The folder above this crate. Cargo names it when it runs us; a binary started by hand means the present folder.
fn repository_root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    manifest.as_deref().and_then(|folder| folder.parent()).map_or_else(|| PathBuf::from("."), PathBuf::from)
}
