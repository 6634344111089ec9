//! What people of ours write down beside a record.

use super::RecordRef;
use crate::ids::NoteId;

/// Something that a person of ours wrote down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// Beside what.
    pub record: RecordRef,
    /// What.
    pub text: String,
    /// Who.
    pub author: String,
}
