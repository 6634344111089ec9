//! One try to fetch a file from WhatsApp: where it is, its bytes, what they are, and into the depot.

use std::time::Duration;

use store::{DueMedia, StoredFile};
use whatsapp::media::{Download, MediaProblem, claimed_hash};

use super::depot::{Called, Complete, Depot};
use super::sniff::sniff;
use crate::channels::LiveChannel;
use crate::kill_points::reached;
use crate::node::Node;

/// A transfer that stands still for so long has ended.
const STANDSTILL: Duration = Duration::from_secs(20);

/// Why a try brought nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It may work later.
    Again(String),
    /// What arrived is not what WhatsApp described.
    Damaged(String),
    /// WhatsApp does not have it any more.
    Missing(String),
    /// It will not be kept.
    Refused(String),
    /// The program is stopping.
    Interrupted,
}

/// One try. When it answers with a file, the bytes are in the depot.
pub(crate) async fn fetch(node: &Node, due: &DueMedia) -> Result<StoredFile, Trouble> {
    let media = &due.media;
    let channel = node.channels.get(media.channel).ok_or_else(|| {
        Trouble::Again("its WhatsApp number is not in the settings of this node; add it there".to_owned())
    })?;
    let largest = node.media.largest.of(media.kind);
    let Arriving { download, sha256 } = begin(channel, due, largest).await?;
    let complete = receive(&node.media.depot, download, largest).await?;
    reached("file_arrived");
    let claimed = media.claimed_sha256.as_deref().or(sha256.as_deref()).and_then(claimed_hash);
    if claimed.is_some_and(|claimed| claimed != complete.hash) {
        return Err(Trouble::Damaged("its bytes do not have the hash that WhatsApp gave".to_owned()));
    }
    let file = StoredFile {
        mime_type: sniff(&complete.head, media.claimed_type.as_deref()).to_owned(),
        size: complete.size as i64,
        sha256: complete.sha256(),
    };
    node.media.depot.put(due.workspace, Called::Hash(&file.sha256), complete).await.map_err(not_stored)?;
    reached("file_kept");
    Ok(file)
}

/// A file that begins to arrive, with the hash that the look-up gave.
struct Arriving {
    download: Download,
    sha256: Option<String>,
}

/// By the address that came with the message, as long as nobody has tried; then by the one that WhatsApp gives for the id.
async fn begin(channel: &LiveChannel, due: &DueMedia, largest: u64) -> Result<Arriving, Trouble> {
    let client = &channel.client;
    if let (0, Some(url)) = (due.attempts, &due.media.url) {
        match waited(client.download_media(url, largest)).await {
            Ok(download) => return Ok(Arriving { download, sha256: None }),
            Err(MediaProblem::Gone { .. }) => {}
            Err(problem) => return Err(trouble(problem, largest)),
        }
    }
    let Some(id) = &due.media.meta_id else {
        return Err(Trouble::Missing("WhatsApp gave no id for it, and its address has expired".to_owned()));
    };
    let found = waited(client.look_up_media(&channel.phone_number_id, id)).await;
    let found = found.map_err(|problem| trouble(problem, largest))?;
    if found.file_size.is_some_and(|size| largest < size) {
        return Err(trouble(MediaProblem::TooLarge { largest }, largest));
    }
    match waited(client.download_media(&found.url, largest)).await {
        Ok(download) => Ok(Arriving { download, sha256: found.sha256 }),
        // WhatsApp still knows the id, so it may have the file in a moment.
        Err(MediaProblem::Gone { reason }) => Err(Trouble::Again(reason)),
        Err(problem) => Err(trouble(problem, largest)),
    }
}

async fn receive(depot: &Depot, mut download: Download, largest: u64) -> Result<Complete, Trouble> {
    let mut draft = depot.draft().await.map_err(not_written)?;
    while let Some(chunk) = waited(download.chunk()).await.map_err(|problem| trouble(problem, largest))? {
        draft.write(&chunk).await.map_err(not_written)?;
    }
    draft.finish().await.map_err(not_written)
}

async fn waited<T>(step: impl Future<Output = Result<T, MediaProblem>>) -> Result<T, MediaProblem> {
    let standstill = || MediaProblem::Again { reason: format!("nothing arrived for {} seconds", STANDSTILL.as_secs()) };
    tokio::time::timeout(STANDSTILL, step).await.unwrap_or_else(|_| Err(standstill()))
}

fn trouble(problem: MediaProblem, largest: u64) -> Trouble {
    match problem {
        MediaProblem::Again { reason } => Trouble::Again(reason),
        MediaProblem::Gone { reason } => Trouble::Missing(format!("WhatsApp does not have it any more: {reason}")),
        MediaProblem::Refused { code, reason } => {
            Trouble::Refused(format!("WhatsApp does not give it: {reason} (code {code})"))
        }
        MediaProblem::TooLarge { .. } => {
            Trouble::Refused(format!("it is larger than {largest} bytes; `media.largest_mb` of the settings says so"))
        }
    }
}

fn not_written(error: std::io::Error) -> Trouble {
    Trouble::Again(format!("it cannot be stored: {error}"))
}

fn not_stored(problem: super::DepotProblem) -> Trouble {
    Trouble::Again(format!("it cannot be stored: {problem}"))
}
