//! What is asked about merges.

use domain::contact::Identity;
use domain::ids::{ContactId, ConversationId, MergeId};
use domain::merge::Facts;
use uuid::Uuid;

use super::{HERE, NOBODY, THREAD, US};
use crate::{MergeRow, NewConversation, NewMerge, Result, Standing, Tx};

pub(super) fn keep(tx: &mut Tx<'_>) -> Result<()> {
    let (ana, bia) = (ContactId(NOBODY), ContactId(Uuid::max()));
    let ours = domain::contact::Contact { id: bia, name: None, language: None, opted_out_at: None };
    tx.add_contact(US, &ours, 0)?;
    tx.learn_identity(US, bia, &Identity::user_id("BR.9"), Some(THREAD), 0)?;
    let theirs = NewConversation {
        id: ConversationId(Uuid::max()),
        channel: HERE,
        contact: Some(bia),
        candidates: None,
        phone: None,
        user_id: Some("BR.9".to_owned()),
        profile_name: None,
    };
    tx.add_conversation(US, &theirs, &Standing::of_new(1, 0), 0)?;
    let new = NewMerge {
        id: MergeId(NOBODY),
        survivor: ana,
        merged: bia,
        before: Facts::default(),
        joined: Facts::default(),
        at: 0,
        by: String::new(),
    };
    tx.merge_contacts(US, &new)?;
    tx.survivor_to_name(US, bia)?;
    tx.merge_to_undo(US, new.id)?;
    tx.merges(US, None, None, 9)?;
    tx.merges(US, Some(ana), None, 9)?;
    tx.wish_said(US, THREAD, 0)?;
    tx.unmerge_contacts(US, &MergeRow { merge: new, undone: None }, "", 0).map(drop)
}
