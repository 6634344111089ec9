//! What is asked about merges.

use domain::contact::Identity;
use domain::ids::{ContactId, ConversationId, EventId, MergeId, NoteId};
use domain::interaction::Step;
use domain::merge::{Employment, Learnt, Whose};
use domain::record::{Note, Noun, RecordRef};
use uuid::Uuid;

use super::{HERE, NOBODY, THREAD, US};
use crate::{EventRow, HistoryRow, MergeRow, NewConversation, NewMerge, Result, Standing, Tx};

pub(super) fn keep(tx: &mut Tx<'_>) -> Result<()> {
    let (ana, bia) = (ContactId(NOBODY), ContactId(Uuid::max()));
    let ours = domain::contact::Contact { id: bia, name: None, language: None, opted_out_at: None };
    tx.add_contact(US, &ours, 0)?;
    tx.learn_identity(US, bia, None, &Identity::user_id("BR.9"), 0)?;
    let theirs = NewConversation {
        id: ConversationId(Uuid::max()),
        channel: HERE,
        contact: Some(bia),
        member: None,
        candidates: None,
        phone: None,
        user_id: Some("BR.9".to_owned()),
        profile_name: None,
    };
    tx.add_conversation(US, &theirs, &Standing::of_new(1, 0), 0)?;
    let employment = Employment { company: domain::ids::CompanyId(NOBODY), since: 0 };
    tx.learn(US, bia, Whose::All, &[Learnt::Employment(Some(employment))])?;
    let new = NewMerge { id: MergeId(NOBODY), survivor: ana, merged: bia, at: 0, by: String::new() };
    tx.merge_contacts(US, &new)?;
    tx.survivor_to_name(US, bia)?;
    tx.person_of_thread(US, THREAD)?;
    tx.duplicates(US, None, 9)?;
    tx.suggest_duplicate(US, ana, bia, &[], 0)?;
    tx.judge_duplicate(US, ana, bia, "", 0)?;
    tx.forget_duplicates_of(US, bia)?;
    tx.contacts_called(US, "Ana", 9)?;
    tx.duplicate_position(US)?;
    tx.conversations_of_nobody(US, None, 9)?;
    tx.conversations_perhaps_of(US, ana)?;
    tx.conversations_by_merge(US, ana)?;
    tx.conversations_since(US, ana, 0)?;
    tx.hand_on_thread(US, THREAD, None, Some(ana))?;
    tx.forget_candidates(US, THREAD)?;
    tx.last_wish(US, THREAD, 131_050)?;
    tx.set_doubted(US, ana, None)?;
    tx.retire_address(US, ana, Some("+1"), Some("BR.9"))?;
    tx.hand_on_name(US, ana, bia, &Identity::user_id("BR.9"))?;
    tx.hand_on_events(US, THREAD, ana, bia)?;
    tx.unlearn_name(US, ana, &Identity::user_id("BR.9"))?;
    tx.provisional_contacts(US, None, 9)?;
    tx.make_record(US, ana)?;
    tx.merge_to_undo(US, new.id)?;
    tx.merges(US, None, None, 9)?;
    tx.merges(US, Some(ana), None, 9)?;
    tx.standing_merges(US, ana, 9)?;
    tx.learn(US, bia, Whose::One(bia), &[Learnt::OptedOut(7)])?;
    make_for(tx, ana, bia)?;
    tx.unmerge_contacts(US, &MergeRow { merge: new, undone: None }, "", 0).map(drop)
}

fn make_for(tx: &mut Tx<'_>, ana: ContactId, bia: ContactId) -> Result<()> {
    let record = |noun| RecordRef { noun, id: NOBODY };
    for noun in [Noun::Deal, Noun::Appointment, Noun::Order] {
        tx.set_member(US, record(noun), bia)?;
    }
    let (line, note) = (EventId(Uuid::max()), NoteId(Uuid::max()));
    let said = Note { id: note, record: record(Noun::Contact), text: String::new(), author: String::new() };
    tx.add_record_note(US, &said, 0)?;
    let step = Step::OptedOut;
    tx.add_history(US, &HistoryRow { id: line, record: said.record, at: 0, by: String::new(), step: step.clone() })?;
    tx.add_event(US, &EventRow { id: line, contact: ana, conversation: None, at: 0, by: String::new(), step })?;
    tx.set_member_of_note(US, (note, line), ana, bia)
}
