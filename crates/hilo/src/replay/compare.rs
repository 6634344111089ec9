//! A thread lived through twice, by the version in force and by a changed one, and what differs.

use std::collections::{BTreeMap, HashMap};

use domain::interaction::{Author, Step};
use jiff::Timestamp;
use serde_json::Value;
use store::{EventRow, MessageRow};

use super::thread::Thread;
use super::{Difference, Found};
use crate::explain::steps;
use crate::pipeline::{Decided, Rehearsal, Then};
use crate::workflows::Published;

/// What differs in a thread since a moment.
pub(super) fn compare(before: &Published, after: &Published, thread: &Thread, since: i64) -> Found {
    let (before, after) = (Side::lived(before, thread), Side::lived(after, thread));
    let mut found = Found::default();
    for row in thread.messages.iter().filter(|row| since <= row.message.recorded_at) {
        let (Some(old), Some(new)) = (before.decided.get(&row.message.seq), after.decided.get(&row.message.seq)) else {
            continue;
        };
        found.messages += 1;
        found.as_then += u64::from(is_as_then(row, old));
        if old != new {
            found.different.push(different(thread, row, old, new));
        }
    }
    found
}

fn is_as_then(row: &MessageRow, decided: &Decided) -> bool {
    let then = Decided::told(&steps(row));
    let route = |one: &Decided| (one.kind.clone(), one.policy, one.guard, one.queue.clone());
    route(&then) == route(decided)
}

fn different(thread: &Thread, row: &MessageRow, old: &Decided, new: &Decided) -> Difference {
    let contact = thread.person.as_ref().map(|person| &person.contact);
    Difference {
        conversation: thread.row.id,
        seq: row.message.seq,
        at: row.message.recorded_at,
        contact: contact.map(|contact| contact.id),
        name: contact.and_then(|contact| contact.name.clone()).or_else(|| thread.row.profile_name.clone()),
        text: row.message.text.clone().unwrap_or_else(|| row.message.kind.clone()),
        before: old.clone(),
        after: new.clone(),
    }
}

/// Something that happened in a thread.
enum Moment<'a> {
    Said(&'a MessageRow),
    Done(&'a EventRow),
}

impl Moment<'_> {
    fn at(&self) -> i64 {
        match self {
            Moment::Said(row) => row.message.recorded_at,
            Moment::Done(event) => event.at,
        }
    }
}

/// A thread as one workflow lives through it.
struct Side<'a> {
    rehearsal: Rehearsal<'a>,
    /// Where messages of ours stand in it, by where they really stand.
    places: HashMap<i64, i64>,
    decided: BTreeMap<i64, Decided>,
}

impl<'a> Side<'a> {
    fn lived(workflow: &'a Published, thread: &Thread) -> Side<'a> {
        let row = &thread.row;
        let rehearsal = Rehearsal::new(workflow, row.channel, row.id, row.phone.as_deref(), thread.person_then());
        let mut side = Side { rehearsal, places: HashMap::new(), decided: BTreeMap::new() };
        let said = thread.messages.iter().map(Moment::Said);
        let mut moments: Vec<Moment<'_>> = said.chain(thread.acts.iter().map(Moment::Done)).collect();
        moments.sort_by_key(Moment::at); // stable: what was said comes before what was done at the same moment
        for moment in &moments {
            side.goes_on(moment.at(), thread);
            match moment {
                Moment::Said(row) => side.said(row, thread),
                Moment::Done(event) => side.done(&event.step, event.at),
            }
        }
        side.goes_on(i64::MAX, thread);
        side
    }

    /// What automation does by itself before a moment.
    fn goes_on(&mut self, until: i64, thread: &Thread) {
        let until = Timestamp::from_millisecond(until).unwrap_or(Timestamp::MAX);
        if let Some((seq, later)) = self.rehearsal.goes_on(until, &thread.past) {
            let first = self.decided.remove(&seq).unwrap_or_default();
            self.decided.insert(seq, first.then(later));
        }
    }

    fn said(&mut self, row: &MessageRow, thread: &Thread) {
        let message = &row.message;
        let (at, text) = (message.recorded_at, message.text.as_deref().unwrap_or_default());
        match (message.author, thread.then(row)) {
            (Author::Customer, Some(then)) => {
                let decided = self.rehearsal.hears(&self.placed(then), &thread.past);
                self.decided.insert(message.seq, decided);
            }
            (Author::Customer, None) => self.rehearsal.passes_by(at),
            (Author::Agent | Author::PhoneApp, _) => {
                self.rehearsal.we_say(message.author, &message.kind, text, template(row).as_deref(), at);
                self.places.insert(message.seq, self.rehearsal.last_place());
            }
            (Author::Automation, _) if message.kind == "template" => {
                self.rehearsal.we_say(Author::Automation, &message.kind, text, template(row).as_deref(), at);
                self.places.insert(message.seq, self.rehearsal.last_place());
            }
            // What automation answered then, it answers again, or something else instead.
            (Author::Automation, _) => drop(self.places.insert(message.seq, self.rehearsal.last_place())),
        }
    }

    /// With what it quotes where that stands on this side.
    fn placed(&self, mut then: Then) -> Then {
        if let Some(quoted) = &mut then.quoted {
            quoted.seq = self.places.get(&quoted.seq).copied().unwrap_or(-quoted.seq);
        }
        then
    }

    fn done(&mut self, step: &Step, at: i64) {
        match step {
            Step::TakenOver => self.rehearsal.is_held_since(Some(0)),
            Step::HandedBack => self.rehearsal.is_held_since(None),
            Step::Closed { outcome, .. } => self.rehearsal.ends(*outcome, at),
            Step::Reclassified { to, .. } => self.rehearsal.is_put_right(to),
            _ => {}
        }
    }
}

fn template(row: &MessageRow) -> Option<String> {
    let content: Value = serde_json::from_str(row.message.content.as_deref()?).ok()?;
    (row.message.kind == "template").then(|| content["name"].as_str().map(str::to_owned))?
}
