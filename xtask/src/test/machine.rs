//! What the tests need from the system: PostgreSQL's server and a browser that can be driven.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::install::Apt;

/// Where Debian and Ubuntu keep the server's programs, one folder a version. They are not on the PATH there.
const DEBIAN_POSTGRES: &str = "/usr/lib/postgresql";

const CHROMIUM_NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
const CHROMEDRIVER_NAMES: &[&str] = &["chromedriver", "chromium.chromedriver"];

/// What was found.
#[derive(Debug)]
pub(super) struct Machine {
    /// The folder with `initdb` and `postgres`; absent when the caller brought a server.
    pub(super) postgres: Option<PathBuf>,
    /// Absent when the caller goes without.
    pub(super) browser: Option<Browser>,
}

/// A browser and the program that drives it.
#[derive(Debug)]
pub(super) struct Browser {
    pub(super) chromium: PathBuf,
    pub(super) chromedriver: PathBuf,
}

/// Something that the tests need, and how it comes onto a machine.
#[derive(Debug)]
pub(super) struct Need {
    what: &'static str,
    pub(super) packages: &'static [&'static str],
    /// A shell line to run as root before the packages are installed.
    pub(super) before: Option<&'static str>,
    otherwise: &'static str,
}

const POSTGRES: Need = Need {
    what: "PostgreSQL's server (initdb, postgres)",
    packages: &["postgresql"],
    // The package would make and start a cluster of its own on port 5432, which nobody asked for.
    before: Some(
        "mkdir -p /etc/postgresql-common && cd /etc/postgresql-common && \
         { test -e createcluster.conf || echo 'create_main_cluster = false' >createcluster.conf; }",
    ),
    otherwise: "or name a server in which the tests may create databases: HILO_TEST_POSTGRES=postgres://…",
};

const BROWSER: Need = Need {
    what: "Chromium and chromedriver",
    packages: &["chromium", "chromium-driver"],
    before: None,
    otherwise: "or go without the browser tests: cargo xtask test --without-browser",
};

const NPM: Need = Need {
    what: "npm, which fetches axe-core",
    packages: &["npm"],
    before: None,
    otherwise: "or go without the browser tests: --without-browser",
};

/// What could neither be found nor installed.
#[derive(Debug)]
pub(super) struct Missing(Vec<&'static Need>);

/// Finds what is wanted, and installs what is missing where that is allowed.
pub(super) fn prepare(wants_postgres: bool, wants_browser: bool) -> Result<Machine, Missing> {
    let mut apt = Apt::of_this_machine();
    let postgres = wants_postgres.then(|| find_or_install(&mut apt, &POSTGRES, find_postgres)).transpose();
    let browser = wants_browser.then(|| find_or_install(&mut apt, &BROWSER, find_browser)).transpose();
    match (postgres, browser) {
        (Ok(postgres), Ok(browser)) => Ok(Machine { postgres, browser }),
        (postgres, browser) => Err(Missing(postgres.err().into_iter().chain(browser.err()).collect())),
    }
}

/// The program that fetches packages of JavaScript.
pub(super) fn npm() -> Result<PathBuf, Missing> {
    let found = find_or_install(&mut Apt::of_this_machine(), &NPM, || on_path(&["npm"]));
    found.map_err(|need| Missing(vec![need]))
}

fn find_or_install<T>(apt: &mut Apt, need: &'static Need, find: fn() -> Option<T>) -> Result<T, &'static Need> {
    find()
        .or_else(|| {
            apt.install(need);
            find()
        })
        .ok_or(need)
}

/// The folder of a server's programs: Debian's newest, else what the PATH or `pg_config` knows.
fn find_postgres() -> Option<PathBuf> {
    let folders =
        debian_folders(Path::new(DEBIAN_POSTGRES)).into_iter().chain(path_folders()).chain(pg_config_folder());
    folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// `15/bin`, `17/bin` … with the newest in front.
fn debian_folders(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut versions: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|left, right| right.cmp(left));
    versions.into_iter().map(|version| root.join(version.to_string()).join("bin")).collect()
}

fn pg_config_folder() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok().filter(|output| output.status.success())?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

fn find_browser() -> Option<Browser> {
    Some(Browser { chromium: on_path(CHROMIUM_NAMES)?, chromedriver: on_path(CHROMEDRIVER_NAMES)? })
}

/// The first of these programs that some folder of the PATH holds.
pub(super) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = path_folders().collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

fn path_folders() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for need in &self.0 {
            let packages = need.packages.join(" ");
            writeln!(out, "xtask: {} could not be found, and could not be installed from here.", need.what)?;
            writeln!(out, "  On Debian or Ubuntu: sudo apt-get install --no-install-recommends {packages}")?;
            writeln!(out, "  Elsewhere: install it so that its programs are on the PATH,")?;
            writeln!(out, "  {}", need.otherwise)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{BROWSER, Missing, POSTGRES, debian_folders};

    #[test]
    fn the_newest_server_of_several_is_taken() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "17", "not-a-version"] {
            std::fs::create_dir(root.path().join(version)).unwrap();
        }
        let folders = debian_folders(root.path());
        assert_eq!(folders, ["17", "15", "9"].map(|version| root.path().join(version).join("bin")));
    }

    #[test]
    fn what_is_missing_is_said_with_the_command_that_installs_it() {
        let told = Missing(vec![&POSTGRES, &BROWSER]).to_string();
        assert!(told.contains("apt-get install --no-install-recommends postgresql\n"));
        assert!(told.contains("apt-get install --no-install-recommends chromium chromium-driver\n"));
        assert!(told.contains("--without-browser"));
    }
}
