//! What a person does, one verb a file. The API and the screens call these and nothing else.

mod assign;
mod block;
mod canned_replies;
mod change_contact;
mod choose_starter;
mod close;
mod create_contact;
mod delete_template;
mod edit_template;
mod entry;
mod fill_template;
mod judge_duplicate;
mod judge_owner;
mod keep_draft;
mod make_key;
mod make_record;
mod mark_read;
mod merge;
mod name_sender;
mod once;
mod open_work;
mod overtaken;
mod pause;
mod pause_channel;
mod presence;
mod publish_workflow;
mod reclassify;
mod refresh_templates;
mod release_send;
mod replay_message;
mod reply;
mod resolve_ticket;
mod resume_channel;
mod retype;
mod said_to_be;
mod set_reach;
mod settle;
mod share_out;
mod snooze;
mod staff_queues;
mod submit_template;
mod take_back;
mod take_over;
mod template_account;
mod write_note;
mod write_to;

pub use assign::{Assignee, assign};
pub use block::{block, unblock};
pub(crate) use canned_replies::fill_text;
pub use canned_replies::{
    CannedReply, REPLY_FIELDS, add_canned_reply, change_canned_reply, delete_canned_reply, fill_canned_reply,
};
pub(crate) use change_contact::learnt;
pub use change_contact::{ContactChange, change_contact};
pub use choose_starter::{choose_starter, starter_of};
pub use close::{Closing, close, reopen_conversation};
pub use create_contact::{Introduced, NewContact, create_contact};
pub use delete_template::{delete_template, delete_template_in_all_languages};
pub use edit_template::{TemplateEdit, edit_template};
pub(crate) use entry::Entry;
pub(crate) use fill_template::judge as judge_template;
pub use judge_duplicate::tell_apart;
pub use judge_owner::{Owner, judge_owner};
pub use keep_draft::keep_draft;
pub use make_key::{make_key, revoke_key};
pub(crate) use make_key::{make_key_at, revoke_key_at};
pub use make_record::make_record;
pub(crate) use make_record::make_record_at;
pub use mark_read::mark_read;
pub use merge::{Merging, merge, undo_merge};
pub(crate) use name_sender::candidates_of;
pub use name_sender::{Whose, name_sender};
pub use once::{Acted, Answer, Asked, Failed, Once, Tried};
pub(crate) use open_work::{OpenWork, open_work};
pub use pause::{Pausing, pause, resume};
pub(crate) use pause::{pause_at, resume_at};
pub use pause_channel::pause_channel;
pub(crate) use pause_channel::{PAUSED_BY_HAND, pause_channel_at};
pub(crate) use presence::FORGOTTEN_MS;
pub use presence::{leave, note_seen, say_here};
pub use publish_workflow::{NewVersion, check_workflow, is_sound_workflow, publish_workflow, put_back_workflow};
pub(crate) use publish_workflow::{publish_workflow_at, put_back};
pub use reclassify::{Correction, Reclassified, reclassify};
pub use refresh_templates::{Refreshed, refresh_templates};
pub use release_send::{drop_send, release_send, resend};
pub use replay_message::replay_message;
pub(crate) use reply::UNDO_SECONDS;
pub(crate) use reply::reply_at;
pub use reply::{Replied, Wish, reply, send_message};
pub(crate) use resolve_ticket::resolve_ticket_at;
pub use resolve_ticket::{end_ticket, reopen_ticket, resolve_ticket};
pub use resume_channel::resume_channel;
pub(crate) use resume_channel::resume_channel_at;
pub use retype::Stays;
pub(crate) use retype::{NewKind, retype, said_by_automation};
pub(crate) use said_to_be::{SaidToBe, said_to_be};
pub use set_reach::{MOST_MATTERS, NewReach, add_test_number, remove_test_number, set_reach};
pub(crate) use set_reach::{add_test_number_at, remove_test_number_at, set_reach_at};
pub(crate) use share_out::{Attendance, Hand, Piece, attendance, choose};
pub use snooze::{snooze, wake};
pub(crate) use snooze::{wake_for_record, woken};
pub(crate) use staff_queues::USUAL_CAPACITY;
pub use staff_queues::{Capacity, set_assignment, set_availability, set_capacity, set_member, set_undo_seconds};
pub use submit_template::{NewTemplate, submit_template};
pub use take_back::take_back;
pub use take_over::{hand_back, take_over};
pub use write_note::{delete_note, write_note};
pub(crate) use write_to::latest_on;
pub use write_to::open_conversation;

use domain::ids::UserId;
use store::StoreError;

/// Who does something: a key of the API, a program, or a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// As the timeline calls them.
    pub name: String,
    /// Which person, if it is one.
    pub user: Option<UserId>,
}

impl Actor {
    /// A program, or somebody outside, by name.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), user: None }
    }
}

/// Why a verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing in this workspace.
    #[error("there is no such {0} in this workspace")]
    Missing(&'static str),
    /// It stands where the verb does not start from.
    #[error("{0}")]
    Conflict(String),
    /// It is not any more what its author saw.
    #[error("{0}")]
    Stale(String),
    /// What was given cannot be used.
    #[error("{0}")]
    Invalid(String),
    /// Somebody was faster, and whoever asks has not seen it.
    #[error("{said}")]
    Overtaken {
        /// What to do about it.
        said: String,
        /// The messages that came meanwhile, if that is what happened.
        seqs: Vec<i64>,
    },
    /// The caller's key belongs to another request.
    #[error("this `Idempotency-Key` was used for another request; make a new key for each request")]
    KeyTaken,
    /// WhatsApp, which had to be asked, did not answer.
    #[error("{0}")]
    NoAnswer(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a verb did, or why it did nothing.
pub type Done<T> = Result<T, Refusal>;
