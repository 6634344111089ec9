//! A shop with two numbers, and five people who write to it.

use std::sync::LazyLock;

use domain::contact::{Identity, Sender};
use domain::ids::{BodyId, ChannelId, ContactId, DealId, MergeId, NoteId, SendId, WorkspaceId};
use domain::interaction::Author;
use domain::record::{Deal, Note, Noun, Pipeline, RecordRef};
use jiff::Timestamp;
use store::by_hand::Database;
use store::{ContactRow, ConversationRow, MergeRow, Stored, Tx};
use uuid::Uuid;
use whatsapp::GraphError;

use super::super::{Merging, merge_at, undo_at};
use super::people::{another_number, channel, name, number, other_spelling, user_id, whose, whose_thread};
use crate::deliver::consequences::{self, Place};
use crate::ids;
use crate::inbox::block::{self, Order};
use crate::inbox::change_contact::{ContactChange, put_right};
use crate::inbox::entry::Entry;
use crate::inbox::{Done, reply_at};
use crate::pipeline::{Inbound, Message, Nature, take_in_later};
use crate::records::{Edit, NewDeal, Trail, add_note_at, change_at, create_at, opened};
use crate::workflows::Published;

pub(super) const US: WorkspaceId = WorkspaceId(Uuid::from_u128(1));
pub(super) const PEOPLE: usize = 5;
const CHANNELS: [ChannelId; 2] = [ChannelId(Uuid::from_u128(2)), ChannelId(Uuid::from_u128(3))];
const BEGINNING: i64 = 1_790_000_000_000;
static WORKFLOW: LazyLock<Published> = LazyLock::new(|| Published::new(1, workflow::TRIAGE, "workflow.yaml").unwrap());

/// By which of their names somebody writes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Under {
    /// The number that we met them by.
    Number,
    /// The same, spelled as it was before.
    OtherSpelling,
    /// A user id alone, once we have seen it beside a number.
    UserId,
    /// Both.
    NumberAndUserId,
    /// Another number: with the user id that we know, or as they told us.
    AnotherNumber,
}

/// What we know of a person, and what they wish.
#[derive(Debug, Clone, Default)]
pub(super) struct Life {
    contact: Option<ContactId>,
    has_user_id: bool,
    told_another: bool,
    pub(super) is_out: bool,
    pub(super) is_blocked: bool,
}

/// What was made for somebody.
pub(super) struct Made {
    pub(super) deal: DealId,
    pub(super) note: NoteId,
    /// Whose it is by now.
    pub(super) whose: usize,
    /// For whom it was made.
    pub(super) made_for: usize,
}

pub(super) struct Shop {
    database: Database,
    pub(super) now: i64,
    pub(super) lives: Vec<Life>,
    pub(super) made: Vec<Made>,
    merges: Vec<MergeId>,
}

impl Shop {
    pub(super) fn open() -> Shop {
        let database = Database::in_memory().unwrap();
        let prepare = |tx: &mut Tx<'_>| {
            tx.ensure_workspace(US, "default", BEGINNING)?;
            CHANNELS.iter().try_for_each(|id| tx.ensure_channel(&channel(*id), BEGINNING).map(drop))
        };
        database.look(prepare).unwrap();
        let lives = vec![Life::default(); PEOPLE];
        let mut shop = Shop { database, now: BEGINNING, lives, made: Vec::new(), merges: Vec::new() };
        for person in 0..PEOPLE {
            shop.writes(person, 0, Under::Number);
            let row = shop.owner_of(&Identity::phone(&number(person))).unwrap();
            shop.lives[person].contact = Some(row.contact.id);
        }
        shop
    }

    pub(super) fn look<T>(&self, work: impl FnMut(&mut Tx<'_>) -> store::Result<T>) -> T {
        self.database.look(work).unwrap()
    }

    /// Who somebody is by themselves.
    pub(super) fn contact(&self, person: usize) -> ContactId {
        self.lives[person].contact.unwrap()
    }

    fn entry(&self) -> Entry {
        Entry::at(self.now, "Luisa")
    }

    pub(super) fn writes(&mut self, person: usize, channel: usize, under: Under) {
        let text = Some("hola, ¿dónde está mi pedido?".to_owned());
        self.posts(person, channel, under, Nature::Message, text);
    }

    pub(super) fn wishes(&mut self, person: usize, under: Under, out: bool) {
        self.posts(person, 0, under, Nature::Preference { stop: out }, None);
        self.lives[person].is_out = out;
    }

    pub(super) fn tells_another_number(&mut self, person: usize) {
        let identities = vec![Identity::phone(&another_number(person))];
        self.posts(person, 0, Under::Number, Nature::IdentityChange { identities }, None);
        self.lives[person].told_another = true;
    }

    /// A name by which nobody could know them is not used.
    fn posts(&mut self, person: usize, channel: usize, under: Under, nature: Nature, text: Option<String>) {
        self.now += 1_000;
        let life = &mut self.lives[person];
        let id = Some(user_id(person));
        let (phone, user_id) = match under {
            Under::Number => (Some(number(person)), None),
            Under::OtherSpelling => (Some(other_spelling(person)), None),
            Under::UserId if life.has_user_id => (None, id),
            Under::AnotherNumber if life.told_another => (Some(another_number(person)), None),
            Under::AnotherNumber if life.has_user_id => {
                life.told_another = true;
                (Some(another_number(person)), id)
            }
            Under::UserId | Under::AnotherNumber | Under::NumberAndUserId => {
                life.has_user_id = true;
                (Some(number(person)), id)
            }
        };
        let inbound = Inbound {
            workspace: US,
            channel: CHANNELS[channel],
            body: BodyId(ids::fresh()),
            attested: None,
            field: "messages".to_owned(),
            sender: Sender { phone, user_id, parent_user_id: None, profile_name: Some(name(person)) },
            message: Message {
                wamid: format!("wamid.{}", self.now),
                sent_at: self.now,
                nature,
                kind: "text".to_owned(),
                text,
                payload: None,
                content: None,
                context: None,
                file: None,
            },
        };
        let now = Timestamp::from_millisecond(self.now).unwrap();
        self.look(|tx| take_in_later(tx, &WORKFLOW, &inbound, 1, now).map(drop));
    }

    /// As the answer to a template.
    pub(super) fn is_refused(&mut self, person: usize, channel: usize, out: bool) {
        let threads = self.threads_of(person);
        let Some(thread) = threads.iter().find(|thread| thread.channel == CHANNELS[channel]) else { return };
        let place = Place { workspace: US, channel: thread.channel, conversation: thread.id, seq: 1 };
        let code = if out { 131_050 } else { 131_049 };
        let refusal = GraphError {
            code,
            subcode: None,
            message: String::new(),
            details: None,
            fbtrace_id: None,
            http_status: None,
        };
        let now = Timestamp::from_millisecond(self.now).unwrap();
        self.look(|tx| consequences::draw(tx, &place, &refusal, now));
        self.lives[person].is_out |= out;
    }

    /// Of all of them, since whoever says it knows no difference; what is so already is no news.
    pub(super) fn is_told_of(&mut self, person: usize, out: bool) {
        let change = ContactChange { opted_out: Some(out), ..ContactChange::default() };
        let (id, entries) = (self.contact(person), [self.entry(), self.entry()]);
        self.look(|tx| put_right(tx, US, id, &change, &entries, None)).unwrap();
        let all = self.taken_for_the_same(person);
        if all.iter().any(|other| self.lives[*other].is_out) != out {
            all.into_iter().for_each(|other| self.lives[other].is_out = out);
        }
    }

    pub(super) fn is_blocked(&mut self, person: usize, blocked: bool) {
        let order = Order { blocked, entry: self.entry(), endings: (0..20).map(|_| self.entry()).collect() };
        let id = self.contact(person);
        self.look(|tx| block::change_at(tx, US, id, &order, None)).unwrap();
        let all = self.taken_for_the_same(person);
        if all.iter().any(|other| self.lives[*other].is_blocked) != blocked {
            all.into_iter().for_each(|other| self.lives[other].is_blocked = blocked);
        }
    }

    /// By the id that they had when another system heard of them.
    pub(super) fn makes(&mut self, person: usize) {
        let contact = self.contact(person);
        let new = NewDeal {
            id: DealId(ids::fresh()),
            title: name(person),
            contact: Some(contact),
            company: None,
            owner: None,
            pipeline: None,
            stage: None,
            lost_reason: None,
            amount: None,
            expected_close: None,
        };
        let deal: Deal = opened(&new, &[Pipeline::first()], self.now).unwrap();
        let record = RecordRef { noun: Noun::Contact, id: contact.0 };
        let note = Note { id: NoteId(ids::fresh()), record, text: name(person), author: "Luisa".to_owned() };
        let (making, noting) = (Trail::of_the_past(self.now, "Luisa"), Trail::of_the_past(self.now, "Luisa"));
        self.look(|tx| create_at(tx, US, &deal, &making)).unwrap();
        self.look(|tx| add_note_at(tx, US, &note, &noting)).unwrap();
        self.made.push(Made { deal: deal.id, note: note.id, whose: person, made_for: person });
    }

    /// To give somebody what they have is nothing.
    pub(super) fn gives(&mut self, nth: usize, person: usize) {
        let Some(made) = self.made.get(nth) else { return };
        let (id, to) = (made.deal.0, self.contact(person));
        let is_news = self.alive(to) != self.alive(self.contact(made.whose));
        let seen = self.look(|tx| Deal::one(tx, US, id)).unwrap().version;
        let edit = Edit { id, seen, trail: Trail::of_the_past(self.now, "Luisa") };
        let mut edited = move |_: &mut Tx<'_>, deal: &Deal| Ok(Ok(Deal { contact: Some(to), ..deal.clone() }));
        self.look(|tx| change_at(tx, US, &edit, &mut edited)).unwrap();
        if is_news {
            self.made[nth].whose = person;
        }
    }

    /// Where they wrote today.
    pub(super) fn answers(&self, person: usize, nth: usize) {
        let mut threads = self.threads_of(person);
        threads.retain(|thread| self.now < thread.window_until);
        let Some(thread) = threads.get(nth % threads.len().max(1)) else { return };
        let entry = self.entry();
        self.look(|tx| reply_at(tx, US, thread.id, &name(person), SendId(ids::fresh()), 1, &entry)).unwrap();
    }

    /// What leaves is looked at as WhatsApp would get it.
    pub(super) fn leaves(&self) {
        for sending in self.look(|tx| tx.due_sends(i64::MAX, 1)) {
            let person = whose(sending.phone.as_deref(), sending.user_id.as_deref());
            let thread = self.look(|tx| tx.conversation(US, sending.send.conversation)).unwrap();
            assert_eq!(person, whose_thread(&thread), "an answer goes to who wrote");
            let said = self.look(|tx| tx.messages(US, sending.send.conversation, sending.send.seq - 1, 1));
            assert!(said[0].message.send == Some(sending.send.id));
            let by_a_person = said[0].message.author == Author::Agent;
            assert!(!by_a_person || said[0].message.text == Some(name(person)), "and says what was meant for them");
            self.look(|tx| tx.remove_send(US, sending.send.id).map(drop));
        }
    }

    pub(super) fn merges(&mut self, survivor: usize, merged: usize) {
        self.now += 1_000;
        let merging = Merging::at(self.now, self.contact(survivor), self.contact(merged), "Luisa");
        let both_stand = survivor != merged
            && [survivor, merged].iter().all(|person| self.alive(self.contact(*person)) == self.contact(*person));
        let done = self.look(|tx| merge_at(tx, US, &merging, None));
        assert_eq!(done.is_ok(), both_stand, "{done:?}");
        if both_stand {
            self.merges.push(merging.id);
        }
    }

    pub(super) fn standing(&self) -> usize {
        self.merges.len()
    }

    /// Refused while the survivor is itself somebody else.
    pub(super) fn undoes(&mut self, nth: usize) {
        self.now += 1_000;
        let id = self.merges[nth];
        let survivor = self.look(|tx| tx.merge(US, id)).unwrap().merge.survivor;
        let stands = self.alive(survivor) == survivor;
        let done = self.undoes_behind(id, None);
        assert_eq!(done.is_ok(), stands, "{done:?}");
        if done.is_ok() {
            self.merges.remove(nth);
        }
    }

    pub(super) fn undoes_behind(&self, id: MergeId, locked: Option<&[Identity]>) -> Done<MergeRow> {
        let entries = [self.entry(), self.entry()];
        self.look(|tx| undo_at(tx, US, id, &entries, locked))
    }

    pub(super) fn undo_all(&mut self) {
        while !self.merges.is_empty() {
            let last = self.merges.len() - 1;
            self.undoes(last);
            assert_eq!(self.merges.len(), last, "the last merge can be undone");
        }
    }

    pub(super) fn last_merge(&self) -> MergeId {
        *self.merges.last().unwrap()
    }

    pub(super) fn alive(&self, id: ContactId) -> ContactId {
        self.look(|tx| tx.survivor(US, id)).unwrap()
    }

    pub(super) fn taken_for_the_same(&self, person: usize) -> Vec<usize> {
        let survivor = self.alive(self.contact(person));
        (0..PEOPLE).filter(|other| self.alive(self.contact(*other)) == survivor).collect()
    }

    pub(super) fn threads(&self) -> Vec<ConversationRow> {
        self.look(|tx| tx.conversations(US, None, None, 200))
    }

    pub(super) fn threads_of(&self, person: usize) -> Vec<ConversationRow> {
        let mut threads = self.threads();
        threads.retain(|thread| whose_thread(thread) == person);
        threads
    }

    fn owner_of(&self, identity: &Identity) -> Option<ContactRow> {
        let mut owners = self.look(|tx| tx.contacts_of(US, identity));
        assert!(owners.len() <= 1, "{identity:?} belongs to {owners:?}");
        owners.pop()
    }
}
