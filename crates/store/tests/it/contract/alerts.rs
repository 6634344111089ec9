//! Word of trouble: told once, and sent by one node at a time.

use domain::ids::AlertId;
use domain::trouble::{AlertState, AlertWay, Phase, TroubleKind};
use store::{AlertRow, Store};

use crate::clinic::{Clinic, fresh};
use crate::places::{read, write};

pub(crate) fn a_word_of_trouble_is_there_once_a_day_for_each_person(store: &Store) {
    let clinic = Clinic::at(store);
    for (recipient, day) in [("ana@a.example", 1), ("ana@a.example", 1), ("bia@a.example", 1), ("ana@a.example", 2)] {
        let row = alert(clinic, recipient, day);
        write(store, move |tx| tx.add_alert(&row, 10)).unwrap();
    }
    let told = read(store, move |tx| tx.alerts(clinic.workspace, 9));
    let told: Vec<_> = told.iter().rev().map(|row| (row.recipient.as_str(), row.day)).collect();
    assert_eq!(told, [("ana@a.example", 1), ("bia@a.example", 1), ("ana@a.example", 2)]);
}

pub(crate) fn what_is_sent_by_one_is_left_alone_until_its_lease_is_over(store: &Store) {
    let clinic = Clinic::at(store);
    let row = alert(clinic, "ana@a.example", 1);
    let id = row.id;
    write(store, move |tx| tx.add_alert(&row, 10)).unwrap();
    let take = |now: i64| write(store, move |tx| tx.take_alerts(now, now + 100, 9)).unwrap().len();
    assert_eq!([take(9), take(10), take(11), take(110)], [0, 1, 0, 1]);
    let settle = |state: AlertState, at: i64| {
        write(store, move |tx| tx.settle_alert(clinic.workspace, id, state, Some("away"), at)).unwrap();
    };
    settle(AlertState::Waiting, 500);
    assert_eq!([take(499), take(500)], [0, 1]);
    settle(AlertState::Sent, 0);
    assert_eq!(take(9_000), 0);
    assert_eq!(read(store, move |tx| tx.alerts(clinic.workspace, 9))[0].attempts, 3);
    let look = |now: i64| write(store, move |tx| tx.take_look(clinic.workspace, "meta", now, now - 60)).unwrap();
    assert_eq!([look(100), look(120), look(160)], [true, false, true]);
}

fn alert(clinic: Clinic, recipient: &str, day: i64) -> AlertRow {
    AlertRow {
        workspace: clinic.workspace,
        id: AlertId(fresh()),
        kind: TroubleKind::Disk,
        subject: "a:/var".to_owned(),
        phase: Phase::Began,
        day,
        way: AlertWay::Mail,
        recipient: recipient.to_owned(),
        detail: "1 MB".to_owned(),
        began_at: 1,
        at: 1,
        state: AlertState::Waiting,
        attempts: 0,
        error: None,
    }
}
