//! Merges, their undoing, messages and answers in any order: nobody's answer ever goes to somebody else, and nothing stays mixed up.

use std::sync::LazyLock;

use domain::contact::Sender;
use domain::ids::{BodyId, ChannelId, ConversationId, DealId, SendId};
use domain::interaction::OptWish;
use domain::record::{Deal, Pipeline};
use domain::{PhoneNumber, Region};
use jiff::Timestamp;
use proptest::prelude::*;
use store::by_hand::Database;
use store::{Channel, ContactRow, ConversationRow};
use uuid::Uuid;

use super::*;
use crate::inbox::reply_at;
use crate::pipeline::{Inbound, Message, Nature, take_in_later};
use crate::records::{NewDeal, Trail, create_at, opened};
use crate::workflows::Published;

const US: WorkspaceId = WorkspaceId(Uuid::from_u128(1));
const HERE: ChannelId = ChannelId(Uuid::from_u128(2));
const PEOPLE: usize = 5;
const BEGINNING: i64 = 1_790_000_000_000;
static WORKFLOW: LazyLock<Published> = LazyLock::new(|| Published::new(1, workflow::TRIAGE, "workflow.yaml").unwrap());

#[derive(Debug, Clone)]
enum Act {
    /// A person writes; also under a user id from then on.
    Writes { person: usize, with_user_id: bool },
    /// A person wants no more messages, or them again.
    Wishes { person: usize, out: bool },
    /// A person of ours answers in somebody's conversation.
    Answers { person: usize },
    /// The oldest answer that waits leaves.
    Leaves,
    /// Somebody is merged into somebody, whoever their ids lead to.
    Merges { survivor: usize, merged: usize },
    /// One of the merges that stand is undone.
    Undoes { nth: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let person = 0..PEOPLE;
    prop_oneof![
        3 => (person.clone(), any::<bool>()).prop_map(|(person, with_user_id)| Act::Writes { person, with_user_id }),
        1 => (person.clone(), any::<bool>()).prop_map(|(person, out)| Act::Wishes { person, out }),
        2 => person.clone().prop_map(|person| Act::Answers { person }),
        2 => Just(Act::Leaves),
        3 => (person.clone(), person).prop_map(|(survivor, merged)| Act::Merges { survivor, merged }),
        2 => (0..4_usize).prop_map(|nth| Act::Undoes { nth }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_goes_to_who_wrote_and_undoing_gives_everybody_back(acts in prop::collection::vec(act(), 1..30)) {
        let mut shop = Shop::open();
        for act in &acts {
            shop.now += 1_000;
            shop.act(act);
            shop.assert_whole();
        }
        shop.undo_all();
        shop.assert_as_if_never_merged();
    }
}

struct Shop {
    database: Database,
    now: i64,
    /// By person: who they are by themselves, and where they write.
    contacts: Vec<ContactId>,
    threads: Vec<ConversationId>,
    deals: Vec<DealId>,
    /// What each has last said about messages, if anything.
    wishes: Vec<Option<OptWish>>,
    merges: Vec<MergeId>,
}

impl Shop {
    fn open() -> Shop {
        let database = Database::in_memory().unwrap();
        let prepare = |tx: &mut Tx<'_>| {
            tx.ensure_workspace(US, "default", BEGINNING)?;
            tx.ensure_channel(&channel(), BEGINNING)
        };
        database.look(prepare).unwrap();
        let (contacts, threads, deals, merges) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let wishes = vec![None; PEOPLE];
        let mut shop = Shop { database, now: BEGINNING, contacts, threads, deals, wishes, merges };
        for person in 0..PEOPLE {
            shop.now += 1_000;
            shop.writes(person, false, "hola, ¿dónde está mi pedido?");
            let thread = shop.thread_of(person);
            shop.contacts.push(thread.contact.unwrap());
            shop.threads.push(thread.id);
            let deal = shop.sells(person);
            shop.deals.push(deal);
        }
        shop
    }

    fn look<T>(&self, work: impl FnMut(&mut Tx<'_>) -> store::Result<T>) -> T {
        self.database.look(work).unwrap()
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Writes { person, with_user_id } => self.writes(person, with_user_id, "otra pregunta"),
            Act::Wishes { person, out } => {
                self.posts(person, false, Nature::Preference { stop: out }, None);
                self.wishes[person] = Some(if out { OptWish::Out } else { OptWish::In });
            }
            Act::Answers { person } => self.answers(person),
            Act::Leaves => self.leaves(),
            Act::Merges { survivor, merged } => self.merges(survivor, merged),
            Act::Undoes { nth } => {
                if !self.merges.is_empty() {
                    let nth = nth % self.merges.len();
                    self.undoes(nth);
                }
            }
        }
    }

    fn writes(&mut self, person: usize, with_user_id: bool, text: &str) {
        self.posts(person, with_user_id, Nature::Message, Some(text.to_owned()));
    }

    fn posts(&mut self, person: usize, with_user_id: bool, nature: Nature, text: Option<String>) {
        let phone = PhoneNumber::from_whatsapp(number(person).trim_start_matches('+')).unwrap();
        let user_id = with_user_id.then(|| user_id(person));
        let inbound = Inbound {
            workspace: US,
            channel: HERE,
            body: BodyId(ids::fresh()),
            attested: None,
            field: "messages".to_owned(),
            sender: Sender { phone: Some(phone), user_id, parent_user_id: None, profile_name: Some(name(person)) },
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

    fn sells(&self, person: usize) -> DealId {
        let new = NewDeal {
            id: DealId(ids::fresh()),
            title: name(person),
            contact: Some(self.contacts[person]),
            company: None,
            owner: None,
            pipeline: None,
            stage: None,
            lost_reason: None,
            amount: None,
            expected_close: None,
        };
        let deal: Deal = opened(&new, &[Pipeline::first()], self.now).unwrap();
        let trail = Trail::at(self.now, "Luisa", None);
        self.look(|tx| create_at(tx, US, &deal, &trail)).unwrap();
        deal.id
    }

    fn answers(&self, person: usize) {
        let entry = Entry::at(self.now, "Luisa");
        let send = SendId(ids::fresh());
        self.look(|tx| reply_at(tx, US, self.threads[person], &name(person), send, 1, &entry)).unwrap();
    }

    /// What leaves is looked at as WhatsApp would get it.
    fn leaves(&self) {
        let due = self.look(|tx| tx.due_sends(i64::MAX, 1));
        for sending in due {
            let person = self.threads.iter().position(|thread| *thread == sending.send.conversation).unwrap();
            assert_eq!(sending.phone.as_deref(), Some(number(person).as_str()), "an answer goes to who wrote");
            let said = self.look(|tx| tx.messages(US, sending.send.conversation, sending.send.seq - 1, 1));
            assert!(said[0].message.send == Some(sending.send.id));
            self.look(|tx| tx.remove_send(US, sending.send.id).map(drop));
        }
    }

    fn merges(&mut self, survivor: usize, merged: usize) {
        let merging = Merging::at(self.now, self.contacts[survivor], self.contacts[merged], "Luisa");
        let both_stand = survivor != merged
            && [survivor, merged].iter().all(|person| self.alive(self.contacts[*person]) == self.contacts[*person]);
        let done = self.look(|tx| merge_at(tx, US, &merging, None));
        assert_eq!(done.is_ok(), both_stand, "{done:?}");
        if both_stand {
            self.merges.push(merging.id);
        }
    }

    /// Refused while the survivor is itself somebody else.
    fn undoes(&mut self, nth: usize) {
        let (id, entries) = (self.merges[nth], [Entry::at(self.now, "Luisa"), Entry::at(self.now, "Luisa")]);
        let survivor = self.look(|tx| tx.merge(US, id)).unwrap().merge.survivor;
        let stands = self.alive(survivor) == survivor;
        let done = self.look(|tx| undo_at(tx, US, id, &entries));
        assert_eq!(done.is_ok(), stands, "{done:?}");
        if done.is_ok() {
            self.merges.remove(nth);
        }
    }

    fn undo_all(&mut self) {
        while !self.merges.is_empty() {
            self.now += 1_000;
            let last = self.merges.len() - 1;
            self.undoes(last);
            assert_eq!(self.merges.len(), last, "the last merge can be undone");
        }
    }

    fn alive(&self, id: ContactId) -> ContactId {
        self.look(|tx| tx.survivor(US, id)).unwrap()
    }

    fn thread_of(&self, person: usize) -> ConversationRow {
        let number = number(person);
        self.look(|tx| {
            let id = tx.conversation_of(US, HERE, Some(&number), None)?.unwrap();
            tx.conversation(US, id)
        })
        .unwrap()
    }

    fn owner_of(&self, identity: &Identity) -> Option<ContactRow> {
        let mut owners = self.look(|tx| tx.contacts_of(US, identity));
        assert!(owners.len() <= 1, "{identity:?} belongs to {owners:?}");
        owners.pop()
    }

    /// Whatever happened, each person's thread and names belong to whom their contact leads to.
    fn assert_whole(&self) {
        for person in 0..PEOPLE {
            let thread = self.thread_of(person);
            assert_eq!(thread.id, self.threads[person], "a person's conversation goes on");
            let whose = self.alive(self.contacts[person]);
            assert_eq!(thread.contact, Some(whose));
            let phone = Identity::phone(&PhoneNumber::parse(&number(person), Region::MX).unwrap());
            assert_eq!(self.owner_of(&phone).unwrap().contact.id, whose);
            if let Some(owner) = self.owner_of(&Identity::user_id(&user_id(person))) {
                assert_eq!(owner.contact.id, whose, "a user id belongs to whose number it came with");
            }
            for matter in self.look(|tx| tx.interactions(US, None, 200)) {
                assert!(matter.conversation != thread.id || matter.contact == Some(whose), "{matter:?}");
            }
            for row in self.look(|tx| tx.tickets(US, None, None, None, 200)) {
                assert!(row.ticket.conversation != thread.id || row.ticket.contact == Some(whose), "{row:?}");
            }
        }
    }

    fn assert_as_if_never_merged(&self) {
        self.assert_whole();
        assert_eq!(self.look(|tx| tx.contacts(US, None, 200)).len(), PEOPLE);
        for person in 0..PEOPLE {
            let contact = self.contacts[person];
            let row = self.look(|tx| tx.contact(US, contact)).unwrap();
            assert_eq!((row.contact.id, row.contact.name), (contact, Some(name(person))));
            let is_out = self.wishes[person] == Some(OptWish::Out);
            assert_eq!(row.contact.opted_out_at.is_some(), is_out, "{person} has their own wish");
            let named = self.look(|tx| tx.contacts_named(US, &name(person), 9));
            assert_eq!(named.len(), 1, "and is found by their name");
            let deal = self.look(|tx| <Deal as store::Stored>::one(tx, US, self.deals[person].0)).unwrap();
            assert_eq!(deal.record.contact, Some(contact));
            for event in self.look(|tx| tx.events(US, contact, 200)) {
                let thread = event.conversation;
                assert!(thread.is_none_or(|thread| thread == self.threads[person]), "{event:?}");
            }
        }
    }
}

fn number(person: usize) -> String {
    format!("+52551234567{person}")
}

fn user_id(person: usize) -> String {
    format!("MX.{person}")
}

fn name(person: usize) -> String {
    ["Ana", "Bruno", "Carla", "Diego", "Elena"][person].to_owned()
}

fn channel() -> Channel {
    Channel {
        workspace: US,
        id: HERE,
        phone_number_id: "100000000000001".to_owned(),
        waba_id: "200000000000001".to_owned(),
        display_phone_number: "+52 55 5000 1000".to_owned(),
        paused_reason: None,
        replies_only_reason: None,
        reported_up_to: 0,
    }
}
