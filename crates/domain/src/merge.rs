//! Several contacts turn out to be one person. What is known of each stays apart, and what holds for the person is reckoned from it: taking
//! them apart again, in whatever order, is to reckon anew.

use crate::Language;
use crate::ids::{CompanyId, ContactId};

/// What is known of somebody. Moments are milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What they are called.
    pub name: Option<String>,
    /// The language that they write in.
    pub language: Option<Language>,
    /// For whom they work.
    pub employment: Option<Employment>,
    /// Since when they want no more messages.
    pub opted_out_at: Option<i64>,
    /// Until when WhatsApp spares them marketing.
    pub spared_until: Option<i64>,
    /// Since when we want to hear nothing of them.
    pub blocked_at: Option<i64>,
}

/// That somebody works for a company, and since when we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Employment {
    /// For which.
    pub company: CompanyId,
    /// Milliseconds since 1970.
    pub since: i64,
}

/// Somebody, with each of the contacts that are taken for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The contact as which they go on.
    pub survivor: ContactId,
    /// All of the contacts, this one included: it alone if they are no more than one.
    pub members: Vec<Member>,
}

/// One of the contacts that are taken for a person, with what is known of it by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Which.
    pub contact: ContactId,
    /// What it has said and was given.
    pub facts: Facts,
}

/// Whom something is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// One of the contacts: it came from there.
    One(ContactId),
    /// The person: whoever says it knows no difference.
    All,
}

/// Something that becomes known of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learnt {
    /// What a message shows of whoever wrote it: their name and their language. Only where nobody knew it.
    Met(Option<String>, Option<Language>),
    /// What they are called, or that nobody knows.
    Name(Option<String>),
    /// The language to write to them in, or that nobody knows.
    Language(Option<Language>),
    /// For whom they work, or that nobody knows.
    Employment(Option<Employment>),
    /// They want no more messages.
    OptedOut(i64),
    /// They want messages again.
    OptedIn,
    /// WhatsApp spares them marketing until then.
    SparedUntil(i64),
    /// We want to hear nothing of them.
    Blocked(i64),
    /// We want to hear of them again.
    Unblocked,
}

impl Person {
    /// What holds for the person: of what they are called and do, what the contact says as which they go on, else another; of what restrains
    /// us, the strictest.
    pub fn facts(&self) -> Facts {
        let mut members: Vec<&Member> = self.members.iter().collect();
        members.sort_unstable_by_key(|member| (member.contact != self.survivor, member.contact));
        members.into_iter().fold(Facts::default(), |joint, member| joint.with(&member.facts))
    }

    /// What is known of one of the contacts by itself.
    pub fn of(&self, contact: ContactId) -> Option<&Facts> {
        self.members.iter().find(|member| member.contact == contact).map(|member| &member.facts)
    }

    /// Learns something about one of the contacts, or about the person.
    pub fn learn(&mut self, whose: Whose, learnt: &Learnt) {
        let joint = self.facts();
        let survivor = self.survivor;
        let is_meant = |contact: ContactId| match whose {
            Whose::One(one) => one == contact,
            // What is shown of the person is what the survivor says, and the others keep what is theirs.
            Whose::All => contact == survivor || !learnt.is_something_to_show(),
        };
        for member in self.members.iter_mut().filter(|member| is_meant(member.contact)) {
            member.facts.learn(&joint, learnt);
        }
    }

    /// Takes these contacts away, as somebody who goes on as one of them.
    pub fn part(&mut self, survivor: ContactId, contacts: &[ContactId]) -> Person {
        let (members, staying) =
            std::mem::take(&mut self.members).into_iter().partition(|member| contacts.contains(&member.contact));
        self.members = staying;
        Person { survivor, members }
    }
}

impl Learnt {
    fn is_something_to_show(&self) -> bool {
        match self {
            Learnt::Met(..) | Learnt::Name(Some(_)) | Learnt::Language(Some(_)) | Learnt::Employment(Some(_)) => true,
            Learnt::Name(None) | Learnt::Language(None) | Learnt::Employment(None) => false,
            Learnt::OptedOut(_) | Learnt::OptedIn | Learnt::SparedUntil(_) | Learnt::Blocked(_) | Learnt::Unblocked => {
                false
            }
        }
    }
}

impl Facts {
    /// The last wish of several for silence counts: what was queued before it must not leave.
    fn with(self, other: &Facts) -> Facts {
        Facts {
            name: self.name.or_else(|| other.name.clone()),
            language: self.language.or(other.language),
            employment: self.employment.or(other.employment),
            opted_out_at: self.opted_out_at.max(other.opted_out_at),
            spared_until: self.spared_until.max(other.spared_until),
            blocked_at: self.blocked_at.into_iter().chain(other.blocked_at).min(),
        }
    }

    fn learn(&mut self, joint: &Facts, learnt: &Learnt) {
        match learnt {
            Learnt::Met(name, language) => {
                if joint.name.is_none() {
                    self.name.clone_from(name);
                }
                if joint.language.is_none() {
                    self.language = *language;
                }
            }
            Learnt::Name(name) => self.name.clone_from(name),
            Learnt::Language(language) => self.language = *language,
            Learnt::Employment(employment) => self.employment = *employment,
            Learnt::OptedOut(at) => self.opted_out_at = self.opted_out_at.max(Some(*at)),
            Learnt::OptedIn => self.opted_out_at = None,
            Learnt::SparedUntil(until) => self.spared_until = self.spared_until.max(Some(*until)),
            Learnt::Blocked(at) => self.blocked_at = self.blocked_at.or(Some(*at)),
            Learnt::Unblocked => self.blocked_at = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ANA: ContactId = ContactId(Uuid::from_u128(7));
    const BEA: ContactId = ContactId(Uuid::from_u128(3));
    const CARLA: ContactId = ContactId(Uuid::from_u128(5));

    fn person(members: &[(ContactId, Option<&str>)]) -> Person {
        let member = |(contact, name): &(ContactId, Option<&str>)| Member {
            contact: *contact,
            facts: Facts { name: name.map(str::to_owned), ..Facts::default() },
        };
        Person { survivor: ANA, members: members.iter().map(member).collect() }
    }

    #[test]
    fn what_one_says_restrains_us_for_all_and_stays_their_own() {
        let mut person = person(&[(ANA, Some("Ana")), (BEA, Some("Bea")), (CARLA, None)]);
        person.learn(Whose::One(BEA), &Learnt::OptedOut(5));
        person.learn(Whose::One(CARLA), &Learnt::OptedOut(9));
        person.learn(Whose::One(BEA), &Learnt::SparedUntil(20));
        let joint = person.facts();
        assert_eq!((joint.name.as_deref(), joint.opted_out_at, joint.spared_until), (Some("Ana"), Some(9), Some(20)));
        let carla = person.part(CARLA, &[CARLA]);
        assert_eq!((carla.facts().opted_out_at, person.facts().opted_out_at), (Some(9), Some(5)));
        assert_eq!(person.of(ANA).unwrap().opted_out_at, None);
        person.learn(Whose::One(BEA), &Learnt::OptedIn);
        assert_eq!(person.facts().opted_out_at, None);
    }

    #[test]
    fn what_is_said_of_the_person_restrains_us_for_each() {
        let mut person = person(&[(ANA, None), (BEA, None)]);
        person.learn(Whose::All, &Learnt::Blocked(4));
        person.learn(Whose::All, &Learnt::OptedOut(6));
        let bea = person.part(BEA, &[BEA]);
        for facts in [person.facts(), bea.facts()] {
            assert_eq!((facts.blocked_at, facts.opted_out_at), (Some(4), Some(6)));
        }
    }

    #[test]
    fn whoever_is_heard_again_is_heard_again_in_all() {
        let mut person = person(&[(ANA, None), (BEA, None)]);
        person.learn(Whose::One(BEA), &Learnt::Blocked(4));
        person.learn(Whose::All, &Learnt::Unblocked);
        assert_eq!(person.facts().blocked_at, None);
    }

    #[test]
    fn a_name_that_is_given_to_the_person_is_the_survivors_and_one_that_is_taken_is_gone() {
        let mut person = person(&[(ANA, None), (BEA, Some("Bea"))]);
        person.learn(Whose::All, &Learnt::Name(Some("Beatriz".to_owned())));
        assert_eq!(person.facts().name.as_deref(), Some("Beatriz"));
        assert_eq!(person.of(BEA).unwrap().name.as_deref(), Some("Bea"));
        person.learn(Whose::All, &Learnt::Name(None));
        assert_eq!(person.facts().name, None);
    }

    #[test]
    fn a_message_tells_of_whoever_wrote_it_what_nobody_knew() {
        let mut person = person(&[(ANA, Some("Ana")), (BEA, None)]);
        person.learn(Whose::One(BEA), &Learnt::Met(Some("Ana".to_owned()), Some(Language::Es)));
        assert_eq!(person.of(BEA).unwrap(), &Facts { language: Some(Language::Es), ..Facts::default() });
        assert_eq!(person.of(ANA).unwrap().language, None);
        assert_eq!(person.facts().language, Some(Language::Es));
    }
}
