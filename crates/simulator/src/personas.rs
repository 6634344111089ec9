//! People who write by themselves: customers of an optician in Mexico City, from seeded scripts.
//!
//! `cast` makes up who they are, `scripts` holds what each kind of customer does, `words` varies how they put it, and
//! `actor` lives one of them: it writes, waits for an answer, and reacts to it, to its buttons or to silence.

mod actor;
mod cast;
mod script;
mod scripts;
mod words;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::platform::{Platform, lock};
use crate::tasks::Tasks;

pub use script::Language;

const MOST: u32 = 5_000; // people at a time

/// How many people are wanted, and how they come: `{"count":20,"seed":1,"pace":{"seconds_between":30}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Personas {
    /// How many.
    pub count: u32,
    /// Where their randomness begins: the same seed makes the same people, who say the same.
    #[serde(default)]
    pub seed: u64,
    /// How fast it all goes.
    #[serde(default)]
    pub pace: Pace,
}

/// How fast people come and live, in business time: where the clock is moved, they move with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pace {
    /// Seconds between one newcomer and the next.
    pub seconds_between: u32,
    /// How many times faster than real people they type, think and lose patience.
    pub speed: u32,
}

/// One of them, as things stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonaView {
    /// The phone: its number or user id. It changes with the number.
    pub phone: String,
    /// The name in the profile.
    pub name: String,
    /// What the person writes in.
    pub language: Language,
    /// Which script it is.
    pub script: String,
    /// What the person is doing.
    pub state: PersonaState,
    /// How many things the person has sent or done.
    pub did: u32,
    /// The last of them.
    pub last: Option<String>,
}

/// What a person is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonaState {
    /// Has not come yet.
    #[default]
    Coming,
    /// Writes, or thinks about what to write.
    Writing,
    /// Waits for an answer.
    Waiting,
    /// Has said everything.
    Done,
}

/// People that were started together. Dropping it leaves them alone; [`Crowd::stop`] ends them.
#[derive(Clone)]
pub struct Crowd {
    tasks: Tasks,
    people: Arc<[Mutex<PersonaView>]>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { seconds_between: 30, speed: 1 }
    }
}

impl Crowd {
    /// Everybody, in the order in which they come.
    pub fn people(&self) -> Vec<PersonaView> {
        self.people.iter().map(|person| lock(person).clone()).collect()
    }

    /// Waits until everybody has said everything; false when that takes longer.
    pub async fn finished(&self, patience: Duration) -> bool {
        self.tasks.settled(patience).await
    }

    /// Sends everybody home, in the middle of a sentence.
    pub fn stop(&self) {
        self.tasks.stop();
    }
}

impl Platform {
    /// Makes up the people and lets them begin.
    pub(crate) fn start_personas(self: &Arc<Self>, wanted: &Personas) -> Result<Crowd, Error> {
        if !(1..=MOST).contains(&wanted.count) {
            return Err(Error::Personas(format!("`count` must be between 1 and {MOST}")));
        }
        let cast = cast::cast(wanted, |number| lock(&self.world).by_digits(number).is_some());
        let views = cast.iter().map(|person| Mutex::new(person.view()));
        let crowd = Crowd { tasks: Tasks::new(), people: views.collect() };
        let start = self.now();
        for (place, person) in cast.into_iter().enumerate() {
            let comes_at = start + person.comes_after;
            let life = actor::live(Arc::clone(self), person, crowd.clone(), place, comes_at, wanted.pace.speed);
            let platform = Arc::clone(self);
            crowd.tasks.spawn(async move {
                tokio::select! {
                    () = platform.tasks.stopped() => {}
                    () = life => {}
                }
            });
        }
        lock(&self.crowds).push(crowd.clone());
        Ok(crowd)
    }

    pub(crate) fn personas(&self) -> Vec<PersonaView> {
        lock(&self.crowds).iter().flat_map(Crowd::people).collect()
    }

    /// Ends all of them. Their phones stay.
    pub(crate) fn stop_personas(&self) {
        lock(&self.crowds).drain(..).for_each(|crowd| crowd.stop());
    }
}
