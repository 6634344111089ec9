//! `[second_opinion]` and `[transcription]`: machines outside that may be asked about messages. Without a section nothing leaves the house.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::Language;
use domain::errand::Errand;
use serde::Deserialize;
use whatsapp::Secret;

use super::secret::secret;

const LONGEST_MS: u64 = 120_000;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SecondOpinionFile {
    url: String,
    model: String,
    key_file: Option<PathBuf>,
    timeout_ms: Option<u64>,
    per_day: Option<u32>,
    languages: Option<Vec<Language>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TranscriptionFile {
    url: String,
    model: String,
    key_file: Option<PathBuf>,
    timeout_ms: Option<u64>,
    per_day: Option<u32>,
}

/// Which machines outside may be asked.
#[derive(Debug, Clone, Default)]
pub struct Advice {
    /// What a message is about, where the text model is not sure.
    pub second_opinion: Option<Machine>,
    /// What is said in a voice message.
    pub transcription: Option<Machine>,
}

impl Advice {
    /// Whether there is nobody to ask.
    pub fn is_off(&self) -> bool {
        self.second_opinion.is_none() && self.transcription.is_none()
    }

    /// The machine for an errand, if there is one.
    pub fn machine(&self, what: Errand) -> Option<&Machine> {
        match what {
            Errand::SecondOpinion => self.second_opinion.as_ref(),
            Errand::Transcript => self.transcription.as_ref(),
        }
    }
}

/// A machine outside, with its key read.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The whole address that is posted to.
    pub url: String,
    /// The name of its model.
    pub model: String,
    /// What it asks for.
    pub key: Option<Secret>,
    /// How long it may take.
    pub timeout: Duration,
    /// How often a workspace may ask in a day.
    pub per_day: u32,
    /// In which languages types are named to it.
    pub languages: Vec<Language>,
}

pub(super) fn check(
    second_opinion: Option<&SecondOpinionFile>,
    transcription: Option<&TranscriptionFile>,
    home: &Path,
) -> Result<Advice> {
    let second_opinion = second_opinion.map(|file| opinion(file, home).context("`second_opinion`")).transpose()?;
    let transcription = transcription.map(|file| transcript(file, home).context("`transcription`")).transpose()?;
    Ok(Advice { second_opinion, transcription })
}

fn opinion(file: &SecondOpinionFile, home: &Path) -> Result<Machine> {
    let languages = file.languages.clone().unwrap_or_else(|| Language::ALL.to_vec());
    if languages.is_empty() {
        bail!("`languages`: name at least one of es, pt and en");
    }
    Ok(Machine {
        url: url(&file.url, "https://api.example.com/v1/chat/completions")?,
        model: model(&file.model)?,
        key: key(file.key_file.as_deref(), home)?,
        timeout: timeout(file.timeout_ms.unwrap_or(8_000))?,
        per_day: file.per_day.unwrap_or(200),
        languages,
    })
}

fn transcript(file: &TranscriptionFile, home: &Path) -> Result<Machine> {
    Ok(Machine {
        url: url(&file.url, "https://api.example.com/v1/audio/transcriptions")?,
        model: model(&file.model)?,
        key: key(file.key_file.as_deref(), home)?,
        timeout: timeout(file.timeout_ms.unwrap_or(30_000))?,
        per_day: file.per_day.unwrap_or(200),
        languages: Vec::new(),
    })
}

fn url(written: &str, such_as: &str) -> Result<String> {
    let is_address =
        reqwest::Url::parse(written).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !is_address {
        bail!("`url`: write the whole address, such as {such_as}, not `{written}`");
    }
    Ok(written.to_owned())
}

fn model(written: &str) -> Result<String> {
    if written.trim().is_empty() {
        bail!("`model`: write the name of the model that is to answer");
    }
    Ok(written.trim().to_owned())
}

fn key(file: Option<&Path>, home: &Path) -> Result<Option<Secret>> {
    file.map(|path| secret("key_file", home, path)).transpose()
}

fn timeout(ms: u64) -> Result<Duration> {
    if !(1..=LONGEST_MS).contains(&ms) {
        bail!("`timeout_ms`: write 1 to {LONGEST_MS}, not {ms}");
    }
    Ok(Duration::from_millis(ms))
}
