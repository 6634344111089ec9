//! Values that go into and come out of statements, the same for both databases.

use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::{Result, StoreError};

/// A value of a column or a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// A real number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// An id: sixteen bytes in SQLite, `uuid` in PostgreSQL.
    Uuid(Uuid),
    /// Ids to look up at once, for `= ANY($n)`. Never the value of a column.
    Ids(Vec<Uuid>),
}

macro_rules! value_from {
    ($($from:ty => |$name:ident| $value:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from($name: $from) -> Self {
                $value
            }
        }
    )*};
}

value_from! {
    i64 => |n| Value::Int(n),
    f64 => |n| Value::Real(n),
    // PostgreSQL's text refuses NUL; nobody writes one on purpose.
    &str => |text| Value::Text(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.to_owned() }),
    String => |text| Value::from(text.as_str()),
    &String => |text| Value::from(text.as_str()),
    Vec<u8> => |bytes| Value::Blob(bytes),
    &[u8] => |bytes| Value::Blob(bytes.to_vec()),
    Uuid => |id| Value::Uuid(id),
    domain::ids::WorkspaceId => |id| Value::Uuid(id.0),
    domain::ids::ChannelId => |id| Value::Uuid(id.0),
    domain::ids::ContactId => |id| Value::Uuid(id.0),
    domain::ids::ConversationId => |id| Value::Uuid(id.0),
    domain::ids::InteractionId => |id| Value::Uuid(id.0),
    domain::ids::TicketId => |id| Value::Uuid(id.0),
    domain::ids::SendId => |id| Value::Uuid(id.0),
    domain::ids::BodyId => |id| Value::Uuid(id.0),
    domain::ids::WorkId => |id| Value::Uuid(id.0),
    domain::ids::NoticeId => |id| Value::Uuid(id.0),
    domain::ids::AlertId => |id| Value::Uuid(id.0),
    domain::ids::KeyId => |id| Value::Uuid(id.0),
    domain::ids::EventId => |id| Value::Uuid(id.0),
    domain::ids::EndpointId => |id| Value::Uuid(id.0),
    Vec<Uuid> => |ids| Value::Ids(ids),
    domain::ids::MediaId => |id| Value::Uuid(id.0),
    domain::ids::UserId => |id| Value::Uuid(id.0),
    domain::ids::CorrectionId => |id| Value::Uuid(id.0),
    domain::ids::CannedReplyId => |id| Value::Uuid(id.0),
    domain::ids::SessionId => |id| Value::Uuid(id.0),
    domain::ids::InvitationId => |id| Value::Uuid(id.0),
    domain::ids::CompanyId => |id| Value::Uuid(id.0),
    domain::ids::DealId => |id| Value::Uuid(id.0),
    domain::ids::AppointmentId => |id| Value::Uuid(id.0),
    domain::ids::OrderId => |id| Value::Uuid(id.0),
    domain::ids::NoteId => |id| Value::Uuid(id.0),
    domain::ids::MergeId => |id| Value::Uuid(id.0),
    domain::ids::ImportId => |id| Value::Uuid(id.0),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// The parameters of a statement, in the order `$1`, `$2`, ….
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

/// A row of an answer; columns are read by their place.
#[derive(Debug, Clone)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    fn column(&self, index: usize) -> Result<&Value> {
        self.0.get(index).ok_or_else(|| StoreError::Unexpected(format!("no column {index}")))
    }

    fn wrong<T>(&self, index: usize, wanted: &str) -> Result<T> {
        Err(StoreError::Unexpected(format!("column {index} is not {wanted}")))
    }

    /// A whole number.
    pub fn int(&self, index: usize) -> Result<i64> {
        self.opt_int(index)?.map_or_else(|| self.wrong(index, "a number"), Ok)
    }

    /// A whole number or nothing.
    pub fn opt_int(&self, index: usize) -> Result<Option<i64>> {
        match self.column(index)? {
            Value::Null => Ok(None),
            Value::Int(n) => Ok(Some(*n)),
            Value::Real(_) | Value::Text(_) | Value::Blob(_) | Value::Uuid(_) | Value::Ids(_) => {
                self.wrong(index, "a number")
            }
        }
    }

    /// A real number.
    pub fn real(&self, index: usize) -> Result<f64> {
        match self.column(index)? {
            Value::Real(n) => Ok(*n),
            Value::Int(n) => Ok(*n as f64),
            Value::Null | Value::Text(_) | Value::Blob(_) | Value::Uuid(_) | Value::Ids(_) => {
                self.wrong(index, "a real number")
            }
        }
    }

    /// Text.
    pub fn text(&self, index: usize) -> Result<String> {
        self.opt_text(index)?.map_or_else(|| self.wrong(index, "text"), Ok)
    }

    /// Text or nothing.
    pub fn opt_text(&self, index: usize) -> Result<Option<String>> {
        match self.column(index)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text.clone())),
            Value::Int(_) | Value::Real(_) | Value::Blob(_) | Value::Uuid(_) | Value::Ids(_) => {
                self.wrong(index, "text")
            }
        }
    }

    /// Bytes.
    pub fn bytes(&self, index: usize) -> Result<Vec<u8>> {
        match self.column(index)? {
            Value::Blob(bytes) => Ok(bytes.clone()),
            Value::Null | Value::Int(_) | Value::Real(_) | Value::Text(_) | Value::Uuid(_) | Value::Ids(_) => {
                self.wrong(index, "bytes")
            }
        }
    }

    /// Bytes or nothing.
    pub fn opt_bytes(&self, index: usize) -> Result<Option<Vec<u8>>> {
        if self.column(index)? == &Value::Null { Ok(None) } else { self.bytes(index).map(Some) }
    }

    /// An id.
    pub fn id(&self, index: usize) -> Result<Uuid> {
        self.opt_id(index)?.map_or_else(|| self.wrong(index, "an id"), Ok)
    }

    /// An id or nothing.
    pub fn opt_id(&self, index: usize) -> Result<Option<Uuid>> {
        match self.column(index)? {
            Value::Null => Ok(None),
            Value::Uuid(id) => Ok(Some(*id)),
            Value::Blob(bytes) => match Uuid::from_slice(bytes) {
                Ok(id) => Ok(Some(id)),
                Err(_) => self.wrong(index, "an id"),
            },
            Value::Int(_) | Value::Real(_) | Value::Text(_) | Value::Ids(_) => self.wrong(index, "an id"),
        }
    }

    /// One of our own enums, stored under its name.
    pub fn named<T: std::str::FromStr>(&self, index: usize) -> Result<T> {
        let name = self.text(index)?;
        name.parse().map_err(|_| StoreError::Unexpected(format!("column {index} holds `{name}`")))
    }

    /// One of our own enums or nothing.
    pub fn opt_named<T: std::str::FromStr>(&self, index: usize) -> Result<Option<T>> {
        if self.column(index)? == &Value::Null { Ok(None) } else { self.named(index).map(Some) }
    }
}

/// SQLite has no lists; `json_each` makes rows of this.
fn json_of(ids: &[Uuid]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("\"{}\"", id.simple())).collect();
    format!("[{}]", quoted.join(","))
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Real(n) => ValueRef::Real(*n),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
            Value::Uuid(id) => ValueRef::Blob(id.as_bytes()),
            Value::Ids(ids) => return Ok(ToSqlOutput::Owned(json_of(ids).into())),
        }))
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(n) if *wanted == Type::INT4 => i32::try_from(*n)?.to_sql(wanted, out),
            Value::Int(n) => n.to_sql(wanted, out),
            Value::Real(n) => n.to_sql(wanted, out),
            Value::Text(text) => text.to_sql(wanted, out),
            Value::Blob(bytes) => bytes.to_sql(wanted, out),
            Value::Uuid(id) => id.to_sql(wanted, out),
            Value::Ids(ids) => ids.to_sql(wanted, out),
        }
    }

    fn accepts(wanted: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::FLOAT8, Type::TEXT, Type::BYTEA, Type::UUID, Type::UUID_ARRAY].contains(wanted)
    }

    to_sql_checked!();
}
