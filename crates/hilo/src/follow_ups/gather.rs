//! Everything that the decisions about a workspace's due rows look at: each kind of it in one question, however many rows there are. What is
//! read here is held until the transaction ends, and what somebody else is changing at this moment is left for the next round.

use std::collections::{HashMap, HashSet};

use domain::PhoneNumber;
use domain::fact::{Dealings, Facts, Thing};
use domain::guard::{Guard, LOOP_WITHIN_MS, MOST_IN_A_LOOP};
use domain::ids::{ContactId, ConversationId, TicketId, WorkspaceId};
use domain::pause::Paused;
use domain::record::{Appointment, Company, Deal, Order};
use domain::trial::Trial;
use jiff::tz::TimeZone;
use store::{ConversationRow, FollowUpRow, Person, Stored, Tx, paused};
use uuid::Uuid;

use crate::pipeline::FULL_WINDOW;
use crate::records::Told;
use crate::workflows::Published;

/// A record that a follow-up is about, as it stands.
#[derive(Debug, Clone)]
pub(super) struct Topic {
    pub(super) contact: Option<ContactId>,
    /// Its own thread, if it has one.
    pub(super) thread: Option<ConversationId>,
    /// The clock by which its moments are told, if it has one of its own.
    pub(super) zone: Option<TimeZone>,
    company: Option<Uuid>,
    facts: Facts,
}

/// What is known.
#[derive(Debug, Default)]
pub(super) struct World {
    topics: HashMap<Uuid, Topic>,
    people: HashMap<ContactId, Person>,
    threads: HashMap<ContactId, Vec<ConversationRow>>,
    companies: HashMap<Uuid, Company>,
    /// How many messages that they did not ask for people got lately.
    got: HashMap<ContactId, u32>,
    /// How often automation answered in threads lately.
    answered: HashMap<ConversationId, usize>,
    /// Records and people that somebody else is changing.
    busy: HashSet<Uuid>,
    paused: Paused,
    trial: Trial,
}

impl World {
    /// Reads it, for rows of one workspace.
    pub(super) fn gather(
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        published: &Published,
        rows: &[FollowUpRow],
        now: i64,
    ) -> store::Result<World> {
        let mut world =
            World { paused: paused(&tx.pauses(workspace)?), trial: tx.trial(workspace)?, ..World::default() };
        world.hold::<Appointment>(tx, workspace, rows)?;
        world.hold::<Deal>(tx, workspace, rows)?;
        world.hold::<Order>(tx, workspace, rows)?;
        world.hold_tickets(tx, workspace, rows)?;
        world.read_companies(tx, workspace)?;
        world.hold_people(tx, workspace)?;
        let ids: Vec<ContactId> = world.people.keys().copied().collect();
        if !ids.is_empty() {
            let since = now - published.workflow.limits.proactive.within.as_millis() as i64;
            for contact in tx.followed_up_since(workspace, &ids, since)? {
                *world.got.entry(contact).or_default() += 1;
            }
        }
        world.count_answers(tx, workspace, now - LOOP_WITHIN_MS)?;
        Ok(world)
    }

    fn hold<R: Told>(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, rows: &[FollowUpRow]) -> store::Result<()> {
        let ids = ids_of(rows, R::THING);
        if ids.is_empty() {
            return Ok(());
        }
        let cut = tx.hold_things(workspace, R::THING, &ids)?;
        self.busy.extend(cut.busy);
        for kept in R::by_id(tx, workspace, &cut.held)? {
            let record = kept.record;
            let topic = Topic {
                contact: record.contact(),
                thread: None,
                zone: record.zone(),
                company: record.company().map(|company| company.0),
                facts: record.seen_in(Facts::default()),
            };
            self.topics.insert(record.id(), topic);
        }
        Ok(())
    }

    fn hold_tickets(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, rows: &[FollowUpRow]) -> store::Result<()> {
        let ids = ids_of(rows, Thing::Ticket);
        if ids.is_empty() {
            return Ok(());
        }
        let cut = tx.hold_things(workspace, Thing::Ticket, &ids)?;
        self.busy.extend(cut.busy);
        let held: Vec<TicketId> = cut.held.into_iter().map(TicketId).collect();
        for row in tx.tickets_by_id(workspace, &held)? {
            let topic = Topic {
                contact: row.ticket.contact,
                thread: Some(row.ticket.conversation),
                zone: None,
                company: None,
                facts: Facts::default().with_ticket(&row.facts()),
            };
            self.topics.insert(row.ticket.id.0, topic);
        }
        Ok(())
    }

    fn read_companies(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId) -> store::Result<()> {
        let ids: HashSet<Uuid> = self.topics.values().filter_map(|topic| topic.company).collect();
        if !ids.is_empty() {
            let kept = Company::by_id(tx, workspace, &ids.into_iter().collect::<Vec<_>>())?;
            self.companies = kept.into_iter().map(|kept| (kept.record.id.0, kept.record)).collect();
        }
        Ok(())
    }

    fn hold_people(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId) -> store::Result<()> {
        let ids: HashSet<Uuid> =
            self.topics.values().filter_map(|topic| topic.contact).map(|contact| contact.0).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let cut = tx.hold_things(workspace, Thing::Contact, &ids)?;
        self.busy.extend(cut.busy);
        let held: Vec<ContactId> = cut.held.into_iter().map(ContactId).collect();
        if held.is_empty() {
            return Ok(());
        }
        for person in tx.people_by_id(workspace, &held)? {
            // What was theirs is being moved to whom they turned out to be.
            if person.merged {
                self.busy.insert(person.contact.id.0);
            }
            self.people.insert(person.contact.id, person);
        }
        let threads = tx.hold_threads(workspace, &held)?;
        self.busy.extend(threads.busy);
        for thread in threads.held {
            let whose = thread.contact.map(|contact| self.threads.entry(contact).or_default());
            whose.into_iter().for_each(|threads| threads.push(thread.clone()));
        }
        Ok(())
    }

    /// Where nothing was said since then, nobody talks.
    fn count_answers(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, since: i64) -> store::Result<()> {
        let threads = self.threads.values().flatten().filter(|thread| since < thread.last_message_at);
        let ids: Vec<ConversationId> = threads.map(|thread| thread.id).collect();
        if !ids.is_empty() {
            for thread in tx.answered_since(workspace, &ids, since)? {
                *self.answered.entry(thread).or_default() += 1;
            }
        }
        Ok(())
    }

    /// Whether somebody else is changing what a row is about, or whom it is for.
    pub(super) fn is_busy(&self, row: &FollowUpRow) -> bool {
        let contact = self.topic(row).and_then(|topic| topic.contact);
        self.busy.contains(&row.key.about.id) || contact.is_some_and(|contact| self.busy.contains(&contact.0))
    }

    /// What a row is about.
    pub(super) fn topic(&self, row: &FollowUpRow) -> Option<&Topic> {
        self.topics.get(&row.key.about.id)
    }

    /// Whom it is for.
    pub(super) fn person(&self, topic: &Topic) -> Option<&Person> {
        self.people.get(&topic.contact?)
    }

    /// What conditions and texts see of it.
    pub(super) fn facts(&self, topic: &Topic) -> Facts {
        let mut facts = topic.facts.clone();
        if let Some(company) = topic.company.and_then(|id| self.companies.get(&id)) {
            facts = facts.with_company(company);
        }
        match self.person(topic) {
            Some(person) => facts.with_contact(&person.contact, dealings(self.threads_of(topic))),
            None => facts,
        }
    }

    /// The threads of whom it is for.
    pub(super) fn threads_of(&self, topic: &Topic) -> &[ConversationRow] {
        topic.contact.and_then(|contact| self.threads.get(&contact)).map_or(&[], Vec::as_slice)
    }

    /// The thread in which it is said: its own, or the one in which something was said last on a number that is served here.
    pub(super) fn thread(&self, topic: &Topic, serves: impl Fn(&ConversationRow) -> bool) -> Option<&ConversationRow> {
        let threads = self.threads_of(topic).iter().filter(|thread| serves(thread));
        threads.max_by_key(|thread| (Some(thread.id) == topic.thread, thread.last_message_at))
    }

    /// The guards that speak.
    pub(super) fn guards(
        &self,
        published: &Published,
        topic: &Topic,
        thread: Option<&ConversationRow>,
        is_quiet: bool,
        now: i64,
    ) -> Vec<Guard> {
        let person = self.person(topic);
        let got = topic.contact.and_then(|contact| self.got.get(&contact)).copied().unwrap_or_default();
        let silence = published.workflow.interaction.silence.as_millis() as i64;
        let answers = |thread: &ConversationRow| {
            thread.person_since.is_some_and(|since| thread.interaction.is_some() || now < since + silence)
        };
        let talks_to_a_machine =
            |thread: &ConversationRow| self.answered.get(&thread.id).is_some_and(|times| MOST_IN_A_LOOP <= *times);
        let is_elsewhere = |thread: &ConversationRow| thread.elsewhere_at.is_some_and(|at| now < at + silence);
        let threads = self.threads_of(topic);
        let guards = [
            (Guard::Blocked, person.is_some_and(|person| person.blocked)),
            (Guard::OptedOut, person.is_some_and(|person| person.contact.opted_out_at.is_some())),
            (Guard::FrequencyCap, published.workflow.limits.proactive.most <= got),
            (Guard::Paused, thread.map_or(self.paused.all, |thread| self.paused.stops(thread.channel, None))),
            (Guard::QuietHours, is_quiet),
            (Guard::OpenTicket, 0 < dealings(threads).open_tickets),
            (Guard::PersonAnswering, threads.iter().any(answers)),
            (Guard::ElsewhereInControl, threads.iter().any(is_elsewhere)),
            (Guard::PossibleNewOwner, person.is_some_and(|person| person.doubted)),
            (Guard::Loop, threads.iter().any(talks_to_a_machine)),
        ];
        guards.into_iter().filter_map(|(guard, speaks)| speaks.then_some(guard)).collect()
    }

    /// Whether automation says nothing to them while the workflow is on trial.
    pub(super) fn is_on_trial(&self, topic: &Topic) -> bool {
        let pinned = |thread: &ConversationRow| PhoneNumber::from_whatsapp(thread.phone.as_deref()?).ok();
        let phones: Vec<PhoneNumber> = self.threads_of(topic).iter().filter_map(pinned).collect();
        topic.contact.is_some_and(|contact| !self.trial.answers(contact, &phones))
    }

    /// Somebody gets one message more.
    pub(super) fn note_sent(&mut self, contact: ContactId, thread: ConversationId, now: i64) {
        *self.got.entry(contact).or_default() += 1;
        let threads = self.threads.entry(contact).or_default();
        for thread in threads.iter_mut().filter(|one| one.id == thread) {
            thread.last_seq += 1;
            thread.last_message_at = thread.last_message_at.max(now);
        }
    }

    /// One that is looked at again, and is counted already.
    pub(super) fn forget_one(&mut self, contact: ContactId) {
        let got = self.got.entry(contact).or_default();
        *got = got.saturating_sub(1);
    }
}

/// What is known of a person by their threads: each has one open ticket at most, and its window opened when they last wrote.
pub(super) fn dealings(threads: &[ConversationRow]) -> Dealings {
    let window = FULL_WINDOW.as_millis() as i64;
    let wrote = threads.iter().filter(|thread| 0 < thread.window_until).map(|thread| thread.window_until - window);
    Dealings {
        open_tickets: threads.iter().filter(|thread| thread.ticket.is_some()).count() as i64,
        last_wrote_at: wrote.max(),
    }
}

fn ids_of(rows: &[FollowUpRow], thing: Thing) -> Vec<Uuid> {
    let ids: HashSet<Uuid> = rows.iter().filter(|row| row.key.about.of == thing).map(|row| row.key.about.id).collect();
    ids.into_iter().collect()
}
