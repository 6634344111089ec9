//! People who type numbered messages, each at their own pace, whether or not anybody listens; only when very much waits for its 200 do
//! they pause, or on a slow machine most of a run would be the wait for the rest.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use simulator::{Act, Phone};
use tokio::sync::watch;

use super::dice::Dice;
use super::evidence::{Names, Said};
use super::meta::Meta;
use super::relay::Relay;

const WITH_NUMBER: usize = 24;
const BY_USERNAME: usize = 6; // the business never learns a number of theirs
const PHOTOS: usize = 40;
const WITH_PHOTO: usize = 15; // percent of the messages
const MOST_WAITING: usize = 1_500; // messages that were not answered with 200 yet
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";
const PHRASES: [&str; 6] = [
    "Hola, ¿ya están mis lentes?",
    "Quero marcar um horário para amanhã",
    "When do you open on Saturday?",
    "Me cobraron dos veces y nadie contesta",
    "¿Cuánto cuestan los lentes progresivos?",
    "Ainda não recebi meu pedido",
];

pub(super) struct Crowd {
    pub(super) people: Vec<Person>,
    /// In the order in which it was said.
    pub(super) said: RefCell<Vec<Said>>,
    /// What WhatsApp calls the photos on their phones.
    photos: Vec<String>,
}

pub(super) struct Person {
    phone: Phone,
    pub(super) number: Option<String>,
    pub(super) user_id: String,
    pub(super) name: String,
    messages: Cell<usize>,
}

impl Crowd {
    /// People with a number and people with only a username.
    pub(super) async fn gather(meta: &Meta) -> Self {
        let mut people = Vec::new();
        for person in 0..WITH_NUMBER + BY_USERNAME {
            let name =
                if person < WITH_NUMBER { format!("+52155123400{person:02}") } else { format!("persona{person}") };
            people.push(Person::with(meta.simulator.phone(&name).await));
        }
        let photo = |number: usize| {
            let bytes = [PNG, format!("photo {number}").as_bytes()].concat();
            meta.simulator.put_media(bytes, "image/png", None)
        };
        Self { people, said: RefCell::default(), photos: (0..PHOTOS).map(photo).collect() }
    }

    /// The next text of a person. Numbered, and nothing that a rule reads as a wish to be left alone.
    pub(super) fn next_text(&self, person: usize, dice: &mut Dice) -> (usize, String) {
        let messages = &self.people[person].messages;
        messages.set(messages.get() + 1);
        let phrase = PHRASES[dice.below(PHRASES.len())];
        (messages.get(), format!("{phrase} ({}/{person})", messages.get()))
    }

    /// Whether more was said than can be taken in.
    pub(super) fn is_far_ahead_of(&self, relay: &Relay) -> bool {
        relay.kept() + MOST_WAITING < self.said.borrow().len()
    }

    async fn say(&self, person: usize, dice: &mut Dice) {
        let (number, text) = self.next_text(person, dice);
        let phone = &self.people[person].phone;
        let photo = dice.chance(WITH_PHOTO).then(|| self.photos[dice.below(self.photos.len())].clone());
        let wamid = match photo {
            // A photo that is not on the phone is not sent, and then nothing was said.
            Some(media_id) => match phone.does(Act::Image { media_id, caption: Some(text) }).await {
                Ok(wamid) => wamid,
                Err(_) => return,
            },
            None => phone.says(&text).await,
        };
        self.said.borrow_mut().push(Said { person, number, wamid, bulk: None });
    }
}

impl Person {
    fn with(phone: Phone) -> Self {
        let view = phone.view();
        Self { number: view.number, user_id: view.user_id, name: view.name, messages: Cell::new(0), phone }
    }

    /// Under which names the program can know them.
    pub(super) fn names(&self) -> Names {
        Names { number: self.number.clone(), user_id: self.user_id.clone() }
    }
}

/// Types until told to stop; at times two messages in one breath.
pub(super) async fn type_without_pause(
    crowd: Rc<Crowd>,
    person: usize,
    relay: Arc<Relay>,
    mut dice: Dice,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        if !crowd.is_far_ahead_of(&relay) {
            crowd.say(person, &mut dice).await;
        }
        let pause = if dice.chance(20) { dice.between(0, 5) } else { dice.between(100, 900) };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}
