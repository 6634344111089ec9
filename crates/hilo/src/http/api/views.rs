//! How things look in the API, for whoever tells of them elsewhere.

pub(crate) use super::appointments::AppointmentView;
pub(crate) use super::channels::ChannelView;
pub(crate) use super::companies::CompanyView;
pub(crate) use super::contacts::ContactView;
pub(crate) use super::conversations::{ConversationView, MessageView};
pub(crate) use super::deals::DealView;
pub(crate) use super::endpoints::EndpointView;
pub(crate) use super::interactions::InteractionView;
pub(crate) use super::orders::OrderView;
pub(crate) use super::outbox::SendView;
pub(crate) use super::platform::NoticeView;
pub(crate) use super::record_notes::RecordNoteView;
pub(crate) use super::tickets::TicketView;
