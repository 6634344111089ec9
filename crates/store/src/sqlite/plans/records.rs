//! What is asked about records.

use domain::ids::{CompanyId, ContactId, ImportId, NoteId};
use domain::import::ImportState;
use domain::record::{
    Appointment, AppointmentStatus, Company, Deal, DealStatus, Noun, Order, OrderStatus, Pipeline, RecordRef,
};
use domain::search::Kind;

use super::{NOBODY, US};
use crate::{AppointmentsOf, DealsOf, ImportProgress, NewImport, OrdersOf, Result, Stored, Tx};

pub(super) fn keep(tx: &mut Tx<'_>) -> Result<()> {
    let (ana, nobody) = (ContactId(NOBODY), RecordRef { noun: Noun::Contact, id: NOBODY });
    tx.companies(US, None, 9)?;
    tx.company_of(US, ana)?;
    tx.contacts_of_company(US, CompanyId(NOBODY), None, 9)?;
    let stage = DealsOf::Stage { pipeline: "sales".to_owned(), stage: "lead".to_owned() };
    for which in [DealsOf::All, DealsOf::Contact(ana), DealsOf::Company(CompanyId(NOBODY)), stage] {
        tx.deals(US, &which, None, 9)?;
    }
    tx.deals(US, &DealsOf::Status(DealStatus::Open), None, 9)?;
    tx.deals_in_stage(US, "sales", "lead", 9)?;
    for which in
        [AppointmentsOf::All, AppointmentsOf::Contact(ana), AppointmentsOf::Status(AppointmentStatus::Scheduled)]
    {
        tx.appointments(US, which, None, 9)?;
    }
    tx.appointments_between(US, (0, NOBODY), 1, 9)?;
    for which in [OrdersOf::All, OrdersOf::Contact(ana), OrdersOf::Status(OrderStatus::Placed)] {
        tx.orders(US, which, None, 9)?;
    }
    tx.order_of_number(US, "4471")?;
    stored::<Company>(tx)?;
    stored::<Deal>(tx)?;
    stored::<Appointment>(tx)?;
    stored::<Order>(tx)?;
    tx.record_notes_by_id(US, &[NoteId(NOBODY)])?;
    tx.record_note_to_change(US, NoteId(NOBODY))?;
    tx.replace_record_note(US, NoteId(NOBODY), "", 0)?;
    tx.record_notes(US, nobody, None, 9)?;
    tx.history(US, nobody, None, 9)?;
    let words = ["a", "b"].map(str::to_owned);
    tx.with_words(US, Kind::Contact, &words[..1], 9)?;
    tx.with_words(US, Kind::Contact, &words, 9)?;
    tx.replace_words(US, Kind::Contact, NOBODY, &words)?;
    tx.search_position(US)?;
    tx.appointments_of(US, &[ana])?;
    tx.put_pipeline(US, &Pipeline::first(), 0)?;
    tx.pipelines(US).map(drop)
}

fn stored<R: Stored>(tx: &mut Tx<'_>) -> Result<()> {
    R::to_change(tx, US, NOBODY)?;
    R::by_id(tx, US, &[NOBODY])?;
    R::changed(tx, US, (0, NOBODY), 9).map(drop)
}

/// The way of a file of people.
pub(super) fn take_people_in(tx: &mut Tx<'_>) -> Result<()> {
    let id = ImportId(NOBODY);
    tx.announce_import(US, id, "", "", 0)?;
    tx.hold_import(US, &NewImport { id, plan: String::new(), sha256: String::new(), size: 0 }, 0)?;
    tx.import_piece(US, id, 0)?;
    tx.imports(US, None, 9)?;
    tx.import_of_file(US, "")?;
    tx.begin_import(US, id, "", false, 0)?;
    tx.has_import_to_claim(0)?;
    tx.claim_import(NOBODY, 0, 0)?;
    tx.claim_one_import(US, id, NOBODY, [0, 0])?;
    tx.holds_import(US, id, NOBODY, 0)?;
    tx.restart_import(US, id)?;
    tx.move_import(US, id, &ImportProgress::default(), [0, 0])?;
    tx.import_rows(US, id, 0, 9)?;
    tx.candidates_of_keys(US, &["a".to_owned()])?;
    tx.with_numbers(US, &[ContactId(NOBODY)])?;
    tx.end_import(US, id, ImportState::Done, None, 0)?;
    tx.delete_import(US, id).map(drop)
}
