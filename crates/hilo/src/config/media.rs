//! `[media]`: where files are kept, and how large they may be.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::media::MediaKind;
use serde::Deserialize;
use store::Location;
use whatsapp::Secret;

use super::secret::secret;

/// WhatsApp carries nothing larger.
const LARGEST_MB: u64 = 100;
const MB: u64 = 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MediaFile {
    folder: Option<PathBuf>,
    #[serde(default)]
    largest_mb: LargestFile,
    s3: Option<S3File>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LargestFile {
    image: Option<u64>,
    video: Option<u64>,
    audio: Option<u64>,
    document: Option<u64>,
    sticker: Option<u64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct S3File {
    endpoint: String,
    region: String,
    bucket: String,
    access_key_file: PathBuf,
    secret_key_file: PathBuf,
    session_token_file: Option<PathBuf>,
    #[serde(default = "yes")]
    bucket_in_path: bool,
}

fn yes() -> bool {
    true
}

/// Where files are kept, and how large they may be.
#[derive(Debug, Clone)]
pub struct MediaSettings {
    /// The folder of the files; with a bucket, of those that are on their way to it.
    pub folder: PathBuf,
    /// The bucket, if they are kept in one.
    pub s3: Option<S3Settings>,
    /// What is fetched and taken.
    pub largest: Largest,
}

impl MediaSettings {
    /// Files in a folder, as large as WhatsApp has them.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder, s3: None, largest: Largest::default() }
    }
}

/// The largest files that are fetched and taken, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Largest {
    /// Of pictures.
    pub image: u64,
    /// Of videos.
    pub video: u64,
    /// Of sounds.
    pub audio: u64,
    /// Of documents.
    pub document: u64,
    /// Of stickers.
    pub sticker: u64,
}

impl Default for Largest {
    /// WhatsApp's own; of stickers a little more than they may have.
    fn default() -> Self {
        Self { image: 5 * MB, video: 16 * MB, audio: 16 * MB, document: 100 * MB, sticker: MB }
    }
}

impl Largest {
    /// The largest of a kind.
    pub fn of(&self, kind: MediaKind) -> u64 {
        match kind {
            MediaKind::Image => self.image,
            MediaKind::Video => self.video,
            MediaKind::Audio => self.audio,
            MediaKind::Document => self.document,
            MediaKind::Sticker => self.sticker,
        }
    }
}

/// A bucket, with its keys read.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// Where the storage is.
    pub endpoint: String,
    /// Its region.
    pub region: String,
    /// The bucket's name.
    pub bucket: String,
    /// Who asks.
    pub access_key: Secret,
    /// What signs.
    pub secret_key: Secret,
    /// What goes with keys that were lent for a while.
    pub session_token: Option<Secret>,
    /// Whether the bucket's name stands in the path rather than in front of the host.
    pub bucket_in_path: bool,
    /// How long the storage may be silent before it counts as away.
    pub patience: Duration,
}

pub(super) fn check(file: &MediaFile, database: &Location, home: &Path) -> Result<MediaSettings> {
    let folder = match (&file.folder, database) {
        (Some(folder), _) => home.join(folder),
        (None, Location::Sqlite(path)) => path.parent().unwrap_or(Path::new("")).join("media"),
        (None, Location::Postgres(_)) => home.join("media"),
    };
    let s3 = file.s3.as_ref().map(|s3| check_s3(s3, home).context("`media.s3`")).transpose()?;
    Ok(MediaSettings { folder, s3, largest: check_largest(&file.largest_mb)? })
}

fn check_largest(file: &LargestFile) -> Result<Largest> {
    let usual = Largest::default();
    let bytes = |kind: MediaKind, megabytes: Option<u64>| match megabytes {
        None => Ok(usual.of(kind)),
        Some(megabytes) if (1..=LARGEST_MB).contains(&megabytes) => Ok(megabytes * MB),
        Some(other) => bail!("`media.largest_mb.{kind}`: write 1 to {LARGEST_MB}, not {other}"),
    };
    Ok(Largest {
        image: bytes(MediaKind::Image, file.image)?,
        video: bytes(MediaKind::Video, file.video)?,
        audio: bytes(MediaKind::Audio, file.audio)?,
        document: bytes(MediaKind::Document, file.document)?,
        sticker: bytes(MediaKind::Sticker, file.sticker)?,
    })
}

fn check_s3(file: &S3File, home: &Path) -> Result<S3Settings> {
    if !(file.endpoint.starts_with("https://") || file.endpoint.starts_with("http://")) {
        bail!("`endpoint`: write an address such as https://s3.us-east-1.amazonaws.com, not `{}`", file.endpoint);
    }
    if file.bucket.is_empty() {
        bail!("`bucket`: write the bucket's name");
    }
    let session_token = file.session_token_file.as_ref();
    let session_token = session_token.map(|path| secret("session_token_file", home, path)).transpose()?;
    Ok(S3Settings {
        endpoint: file.endpoint.clone(),
        region: file.region.clone(),
        bucket: file.bucket.clone(),
        access_key: secret("access_key_file", home, &file.access_key_file)?,
        secret_key: secret("secret_key_file", home, &file.secret_key_file)?,
        session_token,
        patience: PATIENCE,
        bucket_in_path: file.bucket_in_path,
    })
}
