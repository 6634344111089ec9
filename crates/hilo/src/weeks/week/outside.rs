//! What goes on around the nodes: customers write, WhatsApp takes and reports, people of the business act.

use whatsapp::client::Accepted;
use whatsapp::{GraphError, OutboundMessage, SendOutcome};

use super::{Act, DAY, Errand, Event, HOUR, MINUTE, SECOND, Timer, Week};
use crate::deliver::by_hand as deliver;
use crate::pipeline::{self, Received};
use crate::weeks::desk;
use crate::weeks::faults::Crossing;
use crate::weeks::machine::{Came, Flight, Running, Trouble};
use crate::weeks::people::Deed;

impl Week<'_> {
    pub(super) fn deed(&mut self, person: usize, deed: Deed) {
        let post = self.platform.write(&self.stage.channel, person, deed, self.now, &mut self.dice);
        self.tell(|| format!("{} {deed:?}: webhook {post}", self.platform.people[person].name));
        self.post(post);
    }

    /// A webhook sets out, now or late.
    pub(super) fn post(&mut self, post: usize) {
        let late = match self.armed.late {
            Some((times, by)) => {
                self.armed.late = (1 < times).then(|| (times - 1, by));
                by
            }
            None => 0,
        };
        let usual = if self.dice.chance(5) { 10 * SECOND } else { 400 };
        self.after(late + 5, late + usual, Event::Post(post));
    }

    /// WhatsApp posts it, and posts it again until it hears that it is kept.
    pub(super) fn deliver_post(&mut self, nth: usize) {
        let (step, machine) = (self.step, self.any_machine());
        let one = &mut self.platform.posts[nth];
        if one.heard {
            return;
        }
        one.tries += 1;
        let wait = ((20 * SECOND) << one.tries.min(9)).min(HOUR);
        if machine.is_some() {
            one.first = one.first.or(Some(step));
        }
        let (body, signature) = (one.body.clone(), one.signature.clone());
        self.after(wait, wait + SECOND, Event::Post(nth));
        let Some((machine, Running { node, .. })) =
            machine.and_then(|nth| self.machines[nth].running.as_ref().map(|running| (nth, running)))
        else {
            return;
        };
        let node = node.clone();
        self.begin(
            machine,
            async move { Came::Received(nth, pipeline::receive(&node, Some(&signature), &body).await) },
        );
    }

    pub(super) fn received(&mut self, machine: usize, nth: usize, received: Received) {
        self.tell(|| format!("webhook {nth}: node {machine} says {received:?}"));
        let step = self.step;
        let one = &mut self.platform.posts[nth];
        if received != Received::Kept {
            return;
        }
        one.kept = one.kept.or(Some(step));
        if 0 < self.armed.unheard {
            self.armed.unheard -= 1;
        } else {
            one.heard = true;
            if self.dice.chance(6) {
                self.platform.posts[nth].heard = self.dice.chance(20);
            }
        }
        if !self.platform.posts[nth].reports.is_empty() {
            self.watch_progress();
        }
        let moment = self.now + self.dice.between(1, 5 * SECOND);
        self.turn(machine, Timer::FewSeconds, moment);
    }

    /// The first byte of a send leaves.
    pub(super) fn bytes(&mut self, flight: Flight, message: Box<OutboundMessage>) {
        let gone_on = self.flies(flight, |flight| Event::Bytes(flight, message));
        let Some(Event::Bytes(flight, message)) = gone_on else { return };
        let crossing = self.crossing();
        let taken = matches!(crossing, Crossing::Taken | Crossing::TakenUnheard | Crossing::BlackHole);
        let wamid = if taken { self.taken(&flight, &message, crossing) } else { None };
        self.tell(|| format!("send {} crosses: {crossing:?}", flight.marked.send()));
        let accepted = |wamid: String| Accepted { wamid, wa_id: None, user_id: None, message_status: None };
        let answer = match (crossing, wamid) {
            (Crossing::Taken | Crossing::BlackHole, Some(wamid)) => SendOutcome::Accepted(accepted(wamid)),
            (Crossing::NotSent, _) => SendOutcome::NotSent { reason: "no connection".to_owned() },
            (Crossing::Refused(code), _) => SendOutcome::Refused(refusal(code)),
            _ => SendOutcome::Unknown { reason: "no answer".to_owned() },
        };
        let longest = if matches!(answer, SendOutcome::Unknown { .. }) { 20 * SECOND } else { 800 };
        self.after(20, longest, Event::Answer(flight, answer));
    }

    fn crossing(&mut self) -> Crossing {
        let Some((times, crossing)) = self.armed.sends.filter(|_| !self.healthy) else { return Crossing::Taken };
        self.armed.sends = (1 < times).then(|| (times - 1, crossing));
        crossing
    }

    fn taken(&mut self, flight: &Flight, message: &OutboundMessage, crossing: Crossing) -> Option<String> {
        if !self.watch_direction(flight, message) {
            return None;
        }
        let node = self.machines[flight.machine].running.as_ref().map(|running| running.node.clone())?;
        let Some(sealed) = node.seal.open(self.workspace, &message.opaque) else {
            self.watch.broken = Some("a send left without a name of ours".to_owned());
            return None;
        };
        let nth = self.platform.take(sealed, message);
        if crossing != Crossing::BlackHole {
            self.reports_on(nth);
        }
        Some(self.platform.taken[nth].wamid.clone())
    }

    /// What WhatsApp will say of a message that it took, and when: in any order, some of it never.
    fn reports_on(&mut self, nth: usize) {
        let story: &[&'static str] = match self.dice.between(0, 100) {
            0..55 => &["sent", "delivered", "read"],
            55..75 => &["sent", "delivered"],
            75..82 => &["sent"],
            82..86 => &[],
            86..90 => &["failed"],
            90..94 => &["sent", "failed"],
            94..97 => &["failed", "delivered"],
            _ => &["read", "sent"],
        };
        let mut moment = self.now;
        let named = self.dice.chance(95);
        let mut together = Vec::new();
        for name in story {
            moment +=
                if self.dice.chance(80) { self.dice.between(50, 4 * SECOND) } else { self.dice.between(0, 3 * HOUR) };
            if self.dice.chance(15) {
                together.push((nth, *name, named));
            } else {
                self.at(moment, Event::Report(vec![(nth, name, named)]));
            }
            if self.dice.chance(6) {
                self.at(moment + DAY / 4, Event::Report(vec![(nth, name, named)]));
            }
        }
        if !together.is_empty() {
            together.reverse();
            self.at(moment + SECOND, Event::Report(together));
        }
    }

    pub(super) fn answer(&mut self, flight: Flight, answer: SendOutcome) {
        let Some(Event::Answer(flight, answer)) = self.flies(flight, |flight| Event::Answer(flight, answer)) else {
            return;
        };
        let Flight { machine, life, marked, .. } = flight;
        let Some(Running { node, memory, .. }) = &self.machines[machine].running else { return };
        let outcome = deliver::answered(node, memory, marked, answer);
        self.after(0, 5, Event::Settle(machine, life, outcome, self.now));
    }

    /// Somebody looks at how things stand, and does what there is to do.
    pub(super) fn errand(&mut self, errand: Errand) {
        let (stage, workspace, nth) = (self.stage, self.workspace, self.acts.len());
        let (platform, dice) = (&self.platform, &mut self.dice);
        let found = stage.database.look(|tx| desk::verbs(tx, workspace, platform, errand, nth, dice));
        for verb in found.unwrap_or_default() {
            let key = format!("request {}", self.acts.len());
            self.acts.push((Act { verb, key }, None));
            self.after(0, SECOND, Event::Act(self.acts.len() - 1));
        }
    }

    /// One try of it. Whoever hears nothing tries again.
    pub(super) fn act(&mut self, nth: usize) {
        if self.acts[nth].1.is_some() {
            return;
        }
        self.after(30 * SECOND, MINUTE, Event::Act(nth));
        let Some(machine) = self.any_machine() else { return };
        let Some(Running { node, .. }) = &self.machines[machine].running else { return };
        let (node, workspace, act) = (node.clone(), self.workspace, self.acts[nth].0.clone());
        self.tell(|| format!("{act:?}"));
        self.begin(machine, async move { Came::Acted(nth, desk::act(node, workspace, act).await) });
    }

    pub(super) fn acted(&mut self, nth: usize, done: Result<(), Trouble>) {
        self.tell(|| format!("{:?} ended: {done:?}", self.acts[nth].0.verb));
        match done {
            Ok(()) => self.acts[nth].1 = Some(true),
            // A second try may be refused for what the first one did.
            Err(Trouble::Refused) => self.acts[nth].1 = Some(false),
            Err(Trouble::Store) => {}
        }
    }
}

fn refusal(code: i64) -> GraphError {
    GraphError {
        code,
        subcode: None,
        message: "simulated".to_owned(),
        details: None,
        fbtrace_id: None,
        http_status: Some(400),
    }
}
