//! A workspace as the tests find it: a clinic with one WhatsApp number, and Ana, who wrote to it.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::PhoneNumber;
use domain::contact::{Contact, Identity};
use domain::delivery::{Progress, Purpose, SendState};
use domain::ids::{BodyId, ChannelId, ContactId, ConversationId, InteractionId, SendId, WorkId, WorkspaceId};
use domain::interaction::Author;
use store::{
    Channel, InteractionChange, NewConversation, NewInteraction, NewMessage, NewSend, NewWork, OutboxRow, Report,
    Result, Standing, Store, Tx,
};
use uuid::Uuid;

use crate::places::{read, write};

/// A moment of the tests, milliseconds since 1970.
pub(crate) const NOW: i64 = 1_790_000_000_000;

/// An id that sorts after all before it.
pub(crate) fn fresh() -> Uuid {
    static GIVEN: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128((0x0190_0000_0000_7000_8000 << 48) + u128::from(GIVEN.fetch_add(1, Ordering::Relaxed)))
}

/// Who is there, by id; small enough to go into every unit of work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clinic {
    pub workspace: WorkspaceId,
    pub channel: ChannelId,
    pub ana: ContactId,
    pub thread: ConversationId,
}

impl Clinic {
    /// Moves in. Its thread has room for `messages` messages.
    pub(crate) fn with_room_for(store: &Store, messages: i64) -> Clinic {
        let clinic = Clinic {
            workspace: WorkspaceId(fresh()),
            channel: ChannelId(fresh()),
            ana: ContactId(fresh()),
            thread: ConversationId(fresh()),
        };
        write(store, move |tx| clinic.move_in(tx, messages)).unwrap();
        clinic
    }

    pub(crate) fn move_in(&self, tx: &mut Tx<'_>, messages: i64) -> Result<()> {
        tx.ensure_workspace(self.workspace, &self.workspace.to_string(), NOW)?;
        tx.ensure_channel(&self.channel(), NOW)?;
        tx.add_contact(self.workspace, &person(self.ana, "Ana"), NOW)?;
        tx.add_identity(self.workspace, self.ana, &Identity::phone(&ana_phone()), NOW)?;
        tx.add_conversation(self.workspace, &self.conversation(), &Standing::of_new(messages, NOW), NOW)
    }

    pub(crate) fn at(store: &Store) -> Clinic {
        Clinic::with_room_for(store, 0)
    }

    pub(crate) fn channel(&self) -> Channel {
        Channel {
            workspace: self.workspace,
            id: self.channel,
            phone_number_id: format!("{}/{}", self.workspace, self.channel),
            waba_id: "102290129340398".to_owned(),
            display_phone_number: "+52 55 1234 5678".to_owned(),
            paused_reason: None,
            replies_only_reason: None,
            reported_up_to: 0,
        }
    }

    pub(crate) fn conversation(&self) -> NewConversation {
        NewConversation {
            id: self.thread,
            channel: self.channel,
            contact: Some(self.ana),
            member: None,
            candidates: None,
            phone: Some(ana_phone().as_str().to_owned()),
            user_id: None,
            profile_name: Some("Ana".to_owned()),
        }
    }

    /// Another thread, of somebody else, with room for two messages.
    pub(crate) fn another_thread(&self, tx: &mut Tx<'_>) -> Result<ConversationId> {
        let id = ConversationId(fresh());
        let somebody = NewConversation { id, contact: None, phone: Some(id.to_string()), ..self.conversation() };
        tx.add_conversation(self.workspace, &somebody, &Standing::of_new(2, NOW), NOW)?;
        Ok(id)
    }

    /// The message at `seq` of Ana's thread, on its way out as `send`.
    pub(crate) fn outbound(&self, seq: i64, send: SendId) -> NewMessage {
        NewMessage { author: Author::Automation, send: Some(send), body: None, ..self.inbound(seq) }
    }

    pub(crate) fn inbound(&self, seq: i64) -> NewMessage {
        NewMessage {
            conversation: self.thread,
            seq,
            author: Author::Customer,
            kind: "text".to_owned(),
            text: Some("¿Tienen cita el martes?".to_owned()),
            content: None,
            wamid: None,
            context_wamid: None,
            sent_at: NOW,
            recorded_at: NOW,
            interaction: None,
            body: Some(BodyId(fresh())),
            steps: None,
            send: None,
            media: None,
            writer: None,
        }
    }

    pub(crate) fn send(&self, seq: i64) -> NewSend {
        self.send_in(self.thread, seq)
    }

    pub(crate) fn send_in(&self, conversation: ConversationId, seq: i64) -> NewSend {
        NewSend {
            id: SendId(fresh()),
            epoch: 1,
            channel: self.channel,
            conversation,
            seq,
            purpose: Purpose::Acknowledgement,
            payload: r#"{"type":"text","text":"Recibimos su mensaje"}"#.to_owned(),
        }
    }

    /// Records and queues the message at `seq` of Ana's thread.
    pub(crate) fn queue(&self, store: &Store, seq: i64) -> SendId {
        let (clinic, new) = (*self, self.send(seq));
        let id = new.id;
        write(store, move |tx| {
            tx.add_message(clinic.workspace, &clinic.outbound(seq, id))?;
            tx.add_send(clinic.workspace, &new, 0)
        })
        .unwrap();
        id
    }

    pub(crate) fn matter(&self) -> NewInteraction {
        NewInteraction {
            id: InteractionId(fresh()),
            conversation: self.thread,
            contact: Some(self.ana),
            workflow_version: 1,
            change: InteractionChange {
                last_inbound_at: NOW,
                text: "¿Tienen cita el martes?".to_owned(),
                kind: Some("appointment".to_owned()),
                category: None,
                confidence: 0.75,
                acknowledged_at: None,
                ticket: None,
                outcome: None,
            },
        }
    }

    /// Something of a sender that waits.
    pub(crate) fn work(&self, phone: Option<&str>, user: Option<&str>) -> NewWork {
        NewWork {
            id: WorkId(fresh()),
            body: BodyId(fresh()),
            channel: self.channel,
            field: "messages".to_owned(),
            part: "{}".to_owned(),
            sender_phone: phone.map(str::to_owned),
            sender_user: user.map(str::to_owned),
            error: None,
        }
    }

    /// A send as the outbox has it now.
    pub(crate) fn outbox_row(&self, store: &Store, id: SendId) -> Option<OutboxRow> {
        let workspace = self.workspace;
        write(store, move |tx| tx.outbox_row(workspace, id)).unwrap()
    }

    pub(crate) fn state_of(&self, store: &Store, id: SendId) -> Option<SendState> {
        self.outbox_row(store, id).map(|row| row.state)
    }

    /// The sends that are due, which this leaves as they are.
    pub(crate) fn due(&self, store: &Store, machine_now: i64) -> Vec<SendId> {
        write(store, move |tx| Ok(tx.due_sends(machine_now, 100)?.into_iter().map(|due| due.send.id).collect()))
            .unwrap()
    }

    /// A message of Ana's thread as it stands.
    pub(crate) fn message(&self, store: &Store, seq: i64) -> store::MessageRow {
        let clinic = *self;
        let page = read(store, move |tx| tx.messages(clinic.workspace, clinic.thread, seq - 1, 1));
        page.into_iter().next().unwrap()
    }
}

pub(crate) fn person(id: ContactId, name: &str) -> Contact {
    Contact { id, name: Some(name.to_owned()), language: None, opted_out_at: None }
}

pub(crate) fn ana_phone() -> PhoneNumber {
    PhoneNumber::from_whatsapp("5511987654321").unwrap()
}

/// What WhatsApp says about a message of ours, `minutes` later.
pub(crate) fn report(progress: Progress, minutes: i64) -> Report {
    Report {
        progress,
        at: NOW + minutes * 60_000,
        wamid: "wamid.HBgL".to_owned(),
        error_code: (progress == Progress::Failed).then_some(131_026),
        error_text: (progress == Progress::Failed).then(|| "Message undeliverable".to_owned()),
        price_category: Some("utility".to_owned()),
        price_type: Some("regular".to_owned()),
        price_micros: Some(6_700),
    }
}
