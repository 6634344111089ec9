//! Agents: they resolve tickets, so that new matters open, and write replies. What the program confirmed to them is a promise.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tokio::sync::watch;

use super::api::Api;
use super::dice::Dice;
use super::evidence::{Conversation, Promise};
use super::relay::Relay;

pub(super) const AGENTS: usize = 3;
const TIMEOUT: Duration = Duration::from_secs(3);

pub(super) struct Desk {
    relay: Arc<Relay>,
    key: Rc<str>,
    replies: Cell<usize>,
    unanswered: RefCell<Vec<Reply>>,
    pub(super) promises: RefCell<Vec<Promise>>,
}

/// What an agent writes, and to whom.
#[derive(Clone)]
struct Reply {
    conversation: String,
    text: String,
}

impl Desk {
    pub(super) fn new(relay: Arc<Relay>, key: Rc<str>) -> Self {
        Self { relay, key, replies: Cell::new(0), unanswered: RefCell::default(), promises: RefCell::default() }
    }

    async fn act(&self, dice: &mut Dice) -> Result<()> {
        let mut api = Api::connect(self.relay.target(), &self.key).await?;
        let again = self.unanswered.borrow_mut().pop();
        if let Some(reply) = again {
            return self.post(&mut api, reply).await;
        }
        let page: Vec<Conversation> = api.page("/conversations", 50).await?;
        if page.is_empty() {
            return Ok(());
        }
        let thread = &page[dice.below(page.len())];
        match &thread.ticket_id {
            Some(ticket) if dice.chance(70) => self.resolve(&mut api, ticket).await,
            _ => self.reply(&mut api, thread).await,
        }
    }

    async fn resolve(&self, api: &mut Api, ticket: &str) -> Result<()> {
        let (status, _) = api.put(&format!("/tickets/{ticket}/resolution")).await?;
        if status == 200 {
            self.promises.borrow_mut().push(Promise::Resolved { ticket: ticket.to_owned() });
        }
        Ok(())
    }

    async fn reply(&self, api: &mut Api, thread: &Conversation) -> Result<()> {
        self.replies.set(self.replies.get() + 1);
        let text = format!("Le atiende una persona ({})", self.replies.get());
        self.post(api, Reply { conversation: thread.id.clone(), text }).await
    }

    /// A reply without an answer is repeated until it has one, under the same key: if it was taken, it must not be taken again.
    async fn post(&self, api: &mut Api, reply: Reply) -> Result<()> {
        let path = format!("/conversations/{}/messages", reply.conversation);
        self.unanswered.borrow_mut().push(reply.clone());
        // Its words are numbered, so its number is its key.
        let key = reply.text.replace(' ', "-");
        let (status, answer) = api.post_once(&path, &key, &json!({ "text": reply.text })).await?;
        if status < 500 {
            self.unanswered.borrow_mut().retain(|one| one.text != reply.text);
        }
        if let (201, Some(send)) = (status, answer["send_id"].as_str()) {
            let promise = Promise::Replied { conversation: reply.conversation, send: send.to_owned() };
            self.promises.borrow_mut().push(promise);
        }
        Ok(())
    }
}

/// Acts until told to stop. The program may be away at any moment; then the agent tries something else.
pub(super) async fn answer_without_pause(desk: Rc<Desk>, mut dice: Dice, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(dice.between(30, 200)) => {}
            _ = stop.changed() => return,
        }
        drop(tokio::time::timeout(TIMEOUT, desk.act(&mut dice)).await);
    }
}
