//! What is asked about records.

use domain::ids::{CompanyId, ContactId, ImportId, NoteId, WorkspaceId};
use domain::import::ImportState;
use domain::record::{Appointment, AppointmentStatus, Company, Deal, DealStatus, Noun, Order, OrderStatus, RecordRef};
use domain::search::Kind;
use store::{AppointmentsOf, DealsOf, ImportProgress, NewImport, OrdersOf, Stored, Tx};
use uuid::Uuid;

use crate::clinic::Clinic;

pub(super) fn ask(tx: &mut Tx<'_>, Clinic { workspace, ana, .. }: Clinic) -> store::Result<()> {
    let nobody = Uuid::nil();
    tx.companies(workspace, None, 9)?;
    tx.company_of(workspace, ana)?;
    tx.contacts_of_company(workspace, CompanyId(nobody), None, 9)?;
    let stage = DealsOf::Stage { pipeline: "sales".to_owned(), stage: "lead".to_owned() };
    let (of_ana, of_status) = (DealsOf::Contact(ana), DealsOf::Status(DealStatus::Open));
    for which in [DealsOf::All, of_ana, DealsOf::Company(CompanyId(nobody)), stage, of_status] {
        tx.deals(workspace, &which, None, 9)?;
    }
    tx.deals_in_stage(workspace, "sales", "lead", 9)?;
    let of_status = AppointmentsOf::Status(AppointmentStatus::Scheduled);
    for which in [AppointmentsOf::All, AppointmentsOf::Contact(ana), of_status] {
        tx.appointments(workspace, which, None, 9)?;
    }
    tx.appointments_between(workspace, (0, nobody), 1, 9)?;
    for which in [OrdersOf::All, OrdersOf::Contact(ana), OrdersOf::Status(OrderStatus::Placed)] {
        tx.orders(workspace, which, None, 9)?;
    }
    tx.order_of_number(workspace, "4471")?;
    stored::<Company>(tx, workspace)?;
    stored::<Deal>(tx, workspace)?;
    stored::<Appointment>(tx, workspace)?;
    stored::<Order>(tx, workspace)?;
    let record = RecordRef { noun: Noun::Contact, id: nobody };
    tx.record_notes_by_id(workspace, &[NoteId(nobody)])?;
    tx.record_note_to_change(workspace, NoteId(nobody))?;
    tx.record_notes(workspace, record, None, 9)?;
    tx.history(workspace, record, None, 9)?;
    take_people_in(tx, workspace, nobody)?;
    let words = ["a", "b"].map(str::to_owned);
    tx.with_words(workspace, Kind::Contact, &words[..1], 9)?;
    tx.with_words(workspace, Kind::Contact, &words, 9)?;
    tx.replace_words(workspace, Kind::Contact, nobody, &words)?;
    tx.search_position(workspace)?;
    tx.appointments_of(workspace, &[ana])?;
    tx.pipelines(workspace).map(drop)
}

fn stored<R: Stored>(tx: &mut Tx<'_>, workspace: WorkspaceId) -> store::Result<()> {
    R::to_change(tx, workspace, Uuid::nil())?;
    R::by_id(tx, workspace, &[Uuid::nil()])?;
    R::changed(tx, workspace, (0, Uuid::nil()), 9).map(drop)
}

/// The way of a file of people.
fn take_people_in(tx: &mut Tx<'_>, workspace: WorkspaceId, nobody: Uuid) -> store::Result<()> {
    let id = ImportId(nobody);
    tx.announce_import(workspace, id, "", "", 0)?;
    tx.hold_import(workspace, &NewImport { id, plan: String::new(), sha256: String::new(), size: 0 }, 0)?;
    tx.import_piece(workspace, id, 0)?;
    tx.imports(workspace, None, 9)?;
    tx.import_of_file(workspace, "")?;
    tx.begin_import(workspace, id, "", false, 0)?;
    tx.has_import_to_claim(0)?;
    tx.claim_import(nobody, 0, 0)?;
    tx.claim_one_import(workspace, id, nobody, [0, 0])?;
    tx.holds_import(workspace, id, nobody, 0)?;
    tx.restart_import(workspace, id)?;
    tx.move_import(workspace, id, &ImportProgress::default(), [0, 0])?;
    tx.import_rows(workspace, id, 0, 9)?;
    tx.candidates_of_keys(workspace, &["a".to_owned()])?;
    tx.with_numbers(workspace, &[ContactId(nobody)])?;
    tx.end_import(workspace, id, ImportState::Done, None, 0)?;
    tx.delete_import(workspace, id).map(drop)
}
