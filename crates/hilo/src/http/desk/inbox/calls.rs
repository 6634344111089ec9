//! The calls of the API that the inbox has its script make, each with the place in the address of what it is about.

use domain::ids::{ContactId, ConversationId, EventId};

pub(super) fn assignment(id: ConversationId) -> String {
    format!("/conversations/{id}/assignment")
}

/// Whether a person answers, or automation.
pub(super) fn person(id: ConversationId) -> String {
    format!("/conversations/{id}/takeover")
}

pub(super) fn snooze(id: ConversationId) -> String {
    format!("/conversations/{id}/snooze")
}

pub(super) fn kind(id: ConversationId) -> String {
    format!("/conversations/{id}/type")
}

pub(super) fn closure(id: ConversationId) -> String {
    format!("/conversations/{id}/closure")
}

pub(super) fn block(id: ContactId) -> String {
    format!("/contacts/{id}/block")
}

pub(super) fn note(conversation: ConversationId, id: EventId) -> String {
    format!("/conversations/{conversation}/notes/{id}")
}
