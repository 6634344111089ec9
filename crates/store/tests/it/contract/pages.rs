//! Lists, page by page.

use std::fmt::Debug;

use domain::delivery::{Progress, SendState};
use domain::ids::{ContactId, NoticeId, SendId, TicketId};
use domain::interaction::{Outcome, TicketState};
use store::{Ending, NewMessage, NewTicket, NoticeRow, Recorded, Result, Store, Tx};

use crate::clinic::{Clinic, NOW, fresh, person};
use crate::places::{read, write};

const MANY: i64 = 7;

pub(crate) fn pages_walk_all_rows_once(store: &Store) {
    let clinic = Clinic::with_room_for(store, MANY);
    write(store, move |tx| (1..=MANY).try_for_each(|n| fill(tx, clinic, n))).unwrap();
    let workspace = clinic.workspace;

    let contacts =
        walk(store, move |tx, last| Ok(tx.contacts(workspace, last, 3)?.iter().map(|row| row.contact.id).collect()));
    assert_eq!(contacts.len(), 8);
    let threads =
        walk(store, move |tx, last| Ok(tx.conversations(workspace, None, last, 3)?.iter().map(|row| row.id).collect()));
    assert_eq!(threads.len(), 8);
    let of_ana = walk(store, move |tx, last| {
        Ok(tx.conversations(workspace, Some(clinic.ana), last, 3)?.iter().map(|row| row.id).collect())
    });
    assert_eq!(of_ana, [clinic.thread]);
    let matters =
        walk(store, move |tx, last| Ok(tx.interactions(workspace, last, 3)?.iter().map(|row| row.id).collect()));
    assert_eq!(matters.len(), 7);
    for (state, queue, expected) in [
        (None, None, 7),
        (Some(TicketState::Open), None, 4),
        (Some(TicketState::Resolved), None, 3),
        (None, Some("desk"), 3),
        (Some(TicketState::Resolved), Some("desk"), 1),
        (Some(TicketState::Open), Some("desk"), 2),
        (Some(TicketState::Open), Some("nowhere"), 0),
    ] {
        let tickets = walk(store, move |tx, last| {
            Ok(tx.tickets(workspace, state, queue, last, 3)?.iter().map(|row| row.ticket.id).collect())
        });
        assert_eq!(tickets.len(), expected, "{state:?} {queue:?}");
    }
    let sends = walk(store, move |tx, last| Ok(tx.outbox(workspace, last, 3)?.iter().map(|row| row.send.id).collect()));
    assert_eq!(sends.len(), 7);
    for (state, expected) in [(SendState::Held, 3), (SendState::Dead, 0), (SendState::Queued, 0)] {
        let sends = walk(store, move |tx, last| {
            Ok(tx.listed_sends(workspace, state, last, 2)?.iter().map(|row| row.send.id).collect())
        });
        assert_eq!(sends.len(), expected, "{state:?}");
    }
    let failed = walk(store, move |tx, last| {
        let page = tx.failed_messages(workspace, last, 2)?;
        let place = |m: &NewMessage| Recorded { at: m.recorded_at, conversation: m.conversation, seq: m.seq };
        Ok(page.iter().map(|row| place(&row.message)).collect())
    });
    assert_eq!(failed.len(), 7, "they failed in the same moment");
    let notices = walk(store, move |tx, last| Ok(tx.notices(workspace, last, 3)?.iter().map(|row| row.id).collect()));
    assert_eq!(notices.len(), 7);

    let mut work =
        walk(store, move |tx, last| Ok(tx.work(workspace, last, 3)?.iter().map(|row| row.work.id).collect::<Vec<_>>()));
    work.reverse();
    assert!(work.is_sorted_by(|one, next| next < one), "what waits is listed from the oldest on");
    let messages = walk(store, move |tx, last| {
        let page = tx.messages(workspace, clinic.thread, last.unwrap_or(0), 3)?;
        Ok(page.iter().map(|row| row.message.seq).collect())
    });
    assert_eq!(messages, (1..=MANY).collect::<Vec<_>>());
}

/// One row of everything; the odd ones are open, queued and at the desk by turns.
fn fill(tx: &mut Tx<'_>, clinic: Clinic, n: i64) -> Result<()> {
    let (odd, workspace) = (n % 2 == 1, clinic.workspace);
    tx.add_contact(workspace, &person(ContactId(fresh()), "Bia"), NOW)?;
    let thread = clinic.another_thread(tx)?;
    tx.add_message(workspace, &clinic.outbound(n, SendId(fresh())))?;
    tx.end_message(workspace, clinic.thread, n, Progress::Failed, None)?;
    let matter = clinic.matter();
    tx.add_interaction(workspace, &matter, NOW)?;
    let ticket = NewTicket {
        id: TicketId(fresh()),
        contact: None,
        conversation: clinic.thread,
        interaction: matter.id,
        kind: None,
        queue: if n % 3 == 1 { "desk" } else { "lab" }.to_owned(),
        subject: "¿Tienen cita el martes?".to_owned(),
        due_at: NOW,
    };
    tx.add_ticket(workspace, &ticket, NOW)?;
    let send = clinic.send_in(thread, 1);
    tx.add_send(workspace, &send, 0)?;
    if !odd {
        tx.close_ticket(workspace, ticket.id, &Ending { outcome: Outcome::Resolved, note: None, by: "bia" }, NOW)?;
        tx.put_off(workspace, send.id, SendState::Held, "a test wants it", 0, 0)?;
    }
    tx.add_work(workspace, &clinic.work(None, None), 0)?;
    let notice = NoticeRow {
        id: NoticeId(fresh()),
        received_at: NOW,
        kind: "unknown_field".to_owned(),
        subject: "flows".to_owned(),
        detail: "Nobody here reads it.".to_owned(),
        raw: "{}".to_owned(),
    };
    tx.add_notice(workspace, &notice)
}

/// Every key that the pages show, in their order; none twice.
fn walk<K, F>(store: &Store, page: F) -> Vec<K>
where
    K: Copy + Ord + Debug + Send + 'static,
    F: Fn(&mut Tx<'_>, Option<K>) -> Result<Vec<K>> + Copy + Send + 'static,
{
    let mut seen: Vec<K> = Vec::new();
    loop {
        let last = seen.last().copied();
        let keys = read(store, move |tx| page(tx, last));
        if keys.is_empty() {
            break;
        }
        seen.extend(keys);
    }
    let mut once = seen.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), seen.len(), "{seen:?}");
    seen
}
