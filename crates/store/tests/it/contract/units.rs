//! Units of work: what commits, what is undone, what they may say to the database.

use std::sync::mpsc::channel;
use std::time::Duration;

use domain::contact::Identity;
use domain::ids::{BodyId, ContactId};
use store::{Store, StoreError, params};

use crate::clinic::{Clinic, NOW, ana_phone, fresh, person};
use crate::places::{read, start, wait, write};

/// Keeps the thread that writes under this lock busy, so that what comes meanwhile forms a group.
const LOCK: i64 = 7;

/// Keeps the thread busy until it is released, and releases it once so many units wait: they form a group.
fn keep_busy(store: &Store) -> impl FnOnce(usize) {
    let (busy, wait_until_busy) = channel();
    let (go, wait_for_go) = channel::<()>();
    let before = start({
        let store = store.clone();
        let unit = move |_: &mut store::Tx<'_>| {
            busy.send(()).ok();
            wait_for_go.recv().ok();
            Ok(())
        };
        async move { store.write(vec![LOCK], unit).await }
    });
    wait_until_busy.recv().unwrap();
    let store = store.clone();
    move |units| {
        while store.waiting() < units {
            std::thread::sleep(Duration::from_millis(1));
        }
        drop(go);
        wait(before).unwrap().unwrap();
    }
}

pub(crate) fn a_unit_sees_what_those_before_it_in_the_group_wrote_to_a_row_it_locks(store: &Store) {
    let clinic = Clinic::at(store);
    let release = keep_busy(store);
    let group: Vec<_> = (0..30_i64)
        .map(|n| {
            let store = store.clone();
            start(async move {
                let count = move |tx: &mut store::Tx<'_>| {
                    // In whatever words it is locked.
                    if n % 2 == 0 {
                        tx.lock_conversation(clinic.workspace, clinic.thread)?;
                    } else {
                        tx.known_conversation(clinic.workspace, clinic.channel, Some(ana_phone().as_str()), None)?;
                    }
                    let sql = "SELECT next_seq FROM conversations WHERE workspace_id = $1 AND id = $2";
                    let next = tx.query_one(sql, params![clinic.workspace, clinic.thread])?.int(0)?;
                    let sql = "UPDATE conversations SET next_seq = $3 WHERE workspace_id = $1 AND id = $2";
                    tx.put(sql, params![clinic.workspace, clinic.thread, next + 1])
                };
                // Some have a lock of their own, some none; a multiple leads to the same thread, however many there are of them.
                let locks = if n % 7 == 3 { Vec::new() } else { vec![LOCK + 720_720 * n] };
                store.write(locks, count).await
            })
        })
        .collect();
    // Those without a lock may be on their way through other threads.
    release(group.len() - 4);
    group.into_iter().for_each(|unit| wait(unit).unwrap().unwrap());
    let taken = write(store, move |tx| tx.take_seqs(clinic.workspace, clinic.thread, 1, NOW)).unwrap();
    assert_eq!(taken, 31);
}

pub(crate) fn an_error_in_one_unit_of_a_group_undoes_only_that_unit(store: &Store) {
    let clinic = Clinic::at(store);
    let release = keep_busy(store);
    let group: Vec<_> = (0..20)
        .map(|n| {
            let store = store.clone();
            start(async move {
                let unit = move |tx: &mut store::Tx<'_>| {
                    tx.claim_effect(clinic.workspace, n, b"")?;
                    tx.add_body(clinic.workspace, BodyId(uuid::Uuid::from_u128(n as u128)), b"{}", NOW)?;
                    match n {
                        3 => panic!("on purpose, to see that only unit {n} pays for it"),
                        9 => Err(StoreError::Unexpected("on purpose".to_owned())),
                        12 => tx.execute("INSERT INTO nowhere VALUES (1)", params![]).map(|_| n),
                        _ => Ok(n),
                    }
                };
                store.write(vec![LOCK], unit).await
            })
        })
        .collect();
    release(group.len());
    for (n, unit) in (0..).zip(group) {
        let answer = wait(unit).unwrap();
        match n {
            3 => assert!(matches!(&answer, Err(StoreError::Panicked(text)) if text.contains("unit 3")), "{answer:?}"),
            9 => assert!(matches!(answer, Err(StoreError::Unexpected(_))), "{answer:?}"),
            12 => assert!(matches!(answer, Err(StoreError::Refused(_))), "{answer:?}"),
            _ => assert_eq!(answer.unwrap(), n),
        }
        let body = read(store, move |tx| tx.body(clinic.workspace, BodyId(uuid::Uuid::from_u128(n as u128))));
        assert_eq!(body.is_some(), ![3, 9, 12].contains(&n), "unit {n}");
        let first_time = write(store, move |tx| tx.claim_effect(clinic.workspace, n, b"")).unwrap();
        assert_eq!(first_time, [3, 9, 12].contains(&n), "unit {n}");
    }
}

pub(crate) fn a_failed_statement_undoes_its_unit_even_if_the_unit_looks_away(store: &Store) {
    let clinic = Clinic::at(store);
    let answer = write(store, move |tx| {
        tx.claim_effect(clinic.workspace, NOW, b"before")?;
        drop(tx.execute("INSERT INTO nowhere VALUES (1)", params![]));
        drop(tx.claim_effect(clinic.workspace, NOW, b"after"));
        Ok(())
    });
    assert!(matches!(answer, Err(StoreError::Refused(_))), "{answer:?}");
    for key in [b"before".as_slice(), b"after"] {
        assert!(write(store, move |tx| tx.claim_effect(clinic.workspace, NOW, key)).unwrap());
    }
}

pub(crate) fn a_unit_that_only_reads_cannot_write(store: &Store) {
    let clinic = Clinic::at(store);
    let answer = wait(store.read(move |tx| tx.claim_effect(clinic.workspace, NOW, b"a")));
    assert!(matches!(answer, Err(StoreError::CannotWrite(_))), "{answer:?}");
    assert!(write(store, move |tx| tx.claim_effect(clinic.workspace, NOW, b"a")).unwrap());
}

pub(crate) fn a_parameter_is_bound_by_its_number(store: &Store) {
    let row = read(store, |tx| {
        tx.query_one(
            "SELECT CAST($2 AS TEXT), CAST($11 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)
             WHERE $3 = 'c' AND $4 = 'd' AND $5 = 'e' AND $6 = 'f' AND $7 = 'g' AND $8 = 'h' AND $9 = 'i' AND $10 = 'j'",
            params!["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"],
        )
    });
    let columns: Vec<String> = (0..4).map(|place| row.text(place).unwrap()).collect();
    assert_eq!(columns, ["b", "k", "a", "b"]);
}

pub(crate) fn writes_put_aside_take_effect_in_their_order(store: &Store) {
    let clinic = Clinic::at(store);
    let bia = ContactId(fresh());
    let seen_inside = write(store, move |tx| {
        tx.add_contact(clinic.workspace, &person(bia, "0"), NOW)?;
        for name in 1..=100 {
            tx.update_contact(clinic.workspace, &person(bia, &name.to_string()))?;
        }
        let seen = tx.contact(clinic.workspace, bia)?;
        for name in 101..=200 {
            tx.update_contact(clinic.workspace, &person(bia, &name.to_string()))?;
        }
        Ok(seen)
    });
    let seen_after = read(store, move |tx| tx.contact(clinic.workspace, bia));
    let name = |row: Option<store::ContactRow>| row.and_then(|row| row.contact.name);
    assert_eq!(name(seen_inside.unwrap()).as_deref(), Some("100"));
    assert_eq!(name(seen_after).as_deref(), Some("200"));
}

pub(crate) fn values_come_back_as_they_went_in(store: &Store) {
    let clinic = Clinic::at(store);
    let name = "José 👩🏽‍⚕️ 'quoted' $1 ?2 \\ \u{202e}rtl";
    let bytes: Vec<u8> = (0..=255).collect();
    let (body, matter) = (BodyId(fresh()), clinic.matter());
    let id = matter.id;
    write(store, {
        let bytes = bytes.clone();
        move |tx| {
            tx.update_contact(clinic.workspace, &person(clinic.ana, name))?;
            tx.add_body(clinic.workspace, body, &bytes, i64::MAX)?;
            tx.claim_effect(clinic.workspace, i64::MIN, &bytes)?;
            tx.add_interaction(clinic.workspace, &matter, i64::MIN)
        }
    })
    .unwrap();

    let ana = read(store, move |tx| tx.contact(clinic.workspace, clinic.ana)).unwrap();
    let interaction = read(store, move |tx| tx.interaction(clinic.workspace, id)).unwrap();
    assert_eq!(ana.contact.name.as_deref(), Some(name));
    assert_eq!(ana.contact.language, None);
    assert_eq!(read(store, move |tx| tx.body(clinic.workspace, body)).unwrap(), bytes);
    assert_eq!((interaction.opened_at, interaction.confidence), (i64::MIN, 0.75));
    assert!(!write(store, move |tx| tx.claim_effect(clinic.workspace, i64::MIN, &bytes)).unwrap());
}

pub(crate) fn a_nul_in_text_is_replaced_and_in_bytes_is_kept(store: &Store) {
    let clinic = Clinic::at(store);
    let (body, sneaky) = (BodyId(fresh()), Identity::user_id("MX.1\0 2"));
    write(store, {
        let sneaky = sneaky.clone();
        move |tx| {
            tx.update_contact(clinic.workspace, &person(clinic.ana, "A\0na"))?;
            tx.add_identity(clinic.workspace, clinic.ana, &sneaky, NOW)?;
            tx.add_body(clinic.workspace, body, b"{\"a\":\"\0\"}", NOW)
        }
    })
    .unwrap();

    let found = read(store, move |tx| tx.candidates(clinic.workspace, std::slice::from_ref(&sneaky)));
    assert_eq!(found[0].contact.name.as_deref(), Some("A\u{fffd}na"));
    assert_eq!(read(store, move |tx| tx.body(clinic.workspace, body)).unwrap(), b"{\"a\":\"\0\"}");
}
