//! Files: those that customers send, which are fetched at once, and those that people send. Their bytes are in the depot, the rest
//! is rows.

mod depot;
mod discard;
mod fetch;
mod outcome;
mod pass;
mod retry;
mod sendable;
mod slots;
mod sniff;
mod take;
mod upload;

use anyhow::Result;
use domain::ids::WorkspaceId;
use tracing::warn;

pub(crate) use depot::Called;
pub use depot::{Depot, DepotProblem};
pub use discard::discard;
pub(crate) use fetch::{Trouble, fetch};
pub(crate) use outcome::of_try;
pub use pass::{Opened, Passes, open_pass};
pub use retry::retry;
pub(crate) use sniff::is_shown;
pub use take::{NotTaken, Offered, Taken, record, take};
pub use upload::{UploadProblem, uploaded};

use crate::clock::machine_now;
use crate::config::{Largest, MediaSettings};

/// Where files are, and what is under way with them.
pub struct Media {
    /// Where the bytes are.
    pub depot: Depot,
    /// How large they may be.
    pub largest: Largest,
    key: Vec<u8>,
    uploads: upload::UnderWay,
    slots: slots::Slots,
}

impl Media {
    /// Makes the depot ready. `shared` says that other nodes work on the same database.
    pub fn open(settings: &MediaSettings, key: &[u8], shared: bool) -> Result<Media> {
        let depot = Depot::open(settings, shared)?;
        if shared && settings.s3.is_none() {
            warn!(
                folder = %settings.folder.display(),
                "Files are kept in a folder; if several nodes use this database, all of them must share that folder, or use `media.s3`"
            );
        }
        Ok(Media {
            depot,
            largest: settings.largest,
            key: key.to_vec(),
            uploads: upload::UnderWay::default(),
            slots: slots::Slots::default(),
        })
    }

    /// Addresses for the files of a workspace, good for a quarter of an hour from now.
    pub fn passes(&self, workspace: WorkspaceId) -> Passes {
        Passes::new(&self.key, workspace, machine_now())
    }

    /// What an address of a file says.
    pub fn open_pass(&self, token: &str) -> Option<Opened> {
        open_pass(&self.key, token, machine_now())
    }
}
