//! Tenants are apart: what one has, another neither meets, nor finds, nor changes.

use std::fmt::Debug;

use domain::contact::Identity;
use domain::delivery::{Progress, SendState};
use domain::ids::{BodyId, EventId, InteractionId, NoticeId, SendId, TicketId, UserId, WorkId, WorkspaceId};
use domain::interaction::{Author, Outcome, Step};
use store::{Ending, EventRow, NewTicket, NoticeRow, ParkedReport, Result, Snooze, Store, StoreError, TicketTouch, Tx};

use crate::clinic::{Clinic, NOW, ana_phone, fresh, person, report};
use crate::places::{read, write};

/// A clinic with one row of everything.
#[derive(Debug, Clone, Copy)]
struct Full {
    clinic: Clinic,
    send: SendId,
    matter: InteractionId,
    ticket: TicketId,
    work: WorkId,
    body: BodyId,
    event: EventId,
}

const USER: &str = "BR.1";

pub(crate) fn the_same_keys_in_two_workspaces_do_not_meet(store: &Store) {
    let one = Full::at(store);
    let twin = Full { clinic: Clinic { workspace: WorkspaceId(fresh()), ..one.clinic }, ..one };
    write(store, move |tx| twin.move_in(tx)).unwrap();
    assert_ne!(one.everything(store), "");

    assert_eq!(one.clinic.due(store, 0), [one.send, one.send], "each has its own turn in a thread of the same name");
    let due_work = read(store, |tx| Ok(tx.due_work(0, 9)?.into_iter().map(|row| row.workspace).collect::<Vec<_>>()));
    assert_eq!(due_work.len(), 2, "and a part of the same sender waits for nobody elsewhere");

    let before = one.everything(store);
    write(store, move |tx| twin.change_everything(tx)).unwrap();
    assert_eq!(one.everything(store), before);
    assert_ne!(twin.everything(store), before);
}

pub(crate) fn a_workspace_cannot_read_what_is_anothers(store: &Store) {
    let theirs = Full::at(store);
    let us = Clinic::at(store).workspace;
    let stranger = Full { clinic: Clinic { workspace: us, ..theirs.clinic }, ..theirs };
    // Ana wrote to us too; what is ours of her is not theirs.
    let nothing_of = |list: String| assert_eq!(list, "[]");

    nothing_of(stranger.messages(store));
    nothing_of(stranger.tickets(store));
    nothing_of(stranger.matters(store));
    nothing_of(stranger.sends(store));
    nothing_of(stranger.work(store));
    nothing_of(stranger.notices(store));
    nothing_of(stranger.events(store));
    let Full { clinic, send, matter, ticket, work, body, .. } = stranger;
    let (channel, thread, ana) = (clinic.channel, clinic.thread, clinic.ana);
    let found = write(store, move |tx| {
        let phone = ana_phone();
        Ok([
            ("conversation", tx.conversation(us, thread)?.is_some()),
            ("conversations of", !tx.conversations(us, Some(ana), None, 9)?.is_empty()),
            ("known by phone", tx.known_conversation(us, channel, Some(phone.as_str()), None)?.is_some()),
            ("known by user id", tx.known_conversation(us, channel, None, Some(USER))?.is_some()),
            ("silent", !tx.silent_conversations(us, i64::MAX, 9)?.is_empty()),
            ("contact", tx.contact(us, ana)?.is_some()),
            ("candidates", !tx.candidates(us, &[Identity::user_id(USER)])?.is_empty()),
            ("contacts of phone", tx.contacts_of_phone(us, &phone)?.iter().any(|row| row.contact.id == ana)),
            ("interaction", tx.interaction(us, matter)?.is_some()),
            ("ticket", tx.ticket(us, ticket)?.is_some()),
            ("body", tx.body(us, body)?.is_some()),
            ("open work", tx.has_open_work(us, Some(phone.as_str()), Some(USER))?),
            ("sent to phone", tx.find_sent(us, "wamid.1", &Identity::phone(&phone))?.is_some()),
            ("sent to user", tx.find_sent(us, "wamid.1", &Identity::user_id(USER))?.is_some()),
            ("ours", tx.ours(us, thread, "wamid.1")?.is_some()),
            ("workflow", tx.workflow_in_force(us)?.is_some()),
            ("channel", tx.channels(us)?.iter().any(|ours| ours.id == channel)),
        ])
    })
    .unwrap();
    for (question, found) in found {
        assert!(!found, "{question} answers with what is another's");
    }
    assert!(!write(store, move |tx| Ok(tx.outbox_row(us, send)?.is_some() || tx.claim_work(us, work)?)).unwrap());
    assert!(write(store, move |tx| tx.claim_effect(us, NOW, b"wamid.1")).unwrap(), "nor has it had its effect here");
}

pub(crate) fn a_workspace_cannot_change_what_is_anothers(store: &Store) {
    let theirs = Full::at(store);
    let before = theirs.everything(store);
    let stranger = Full { clinic: Clinic { workspace: Clinic::at(store).workspace, ..theirs.clinic }, ..theirs };

    write(store, move |tx| stranger.change_everything(tx)).unwrap();
    let Clinic { workspace, thread, .. } = stranger.clinic;
    let numbers = write(store, move |tx| tx.take_seqs(workspace, thread, 1, i64::MAX));

    assert!(matches!(numbers, Err(StoreError::Unexpected(_))), "{numbers:?}");
    assert_eq!(theirs.everything(store), before);
}

pub(crate) fn a_number_of_another_workspace_stays_there_as_it_is(store: &Store) {
    let (theirs, ours) = (Clinic::at(store), Clinic::at(store));
    let greedy = store::Channel { workspace: ours.workspace, waba_id: "ours".to_owned(), ..theirs.channel() };
    let answer = write(store, move |tx| tx.ensure_channel(&greedy, NOW)).unwrap();
    assert_eq!(answer, theirs.channel());

    let moved = store::Channel { waba_id: "another account".to_owned(), ..theirs.channel() };
    let answer = write(store, move |tx| tx.ensure_channel(&moved, NOW)).unwrap();
    assert_eq!(answer.waba_id, "another account", "its own workspace brings it up to date");
}

impl Full {
    fn at(store: &Store) -> Full {
        let clinic = Clinic::with_room_for(store, 0);
        let empty = Clinic { workspace: WorkspaceId(fresh()), ..clinic };
        let full = Full {
            clinic: empty,
            send: SendId(fresh()),
            matter: InteractionId(fresh()),
            ticket: TicketId(fresh()),
            work: WorkId(fresh()),
            body: BodyId(fresh()),
            event: EventId(fresh()),
        };
        write(store, move |tx| full.move_in(tx)).unwrap();
        full
    }

    fn move_in(self, tx: &mut Tx<'_>) -> Result<()> {
        let Clinic { workspace, channel, ana, thread } = self.clinic;
        self.clinic.move_in(tx, 2)?;
        tx.publish_workflow(workspace, "types: []", "ana", "because", NOW)?;
        tx.add_identity(workspace, ana, &Identity::user_id(USER), NOW)?;
        tx.pin_user_id(workspace, channel, thread, USER)?;
        tx.claim_effect(workspace, NOW, b"wamid.1")?;
        tx.add_body(workspace, self.body, b"{}", NOW)?;
        let outbound = store::NewMessage { wamid: Some("wamid.1".to_owned()), ..self.clinic.outbound(1, self.send) };
        tx.add_message(workspace, &outbound)?;
        tx.add_message(workspace, &store::NewMessage { author: Author::Agent, ..self.clinic.inbound(2) })?;
        tx.add_send(workspace, &store::NewSend { id: self.send, ..self.clinic.send(1) }, 0)?;
        tx.add_interaction(workspace, &store::NewInteraction { id: self.matter, ..self.clinic.matter() }, NOW)?;
        tx.add_ticket(workspace, &self.new_ticket(), NOW)?;
        tx.update_conversation(workspace, thread, NOW, Some(self.matter), Some(self.ticket))?;
        tx.set_person(workspace, thread, Some(NOW))?;
        let phone = ana_phone();
        let work = store::NewWork { id: self.work, ..self.clinic.work(Some(phone.as_str()), Some(USER)) };
        tx.add_work(workspace, &work, 0)?;
        tx.park_report(&self.parked())?;
        tx.add_notice(workspace, &self.notice())?;
        tx.add_event(workspace, &self.timeline_entry())
    }

    /// Every write that names a row, on every row; each gives the same answers whether the row is another's or none.
    fn change_everything(self, tx: &mut Tx<'_>) -> Result<()> {
        let Full { send, matter, ticket, work, .. } = self;
        let Clinic { workspace, channel, ana, thread } = self.clinic;
        let node = fresh();
        tx.update_contact(workspace, &person(ana, "Somebody"))?;
        tx.update_conversation(workspace, thread, i64::MAX, None, None)?;
        tx.pin_user_id(workspace, channel, thread, "BR.2")?;
        tx.pin_phone(workspace, channel, thread, "+5511900000000")?;
        tx.set_person(workspace, thread, Some(1))?;
        tx.clear_open_work(workspace, thread)?;
        tx.pause_channel(workspace, channel, Some("on purpose"))?;
        tx.note_reports(workspace, channel, i64::MAX)?;
        tx.apply_report(workspace, thread, 1, send, &report(Progress::Read, 1))?;
        tx.end_message(workspace, thread, 1, Progress::Cancelled, Some((1, "on purpose")))?;
        tx.update_interaction(workspace, matter, &self.clinic.matter().change, i64::MAX)?;
        tx.close_interaction(workspace, matter, Outcome::Resolved, NOW)?;
        tx.note_answer(workspace, thread, Some(UserId(node)), NOW)?;
        let touch = TicketTouch { kind: Some("complaint"), queue: Some("lab"), waits: true };
        tx.touch_ticket(workspace, ticket, &touch, i64::MAX)?;
        tx.assign_ticket(workspace, ticket, Some(UserId(node)), "lab", NOW)?;
        tx.answer_ticket(workspace, ticket, NOW)?;
        tx.retype_ticket(workspace, ticket, "complaint", "lab", NOW)?;
        tx.snooze_ticket(workspace, ticket, &Snooze::default(), NOW)?;
        tx.wake_ticket(workspace, ticket, NOW)?;
        tx.reopen_ticket(workspace, ticket, NOW)?;
        tx.close_ticket(workspace, ticket, &Ending { outcome: Outcome::Spam, note: None, by: "somebody" }, NOW)?;
        tx.put_off(workspace, send, SendState::Queued, "on purpose", 1, 1)?;
        tx.mark_sending(workspace, send, node, None, 2, 1)?;
        tx.settle_sending(
            workspace,
            send,
            node,
            &store::NextStand { attempt: 1, state: SendState::Dead, reason: "on purpose", code: None, not_before: 2 },
            2,
        )?;
        tx.release_send(workspace, send, 9, 3)?;
        tx.mark_sending(workspace, send, node, None, 4, 3)?;
        tx.mark_accepted(workspace, send, "wamid.2", 4)?;
        tx.fail_work(workspace, work, "on purpose", true, 9)?;
        tx.replay_work(workspace, work, 9)?;
        tx.unpark_report(&self.parked())?;
        tx.remove_send(workspace, send)?;
        tx.finish_work(workspace, work)
    }

    fn new_ticket(self) -> NewTicket {
        NewTicket {
            id: self.ticket,
            contact: Some(self.clinic.ana),
            conversation: self.clinic.thread,
            interaction: self.matter,
            kind: None,
            queue: "desk".to_owned(),
            subject: "¿Tienen cita el martes?".to_owned(),
            due_at: NOW,
        }
    }

    fn parked(self) -> ParkedReport {
        ParkedReport {
            workspace: self.clinic.workspace,
            channel: self.clinic.channel,
            wamid: "wamid.2".to_owned(),
            id: self.event,
            received_at: 0,
            report: "{}".to_owned(),
        }
    }

    fn notice(self) -> NoticeRow {
        NoticeRow {
            id: NoticeId(self.event.0),
            received_at: NOW,
            kind: "account".to_owned(),
            subject: "account_update".to_owned(),
            detail: "The account was restricted.".to_owned(),
            raw: "{}".to_owned(),
        }
    }

    fn timeline_entry(self) -> EventRow {
        EventRow {
            id: self.event,
            contact: self.clinic.ana,
            conversation: Some(self.clinic.thread),
            at: NOW,
            by: "whatsapp".to_owned(),
            step: Step::PersonAnswered,
        }
    }

    fn everything(self, store: &Store) -> String {
        let Clinic { workspace, .. } = self.clinic;
        let people = self.list(store, move |tx| tx.contacts(workspace, None, 9));
        let threads = self.list(store, move |tx| tx.conversations(workspace, None, None, 9));
        let channels = self.list(store, move |tx| tx.channels(workspace));
        let parked = self.list(store, move |tx| {
            let sql = "SELECT wamid FROM parked_reports WHERE workspace_id = $1";
            tx.query(sql, store::params![workspace])
        });
        [
            people,
            threads,
            channels,
            parked,
            self.messages(store),
            self.tickets(store),
            self.matters(store),
            self.sends(store),
            self.work(store),
            self.notices(store),
            self.events(store),
        ]
        .join("\n")
    }

    fn messages(self, store: &Store) -> String {
        self.list(store, move |tx| tx.messages(self.clinic.workspace, self.clinic.thread, 0, 9))
    }

    fn tickets(self, store: &Store) -> String {
        self.list(store, move |tx| tx.tickets(self.clinic.workspace, None, None, None, 9))
    }

    fn matters(self, store: &Store) -> String {
        self.list(store, move |tx| tx.interactions(self.clinic.workspace, None, 9))
    }

    fn sends(self, store: &Store) -> String {
        self.list(store, move |tx| tx.outbox(self.clinic.workspace, None, 9))
    }

    fn work(self, store: &Store) -> String {
        self.list(store, move |tx| tx.work(self.clinic.workspace, None, 9))
    }

    fn notices(self, store: &Store) -> String {
        self.list(store, move |tx| tx.notices(self.clinic.workspace, None, 9))
    }

    fn events(self, store: &Store) -> String {
        self.list(store, move |tx| tx.events(self.clinic.workspace, self.clinic.ana, 9))
    }

    fn list<T: Debug + Send + 'static>(
        self,
        store: &Store,
        rows: impl FnMut(&mut Tx<'_>) -> Result<Vec<T>> + Send + 'static,
    ) -> String {
        format!("{:?}", read(store, rows))
    }
}
