//! Messages on their way out: whose turn it is, who holds it, what is known of it.

use domain::delivery::SendState;
use domain::ids::SendId;
use store::{Keeper, Store};
use uuid::Uuid;

use crate::clinic::{Clinic, fresh};
use crate::places::{read, write};

const LEASE: i64 = 12_000;
/// A node that was not seen for so long is dead.
const SILENCE: i64 = 10_000;

pub(crate) fn of_a_conversation_only_the_first_unfinished_send_is_due(store: &Store) {
    let clinic = Clinic::with_room_for(store, 3);
    let [first, second, third] = [1, 2, 3].map(|seq| clinic.queue(store, seq));
    let node = fresh();
    assert_eq!(clinic.due(store, 0), [first]);
    assert_eq!(next_due(store), Some(0));

    put_off(store, clinic, first, SendState::Queued, 500);
    assert_eq!(clinic.due(store, 499), [], "the second does not overtake the first while it is put off");
    assert_eq!(next_due(store), Some(500), "to wake earlier would be for nothing");
    assert_eq!(clinic.due(store, 500), [first]);

    mark(store, clinic, first, node, 500);
    assert_eq!(clinic.due(store, 500), [], "nor while it is in flight");
    assert_eq!(next_due(store), None);

    write(store, move |tx| tx.mark_accepted(clinic.workspace, first, "wamid.1", 600)).unwrap();
    assert_eq!(clinic.due(store, 600), [second]);

    put_off(store, clinic, second, SendState::Held, 0);
    assert_eq!(clinic.due(store, 600), [third], "what waits for a person does not keep the others back");
}

pub(crate) fn a_send_whose_lease_ran_out_becomes_unknown_and_never_queued(store: &Store) {
    let clinic = Clinic::with_room_for(store, 2);
    let [lost, waiting] = [1, 2].map(|seq| clinic.queue(store, seq));
    let (gone, here) = (fresh(), fresh());
    mark(store, clinic, lost, gone, 0);

    assert_eq!(abandon(store, here, LEASE), 0, "the lease still runs");
    assert_eq!(abandon(store, gone, LEASE), 0, "nor does it give up its own before");
    assert_eq!(clinic.state_of(store, lost), Some(SendState::Sending));

    assert_eq!(abandon(store, here, LEASE + 1), 1);
    assert_eq!(abandon(store, here, LEASE + 1), 0);
    let row = clinic.outbox_row(store, lost).unwrap();
    assert_eq!((row.state, row.attempt), (SendState::Unknown, 1));
    assert!(row.reason.is_some_and(|reason| reason.contains("may or may not")));

    assert_eq!(clinic.due(store, i64::MAX), [waiting], "what was only queued is sent by the next one");
    assert!(!release(store, clinic, lost), "a release is not for what may have left");
    put_off(store, clinic, lost, SendState::Queued, 0);
    mark(store, clinic, lost, here, LEASE * 2);
    assert_eq!(clinic.state_of(store, lost), Some(SendState::Unknown));
    assert_eq!(read(store, |tx| tx.outbox_counts()).len(), 2);
}

pub(crate) fn a_send_of_a_node_that_is_at_work_is_left_to_it_for_a_minute_longer(store: &Store) {
    let clinic = Clinic::with_room_for(store, 1);
    let (send, slow, here) = (clinic.queue(store, 1), fresh(), fresh());
    mark(store, clinic, send, slow, 0);
    write(store, move |tx| tx.note_node(slow, LEASE)).unwrap();
    assert_eq!(abandon(store, here, LEASE + SILENCE), 0);
    assert_eq!(abandon(store, here, LEASE + SILENCE + 1), 1, "it was not seen for too long");

    let stuck = Clinic::with_room_for(store, 1);
    let send = stuck.queue(store, 1);
    mark(store, stuck, send, slow, 0);
    write(store, move |tx| tx.note_node(slow, LEASE + 60_000)).unwrap();
    assert_eq!(abandon(store, here, LEASE + 60_000), 0);
    assert_eq!(abandon(store, slow, LEASE + 60_001), 1, "it is at work, and does not come to say what became of it");
}

pub(crate) fn a_node_that_lost_its_lease_settles_nothing(store: &Store) {
    let clinic = Clinic::with_room_for(store, 2);
    let [lost, held] = [1, 2].map(|seq| clinic.queue(store, seq));
    let (slow, other) = (fresh(), fresh());
    mark(store, clinic, lost, slow, 0);
    abandon(store, other, LEASE + 1);

    for to in [SendState::Queued, SendState::Dead, SendState::Held, SendState::Unknown] {
        assert!(!settle(store, clinic, lost, slow, to));
        assert_eq!(clinic.state_of(store, lost), Some(SendState::Unknown));
    }
    write(store, move |tx| tx.mark_accepted(clinic.workspace, lost, "wamid.late", LEASE * 2)).unwrap();
    let row = clinic.outbox_row(store, lost).unwrap();
    assert_eq!(
        (row.state, row.wamid.as_deref()),
        (SendState::Accepted, Some("wamid.late")),
        "an id is true whoever hears it"
    );

    mark(store, clinic, held, slow, 0);
    assert!(!settle(store, clinic, held, other, SendState::Queued), "nor does a node that never had it");
    assert!(settle(store, clinic, held, slow, SendState::Queued));
    assert_eq!(clinic.due(store, LEASE), [held], "a refusal before the first byte lets it go again");
    mark(store, clinic, held, slow, LEASE);
    assert!(!settle(store, clinic, held, slow, SendState::Queued), "what came of the first attempt was heard already");
    assert_eq!(clinic.state_of(store, held), Some(SendState::Sending));
}

pub(crate) fn what_was_marked_by_a_process_that_is_gone_is_unknown_at_once(store: &Store) {
    let clinic = Clinic::with_room_for(store, 1);
    let (send, gone, here) = (clinic.queue(store, 1), fresh(), fresh());
    mark(store, clinic, send, gone, 0);
    assert_eq!(
        write(store, move |tx| tx.abandon_sends(Keeper { node: here, alone: true, seen_since: 0 }, 1)).unwrap(),
        [(clinic.workspace, send)]
    );
    assert_eq!(clinic.state_of(store, send), Some(SendState::Unknown));
}

pub(crate) fn an_unknown_send_is_for_a_person_once_later_ones_were_reported_on(store: &Store) {
    let clinic = Clinic::with_room_for(store, 2);
    let [lost, silent] = [1, 2].map(|seq| clinic.queue(store, seq));
    let node = fresh();
    mark(store, clinic, lost, node, 0);
    settle(store, clinic, lost, node, SendState::Unknown);
    mark(store, clinic, silent, node, 50);
    write(store, move |tx| tx.mark_accepted(clinic.workspace, silent, "wamid.2", 60)).unwrap();
    let review = |store| write(store, |tx| tx.review_unknown_sends(1_000, 2_000)).unwrap();
    let silent_ones = |before| read(store, move |tx| tx.silent_sends(before));

    assert_eq!(review(store), [], "while no report arrives at all, nothing is known about this one either");
    assert_eq!((silent_ones(60), silent_ones(61)), (0, 1));

    write(store, move |tx| tx.note_reports(clinic.workspace, clinic.channel, 60)).unwrap();
    assert_eq!(review(store), [(clinic.workspace, lost)]);
    assert_eq!(clinic.state_of(store, lost), Some(SendState::NeedsReview));
    write(store, move |tx| tx.mark_accepted(clinic.workspace, lost, "wamid.1", 3_000)).unwrap();
    assert_eq!(clinic.state_of(store, lost), Some(SendState::Accepted));

    write(store, move |tx| tx.note_reports(clinic.workspace, clinic.channel, 10)).unwrap();
    let channels = read(store, move |tx| tx.channels(clinic.workspace));
    assert_eq!(channels[0].reported_up_to, 60, "an older report proves nothing new");
}

pub(crate) fn a_held_send_waits_for_a_person_and_goes_in_the_present_epoch(store: &Store) {
    let clinic = Clinic::with_room_for(store, 1);
    let send = clinic.queue(store, 1);
    assert!(!release(store, clinic, send), "what is queued needs no release");
    for kept in [SendState::Held, SendState::Dead] {
        put_off(store, clinic, send, kept, 0);
        assert_eq!(clinic.due(store, i64::MAX), []);
        assert_eq!(next_due(store), None);
        assert_eq!(clinic.outbox_row(store, send).unwrap().reason.as_deref(), Some("a test wants it"));

        assert!(release(store, clinic, send));
        let row = clinic.outbox_row(store, send).unwrap();
        assert_eq!((row.state, row.send.epoch, row.reason), (SendState::Queued, 2, None));
        assert_eq!(clinic.due(store, 99), []);
        assert_eq!(clinic.due(store, 100), [send]);
    }
}

pub(crate) fn a_paused_number_sends_nothing(store: &Store) {
    let clinic = Clinic::with_room_for(store, 1);
    let send = clinic.queue(store, 1);
    let pause = |reason: Option<&'static str>| {
        write(store, move |tx| tx.pause_channel(clinic.workspace, clinic.channel, reason)).unwrap()
    };
    assert!(pause(Some("the token was revoked")));
    assert_eq!((clinic.due(store, 0), next_due(store)), (vec![], None));
    assert!(pause(None));
    assert_eq!((clinic.due(store, 0), next_due(store)), (vec![send], Some(0)));
}

fn mark(store: &Store, clinic: Clinic, send: SendId, node: Uuid, machine_now: i64) {
    write(store, move |tx| tx.mark_sending(clinic.workspace, send, node, None, machine_now + LEASE, machine_now))
        .unwrap();
}

fn settle(store: &Store, clinic: Clinic, send: SendId, node: Uuid, to: SendState) -> bool {
    write(store, move |tx| {
        tx.settle_sending(
            clinic.workspace,
            send,
            node,
            &store::NextStand { attempt: 1, state: to, reason: "a test wants it", code: None, not_before: 0 },
            40,
        )
    })
    .unwrap()
}

fn put_off(store: &Store, clinic: Clinic, send: SendId, to: SendState, not_before: i64) {
    write(store, move |tx| tx.put_off(clinic.workspace, send, to, "a test wants it", not_before, 40)).unwrap();
}

fn abandon(store: &Store, node: Uuid, machine_now: i64) -> usize {
    let keeper = Keeper { node, alone: false, seen_since: machine_now - SILENCE };
    write(store, move |tx| tx.abandon_sends(keeper, machine_now)).unwrap().len()
}

fn release(store: &Store, clinic: Clinic, send: SendId) -> bool {
    write(store, move |tx| tx.release_send(clinic.workspace, send, 2, 100)).unwrap()
}

fn next_due(store: &Store) -> Option<i64> {
    read(store, |tx| tx.next_due_send())
}
