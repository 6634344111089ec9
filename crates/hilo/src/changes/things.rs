//! How the things that changes are about stand now, as the API shows them: one query for all of a kind.

use std::collections::{BTreeSet, HashMap};

use domain::change::Subject;
use domain::ids::WorkspaceId;
use domain::record::{Appointment, Company, Deal, Order};
use serde::Serialize;
use serde_json::{Value, json};
use store::{StoreError, Tx, Versioned};
use uuid::Uuid;

use crate::http::api::views::{
    AppointmentView, ChannelView, CompanyView, ContactView, ConversationView, DealView, EndpointView, InteractionView,
    MessageView, NoticeView, OrderView, RecordNoteView, SendView, TicketView,
};
use crate::records::Told;

/// The things by what they are.
#[derive(Debug, Default)]
pub(crate) struct Things {
    views: HashMap<Subject, Value>,
}

impl Things {
    /// Reads them all.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        subjects: impl Iterator<Item = Subject>,
    ) -> store::Result<Things> {
        let wanted = Wanted::of(subjects);
        let mut things = Things::default();
        if !wanted.messages.is_empty() {
            let rows = tx.messages_at(workspace, &in_order(wanted.messages))?;
            let place = |row: &store::MessageRow| Subject::Message(row.message.conversation, row.message.seq);
            things.keep(rows, place, MessageView::from)?;
        }
        if !wanted.contacts.is_empty() {
            let rows = tx.contacts_by_id(workspace, &in_order(wanted.contacts))?;
            things.keep(rows, |row| Subject::Contact(row.contact.id), ContactView::from)?;
        }
        if !wanted.conversations.is_empty() {
            let rows = tx.conversations_by_id(workspace, &in_order(wanted.conversations))?;
            things.keep(rows, |row| Subject::Conversation(row.id), ConversationView::from)?;
        }
        if !wanted.interactions.is_empty() {
            let rows = tx.interactions_by_id(workspace, &in_order(wanted.interactions))?;
            things.keep(rows, |row| Subject::Interaction(row.id), InteractionView::from)?;
        }
        if !wanted.tickets.is_empty() {
            let rows = tx.tickets_by_id(workspace, &in_order(wanted.tickets))?;
            things.keep(rows, |row| Subject::Ticket(row.ticket.id), TicketView::from)?;
        }
        if !wanted.sends.is_empty() {
            let rows = tx.outbox_by_id(workspace, &in_order(wanted.sends))?;
            things.keep(rows, |row| Subject::Send(row.send.id), SendView::from)?;
        }
        if !wanted.notices.is_empty() {
            let rows = tx.notices_by_id(workspace, &in_order(wanted.notices))?;
            things.keep(rows, |row| Subject::Notice(row.id), NoticeView::from)?;
        }
        things.keep_records::<Company, CompanyView>(tx, workspace, wanted.companies)?;
        things.keep_records::<Deal, DealView>(tx, workspace, wanted.deals)?;
        things.keep_records::<Appointment, AppointmentView>(tx, workspace, wanted.appointments)?;
        things.keep_records::<Order, OrderView>(tx, workspace, wanted.orders)?;
        if !wanted.notes.is_empty() {
            let rows = tx.record_notes_by_id(workspace, &in_order(wanted.notes))?;
            things.keep(rows, |row| Subject::Note(row.record.id), RecordNoteView::from)?;
        }
        if wanted.channels {
            things.keep(tx.channels(workspace)?, |row| Subject::Channel(row.id), ChannelView::from)?;
        }
        if wanted.endpoints {
            things.keep(tx.endpoints(workspace)?, |row| Subject::Endpoint(row.id), EndpointView::from)?;
        }
        Ok(things)
    }

    fn keep_records<R: Told, V: Serialize + From<Versioned<R>>>(
        &mut self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        ids: BTreeSet<Uuid>,
    ) -> store::Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        self.keep(R::by_id(tx, workspace, &in_order(ids))?, |row| row.record.subject(), V::from)
    }

    fn keep<R, V: Serialize>(
        &mut self,
        rows: Vec<R>,
        subject: impl Fn(&R) -> Subject,
        view: impl Fn(R) -> V,
    ) -> store::Result<()> {
        for row in rows {
            let key = subject(&row);
            let value = serde_json::to_value(view(row)).map_err(|error| StoreError::Unexpected(error.to_string()))?;
            self.views.insert(key, value);
        }
        Ok(())
    }

    /// What a change is about: its ids, and how it stands now; null if it is not there any more.
    pub(crate) fn data(&self, about: Subject) -> Value {
        let view = self.views.get(&about).cloned().unwrap_or_default();
        match about {
            Subject::Message(conversation, seq) => {
                json!({ "conversation_id": conversation, "seq": seq, "message": view })
            }
            Subject::Contact(id) => json!({ "contact_id": id, "contact": view }),
            Subject::Conversation(id) => json!({ "conversation_id": id, "conversation": view }),
            Subject::Interaction(id) => json!({ "interaction_id": id, "interaction": view }),
            Subject::Ticket(id) => json!({ "ticket_id": id, "ticket": view }),
            Subject::Send(id) => json!({ "send_id": id, "send": view }),
            Subject::Channel(id) => json!({ "channel_id": id, "channel": view }),
            Subject::Notice(id) => json!({ "notice_id": id, "notice": view }),
            Subject::Endpoint(id) => json!({ "webhook_endpoint_id": id, "webhook_endpoint": view }),
            Subject::Company(id) => json!({ "company_id": id, "company": view }),
            Subject::Deal(id) => json!({ "deal_id": id, "deal": view }),
            Subject::Appointment(id) => json!({ "appointment_id": id, "appointment": view }),
            Subject::Order(id) => json!({ "order_id": id, "order": view }),
            Subject::Note(id) => json!({ "note_id": id, "note": view }),
        }
    }
}

fn in_order<T>(ids: BTreeSet<T>) -> Vec<T> {
    ids.into_iter().collect()
}

/// Which things are asked for, each once. Of numbers and endpoints a workspace has a handful.
#[derive(Default)]
struct Wanted {
    messages: BTreeSet<(domain::ids::ConversationId, i64)>,
    contacts: BTreeSet<domain::ids::ContactId>,
    conversations: BTreeSet<domain::ids::ConversationId>,
    interactions: BTreeSet<domain::ids::InteractionId>,
    tickets: BTreeSet<domain::ids::TicketId>,
    sends: BTreeSet<domain::ids::SendId>,
    notices: BTreeSet<domain::ids::NoticeId>,
    companies: BTreeSet<Uuid>,
    deals: BTreeSet<Uuid>,
    appointments: BTreeSet<Uuid>,
    orders: BTreeSet<Uuid>,
    notes: BTreeSet<domain::ids::NoteId>,
    channels: bool,
    endpoints: bool,
}

impl Wanted {
    fn of(subjects: impl Iterator<Item = Subject>) -> Wanted {
        let mut wanted = Wanted::default();
        for subject in subjects {
            match subject {
                Subject::Message(conversation, seq) => {
                    wanted.messages.insert((conversation, seq));
                }
                Subject::Contact(id) => {
                    wanted.contacts.insert(id);
                }
                Subject::Conversation(id) => {
                    wanted.conversations.insert(id);
                }
                Subject::Interaction(id) => {
                    wanted.interactions.insert(id);
                }
                Subject::Ticket(id) => {
                    wanted.tickets.insert(id);
                }
                Subject::Send(id) => {
                    wanted.sends.insert(id);
                }
                Subject::Notice(id) => {
                    wanted.notices.insert(id);
                }
                Subject::Company(id) => {
                    wanted.companies.insert(id.0);
                }
                Subject::Deal(id) => {
                    wanted.deals.insert(id.0);
                }
                Subject::Appointment(id) => {
                    wanted.appointments.insert(id.0);
                }
                Subject::Order(id) => {
                    wanted.orders.insert(id.0);
                }
                Subject::Note(id) => {
                    wanted.notes.insert(id);
                }
                Subject::Channel(_) => wanted.channels = true,
                Subject::Endpoint(_) => wanted.endpoints = true,
            }
        }
        wanted
    }
}
