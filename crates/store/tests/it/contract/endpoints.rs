//! Receivers of webhooks: one node posts to each at a time, and an event is delivered to it under one name.

use domain::change::{Change, EventType, Subject};
use domain::endpoint::{DeliveryState, EndpointState};
use domain::ids::EndpointId;
use store::{Attempted, ChangeRow, Keeper, NewEndpoint, Position, SigningSecret, Store};
use uuid::Uuid;

use crate::clinic::{Clinic, fresh};
use crate::places::{read, write};

pub(crate) fn an_endpoint_belongs_to_one_node_until_its_lease_ends(store: &Store) {
    let (clinic, here, there) = (Clinic::at(store), fresh(), fresh());
    let id = endpoint(store, clinic);
    let take = |node: Uuid, alone, now: i64| {
        let keeper = Keeper { node, alone, seen_since: now - 200 };
        write(store, move |tx| tx.take_endpoint(clinic.workspace, id, keeper, now + 90, now)).unwrap().is_some()
    };
    write(store, move |tx| [here, there].into_iter().try_for_each(|node| tx.note_node(node, 0))).unwrap();
    assert!(take(here, false, 0));
    assert!(take(here, false, 50), "and keeps it for longer");
    assert!(!take(there, false, 100));
    assert!(take(there, false, 140));
    assert!(take(here, true, 141), "nobody else can be there");
    write(store, move |tx| tx.release_endpoint(clinic.workspace, id, there)).unwrap();
    assert!(!take(there, false, 142), "nobody gives away what is not theirs");
    write(store, move |tx| tx.release_endpoint(clinic.workspace, id, here)).unwrap();
    assert!(take(there, false, 143));
    write(store, move |tx| tx.note_node(here, 100)).unwrap();
    assert!(!take(here, false, 200), "its lease runs, and it was seen");
    assert!(take(here, false, 201), "its lease runs, and it is dead");
    write(store, move |tx| tx.release_endpoint(clinic.workspace, id, here)).unwrap();

    let disable = move |tx: &mut store::Tx<'_>| {
        tx.set_endpoint_state(clinic.workspace, id, EndpointState::Disabled, Some("it is gone"), 0)
    };
    write(store, disable).unwrap();
    assert!(!take(there, false, 500));
}

pub(crate) fn only_endpoints_with_something_to_do_are_at_work(store: &Store) {
    let clinic = Clinic::at(store);
    let id = endpoint(store, clinic);
    let at_work =
        |now| read(store, move |tx| tx.endpoints_at_work(Keeper { node: fresh(), alone: false, seen_since: 0 }, now));
    assert_eq!(at_work(0), []);
    let change = event(clinic, 1).change;
    write(store, move |tx| tx.add_changes(clinic.workspace, &[change], 0)).unwrap();
    assert_eq!(at_work(0), [(clinic.workspace, id)], "the log has more than was followed");

    let all = Position { txid: i64::MAX, seq: i64::MAX, place: 0 };
    write(store, move |tx| tx.note_followed(clinic.workspace, id, all)).unwrap();
    assert_eq!(at_work(0), []);
    deliver(store, clinic, id, 1);
    assert_eq!(at_work(0), [(clinic.workspace, id)]);
    settle(store, clinic, id, 1, 0, DeliveryState::Waiting, 500);
    assert_eq!((at_work(499), at_work(500)), (vec![], vec![(clinic.workspace, id)]));
    write(store, move |tx| tx.note_health(clinic.workspace, id, Some(1), 900)).unwrap();
    assert_eq!((at_work(899).len(), at_work(900).len()), (0, 1), "it asked for a pause");
}

pub(crate) fn a_delivery_goes_on_from_its_last_attempt_and_a_dead_one_can_be_recovered(store: &Store) {
    let clinic = Clinic::at(store);
    let id = endpoint(store, clinic);
    for seq in [3, 1, 2, 1] {
        deliver(store, clinic, id, seq);
    }
    let workspace = clinic.workspace;
    let first = || -> Vec<i64> {
        let rows = read(store, move |tx| tx.first_deliveries(workspace, id, 10));
        rows.iter().map(|row| row.change.position.seq).collect()
    };
    let due = |now| read(store, move |tx| tx.due_deliveries(workspace, id, now, 10)).len();
    assert_eq!(first(), [1, 2, 3], "each once, in the order of the log");

    settle(store, clinic, id, 1, 0, DeliveryState::Waiting, 100);
    settle(store, clinic, id, 1, 0, DeliveryState::Dead, 0);
    assert_eq!((due(99), due(100)), (0, 1), "who tells of an attempt that is not the last changes nothing");
    settle(store, clinic, id, 2, 0, DeliveryState::Dead, 0);
    settle(store, clinic, id, 3, 7, DeliveryState::Delivered, 0);
    assert_eq!(first(), [0; 0], "that it arrived is true whoever tells it");

    let page = read(store, move |tx| tx.deliveries(workspace, id, None, None, 10));
    let stands: Vec<_> = page.iter().map(|row| (row.change.position.seq, row.state)).collect();
    assert_eq!(stands, [(3, DeliveryState::Delivered), (2, DeliveryState::Dead), (1, DeliveryState::Waiting)]);
    let rest = read(store, move |tx| tx.deliveries(workspace, id, None, Some(event(clinic, 2).position), 10));
    assert_eq!(rest.len(), 1);

    let recover = |since| write(store, move |tx| tx.recover_deliveries(workspace, id, since, 10, 0)).unwrap();
    assert_eq!((recover(21), recover(20), recover(0)), (0, 1, 0));
    assert_eq!(first(), [2]);
    let drop_before = |at| write(store, move |tx| tx.drop_deliveries(workspace, id, at, 10)).unwrap();
    assert_eq!((drop_before(10), drop_before(30), drop_before(i64::MAX)), (0, 2, 1));
}

fn endpoint(store: &Store, clinic: Clinic) -> EndpointId {
    let new = NewEndpoint {
        id: EndpointId(fresh()),
        url: "https://crm.example.com/hilo".to_owned(),
        description: None,
        events: None,
        secret: SigningSecret("whsec_".to_owned()),
        from: Position::default(),
    };
    let id = new.id;
    write(store, move |tx| tx.add_endpoint(clinic.workspace, &new, 0)).unwrap();
    id
}

/// A change at a place of its own, at ten times that moment.
fn event(clinic: Clinic, seq: i64) -> ChangeRow {
    let change = Change::new(EventType::MessageReceived, Subject::Message(clinic.thread, seq));
    ChangeRow { position: Position { txid: 0, seq, place: 1 }, at: 10 * seq, change }
}

fn deliver(store: &Store, clinic: Clinic, id: EndpointId, seq: i64) {
    write(store, move |tx| tx.add_delivery(clinic.workspace, id, &event(clinic, seq), 0)).unwrap();
}

fn settle(store: &Store, clinic: Clinic, id: EndpointId, seq: i64, attempts: i64, state: DeliveryState, next_try: i64) {
    let position = event(clinic, seq).position;
    let done = Attempted { position, attempts, state, next_try, status: Some(500), answer: String::new() };
    write(store, move |tx| tx.settle_delivery(clinic.workspace, id, &done, 0)).unwrap();
}
