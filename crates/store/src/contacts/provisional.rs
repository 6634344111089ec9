//! People who are known without being records of the CRM: the workflow says who becomes one when.

use domain::contact::Contact;
use domain::ids::{ContactId, WorkspaceId};

use super::ContactRow;
use crate::{Result, Tx, params};

impl Tx<'_> {
    /// Keeps a new person who is no record of the CRM yet.
    pub fn add_provisional_contact(&mut self, workspace: WorkspaceId, contact: &Contact, now: i64) -> Result<()> {
        self.add_person(workspace, contact, now, Some(now))
    }

    /// A person is a record of the CRM from now on. Answers whether that is news.
    pub fn make_record(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<bool> {
        let sql = "UPDATE contacts SET provisional_at = NULL
                   WHERE workspace_id = $1 AND id = $2 AND provisional_at IS NOT NULL";
        Ok(self.execute(sql, params![workspace, id])? == 1)
    }

    /// A page of the people who are no records yet, the newest first.
    pub fn provisional_contacts(
        &mut self,
        workspace: WorkspaceId,
        before: Option<ContactId>,
        limit: i64,
    ) -> Result<Vec<ContactRow>> {
        let rows = self.query(
            "SELECT id FROM contacts WHERE workspace_id = $1 AND id < $2 AND merged_into IS NULL AND provisional_at IS NOT NULL
             ORDER BY id DESC LIMIT $3",
            params![workspace, before.unwrap_or(ContactId(uuid::Uuid::max())), limit],
        )?;
        let ids = rows.iter().map(|row| row.id(0).map(ContactId)).collect::<Result<Vec<_>>>()?;
        let mut people = if ids.is_empty() { Vec::new() } else { self.contacts_by_id(workspace, &ids)? };
        people.sort_by_key(|row| std::cmp::Reverse(row.contact.id));
        Ok(people)
    }
}
