//! Two contacts become one while something else is known of one of them.

use std::sync::mpsc::channel;

use domain::ids::{ContactId, MergeId, WorkspaceId};
use domain::merge::{Learnt, Whose};
use store::{MergeRow, NewMerge, Store, Tx};

use crate::clinic::{Clinic, NOW, fresh, person};
use crate::places::{read, start, wait, write};

pub(crate) fn what_whatsapp_says_while_two_are_merged_reaches_who_they_are((one, other): &(Store, Store)) {
    let clinic = Clinic::at(one);
    let (workspace, ana, bia) = (clinic.workspace, clinic.ana, ContactId(fresh()));
    write(one, move |tx| tx.add_contact(workspace, &person(bia, "Bia"), NOW)).unwrap();
    let merge = NewMerge { id: MergeId(fresh()), survivor: bia, merged: ana, at: NOW, by: String::new() };

    let (merged, wait_until_merged) = channel();
    let (go, wait_for_go) = channel::<()>();
    let merging = start({
        let (store, merge) = (one.clone(), merge.clone());
        let unit = move |tx: &mut Tx<'_>| {
            tx.contact_to_merge(workspace, merge.merged)?;
            tx.merge_contacts(workspace, &merge)?;
            merged.send(()).ok();
            wait_for_go.recv().ok();
            Ok(())
        };
        async move { store.write(Vec::new(), unit).await }
    });
    wait_until_merged.recv().unwrap();
    let refusing = start({
        let store = other.clone();
        let unit = move |tx: &mut Tx<'_>| {
            let whose = tx.person_of_thread(workspace, clinic.thread)?;
            let Some((contact, member)) = whose else { return Ok(None) };
            tx.learn(workspace, contact, Whose::One(member), &[Learnt::OptedOut(NOW)])?;
            Ok(whose)
        };
        async move { store.write(Vec::new(), unit).await }
    });
    wait(async { tokio::time::sleep(std::time::Duration::from_millis(200)).await });
    assert!(!refusing.is_finished(), "it waits for who they are");
    drop(go);
    wait(merging).unwrap().unwrap();
    assert_eq!(wait(refusing).unwrap().unwrap(), Some((bia, ana)));

    assert_eq!(wishes(one, workspace, [ana, bia]), [true, true], "an id that was merged leads to who they are");
    let row = MergeRow { merge, undone: None };
    write(one, move |tx| tx.unmerge_contacts(workspace, &row, "", NOW)).unwrap();
    assert_eq!(wishes(one, workspace, [ana, bia]), [true, false]);
}

fn wishes(store: &Store, workspace: WorkspaceId, people: [ContactId; 2]) -> [bool; 2] {
    people.map(|id| read(store, move |tx| tx.contact(workspace, id)).unwrap().contact.opted_out_at.is_some())
}
