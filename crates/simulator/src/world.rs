//! The phones that exist, what they hold, and by which names they are found.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::watch;

use crate::accept::Outbound;
use crate::error::PhoneError;
use crate::identity::{Identity, Scope, handle};
use crate::numbers;
use crate::phones::{NewPhone, PhoneView, Reads, Received, SaidView};
use crate::pricing::{Allowance, EntryPoint};

pub(crate) const NUMBER_KNOWN: i64 = 30 * 24 * 60 * 60 * 1000; // how long a number stays visible beside a username
pub(crate) const WINDOW: i64 = 24 * 60 * 60 * 1000; // how long after a person's message free text may be sent

#[derive(Default)]
pub(crate) struct World {
    pub(crate) phones: Vec<Phone>,
    pub(crate) allowance: Allowance,
    /// Numbers, user ids and usernames.
    names: HashMap<String, usize>,
    /// Which phone wrote a message.
    pub(crate) authors: HashMap<String, usize>,
    /// Messages of which no status is posted.
    pub(crate) silent: HashSet<String>,
}

pub(crate) struct Phone {
    pub(crate) identity: Identity,
    pub(crate) online: bool,
    pub(crate) reads: Reads,
    pub(crate) blocked: bool,
    pub(crate) opted_out: bool,
    /// Until when each business number may write freely.
    pub(crate) windows: HashMap<String, i64>,
    /// The advertisements that led it to a business number.
    pub(crate) entry_points: HashMap<String, EntryPoint>,
    pub(crate) inbox: Vec<Entry>,
    /// Until when a business that knows the number still sees it beside a username.
    pub(crate) number_known_until: i64,
    /// Whether the business has saved the number in its phone app.
    pub(crate) in_address_book: bool,
    /// Whether Meta keeps the number for the portfolio.
    pub(crate) in_contact_book: bool,
    /// How often WhatsApp was set up anew on it.
    pub(crate) installs: u32,
    /// The business numbers whose conversation another actor holds.
    pub(crate) held_elsewhere: HashSet<String>,
    /// Until when it shows that somebody types on it.
    pub(crate) composing_until: i64,
    /// Sent while it was offline.
    pub(crate) waiting: Vec<Arc<Outbound>>,
    pub(crate) said: Vec<SaidView>,
    pub(crate) typing_until: i64,
    pub(crate) arrived: watch::Sender<usize>,
}

pub(crate) struct Entry {
    pub(crate) message: Arc<Outbound>,
    pub(crate) read: bool,
    /// Typed in the business's phone app: no status is owed for it.
    pub(crate) echo: bool,
}

impl World {
    /// Finds a phone by its number in any format and either spelling, its user id or its username.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let name = name.trim();
        if let Some(digits) = numbers::digits(name) {
            return self.by_digits(&digits);
        }
        let username = name.trim_start_matches('@').to_ascii_lowercase();
        self.names.get(name).or_else(|| self.names.get(&handle(&username))).copied()
    }

    pub(crate) fn by_digits(&self, digits: &str) -> Option<usize> {
        let twin = || self.names.get(&numbers::twin(digits)?);
        self.names.get(digits).or_else(twin).copied()
    }

    /// Adds the phone, unless its number or username is taken.
    pub(crate) fn create(&mut self, scope: Scope<'_>, new: &NewPhone) -> Result<usize, PhoneError> {
        let identity = scope.identify(new)?;
        let number_taken = identity.number.as_ref().filter(|number| self.by_digits(number).is_some());
        let username_taken = identity.username.as_ref().filter(|name| self.names.contains_key(&handle(name)));
        if let Some(taken) = number_taken.or(username_taken) {
            return Err(PhoneError::Taken(taken.clone()));
        }
        let phone = self.phones.len();
        self.register(phone, &identity);
        self.phones.push(Phone::new(identity));
        Ok(phone)
    }

    /// Gives the phone a new identity; the old names lead nowhere afterwards.
    pub(crate) fn rename(&mut self, phone: usize, identity: Identity) {
        self.names.retain(|_, owner| *owner != phone);
        self.register(phone, &identity);
        self.phones[phone].identity = identity;
    }

    fn register(&mut self, phone: usize, identity: &Identity) {
        self.names.insert(identity.user_id.clone(), phone);
        self.names.extend(identity.parent_user_id.iter().map(|id| (id.clone(), phone)));
        self.names.extend(identity.number.iter().map(|number| (number.clone(), phone)));
        self.names.extend(identity.username.iter().map(|username| (handle(username), phone)));
    }
}

impl Phone {
    fn new(identity: Identity) -> Self {
        Self {
            identity,
            online: true,
            reads: Reads::Auto,
            blocked: false,
            opted_out: false,
            windows: HashMap::new(),
            entry_points: HashMap::new(),
            number_known_until: 0,
            in_address_book: false,
            in_contact_book: false,
            installs: 0,
            held_elsewhere: HashSet::new(),
            composing_until: 0,
            inbox: Vec::new(),
            waiting: Vec::new(),
            said: Vec::new(),
            typing_until: 0,
            arrived: watch::Sender::new(0),
        }
    }

    /// What a webhook may say about the person now. The device is told only to a number that checks it.
    pub(crate) fn shown(&self, number_checks_devices: bool, now: i64) -> Identity {
        let number = self.identity.number.clone().filter(|_| self.shows_number(now));
        let key_hash = self.identity.key_hash.clone().filter(|_| number_checks_devices);
        Identity { number, key_hash, ..self.identity.clone() }
    }

    /// Who has a username shows the number only to a business that has it in its address book, that Meta keeps it for,
    /// or that has dealt with it in the last thirty days.
    fn shows_number(&self, now: i64) -> bool {
        self.identity.username.is_none()
            || self.in_address_book
            || self.in_contact_book
            || now < self.number_known_until
    }

    pub(crate) fn window_is_open(&self, phone_number_id: &str, now: i64) -> bool {
        self.windows.get(phone_number_id).is_some_and(|until| now < *until)
    }

    pub(crate) fn receive(&mut self, message: Arc<Outbound>, echo: bool) {
        self.typing_until = 0;
        self.inbox.push(Entry { message, read: false, echo });
        self.arrived.send_replace(self.inbox.len());
    }

    /// When a message of the chat was written, by either side.
    pub(crate) fn at(&self, wamid: &str) -> Option<i64> {
        let said = self.said.iter().rev().find(|said| said.wamid == wamid).map(|said| said.at);
        said.or_else(|| {
            self.inbox.iter().rev().find(|entry| entry.message.wamid == wamid).map(|entry| entry.message.at)
        })
    }

    /// Whether somebody at the business typed this message in its phone app.
    pub(crate) fn has_echo(&self, wamid: &str) -> bool {
        self.inbox.iter().any(|entry| entry.echo && entry.message.wamid == wamid)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.inbox.iter().map(Entry::view).collect()
    }

    pub(crate) fn view(&self, now: i64) -> PhoneView {
        PhoneView {
            id: self.identity.id().to_owned(),
            number: self.identity.number.clone(),
            username: self.identity.username.clone(),
            user_id: self.identity.user_id.clone(),
            name: self.identity.name.clone(),
            online: self.online,
            reads: self.reads,
            blocked: self.blocked,
            typing: now < self.typing_until,
            composing: now < self.composing_until,
            opted_out: self.opted_out,
            shows_number: self.identity.number.is_some() && self.shows_number(now),
            held_elsewhere: !self.held_elsewhere.is_empty(),
            received: self.inbox.len(),
            unread: self.inbox.iter().filter(|entry| !entry.read).count(),
        }
    }
}

impl Entry {
    fn view(&self) -> Received {
        let message = &self.message;
        Received {
            wamid: message.wamid.clone(),
            phone_number_id: message.number.phone_number_id.clone(),
            kind: message.content.kind.clone(),
            text: message.content.text.clone(),
            buttons: message.content.buttons.clone(),
            context: message.context.clone(),
            sent_at: message.at,
            read: self.read,
            body: message.body.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: Scope<'_> = Scope { portfolio: "portfolio", parent: None };

    fn with_phone(new: &NewPhone) -> World {
        let mut world = World::default();
        world.create(SCOPE, new).unwrap();
        world
    }

    #[test]
    fn a_phone_is_found_by_number_in_any_format_by_its_twin_and_by_its_user_id() {
        let world = with_phone(&NewPhone { number: Some("+52 1 55 1234 5678".into()), ..NewPhone::default() });
        let user_id = world.phones[0].identity.user_id.clone();
        for name in ["5215512345678", "+52 (55) 1234-5678", &user_id] {
            assert_eq!(world.find(name), Some(0), "{name}");
        }
        assert!(user_id.starts_with("MX."));
        assert_eq!(world.find("+52 55 0000 0000"), None);
    }

    #[test]
    fn a_phone_by_username_alone_shows_no_number() {
        let world = with_phone(&NewPhone { username: Some("@Ana.Lopez".into()), ..NewPhone::default() });
        assert_eq!(world.find("ana.lopez"), Some(0));
        assert_eq!(world.phones[0].identity.number, None);
    }

    #[test]
    fn two_phones_cannot_have_one_number() {
        let ana = NewPhone { number: Some("+5215512345678".into()), ..NewPhone::default() };
        let mut world = with_phone(&ana);
        assert_eq!(world.create(SCOPE, &ana), Err(PhoneError::Taken("5215512345678".into())));
    }
}
