//! The log of changes: in order, whole, and cut off at its old end.

use std::sync::mpsc::channel;

use domain::change::{Change, EventType, Subject};
use domain::ids::{ContactId, ConversationId, WorkspaceId};
use futures::future::join_all;
use store::{Position, Store, Stretch, Tx, params};

use crate::clinic::{Clinic, fresh};
use crate::places::{read, start, wait, write};

type Pair = (Store, Store);

pub(crate) fn changes_are_read_in_pages_in_the_order_of_their_commits(store: &Store) {
    let (clinic, others) = (Clinic::at(store), Clinic::at(store));
    let thread = Subject::Conversation(clinic.thread);
    let both = [Change::new(EventType::ConversationCreated, thread), message(clinic.thread, 1)];
    append(store, clinic.workspace, &both);
    append(store, others.workspace, &[message(others.thread, 1)]);
    append(store, clinic.workspace, &[]);
    append(store, clinic.workspace, &[message(clinic.thread, 2)]);

    let all = whole_log(store, clinic.workspace);
    assert_eq!(changes(&all), [both[0], both[1], message(clinic.thread, 2)]);
    assert!(all.changes.is_sorted_by_key(|row| row.position) && !all.more);
    assert_eq!(end(store, clinic.workspace), all.up_to);

    let from_within = log(store, clinic.workspace, all.changes[0].position, 1);
    assert_eq!(changes(&from_within), [both[1]], "the rest of a row that was read in part");
    assert!(from_within.more);
    let nothing = log(store, clinic.workspace, all.up_to, 10);
    assert_eq!((changes(&nothing), nothing.up_to), (vec![], all.up_to), "a reader at the end stays there");
}

pub(crate) fn what_is_too_old_is_cut_off_and_who_missed_it_is_told(store: &Store) {
    let clinic = Clinic::at(store);
    for (seq, at) in [(1, 100), (2, 200), (3, 300)] {
        write(store, move |tx| tx.add_changes(clinic.workspace, &[message(clinic.thread, seq)], at)).unwrap();
    }
    let all = whole_log(store, clinic.workspace);
    let [first, second, third] = [0, 1, 2].map(|n| all.changes[n].position);
    let cut = |before| write(store, move |tx| tx.cut_changes(clinic.workspace, before, 10)).unwrap();
    let cut_at = || read(store, move |tx| tx.changes_cut_at(clinic.workspace));

    assert_eq!((cut(100), cut_at()), (0, None));
    assert_eq!(cut(250), 1);
    assert!(cut_at().is_some_and(|cut_at| first < cut_at && cut_at <= second));
    let left = log(store, clinic.workspace, Position::default(), 10);
    assert_eq!(changes(&left), [message(clinic.thread, 3)]);

    cut(i64::MAX);
    assert_eq!(cut(i64::MAX), 0);
    assert!(cut_at().is_some_and(|cut_at| cut_at <= third), "who has read all has missed nothing");
    append(store, clinic.workspace, &[message(clinic.thread, 4)]);
    whole_log(store, clinic.workspace);
    let later = log(store, clinic.workspace, third, 10);
    assert_eq!(changes(&later), [message(clinic.thread, 4)], "no place in the log is given twice");
}

/// Numbers are drawn in another order than transactions begin and end; on PostgreSQL both ways round.
pub(crate) fn a_reader_never_passes_what_is_still_to_be_committed((one, other): &Pair) {
    if !one.is_shared() {
        return; // SQLite has one writer: it ends one transaction before it begins the next.
    }
    let clinic = Clinic::at(one);
    let early = hold(one, clinic, 1, true);
    early.begun.recv().unwrap();
    let late = hold(one, clinic, 2, false);
    late.begun.recv().unwrap();
    late.written.recv().unwrap();

    // The early one draws its number after the late one, and is committed before it.
    early.write.send(()).unwrap();
    early.written.recv().unwrap();
    early.finish();
    let seen = log(other, clinic.workspace, Position::default(), 10);
    append(other, clinic.workspace, &[message(clinic.thread, 3)]);
    let before_the_late_one = log(other, clinic.workspace, seen.up_to, 10);
    assert_eq!(changes(&before_the_late_one), [], "the third came after one that is not there yet");

    late.finish();
    whole_log(other, clinic.workspace);
    let rest = log(other, clinic.workspace, seen.up_to, 10);
    let mut all = changes(&seen);
    all.extend(changes(&rest));
    all.sort_by_key(|change| format!("{change:?}"));
    assert_eq!(all, [1, 2, 3].map(|seq| message(clinic.thread, seq)));
}

pub(crate) fn a_reader_beside_many_writers_sees_everything_once(pair: &Pair) {
    const MANY: i64 = 300;
    let clinic = Clinic::at(&pair.0);
    let writing = start({
        let pair = pair.clone();
        async move {
            let writes = (1..=MANY).map(|seq| {
                let store = if seq % 2 == 0 { &pair.0 } else { &pair.1 };
                store.write(Vec::new(), move |tx: &mut Tx<'_>| {
                    tx.claim_effect(clinic.workspace, seq, b"first it gets a transaction, then a number")?;
                    tx.add_changes(clinic.workspace, &[message(clinic.thread, seq)], seq)
                })
            });
            join_all(writes).await.into_iter().for_each(Result::unwrap);
        }
    });
    let (mut seen, mut up_to) = (Vec::new(), Position::default());
    while seen.len() < MANY as usize {
        let found = log(&pair.1, clinic.workspace, up_to, 7);
        assert!(up_to <= found.up_to);
        up_to = found.up_to;
        seen.extend(found.changes.iter().map(|row| row.change.about));
    }
    wait(writing).unwrap();
    let mut seqs: Vec<i64> = seen.into_iter().filter_map(seq).collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=MANY).collect::<Vec<_>>());
}

/// A transaction that writes a change when it may, and ends when it may.
struct Held {
    begun: std::sync::mpsc::Receiver<()>,
    write: std::sync::mpsc::Sender<()>,
    written: std::sync::mpsc::Receiver<()>,
    end: std::sync::mpsc::Sender<()>,
    work: tokio::task::JoinHandle<store::Result<()>>,
}

impl Held {
    fn finish(self) {
        self.end.send(()).unwrap();
        wait(self.work).unwrap().unwrap();
    }
}

fn hold(store: &Store, clinic: Clinic, seq: i64, waits_before_it_writes: bool) -> Held {
    let ((begin, begun), (write, may_write)) = (channel(), channel());
    let ((wrote, written), (end, may_end)) = (channel(), channel());
    let unit = move |tx: &mut Tx<'_>| {
        tx.claim_effect(clinic.workspace, seq, b"now it has a transaction")?;
        begin.send(()).ok();
        if waits_before_it_writes {
            may_write.recv().ok();
        }
        tx.add_changes(clinic.workspace, &[message(clinic.thread, seq)], seq)?;
        tx.channels(clinic.workspace)?; // what was put aside goes before a question
        wrote.send(()).ok();
        may_end.recv().ok();
        Ok(())
    };
    let store = store.clone();
    let work = start(async move { store.write(vec![seq], unit).await });
    Held { begun, write, written, end, work }
}

fn message(thread: ConversationId, seq: i64) -> Change {
    Change::new(EventType::MessageReceived, Subject::Message(thread, seq))
}

fn seq(about: Subject) -> Option<i64> {
    if let Subject::Message(_, seq) = about { Some(seq) } else { None }
}

fn append(store: &Store, workspace: WorkspaceId, changes: &[Change]) {
    let changes = changes.to_vec();
    write(store, move |tx| tx.add_changes(workspace, &changes, 0)).unwrap();
}

fn log(store: &Store, workspace: WorkspaceId, after: Position, rows: i64) -> Stretch {
    read(store, move |tx| tx.changes(workspace, after, rows))
}

/// The log once nothing that was begun before is still open; on a server with other databases in use that may take a moment.
fn whole_log(store: &Store, workspace: WorkspaceId) -> Stretch {
    if store.is_shared() {
        let mine = "SELECT pg_current_xact_id()::text::bigint";
        let mine = write(store, move |tx| tx.query_one(mine, params![])?.int(0)).unwrap();
        let oldest_open = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
        while read(store, move |tx| tx.query_one(oldest_open, params![])?.int(0)) <= mine {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    log(store, workspace, Position::default(), 10)
}

fn end(store: &Store, workspace: WorkspaceId) -> Position {
    read(store, move |tx| tx.end_of_changes(workspace))
}

fn changes(stretch: &Stretch) -> Vec<Change> {
    stretch.changes.iter().map(|row| row.change).collect()
}

pub(crate) fn things_are_found_by_many_ids_at_once(store: &Store) {
    let clinic = Clinic::with_room_for(store, 2);
    let sends = [1, 2].map(|seq| clinic.queue(store, seq));
    let nobody = fresh();
    let found = read(store, move |tx| {
        let (workspace, thread) = (clinic.workspace, clinic.thread);
        Ok((
            tx.contacts_by_id(workspace, &[clinic.ana, ContactId(nobody)])?.len(),
            tx.conversations_by_id(workspace, &[ConversationId(nobody), thread])?.len(),
            tx.messages_at(workspace, &[(thread, 2), (thread, 9), (ConversationId(nobody), 1), (thread, 1)])?.len(),
            tx.outbox_by_id(workspace, &sends)?.len(),
            tx.tickets_by_id(workspace, &[])?.len(),
        ))
    });
    assert_eq!(found, (1, 1, 2, 2, 0));
}
