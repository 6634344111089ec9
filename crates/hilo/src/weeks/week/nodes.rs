//! What goes on in the nodes: what they have under way, when their transactions run, and how they stop.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures::task::noop_waker_ref;
use store::by_hand::Fate;

use super::{Armed, Event, MINUTE, SECOND, Timer, Week};
use crate::deliver::by_hand as deliver;
use crate::jobs::by_hand as jobs;
use crate::weeks::faults::Fault;
use crate::weeks::machine::{Came, Doom, Flight, Machine, Running, Task};

impl Week<'_> {
    pub(super) fn start(&mut self, machine: usize) {
        if self.machines[machine].running.is_some() {
            return;
        }
        self.machines[machine].start(self.stage, self.nodes);
        self.tell(|| format!("node {machine} starts"));
        for timer in [Timer::FewSeconds, Timer::Outbox, Timer::Backlog, Timer::Minute] {
            let moment = self.now + self.dice.between(0, 2 * SECOND);
            self.turn(machine, timer, moment);
        }
    }

    fn die(&mut self, machine: usize, down: i64) {
        self.machines[machine].die();
        self.tasks.retain(|_, task| task.machine != machine);
        self.turns.retain(|(of, _), _| *of != machine);
        self.tally.deaths += 1;
        self.tell(|| format!("node {machine} dies for {down} ms"));
        self.after(down, down + SECOND, Event::Start(machine));
    }

    /// A node that can do something, by chance; none if all are down.
    pub(super) fn any_machine(&mut self) -> Option<usize> {
        let running = |(_, machine): &(usize, &Machine)| machine.running.is_some();
        let up: Vec<usize> = self.machines.iter().enumerate().filter(running).map(|(nth, _)| nth).collect();
        (!up.is_empty()).then(|| up[self.dice.between(0, up.len() as i64) as usize])
    }

    /// Whether a node takes its next step now. One that stands still takes it when it wakes, and one that died never does.
    fn steps(&mut self, machine: usize, life: u32, event: Event) -> Option<Event> {
        let one = &mut self.machines[machine];
        if one.running.is_none() || one.life != life {
            return None;
        }
        if self.now < one.still_until {
            let until = one.still_until;
            self.at(until, event);
            return None;
        }
        match one.step() {
            None => Some(event),
            Some(Doom::Freezes(still)) => {
                one.still_until = self.now + still;
                self.tell(|| format!("node {machine} stands still for {still} ms"));
                self.at(self.now + still, event);
                None
            }
            Some(Doom::Dies(down)) => {
                // Its last transaction may be with the database already.
                if let Event::Run(id) = event
                    && self.dice.chance(50)
                    && let Some(waiting) = self.tasks.get_mut(&id).and_then(|task| task.waiting.pop_front())
                {
                    self.stage.database.run(waiting, Fate::CommitsAlone);
                }
                self.die(machine, down);
                None
            }
        }
    }

    pub(super) fn arm(&mut self, fault: Fault) {
        if self.healthy {
            return;
        }
        self.tally.faults += 1;
        self.tell(|| format!("{fault:?}"));
        match fault {
            Fault::Dies { node, steps, down } => self.machines[node].doom = Some((steps, Doom::Dies(down))),
            Fault::Freezes { node, steps, still } => self.machines[node].doom = Some((steps, Doom::Freezes(still))),
            Fault::Store { times, ends } => self.armed.store = Some((times, ends)),
            Fault::Sends { times, crossing } => self.armed.sends = Some((times, crossing)),
            Fault::Late { times, by } => self.armed.late = Some((times, by)),
            Fault::Unheard { times } => self.armed.unheard = times,
        }
    }

    pub(super) fn disarm(&mut self) {
        self.armed = Armed::default();
        self.machines.iter_mut().for_each(|machine| machine.doom = None);
    }

    /// Has a node turn one of its timers, unless it will do so sooner anyway.
    pub(super) fn turn(&mut self, machine: usize, timer: Timer, moment: i64) {
        if self.turns.get(&(machine, timer)).is_some_and(|planned| *planned <= moment) {
            return;
        }
        self.turns.insert((machine, timer), moment);
        self.at(moment, Event::Turn(machine, timer));
    }

    pub(super) fn do_turn(&mut self, machine: usize, timer: Timer) {
        let life = self.machines[machine].life;
        // An earlier plan has been carried out meanwhile, or the node has begun another life.
        if self.turns.get(&(machine, timer)).is_none_or(|planned| self.now < *planned) {
            return;
        }
        let Some(Event::Turn(..)) = self.steps(machine, life, Event::Turn(machine, timer)) else { return };
        self.turns.remove(&(machine, timer));
        let Some(Running { node, memory, .. }) = &self.machines[machine].running else { return };
        let (node, memory) = (node.clone(), memory.clone());
        match timer {
            Timer::Outbox => self.begin(machine, async { Came::Marked(deliver::mark(node, memory).await) }),
            Timer::Backlog => self.begin(machine, async { Came::Due(jobs::due_work(node).await) }),
            Timer::FewSeconds => self.begin(machine, async {
                drop(jobs::every_few_seconds(node).await);
                Came::Turned
            }),
            Timer::Minute => self.begin(machine, async {
                drop(jobs::every_minute(node).await);
                Came::Turned
            }),
        }
    }

    /// Has a node begin something.
    pub(super) fn begin(&mut self, machine: usize, what: impl Future<Output = Came> + 'static) {
        self.numbered += 1;
        let life = self.machines[machine].life;
        let task = Task { machine, life, what: Box::pin(what), waiting: VecDeque::new() };
        self.go_on(self.numbered, task);
    }

    /// A node goes on with something until it waits for a transaction. What waits for time to pass has nothing left to do.
    fn go_on(&mut self, id: u64, mut task: Task) {
        let polled = task.what.as_mut().poll(&mut Context::from_waker(noop_waker_ref()));
        let machine = task.machine;
        if let Some(running) = &self.machines[machine].running {
            task.waiting.extend(std::iter::from_fn(|| running.desk.take()));
        }
        match polled {
            Poll::Ready(came) => self.came(machine, came),
            Poll::Pending if task.waiting.is_empty() => {}
            Poll::Pending => {
                self.tasks.insert(id, task);
                let longest = if self.dice.chance(10) { 3 * SECOND } else { 6 };
                self.after(0, longest, Event::Run(id));
            }
        }
    }

    pub(super) fn run(&mut self, id: u64) {
        let Some(task) = self.tasks.get(&id) else { return };
        let (machine, life) = (task.machine, task.life);
        let Some(Event::Run(_)) = self.steps(machine, life, Event::Run(id)) else { return };
        let Some(mut task) = self.tasks.remove(&id) else { return };
        if let Some(waiting) = task.waiting.pop_front() {
            self.changed |= waiting.writes();
            let fate = self.fate(waiting.writes());
            self.stage.database.run(waiting, fate);
        }
        self.go_on(id, task);
    }

    fn fate(&mut self, writes: bool) -> Fate {
        let Some((times, ends)) = self.armed.store.filter(|_| writes) else { return Fate::Commits };
        self.armed.store = (1 < times).then(|| (times - 1, ends));
        self.tell(|| format!("a transaction ends like this: {ends:?}"));
        ends.fate()
    }

    fn came(&mut self, machine: usize, came: Came) {
        let life = self.machines[machine].life;
        match came {
            Came::Received(post, received) => self.received(machine, post, received),
            Came::Marked(Ok(marked)) => {
                for one in marked {
                    self.watch_mark(&one);
                    let (longest, thread) = (if self.dice.chance(5) { 12 * SECOND } else { 5 }, one.thread());
                    self.after(0, longest, Event::Leave(Flight { machine, life, marked: Box::new(one), thread }));
                }
            }
            Came::Ready(Ok((marked, message))) => {
                let thread = marked.thread();
                self.after(0, 5, Event::Bytes(Flight { machine, life, marked, thread }, message));
            }
            Came::Ready(Err(outcome)) => self.after(0, 5, Event::Settle(machine, life, outcome, self.now)),
            Came::Settled(outcome, since, Err(_)) => {
                self.after(500, 520, Event::Settle(machine, life, outcome, since));
            }
            Came::Due(Ok(rows)) => {
                for row in rows {
                    let Some(Running { node, .. }) = &self.machines[machine].running else { return };
                    let node = node.clone();
                    self.begin(machine, async {
                        jobs::work_off(node, row).await;
                        Came::WorkedOff
                    });
                }
            }
            Came::Acted(nth, done) => self.acted(nth, done),
            Came::Marked(Err(_)) | Came::Due(Err(_)) | Came::Turned | Came::Settled(_, _, Ok(())) | Came::WorkedOff => {
            }
        }
        self.wake(machine);
    }

    pub(super) fn settle(&mut self, machine: usize, life: u32, outcome: deliver::Outcome, since: i64) {
        let gone_on = self.steps(machine, life, Event::Settle(machine, life, outcome, since));
        let Some(Event::Settle(_, _, outcome, since)) = gone_on else { return };
        if deliver::SETTLED_WITHIN < self.now - since {
            return;
        }
        let Some(Running { node, .. }) = &self.machines[machine].running else { return };
        let node = node.clone();
        self.begin(machine, async move {
            let done = deliver::settle(node, outcome.clone()).await;
            Came::Settled(outcome, since, done)
        });
    }

    pub(super) fn leave(&mut self, flight: Flight) {
        let (machine, life) = (flight.machine, flight.life);
        let Some(Event::Leave(flight)) = self.steps(machine, life, Event::Leave(flight)) else { return };
        let Some(Running { node, .. }) = &self.machines[machine].running else { return };
        let node = node.clone();
        self.begin(machine, async { Came::Ready(deliver::ready(node, flight.marked).await) });
    }

    /// The flight goes on, if its node does.
    pub(super) fn flies(&mut self, flight: Flight, with: impl FnOnce(Flight) -> Event) -> Option<Event> {
        let (machine, life) = (flight.machine, flight.life);
        self.steps(machine, life, with(flight))
    }

    /// Whatever is due now, or later, has a node that turns to it: time only wakes.
    fn wake(&mut self, machine: usize) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let due = self.stage.database.look(|tx| {
            let sending = tx.query_one("SELECT min(lease_until) FROM outbox WHERE state = 'sending'", vec![])?;
            let unknown = tx.query_one("SELECT min(changed_at) FROM outbox WHERE state = 'unknown'", vec![])?;
            Ok((tx.next_due_send()?, tx.next_due_work()?, sending.opt_int(0)?, unknown.opt_int(0)?))
        });
        let Ok((send, work, lease, unknown)) = due else { return };
        let any = self.any_machine().unwrap_or(machine);
        let soon = |week: &mut Self, due: i64, longest: i64| due.max(week.now) + week.dice.between(1, longest);
        if let Some(due) = send {
            let moment = soon(self, due, SECOND);
            self.turn(any, Timer::Outbox, moment);
        }
        if let Some(due) = work {
            let moment = soon(self, due, 2 * SECOND);
            self.turn(any, Timer::Backlog, moment);
        }
        if let Some(lease) = lease {
            let moment = soon(self, lease, 5 * SECOND);
            self.turn(any, Timer::FewSeconds, moment);
        }
        if let Some(changed) = unknown.filter(|changed| self.now < changed + 12 * MINUTE) {
            let moment = soon(self, changed + 10 * MINUTE, MINUTE);
            self.turn(any, Timer::Minute, moment);
        }
    }
}
