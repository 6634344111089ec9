//! What is asked about merges, and by one with its undoing.

use domain::contact::Identity;
use domain::ids::{ContactId, MergeId};
use domain::merge::Facts;
use store::{MergeRow, NewMerge, Tx};

use crate::clinic::{Clinic, NOW, fresh, person};

pub(super) fn ask(tx: &mut Tx<'_>, Clinic { workspace, ana, thread, .. }: Clinic) -> store::Result<()> {
    let bia = ContactId(fresh());
    tx.add_contact(workspace, &person(bia, "Bia"), NOW)?;
    tx.learn_identity(workspace, bia, &Identity::user_id(&bia.to_string()), Some(thread), NOW)?;
    let new = NewMerge {
        id: MergeId(fresh()),
        survivor: bia,
        merged: ana,
        before: Facts::default(),
        joined: Facts::default(),
        at: NOW,
        by: String::new(),
    };
    tx.merge_contacts(workspace, &new)?;
    tx.survivor_to_name(workspace, ana)?;
    tx.merge_to_undo(workspace, new.id)?;
    tx.merges(workspace, None, None, 9)?;
    tx.merges(workspace, Some(bia), None, 9)?;
    tx.wish_said(workspace, thread, 0)?;
    tx.unmerge_contacts(workspace, &MergeRow { merge: new, undone: None }, "", NOW).map(drop)
}
