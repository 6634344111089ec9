//! Installs packages of Debian or Ubuntu, where this user may.

use std::process::{Command, Stdio};

use super::machine::{Need, on_path};
use crate::cargo;

/// The system's package manager, as far as we may use it.
pub(super) struct Apt {
    rights: Option<Rights>,
    lists_are_fresh: bool,
}

#[derive(Clone, Copy)]
enum Rights {
    Root,
    /// sudo lets us without asking for a password; a prompt would hang where nobody sits.
    Sudo,
}

impl Apt {
    /// Without apt, or without the rights to use it, nothing will be installed.
    pub(super) fn of_this_machine() -> Self {
        let rights = on_path(&["apt-get"]).and_then(|_| rights());
        Self { rights, lists_are_fresh: false }
    }

    /// Tries. Whether it worked is seen by looking for the programs again, which also judges half a success.
    pub(super) fn install(&mut self, need: &Need) {
        let Some(rights) = self.rights else { return };
        if !self.lists_are_fresh {
            // A foreign source that is down fails the update although Debian's own lists are there.
            attempt(as_root(rights, &["apt-get", "update", "-q"]));
            self.lists_are_fresh = true;
        }
        if let Some(line) = need.before {
            attempt(as_root(rights, &["sh", "-c", line]));
        }
        let mut words = vec!["apt-get", "install", "-q", "-y", "--no-install-recommends"];
        words.extend(need.packages);
        attempt(as_root(rights, &words));
    }
}

fn rights() -> Option<Rights> {
    if is_root() {
        return Some(Rights::Root);
    }
    let sudo = Command::new("sudo").args(["-n", "true"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    sudo.is_ok_and(|status| status.success()).then_some(Rights::Sudo)
}

/// Whether we run as the superuser.
pub(super) fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn as_root(rights: Rights, words: &[&str]) -> Command {
    let mut command = match rights {
        Rights::Root => Command::new("env"),
        Rights::Sudo => Command::new("sudo"),
    };
    if let Rights::Sudo = rights {
        command.args(["-n", "env"]);
    }
    // Nobody is there to answer a question of a package's set-up.
    command.arg("DEBIAN_FRONTEND=noninteractive").args(words).stdin(Stdio::null());
    command
}

fn attempt(mut command: Command) {
    // The tests' results own standard output.
    command.stdout(std::io::stderr());
    let told = cargo::told(&command);
    eprintln!("xtask: {told}");
    match command.status() {
        Ok(status) if status.success() => {}
        Ok(status) => eprintln!("xtask: `{told}` failed ({status})"),
        Err(error) => eprintln!("xtask: `{told}` could not be started: {error}"),
    }
}
