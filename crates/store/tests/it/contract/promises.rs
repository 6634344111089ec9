//! What becomes of open tickets because time passes, and the figures over them.

use domain::ids::{TicketId, WorkspaceId};
use domain::interaction::{Author, Outcome};
use store::{Ending, Figures, NewMessage, NewTicket, Store, Tx};

use crate::clinic::{Clinic, NOW, fresh};
use crate::places::{read, write};

const HOUR: i64 = 3_600_000;

pub(crate) fn a_promise_passes_unless_a_person_answered_in_time(store: &Store) {
    let clinic = Clinic::with_room_for(store, 2);
    let [waits, is_done] = [TicketId(fresh()), TicketId(fresh())];
    let workspace = clinic.workspace;
    write(store, move |tx| {
        tx.add_message(workspace, &clinic.inbound(1))?;
        tx.update_conversation(workspace, clinic.thread, NOW + 24 * HOUR, None, Some(waits))?;
        add_ticket(tx, clinic, waits, NOW + 2 * HOUR)?;
        add_ticket(tx, clinic, is_done, NOW + HOUR)?;
        tx.close_ticket(workspace, is_done, &Ending { outcome: Outcome::Resolved, note: None, by: "bia" }, NOW)
    })
    .unwrap();

    let passed = |workspace: WorkspaceId, after: i64, until: i64| {
        read(store, move |tx| tx.passed_promises(workspace, NOW + after * HOUR, NOW + until * HOUR, 9))
    };
    assert_eq!(passed(workspace, 0, 2).iter().map(|passed| passed.ticket).collect::<Vec<_>>(), [waits]);
    assert!(passed(workspace, 2, 9).is_empty() && passed(workspace, 0, 1).is_empty(), "at its moment and no other");
    assert!(passed(Clinic::at(store).workspace, 0, 2).is_empty(), "another workspace");
    let closed = read(store, move |tx| tx.closed_windows(workspace, NOW, NOW + 24 * HOUR, 9));
    assert_eq!(closed.iter().map(|passed| (passed.at, passed.ticket)).collect::<Vec<_>>(), [(NOW + 24 * HOUR, waits)]);
    let figures = move |tx: &mut Tx<'_>| tx.figures(workspace, NOW + 3 * HOUR);
    let expected = Figures { messages: 2, people: 1, open: 1, resolved: 1, kept: 1, judged: 2 };
    assert_eq!(read(store, figures), expected);

    let answer = NewMessage { author: Author::Agent, recorded_at: NOW + HOUR, body: None, ..clinic.inbound(2) };
    write(store, move |tx| tx.add_message(workspace, &answer)).unwrap();
    assert!(passed(workspace, 0, 2).is_empty());
    assert_eq!(read(store, figures), Figures { kept: 2, ..expected });
}

fn add_ticket(tx: &mut Tx<'_>, clinic: Clinic, id: TicketId, due_at: i64) -> store::Result<()> {
    let ticket = NewTicket {
        id,
        contact: Some(clinic.ana),
        conversation: clinic.thread,
        interaction: clinic.matter().id,
        kind: None,
        queue: "desk".to_owned(),
        subject: "¿Tienen cita el martes?".to_owned(),
        due_at,
    };
    tx.add_ticket(clinic.workspace, &ticket, NOW)
}
