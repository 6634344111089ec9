//! What WhatsApp reports on a message of ours, in whatever order it comes.

use domain::contact::Identity;
use domain::delivery::{Progress, SendState};
use domain::ids::{EventId, SendId};
use store::{Applied, ParkedReport, Report, Store};
use uuid::Uuid;

use crate::clinic::{Clinic, NOW, ana_phone, fresh, report};
use crate::places::{read, write};

pub(crate) fn a_report_moves_progress_only_up_in_every_order(store: &Store) {
    let orders = orders_of(&[
        report(Progress::Sent, 1),
        report(Progress::Failed, 2),
        report(Progress::Delivered, 3),
        report(Progress::Read, 4),
    ]);
    assert_eq!(orders.len(), 24);
    let clinic = Clinic::with_room_for(store, 24);
    for (seq, order) in (1..).zip(orders) {
        let send = clinic.queue(store, seq);
        let mut highest = Progress::Pending;
        for report in &order {
            highest = highest.after(report.progress);
            assert!(apply(store, clinic, seq, send, report), "{order:?}");
            assert_eq!(clinic.message(store, seq).progress, Some(highest), "{order:?}");
            assert!(!apply(store, clinic, seq, send, report), "a repeat is no news: {order:?}");
        }
        for report in &order {
            assert!(!apply(store, clinic, seq, send, report), "nor is a late repeat: {order:?}");
        }

        let message = clinic.message(store, seq);
        let kept: String = order.iter().map(|report| format!("{}@{};", report.progress, report.at)).collect();
        assert_eq!(message.progress, Some(Progress::Read));
        assert_eq!(message.reports, Some(kept));
        assert_eq!(message.error_code, None, "what arrived did not fail: {order:?}");
        assert_eq!(message.message.wamid.as_deref(), Some("wamid.HBgL"));
        assert_eq!((message.price_category.as_deref(), message.price_micros), (Some("utility"), Some(6_700)));
    }
}

pub(crate) fn a_report_that_came_before_the_acceptance_counts(store: &Store) {
    let clinic = Clinic::with_room_for(store, 1);
    let (send, node) = (clinic.queue(store, 1), fresh());
    write(store, move |tx| tx.mark_sending(clinic.workspace, send, node, None, 30_000, 0)).unwrap();

    assert!(apply(store, clinic, 1, send, &report(Progress::Failed, 1)));
    write(store, move |tx| tx.remove_send(clinic.workspace, send)).unwrap();
    let settled = write(store, move |tx| {
        tx.mark_accepted(clinic.workspace, send, "wamid.HBgL", 10)?;
        tx.settle_sending(
            clinic.workspace,
            send,
            node,
            &store::NextStand { attempt: 1, state: SendState::Queued, reason: "again", code: None, not_before: 0 },
            10,
        )
    });

    assert!(!settled.unwrap());
    assert_eq!(clinic.state_of(store, send), None);
    let message = clinic.message(store, 1);
    assert_eq!((message.progress, message.error_code), (Some(Progress::Failed), Some(131_026)));
    assert_eq!(message.send_state, None);
}

pub(crate) fn a_report_on_an_unknown_id_waits_until_the_id_is_known(store: &Store) {
    let clinic = Clinic::with_room_for(store, 1);
    let (send, node) = (clinic.queue(store, 1), fresh());
    let parked = ParkedReport {
        workspace: clinic.workspace,
        channel: clinic.channel,
        wamid: "wamid.HBgL".to_owned(),
        id: EventId(fresh()),
        received_at: 5,
        report: "{}".to_owned(),
    };
    let foreign = ParkedReport { wamid: "wamid.foreign".to_owned(), id: EventId(fresh()), ..parked.clone() };
    write(store, {
        let both = [parked.clone(), foreign.clone()];
        move |tx| {
            tx.mark_sending(clinic.workspace, send, node, None, 30_000, 0)?;
            both.iter().try_for_each(|parked| tx.park_report(parked))
        }
    })
    .unwrap();
    let settled =
        || read(store, |tx| tx.settled_reports(10)).into_iter().map(|found| found.parked.id).collect::<Vec<_>>();
    let sent = || read(store, move |tx| tx.find_sent(clinic.workspace, "wamid.HBgL", &Identity::phone(&ana_phone())));
    assert_eq!((settled(), sent()), (vec![], None));

    write(store, move |tx| tx.mark_accepted(clinic.workspace, send, "wamid.HBgL", 10)).unwrap();
    assert_eq!((settled(), sent()), (vec![parked.id], Some((clinic.thread, 1, send))));
    assert!(read(store, move |tx| Ok(tx.ours(clinic.workspace, clinic.thread, "wamid.HBgL")?.is_some())));
    assert!(!read(store, move |tx| Ok(tx.ours(clinic.workspace, clinic.thread, "wamid.foreign")?.is_some())));

    write(store, move |tx| tx.unpark_report(&parked)).unwrap();
    assert_eq!(settled(), []);
    assert_eq!(write(store, |tx| tx.drop_parked_reports(6)).unwrap(), 1, "the foreign one is dropped in the end");
}

pub(crate) fn an_accepted_message_shows_it_before_the_first_report(store: &Store) {
    let clinic = Clinic::with_room_for(store, 1);
    let send = clinic.queue(store, 1);
    assert_eq!(clinic.message(store, 1).progress, Some(Progress::Pending));
    write(store, move |tx| {
        tx.mark_sending(clinic.workspace, send, Uuid::nil(), None, 30_000, 0)?;
        tx.mark_accepted(clinic.workspace, send, "wamid.HBgL", 10)
    })
    .unwrap();

    let message = clinic.message(store, 1);
    assert_eq!((message.progress, message.send_state), (Some(Progress::Accepted), Some(SendState::Accepted)));
    assert_eq!(message.message.wamid.as_deref(), Some("wamid.HBgL"));
    assert_eq!(message.message.sent_at, NOW);
}

fn apply(store: &Store, clinic: Clinic, seq: i64, send: SendId, report: &Report) -> bool {
    let report = report.clone();
    let applied = write(store, move |tx| tx.apply_report(clinic.workspace, clinic.thread, seq, send, &report));
    applied.unwrap() != Applied::Nothing
}

fn orders_of(reports: &[Report]) -> Vec<Vec<Report>> {
    let Some((first, rest)) = reports.split_first() else { return vec![Vec::new()] };
    let with_first_at = |order: &Vec<Report>, place: usize| {
        let mut longer = order.clone();
        longer.insert(place, first.clone());
        longer
    };
    let shorter = orders_of(rest);
    shorter.iter().flat_map(|order| (0..=order.len()).map(move |place| with_first_at(order, place))).collect()
}
