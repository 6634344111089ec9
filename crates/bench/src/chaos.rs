//! Hilo killed over and over, and everything counted afterwards. [`run`] is the table of contents.
//!
//! A WhatsApp platform with faults runs in this process: it repeats, reorders and retries webhooks, loses answers after it has
//! accepted a send, and reports late. People type and agents answer without pause, while `hilo serve` ends without warning at named
//! points and at random moments, and is started again. Another system is told by webhook what changes. After the last kill everything
//! settles, and what the people said, what WhatsApp took, what the other system heard and what the program tells are held against
//! each other.

mod api;
mod crowd;
mod desk;
mod dice;
mod evidence;
mod kills;
mod mail;
mod meta;
mod program;
mod reconcile;
mod relay;
mod report;
mod settle;
mod subscriber;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result};
use tokio::task::LocalSet;

pub use report::{Finding, Kind, Report};

use crate::Database;
use crate::measure::Store;
use dice::Dice;
use evidence::Evidence;
use meta::Meta;
use program::Program;
use subscriber::Subscriber;

/// What is to be endured.
#[derive(Clone, Debug)]
pub struct Options {
    /// How often the program is killed.
    pub kills: usize,
    /// Where randomness begins. Processes race, so a seed repeats what is tried, not to the microsecond when.
    pub seed: u64,
    /// Where the messages are kept.
    pub database: Database,
    /// The points that the program knows as `HILO_KILL_AT`, in the order in which a message comes by them.
    pub points: &'static [&'static str],
}

/// Kills the program so often, lets everything settle, and reports what was found.
pub fn run(options: &Options) -> Result<Report> {
    // One thread for people, agents and WhatsApp together: the cores belong to the program under test.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, endure(options))
}

async fn endure(options: &Options) -> Result<Report> {
    let store = Store::open(options.database).await?;
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let database = format!("hilo_chaos_{}", std::process::id());
    let url = store.create(&database, folder.path()).await?;
    let report = endure_on(options, folder.path(), &url, store.name()).await;
    if report.as_ref().is_ok_and(Report::is_clean) {
        store.remove(&database).await?;
    } else {
        eprintln!("The settings, the log and, on SQLite, the database are kept in {}", folder.keep().display());
    }
    store.close().await?;
    report
}

async fn endure_on(options: &Options, folder: &Path, url: &str, database: &str) -> Result<Report> {
    let mut dice = Dice::new(options.seed);
    let meta = Meta::start(options.seed).await?;
    let program = Program::new(folder, url, &meta);
    let key: Rc<str> = program.make_key()?.into();

    let mut running = program.start(&meta.relay, None)?;
    running.wait_until_ready(meta.relay.target()).await?;
    let subscriber = Subscriber::introduce(meta.relay.target(), &key).await?;
    running.end().await?;

    let load = Load::start(&meta, &key, &mut dice).await;
    let killed = kill_over_and_over(options, &program, &meta, &load, &mut dice).await?;
    let mut running = program.start(&meta.relay, None)?;
    running.wait_until_ready(meta.relay.target()).await?;
    meta.simulator.clear_faults();
    let evidence = load.end(&meta).await;

    eprintln!("Waiting until everything has settled ...");
    settle::wait(&meta, &subscriber, &key).await;
    let evidence = Evidence {
        told: settle::read(&meta, &key).await?,
        accepted: meta.accepted(),
        nonsense: meta.nonsense(),
        heard: subscriber.heard(),
        ..evidence
    };
    running.end().await?;

    let findings = reconcile::findings(&evidence);
    let integrity = settle::integrity(url).await?;
    Ok(report::tell(options, database, killed, &evidence, integrity, findings))
}

/// How often the program ended how.
type Killed = BTreeMap<String, usize>;

async fn kill_over_and_over(
    options: &Options,
    program: &Program<'_>,
    meta: &Meta,
    load: &Load,
    dice: &mut Dice,
) -> Result<Killed> {
    let mut killed = Killed::new();
    for (number, ending) in kills::plan(options.points, options.kills, dice).iter().enumerate() {
        let how = program.run_until(&meta.relay, ending).await?;
        *killed.entry(how).or_default() += 1;
        if (number + 1) % 10 == 0 {
            let messages = load.crowd.said.borrow().len();
            eprintln!("{} of {} kills, {messages} messages typed", number + 1, options.kills);
        }
    }
    Ok(killed)
}

/// Everybody who is at work while the program is killed.
struct Load {
    crowd: Rc<crowd::Crowd>,
    desk: Rc<desk::Desk>,
    at_work: tokio::task::JoinSet<()>,
    stop: tokio::sync::watch::Sender<bool>,
}

impl Load {
    async fn start(meta: &Meta, key: &Rc<str>, dice: &mut Dice) -> Self {
        let crowd = Rc::new(crowd::Crowd::gather(meta).await);
        let desk = Rc::new(desk::Desk::new(meta.relay.clone(), key.clone()));
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let mut at_work = tokio::task::JoinSet::new();
        for person in 0..crowd.people.len() {
            at_work.spawn_local(crowd::type_without_pause(crowd.clone(), person, dice.fork(), stopped.clone()));
        }
        for _ in 0..desk::AGENTS {
            at_work.spawn_local(desk::answer_without_pause(desk.clone(), dice.fork(), stopped.clone()));
        }
        let (site, relay) = (meta.site.clone(), meta.relay.clone());
        at_work.spawn_local(mail::deliver_in_bulk(crowd.clone(), site, relay, dice.fork(), stopped));
        Self { crowd, desk, at_work, stop }
    }

    /// Waits for whatever is being said, and hands over what was.
    async fn end(mut self, meta: &Meta) -> Evidence {
        self.stop.send_replace(true);
        while self.at_work.join_next().await.is_some() {}
        Evidence {
            people: self.crowd.people.iter().map(crowd::Person::names).collect(),
            said: self.crowd.said.take(),
            promises: self.desk.promises.take(),
            passages: meta.relay.passages(),
            ..Evidence::default()
        }
    }
}
