//! Another system names a person before they write. Whoever has the number already is that person: the same rule as for a message.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::contact::{Contact, Identity};
use domain::ids::{ContactId, WorkspaceId};
use domain::interaction::Step;
use domain::{Language, PhoneNumber};
use store::{ContactRow, Tx};

use super::entry::Entry;
use super::make_record::make_record_at;
use super::{Acted, Done, Once, Refusal};
use crate::node::Node;
use crate::pipeline::{Found, find_person, locks_of_names};
use crate::{changes, ids};

/// A person to be known.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// Their number.
    pub phone: PhoneNumber,
    /// What they are called.
    pub name: Option<String>,
    /// The language to write to them in.
    pub language: Option<Language>,
}

/// The person of a number.
#[derive(Debug, Clone)]
pub struct Introduced {
    /// Who.
    pub contact: ContactRow,
    /// Whether they are new here; somebody known is as they were, and a record.
    pub is_new: bool,
}

/// Finds the person of a number, or makes one.
pub async fn create_contact(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    new: NewContact,
    by: &str,
    once: Once<Introduced>,
) -> Done<Acted<Introduced>> {
    let (entry, fresh, identity) = (Entry::new(node, by), ContactId(ids::fresh()), Identity::phone(&new.phone));
    let locks = locks_of_names(workspace, std::slice::from_ref(&identity));
    let work = move |tx: &mut Tx<'_>| introduce(tx, workspace, &identity, &new, fresh, &entry);
    let introduced = once.write(node, workspace, locks, work).await;
    node.changed(&[workspace]);
    introduced
}

fn introduce(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    identity: &Identity,
    new: &NewContact,
    fresh: ContactId,
    entry: &Entry,
) -> store::Result<Done<Introduced>> {
    let known = tx.candidates(workspace, std::slice::from_ref(identity))?;
    let (id, is_new) = match find_person(std::slice::from_ref(identity), &known) {
        Found::One(contact, _) => (contact.id, false),
        Found::Nobody => (fresh, true),
        Found::Several(people) => {
            let said = format!("this number could be one of {} people; look at `GET /contacts?phone=`", people.len());
            return Ok(Err(Refusal::Conflict(said)));
        }
    };
    if is_new {
        let contact = Contact { id, name: new.name.clone(), language: new.language, opted_out_at: None };
        tx.add_contact(workspace, &contact, entry.at)?;
        tx.add_identity(workspace, id, identity, entry.at)?;
        entry.write_about(tx, workspace, id, Step::ContactMade)?;
        changes::tell(tx, workspace, EventType::ContactCreated, Subject::Contact(id))?;
    } else {
        make_record_at(tx, workspace, id)?;
    }
    let contact = tx.contact(workspace, id)?;
    Ok(contact.map(|contact| Introduced { contact, is_new }).ok_or(Refusal::Missing("contact")))
}
