//! Lives through the past, moment by moment, with what the program itself does at each.

use domain::PhoneNumber;
use domain::ids::{ConversationId, SendId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::{Result, StoreError, Tx};

use super::bodies;
use super::people::Person;
use super::plan::{Deed, Moment};
use super::records::Keeper;
use crate::channels::LiveChannel;
use crate::dice::Dice;
use crate::follow_ups::Rules;
use crate::ids;
use crate::inbox;
use crate::jobs::business_time;
use crate::node::Node;
use crate::pipeline;
use crate::seal::Sealed;

/// Who answers in the shop.
const STAFF: [&str; 3] = ["Marta", "Luisa", "Diego"];

/// The shop in those days.
pub(super) struct Life<'a> {
    node: &'a Node,
    channel: &'a LiveChannel,
    dice: Dice,
    /// What is kept of people beside what they wrote.
    keeper: Keeper,
    /// How many ids WhatsApp has given.
    given: u64,
}

impl<'a> Life<'a> {
    pub(super) fn new(node: &'a Node, channel: &'a LiveChannel, keeper: Keeper) -> Self {
        Self { node, channel, dice: Dice::new(7), keeper, given: 0 }
    }

    /// One moment.
    pub(super) fn live(&mut self, tx: &mut Tx<'_>, moment: &Moment) -> Result<()> {
        let (person, at) = (&moment.person, moment.at);
        match &moment.deed {
            Deed::Writes(text) => self.receive(tx, person, at, &json!({ "type": "text", "text": { "body": text } })),
            Deed::Speaks => {
                let voice = json!({ "id": self.media_id(), "mime_type": "audio/ogg; codecs=opus", "voice": true });
                self.receive(tx, person, at, &json!({ "type": "audio", "audio": voice }))
            }
            Deed::Shows => {
                let image = json!({ "id": self.media_id(), "mime_type": "image/jpeg" });
                self.receive(tx, person, at, &json!({ "type": "image", "image": image }))
            }
            Deed::Answers(text) => self.answer(tx, person, at, text),
            Deed::Resolves => self.resolve(tx, person, at),
            Deed::Night => self.night(tx, at),
        }
    }

    fn receive(&mut self, tx: &mut Tx<'_>, person: &Person, at: Timestamp, part: &Value) -> Result<()> {
        let wamid = self.wamid(person);
        let body = bodies::message(self.channel, person, &wamid, at.as_millisecond(), part);
        pipeline::receive_at(tx, self.node, &body, at)?;
        self.report(tx, person, at)
    }

    /// Through the verb; one that it refuses, because the window is closed, was not sent in those days either.
    fn answer(&mut self, tx: &mut Tx<'_>, person: &Person, at: Timestamp, text: &str) -> Result<()> {
        let Some(thread) = self.thread(tx, person)? else { return Ok(()) };
        let entry = inbox::Entry::at(at.as_millisecond(), self.dice.one_of(&STAFF));
        let (send, epoch) = (SendId(ids::fresh()), self.node.instance.epoch);
        drop(inbox::reply_at(tx, self.channel.workspace, thread, text, send, epoch, &entry)?);
        self.report(tx, person, at)
    }

    fn resolve(&mut self, tx: &mut Tx<'_>, person: &Person, at: Timestamp) -> Result<()> {
        let workspace = self.channel.workspace;
        let Some(thread) = self.thread(tx, person)? else { return Ok(()) };
        let Some(ticket) = tx.conversation(workspace, thread)?.and_then(|thread| thread.ticket) else { return Ok(()) };
        let by = self.dice.one_of(&STAFF);
        drop(inbox::resolve_ticket_at(
            tx,
            workspace,
            &Rules::nothing(),
            ticket,
            &inbox::Entry::at(at.as_millisecond(), by),
        )?);
        match tx.conversation(workspace, thread)?.and_then(|thread| thread.contact) {
            Some(contact) => self.keeper.keep(tx, contact, at, by),
            None => Ok(()),
        }
    }

    fn night(&mut self, tx: &mut Tx<'_>, at: Timestamp) -> Result<()> {
        let workspace = self.channel.workspace;
        let silence = self.node.workflows.of(workspace)?.workflow.interaction.silence.as_millis() as i64;
        let now = at.as_millisecond();
        business_time::close_silent(tx, workspace, &Rules::nothing(), now - silence, now).map(drop)
    }

    /// What waits in the outbox went out in those days, and WhatsApp reported on it. Not everybody reads.
    fn report(&mut self, tx: &mut Tx<'_>, person: &Person, at: Timestamp) -> Result<()> {
        let Some(thread) = self.thread(tx, person)? else { return Ok(()) };
        let workspace = self.channel.workspace;
        for row in tx.sends_of(workspace, thread)? {
            let sealed = Sealed { send: row.send.id, conversation: thread, seq: row.send.seq, attempt: 1 };
            let names = (self.wamid(person), self.node.seal.close(workspace, &sealed));
            let mut reports = vec![("sent", 1), ("delivered", 2)];
            if self.dice.chance(85) {
                reports.push(("read", self.dice.between(3, 900)));
            }
            for (name, after) in reports {
                let then = at + SignedDuration::from_secs(after);
                let of = (names.0.as_str(), names.1.as_str());
                let body = bodies::status(self.channel, person, of, name, then.as_millisecond());
                pipeline::receive_at(tx, self.node, &body, then)?;
            }
        }
        Ok(())
    }

    fn thread(&self, tx: &mut Tx<'_>, person: &Person) -> Result<Option<ConversationId>> {
        let number = PhoneNumber::from_whatsapp(&person.wa_id)
            .map_err(|_| StoreError::Unexpected(format!("`{}` is no number", person.wa_id)))?;
        let (workspace, channel) = (self.channel.workspace, self.channel.id);
        tx.conversation_of(workspace, channel, Some(number.as_str()), Some(&person.user_id))
    }

    fn wamid(&mut self, person: &Person) -> String {
        self.given += 1;
        format!("wamid.past.{}.{:05}", person.wa_id, self.given)
    }

    fn media_id(&mut self) -> String {
        self.given += 1;
        format!("3009{:011}", self.given)
    }
}
