//! What must be so whatever happens.

use domain::ids::ConversationId;
use domain::interaction::Step;
use domain::record::{Deal, Noun, RecordRef};
use store::Stored;

use super::people::{name, whose_name, whose_thread};
use super::shop::{Life, PEOPLE, Shop, US};

impl Shop {
    /// Whatever happened, each person's threads and names belong to whom their contact leads to, and whatever any of them wished holds.
    pub(super) fn assert_whole(&self) {
        let (matters, tickets) =
            (self.look(|tx| tx.interactions(US, None, 200)), self.look(|tx| tx.tickets(US, None, None, None, 200)));
        for thread in self.threads() {
            let own = self.contact(whose_thread(&thread));
            let owner = self.alive(own);
            assert_eq!((thread.contact, thread.member.unwrap_or(owner)), (Some(owner), own), "{thread:?}");
            let mut matters = matters.iter().filter(|matter| matter.conversation == thread.id);
            assert!(matters.all(|matter| matter.contact == Some(owner)));
            let mut tickets = tickets.iter().filter(|row| row.ticket.conversation == thread.id);
            assert!(tickets.all(|row| row.ticket.contact == Some(owner)));
        }
        for person in 0..PEOPLE {
            let owner = self.alive(self.contact(person));
            let row = self.look(|tx| tx.contact(US, owner)).unwrap();
            for known in &row.identities {
                assert_eq!(self.alive(self.contact(whose_name(&known.identity))), owner, "{known:?}");
            }
            let any = |wish: fn(&Life) -> bool| {
                self.taken_for_the_same(person).into_iter().any(|other| wish(&self.lives[other]))
            };
            assert_eq!(row.contact.opted_out_at.is_some(), any(|life| life.is_out), "the stricter wish of {person}");
            let blocked_at = self.look(|tx| tx.blocked_at(US, owner));
            assert_eq!(blocked_at.is_some(), any(|life| life.is_blocked), "{person} is blocked, or not");
        }
        for made in &self.made {
            let deal = self.look(|tx| Deal::one(tx, US, made.deal.0)).unwrap();
            assert_eq!(deal.record.contact, Some(self.alive(self.contact(made.whose))));
        }
    }

    pub(super) fn assert_as_if_never_merged(&self) {
        self.assert_whole();
        assert_eq!(self.look(|tx| tx.contacts(US, None, 200)).len(), PEOPLE);
        for person in 0..PEOPLE {
            let contact = self.contact(person);
            let row = self.look(|tx| tx.contact(US, contact)).unwrap();
            assert_eq!((row.contact.id, row.contact.name), (contact, Some(name(person))));
            let known = self.look(|tx| tx.person(US, contact)).unwrap();
            assert_eq!(known.members.len(), 1);
            let named = self.look(|tx| tx.contacts_named(US, &name(person), 9));
            assert_eq!(named.len(), 1, "and is found by their name");
            self.assert_own_story(person);
        }
    }

    /// What stands on a timeline afterwards came from its own conversations, and all that was made for the person is there.
    fn assert_own_story(&self, person: usize) {
        let contact = self.contact(person);
        let threads: Vec<ConversationId> = self.threads_of(person).iter().map(|thread| thread.id).collect();
        let story = self.look(|tx| tx.events(US, contact, 200));
        assert!(story.iter().all(|event| event.conversation.is_none_or(|thread| threads.contains(&thread))));
        let beside = RecordRef { noun: Noun::Contact, id: contact.0 };
        let notes = self.look(|tx| tx.record_notes(US, beside, None, 200));
        let told = self.look(|tx| tx.history(US, beside, None, 200));
        let made = self.made.iter().filter(|made| made.made_for == person);
        assert_eq!((notes.len(), told.len()), (made.clone().count(), made.clone().count()));
        for made in made {
            let is_note = |step: &Step| matches!(step, Step::NoteAdded { note, .. } if *note == made.note);
            let is_deal = |step: &Step| matches!(step, Step::RecordMade { record, .. } if record.id == made.deal.0);
            assert!(notes.iter().any(|kept| kept.record.id == made.note));
            assert!(story.iter().any(|event| is_note(&event.step)), "the note of {person} is told");
            assert!(made.whose != person || story.iter().any(|event| is_deal(&event.step)), "and the deal");
        }
    }
}
