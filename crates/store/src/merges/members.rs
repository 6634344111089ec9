//! What is known of each of the contacts that are taken for one person, and what follows from it for the person.

use domain::ids::{CompanyId, ContactId, WorkspaceId};
use domain::merge::{Employment, Facts, Learnt, Member, Person, Whose};

use crate::contacts::name_key;
use crate::{Result, Row, Tx, params};

impl Tx<'_> {
    /// Whom an id means, with the contacts that are taken for them. Nobody else changes them until this transaction ends.
    pub fn person(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<Option<Person>> {
        let Some(survivor) = self.survivor_to_name(workspace, id)? else { return Ok(None) };
        let rows = self.query(
            "SELECT name, language, opted_out_at, no_marketing_until, blocked_at, company_id, company_since, contact_id
             FROM members WHERE workspace_id = $1 AND survivor_id = $2",
            params![workspace, survivor],
        )?;
        let member = |row: &Row| Ok(Member { contact: ContactId(row.id(7)?), facts: facts(row)? });
        let mut members: Vec<Member> = rows.iter().map(member).collect::<Result<_>>()?;
        if members.is_empty() {
            let row = self.query_one(
                "SELECT c.name, c.language, c.opted_out_at, c.no_marketing_until, c.blocked_at, e.company_id, e.since
                 FROM contacts c LEFT JOIN employments e ON e.workspace_id = c.workspace_id AND e.contact_id = c.id
                 WHERE c.workspace_id = $1 AND c.id = $2",
                params![workspace, survivor],
            )?;
            members.push(Member { contact: survivor, facts: facts(&row)? });
        }
        Ok(Some(Person { survivor, members }))
    }

    /// Notes what becomes known of somebody, or of one of the contacts that are taken for them.
    pub fn learn(&mut self, workspace: WorkspaceId, id: ContactId, whose: Whose, learnt: &[Learnt]) -> Result<()> {
        let Some(mut person) = self.person(workspace, id)? else { return Ok(()) };
        learnt.iter().for_each(|learnt| person.learn(whose, learnt));
        self.keep_person(workspace, &person)
    }

    /// Keeps what is known of each, and what holds for all of them.
    pub(super) fn keep_person(&mut self, workspace: WorkspaceId, person: &Person) -> Result<()> {
        let survivor = person.survivor;
        let is_joint = 1 < person.members.len();
        self.forget_members(workspace, survivor)?;
        for Member { contact, facts } in person.members.iter().filter(|_| is_joint) {
            self.put(
                "INSERT INTO members (workspace_id, survivor_id, contact_id, name, language, opted_out_at, no_marketing_until, blocked_at,
                                      company_id, company_since)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                params![
                    workspace,
                    survivor,
                    *contact,
                    facts.name.as_deref(),
                    facts.language.map(domain::Language::code),
                    facts.opted_out_at,
                    facts.spared_until,
                    facts.blocked_at,
                    facts.employment.map(|employment| employment.company),
                    facts.employment.map(|employment| employment.since)
                ],
            )?;
        }
        let facts = person.facts();
        self.put(
            "UPDATE contacts SET name = $3, name_key = $4, language = $5, opted_out_at = $6, no_marketing_until = $7, blocked_at = $8,
                                 joint = $9
             WHERE workspace_id = $1 AND id = $2",
            params![
                workspace,
                survivor,
                facts.name.as_deref(),
                facts.name.as_deref().map(name_key),
                facts.language.map(domain::Language::code),
                facts.opted_out_at,
                facts.spared_until,
                facts.blocked_at,
                is_joint.then_some(1_i64)
            ],
        )?;
        self.set_employment(workspace, survivor, facts.employment)
    }

    pub(super) fn forget_members(&mut self, workspace: WorkspaceId, survivor: ContactId) -> Result<()> {
        let sql = "DELETE FROM members WHERE workspace_id = $1 AND survivor_id = $2";
        self.execute(sql, params![workspace, survivor]).map(drop)
    }
}

fn facts(row: &Row) -> Result<Facts> {
    let employment = match (row.opt_id(5)?, row.opt_int(6)?) {
        (Some(company), Some(since)) => Some(Employment { company: CompanyId(company), since }),
        (Some(_) | None, _) => None,
    };
    Ok(Facts {
        name: row.opt_text(0)?,
        language: row.opt_named(1)?,
        employment,
        opted_out_at: row.opt_int(2)?,
        spared_until: row.opt_int(3)?,
        blocked_at: row.opt_int(4)?,
    })
}
