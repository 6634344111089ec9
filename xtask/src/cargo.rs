//! Runs cargo the way the caller did, in the repository's root.

use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result, ensure};

/// A cargo command that is not yet started, for callers that add an environment.
pub(crate) fn command(root: &Path, arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root);
    command
}

/// Runs cargo and takes anything but success for a failure.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    succeed(command(root, arguments))
}

/// Waits for a command and takes anything but success for a failure.
pub(crate) fn succeed(mut command: Command) -> Result<()> {
    let status = status(&mut command)?;
    ensure!(status.success(), "`{}` failed ({status})", told(&command));
    Ok(())
}

/// Waits for a command and hands on how it ended.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().with_context(|| format!("`{}` could not be started", told(command)))
}

/// A command as a person would type it: the program's file name, not the toolchain's whole path.
pub(crate) fn told(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
