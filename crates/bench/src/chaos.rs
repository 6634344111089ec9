//! Hilo killed over and over, and everything counted afterwards. [`run`] is the table of contents.
//!
//! A WhatsApp platform with faults runs in this process: it repeats, reorders and retries webhooks, loses answers after it has
//! accepted a send, and reports late. People type and agents answer without pause, while the nodes of `hilo serve` end without warning at
//! named points and at random moments, and are started again; now and then one is frozen, or the database is away. Another system is told
//! by webhook what changes. In the end everything settles, and what the people said, what WhatsApp took, what the other system heard and
//! what the program tells are held against each other.

mod api;
mod crowd;
mod desk;
mod dice;
mod evidence;
mod faults;
mod guests;
mod kills;
mod mail;
mod meta;
mod program;
mod reconcile;
mod relay;
mod report;
mod settle;
mod stopping;
mod subscriber;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use futures::stream::{self, StreamExt};
use tokio::task::{JoinSet, LocalSet};

pub use faults::Fault;
pub use report::{Finding, Kind, Report};

use crate::measure::Store;
use crate::{Database, postgres};
use dice::Dice;
use evidence::{Evidence, Names, Said};
use faults::Place;
use kills::Ending;
use meta::Meta;
use program::Program;
use settle::Rest;
use stopping::Stopping;
use subscriber::Subscriber;

/// After so many kills a run is settled and judged, and goes on with a new database: what was said fits into memory, and a long run tells
/// early what it finds.
const LEG: usize = 500;
/// One other fault for so many kills.
const KILLS_A_FAULT: usize = 12;

/// What is to be endured.
#[derive(Clone, Debug)]
pub struct Options {
    /// How often the program is killed.
    pub kills: usize,
    /// How many nodes work on the database; several need PostgreSQL.
    pub nodes: usize,
    /// How many legs of a long run go on side by side, each with nodes, database and people of its own. More than one do without the
    /// faults that befall a whole PostgreSQL.
    pub at_once: usize,
    /// Where randomness begins. Processes race, so a seed repeats what is tried, not to the microsecond when.
    pub seed: u64,
    /// Where the messages are kept.
    pub database: Database,
    /// What happens beside the kills; without, every possible fault has its turn.
    pub faults: Option<Vec<Fault>>,
    /// The points that the program knows as `HILO_KILL_AT`, in the order in which a message comes by them.
    pub points: Vec<&'static str>,
    /// Of them those that few come by: the program is killed there the first time.
    pub rare_points: &'static [&'static str],
    /// Of them those around a send, at which a node is frozen.
    pub freeze_points: &'static [&'static str],
}

/// Kills the program so often, lets everything settle, and reports what was found. Ctrl-C ends the killing and leaves the rest.
pub fn run(options: &Options) -> Result<Report> {
    if 1 < options.nodes && options.database == Database::Sqlite {
        bail!("several nodes need a database that they can share: add --database postgres");
    }
    // One thread for people, agents and WhatsApp together: the cores belong to the program under test.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, endure(options))
}

async fn endure(options: &Options) -> Result<Report> {
    let stopping = Stopping::listen();
    let store = match options.database {
        Database::Sqlite => Store::Sqlite,
        Database::Postgres => Store::Postgres(postgres::server_apart().await?),
    };
    let report = tokio::select! {
        report = leg_by_leg(options, &store, &stopping) => report,
        () = stopping.told_twice() => bail!("told twice to stop; nothing was counted"),
    };
    store.close().await?;
    report
}

async fn leg_by_leg(options: &Options, store: &Store, stopping: &Stopping) -> Result<Report> {
    let legs = stream::iter((0..options.kills.max(1)).step_by(LEG).enumerate()).map(|(number, first)| async move {
        if stopping.is_told() && 0 < number {
            return Ok(None);
        }
        let kills = LEG.min(options.kills - first);
        let leg = Options { kills, seed: options.seed.wrapping_add(number as u64), ..options.clone() };
        one_leg(&leg, store, stopping).await.map(Some).with_context(|| format!("with seed {}", leg.seed))
    });
    // In the order of their seeds, whichever was first.
    let mut ended = std::pin::pin!(legs.buffered(options.at_once.max(1)));
    let mut report: Option<Report> = None;
    while let Some(next) = ended.next().await {
        let Some(next) = next? else { continue };
        let told = match report.take() {
            Some(before) => before.and(next),
            None => next,
        };
        if told.kills < options.kills {
            eprintln!("So far {}", told.in_short());
        }
        report = Some(told);
    }
    report.context("nothing was tried")
}

async fn one_leg(options: &Options, store: &Store, stopping: &Stopping) -> Result<Report> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let database = format!("hilo_chaos_{}_{}", std::process::id(), options.seed);
    let url = store.create(&database, folder.path()).await?;
    let report = endure_on(options, folder.path(), &Place { store, url: &url }, stopping).await;
    if report.as_ref().is_ok_and(Report::is_clean) {
        store.remove(&database).await?;
    } else {
        eprintln!("The settings, the logs and, on SQLite, the database are kept in {}", folder.keep().display());
    }
    report
}

async fn endure_on(options: &Options, folder: &Path, place: &Place<'_>, stopping: &Stopping) -> Result<Report> {
    let mut dice = Dice::new(options.seed);
    let meta = Meta::start(options.nodes, options.seed).await?;
    let nodes = program::nodes(options.nodes, folder, place.url, &meta)?;
    let key: Rc<str> = nodes[0].make_key()?.into();
    let subscriber = introduce(&nodes, &meta, &key).await?;

    let load = Load::start(&meta, &key, &mut dice).await;
    let endured = endure_everything(options, place, &nodes, &meta, &load, stopping, &mut dice).await?;
    let awake = start_all(&nodes, &meta).await?;
    meta.simulator.clear_faults();
    let evidence = load.end(&meta).await;

    eprintln!("Waiting until everything has settled ...");
    match settle::wait(&meta, &subscriber, &key).await {
        Rest::Settled => {}
        Rest::Stuck => eprintln!("Something is on its way and does not move any more"),
        Rest::Restless => eprintln!("Something moves and does not come to an end"),
    }
    let evidence = Evidence {
        told: settle::read(&meta, &subscriber, &key, &evidence.guests).await?,
        accepted: meta.accepted(),
        owed: meta.owed(),
        failed: meta.failed(),
        nonsense: meta.nonsense(),
        heard: subscriber.heard(),
        heard_last_word: subscriber.heard_last_word(),
        ..evidence
    };
    for node in awake {
        node.end().await?;
    }

    let findings = reconcile::findings(&evidence);
    let integrity = settle::integrity(place.url).await?;
    Ok(report::tell(options, place.store.name(), endured, &evidence, integrity, findings))
}

/// Has the program tell another system of its changes.
async fn introduce(nodes: &[Program], meta: &Meta, key: &str) -> Result<Subscriber> {
    let awake = start_all(nodes, meta).await?;
    let subscriber = Subscriber::introduce(meta.relay.target(), key).await?;
    for node in awake {
        node.end().await?;
    }
    Ok(subscriber)
}

async fn start_all(nodes: &[Program], meta: &Meta) -> Result<Vec<program::Awake>> {
    let mut awake = Vec::new();
    for node in nodes {
        awake.push(node.start(&meta.relay).await?);
    }
    Ok(awake)
}

/// What the program went through.
#[derive(Debug, Default)]
struct Endured {
    /// How often it was killed where.
    killed: BTreeMap<String, usize>,
    /// What else happened, and how often.
    faults: BTreeMap<String, usize>,
    /// How often a node was asked to end.
    ends: usize,
}

/// Kills, and between them the other faults.
async fn endure_everything(
    options: &Options,
    place: &Place<'_>,
    nodes: &[Program],
    meta: &Meta,
    load: &Load,
    stopping: &Stopping,
    dice: &mut Dice,
) -> Result<Endured> {
    let mut endured = Endured::default();
    let faults = faults::plan(options, place.store, dice)?;
    let kills = kills::plan(&options.points, options.rare_points, options.kills, dice);
    let stretch = kills.len().div_ceil(faults.len() + 1).max(1);
    let mut stretches = kills.chunks(stretch);
    for fault in faults.into_iter().map(Some).chain([None]) {
        if let Some(kills) = stretches.next() {
            kill_over_and_over(kills.to_vec(), nodes, meta, stopping, &mut endured).await?;
            let (kills, messages) = (endured.killed.values().sum::<usize>(), load.crowd.said.borrow().len());
            eprintln!("Seed {}: {kills} of {} kills, {messages} messages typed", options.seed, options.kills);
        }
        if stopping.is_told() {
            break;
        }
        if let Some(fault) = fault {
            let name = faults::endure(fault, options, place, nodes, meta, dice).await?;
            eprintln!("{name}");
            *endured.faults.entry(name).or_default() += 1;
            endured.ends += nodes.len();
        }
    }
    Ok(endured)
}

/// Every node lives and dies by itself, side by side with the others.
async fn kill_over_and_over(
    kills: Vec<Ending>,
    nodes: &[Program],
    meta: &Meta,
    stopping: &Stopping,
    endured: &mut Endured,
) -> Result<()> {
    let left = Rc::new(RefCell::new(kills.into_iter()));
    let mut living = JoinSet::new();
    for node in nodes {
        let (node, left, relay, stopping) = (node.clone(), left.clone(), meta.relay.clone(), stopping.clone());
        living.spawn_local(async move {
            let mut endings = Vec::new();
            while !stopping.is_told() {
                let Some(ending) = left.borrow_mut().next() else { break };
                endings.push(node.run_until(&relay, &ending).await?);
            }
            Ok::<_, anyhow::Error>(endings)
        });
    }
    while let Some(endings) = living.join_next().await {
        for how in endings?? {
            *endured.killed.entry(how).or_default() += 1;
        }
    }
    Ok(())
}

/// Everybody who is at work while the program is killed.
struct Load {
    crowd: Rc<crowd::Crowd>,
    desk: Rc<desk::Desk>,
    guests: Rc<guests::Guests>,
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
            let (crowd, relay, dice) = (crowd.clone(), meta.relay.clone(), dice.fork());
            at_work.spawn_local(crowd::type_without_pause(crowd, person, relay, dice, stopped.clone()));
        }
        for _ in 0..desk::AGENTS {
            at_work.spawn_local(desk::answer_without_pause(desk.clone(), dice.fork(), stopped.clone()));
        }
        let guests = Rc::new(guests::Guests::new(meta.relay.clone(), key.clone(), meta.simulator.clone()));
        for _ in 0..guests::HOSTS {
            at_work.spawn_local(guests::serve_without_pause(guests.clone(), dice.fork(), stopped.clone()));
        }
        let (site, relay) = (meta.site.clone(), meta.relay.clone());
        at_work.spawn_local(mail::deliver_in_bulk(crowd.clone(), site, relay, dice.fork(), stopped));
        Self { crowd, desk, guests, at_work, stop }
    }

    /// Waits for whatever is being said, and hands over what was.
    async fn end(mut self, meta: &Meta) -> Evidence {
        self.stop.send_replace(true);
        while self.at_work.join_next().await.is_some() {}
        let guests = self.guests.served.take();
        let people: Vec<Names> = self.crowd.people.iter().map(crowd::Person::names).collect();
        let of_guests = guests.iter().enumerate().flat_map(|(place, guest)| {
            let said = guest.said.iter().zip(1..);
            let person = people.len() + place;
            said.map(move |(wamid, number)| Said { person, number, wamid: wamid.clone(), bulk: None })
        });
        Evidence {
            said: self.crowd.said.take().into_iter().chain(of_guests).collect(),
            people: people.iter().cloned().chain(guests.iter().map(|guest| guest.names.clone())).collect(),
            guests,
            promises: self.desk.promises.take(),
            passages: meta.relay.passages(),
            ..Evidence::default()
        }
    }
}
