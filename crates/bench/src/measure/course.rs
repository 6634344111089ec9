//! The course of a measurement: the programs are started, something is prepared, the load counts, and all is looked through.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::{Place, Store};
use crate::Options;
use crate::audit::Recorded;
use crate::bodies::Site;
use crate::child::Program;
use crate::correlate::{self, Book, Outcome};
use crate::graph::{self, Accepted, Graph};
use crate::ledger::Ledger;
use crate::load::{self, Load, Pace, Target, Turn};
use crate::nodes::{Nodes, Team};
use crate::processes;
use crate::readings::{self, Measured, Reading};
use crate::reads::Readers;
use crate::script::{Mail, Script};
use crate::senders::Senders;
use crate::workload::Traffic;

const WARM_UP: usize = 1_000; // connections, caches and prepared statements of the program
const LINGER: Duration = Duration::from_millis(300); // a double acknowledgement comes late or not at all
/// What is carried is measured with so many messages before ten times of it come.
const PEAK: usize = 5_000;
const MOST_IN_A_CLOSED_LOOP: usize = 64; // of a load that is an open loop once it counts
const READS_AFTERWARDS: usize = 1_200;

/// Everything that takes part in a measurement.
pub(super) struct Course<'a> {
    program: Program,
    traffic: &'a Traffic,
    place: &'a Place<'a>,
    parts: Parts,
    site: Site,
    script: Script,
    ledger: Arc<Ledger>,
    graph: Rc<Graph>,
    nodes: Nodes,
    /// To the program's API, where it is read.
    key: Option<String>,
    /// The commits of the database and the time, before the programs were started.
    commits: u64,
    began: i64,
    /// What no part of it may take longer than.
    limit: Duration,
}

impl<'a> Course<'a> {
    pub(super) async fn prepare(
        program: Program,
        options: &Options,
        place: &'a Place<'a>,
        traffic: &'a Traffic,
    ) -> Result<Self> {
        let (site, parts) = (super::site()?, Parts::of(traffic));
        let posts = parts.all() + traffic.mail.most_extras(traffic.messages);
        let people = traffic.senders.up_to(parts.all());
        let ledger = Arc::new(Ledger::open(posts, people, traffic.load.connections()));
        let graph = graph::start(traffic.graph, &site, ledger.clone()).await?;
        let script = Script::of_messages(&site, traffic.senders, parts.all(), crate::unix_second());

        let team = Team { program, site: &site, database: &place.url, graph_base_url: &graph.base_url() };
        let is_read = 0 < traffic.reads_per_second || traffic.stored.is_some();
        let key = if is_read { Some(team.make_key(place.folder.path())?) } else { None };
        let commits = place.store.commits(&place.database).await?;
        let began = crate::unix_millisecond() as i64;
        let nodes = team.start(traffic.nodes, place.folder.path()).await?;
        let limit = Duration::from_secs(options.seconds);
        Ok(Self { program, traffic, place, parts, site, script, ledger, graph, nodes, key, commits, began, limit })
    }

    pub(super) async fn run(mut self) -> Result<Measured> {
        let made = self.make_stock().await?;
        self.carry(self.parts.warm_up()).await?;
        let peak_per_s = self.find_peak().await?;
        let order = self.script.order(self.traffic.mail, &self.site, self.parts.measured(), &made);
        let readers = self.readers().await?;

        let pace = self.pace(peak_per_s);
        let before = self.reading()?;
        let offered_per_s = self.load(&readers, pace, &order).await?;
        let after = self.reading()?;
        if let (Some(readers), Some(_)) = (&readers, self.traffic.stored) {
            readers.read_in_turn(READS_AFTERWARDS).await?;
        }

        tokio::time::sleep(LINGER).await;
        let peak_memory_mib = self.nodes.peak_memory_mib();
        self.nodes.end().await?;
        let outcome = self.look_through(&order, &made).await?;
        let costs = readings::costs(outcome, before, after);
        Ok(Measured {
            commits_per_message: self.commits_per_message().await?.unwrap_or(costs.commits_per_message),
            database_counted: !self.place.store.processes().is_empty(),
            peak_memory_mib,
            due_per_s: match pace {
                Pace::Closed(_) => None,
                Pace::PerSecond(per_second) => Some(per_second),
            },
            offered_per_s,
            peak_per_s,
            reads: readers.map(|readers| readers.figures()).unwrap_or_default(),
            ..costs
        })
    }

    /// Sends that WhatsApp has accepted and not reported on yet.
    async fn make_stock(&self) -> Result<Vec<Accepted>> {
        self.graph.keep();
        self.carry(self.parts.stock()).await?;
        Ok(self.graph.take_kept())
    }

    /// What is carried when no more comes than that; `None` where nothing depends on it.
    async fn find_peak(&self) -> Result<Option<f64>> {
        let messages = self.parts.peak();
        if messages.is_empty() {
            return Ok(None);
        }
        let (start, count) = (Instant::now(), messages.len());
        self.carry(messages).await?;
        Ok(Some(count as f64 / start.elapsed().as_secs_f64()))
    }

    /// Some messages in a closed loop, and all that follows from them.
    async fn carry(&self, messages: Range<usize>) -> Result<()> {
        let connections = self.traffic.load.connections().min(MOST_IN_A_CLOSED_LOOP);
        self.drive(Pace::Closed(Turn::Accepted), connections, messages.collect()).await?;
        self.settle().await;
        Ok(())
    }

    fn pace(&self, peak_per_s: Option<f64>) -> Pace {
        match self.traffic.load {
            Load::Closed { turn, .. } => Pace::Closed(turn),
            Load::Open { per_second } => Pace::PerSecond(per_second),
            Load::Flood { times } => Pace::PerSecond(peak_per_s.unwrap_or(1.0) as u32 * times),
        }
    }

    /// What counts. Answers how many webhooks a second really came.
    async fn load(&self, readers: &Option<Readers>, pace: Pace, order: &[usize]) -> Result<f64> {
        let reads_per_second = self.traffic.reads_per_second;
        let reading =
            readers.as_ref().filter(|_| 0 < reads_per_second).map(|readers| readers.read_on(reads_per_second));
        // Both ends of a connection are files, and the sends need some too.
        let connections = self.traffic.load.connections().min(processes::open_files() * 3 / 4);
        let start = Instant::now();
        self.drive(pace, connections, order.to_vec()).await?;
        let sent = order.iter().filter(|post| self.ledger.sent_at(**post).is_some()).count();
        let offered_per_s = sent as f64 / start.elapsed().as_secs_f64();
        self.settle().await;
        drop(reading);
        Ok(offered_per_s)
    }

    async fn drive(&self, pace: Pace, connections: usize, order: Vec<usize>) -> Result<()> {
        let target = Target {
            doors: self.nodes.doors(),
            script: Rc::new(self.script.clone()),
            senders: self.traffic.senders,
            ledger: self.ledger.clone(),
        };
        load::drive(pace, connections, &target, order, Instant::now() + self.limit).await
    }

    /// Waits until everybody who is owed an acknowledgement has it, or until none has come for a while.
    async fn settle(&self) {
        let owed = correlate::owed(self.book()).len();
        let mut seen = (self.ledger.arrival_count(), Instant::now());
        while self.ledger.people_acknowledged() < owed && seen.1.elapsed() < self.traffic.silence {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let arrivals = self.ledger.arrival_count();
            if seen.0 < arrivals {
                seen = (arrivals, Instant::now());
            }
        }
    }

    /// They look at the people of the warm-up, or at those of long ago.
    async fn readers(&self) -> Result<Option<Readers>> {
        let Some(key) = &self.key else { return Ok(None) };
        let people = match self.traffic.senders {
            Senders::Stored(people) => people,
            Senders::AlwaysNew | Senders::Known(_) => self.parts.warm_up,
        };
        Readers::look_around(self.nodes.doors()[0], key, people).await.map(Some)
    }

    fn reading(&self) -> Result<Reading> {
        Reading::take(&self.nodes.pids(), self.place.store, &self.place.url)
    }

    /// What the ledger and, once the program has ended, the database say.
    async fn look_through(&self, order: &[usize], made: &[Accepted]) -> Result<Outcome> {
        let mut outcome = correlate::outcome(self.book(), order, self.traffic.latency);
        // The floor has other tables; what it loses or doubles, the ledger shows.
        if self.program == Program::Hilo {
            let recorded = Recorded::since(&self.place.url, self.began).await?;
            recorded.judge(&mut outcome, self.book(), self.reported_as_read(order, made));
        }
        Ok(outcome)
    }

    /// Every send is reported as read once; if all of that was accepted, all of it must have left its trace.
    fn reported_as_read(&self, order: &[usize], made: &[Accepted]) -> usize {
        let is_reported = matches!(self.traffic.mail, Mail::Reported { .. });
        let all_accepted = order.iter().all(|post| self.ledger.accepted_at(*post).is_some());
        if is_reported && all_accepted { made.len() } else { 0 }
    }

    /// From the start of the program on, as PostgreSQL counts them once its sessions have ended.
    async fn commits_per_message(&self) -> Result<Option<f64>> {
        let Store::Postgres(_) = self.place.store else { return Ok(None) };
        let commits = self.place.store.commits(&self.place.database).await?.saturating_sub(self.commits);
        let accepted = (0..self.parts.all()).filter(|message| self.ledger.accepted_at(*message).is_some()).count();
        Ok(Some(commits as f64 / accepted.max(1) as f64))
    }

    fn book(&self) -> Book<'_> {
        Book { ledger: &self.ledger, script: &self.script, senders: self.traffic.senders, messages: self.parts.all() }
    }
}

/// The messages by what they are for: a stock of sends to report on, the warm-up, what is carried before the overload, and what is
/// measured.
#[derive(Clone, Copy)]
struct Parts {
    stock: usize,
    warm_up: usize,
    peak: usize,
    measured: usize,
}

impl Parts {
    fn of(traffic: &Traffic) -> Self {
        let measured = traffic.messages;
        let peak = if matches!(traffic.load, Load::Flood { .. }) { PEAK.min(measured) } else { 0 };
        Self { stock: traffic.mail.sends_before(measured), warm_up: WARM_UP.min(measured / 10), peak, measured }
    }

    fn all(self) -> usize {
        self.stock + self.warm_up + self.peak + self.measured
    }

    fn stock(self) -> Range<usize> {
        0..self.stock
    }

    fn warm_up(self) -> Range<usize> {
        self.stock..self.stock + self.warm_up
    }

    fn peak(self) -> Range<usize> {
        let start = self.warm_up().end;
        start..start + self.peak
    }

    fn measured(self) -> Range<usize> {
        self.peak().end..self.all()
    }
}
