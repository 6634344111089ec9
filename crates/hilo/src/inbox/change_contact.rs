//! What is known about a person is put right.

use std::sync::Arc;

use domain::Language;
use domain::change::{EventType, Subject};
use domain::contact::{Contact, Identity};
use domain::ids::{CompanyId, ContactId, WorkspaceId};
use domain::interaction::Step;
use domain::merge::{Employment, Learnt, Whose};
use domain::record::{Company, Noun, RecordRef};
use store::{ContactRow, Stored, Tx};

use super::entry::Entry;
use super::merge::with_all_names;
use super::snooze::wake_for_record;
use super::{Done, Refusal};
use crate::changes;
use crate::node::Node;
use crate::pipeline::locks_of_names;

/// What is to be different; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ContactChange {
    /// What they are called, or that nobody knows.
    pub name: Option<Option<String>>,
    /// The language to write to them in, or that nobody knows.
    pub language: Option<Option<Language>>,
    /// Whether they want no more messages that they did not ask for.
    pub opted_out: Option<bool>,
    /// For which company they work, or that nobody knows.
    pub company: Option<Option<CompanyId>>,
}

/// Changes a person. Behind everything that shares a name with them, as a message of theirs would be.
pub async fn change_contact(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ContactId,
    change: ContactChange,
    by: &str,
) -> Done<ContactRow> {
    let known = node.store.read(move |tx| tx.contact(workspace, id)).await?.ok_or(Refusal::Missing("contact"))?;
    let names: Vec<Identity> = known.identities.into_iter().map(|row| row.identity).collect();
    let (entries, locks) = ([Entry::new(node, by), Entry::new(node, by)], locks_of_names(workspace, &names));
    let work = move |tx: &mut Tx<'_>| put_right(tx, workspace, id, &change, &entries, Some(&names));
    let changed = node.store.write(locks, work).await?;
    node.changed(&[workspace]);
    changed
}

/// The same inside a transaction that holds the locks of these names, if it needs any.
pub(super) fn put_right(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ContactId,
    change: &ContactChange,
    [facts, wish]: &[Entry; 2],
    locked: Option<&[Identity]>,
) -> store::Result<Done<ContactRow>> {
    let Some(id) = tx.survivor_to_name(workspace, id)? else { return Ok(Err(Refusal::Missing("contact"))) };
    if let Some(locked) = locked
        && let Err(refusal) = with_all_names(tx, workspace, &[id], locked)?
    {
        return Ok(Err(refusal));
    }
    let Some(row) = tx.contact(workspace, id)? else { return Ok(Err(Refusal::Missing("contact"))) };
    let (changed, company) = (changed(&row.contact, change, facts.at), change.company.unwrap_or(row.company));
    let elsewhere = company != row.company;
    if changed == row.contact && !elsewhere {
        return Ok(Ok(row));
    }
    if let (true, Some(new)) = (elsewhere, company)
        && Company::one(tx, workspace, new.0)?.is_none()
    {
        return Ok(Err(Refusal::Invalid("`company_id`: there is no such company in this workspace".to_owned())));
    }
    let employment = company.map(|company| Employment { company, since: facts.at });
    let mut learnt = learnt(&row.contact, &changed);
    learnt.extend(elsewhere.then_some(Learnt::Employment(employment)));
    tx.learn(workspace, id, Whose::All, &learnt)?;
    if elsewhere || (&changed.name, changed.language) != (&row.contact.name, row.contact.language) {
        facts.write_about(tx, workspace, id, Step::ContactChanged)?;
    }
    match (row.contact.opted_out_at, changed.opted_out_at) {
        (None, Some(_)) => wish.write_about(tx, workspace, id, Step::OptedOut)?,
        (Some(_), None) => wish.write_about(tx, workspace, id, Step::OptedIn)?,
        (None, None) | (Some(_), Some(_)) => {}
    }
    wake_for_record(tx, workspace, &RecordRef { noun: Noun::Contact, id: id.0 }.to_string(), facts.at)?;
    changes::tell(tx, workspace, EventType::ContactChanged, Subject::Contact(id))?;
    Ok(Ok(ContactRow { contact: changed, company, ..row }))
}

/// What is different, as it is learnt of a person.
pub(crate) fn learnt(old: &Contact, new: &Contact) -> Vec<Learnt> {
    let wish = new.opted_out_at.map_or(Learnt::OptedIn, Learnt::OptedOut);
    let all = [
        (new.name != old.name, Learnt::Name(new.name.clone())),
        (new.language != old.language, Learnt::Language(new.language)),
        (new.opted_out_at != old.opted_out_at, wish),
    ];
    all.into_iter().filter_map(|(differs, learnt)| differs.then_some(learnt)).collect()
}

/// Who wanted no more messages before goes on wanting none since then.
fn changed(contact: &Contact, change: &ContactChange, now: i64) -> Contact {
    Contact {
        id: contact.id,
        name: change.name.clone().unwrap_or_else(|| contact.name.clone()),
        language: change.language.unwrap_or(contact.language),
        opted_out_at: match change.opted_out {
            Some(true) => contact.opted_out_at.or(Some(now)),
            Some(false) => None,
            None => contact.opted_out_at,
        },
    }
}
