//! A file on its way to WhatsApp, which keeps it for thirty days under an id of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::ids::{ChannelId, MediaId, WorkspaceId};
use domain::media::MediaState;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use store::{MediaRow, StoredFile, Tx};
use whatsapp::media::{MediaProblem, Upload};

use super::depot::Called;
use crate::channels::ChannelHandle;
use crate::clock::machine_now;
use crate::kill_points::reached;
use crate::node::Node;

/// A day less than WhatsApp's thirty.
const KEPT: Duration = Duration::from_secs(29 * 24 * 3600);
/// How long a send waits for its file. The upload goes on behind it, and the next attempt finds it done.
const PATIENCE: Duration = Duration::from_secs(5);
/// WhatsApp's code for a file that it does not take.
const REFUSED: i64 = 131_053;

/// Why WhatsApp does not have a file of ours. The message that names it has not left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadProblem {
    /// It may have it later.
    #[error("its file is not with WhatsApp yet: {reason}")]
    Again {
        /// What happened.
        reason: String,
    },
    /// It will never have it.
    #[error("its file cannot be sent: {reason}")]
    Refused {
        /// Meta's code.
        code: i64,
        /// What is wrong with it.
        reason: String,
    },
}

type Uploading = Shared<BoxFuture<'static, Result<String, UploadProblem>>>;

/// Uploads that have begun, so that two messages with one file wait for one upload.
#[derive(Default)]
pub(super) struct UnderWay(Mutex<HashMap<(ChannelId, MediaId), Uploading>>);

/// WhatsApp's id of a file of ours for a number, uploading it if need be. Must not be called inside a transaction.
pub async fn uploaded(
    node: &Arc<Node>,
    channel: &ChannelHandle,
    workspace: WorkspaceId,
    id: MediaId,
) -> Result<String, UploadProblem> {
    if let Some(known) = known(node, channel.id, workspace, id).await? {
        return Ok(known);
    }
    let still = || UploadProblem::Again { reason: "it is being uploaded".to_owned() };
    let uploading = begin(node, channel, workspace, id)?;
    tokio::time::timeout(PATIENCE, uploading).await.unwrap_or_else(|_| Err(still()))
}

async fn known(
    node: &Arc<Node>,
    number: ChannelId,
    workspace: WorkspaceId,
    id: MediaId,
) -> Result<Option<String>, UploadProblem> {
    let since = machine_now() - KEPT.as_millis() as i64;
    let known = node.store.read(move |tx| tx.media_upload(workspace, id, number, since)).await;
    known.map_err(|error| UploadProblem::Again { reason: error.to_string() })
}

fn begin(
    node: &Arc<Node>,
    channel: &ChannelHandle,
    workspace: WorkspaceId,
    id: MediaId,
) -> Result<Uploading, UploadProblem> {
    let stopped = |_| UploadProblem::Again { reason: "an upload failed on this node; restart it".to_owned() };
    let mut under_way = node.media.uploads.0.lock().map_err(stopped)?;
    let uploading = under_way.entry((channel.id, id)).or_insert_with(|| {
        let (node, channel) = (node.clone(), channel.clone());
        let work = async move {
            let done = upload(&node, &channel, workspace, id).await;
            if let Ok(mut under_way) = node.media.uploads.0.lock() {
                under_way.remove(&(channel.id, id));
            }
            done
        };
        let uploading = work.boxed().shared();
        // So that it goes on when nobody waits for it any more.
        tokio::spawn(uploading.clone());
        uploading
    });
    Ok(uploading.clone())
}

async fn upload(
    node: &Arc<Node>,
    channel: &ChannelHandle,
    workspace: WorkspaceId,
    id: MediaId,
) -> Result<String, UploadProblem> {
    let again = |reason: String| UploadProblem::Again { reason };
    // Another upload may have ended between the first look and the beginning of this one.
    if let Some(known) = known(node, channel.id, workspace, id).await? {
        return Ok(known);
    }
    let row = node.store.read(move |tx| tx.media(workspace, id)).await.map_err(|error| again(error.to_string()))?;
    let (row, file) = ready(row)?;
    let called = Called::of(&row, &file);
    let bytes = node.media.depot.open_file(workspace, called, 0..file.size as u64).await;
    let bytes = bytes.map_err(|problem| again(problem.to_string()))?;
    let upload = Upload {
        filename: row.filename.unwrap_or_else(|| format!("file.{}", extension(&file.mime_type))),
        mime_type: file.mime_type,
        size: file.size as u64,
        bytes: reqwest::Body::wrap_stream(bytes),
    };
    let meta_id = channel.client.upload_media(&channel.phone_number_id, upload).await.map_err(problem)?;
    reached("file_uploaded");
    let (number, known) = (channel.id, meta_id.clone());
    let note = move |tx: &mut Tx<'_>| tx.note_media_upload(workspace, id, number, &known, machine_now());
    node.store.write(Vec::new(), note).await.map_err(|error| again(error.to_string()))?;
    Ok(meta_id)
}

fn ready(row: Option<MediaRow>) -> Result<(MediaRow, StoredFile), UploadProblem> {
    let refused = |reason: &str| UploadProblem::Refused { code: REFUSED, reason: reason.to_owned() };
    let mut row = row.ok_or_else(|| refused("there is no such file in this workspace"))?;
    match (row.state, row.file.take()) {
        (MediaState::Stored, Some(file)) => Ok((row, file)),
        (MediaState::Waiting, _) => Err(UploadProblem::Again { reason: "it is still being fetched".to_owned() }),
        (MediaState::Stored | MediaState::Missing | MediaState::Refused, _) => {
            Err(refused(row.reason.as_deref().unwrap_or("it is not here")))
        }
    }
}

fn problem(problem: MediaProblem) -> UploadProblem {
    match problem {
        MediaProblem::Again { reason } | MediaProblem::Gone { reason } => UploadProblem::Again { reason },
        MediaProblem::Refused { code, reason } => UploadProblem::Refused { code, reason },
        MediaProblem::TooLarge { largest } => {
            UploadProblem::Refused { code: REFUSED, reason: format!("it is larger than {largest} bytes") }
        }
    }
}

/// WhatsApp looks at the name, too.
fn extension(mime_type: &str) -> &str {
    match mime_type {
        "image/jpeg" => "jpg",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "video/3gpp" => "3gp",
        "text/plain" => "txt",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        other if other.ends_with("wordprocessingml.document") => "docx",
        other if other.ends_with("spreadsheetml.sheet") => "xlsx",
        other if other.ends_with("presentationml.presentation") => "pptx",
        other => other.rsplit('/').next().unwrap_or(other),
    }
}
