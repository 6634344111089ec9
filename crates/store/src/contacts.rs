//! People and their identities.

mod provisional;

use domain::contact::{Candidate, Contact, Identity};
use domain::ids::{CompanyId, ContactId, WorkspaceId};
use domain::merge::Employment;
use domain::spelling::plain;
use domain::{Language, PhoneNumber};

use crate::tx::Question;
use crate::{Result, Row, Tx, params};

/// A contact as lists show it.
#[derive(Debug, Clone)]
pub struct ContactRow {
    /// The person.
    pub contact: Contact,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Their names.
    pub identities: Vec<IdentityRow>,
    /// Whom they turned out to be: all that was theirs is there.
    pub merged_into: Option<ContactId>,
    /// For whom they work, if that is known.
    pub company: Option<CompanyId>,
    /// Since when their number may be somebody else's.
    pub doubted_at: Option<i64>,
    /// Since when they are known without being a record of the CRM; `None` if they are one.
    pub provisional_at: Option<i64>,
}

/// An identity and since when it is known.
#[derive(Debug, Clone)]
pub struct IdentityRow {
    /// The identity.
    pub identity: Identity,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Whose it is by itself, while that contact is taken for this one.
    pub member: Option<ContactId>,
}

impl Tx<'_> {
    /// Everybody whom these identities, or twins of them, name.
    pub fn candidates(&mut self, workspace: WorkspaceId, identities: &[Identity]) -> Result<Vec<Candidate>> {
        let rows = self.ask(named_people(workspace, identities))?;
        rows.iter().map(candidate).collect()
    }

    /// Keeps a new person, who is a record of the CRM.
    pub fn add_contact(&mut self, workspace: WorkspaceId, contact: &Contact, now: i64) -> Result<()> {
        self.add_person(workspace, contact, now, None)
    }

    fn add_person(
        &mut self,
        workspace: WorkspaceId,
        contact: &Contact,
        now: i64,
        provisional_at: Option<i64>,
    ) -> Result<()> {
        self.put(
            "INSERT INTO contacts (workspace_id, id, name, language, opted_out_at, created_at, name_key, provisional_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                workspace,
                contact.id,
                contact.name.as_deref(),
                contact.language.map(Language::code),
                contact.opted_out_at,
                now,
                contact.name.as_deref().map(name_key),
                provisional_at
            ],
        )
    }

    /// Gives a person another name. A name that is somebody's stays theirs.
    pub fn add_identity(
        &mut self,
        workspace: WorkspaceId,
        contact: ContactId,
        identity: &Identity,
        now: i64,
    ) -> Result<()> {
        self.learn_identity(workspace, contact, None, identity, now)
    }

    /// The same for a name of one of the contacts that are taken for a person.
    pub fn learn_identity(
        &mut self,
        workspace: WorkspaceId,
        contact: ContactId,
        member: Option<ContactId>,
        identity: &Identity,
        now: i64,
    ) -> Result<()> {
        let other = member.filter(|member| *member != contact);
        self.put(
            "INSERT INTO identities (workspace_id, match_key, kind, value, contact_id, created_at, member_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            params![workspace, &identity.match_key, identity.kind.name(), &identity.value, contact, now, other],
        )
    }

    /// Writes down what a person is called and speaks, who is no more than one contact. What they wish stays as it is: WhatsApp may have told
    /// it since they were read.
    pub fn update_contact(&mut self, workspace: WorkspaceId, contact: &Contact) -> Result<()> {
        self.put(
            "UPDATE contacts SET name = $3, language = $4, name_key = $5 WHERE workspace_id = $1 AND id = $2",
            params![
                workspace,
                contact.id,
                contact.name.as_deref(),
                contact.language.map(Language::code),
                contact.name.as_deref().map(name_key)
            ],
        )
    }

    /// Writes down since when a person who is no more than one contact wants no marketing, or, with `None`, that they want it again.
    pub fn set_opted_out(&mut self, workspace: WorkspaceId, id: ContactId, since: Option<i64>) -> Result<()> {
        let sql = "UPDATE contacts SET opted_out_at = $3 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, since])
    }

    /// Whether what a person writes raises nothing.
    pub fn is_blocked(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<bool> {
        let sql = "SELECT 1 FROM contacts WHERE workspace_id = $1 AND id = $2 AND blocked_at IS NOT NULL";
        Ok(self.query_opt(sql, params![workspace, id])?.is_some())
    }

    /// One person with their names. The id of somebody who was merged leads to whom they are.
    pub fn contact(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<Option<ContactRow>> {
        let Some(row) = self.living_contact(workspace, id)? else { return Ok(None) };
        let person = contact(&row, 0)?;
        let identities = self.query(
            "SELECT kind, value, match_key, created_at, member_id FROM identities
             WHERE workspace_id = $1 AND contact_id = $2 ORDER BY created_at, kind, value",
            params![workspace, person.id],
        )?;
        let identities = identities.iter().map(identity_row).collect::<Result<_>>()?;
        Ok(Some(ContactRow {
            contact: person,
            created_at: row.int(4)?,
            identities,
            merged_into: None,
            company: row.opt_id(6)?.map(CompanyId),
            doubted_at: row.opt_int(7)?,
            provisional_at: row.opt_int(8)?,
        }))
    }

    /// Whom an id means: somebody who was merged is whoever they were merged with. An id of nobody means nobody else.
    pub fn whoever(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<ContactId> {
        Ok(self.survivor(workspace, id)?.unwrap_or(id))
    }

    /// Whom an id means: somebody who was merged is whoever they were merged with.
    pub fn survivor(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<Option<ContactId>> {
        let row = self.living_contact(workspace, id)?;
        row.map(|row| Ok(ContactId(row.id(0)?))).transpose()
    }

    fn living_contact(&mut self, workspace: WorkspaceId, mut id: ContactId) -> Result<Option<Row>> {
        let sql = "SELECT id, name, language, opted_out_at, created_at, merged_into,
                          (SELECT e.company_id FROM employments e WHERE e.workspace_id = $1 AND e.contact_id = $2), doubted_at, provisional_at
                   FROM contacts WHERE workspace_id = $1 AND id = $2";
        loop {
            let Some(row) = self.query_opt(sql, params![workspace, id])? else { return Ok(None) };
            match row.opt_id(5)? {
                Some(next) => id = ContactId(next),
                None => return Ok(Some(row)),
            }
        }
    }

    /// A page of the people who are records, the newest first, with their names. `before` is the last id of the page before.
    pub fn contacts(
        &mut self,
        workspace: WorkspaceId,
        before: Option<ContactId>,
        limit: i64,
    ) -> Result<Vec<ContactRow>> {
        let last = ContactId(uuid::Uuid::max());
        let rows = self.query(
            "SELECT c.id, c.name, c.language, c.opted_out_at, c.created_at, i.kind, i.value, i.match_key, i.created_at, c.merged_into,
                    (SELECT e.company_id FROM employments e WHERE e.workspace_id = $1 AND e.contact_id = c.id), i.member_id,
                    c.doubted_at, c.provisional_at
             FROM (SELECT workspace_id, id, name, language, opted_out_at, created_at, merged_into, doubted_at, provisional_at FROM contacts
                   WHERE workspace_id = $1 AND id < $2 AND merged_into IS NULL AND provisional_at IS NULL ORDER BY id DESC LIMIT $3) c
             LEFT JOIN identities i ON i.workspace_id = c.workspace_id AND i.contact_id = c.id
             ORDER BY c.id DESC, i.created_at, i.kind, i.value",
            params![workspace, before.unwrap_or(last), limit],
        )?;
        people(&rows)
    }

    /// The people of these ids with their names, as far as there are any, and as they are: also those who were merged.
    pub fn contacts_by_id(&mut self, workspace: WorkspaceId, ids: &[ContactId]) -> Result<Vec<ContactRow>> {
        let rows = self.query(
            "SELECT c.id, c.name, c.language, c.opted_out_at, c.created_at, i.kind, i.value, i.match_key, i.created_at, c.merged_into,
                    (SELECT e.company_id FROM employments e WHERE e.workspace_id = $1 AND e.contact_id = c.id), i.member_id,
                    c.doubted_at, c.provisional_at
             FROM contacts c LEFT JOIN identities i ON i.workspace_id = c.workspace_id AND i.contact_id = c.id
             WHERE c.workspace_id = $1 AND c.id = ANY($2)",
            params![workspace, ids.iter().map(|id| id.0).collect::<Vec<_>>()],
        )?;
        // Sorted here: asked for an order, PostgreSQL walks through all contacts in it.
        let mut people = people(&rows)?;
        for person in &mut people {
            person
                .identities
                .sort_by_cached_key(|row| (row.created_at, row.identity.kind.name(), row.identity.value.clone()));
        }
        Ok(people)
    }

    /// People whose name begins like this, whatever its case and accents, in the order of their names.
    pub fn contacts_named(&mut self, workspace: WorkspaceId, start: &str, limit: i64) -> Result<Vec<ContactRow>> {
        let start = name_key(start);
        let end = format!("{start}{}", char::MAX);
        let rows = self.query(
            "SELECT id FROM contacts WHERE workspace_id = $1 AND name_key >= $2 AND name_key < $3 ORDER BY name_key, id LIMIT $4",
            params![workspace, start, end, limit],
        )?;
        let ids = rows.iter().map(|row| row.id(0).map(ContactId)).collect::<Result<Vec<_>>>()?;
        ids.into_iter().filter_map(|id| self.contact(workspace, id).transpose()).collect()
    }

    /// A page of the people who work for a company, the newest first.
    pub fn contacts_of_company(
        &mut self,
        workspace: WorkspaceId,
        company: CompanyId,
        before: Option<ContactId>,
        limit: i64,
    ) -> Result<Vec<ContactRow>> {
        let before = before.unwrap_or(ContactId(uuid::Uuid::max()));
        let rows = self.query(
            "SELECT e.contact_id FROM employments e JOIN contacts c ON c.workspace_id = e.workspace_id AND c.id = e.contact_id
             WHERE e.workspace_id = $1 AND e.company_id = $2 AND e.contact_id < $3 AND c.merged_into IS NULL
             ORDER BY e.contact_id DESC LIMIT $4",
            params![workspace, company, before, limit],
        )?;
        let ids = rows.iter().map(|row| row.id(0).map(ContactId)).collect::<Result<Vec<_>>>()?;
        let mut people = if ids.is_empty() { Vec::new() } else { self.contacts_by_id(workspace, &ids)? };
        people.sort_by_key(|row| std::cmp::Reverse(row.contact.id));
        Ok(people)
    }

    /// Writes down for which company a person works, if that is known.
    pub(crate) fn set_employment(
        &mut self,
        workspace: WorkspaceId,
        id: ContactId,
        employment: Option<Employment>,
    ) -> Result<()> {
        let Some(Employment { company, since }) = employment else {
            return self
                .put("DELETE FROM employments WHERE workspace_id = $1 AND contact_id = $2", params![workspace, id]);
        };
        self.put(
            "INSERT INTO employments (workspace_id, contact_id, company_id, since) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace_id, contact_id) DO UPDATE SET company_id = excluded.company_id, since = excluded.since",
            params![workspace, id, company, since],
        )
    }

    /// Everybody whom a phone number names, in any of its spellings.
    pub fn contacts_of_phone(&mut self, workspace: WorkspaceId, phone: &PhoneNumber) -> Result<Vec<ContactRow>> {
        self.contacts_of(workspace, &Identity::phone(phone))
    }

    /// Everybody whom an identity or a twin of it names.
    pub fn contacts_of(&mut self, workspace: WorkspaceId, identity: &Identity) -> Result<Vec<ContactRow>> {
        let candidates = self.candidates(workspace, std::slice::from_ref(identity))?;
        let mut ids: Vec<ContactId> = candidates.iter().map(|candidate| candidate.contact.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let people = ids.into_iter().filter_map(|id| self.contact(workspace, id).transpose());
        people.collect()
    }
}

/// A name as it is looked for.
pub(crate) fn name_key(name: &str) -> String {
    plain(name.trim())
}

/// People, from rows of one with each of their names; those of a person side by side.
fn people(rows: &[Row]) -> Result<Vec<ContactRow>> {
    let mut people: Vec<ContactRow> = Vec::new();
    for row in rows {
        let person = contact(row, 0)?;
        if people.last().is_none_or(|last| last.contact.id != person.id) {
            people.push(ContactRow {
                contact: person,
                created_at: row.int(4)?,
                identities: Vec::new(),
                merged_into: row.opt_id(9)?.map(ContactId),
                company: row.opt_id(10)?.map(CompanyId),
                doubted_at: row.opt_int(12)?,
                provisional_at: row.opt_int(13)?,
            });
        }
        if let (Some(last), true) = (people.last_mut(), row.opt_text(5)?.is_some()) {
            let (created_at, member) = (row.int(8)?, row.opt_id(11)?.map(ContactId));
            last.identities.push(IdentityRow { identity: identity(row, 5)?, created_at, member });
        }
    }
    Ok(people)
}

fn identity_row(row: &Row) -> Result<IdentityRow> {
    Ok(IdentityRow { identity: identity(row, 0)?, created_at: row.int(3)?, member: row.opt_id(4)?.map(ContactId) })
}

/// Whom these identities name.
pub(crate) fn named_people(workspace: WorkspaceId, identities: &[Identity]) -> Question {
    let key = |index: usize| identities.get(index).or(identities.first()).map(|identity| &identity.match_key);
    let sql =
        "SELECT c.id, c.name, c.language, c.opted_out_at, i.kind, i.value, i.match_key, c.blocked_at, c.joint, i.member_id,
                c.doubted_at, c.provisional_at
         FROM identities i JOIN contacts c ON c.workspace_id = i.workspace_id AND c.id = i.contact_id
         WHERE i.workspace_id = $1 AND i.match_key IN ($2, $3, $4)";
    Question { sql, params: params![workspace, key(0), key(1), key(2)] }
}

/// Somebody and the name by which they were found, as these rows have them.
pub(crate) fn candidate(row: &Row) -> Result<Candidate> {
    let (contact, is_joint) = (contact(row, 0)?, row.opt_int(8)?.is_some());
    let member = row.opt_id(9)?.map_or(contact.id, ContactId);
    Ok(Candidate {
        identity: identity(row, 4)?,
        blocked: row.opt_int(7)?.is_some(),
        member: is_joint.then_some(member),
        doubted: row.opt_int(10)?.is_some(),
        provisional: row.opt_int(11)?.is_some(),
        contact,
    })
}

fn contact(row: &Row, from: usize) -> Result<Contact> {
    Ok(Contact {
        id: ContactId(row.id(from)?),
        name: row.opt_text(from + 1)?,
        language: row.opt_named(from + 2)?,
        opted_out_at: row.opt_int(from + 3)?,
    })
}

fn identity(row: &Row, from: usize) -> Result<Identity> {
    Ok(Identity { kind: row.named(from)?, value: row.text(from + 1)?, match_key: row.text(from + 2)? })
}
