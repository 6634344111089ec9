//! The command line, one file a command. Answers go to standard output, talk to standard error.

mod bench;
mod chaos;
mod check;
mod demo;
mod doctor;
mod export;
mod import;
mod key;
mod openapi;
mod pause;
mod phone;
mod replay;
mod serve;
mod sim;
mod user;
mod workflow;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// WhatsApp and your CRM as one workflow.
#[derive(Debug, Parser)]
#[command(
    name = "hilo",
    version,
    about,
    after_help = "Exit codes: 0 done, 1 it went wrong, 2 the command line or a file is not right."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try everything on this machine: no account, no configuration. Opens with a phone on a page.
    Demo(demo::Demo),
    /// Serve real WhatsApp numbers.
    Serve(serve::Serve),
    /// Check a workflow file, and say what to change.
    Check(check::Check),
    /// Try a changed workflow file on the messages of the last days: which it would decide about otherwise.
    Replay(replay::Replay),
    /// The versions of the workflow: list, show, publish, go back.
    Workflow(workflow::Workflow),
    /// Look at database, disk, clock, address and numbers, and say what to mend.
    Doctor(doctor::Doctor),
    /// Keys of the API.
    Key(key::Key),
    /// The people who sign in.
    User(user::User),
    /// Pause automation: all of it, one type, one number; or stop numbers altogether.
    Pause(pause::Pause),
    /// People from a CSV file: who is known is matched, who is new is made, and each row's outcome is told.
    Import(import::Import),
    /// Everybody as a CSV file.
    Export(export::Export),
    /// Phone numbers as people write them to E.164, or why they cannot exist. For cleaning lists.
    Phone(phone::Phone),
    /// Workspaces: one for each company.
    Workspace(workspace::Workspace),
    /// Print the OpenAPI document of `/api/v1`.
    Openapi(openapi::OpenApi),
    /// The WhatsApp simulator: write to Hilo from a simulated phone.
    Sim(sim::Sim),
    /// Measure Hilo against the bare work.
    Bench(bench::Bench),
    /// Kill Hilo over and over under load, and count what was lost or done twice.
    Chaos(chaos::Chaos),
    /// The server of `hilo demo`, which starts it.
    #[command(hide = true)]
    DemoWorker(demo::DemoWorker),
    /// The bare work itself, for `hilo bench`.
    #[command(hide = true, disable_help_flag = true)]
    BenchFloor {
        /// For the floor program.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
}

/// A file or a wish of the user is not right: exit code 2, and its text is the whole message.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NotRight(String);

/// Runs the command that was asked for.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(demo) => demo.run(),
        Command::DemoWorker(worker) => worker.run(),
        Command::Serve(serve) => serve.run(),
        Command::Check(check) => check.run(),
        Command::Replay(replay) => replay.run(),
        Command::Workflow(workflow) => workflow.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Key(key) => key.run(),
        Command::User(user) => user.run(),
        Command::Pause(pause) => pause.run(),
        Command::Import(import) => import.run(),
        Command::Export(export) => export.run(),
        Command::Phone(phone) => phone.run(),
        Command::Workspace(workspace) => workspace.run(),
        Command::Openapi(openapi) => openapi.run(),
        Command::Sim(sim) => sim.run(),
        Command::Bench(bench) => bench.run(),
        Command::Chaos(chaos) => chaos.run(),
        Command::BenchFloor { rest } => ::bench::floor::main(rest),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hilo: {error:#}");
            if error.is::<NotRight>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

/// Runs something that waits, with as many threads as there are cores.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Whoever reads our answers may stop when they have read enough.
fn unless_read_enough(error: anyhow::Error) -> anyhow::Result<()> {
    let io = error.downcast_ref::<std::io::Error>();
    if io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe) { Ok(()) } else { Err(error) }
}

/// Settings, or what is wrong with them.
fn settings(path: &std::path::Path) -> anyhow::Result<crate::config::Settings> {
    crate::config::read(path).map_err(|error| NotRight(format!("{error:#}")).into())
}
