//! What other systems are told: each change by its name, and what it is about. A change carries no texts; whoever hears of it reads
//! how the thing stands now.

use crate::ids::{
    AppointmentId, ChannelId, CompanyId, ContactId, ConversationId, DealId, EndpointId, InteractionId, NoteId,
    NoticeId, OrderId, SendId, TicketId,
};
use crate::named::named;
use crate::right::Right;

named! {
    /// The name of a change: a noun, and what became of it.
    EventType: "event type" {
        /// A customer wrote.
        MessageReceived = "message.received",
        /// A person of ours answered in the WhatsApp app on the business's own phone, or another system did.
        MessageEchoed = "message.echoed",
        /// A message of ours is in the outbox.
        MessageQueued = "message.queued",
        /// A message of ours was sent, delivered, read or played, failed, or was cancelled.
        MessageStatusChanged = "message.status_changed",
        /// A customer's file is here.
        FileStored = "file.stored",
        /// A customer's file will not come by itself: WhatsApp does not have it any more, or it is not kept.
        FileMissing = "file.missing",
        /// Somebody new.
        ContactCreated = "contact.created",
        /// A name, the language, an identity or the wish to be left alone changed.
        ContactChanged = "contact.changed",
        /// A contact turned out to be somebody else who is known: it leads there from now on.
        ContactMerged = "contact.merged",
        /// It was somebody of their own after all.
        ContactUnmerged = "contact.unmerged",
        /// The first message of a WhatsApp account to one of our numbers.
        ConversationCreated = "conversation.created",
        /// A person of ours took the conversation, or left it.
        ConversationChanged = "conversation.changed",
        /// A person wrote a note beside the conversation, or took one back.
        ConversationNoted = "conversation.noted",
        /// A person began to write an answer, or gave it up.
        ConversationDrafted = "conversation.drafted",
        /// A matter began.
        InteractionOpened = "interaction.opened",
        /// A matter is of another type than was thought.
        InteractionChanged = "interaction.changed",
        /// A matter has its outcome.
        InteractionClosed = "interaction.closed",
        /// Work for a person.
        TicketOpened = "ticket.opened",
        /// It waits in another queue, or is of another type.
        TicketChanged = "ticket.changed",
        /// It is done.
        TicketResolved = "ticket.resolved",
        /// It was not done after all.
        TicketReopened = "ticket.reopened",
        /// Somebody has it now, or nobody, or another queue.
        TicketAssigned = "ticket.assigned",
        /// It is put aside.
        TicketSnoozed = "ticket.snoozed",
        /// It is back, because its time came or because the customer wrote.
        TicketWoken = "ticket.woken",
        /// Its promise is nearly over, and nobody answered.
        TicketDueSoon = "ticket.due_soon",
        /// Its promise is over, and nobody answered.
        TicketOverdue = "ticket.overdue",
        /// A guard or WhatsApp keeps a message back; a person decides.
        SendHeld = "send.held",
        /// Nobody knows whether WhatsApp took a message.
        SendUnknown = "send.unknown",
        /// And it stays unknown: a person decides.
        SendReviewRequested = "send.review_requested",
        /// WhatsApp refused a message for good.
        SendDied = "send.died",
        /// A person let a held or dead message go.
        SendReleased = "send.released",
        /// A person had an unknown message sent again, as a new one.
        SendResent = "send.resent",
        /// A person gave a message up.
        SendDropped = "send.dropped",
        /// Nothing is sent on a number until somebody mends what is wrong.
        ChannelPaused = "channel.paused",
        /// A number sends again.
        ChannelResumed = "channel.resumed",
        /// WhatsApp posted something that belongs to no conversation.
        NoticeReceived = "notice.received",
        /// Somebody asked for a test of a webhook endpoint; it alone is told.
        EndpointTested = "webhook_endpoint.tested",
        /// A webhook endpoint failed for so long that it is not posted to any more.
        EndpointDisabled = "webhook_endpoint.disabled",
        /// Another company.
        CompanyCreated = "company.created",
        /// Something about it is different.
        CompanyChanged = "company.changed",
        /// Something may be sold.
        DealCreated = "deal.created",
        /// Something about it is different, other than where it stands.
        DealChanged = "deal.changed",
        /// It stands in another stage, is won, lost or open again.
        DealMoved = "deal.moved",
        /// A meeting was agreed on.
        AppointmentCreated = "appointment.created",
        /// Its time, or something else about it, is different.
        AppointmentChanged = "appointment.changed",
        /// It was confirmed, cancelled, took place, was missed, or is scheduled again.
        AppointmentStatusChanged = "appointment.status_changed",
        /// Something was bought.
        OrderCreated = "order.created",
        /// Something about it is different, other than how far it is.
        OrderChanged = "order.changed",
        /// It is paid, prepared, on its way, there, cancelled or back.
        OrderStatusChanged = "order.status_changed",
        /// Somebody wrote something down beside a record.
        NoteAdded = "note.added",
        /// It says something else now.
        NoteChanged = "note.changed",
    }
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A message, by its place.
    Message(ConversationId, i64),
    /// A person.
    Contact(ContactId),
    /// A thread.
    Conversation(ConversationId),
    /// A matter.
    Interaction(InteractionId),
    /// Work for a person.
    Ticket(TicketId),
    /// A message on its way out.
    Send(SendId),
    /// A number of ours.
    Channel(ChannelId),
    /// Something that belongs to no conversation.
    Notice(NoticeId),
    /// A receiver of webhooks.
    Endpoint(EndpointId),
    /// A business that people belong to.
    Company(CompanyId),
    /// Something that may be sold.
    Deal(DealId),
    /// A meeting with a person.
    Appointment(AppointmentId),
    /// Something that was bought.
    Order(OrderId),
    /// Something that a person of ours wrote down.
    Note(NoteId),
}

/// Something that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What became of it.
    pub event: EventType,
    /// What it is.
    pub about: Subject,
}

impl EventType {
    /// What one must be allowed to see to hear of it.
    pub fn right(self) -> Right {
        const OVERSEEN: [EventType; 3] =
            [EventType::NoticeReceived, EventType::EndpointTested, EventType::EndpointDisabled];
        if OVERSEEN.contains(&self) { Right::Oversee } else { Right::Look }
    }

    /// The number under which it is stored. It outlives the program, so none is ever given anew.
    pub fn code(self) -> u8 {
        match self {
            EventType::MessageReceived => 1,
            EventType::MessageEchoed => 2,
            EventType::MessageQueued => 3,
            EventType::MessageStatusChanged => 4,
            EventType::FileStored => 5,
            EventType::FileMissing => 6,
            EventType::ContactCreated => 10,
            EventType::ContactChanged => 11,
            EventType::ContactMerged => 12,
            EventType::ContactUnmerged => 13,
            EventType::ConversationCreated => 20,
            EventType::ConversationChanged => 21,
            EventType::ConversationNoted => 22,
            EventType::ConversationDrafted => 23,
            EventType::InteractionOpened => 30,
            EventType::InteractionChanged => 31,
            EventType::InteractionClosed => 32,
            EventType::TicketOpened => 40,
            EventType::TicketChanged => 41,
            EventType::TicketResolved => 42,
            EventType::TicketReopened => 43,
            EventType::TicketAssigned => 44,
            EventType::TicketSnoozed => 45,
            EventType::TicketWoken => 46,
            EventType::TicketDueSoon => 47,
            EventType::TicketOverdue => 48,
            EventType::SendHeld => 50,
            EventType::SendUnknown => 51,
            EventType::SendReviewRequested => 52,
            EventType::SendDied => 53,
            EventType::SendReleased => 54,
            EventType::SendResent => 55,
            EventType::SendDropped => 56,
            EventType::ChannelPaused => 60,
            EventType::ChannelResumed => 61,
            EventType::NoticeReceived => 70,
            EventType::EndpointTested => 80,
            EventType::EndpointDisabled => 81,
            EventType::CompanyCreated => 120,
            EventType::CompanyChanged => 121,
            EventType::DealCreated => 130,
            EventType::DealChanged => 131,
            EventType::DealMoved => 132,
            EventType::AppointmentCreated => 140,
            EventType::AppointmentChanged => 141,
            EventType::AppointmentStatusChanged => 142,
            EventType::OrderCreated => 150,
            EventType::OrderChanged => 151,
            EventType::OrderStatusChanged => 152,
            EventType::NoteAdded => 160,
            EventType::NoteChanged => 161,
        }
    }

    /// The event type of a number from the database.
    pub fn of_code(code: u8) -> Option<EventType> {
        EventType::ALL.iter().copied().find(|event| event.code() == code)
    }
}

impl Change {
    /// Something became of something.
    pub fn new(event: EventType, about: Subject) -> Self {
        Self { event, about }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_event_types_share_a_number() {
        for event in EventType::ALL {
            assert_eq!(EventType::of_code(event.code()), Some(*event));
        }
    }
}
