//! The one place that makes ids.

use domain::ids::{ContactId, ConversationId, EventId, FreshIds, InteractionId, MediaId, NoteId, SendId, TicketId};
use uuid::Uuid;

#[cfg(test)]
pub(crate) mod numbered;

/// A new id; later ones sort later.
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn fresh() -> Uuid {
    #[cfg(test)]
    if let Some(id) = numbered::next() {
        return id;
    }
    Uuid::now_v7()
}

/// One of each kind that a step of an interaction may need.
pub fn fresh_set() -> FreshIds {
    FreshIds {
        contact: ContactId(fresh()),
        conversation: ConversationId(fresh()),
        interaction: InteractionId(fresh()),
        ticket: TicketId(fresh()),
        send: SendId(fresh()),
        media: MediaId(fresh()),
        note: NoteId(fresh()),
        event: EventId(fresh()),
        note_event: EventId(fresh()),
    }
}

/// The machine time, in milliseconds since 1970, at which an id was made.
pub fn made_at(id: Uuid) -> i64 {
    id.get_timestamp().map_or(0, |made| {
        let (seconds, nanos) = made.to_unix();
        (seconds * 1000) as i64 + i64::from(nanos / 1_000_000)
    })
}
