//! Transactions over SQLite and PostgreSQL.
//!
//! A unit of work is a plain synchronous function over a [`Tx`]: `store.write(locks, |tx| …).await`. It is answered after its
//! commit and may be run more than once, so ids and time are passed in. Units that wait together commit together.

mod agents;
mod alerts;
mod answers_due;
mod api_keys;
#[cfg(feature = "by_hand")]
pub mod by_hand;
mod canned_replies;
mod changes;
mod channels;
mod contacts;
mod conversations;
mod corrections;
mod deliveries;
mod desk;
mod drafts;
mod duplicates;
mod endpoints;
mod errands;
mod error;
mod figures;
mod follow_ups;
mod idempotency_keys;
mod imports;
mod inbox;
mod instance;
mod interactions;
mod invitations;
mod media;
mod merges;
mod messages;
mod migrate;
mod misread;
mod nodes;
mod notes;
mod outbox;
mod pauses;
mod postgres;
mod promises;
mod queues;
mod records;
mod reports;
mod search;
mod senders;
mod sessions;
mod sign_in_tries;
mod sqlite;
mod templates;
mod tickets;
mod trials;
mod troubles;
mod tx;
mod unit;
mod uploads;
mod users;
mod value;
mod webhooks;
mod workflow_versions;

use std::path::Path;

pub use agents::AgentRow;
pub use alerts::AlertRow;
pub use answers_due::DueAnswer;
pub use api_keys::{KeyRow, NewKey};
pub use canned_replies::CannedReplyRow;
pub use changes::{ChangeRow, Position, Stretch};
pub use channels::Channel;
pub use contacts::{ContactRow, IdentityRow};
pub use conversations::{
    Address, Ahead, ConversationRow, EndedMatter, Foresight, KnownConversation, NewConversation, OpenInteraction,
    OpenTicket, Standing,
};
pub use corrections::CorrectionRow;
pub use deliveries::{Attempted, DeliveryRow};
pub use desk::{COUNTED, DeskCounts, DeskRow, Draft, Ending, LastMessage, Place, Wanted};
pub use drafts::PresenceRow;
pub use duplicates::{DuplicatePlace, DuplicateRow};
pub use endpoints::{EndpointRow, NewEndpoint, SigningSecret, TakenEndpoint};
pub use errands::{DueErrand, ErrandEnd, ErrandKey};
pub use error::{Result, StoreError};
pub use figures::Figures;
pub use follow_ups::{AdoptionRow, Cut, FollowUpEnd, FollowUpPlace, FollowUpRow, FollowUpsOf, Person};
pub use idempotency_keys::{KeptAnswer, KeptKey};
pub use imports::{ImportProgress, ImportRow, NewImport};
pub use inbox::{NewWork, WorkRow};
pub use instance::Instance;
pub use interactions::{InteractionChange, InteractionRow, NewInteraction};
pub use invitations::InvitationRow;
pub use media::{DueMedia, Kept, MediaOutcome, MediaRow, NewMedia, StoredFile};
pub use merges::{MergeRow, Mergeable, Moved, NewMerge};
pub use messages::{Applied, MessageFile, MessageRow, NewMessage, OurMessage, Recorded, Report, Reported, Writer};
pub use misread::Misread;
pub use nodes::Keeper;
pub use notes::{CallRow, NoteRow};
pub use outbox::{NewSend, NextStand, OutboxRow, Sending};
pub use pauses::{PauseRow, paused};
pub use promises::Passed;
pub use queues::QueueStanding;
pub use records::{AppointmentsOf, DealsOf, HistoryRow, OrdersOf, Since, Stored, Versioned};
pub use reports::{ParkedReport, SettledReport};
pub use sessions::SessionRow;
pub use sign_in_tries::TriesRow;
pub use templates::{TemplateNames, TemplateRow, WantedTemplates};
pub use tickets::{NewTicket, Snooze, TicketRow, TicketTouch};
pub use trials::{ReachRow, TestNumberRow, TrialFigures};
pub use troubles::{ChannelDay, TroubleRow};
pub use tx::{Dialect, Tx};
pub use users::{NewUser, UserChange, UserRow};
pub use value::{Row, Value};
pub use webhooks::{EventRow, NoticeRow};
pub use workflow_versions::{Imprint, PublishedRow};

/// Where a database is: `sqlite:PATH` or `postgres://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file, made if absent.
    Sqlite(std::path::PathBuf),
    /// The URL of a PostgreSQL database.
    Postgres(String),
}

impl std::str::FromStr for Location {
    type Err = String;

    fn from_str(raw: &str) -> std::result::Result<Self, String> {
        if let Some(path) = raw.strip_prefix("sqlite:") {
            Ok(Location::Sqlite(Path::new(path).to_owned()))
        } else if raw.starts_with("postgres://") || raw.starts_with("postgresql://") {
            Ok(Location::Postgres(raw.to_owned()))
        } else {
            Err("write `sqlite:PATH` or `postgres://user@host/database`".to_owned())
        }
    }
}

/// A database, opened and migrated. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
}

#[derive(Clone)]
enum Backend {
    Sqlite(sqlite::Threads),
    Postgres(postgres::Threads),
    #[cfg(feature = "by_hand")]
    ByHand(by_hand::Counter),
}

impl Store {
    /// Opens the database, brings its schema up to date and starts its threads. Blocks; call it before anything is served.
    pub fn open(location: &Location) -> Result<Store> {
        let backend = match location {
            Location::Sqlite(path) => Backend::Sqlite(sqlite::Threads::open(path)?),
            Location::Postgres(url) => Backend::Postgres(postgres::Threads::open(url)?),
        };
        Ok(Store { backend })
    }

    /// Runs a unit of work and answers after its commit. `locks` names whatever must not be worked on elsewhere at the same time;
    /// units that share a name run one after the other, on every node.
    pub async fn write<T, F>(&self, locks: Vec<i64>, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.write_knowing(locks, Ahead::default, work).await
    }

    /// [`Store::write`] of work that begins with asking `ahead`. PostgreSQL is asked it for several units in one trip.
    pub async fn write_knowing<T, F>(&self, locks: Vec<i64>, ahead: impl FnOnce() -> Ahead, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (unit, answer) = unit::Unit::new(locks, work);
        match &self.backend {
            Backend::Sqlite(threads) => threads.write(unit),
            Backend::Postgres(threads) => threads.write(unit.asking(ahead().0)),
            #[cfg(feature = "by_hand")]
            Backend::ByHand(counter) => counter.write(unit),
        }
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Runs a unit of work that only reads, on one consistent view.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (unit, answer) = unit::Unit::new(Vec::new(), work);
        match &self.backend {
            Backend::Sqlite(threads) => threads.read(unit),
            Backend::Postgres(threads) => threads.read(unit),
            #[cfg(feature = "by_hand")]
            Backend::ByHand(counter) => counter.read(unit),
        }
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// How many writes wait for their commit. Intake refuses above a mark rather than promise what it cannot keep.
    pub fn waiting(&self) -> usize {
        match &self.backend {
            Backend::Sqlite(threads) => threads.waiting(),
            Backend::Postgres(threads) => threads.waiting(),
            #[cfg(feature = "by_hand")]
            Backend::ByHand(_) => 0,
        }
    }

    /// How many commits of this process failed because another one had the same rows, and were tried again. Deadlocks are among them.
    pub fn conflicts(&self) -> usize {
        match &self.backend {
            Backend::Sqlite(_) => 0, // one writer has nobody to meet
            Backend::Postgres(threads) => threads.conflicts(),
            #[cfg(feature = "by_hand")]
            Backend::ByHand(_) => 0,
        }
    }

    /// Whether another process may work on the same database.
    pub fn is_shared(&self) -> bool {
        match &self.backend {
            Backend::Sqlite(_) => false,
            Backend::Postgres(_) => true,
            #[cfg(feature = "by_hand")]
            Backend::ByHand(counter) => counter.is_shared(),
        }
    }
}
