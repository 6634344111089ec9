//! Parts of webhook bodies that wait.

use domain::ids::WorkId;
use store::Store;

use crate::clinic::Clinic;
use crate::places::{read, write};

pub(crate) fn of_a_sender_only_the_oldest_part_is_due(store: &Store) {
    let clinic = Clinic::at(store);
    let (ana, user) = (Some("+5511987654321"), Some("BR.1"));
    let [first, by_phone, by_user, of_bia, of_nobody] =
        [(ana, user), (ana, None), (None, user), (Some("+525512345678"), None), (None, None)]
            .map(|(phone, user)| add(store, clinic, phone, user));
    assert_eq!(due(store, 9), []);
    assert_eq!(due(store, 10), [first, of_bia, of_nobody]);

    fail(store, clinic, first, false, 500);
    assert_eq!(due(store, 499), [of_bia, of_nobody], "nobody overtakes what failed and will be tried again");
    [of_bia, of_nobody].into_iter().for_each(|id| finish(store, clinic, id));
    assert_eq!(read(store, |tx| tx.next_due_work()), Some(500), "to wake earlier would be for nothing");
    assert!(waits(store, clinic, ana, None) && waits(store, clinic, None, user) && waits(store, clinic, ana, user));
    assert!(!waits(store, clinic, Some("+525512345678"), None) && !waits(store, clinic, None, None));

    finish(store, clinic, first);
    assert_eq!(due(store, 500), [by_phone, by_user]);
    [by_phone, by_user].into_iter().for_each(|id| finish(store, clinic, id));
    assert!(!waits(store, clinic, ana, user));
    assert_eq!(read(store, |tx| tx.next_due_work()), None);
}

pub(crate) fn what_was_given_up_on_waits_for_a_person_and_tries_again(store: &Store) {
    let clinic = Clinic::at(store);
    let ana = Some("+5511987654321");
    let [broken, later] = [ana, ana].map(|phone| add(store, clinic, phone, None));
    assert!(!replay(store, clinic, broken), "what waits by itself needs no replay");

    fail(store, clinic, broken, true, 20);
    assert_eq!(read(store, |tx| tx.work_counts()), (1, 1));
    assert_eq!(due(store, 20), [later], "what was given up on keeps nobody back");
    let listed = read(store, move |tx| tx.work(clinic.workspace, None, 1));
    assert!(listed[0].quarantined);
    assert_eq!((listed[0].work.id, listed[0].attempts), (broken, 1));
    assert_eq!(listed[0].work.error.as_deref(), Some("it failed"));
    assert!(!write(store, move |tx| tx.claim_work(clinic.workspace, broken)).unwrap());

    assert!(replay(store, clinic, broken));
    assert_eq!(due(store, 30), [broken], "it is the oldest again");
    let listed = read(store, move |tx| tx.work(clinic.workspace, None, 1));
    assert_eq!((listed[0].quarantined, listed[0].attempts), (false, 0));
    assert!(write(store, move |tx| tx.claim_work(clinic.workspace, broken)).unwrap());
}

fn add(store: &Store, clinic: Clinic, phone: Option<&str>, user: Option<&str>) -> WorkId {
    let work = clinic.work(phone, user);
    let id = work.id;
    write(store, move |tx| tx.add_work(clinic.workspace, &work, 10)).unwrap();
    id
}

fn fail(store: &Store, clinic: Clinic, id: WorkId, give_up: bool, not_before: i64) {
    write(store, move |tx| tx.fail_work(clinic.workspace, id, "it failed", give_up, not_before)).unwrap();
}

fn finish(store: &Store, clinic: Clinic, id: WorkId) {
    write(store, move |tx| tx.finish_work(clinic.workspace, id)).unwrap();
}

fn replay(store: &Store, clinic: Clinic, id: WorkId) -> bool {
    write(store, move |tx| tx.replay_work(clinic.workspace, id, 30)).unwrap()
}

fn due(store: &Store, machine_now: i64) -> Vec<WorkId> {
    read(store, move |tx| Ok(tx.due_work(machine_now, 100)?.into_iter().map(|row| row.work.id).collect()))
}

fn waits(store: &Store, clinic: Clinic, phone: Option<&'static str>, user: Option<&'static str>) -> bool {
    read(store, move |tx| tx.has_open_work(clinic.workspace, phone, user))
}
