//! Who wrote: before anything else runs.
//!
//! A known identity, then a twin of one, else somebody new. When the evidence names several people, none of them is chosen. A number that
//! may have a new owner begins a thread of its own.

mod owner;

use domain::PhoneNumber;
use domain::contact::{Candidate, Contact, Identity};
use domain::ids::{ContactId, FreshIds};
use domain::interaction::{Resolution, Step};
use domain::trial::Trial;
use jiff::Timestamp;
use store::{KnownConversation, NewConversation};

use super::values::{Inbound, Known, Nature, Resolved, Thread, Who};

/// The person and the thread of an inbound message.
pub(super) fn sender(known: Known, inbound: &Inbound, trial: &Trial, fresh: &FreshIds, now: Timestamp) -> Resolved {
    let Known { candidates, conversation, user_id_pinned_elsewhere, .. } = known;
    let names = inbound.sender.identities();
    let mut member = None;
    let (who, mut steps) = match find(&names, &candidates_of(&names, &candidates)) {
        Found::One(contact, how) => {
            member = member_of(contact.id, &how, &candidates);
            let step = Step::Resolved { how, contact: contact.id, name: contact.name.clone() };
            (Who::Known(contact), vec![step])
        }
        Found::Several(people) => (Who::Ambiguous(people.clone()), vec![Step::Ambiguous { candidates: people }]),
        Found::Nobody => {
            let contact = somebody_new(inbound, fresh);
            let step = Step::Resolved { how: Resolution::New, contact: contact.id, name: contact.name.clone() };
            (Who::New(contact), vec![step])
        }
    };
    let doubt = owner::sign(&who, conversation.as_ref(), &candidates, inbound, now);
    let doubted = doubt.is_some() || is_of_known(&who, &candidates, |candidate| candidate.doubted);
    steps.extend(doubt.map(|sign| Step::Doubted { sign }));
    // Whoever had the number before had it in another thread.
    let conversation = conversation.filter(|_| doubt.is_none());
    let identities = match &who {
        // What may be somebody else's name is nobody's until a person says.
        Who::Known(_) if doubted => Vec::new(),
        Who::Known(contact) | Who::New(contact) => learn_names(contact.id, &names, &candidates, inbound, &mut steps),
        Who::Ambiguous(_) => Vec::new(),
    };
    let pin_user_id = conversation.as_ref().and_then(|thread| user_id_to_pin(thread, inbound));
    let pin_phone = conversation.as_ref().and_then(|thread| phone_to_pin(thread, inbound));
    let conversation = match conversation {
        Some(known) => Thread::Known(Box::new(known)),
        None => {
            let mut thread = new_thread(&who, member, inbound, fresh);
            let is_taken = doubt.is_some() && owner::id_is_taken(&who, &candidates, inbound);
            thread.user_id = thread.user_id.filter(|_| !user_id_pinned_elsewhere && !is_taken);
            Thread::New(thread)
        }
    };
    let in_reach = is_in_reach(trial, &who, &conversation, inbound);
    let region = inbound.sender.phone.as_ref().and_then(|phone| phone.region());
    let profile_name = inbound.sender.profile_name.clone();
    let blocked = is_of_known(&who, &candidates, |candidate| candidate.blocked);
    let is_new = matches!(who, Who::New(_));
    let provisional = is_new || is_of_known(&who, &candidates, |candidate| candidate.provisional);
    Resolved {
        who,
        member,
        blocked,
        doubted,
        doubt,
        provisional,
        in_reach,
        is_pause: false,
        conversation,
        taken_up: None,
        region,
        steps,
        identities,
        profile_name,
        pin_user_id,
        pin_phone,
    }
}

/// Whether automation answers them: who they are decides, and the numbers that WhatsApp gave with the message or the thread. What comes
/// after this stage is told no more of it than that.
fn is_in_reach(trial: &Trial, who: &Who, thread: &Thread, inbound: &Inbound) -> bool {
    let (Who::Known(contact) | Who::New(contact)) = who else { return false };
    let pinned = match thread {
        Thread::Known(known) => pinned_phone(known),
        Thread::New(_) => None,
    };
    trial.answers(contact.id, [&inbound.sender.phone, &inbound.attested, &pinned].into_iter().flatten())
}

fn pinned_phone(thread: &KnownConversation) -> Option<PhoneNumber> {
    thread.phone.as_deref().and_then(|phone| PhoneNumber::from_whatsapp(phone).ok())
}

/// The person of a thread to whom automation goes back by itself.
pub(super) fn again(
    contact: Contact,
    blocked: bool,
    doubted: bool,
    trial: &Trial,
    thread: KnownConversation,
) -> Resolved {
    let in_reach = trial.answers(contact.id, pinned_phone(&thread).as_ref());
    Resolved {
        who: Who::Known(contact),
        member: None,
        blocked,
        doubted,
        doubt: None,
        provisional: false,
        in_reach,
        is_pause: true,
        conversation: Thread::Known(Box::new(thread)),
        taken_up: None,
        region: None,
        steps: Vec::new(),
        identities: Vec::new(),
        profile_name: None,
        pin_user_id: None,
        pin_phone: None,
    }
}

fn is_of_known(who: &Who, candidates: &[Candidate], holds: impl Fn(&Candidate) -> bool) -> bool {
    match who {
        Who::Known(contact) => {
            candidates.iter().any(|candidate| candidate.contact.id == contact.id && holds(candidate))
        }
        Who::New(_) | Who::Ambiguous(_) => false,
    }
}

/// Only the sender's own names decide who they are; those that the message announces are news about that person.
fn candidates_of(names: &[Identity], candidates: &[Candidate]) -> Vec<Candidate> {
    let is_own = |candidate: &&Candidate| names.iter().any(|name| name.match_key == candidate.identity.match_key);
    candidates.iter().filter(is_own).cloned().collect()
}

/// Whom names lead to.
pub(crate) enum Found {
    /// This person, and how.
    One(Contact, Resolution),
    /// Any of these.
    Several(Vec<ContactId>),
    /// Somebody new.
    Nobody,
}

/// The names stand in order of authority, and the first that is known decides: a phone number that comes together with a user
/// id keeps the phone's person. Twins count only where no name is known to the letter.
pub(crate) fn find(names: &[Identity], candidates: &[Candidate]) -> Found {
    for name in names {
        if let Some(known) = candidates.iter().find(|candidate| candidate.identity == *name) {
            return Found::One(known.contact.clone(), Resolution::Known { identity: name.clone() });
        }
    }
    let mut people: Vec<ContactId> = candidates.iter().map(|candidate| candidate.contact.id).collect();
    people.sort_unstable();
    people.dedup();
    match (people.as_slice(), candidates.first()) {
        ([_], Some(twin)) => Found::One(twin.contact.clone(), Resolution::Twin { of: twin.identity.value.clone() }),
        ([], _) | (_, None) => Found::Nobody,
        (_, Some(_)) => Found::Several(people),
    }
}

/// Which of the contacts that are taken for a person a name is of, if they are several: the one whose name led to the person.
pub(crate) fn member_of(contact: ContactId, how: &Resolution, candidates: &[Candidate]) -> Option<ContactId> {
    let led = |candidate: &&Candidate| match how {
        Resolution::Known { identity } => candidate.identity == *identity,
        Resolution::Twin { of } => candidate.identity.value == *of,
        Resolution::New => false,
    };
    let names = || candidates.iter().filter(|candidate| candidate.contact.id == contact);
    names().find(led).or_else(|| names().next()).and_then(|candidate| candidate.member)
}

fn somebody_new(inbound: &Inbound, fresh: &FreshIds) -> Contact {
    Contact { id: fresh.contact, name: inbound.sender.profile_name.clone(), language: None, opted_out_at: None }
}

/// The names that this message adds to the person. One that is somebody else's stays theirs and is shown as a likely duplicate.
fn learn_names(
    contact: ContactId,
    names: &[Identity],
    candidates: &[Candidate],
    inbound: &Inbound,
    steps: &mut Vec<Step>,
) -> Vec<Identity> {
    let announced: Vec<Identity> = match &inbound.message.nature {
        Nature::IdentityChange { identities } => identities.clone(),
        Nature::Message => inbound.attested.iter().map(Identity::phone).collect(),
        Nature::Annotation
        | Nature::Welcome
        | Nature::Echo
        | Nature::Standby
        | Nature::StandbyEcho
        | Nature::DeviceChange
        | Nature::Preference { .. } => Vec::new(),
    };
    let mut learnt = Vec::new();
    for name in names.iter().chain(&announced) {
        match candidates.iter().find(|candidate| candidate.identity == *name) {
            Some(known) if known.contact.id == contact => {}
            Some(known) => {
                steps.push(Step::BelongsToAnother { identity: name.clone(), contact: known.contact.id });
            }
            None => learnt.push(name.clone()),
        }
    }
    // Of somebody new, the names are no news.
    if !candidates.is_empty() || inbound.attested.is_some() {
        steps.extend(learnt.iter().map(|identity| Step::Linked { identity: identity.clone() }));
    }
    learnt
}

/// A thread of a phone number learns the user id that its sender carries, so that it goes on when the number is withheld.
fn user_id_to_pin(thread: &KnownConversation, inbound: &Inbound) -> Option<String> {
    let sender = &inbound.sender;
    let same_phone = thread.phone.as_deref() == sender.phone.as_ref().map(|phone| phone.as_str());
    // What is announced of a person may be their old name, or somebody else's new one.
    let says_it = matches!(inbound.message.nature, Nature::Message | Nature::Echo);
    let learns = thread.phone.is_some() && same_phone && thread.user_id.is_none() && says_it;
    sender.user_id.clone().filter(|_| learns)
}

/// A thread of a user id learns the number that its sender shows by now, or gave when we asked: some templates go to numbers only.
fn phone_to_pin(thread: &KnownConversation, inbound: &Inbound) -> Option<String> {
    let sender = &inbound.sender;
    let same_user_id = thread.user_id.is_some() && thread.user_id == sender.user_id;
    let learns = thread.phone.is_none() && same_user_id && matches!(inbound.message.nature, Nature::Message);
    let phone = sender.phone.as_ref().or(inbound.attested.as_ref());
    phone.filter(|_| learns).map(|phone| phone.as_str().to_owned())
}

fn new_thread(who: &Who, member: Option<ContactId>, inbound: &Inbound, fresh: &FreshIds) -> NewConversation {
    let (contact, candidates) = match who {
        Who::Known(contact) | Who::New(contact) => (Some(contact.id), None),
        Who::Ambiguous(people) => (None, serde_json::to_string(people).ok()),
    };
    NewConversation {
        id: fresh.conversation,
        channel: inbound.channel,
        contact,
        member,
        candidates,
        phone: inbound.sender.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        user_id: inbound.sender.user_id.clone(),
        profile_name: inbound.sender.profile_name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use domain::contact::Sender;
    use uuid::Uuid;

    use super::*;

    fn phone(wa_id: &str) -> Identity {
        Identity::phone(&PhoneNumber::from_whatsapp(wa_id).unwrap())
    }

    fn candidate(person: u128, identity: Identity) -> Candidate {
        let contact =
            Contact { id: ContactId(Uuid::from_u128(person)), name: None, language: None, opted_out_at: None };
        Candidate { identity, contact, blocked: false, doubted: false, provisional: false, member: None }
    }

    fn names(wa_id: Option<&str>, user_id: Option<&str>) -> Vec<Identity> {
        let phone = wa_id.map(|id| PhoneNumber::from_whatsapp(id).unwrap());
        let user_id = user_id.map(str::to_owned);
        Sender { phone, user_id, parent_user_id: None, profile_name: None }.identities()
    }

    fn person(found: &Found) -> Option<u128> {
        match found {
            Found::One(contact, _) => Some(contact.id.0.as_u128()),
            Found::Several(_) | Found::Nobody => None,
        }
    }

    #[test]
    fn a_known_number_wins_over_its_twin() {
        let known = [candidate(1, phone("525512345678")), candidate(2, phone("5215512345678"))];
        assert_eq!(person(&find(&names(Some("5215512345678"), None), &known)), Some(2));
    }

    #[test]
    fn a_twin_finds_the_person_when_there_is_only_one() {
        let known = [candidate(1, phone("525512345678"))];
        assert_eq!(person(&find(&names(Some("5215512345678"), None), &known)), Some(1));
    }

    #[test]
    fn two_people_are_never_guessed() {
        // A Brazilian number of thirteen digits whose two old spellings belong to two people.
        let known = [
            candidate(1, phone("551187654321")),
            candidate(2, Identity { value: "+55 11 8765".into(), ..phone("551187654321") }),
        ];
        assert!(
            matches!(find(&names(Some("5511987654321"), None), &known), Found::Several(people) if people.len() == 2)
        );
    }

    #[test]
    fn a_number_with_a_user_id_keeps_the_numbers_person() {
        let known = [candidate(1, phone("525512345678")), candidate(2, Identity::user_id("MX.77"))];
        assert_eq!(person(&find(&names(Some("525512345678"), Some("MX.77")), &known)), Some(1));
    }

    #[test]
    fn of_several_contacts_the_one_whose_name_led_there_wrote() {
        let of = |member: u128, identity| Candidate {
            member: Some(ContactId(Uuid::from_u128(member))),
            ..candidate(1, identity)
        };
        let known = [of(1, phone("525512345678")), of(2, Identity::user_id("MX.77"))];
        let wrote = |names: &[Identity]| match find(names, &known) {
            Found::One(contact, how) => member_of(contact.id, &how, &known).map(|member| member.0.as_u128()),
            Found::Several(_) | Found::Nobody => None,
        };
        assert_eq!(wrote(&names(Some("5215512345678"), None)), Some(1), "by another spelling");
        assert_eq!(wrote(&names(Some("525587654321"), Some("MX.77"))), Some(2), "from another number");
    }

    #[test]
    fn a_user_id_alone_finds_exactly_that_id() {
        let known = [candidate(2, Identity::user_id("MX.77"))];
        assert_eq!(person(&find(&names(None, Some("MX.77")), &known)), Some(2));
        assert!(matches!(find(&names(None, Some("MX.78")), &[]), Found::Nobody));
    }
}
