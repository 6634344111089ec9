//! The promises: some looked at in every step that concerns them, all of them when the week is over.

use std::collections::{BTreeMap, BTreeSet};

use domain::delivery::{Progress, Purpose};
use domain::ids::{ConversationId, SendId};
use store::{Row, Tx, Value};
use whatsapp::OutboundMessage;
use whatsapp::outbound::Recipient;

use super::machine::Flight;
use super::people::Deed;
use super::week::Week;
use crate::deliver::by_hand::Marked;

/// WhatsApp takes a free answer for so long after the customer wrote.
const WINDOW: i64 = 24 * 3_600_000;

/// What was seen so far.
#[derive(Default)]
pub(super) struct Watch {
    /// The first promise that was broken.
    pub(super) broken: Option<String>,
    /// How far each message of ours had come.
    progress: BTreeMap<(ConversationId, i64), i64>,
}

impl Week<'_> {
    fn break_if(&mut self, broken: bool, said: impl FnOnce() -> String) {
        if broken && self.watch.broken.is_none() {
            self.watch.broken = Some(said());
        }
    }

    /// A send was marked: nothing may speak against it in this moment.
    pub(super) fn watch_mark(&mut self, marked: &Marked) {
        let (sending, thread) = (marked.sending(), marked.thread());
        let (purpose, seq, send) = (sending.send.purpose, sending.send.seq, sending.send.id);
        self.tell(|| format!("send {send} ({purpose:?}, message {seq} of {thread}) is marked"));
        let seen = self.stage.database.look(|tx| Ok((before(tx, thread, seq)?, queued_at(tx, thread, seq)?)));
        let Ok((waiting_before, queued_at)) = seen else { return };
        self.break_if(waiting_before, || format!("message {seq} of {thread} leaves before an earlier one that waits"));
        let Some(person) = self.owner(thread) else {
            return self.break_if(true, || format!("nobody, or more than one person, writes in the thread {thread}"));
        };
        let last = self.platform.written.iter().filter(|one| one.person == person && opens_window(one.deed));
        let last = last.map(|one| one.at).max().unwrap_or_default();
        let is_late = purpose != Purpose::Template && last + WINDOW < self.now;
        self.break_if(is_late, || format!("message {seq} of {thread} leaves after the window is closed"));
        // Under another user id nobody can know them, until WhatsApp's word of it has been taken in.
        if self.platform.people[person].was_renamed() {
            return;
        }
        let Some(stopped) = self.stopped_at(person) else { return };
        let is_unwanted = match purpose {
            Purpose::Template | Purpose::FollowUp => stopped < self.now,
            Purpose::Acknowledgement | Purpose::Answer => queued_at < stopped && stopped < self.now,
            Purpose::Reply => false,
        };
        self.break_if(is_unwanted, || format!("a {purpose:?}, message {seq} of {thread}, leaves after a STOP"));
    }

    /// Whose thread it is, by what they wrote in it.
    fn owner(&self, thread: ConversationId) -> Option<usize> {
        let found = self.stage.database.look(|tx| inbound_of(tx, thread)).ok()?;
        let owners = self.platform.owners(&found);
        match owners.get(&thread).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        }
    }

    /// When a person's STOP was taken in, if that was the last that they said about it.
    fn stopped_at(&self, person: usize) -> Option<i64> {
        let wishes = self.platform.written.iter().filter(|one| one.person == person);
        if wishes.clone().any(|one| one.deed == Deed::Resumes) {
            return None; // which of the two was taken in last depends on the moment
        }
        let stops = wishes.filter(|one| one.deed == Deed::Stops);
        let taken_in =
            stops.filter_map(|one| self.stage.database.look(|tx| recorded_at(tx, &one.wamid)).ok().flatten());
        taken_in.max()
    }

    /// A send is taken: to the person who writes in its thread, and for the first time? Answers whether it goes to them.
    pub(super) fn watch_direction(&mut self, flight: &Flight, message: &OutboundMessage) -> bool {
        let (Recipient::Phone(address) | Recipient::UserId(address)) = &message.to;
        let person = self.owner(flight.thread);
        let reaches = person.is_some_and(|person| self.platform.people[person].has_address(address));
        self.break_if(!reaches, || format!("a message of {} leaves for {address}", flight.thread));
        let send = flight.marked.send();
        let again = self.platform.taken.iter().any(|taken| taken.sealed.send == send);
        self.break_if(again, || format!("WhatsApp is given the send {send} a second time"));
        reaches
    }

    /// Reports move messages up, and never down.
    pub(super) fn watch_progress(&mut self) {
        let Ok(rows) = self.stage.database.look(progress) else { return };
        for (thread, seq, rank) in rows {
            let before = self.watch.progress.insert((thread, seq), rank);
            // A person may let go what had failed before it left.
            let is_reported =
                before.is_some_and(|before| Progress::Sent.rank() <= before && before != Progress::Failed.rank());
            let went_down = is_reported && before.is_some_and(|before| rank < before);
            self.break_if(went_down, || format!("message {seq} of {thread} went back from {before:?} to {rank}"));
        }
    }
}

/// Everything that must hold once a week is over.
pub(super) fn all(week: &Week<'_>) -> Result<(), String> {
    let looked = week.stage.database.look(|tx| {
        Ok(nothing_is_lost(tx, week)?
            .and(each_thread_is_one_persons(tx, week)?)
            .and(messages_stand_in_their_order(tx, week)?)
            .and(nothing_is_done_twice(tx, week)?)
            .and(every_send_is_accounted_for(tx, week)?)
            .and(every_report_counts(tx, week)?))
    });
    looked.map_err(|error| format!("the database cannot be looked at: {error}"))?
}

type Verdict = store::Result<Result<(), String>>;

fn verdict(problems: Vec<String>) -> Verdict {
    Ok(problems.into_iter().next().map_or(Ok(()), Err))
}

fn nothing_is_lost(tx: &mut Tx<'_>, week: &Week<'_>) -> Verdict {
    let mut problems = Vec::new();
    let given_up = tx.work(week.workspace, None, 100)?;
    problems.extend(given_up.iter().filter(|row| !row.quarantined).map(|row| format!("{row:?} still waits")));
    let panicked =
        given_up.iter().filter(|row| row.work.error.as_deref().is_some_and(|said| said.contains("panicked")));
    problems.extend(panicked.map(|row| format!("{row:?} panicked")));
    for post in &week.platform.posts {
        if post.kept.is_none() {
            problems.push(format!("a webhook is refused for ever: {}", String::from_utf8_lossy(&post.body)));
        }
    }
    for one in week.platform.written.iter().filter(|one| one.deed != Deed::Resumes) {
        let sql = "SELECT count(*), count(steps) FROM messages WHERE wamid = $1";
        let row = tx.query_one(sql, vec![Value::from(one.wamid.as_str())])?;
        let is_unread = is_kept_unread(tx, &one.wamid)?;
        let is_given_up = given_up.iter().any(|row| row.work.part.contains(&one.wamid));
        match (row.int(0)?, row.int(1)?, is_given_up) {
            (1, 1, false) | (0, 0, true) => {}
            (0, 0, false) if is_unread => {}
            (many, told, listed) => problems.push(format!(
                "{} is recorded {many} times, {told} of them with what was done, and listed: {listed}",
                one.wamid
            )),
        }
    }
    verdict(problems)
}

fn each_thread_is_one_persons(tx: &mut Tx<'_>, week: &Week<'_>) -> Verdict {
    let mut problems = Vec::new();
    let rows = tx.query("SELECT conversation_id, wamid FROM messages WHERE send_id IS NULL", vec![])?;
    let inbound = rows.iter().map(thread_and_wamid).collect::<store::Result<Vec<_>>>()?;
    let mut contacts: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (thread, owners) in week.platform.owners(&inbound) {
        if let [one] = owners.as_slice() {
            let contact = tx.conversation(week.workspace, thread)?.and_then(|thread| thread.contact);
            contacts.entry(*one).or_default().insert(format!("{contact:?}"));
        } else {
            problems.push(format!("{owners:?} write in one thread, {thread}"));
        }
    }
    for (person, contacts) in contacts {
        if !week.platform.people[person].was_renamed() && 1 < contacts.len() {
            problems.push(format!("person {person} is {contacts:?}"));
        }
    }
    verdict(problems)
}

/// What we had said to be kept before another message was posted stands before it.
fn messages_stand_in_their_order(tx: &mut Tx<'_>, week: &Week<'_>) -> Verdict {
    let rows = tx.query("SELECT wamid, conversation_id, seq FROM messages WHERE send_id IS NULL", vec![])?;
    let mut places: BTreeMap<String, (ConversationId, i64)> = BTreeMap::new();
    for row in &rows {
        places.insert(row.opt_text(0)?.unwrap_or_default(), (ConversationId(row.id(1)?), row.int(2)?));
    }
    let mut problems = Vec::new();
    let placed = week.platform.written.iter().filter_map(|one| Some((one, places.get(&one.wamid)?)));
    let placed: Vec<_> = placed.collect();
    for (one, (thread, seq)) in &placed {
        for (other, (other_thread, other_seq)) in &placed {
            let (kept, first) = (week.platform.posts[one.post].kept, week.platform.posts[other.post].first);
            let came_before = kept.zip(first).is_some_and(|(kept, first)| kept < first);
            let overtakes = came_before && thread == other_thread && other_seq < seq && !week.was_replayed();
            if overtakes && !is_kept_unread(tx, &one.wamid)? {
                problems.push(format!("{} overtook {} in {thread}", other.wamid, one.wamid));
            }
        }
    }
    verdict(problems)
}

fn nothing_is_done_twice(tx: &mut Tx<'_>, week: &Week<'_>) -> Verdict {
    const NEVER: [(&str, &str); 6] = [
        (
            "tickets open in one thread",
            "SELECT count(*) FROM tickets WHERE state = 'open' GROUP BY conversation_id HAVING count(*) > 1",
        ),
        ("tickets of one matter", "SELECT count(*) FROM tickets GROUP BY interaction_id HAVING count(*) > 1"),
        (
            "matters open in one thread",
            "SELECT count(*) FROM interactions WHERE closed_at IS NULL GROUP BY conversation_id HAVING count(*) > 1",
        ),
        (
            "messages of one WhatsApp id",
            "SELECT count(*) FROM messages WHERE wamid LIKE 'wamid.%' GROUP BY wamid HAVING count(*) > 1",
        ),
        (
            "messages of one send",
            "SELECT count(*) FROM messages WHERE send_id IS NOT NULL GROUP BY send_id HAVING count(*) > 1",
        ),
        (
            "open tickets, or matters, that their thread does not know",
            "SELECT count(*) FROM tickets t JOIN conversations c ON c.id = t.conversation_id
             WHERE t.state = 'open' AND (c.ticket_id IS NULL OR c.ticket_id <> t.id) HAVING count(*) > 0",
        ),
    ];
    let mut problems = Vec::new();
    for (what, sql) in NEVER {
        for row in tx.query(sql, vec![])? {
            problems.push(format!("{} {what}", row.int(0)?));
        }
    }
    let repeated = tx.query("SELECT count(*) FROM events WHERE step LIKE '%redirected%'", vec![])?;
    let allowed = repeated.first().map_or(Ok(0), |row| row.int(0))? + week.resent() as i64;
    let sql = "SELECT count(*) - 1 FROM messages WHERE author = 'automation' AND send_id IS NOT NULL
               GROUP BY conversation_id, interaction_id HAVING count(*) > 1";
    let more = tx.query(sql, vec![])?.iter().map(|row| row.int(0)).sum::<store::Result<i64>>()?;
    // Whoever takes a matter up again waits again.
    let taken_up = "SELECT count(*) FROM messages WHERE steps LIKE '%\"taken_up\"%'";
    let allowed_here = allowed + tx.query_one(taken_up, vec![])?.int(0)?;
    if allowed_here < more {
        problems.push(format!("{more} acknowledgements too many, of which {allowed} were asked for"));
    }
    let sql =
        "SELECT count(*) - 1 FROM messages WHERE author = 'agent' AND kind = 'text' GROUP BY text HAVING count(*) > 1";
    let more = tx.query(sql, vec![])?.iter().map(|row| row.int(0)).sum::<store::Result<i64>>()?;
    if allowed < more {
        problems.push(format!("{more} answers of people were queued twice, {allowed} of them on purpose"));
    }
    verdict(problems)
}

fn every_send_is_accounted_for(tx: &mut Tx<'_>, week: &Week<'_>) -> Verdict {
    let sql = "SELECT m.send_id, m.progress, o.state, o.reason, m.seq FROM messages m
               LEFT JOIN outbox o ON o.workspace_id = m.workspace_id AND o.id = m.send_id WHERE m.send_id IS NOT NULL";
    let taken: BTreeSet<SendId> = week.platform.taken.iter().map(|taken| taken.sealed.send).collect();
    let resolved: BTreeSet<SendId> = week.let_go().collect();
    let mut problems = Vec::new();
    for row in tx.query(sql, vec![])? {
        let (send, rank, state) = (SendId(row.id(0)?), row.int(1)?, row.opt_text(2)?);
        let progress = Progress::of_rank(rank);
        let stands = match (state.as_deref(), progress) {
            // Listed for a person, or taken without a word since.
            (Some("held" | "dead" | "unknown" | "needs_review"), _) => true,
            (Some("accepted"), Some(Progress::Pending)) => taken.contains(&send),
            (None, Some(Progress::Sent | Progress::Failed | Progress::Delivered | Progress::Read)) => true,
            (None, Some(Progress::Cancelled)) => true,
            (None, Some(Progress::Pending)) => resolved.contains(&send),
            _ => false,
        };
        if !stands {
            problems.push(format!(
                "send {send} is {state:?} ({:?}), its message {} {progress:?}",
                row.opt_text(3)?,
                row.int(4)?
            ));
        }
    }
    verdict(problems)
}

fn every_report_counts(tx: &mut Tx<'_>, week: &Week<'_>) -> Verdict {
    let mut told: BTreeMap<usize, i64> = BTreeMap::new();
    for (nth, name, named) in week.platform.posts.iter().flat_map(|post| &post.reports) {
        let rank = rank(name);
        if *named {
            told.entry(*nth).and_modify(|best| *best = rank.max(*best)).or_insert(rank);
        }
    }
    let mut problems = Vec::new();
    for (nth, best) in told {
        let sealed = week.platform.taken[nth].sealed;
        let sql = "SELECT progress FROM messages WHERE conversation_id = $1 AND seq = $2";
        let row = tx.query_one(sql, vec![sealed.conversation.0.into(), sealed.seq.into()])?;
        let stands = row.opt_int(0)?;
        if stands != Some(best) && !is_kept_unread(tx, &week.platform.taken[nth].wamid)? {
            problems.push(format!("send {} stands at {stands:?}, and WhatsApp said {best}", sealed.send));
        }
    }
    verdict(problems)
}

/// Whether it is among what the database would not have in parts, and is kept and listed as it came.
fn is_kept_unread(tx: &mut Tx<'_>, wamid: &str) -> store::Result<bool> {
    let sql = "SELECT count(*) FROM notices WHERE kind = 'malformed' AND raw LIKE '%' || $1 || '%'";
    Ok(0 < tx.query_one(sql, vec![Value::from(wamid)])?.int(0)?)
}

/// The lattice, in words of its own.
fn rank(name: &str) -> i64 {
    let order = ["sent", "failed", "delivered", "read"];
    order.iter().position(|known| *known == name).map_or(-1, |place| place as i64 + 3)
}

fn opens_window(deed: Deed) -> bool {
    match deed {
        Deed::Says(_) | Deed::Stops | Deed::Reacts => true,
        Deed::Resumes | Deed::Moves => false,
    }
}

fn before(tx: &mut Tx<'_>, thread: ConversationId, seq: i64) -> store::Result<bool> {
    let sql = "SELECT count(*) FROM outbox WHERE conversation_id = $1 AND seq < $2 AND state IN ('queued', 'sending')";
    Ok(0 < tx.query_one(sql, vec![thread.0.into(), seq.into()])?.int(0)?)
}

fn queued_at(tx: &mut Tx<'_>, thread: ConversationId, seq: i64) -> store::Result<i64> {
    let sql = "SELECT recorded_at FROM messages WHERE conversation_id = $1 AND seq = $2";
    tx.query_one(sql, vec![thread.0.into(), seq.into()])?.int(0)
}

fn recorded_at(tx: &mut Tx<'_>, wamid: &str) -> store::Result<Option<i64>> {
    let row = tx.query_opt("SELECT recorded_at FROM messages WHERE wamid = $1", vec![Value::from(wamid)])?;
    row.map(|row| row.int(0)).transpose()
}

fn inbound_of(tx: &mut Tx<'_>, thread: ConversationId) -> store::Result<Vec<(ConversationId, String)>> {
    let sql = "SELECT conversation_id, wamid FROM messages WHERE conversation_id = $1 AND send_id IS NULL";
    tx.query(sql, vec![thread.0.into()])?.iter().map(thread_and_wamid).collect()
}

fn thread_and_wamid(row: &Row) -> store::Result<(ConversationId, String)> {
    Ok((ConversationId(row.id(0)?), row.opt_text(1)?.unwrap_or_default()))
}

fn progress(tx: &mut Tx<'_>) -> store::Result<Vec<(ConversationId, i64, i64)>> {
    let rows = tx.query("SELECT conversation_id, seq, progress FROM messages WHERE progress IS NOT NULL", vec![])?;
    rows.iter().map(|row| Ok((ConversationId(row.id(0)?), row.int(1)?, row.int(2)?))).collect()
}
