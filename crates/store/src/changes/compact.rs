//! Changes as few bytes: every message adds some. An event's number, what it is about, and the thread only once.

use domain::change::{Change, EventType, Subject};
use domain::ids::{
    AppointmentId, ChannelId, CompanyId, ContactId, ConversationId, DealId, EndpointId, InteractionId, NoteId,
    NoticeId, OrderId, SendId, TicketId,
};
use uuid::Uuid;

use crate::{Result, StoreError};

/// What a change is about: the byte behind the event's. Like the events' numbers they outlive the program.
mod about {
    pub(super) const MESSAGE: u8 = 1;
    pub(super) const MESSAGE_OF_SAME: u8 = 2;
    pub(super) const CONVERSATION: u8 = 3;
    pub(super) const SAME_CONVERSATION: u8 = 4;
    pub(super) const CONTACT: u8 = 5;
    pub(super) const INTERACTION: u8 = 6;
    pub(super) const TICKET: u8 = 7;
    pub(super) const SEND: u8 = 8;
    pub(super) const CHANNEL: u8 = 9;
    pub(super) const NOTICE: u8 = 10;
    pub(super) const ENDPOINT: u8 = 11;
    pub(super) const COMPANY: u8 = 40;
    pub(super) const DEAL: u8 = 41;
    pub(super) const APPOINTMENT: u8 = 42;
    pub(super) const ORDER: u8 = 43;
    pub(super) const NOTE: u8 = 44;
}

pub(crate) fn pack(changes: &[Change]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    let mut thread = None;
    for change in changes {
        bytes.push(change.event.code());
        match change.about {
            Subject::Message(conversation, seq) => {
                if thread.replace(conversation) == Some(conversation) {
                    bytes.push(about::MESSAGE_OF_SAME);
                } else {
                    named(&mut bytes, about::MESSAGE, conversation.0);
                }
                number(&mut bytes, seq);
            }
            Subject::Conversation(conversation) => {
                if thread.replace(conversation) == Some(conversation) {
                    bytes.push(about::SAME_CONVERSATION);
                } else {
                    named(&mut bytes, about::CONVERSATION, conversation.0);
                }
            }
            Subject::Contact(id) => named(&mut bytes, about::CONTACT, id.0),
            Subject::Interaction(id) => named(&mut bytes, about::INTERACTION, id.0),
            Subject::Ticket(id) => named(&mut bytes, about::TICKET, id.0),
            Subject::Send(id) => named(&mut bytes, about::SEND, id.0),
            Subject::Channel(id) => named(&mut bytes, about::CHANNEL, id.0),
            Subject::Notice(id) => named(&mut bytes, about::NOTICE, id.0),
            Subject::Endpoint(id) => named(&mut bytes, about::ENDPOINT, id.0),
            Subject::Company(id) => named(&mut bytes, about::COMPANY, id.0),
            Subject::Deal(id) => named(&mut bytes, about::DEAL, id.0),
            Subject::Appointment(id) => named(&mut bytes, about::APPOINTMENT, id.0),
            Subject::Order(id) => named(&mut bytes, about::ORDER, id.0),
            Subject::Note(id) => named(&mut bytes, about::NOTE, id.0),
        }
    }
    bytes
}

fn named(bytes: &mut Vec<u8>, kind: u8, id: Uuid) {
    bytes.push(kind);
    bytes.extend_from_slice(id.as_bytes());
}

/// Seven bits a byte, the lowest first.
fn number(bytes: &mut Vec<u8>, number: i64) {
    let mut rest = number.unsigned_abs();
    while 0x80 <= rest {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<Change>> {
    let mut reader = Reader { rest: bytes, thread: None };
    let mut changes = Vec::new();
    while !reader.rest.is_empty() {
        let change =
            reader.change().ok_or_else(|| StoreError::Unexpected("a change that cannot be read".to_owned()))?;
        changes.push(change);
    }
    Ok(changes)
}

struct Reader<'a> {
    rest: &'a [u8],
    thread: Option<ConversationId>,
}

impl Reader<'_> {
    fn change(&mut self) -> Option<Change> {
        let event = EventType::of_code(self.byte()?)?;
        let about = match self.byte()? {
            about::MESSAGE => Subject::Message(self.other_thread()?, self.number()?),
            about::MESSAGE_OF_SAME => Subject::Message(self.thread?, self.number()?),
            about::CONVERSATION => Subject::Conversation(self.other_thread()?),
            about::SAME_CONVERSATION => Subject::Conversation(self.thread?),
            about::CONTACT => Subject::Contact(ContactId(self.id()?)),
            about::INTERACTION => Subject::Interaction(InteractionId(self.id()?)),
            about::TICKET => Subject::Ticket(TicketId(self.id()?)),
            about::SEND => Subject::Send(SendId(self.id()?)),
            about::CHANNEL => Subject::Channel(ChannelId(self.id()?)),
            about::NOTICE => Subject::Notice(NoticeId(self.id()?)),
            about::ENDPOINT => Subject::Endpoint(EndpointId(self.id()?)),
            about::COMPANY => Subject::Company(CompanyId(self.id()?)),
            about::DEAL => Subject::Deal(DealId(self.id()?)),
            about::APPOINTMENT => Subject::Appointment(AppointmentId(self.id()?)),
            about::ORDER => Subject::Order(OrderId(self.id()?)),
            about::NOTE => Subject::Note(NoteId(self.id()?)),
            _ => return None,
        };
        Some(Change::new(event, about))
    }

    fn other_thread(&mut self) -> Option<ConversationId> {
        self.thread = Some(ConversationId(self.id()?));
        self.thread
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn id(&mut self) -> Option<Uuid> {
        let (id, rest) = self.rest.split_at_checked(16)?;
        self.rest = rest;
        Uuid::from_slice(id).ok()
    }

    fn number(&mut self) -> Option<i64> {
        let mut number: i64 = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= i64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_new_customers_message_changes_is_read_as_it_was_written_and_takes_less_than_a_hundred_bytes() {
        let id = |n: u128| Uuid::from_u128(n << 64 | n);
        let (here, elsewhere) = (ConversationId(id(1)), ConversationId(id(2)));
        let mut changes = vec![
            Change::new(EventType::ContactCreated, Subject::Contact(ContactId(id(3)))),
            Change::new(EventType::ConversationCreated, Subject::Conversation(here)),
            Change::new(EventType::MessageReceived, Subject::Message(here, 1)),
            Change::new(EventType::InteractionOpened, Subject::Interaction(InteractionId(id(4)))),
            Change::new(EventType::TicketOpened, Subject::Ticket(TicketId(id(5)))),
            Change::new(EventType::MessageQueued, Subject::Message(here, 2)),
        ];
        assert!(pack(&changes).len() < 100);

        let rest = [
            Change::new(EventType::MessageReceived, Subject::Message(elsewhere, i64::MAX)),
            Change::new(EventType::ConversationChanged, Subject::Conversation(elsewhere)),
            Change::new(EventType::SendHeld, Subject::Send(SendId(id(6)))),
            Change::new(EventType::ChannelPaused, Subject::Channel(ChannelId(id(7)))),
            Change::new(EventType::NoticeReceived, Subject::Notice(NoticeId(id(8)))),
            Change::new(EventType::EndpointTested, Subject::Endpoint(EndpointId(id(9)))),
            Change::new(EventType::DealMoved, Subject::Deal(DealId(id(10)))),
            Change::new(EventType::NoteAdded, Subject::Note(NoteId(id(11)))),
            Change::new(EventType::MessageStatusChanged, Subject::Message(here, 300)),
        ];
        changes.extend(rest);
        let bytes = pack(&changes);
        assert_eq!(unpack(&bytes).unwrap(), changes);
        for shorter in 1..bytes.len() {
            drop(unpack(&bytes[..shorter])); // an error or fewer changes, and never a panic
        }
        assert!(unpack(&[255, 1]).is_err());
    }
}
