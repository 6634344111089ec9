//! `cargo xtask test`: makes the machine ready, starts a private PostgreSQL, runs every test and tidies up.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use anyhow::{Context, Result};

use crate::{NOT_RUN, cargo, metadata};
use arguments::{Arguments, DocTests};
use machine::Machine;
use postgres::Server;

mod arguments;
mod axe;
mod install;
mod machine;
mod postgres;

/// Where the store's tests find a PostgreSQL in which they may create databases. A caller who sets it keeps us from
/// starting our own.
const POSTGRES_URL: &str = "HILO_TEST_POSTGRES";
/// The two programs of the browser tests.
const CHROMIUM: &str = "HILO_TEST_CHROMIUM";
const CHROMEDRIVER: &str = "HILO_TEST_CHROMEDRIVER";
/// Set when the caller goes without the browser tests: they skip, and say so, instead of failing.
const WITHOUT_BROWSER: &str = "HILO_TEST_WITHOUT_BROWSER";
/// What the browser tests ask about each screen.
const AXE: &str = "HILO_TEST_AXE";

/// Ends with the code of the first test run that failed.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode> {
    let arguments = Arguments::parse(arguments);
    let given_url = std::env::var(POSTGRES_URL).ok().filter(|url| !url.is_empty());
    let machine = match machine::prepare(given_url.is_none(), arguments.browser) {
        Ok(machine) => machine,
        Err(missing) => {
            eprint!("{missing}");
            return Ok(ExitCode::from(NOT_RUN));
        }
    };

    // Bound to a name, because the server stops when it is dropped: after the tests, whatever their outcome.
    let server = machine.postgres.as_deref().map(postgres::start).transpose()?;
    let url = server.as_ref().map(Server::url).or(given_url.as_deref());
    let axe = machine.browser.as_ref().and_then(|_| axe_if_reached(root));
    let environment = environment(url, &machine, axe.as_deref());

    let tests = run_tests(root, &arguments, &environment)?;
    if !tests.success() {
        return Ok(exit_code(tests));
    }
    let doc_tests = run_doc_tests(root, &arguments, &environment)?;
    Ok(doc_tests.map_or(ExitCode::SUCCESS, exit_code))
}

/// For the gate, which goes without nothing: what the tests only miss, offline, on somebody's own machine.
pub(crate) fn fetch_axe(root: &Path, arguments: &[String]) -> Result<()> {
    if Arguments::parse(arguments).browser {
        axe::fetch(root).context("the screens cannot be judged")?;
    }
    Ok(())
}

fn axe_if_reached(root: &Path) -> Option<PathBuf> {
    let fetched = axe::fetch(root);
    if let Err(error) = &fetched {
        eprintln!("xtask: the screens are not judged by axe-core, which could not be fetched: {error:#}");
    }
    fetched.ok()
}

type Environment = Vec<(&'static str, String)>;

fn environment(postgres_url: Option<&str>, machine: &Machine, axe: Option<&Path>) -> Environment {
    let mut environment: Environment = Vec::new();
    environment.extend(postgres_url.map(|url| (POSTGRES_URL, url.to_owned())));
    match &machine.browser {
        Some(browser) => {
            environment.push((CHROMIUM, browser.chromium.to_string_lossy().into_owned()));
            environment.push((CHROMEDRIVER, browser.chromedriver.to_string_lossy().into_owned()));
        }
        None => environment.push((WITHOUT_BROWSER, "1".to_owned())),
    }
    environment.extend(axe.map(|script| (AXE, script.to_string_lossy().into_owned())));
    environment
}

fn run_tests(root: &Path, arguments: &Arguments, environment: &Environment) -> Result<ExitStatus> {
    let runner: &[&str] = if has_nextest(root) { &["nextest", "run"] } else { &["test"] };
    let mut command = cargo::command(root, runner);
    command.args(arguments.packages_or_workspace()).args(&arguments.rest);
    timed(command, environment)
}

fn run_doc_tests(root: &Path, arguments: &Arguments, environment: &Environment) -> Result<Option<ExitStatus>> {
    let graph = metadata::load(root)?;
    let libraries: Vec<&str> = graph.members().filter(|of| of.has_library()).map(|of| of.name.as_str()).collect();
    match arguments.doc_tests(&libraries) {
        DocTests::Of(selection) => {
            let mut command = cargo::command(root, &["test", "--doc"]);
            command.args(selection);
            timed(command, environment).map(Some)
        }
        DocTests::None(reason) => {
            eprintln!("xtask: no documentation tests: {reason}");
            Ok(None)
        }
    }
}

fn has_nextest(root: &Path) -> bool {
    cargo::command(root, &["nextest", "--version"]).output().is_ok_and(|output| output.status.success())
}

fn timed(mut command: Command, environment: &Environment) -> Result<ExitStatus> {
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    eprintln!("xtask: {}", cargo::told(&command));
    let start = std::time::Instant::now();
    let status = cargo::status(&mut command)?;
    eprintln!("xtask: ended after {:.1} s ({status})", start.elapsed().as_secs_f32());
    Ok(status)
}

/// A run that a signal ended has no code of its own and counts as a failure.
fn exit_code(status: ExitStatus) -> ExitCode {
    match status.code().map(u8::try_from) {
        Some(Ok(code)) => ExitCode::from(code),
        Some(Err(_)) | None => ExitCode::FAILURE,
    }
}
