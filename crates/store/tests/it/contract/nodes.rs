//! Two processes on one database: what one must see of the other, and what both must not do.

use std::collections::BTreeSet;
use std::sync::mpsc::channel;

use domain::contact::Identity;
use domain::ids::{ContactId, ConversationId, SendId};
use futures::future::join_all;
use store::{Result, Store, Tx, params};

use crate::clinic::{Clinic, NOW, fresh, person};
use crate::places::{read, start, wait, write};

type Pair = (Store, Store);

fn by_turns((one, other): &Pair, n: i64) -> &Store {
    if n % 2 == 0 { one } else { other }
}

pub(crate) fn a_unit_is_answered_only_after_its_commit((one, other): &Pair) {
    let clinic = Clinic::at(one);
    let (written, wait_until_written) = channel();
    let (go, wait_for_go) = channel::<()>();
    let writing = start({
        let store = one.clone();
        let unit = move |tx: &mut Tx<'_>| {
            tx.publish_workflow(clinic.workspace, "types: []", "ana", "because", NOW)?;
            written.send(()).ok();
            wait_for_go.recv().ok();
            Ok(())
        };
        async move { store.write(Vec::new(), unit).await }
    });
    let in_force = || read(other, move |tx| tx.workflow_in_force(clinic.workspace));

    wait_until_written.recv().unwrap();
    assert_eq!(in_force(), None);
    assert!(!writing.is_finished());
    drop(go);
    wait(writing).unwrap().unwrap();
    assert!(in_force().is_some());

    for n in 2..50 {
        write(one, move |tx| tx.publish_workflow(clinic.workspace, "types: []", "ana", "because", NOW)).unwrap();
        assert_eq!(in_force().map(|(version, _)| version), Some(n));
    }
}

pub(crate) fn a_read_sees_one_moment((one, other): &Pair) {
    let clinic = Clinic::at(one);
    let (looked, wait_until_looked) = channel();
    let (go, wait_for_go) = channel::<()>();
    let reading = start({
        let store = other.clone();
        let unit = move |tx: &mut Tx<'_>| {
            let before = tx.workflow_in_force(clinic.workspace)?;
            looked.send(()).ok();
            wait_for_go.recv().ok();
            Ok((before, tx.workflow_in_force(clinic.workspace)?))
        };
        async move { store.read(unit).await }
    });
    wait_until_looked.recv().unwrap();
    write(one, move |tx| tx.publish_workflow(clinic.workspace, "types: []", "ana", "because", NOW)).unwrap();
    drop(go);
    assert_eq!(wait(reading).unwrap().unwrap(), (None, None));
}

pub(crate) fn units_that_share_a_lock_run_one_after_the_other(pair: &Pair) {
    let clinic = Clinic::at(&pair.0);
    // Read, then write what follows from it: two at once would find the same place.
    let take_place = move |tx: &mut Tx<'_>| {
        let sql = "SELECT coalesce(max(at), 0) FROM effects WHERE workspace_id = $1";
        let place = tx.query_one(sql, params![clinic.workspace])?.int(0)? + 1;
        tx.claim_effect(clinic.workspace, place, fresh().as_bytes())?;
        Ok(place)
    };
    let units = (0..60).map(|n: i64| {
        // The lock that all share stands in different places, so that the units go through different threads.
        let locks = vec![vec![5], vec![900 + n, 5], vec![5, -n], vec![-7, n, 5]].swap_remove(n as usize % 4);
        by_turns(pair, n).write(locks, take_place)
    });
    let mut places: Vec<i64> = wait(join_all(units)).into_iter().map(Result::unwrap).collect();
    places.sort_unstable();
    assert_eq!(places, (1..=60).collect::<Vec<_>>());
}

pub(crate) fn an_effect_is_claimed_once(pair: &Pair) {
    let clinic = Clinic::at(&pair.0);
    for key in [b"wamid.1".as_slice(), b"wamid.2", b"wamid.3"] {
        let claim = move |tx: &mut Tx<'_>| tx.claim_effect(clinic.workspace, NOW, key);
        let claims = (0..64).map(|n| by_turns(pair, n).write(Vec::new(), claim));
        let claimed = wait(join_all(claims)).into_iter().map(Result::unwrap);
        assert_eq!(claimed.filter(|claimed| *claimed).count(), 1);
    }
    assert!(write(&pair.0, move |tx| tx.claim_effect(clinic.workspace, NOW + 1, b"wamid.1")).unwrap());
}

pub(crate) fn an_identity_belongs_to_exactly_one_contact(pair: &Pair) {
    let (one, other) = pair;
    let clinic = Clinic::at(one);
    let people: Vec<ContactId> = (0..16).map(|_| ContactId(fresh())).collect();
    let claims = (0..).zip(&people).map(|(n, &id)| {
        let unit = move |tx: &mut Tx<'_>| {
            tx.add_contact(clinic.workspace, &person(id, "Bia"), NOW)?;
            tx.add_identity(clinic.workspace, id, &Identity::user_id("BR.1"), NOW)
        };
        by_turns(pair, n).write(Vec::new(), unit)
    });
    wait(join_all(claims)).into_iter().for_each(Result::unwrap);

    let found = read(one, move |tx| tx.candidates(clinic.workspace, &[Identity::user_id("BR.1")]));
    let owner = found[0].contact.id;
    assert_eq!(found.len(), 1);
    for id in people {
        let row = read(other, move |tx| tx.contact(clinic.workspace, id)).unwrap();
        assert_eq!(row.identities.len(), usize::from(id == owner));
    }
}

pub(crate) fn sequence_numbers_have_no_gap(pair: &Pair) {
    let clinic = Clinic::at(&pair.0);
    let takes = (0..60).map(|n| {
        let many = 1 + n % 3;
        let unit = move |tx: &mut Tx<'_>| {
            let first = tx.take_seqs(clinic.workspace, clinic.thread, many, NOW + n)?;
            // Every fifth changes its mind: its numbers go to somebody else.
            if n % 5 == 4 {
                Err(store::StoreError::Unexpected("on purpose".to_owned()))
            } else {
                Ok(first..first + many)
            }
        };
        by_turns(pair, n).write(Vec::new(), unit)
    });
    let taken = wait(join_all(takes)).into_iter().filter_map(Result::ok);
    let mut taken: Vec<i64> = taken.flatten().collect();
    taken.sort_unstable();
    assert_eq!(taken, (1..=96).collect::<Vec<_>>());
    let thread = read(&pair.0, move |tx| tx.conversation(clinic.workspace, clinic.thread)).unwrap();
    assert_eq!(thread.last_message_at, NOW + 58, "and the latest moment wins, whoever came last");
}

pub(crate) fn two_workflows_published_at_once_get_two_numbers(pair: &Pair) {
    let clinic = Clinic::at(&pair.0);
    let publish = move |tx: &mut Tx<'_>| tx.publish_workflow(clinic.workspace, "types: []", "ana", "because", NOW);
    let published = (0..8).map(|n| by_turns(pair, n).write(Vec::new(), publish));
    let mut numbers: Vec<i64> = wait(join_all(published)).into_iter().map(Result::unwrap).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=8).collect::<Vec<_>>());
}

pub(crate) fn an_outbox_row_is_claimed_by_one_node((one, other): &Pair) {
    let clinic = Clinic::at(one);
    let queued = queue_in_threads_of_their_own(one, clinic, 200);
    let claims = [one, other].map(|store| {
        let (store, node) = (store.clone(), fresh());
        start(async move {
            let mut claimed = Vec::new();
            // SKIP LOCKED may leave one empty-handed for a moment while the other still has rows to come.
            for _ in 0..60 {
                let unit = move |tx: &mut Tx<'_>| claim(tx, node, 7);
                claimed.extend(store.write(Vec::new(), unit).await.unwrap());
            }
            claimed
        })
    });
    let claimed: Vec<SendId> = claims.into_iter().flat_map(|claims| wait(claims).unwrap()).collect();

    assert_eq!(claimed.len(), 200);
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), queued.iter().copied().collect());
    for send in [queued[0], queued[199]] {
        assert_eq!(clinic.outbox_row(one, send).unwrap().attempt, 1);
    }
}

pub(crate) fn a_node_passes_over_what_another_is_claiming((one, other): &Pair) {
    if !one.is_shared() {
        return; // SQLite has one writer: the other waits.
    }
    let clinic = Clinic::at(one);
    let queued = queue_in_threads_of_their_own(one, clinic, 6);
    let (claimed, wait_until_claimed) = channel();
    let (go, wait_for_go) = channel::<()>();
    let claiming = start({
        let store = one.clone();
        let unit = move |tx: &mut Tx<'_>| {
            claimed.send(claim(tx, fresh(), 4)?).ok();
            wait_for_go.recv().ok();
            Ok(())
        };
        async move { store.write(Vec::new(), unit).await }
    });

    assert_eq!(wait_until_claimed.recv().unwrap(), queued[..4]);
    assert_eq!(clinic.due(other, 0), queued[4..]);
    drop(go);
    wait(claiming).unwrap().unwrap();
}

pub(crate) fn a_part_is_worked_off_by_one_node(pair: &Pair) {
    let clinic = Clinic::at(&pair.0);
    let work = clinic.work(Some("+5511987654321"), None);
    let id = work.id;
    write(&pair.0, move |tx| tx.add_work(clinic.workspace, &work, 0)).unwrap();
    let work_off = move |tx: &mut Tx<'_>| {
        let mine = tx.claim_work(clinic.workspace, id)?;
        if mine {
            tx.finish_work(clinic.workspace, id)?;
        }
        Ok(mine)
    };
    let tries = (0..16).map(|n| by_turns(pair, n).write(Vec::new(), work_off));
    assert_eq!(wait(join_all(tries)).into_iter().map(Result::unwrap).filter(|mine| *mine).count(), 1);
}

fn queue_in_threads_of_their_own(store: &Store, clinic: Clinic, many: usize) -> Vec<SendId> {
    write(store, move |tx| {
        let queue = |_| {
            let thread: ConversationId = clinic.another_thread(tx)?;
            let send = clinic.send_in(thread, 1);
            tx.add_send(clinic.workspace, &send, 0)?;
            Ok(send.id)
        };
        (0..many).map(queue).collect()
    })
    .unwrap()
}

fn claim(tx: &mut Tx<'_>, node: uuid::Uuid, limit: i64) -> Result<Vec<SendId>> {
    let due = tx.due_sends(0, limit)?;
    for sending in &due {
        tx.mark_sending(sending.workspace, sending.send.id, node, None, 30_000, 0)?;
    }
    Ok(due.into_iter().map(|sending| sending.send.id).collect())
}
