//! Everything the platform holds. Each lock is held for a look-up or a change, never across an await.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::desks::{Desks, Destination};
use crate::error::Error;
use crate::faults::Faults;
use crate::identity::{Identity, Scope};
use crate::ledger::Book;
use crate::limits::Limits;
use crate::media::Media;
use crate::outreach::Outreach;
use crate::pacing::Held;
use crate::personas::Crowd;
use crate::random::Random;
use crate::settings::{BusinessNumber, Settings};
use crate::tasks::Tasks;
use crate::templates::Registry;
use crate::webhook::{Change, Courier, Label, Lane, Receipt, nothing_posted};
use crate::world::World;

pub(crate) struct Platform {
    pub(crate) settings: Settings,
    pub(crate) numbers: Vec<Arc<BusinessNumber>>,
    pub(crate) random: Arc<Random>,
    pub(crate) world: Mutex<World>,
    pub(crate) limits: Mutex<Limits>,
    pub(crate) media: Media,
    pub(crate) templates: Mutex<Registry>,
    pub(crate) desks: Mutex<Desks>,
    pub(crate) outreach: Mutex<Outreach>,
    pub(crate) held: Mutex<Vec<Held>>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) crowds: Mutex<Vec<Crowd>>,
    pub(crate) ledger: Arc<Mutex<Book>>,
    pub(crate) courier: Courier,
    pub(crate) tasks: Tasks,
}

/// A panic elsewhere must not hide what the platform saw until then.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Platform {
    pub(crate) fn new(settings: Settings) -> Result<Self, Error> {
        if settings.numbers.is_empty() {
            return Err(Error::NoNumber);
        }
        let (tasks, ledger) = (Tasks::new(), Arc::new(Mutex::new(Book::default())));
        let random = Arc::new(Random::new(settings.seed));
        let courier = Courier::new(&settings, tasks.clone(), Arc::clone(&ledger), Arc::clone(&random))?;
        Ok(Self {
            numbers: settings.numbers.iter().cloned().map(Arc::new).collect(),
            media: Media::new(&settings, Arc::clone(&random))?,
            desks: Mutex::new(Desks::new(&settings)),
            outreach: Mutex::default(),
            held: Mutex::default(),
            templates: Mutex::new(Registry::seeded(&settings, (settings.now)())),
            random,
            world: Mutex::default(),
            limits: Mutex::new(Limits::new(&settings)),
            faults: Mutex::default(),
            crowds: Mutex::default(),
            ledger,
            courier,
            tasks,
            settings,
        })
    }

    pub(crate) fn now(&self) -> i64 {
        (self.settings.now)()
    }

    pub(crate) fn number(&self, phone_number_id: &str) -> Option<&Arc<BusinessNumber>> {
        self.numbers.iter().find(|number| number.phone_number_id == phone_number_id)
    }

    /// The business accounts, each once.
    pub(crate) fn accounts(&self) -> Vec<&str> {
        let mut accounts: Vec<&str> = self.numbers.iter().map(|number| number.waba_id.as_str()).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }

    /// All numbers are of one portfolio; the first account names it.
    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope { portfolio: &self.numbers[0].waba_id, parent: self.settings.parent_portfolio.as_deref() }
    }

    /// What the webhooks of a number may say about a person now.
    pub(crate) fn shown(&self, phone: usize, number: &BusinessNumber) -> Identity {
        let checks_devices = lock(&self.desks).checks_devices(&number.phone_number_id);
        lock(&self.world).phones[phone].shown(checks_devices, self.now())
    }

    /// Posts a webhook about one number.
    pub(crate) fn post(&self, number: &Arc<BusinessNumber>, lane: Lane, label: &Label, value: Value) -> Receipt {
        self.send_off(lane, label, Change::of_number(number, label.field.clone(), value))
    }

    /// Posts a webhook about the account that holds the number.
    pub(crate) fn post_of_account(&self, number: &Arc<BusinessNumber>, label: &Label, value: Value) -> Receipt {
        self.send_off(Lane::Account, label, Change::of_account(number, label.field.clone(), value, self.now()))
    }

    fn send_off(&self, lane: Lane, label: &Label, change: Change) -> Receipt {
        let callback = match lock(&self.desks).destination(&change.number, &change.field) {
            Destination::App => None,
            Destination::Callback(url) => Some(url),
            Destination::Nowhere => return nothing_posted(),
        };
        let mishap = lock(&self.faults).mishap(&self.random);
        self.courier.post(lane, label, Change { callback, ..change }, mishap)
    }
}
