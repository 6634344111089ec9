//! Whether a row is somebody known. By the same rule as for a message, for each of the row's names; if they lead to several people, to
//! none of them.

use std::collections::{HashMap, HashSet};

use domain::contact::{Candidate, Contact, Identity, IdentityKind};
use domain::ids::ContactId;

use super::newcomer::Newcomer;
use crate::pipeline::{Found, find_person, member_of};

/// Everybody whom the rows of a stretch could mean.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_key: HashMap<String, Vec<Candidate>>,
    with_number: HashSet<ContactId>,
    /// What rows in front made of people.
    changed: HashMap<ContactId, Contact>,
}

/// Who a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nobody who is known.
    New,
    /// This person, of whom these names are news.
    Is(Contact, Vec<Identity>),
    /// Any of these; why it is not clear, as a word and a sentence.
    Several(Vec<ContactId>, &'static str, &'static str),
}

impl Known {
    pub(super) fn of(candidates: Vec<Candidate>, with_number: HashSet<ContactId>) -> Self {
        let mut known = Known::default();
        known.read(candidates, with_number);
        known
    }

    /// Learns what the database has.
    pub(super) fn read(&mut self, candidates: Vec<Candidate>, with_number: HashSet<ContactId>) {
        self.with_number.extend(with_number);
        candidates.into_iter().for_each(|candidate| self.add(candidate));
    }

    fn add(&mut self, candidate: Candidate) {
        if candidate.identity.kind == IdentityKind::Phone {
            self.with_number.insert(candidate.contact.id);
        }
        self.by_key.entry(candidate.identity.match_key.clone()).or_default().push(candidate);
    }

    /// The next rows know these names of somebody, too; of one of the contacts that are taken for them, if they are several.
    pub(super) fn learn(&mut self, contact: &Contact, member: Option<ContactId>, names: &[Identity]) {
        for identity in names {
            self.add(Candidate {
                identity: identity.clone(),
                contact: contact.clone(),
                blocked: false,
                doubted: false,
                provisional: false,
                member,
            });
        }
    }

    /// Of which of the contacts that are taken for somebody a row is, if they are several: of the one whose name it has.
    pub(super) fn member(&self, newcomer: &Newcomer) -> Option<ContactId> {
        newcomer.names.iter().find_map(|name| {
            let candidates = self.by_key.get(&name.match_key).map_or(&[][..], Vec::as_slice);
            match find_person(std::slice::from_ref(name), candidates) {
                Found::One(contact, how) => member_of(contact.id, &how, candidates),
                Found::Several(_) | Found::Nobody => None,
            }
        })
    }

    /// What is known of somebody is so from now on.
    pub(super) fn change(&mut self, contact: &Contact) {
        self.changed.insert(contact.id, contact.clone());
    }

    fn found(&self, name: &Identity) -> Found {
        let candidates = self.by_key.get(&name.match_key).map_or(&[][..], Vec::as_slice);
        find_person(std::slice::from_ref(name), candidates)
    }

    /// Whether a name is somebody's to the letter.
    fn has(&self, name: &Identity) -> bool {
        self.by_key.get(&name.match_key).is_some_and(|all| all.iter().any(|known| known.identity == *name))
    }

    /// Who a row is.
    pub(super) fn who(&self, newcomer: &Newcomer) -> Verdict {
        let mut people: Vec<(Contact, IdentityKind)> = Vec::new();
        for name in &newcomer.names {
            match self.found(name) {
                Found::One(contact, _) => people.push((contact, name.kind)),
                Found::Several(ids) => {
                    let said = "the number could be one of several people";
                    return Verdict::Several(ids, "number_of_several", said);
                }
                Found::Nobody => {}
            }
        }
        let mut ids: Vec<ContactId> = people.iter().map(|(contact, _)| contact.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let Some((contact, _)) = people.first() else { return Verdict::New };
        if 1 < ids.len() {
            return Verdict::Several(ids, "names_of_several", "the names of the row belong to several people");
        }
        // Families and offices share an address: with another number it may be somebody else's.
        let by_address_alone = people.iter().all(|(_, kind)| *kind == IdentityKind::Email);
        let has_number = newcomer.names.iter().any(|name| name.kind == IdentityKind::Phone);
        if by_address_alone && has_number && self.with_number.contains(&contact.id) {
            let said = "the e-mail address belongs to somebody with another number";
            return Verdict::Several(ids, "email_with_another_number", said);
        }
        let news = newcomer.names.iter().filter(|name| !self.has(name)).cloned().collect();
        Verdict::Is(self.changed.get(&contact.id).unwrap_or(contact).clone(), news)
    }
}

/// What is known of somebody after a row: what nobody knew, or, where the file has the last word, what it says.
pub(super) fn changed(contact: &Contact, newcomer: &Newcomer, overwrite: bool, now: i64) -> Contact {
    let better = |known: Option<String>, said: Option<String>| if overwrite { said.or(known) } else { known.or(said) };
    Contact {
        id: contact.id,
        name: better(contact.name.clone(), newcomer.name.clone()),
        language: if overwrite {
            newcomer.language.or(contact.language)
        } else {
            contact.language.or(newcomer.language)
        },
        // A wish for silence is taken from everywhere; that it is over, from nobody's list.
        opted_out_at: contact.opted_out_at.or(newcomer.opted_out.then_some(now)),
    }
}

#[cfg(test)]
mod tests {
    use domain::PhoneNumber;
    use uuid::Uuid;

    use super::*;

    fn contact(id: u128) -> Contact {
        Contact { id: ContactId(Uuid::from_u128(id)), name: None, language: None, opted_out_at: None }
    }

    fn phone(digits: &str) -> Identity {
        Identity::phone(&PhoneNumber::from_whatsapp(digits).unwrap())
    }

    fn known(all: &[(u128, Identity)]) -> Known {
        let mut known = Known::default();
        all.iter().for_each(|(id, name)| known.learn(&contact(*id), None, std::slice::from_ref(name)));
        known
    }

    fn row(names: &[Identity]) -> Newcomer {
        Newcomer { names: names.to_vec(), ..Newcomer::default() }
    }

    #[test]
    fn a_twin_of_a_known_number_is_the_person_and_the_spelling_is_news() {
        let known = known(&[(1, phone("5215512345678"))]);
        let verdict = known.who(&row(&[phone("525512345678"), Identity::email("a@b.mx")]));
        assert_eq!(verdict, Verdict::Is(contact(1), vec![phone("525512345678"), Identity::email("a@b.mx")]));
        assert_eq!(known.who(&row(&[phone("525587654321")])), Verdict::New);
    }

    #[test]
    fn names_of_two_people_are_nobodys() {
        let known = known(&[(1, phone("525512345678")), (2, Identity::email("b@b.mx"))]);
        let verdict = known.who(&row(&[phone("525512345678"), Identity::email("b@b.mx")]));
        assert!(matches!(verdict, Verdict::Several(people, "names_of_several", _) if people.len() == 2));
    }

    #[test]
    fn an_address_finds_whoever_has_no_other_number() {
        let shared = Identity::email("office@b.mx");
        let known = known(&[(1, phone("525512345678")), (1, shared.clone()), (2, Identity::email("b@b.mx"))]);
        let other = |address: Identity| known.who(&row(&[phone("525587654321"), address]));
        assert!(matches!(other(shared), Verdict::Several(_, "email_with_another_number", _)));
        assert!(matches!(other(Identity::email("b@b.mx")), Verdict::Is(person, _) if person == contact(2)));
    }
}
