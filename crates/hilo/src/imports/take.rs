//! Takes a file in, piece by piece: nobody knows how long it is before it ends.

use std::fmt::Display;

use axum::body::Bytes;
use domain::Region;
use domain::ids::{ImportId, WorkspaceId};
use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use store::{ImportRow, NewImport, Store, StoreError};

use super::plan::Plan;
use super::text::Incoming;
use crate::ids;

/// As large as a file may be: more than a million people.
pub(crate) const LARGEST: usize = 64 * 1024 * 1024;
const PIECE: usize = 256 * 1024;
const LONGEST_NAME: usize = 200;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It is none that could be read.
    #[error("{0}")]
    Unreadable(String),
    /// It did not arrive whole.
    #[error("the file did not arrive whole: {0}; send it again")]
    Broken(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps a file with a guess how to read it, and says what its bytes hash to. Until it is whole it stands among the failed ones; whoever sent it sends it again.
pub async fn take<E: Display>(
    store: &Store,
    workspace: WorkspaceId,
    (name, by, region, now): (&str, &str, Region, i64),
    bytes: impl Stream<Item = Result<Bytes, E>>,
) -> Result<(ImportRow, String), NotTaken> {
    let id = ImportId(ids::fresh());
    let (named, by) =
        (name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect::<String>(), by.to_owned());
    store.write(Vec::new(), move |tx| tx.announce_import(workspace, id, &named, &by, now)).await?;
    let taken = keep(store, workspace, id, region, bytes).await;
    match taken {
        Ok(new) => {
            let sha256 = new.sha256.clone();
            store.write(Vec::new(), move |tx| tx.hold_import(workspace, &new, now)).await?;
            let row = store.read(move |tx| tx.import(workspace, id)).await?;
            let row = row.ok_or_else(|| NotTaken::Broken("somebody removed it meanwhile".to_owned()))?;
            Ok((row, sha256))
        }
        Err(reason) => {
            store.write(Vec::new(), move |tx| tx.delete_import(workspace, id).map(drop)).await?;
            Err(reason)
        }
    }
}

async fn keep<E: Display>(
    store: &Store,
    workspace: WorkspaceId,
    id: ImportId,
    region: Region,
    bytes: impl Stream<Item = Result<Bytes, E>>,
) -> Result<NewImport, NotTaken> {
    let (mut incoming, mut hash) = (Incoming::new(), Sha256::new());
    let (mut waiting, mut beginning, mut size, mut place) = (Vec::new(), Vec::new(), 0, 0);
    let mut bytes = std::pin::pin!(bytes);
    loop {
        let arrived = bytes.next().await.transpose().map_err(|error| NotTaken::Broken(error.to_string()))?;
        let is_last = arrived.is_none();
        waiting.extend_from_slice(&arrived.unwrap_or_default());
        if waiting.len() < PIECE && !is_last {
            continue;
        }
        if place == 0 {
            refuse_what_is_no_text(&waiting)?;
        }
        hash.update(&waiting);
        let kept = incoming.take(&waiting, is_last);
        waiting.clear();
        size += kept.len();
        if LARGEST < size {
            return Err(NotTaken::Unreadable(format!(
                "the file has more than {} MB; cut it in two",
                LARGEST / 1024 / 1024
            )));
        }
        if place == 0 {
            beginning = kept.clone();
        }
        store.write(Vec::new(), move |tx| tx.add_import_piece(workspace, id, place, &kept)).await?;
        place += 1;
        if is_last {
            break;
        }
    }
    let plan = Plan::guess(&beginning, place == 1, incoming.encoding(), region);
    if plan.columns.is_empty() {
        return Err(NotTaken::Unreadable("the file has no rows; choose one with a row for each person".to_owned()));
    }
    let plan = serde_json::to_string(&plan).map_err(|error| NotTaken::Unreadable(error.to_string()))?;
    Ok(NewImport { id, plan, sha256: data_encoding::HEXLOWER.encode(&hash.finalize()), size: size as i64 })
}

fn refuse_what_is_no_text(beginning: &[u8]) -> Result<(), NotTaken> {
    let said = match beginning {
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            "this is a spreadsheet, not CSV; in the spreadsheet program choose Save as, then CSV UTF-8"
        }
        [b'%', b'P', b'D', b'F', ..] => "this is a PDF; choose a CSV file with a row for each person",
        _ => return Ok(()),
    };
    Err(NotTaken::Unreadable(said.to_owned()))
}
