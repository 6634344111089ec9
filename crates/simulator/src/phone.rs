//! A phone in the hand of a test.

use std::sync::Arc;
use std::time::Duration;

use crate::acts::{self, Act, Tap};
use crate::error::PhoneError;
use crate::life;
use crate::phones::{PhoneChange, PhoneView, Reads, Received, SaidView};
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;

/// A phone, and the business number that it writes to. Its verbs return once the webhook is queued; what the phone has
/// received is read with [`Phone::received`] and awaited with [`Phone::wait_for`].
#[derive(Clone)]
pub struct Phone {
    pub(crate) platform: Arc<Platform>,
    pub(crate) phone: usize,
    pub(crate) number: Arc<BusinessNumber>,
}

impl Phone {
    /// The same phone, writing to another number of the business.
    pub fn writing_to(&self, phone_number_id: &str) -> Result<Self, PhoneError> {
        let number = self.platform.number(phone_number_id);
        let number = number.ok_or_else(|| PhoneError::NoBusinessNumber(phone_number_id.into()))?;
        Ok(Self { number: Arc::clone(number), ..self.clone() })
    }

    /// Types a text. Whoever types is online and has unblocked the business.
    pub async fn says(&self, text: &str) -> String {
        self.text(text, None)
    }

    /// Answers a particular message.
    pub async fn replies(&self, wamid: &str, text: &str) -> String {
        self.text(text, Some(wamid.to_owned()))
    }

    /// Does anything that a phone can do.
    pub async fn does(&self, act: Act) -> Result<String, PhoneError> {
        acts::perform(&self.platform, self.phone, &self.number, &act)
    }

    /// Taps the newest button or list row with this id or title.
    pub async fn taps(&self, button: &str) -> Result<String, PhoneError> {
        acts::tap(&self.platform, self.phone, &Tap { message_id: None, button: button.into() })
    }

    /// Puts an emoji on a message.
    pub async fn reacts(&self, wamid: &str, emoji: &str) -> Result<String, PhoneError> {
        self.does(Act::Reaction { message_id: wamid.into(), emoji: Some(emoji.into()) }).await
    }

    /// Corrects an own message.
    pub async fn edits(&self, wamid: &str, text: &str) -> Result<String, PhoneError> {
        self.does(Act::Edit { message_id: wamid.into(), text: text.into() }).await
    }

    /// Deletes an own message for everybody.
    pub async fn revokes(&self, wamid: &str) -> Result<String, PhoneError> {
        self.does(Act::Revoke { message_id: wamid.into() }).await
    }

    /// Moves to another number; its user id changes with it.
    pub async fn changes_number(&self, number: &str) -> Result<String, PhoneError> {
        self.does(Act::ChangeNumber { number: number.into() }).await
    }

    /// Has no connection: messages wait at `sent`.
    pub async fn goes_offline(&self) {
        self.change(PhoneChange { online: Some(false), ..PhoneChange::default() });
    }

    /// Is reachable again: what waited arrives.
    pub async fn comes_online(&self) {
        self.change(PhoneChange { online: Some(true), ..PhoneChange::default() });
    }

    /// Blocks the business: messages stay at `sent` for ever.
    pub async fn blocks(&self) {
        self.change(PhoneChange { blocked: Some(true), ..PhoneChange::default() });
    }

    /// Takes the block back. What was sent meanwhile does not arrive.
    pub async fn unblocks(&self) {
        self.change(PhoneChange { blocked: Some(false), ..PhoneChange::default() });
    }

    /// Says who opens the chat from now on.
    pub async fn sets_reads(&self, reads: Reads) {
        self.change(PhoneChange { reads: Some(reads), ..PhoneChange::default() });
    }

    /// Opens the chat: everything in it is read.
    pub async fn opens_chat(&self) {
        life::open_chat(&self.platform, self.phone);
    }

    /// Everything that it has received, oldest first.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.platform.world).phones[self.phone].received()
    }

    /// Everything that it has written, oldest first.
    pub fn said(&self) -> Vec<SaidView> {
        lock(&self.platform.world).phones[self.phone].said.clone()
    }

    /// What can be seen of it.
    pub fn view(&self) -> PhoneView {
        let now = self.platform.now();
        lock(&self.platform.world).phones[self.phone].view(now)
    }

    /// Waits until it has received `count` messages in all, or no longer than `patience`, and returns what is there.
    pub async fn wait_for(&self, count: usize, patience: Duration) -> Vec<Received> {
        let mut arrived = lock(&self.platform.world).phones[self.phone].arrived.subscribe();
        // The caller sees from the length whether it took too long.
        drop(tokio::time::timeout(patience, arrived.wait_for(|arrived| count <= *arrived)).await);
        self.received()
    }

    pub(crate) fn change(&self, change: PhoneChange) {
        {
            let phone = &mut lock(&self.platform.world).phones[self.phone];
            phone.online = change.online.unwrap_or(phone.online);
            phone.reads = change.reads.unwrap_or(phone.reads);
            phone.blocked = change.blocked.unwrap_or(phone.blocked);
        }
        if change.online == Some(true) {
            life::come_online(&self.platform, self.phone);
        }
    }

    fn text(&self, text: &str, reply_to: Option<String>) -> String {
        acts::say(&self.platform, self.phone, &self.number, text, reply_to)
    }
}
