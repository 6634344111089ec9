//! What stands in the CRM: each thing once, and whatever was confirmed.

use std::collections::{HashMap, HashSet};

use super::{by_key, finding};
use crate::chaos::evidence::{Evidence, Interaction, Promise, Ticket};
use crate::chaos::report::{Finding, Kind};

/// Confirmed to an agent, and not there.
pub(super) fn broken_promises(evidence: &Evidence) -> Vec<Finding> {
    let told = &evidence.told;
    let replies: HashMap<&str, &str> = told
        .messages
        .iter()
        .filter_map(|message| Some((message.send_id.as_deref()?, message.conversation_id.as_str())))
        .collect();
    let tickets: HashMap<&str, &str> =
        told.tickets.iter().map(|ticket| (ticket.id.as_str(), ticket.state.as_str())).collect();
    let taken_up: HashSet<&str> =
        told.messages.iter().filter_map(|message| message.taken_up()?.ticket.as_deref()).collect();
    let files: HashSet<&str> = told.files.iter().map(|file| file.id.as_str()).collect();
    let templates: HashMap<&str, &str> =
        told.templates.iter().map(|template| (template.name.as_str(), template.state.as_str())).collect();
    let broken = evidence.promises.iter().filter_map(|promise| match promise {
        Promise::Replied { conversation, send } => (replies.get(send.as_str()) != Some(&conversation.as_str()))
            .then(|| format!("the reply {send} was confirmed and is not in thread {conversation}")),
        Promise::Resolved { ticket } => (tickets.get(ticket.as_str()) != Some(&"resolved")
            && !taken_up.contains(ticket.as_str()))
        .then(|| format!("the ticket {ticket} was confirmed as resolved and is not")),
        Promise::Uploaded { file } => {
            (!files.contains(file.as_str())).then(|| format!("the file {file} was confirmed and is not there"))
        }
        Promise::Submitted { template } => (templates.get(template.as_str()).is_none_or(|state| *state == "deleted"))
            .then(|| format!("the template {template} was confirmed and WhatsApp does not have it")),
    });
    broken.map(|what| finding(Kind::Lost, what)).collect()
}

/// There twice: people, threads, matters, tickets.
pub(super) fn doubled(evidence: &Evidence) -> Vec<Finding> {
    let doubled = [people(evidence), threads(evidence), matters(evidence), tickets(evidence)].concat();
    doubled.into_iter().map(|what| finding(Kind::DoubleWrite, what)).collect()
}

fn people(evidence: &Evidence) -> Vec<String> {
    let contacts_of = |person: usize| {
        let names = &evidence.people[person];
        let is_theirs = |value: &str| names.include(value);
        let contacts = evidence.told.contacts.iter();
        contacts.filter(move |contact| contact.identities.iter().any(|identity| is_theirs(&identity.value)))
    };
    let counted = (0..evidence.people.len())
        .map(|person| (person, contacts_of(person).map(|contact| contact.id.as_str()).collect::<HashSet<_>>().len()));
    counted
        .filter(|(_, contacts)| 1 < *contacts)
        .map(|(person, contacts)| format!("person {person} is {contacts} contacts"))
        .collect()
}

fn threads(evidence: &Evidence) -> Vec<String> {
    let threads_of = |person: usize| {
        let names = &evidence.people[person];
        let threads = evidence.told.conversations.iter();
        threads
            .filter(|thread| {
                [&thread.phone, &thread.user_id].into_iter().flatten().any(|address| names.include(address))
            })
            .count()
    };
    let counted = (0..evidence.people.len()).map(|person| (person, threads_of(person)));
    counted
        .filter(|(_, threads)| 1 < *threads)
        .map(|(person, threads)| format!("person {person} has {threads} threads"))
        .collect()
}

fn matters(evidence: &Evidence) -> Vec<String> {
    let is_open = |matter: &&Interaction| matter.closed_at.is_none();
    let open = by_key(&evidence.told.interactions, |matter| {
        Some(matter).filter(is_open).map(|matter| matter.conversation_id.as_str())
    });
    let several = open.iter().filter(|(_, matters)| 1 < matters.len());
    several.map(|(thread, matters)| format!("thread {thread} has {} open matters", matters.len())).collect()
}

fn tickets(evidence: &Evidence) -> Vec<String> {
    let tickets = &evidence.told.tickets;
    let of_matter = by_key(tickets, |ticket| Some(ticket.interaction_id.as_str()));
    let of_matter = of_matter.iter().filter(|(_, tickets)| 1 < tickets.len());
    let of_matter = of_matter.map(|(matter, tickets)| format!("matter {matter} has {} tickets", tickets.len()));
    let is_open = |ticket: &&Ticket| ticket.state == "open";
    let open = by_key(tickets, |ticket| Some(ticket).filter(is_open).map(|ticket| ticket.conversation_id.as_str()));
    let open = open.iter().filter(|(_, tickets)| 1 < tickets.len());
    let open = open.map(|(thread, tickets)| format!("thread {thread} has {} open tickets", tickets.len()));
    of_matter.chain(open).collect()
}
