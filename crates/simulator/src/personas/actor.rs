//! The life of one person: come, write, wait, react, leave.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::cast::Person;
use super::script::{Beat, Buttons};
use super::words::{speak, typed};
use super::{Crowd, PersonaState};
use crate::acts::{Act, OrderItem, Referral, Tap};
use crate::phone::Phone;
use crate::phones::Received;
use crate::platform::{Platform, lock};
use crate::{acts, numbers};

const LOOK: Duration = Duration::from_millis(100); // how often a person looks at a clock that others may move
const PATIENCE: i64 = 48 * 60 * 60 * 1000; // who has heard nothing for so long comes no more

struct Actor {
    person: Person,
    phone: Phone,
    crowd: Crowd,
    place: usize,
    speed: i64,
    /// How many messages of the business the person has taken in.
    heard: usize,
}

pub(super) async fn live(
    platform: Arc<Platform>,
    person: Person,
    crowd: Crowd,
    place: usize,
    comes_at: i64,
    speed: u32,
) {
    wait_until(&platform, comes_at).await;
    // Somebody else may have taken the number or the username meanwhile; then this person stays away.
    let phone = lock(&platform.world).create(platform.scope(), &person.phone);
    let Ok(phone) = phone else {
        return lock(&crowd.people[place]).state = PersonaState::Done;
    };
    let phone = platform.handle(phone);
    let mut actor = Actor { person, phone, crowd, place, speed: i64::from(speed.max(1)), heard: 0 };
    actor.play().await;
    actor.set(PersonaState::Done);
}

async fn wait_until(platform: &Platform, due: i64) {
    loop {
        let left = due - platform.now();
        if left <= 0 {
            return;
        }
        let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
        tokio::time::sleep(left.min(LOOK)).await;
    }
}

impl Actor {
    async fn play(&mut self) {
        let script = self.person.script;
        self.perform(script.opening).await;
        let mut unanswered = script.unanswered;
        for reaction in script.answered {
            while !self.hears_something(unanswered.map_or(PATIENCE, |(minutes, _)| i64::from(minutes) * 60_000)).await {
                let Some((_, beats)) = unanswered.take() else { return };
                self.perform(beats).await;
            }
            self.think().await;
            if !self.taps().await {
                self.perform(reaction).await;
            }
        }
    }

    /// Waits for an answer; false when it does not come in time.
    async fn hears_something(&mut self, patience: i64) -> bool {
        self.set(PersonaState::Waiting);
        let mut arrived = lock(&self.phone.platform.world).phones[self.phone.phone].arrived.subscribe();
        let due = self.later(patience);
        let heard = tokio::select! {
            came = came(&mut arrived, self.heard) => came,
            () = wait_until(&self.phone.platform, due) => false,
        };
        self.set(PersonaState::Writing);
        heard
    }

    /// Reads what has come, for between five seconds and half a minute.
    async fn think(&mut self) {
        let seconds = 5 + self.person.random.below(25);
        self.pause(i64::try_from(seconds).unwrap_or_default() * 1000).await;
        self.heard = self.phone.received().len();
    }

    /// Taps a button of the newest message, if there is one and the person is like that.
    async fn taps(&mut self) -> bool {
        let newest = self.phone.received().pop();
        let Some(Received { wamid, buttons, .. }) = newest.filter(|message| !message.buttons.is_empty()) else {
            return false;
        };
        if self.person.script.buttons == Buttons::Ignores {
            return false;
        }
        let which = usize::try_from(self.person.random.below(buttons.len() as u64)).unwrap_or_default();
        let tap = Tap { message_id: Some(wamid), button: buttons[which].id.clone() };
        let tapped = acts::tap(&self.phone.platform, self.phone.phone, &tap).is_ok();
        self.note(&format!("tapped {}", buttons[which].title));
        tapped
    }

    async fn perform(&mut self, beats: &[Beat]) {
        self.set(PersonaState::Writing);
        for beat in beats {
            self.do_one(*beat).await;
        }
    }

    async fn do_one(&mut self, beat: Beat) {
        if let Beat::Pause(seconds) = beat {
            return self.pause(i64::from(seconds) * 1000).await;
        }
        let Some(act) = self.act(beat) else { return };
        self.type_for(&act).await;
        // Refused when the moment has passed, as an edit after an hour: then the person lets it be.
        if acts::perform(&self.phone.platform, self.phone.phone, &self.phone.number, &act).is_ok() {
            self.note(&told(&act));
        }
    }

    fn act(&self, beat: Beat) -> Option<Act> {
        let made_up = String::new(); // a file is made for it
        let last_said = || self.phone.said().pop().map(|said| said.wamid);
        Some(match beat {
            Beat::Pause(_) => return None,
            Beat::Say(pattern) => Act::Text { text: self.text(pattern), reply_to: None },
            Beat::Voice => Act::Voice { media_id: made_up },
            Beat::Photo(pattern) => Act::Image { media_id: made_up, caption: self.caption(pattern) },
            Beat::Document(filename) => Act::Document { media_id: made_up, filename: filename.into(), caption: None },
            Beat::Sticker => Act::Sticker { media_id: made_up },
            Beat::Location => Act::Location {
                latitude: 19.39 + self.person.random.below(100) as f64 / 1_000.0,
                longitude: -99.20 + self.person.random.below(100) as f64 / 1_000.0,
                name: None,
                address: None,
                reply_to: None,
            },
            Beat::Card => Act::Contacts {
                name: format!("{} (trabajo)", self.phone.view().name),
                phone: format!("+52 55 {:08}", self.person.random.below(100_000_000)),
                requested: false,
            },
            Beat::Order => Act::Order {
                catalog_id: "194836987003835".into(),
                text: None,
                items: vec![OrderItem {
                    product_retailer_id: format!("ARM-{}", 100 + self.person.random.below(60)),
                    quantity: 1,
                    item_price: 890.0 + 100.0 * self.person.random.below(20) as f64,
                    currency: "MXN".into(),
                }],
            },
            Beat::React(emoji) => {
                Act::Reaction { message_id: self.phone.received().pop()?.wamid, emoji: Some(emoji.into()) }
            }
            Beat::Edit(pattern) => Act::Edit { message_id: last_said()?, text: self.text(pattern) },
            Beat::Revoke => Act::Revoke { message_id: last_said()? },
            // Whoever wrote that had another hand.
            Beat::Forward(text) => Act::Forwarded { text: text.into(), frequently: false },
            Beat::FromAd(pattern) => Act::FromAd { text: self.text(pattern), referral: Referral::default() },
            Beat::OptOut => Act::OptOut,
            Beat::OptIn => Act::OptIn,
            Beat::Block => Act::Block,
            Beat::ChangeNumber => Act::ChangeNumber { number: self.other_number()? },
        })
    }

    fn text(&self, pattern: &str) -> String {
        let said = speak(pattern, &self.person.facts, &self.person.random);
        typed(&said, self.person.hand, &self.person.random)
    }

    fn caption(&self, pattern: &str) -> Option<String> {
        Some(self.text(pattern)).filter(|caption| !caption.is_empty())
    }

    /// The same country and area, another line.
    fn other_number(&self) -> Option<String> {
        let number = self.phone.view().number?;
        let line = format!("{:08}", self.person.random.below(100_000_000));
        numbers::digits(&format!("{}{line}", number.get(..number.len().checked_sub(8)?)?))
    }

    /// A second for three letters, which the phone shows and the business does not hear of.
    async fn type_for(&mut self, act: &Act) {
        let letters = match act {
            Act::Text { text, .. } | Act::Forwarded { text, .. } | Act::FromAd { text, .. } => text.chars().count(),
            _ => 12,
        };
        drop(acts::perform(&self.phone.platform, self.phone.phone, &self.phone.number, &Act::Typing));
        self.pause(1_000 + 330 * i64::try_from(letters).unwrap_or_default()).await;
    }

    async fn pause(&self, milliseconds: i64) {
        wait_until(&self.phone.platform, self.later(milliseconds)).await;
    }

    fn later(&self, milliseconds: i64) -> i64 {
        self.phone.platform.now() + milliseconds / self.speed
    }

    fn set(&self, state: PersonaState) {
        lock(&self.crowd.people[self.place]).state = state;
    }

    fn note(&self, done: &str) {
        let id = self.phone.view().id;
        let mut view = lock(&self.crowd.people[self.place]);
        view.phone = id;
        view.did += 1;
        view.last = Some(done.to_owned());
    }
}

/// True once more messages have arrived than the person has taken in.
async fn came(arrived: &mut watch::Receiver<usize>, heard: usize) -> bool {
    arrived.wait_for(|count| heard < *count).await.is_ok()
}

/// For whoever watches.
fn told(act: &Act) -> String {
    match act {
        Act::Text { text, .. } | Act::Forwarded { text, .. } | Act::FromAd { text, .. } | Act::Edit { text, .. } => {
            text.clone()
        }
        other => {
            serde_json::to_value(other).ok().and_then(|act| Some(act["type"].as_str()?.to_owned())).unwrap_or_default()
        }
    }
}
