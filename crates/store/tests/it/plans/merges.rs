//! What is asked about merges, and by one with its undoing.

use domain::contact::Identity;
use domain::ids::{ContactId, MergeId};
use domain::merge::{Learnt, Whose};
use store::{MergeRow, NewMerge, Tx};

use crate::clinic::{Clinic, NOW, fresh, person};

pub(super) fn ask(tx: &mut Tx<'_>, Clinic { workspace, ana, thread, .. }: Clinic) -> store::Result<()> {
    let bia = ContactId(fresh());
    tx.add_contact(workspace, &person(bia, "Bia"), NOW)?;
    tx.learn_identity(workspace, bia, None, &Identity::user_id(&bia.to_string()), NOW)?;
    let new = NewMerge { id: MergeId(fresh()), survivor: bia, merged: ana, at: NOW, by: String::new() };
    tx.merge_contacts(workspace, &new)?;
    tx.survivor_to_name(workspace, ana)?;
    tx.person_of_thread(workspace, thread)?;
    tx.duplicates(workspace, None, 9)?;
    tx.suggest_duplicate(workspace, ana, bia, &[], 0)?;
    tx.judge_duplicate(workspace, ana, bia, "", 0)?;
    tx.forget_duplicates_of(workspace, bia)?;
    tx.contacts_called(workspace, "Ana", 9)?;
    tx.duplicate_position(workspace)?;
    tx.conversations_of_nobody(workspace, None, 9)?;
    tx.conversations_perhaps_of(workspace, ana)?;
    tx.conversations_by_merge(workspace, ana)?;
    tx.conversations_since(workspace, ana, 0)?;
    tx.last_wish(workspace, thread, 131_050)?;
    tx.provisional_contacts(workspace, None, 9)?;
    tx.merge_to_undo(workspace, new.id)?;
    tx.merges(workspace, None, None, 9)?;
    tx.merges(workspace, Some(bia), None, 9)?;
    tx.standing_merges(workspace, bia, 9)?;
    tx.learn(workspace, ana, Whose::One(ana), &[Learnt::SparedUntil(NOW)])?;
    tx.unmerge_contacts(workspace, &MergeRow { merge: new, undone: None }, "", NOW).map(drop)
}
