//! One week, moment by moment: whoever's turn it is does one step, and what follows from it takes its turn later.

mod nodes;
mod outside;

use std::collections::BTreeMap;

use domain::ids::{SendId, WorkspaceId};
use jiff::SignedDuration;
use store::by_hand::Nodes;
use whatsapp::{OutboundMessage, SendOutcome};

use super::checks::{self, Watch};
use super::desk::{Act, Errand, Verb};
use super::faults::{self, Crossing, Ending, Fault};
use super::machine::{Flight, Machine, Task};
use super::people::{self, Deed, Person};
use super::platform::Platform;
use super::stage::Stage;
use crate::clock::held;
use crate::deliver::by_hand::Outcome;
use crate::dice::Dice;
use crate::ids::numbered;

/// A Monday in March, in milliseconds since 1970.
const MONDAY: i64 = 1_772_409_600_000;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// More steps than a week ever needs to come to rest.
const MOST_STEPS: u64 = 40_000;

/// Something whose time will come.
pub(super) enum Event {
    Deed(usize, Deed),
    Errand(Errand),
    Act(usize),
    Post(usize),
    Fault(Fault),
    Start(usize),
    Turn(usize, Timer),
    /// The oldest transaction of a task has its turn.
    Run(u64),
    Leave(Flight),
    Bytes(Flight, Box<OutboundMessage>),
    Answer(Flight, SendOutcome),
    Settle(usize, u32, Outcome, i64),
    /// WhatsApp has something to report: on which message, what, and whether it names it as we did.
    Report(Vec<(usize, &'static str, bool)>),
}

/// What a node does without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    Outbox,
    Backlog,
    FewSeconds,
    Minute,
}

/// What happened in a week, to see that something did.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) steps: u64,
    pub(super) messages: u64,
    pub(super) sends: u64,
    pub(super) faults: u64,
    pub(super) deaths: u64,
    /// Made of every moment at which something happened.
    pub(super) story: u64,
}

impl Tally {
    pub(super) fn and(self, other: Tally) -> Tally {
        Tally {
            steps: self.steps + other.steps,
            messages: self.messages + other.messages,
            sends: self.sends + other.sends,
            faults: self.faults + other.faults,
            deaths: self.deaths + other.deaths,
            story: self.story ^ other.story,
        }
    }
}

/// What is about to go wrong.
#[derive(Default)]
struct Armed {
    store: Option<(u32, Ending)>,
    sends: Option<(u32, Crossing)>,
    late: Option<(u32, i64)>,
    unheard: u32,
}

pub(super) struct Week<'a> {
    pub(super) stage: &'a Stage,
    pub(super) workspace: WorkspaceId,
    pub(super) platform: Platform,
    pub(super) watch: Watch,
    pub(super) now: i64,
    pub(super) step: u64,
    pub(super) acts: Vec<(Act, Option<bool>)>,
    dice: Dice,
    nodes: Nodes,
    machines: Vec<Machine>,
    events: BTreeMap<(i64, u64), Event>,
    numbered: u64,
    tasks: BTreeMap<u64, Task>,
    turns: BTreeMap<(usize, Timer), i64>,
    armed: Armed,
    /// Whether a transaction has run that may have changed something.
    changed: bool,
    healthy: bool,
    tally: Tally,
    aloud: bool,
}

/// Plays the week of a seed. An error says which promise was broken.
pub(super) fn play(stage: &Stage, seed: u64, aloud: bool) -> Result<Tally, String> {
    held::at(MONDAY);
    numbered::begin();
    stage.clear(MONDAY);
    let mut dice = Dice::new(seed);
    let many = dice.between(1, 4) as usize;
    let mut week = Week {
        stage,
        workspace: stage.channel.workspace,
        platform: Platform::new(people::people(&mut dice)),
        watch: Watch::default(),
        now: MONDAY,
        step: 0,
        acts: Vec::new(),
        dice,
        nodes: if many == 1 { Nodes::One } else { Nodes::Several },
        machines: (0..many).map(|_| Machine::off()).collect(),
        events: BTreeMap::new(),
        numbered: 0,
        tasks: BTreeMap::new(),
        turns: BTreeMap::new(),
        armed: Armed::default(),
        changed: false,
        healthy: false,
        tally: Tally::default(),
        aloud,
    };
    week.plan();
    week.live()?;
    week.come_to_rest()?;
    checks::all(&week)?;
    week.tally.steps = week.step;
    week.tally.messages = week.platform.written.len() as u64;
    week.tally.sends = week.platform.taken.len() as u64;
    Ok(week.tally)
}

impl Week<'_> {
    fn plan(&mut self) {
        for machine in 0..self.machines.len() {
            self.at(MONDAY, Event::Start(machine));
        }
        let mut moments = Vec::new();
        for person in 0..self.platform.people.len() {
            for _ in 0..self.dice.between(2, 5) {
                let visit = MONDAY + self.dice.between(MINUTE, 7 * DAY - DAY / 2);
                moments.extend(self.visit(person, visit));
            }
        }
        for _ in 0..self.dice.between(2, 5) {
            let moment = MONDAY + self.dice.between(HOUR, 7 * DAY);
            self.at(moment, Event::Errand(Errand::Lists));
        }
        for quarter in 1..28 {
            let machine = self.dice.between(0, self.machines.len() as i64) as usize;
            self.turn(machine, Timer::Minute, MONDAY + quarter * 6 * HOUR);
        }
        for (moment, fault) in faults::plan(&mut self.dice, self.machines.len(), &moments) {
            self.at(moment, Event::Fault(fault));
        }
    }

    /// Somebody writes a few messages, and somebody of the business may answer. Answers at which moments.
    fn visit(&mut self, person: usize, begin: i64) -> Vec<i64> {
        let mut moments = vec![begin];
        for _ in 1..self.dice.between(1, 6) {
            let pause =
                if self.dice.chance(70) { self.dice.between(50, 9_000) } else { self.dice.between(9_000, HOUR) };
            moments.extend(moments.last().map(|last| last + pause));
        }
        for moment in moments.clone() {
            let deed = Person::deed(&mut self.dice);
            self.at(moment, Event::Deed(person, deed));
        }
        let last = moments.last().copied().unwrap_or(begin);
        if self.dice.chance(60) {
            // Some answer when the window is about to close.
            let after = if self.dice.chance(15) {
                DAY - self.dice.between(0, 6 * MINUTE)
            } else {
                self.dice.between(MINUTE, 20 * HOUR)
            };
            moments.push(last + after);
            self.at(last + after, Event::Errand(Errand::Reply(person)));
            if self.dice.chance(50) {
                let resolved = last + after + self.dice.between(SECOND, 10 * HOUR);
                self.at(resolved, Event::Errand(Errand::Resolve(person)));
            }
        }
        if self.dice.chance(25) {
            let moment = last + self.dice.between(0, 2 * DAY);
            moments.push(moment);
            self.at(moment, Event::Errand(Errand::Template(person)));
        }
        moments
    }

    pub(super) fn at(&mut self, moment: i64, event: Event) {
        self.numbered += 1;
        self.events.insert((moment.max(self.now), self.numbered), event);
    }

    fn after(&mut self, from: i64, to: i64, event: Event) {
        let moment = self.now + self.dice.between(from, to);
        self.at(moment, event);
    }

    fn live(&mut self) -> Result<(), String> {
        while let Some(((moment, _), event)) = self.events.pop_first() {
            self.now = moment;
            held::at(moment);
            self.step += 1;
            self.tally.story = self.tally.story.rotate_left(7) ^ moment.unsigned_abs();
            if MOST_STEPS < self.step {
                return Err("the week does not come to rest".to_owned());
            }
            self.happen(event);
            if let Some(broken) = self.watch.broken.take() {
                return Err(broken);
            }
        }
        Ok(())
    }

    /// Nothing goes wrong any more, and everybody does what is left to do.
    fn come_to_rest(&mut self) -> Result<(), String> {
        self.healthy = true;
        self.disarm();
        for round in 0..4 {
            for machine in 0..self.machines.len() {
                if self.machines[machine].running.is_none() {
                    self.at(self.now, Event::Start(machine));
                }
                for timer in [Timer::Backlog, Timer::FewSeconds, Timer::Outbox, Timer::Minute] {
                    let moment = self.now + 15 * MINUTE;
                    self.turn(machine, timer, moment);
                }
            }
            if round == 1 {
                self.at(self.now + MINUTE, Event::Errand(Errand::Lists));
            }
            self.live()?;
        }
        Ok(())
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Deed(person, deed) => self.deed(person, deed),
            Event::Errand(errand) => self.errand(errand),
            Event::Act(nth) => self.act(nth),
            Event::Post(nth) => self.deliver_post(nth),
            Event::Fault(fault) => self.arm(fault),
            Event::Start(machine) => self.start(machine),
            Event::Turn(machine, timer) => self.do_turn(machine, timer),
            Event::Run(task) => self.run(task),
            Event::Leave(flight) => self.leave(flight),
            Event::Bytes(flight, message) => self.bytes(flight, message),
            Event::Answer(flight, answer) => self.answer(flight, answer),
            Event::Settle(machine, life, outcome, since) => self.settle(machine, life, outcome, since),
            Event::Report(reports) => {
                let post = self.platform.report(&self.stage.channel, &reports, self.now);
                self.post(post);
            }
        }
    }

    /// Whether anything was given up on and let try again, which costs it its place.
    pub(super) fn was_replayed(&self) -> bool {
        self.acts.iter().any(|(act, _)| matches!(act.verb, Verb::Replay(_)))
    }

    /// How often people of the business had something sent again that may have arrived.
    pub(super) fn resent(&self) -> usize {
        self.acts.iter().filter(|(act, done)| *done == Some(true) && matches!(act.verb, Verb::Resend(_))).count()
    }

    /// What they gave up, or sent again under another name.
    pub(super) fn let_go(&self) -> impl Iterator<Item = SendId> {
        self.acts.iter().filter_map(|(act, _)| match act.verb {
            Verb::Drop(send) | Verb::Resend(send) => Some(send),
            _ => None,
        })
    }

    pub(super) fn tell(&self, what: impl FnOnce() -> String) {
        if self.aloud {
            let since = SignedDuration::from_millis(self.now - MONDAY);
            eprintln!("{since:#} {}", what());
        }
    }
}
