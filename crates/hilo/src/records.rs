//! The built-in CRM's records: what a person does with companies, deals, appointments, orders and notes. The API and the screens call
//! these and nothing else.

mod add_note;
mod change;
mod create;
mod edit_pipeline;
mod move_deal;
mod open_deal;
mod past;
mod place_order;
mod set_status;
mod told;
mod topic;
mod trail;
mod write_down;

#[cfg(test)]
pub(crate) use add_note::add_note_at;
pub use add_note::{add_note, change_note};
pub(crate) use change::change_at;
pub use change::{Edit, change};
pub use create::create;
pub(crate) use create::create_at;
pub use edit_pipeline::edit_pipeline;
pub use move_deal::move_deal;
pub(crate) use move_deal::moved;
pub(crate) use open_deal::opened;
pub use open_deal::{NewDeal, open_deal};
pub(crate) use past::Past;
pub use place_order::place_order;
pub use set_status::{set_appointment_status, set_order_status};
pub use told::Told;
pub use topic::{AboutTicket, Topic};
pub use trail::Trail;
pub use write_down::Written;
pub(crate) use write_down::{WrittenIds, write_down};
