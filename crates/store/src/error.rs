//! What can go wrong with a database, by what the caller should do.

/// A result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why a unit of work was not committed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The disk is full or failing: nothing can be recorded, so nothing may be sent either.
    #[error("the database cannot write: {0}")]
    CannotWrite(String),
    /// The database is away or does not answer; it may come back.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// Two units of work stood in each other's way; running again may succeed.
    #[error("the database asks to try again: {0}")]
    Conflict(String),
    /// A row is not what the program expects.
    #[error("the database holds something unexpected: {0}")]
    Unexpected(String),
    /// The schema is of a newer version of the program.
    #[error(
        "the database was made by a newer version of Hilo (schema {found}, this program knows {known}); run that version"
    )]
    Newer {
        /// The schema's version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A statement was refused.
    #[error("the database refused a statement: {0}")]
    Refused(String),
    /// The work panicked; its message.
    #[error("the work panicked")]
    Panicked(String),
    /// The store is shutting down.
    #[error("the store is stopping")]
    Stopped,
}

impl StoreError {
    /// With the text of a panic, which may quote what a stranger wrote: for the row that it concerns, never for the log.
    pub fn in_full(&self) -> String {
        match self {
            StoreError::Panicked(text) => format!("the work panicked: {text}"),
            StoreError::CannotWrite(_)
            | StoreError::Unreachable(_)
            | StoreError::Conflict(_)
            | StoreError::Unexpected(_)
            | StoreError::Newer { .. }
            | StoreError::Refused(_)
            | StoreError::Stopped => self.to_string(),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                StoreError::CannotWrite(error.to_string())
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::CannotWrite(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Conflict(error.to_string()),
            _ => StoreError::Refused(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let Some(refusal) = error.as_db_error() else {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            return if error.is_closed() || std::error::Error::source(&error).is_some_and(|c| c.is::<std::io::Error>()) {
                StoreError::Unreachable(format!("{error}{cause}"))
            } else {
                StoreError::Refused(format!("{error}{cause}"))
            };
        };
        let text = format!("{}: {}", refusal.code().code(), refusal.message());
        match *refusal.code() {
            SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::T_R_DEADLOCK_DETECTED
            | SqlState::QUERY_CANCELED
            | SqlState::LOCK_NOT_AVAILABLE => StoreError::Conflict(text),
            SqlState::DISK_FULL | SqlState::IO_ERROR | SqlState::READ_ONLY_SQL_TRANSACTION => {
                StoreError::CannotWrite(text)
            }
            SqlState::OUT_OF_MEMORY
            | SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::TOO_MANY_CONNECTIONS
            | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => StoreError::Unreachable(text),
            _ => StoreError::Refused(text),
        }
    }
}
