//! Agents: they resolve tickets, so that new matters open, write replies, send files and templates, and submit templates. What the program
//! confirmed to them is a promise.

mod errand;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;

use super::api::Api;
use super::dice::Dice;
use super::evidence::{Conversation, Promise};
use super::guests::is_of_a_guest;
use super::relay::Relay;
use errand::Errand;

pub(super) const AGENTS: usize = 3;
const TIMEOUT: Duration = Duration::from_secs(3);
const PAGE: usize = 80;
/// WhatsApp lets an account create 100 templates an hour.
const MOST_TEMPLATES: usize = 90;
/// Of these, as many at once as a short run takes.
const MANY_TEMPLATES: usize = 40;

pub(super) struct Desk {
    relay: Arc<Relay>,
    key: Rc<str>,
    errands: Cell<usize>,
    templates: Cell<usize>,
    /// Files that were uploaded and can be sent.
    files: RefCell<Vec<String>>,
    unanswered: RefCell<Vec<Errand>>,
    pub(super) promises: RefCell<Vec<Promise>>,
}

impl Desk {
    pub(super) fn new(relay: Arc<Relay>, key: Rc<str>) -> Self {
        Self {
            relay,
            key,
            errands: Cell::new(0),
            templates: Cell::new(0),
            files: RefCell::default(),
            unanswered: RefCell::default(),
            promises: RefCell::default(),
        }
    }

    async fn act(&self, dice: &mut Dice) -> Result<()> {
        let mut api = Api::connect(self.relay.target(), &self.key).await?;
        if let Some(errand) = self.next_unanswered(dice) {
            return self.post(&mut api, errand).await;
        }
        let mut page: Vec<Conversation> = api.page("/conversations", PAGE).await?;
        page.retain(|thread| !is_of_a_guest(thread)); // where a person answers, automation does not
        if page.is_empty() {
            return Ok(());
        }
        let thread = &page[dice.below(page.len())];
        match &thread.ticket_id {
            Some(ticket) if dice.chance(60) => self.resolve(&mut api, ticket).await,
            _ => self.post(&mut api, self.next_errand(thread, dice)).await,
        }
    }

    /// The oldest, now and then: one that another node is taken to be at work on has to wait.
    fn next_unanswered(&self, dice: &mut Dice) -> Option<Errand> {
        let mut unanswered = self.unanswered.borrow_mut();
        (!unanswered.is_empty() && dice.chance(50)).then(|| unanswered.remove(0))
    }

    async fn resolve(&self, api: &mut Api, ticket: &str) -> Result<()> {
        let (status, _) = api.put(&format!("/tickets/{ticket}/resolution")).await?;
        if status == 200 {
            self.promises.borrow_mut().push(Promise::Resolved { ticket: ticket.to_owned() });
        }
        Ok(())
    }

    fn next_errand(&self, thread: &Conversation, dice: &mut Dice) -> Errand {
        let number = self.errands.get() + 1;
        self.errands.set(number);
        let files = self.files.borrow();
        match dice.below(100) {
            0..20 => Errand::template(&thread.id, number),
            20..30 => Errand::upload(number),
            // The latest, which WhatsApp does not have yet, or any.
            30..40 if !files.is_empty() => Errand::file(&thread.id, &files[files.len() - 1], number),
            40..50 if !files.is_empty() => Errand::file(&thread.id, &files[dice.below(files.len())], number),
            roll @ 50..62 if roll < self.templates_until() => {
                self.templates.set(self.templates.get() + 1);
                Errand::submission(number)
            }
            _ => Errand::text(&thread.id, number),
        }
    }

    /// Many at first, so that a program which lives for seconds comes by; then few, because WhatsApp takes no more in an hour.
    fn templates_until(&self) -> usize {
        match self.templates.get() {
            ..MANY_TEMPLATES => 62,
            MANY_TEMPLATES..MOST_TEMPLATES => 53,
            _ => 0,
        }
    }

    /// One without an answer is repeated until it has one, under the same key: if it was done, it must not be done again.
    async fn post(&self, api: &mut Api, errand: Errand) -> Result<()> {
        self.unanswered.borrow_mut().push(errand.clone());
        let (status, answer) =
            api.post_bytes_once(&errand.path, &errand.key, errand.content_type, &errand.body).await?;
        // 409 may say that an earlier try is still under way.
        if status < 500 && status != 409 {
            self.unanswered.borrow_mut().retain(|one| one.key != errand.key);
        }
        let Some(promise) = errand.promised(status, &answer) else { return Ok(()) };
        if let Promise::Uploaded { file } = &promise {
            self.files.borrow_mut().push(file.clone());
        }
        self.promises.borrow_mut().push(promise);
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
