//! `[[channel]]`: a WhatsApp number.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use domain::{PhoneNumber, Region};
use serde::Deserialize;
use whatsapp::Secret;

use super::secret::secret;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelFile {
    workspace: Option<String>,
    pub(super) phone_number_id: String,
    waba_id: String,
    display_phone_number: String,
    region: Option<String>,
    graph_base_url: String,
    app_secret_file: PathBuf,
    previous_app_secret_file: Option<PathBuf>,
    verify_token_file: PathBuf,
    access_token_file: PathBuf,
    #[serde(default = "default_rate")]
    messages_per_second: u32,
}

/// A WhatsApp number, with its secrets read.
#[derive(Debug, Clone)]
pub struct ChannelSettings {
    /// Its workspace's name.
    pub workspace: String,
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// Meta's id of the account.
    pub waba_id: String,
    /// The number that customers see.
    pub display_phone_number: String,
    /// The country of numbers written without one.
    pub region: Region,
    /// The Graph API, version included.
    pub graph_base_url: String,
    /// What may have signed a webhook.
    pub app_secrets: Vec<Secret>,
    /// What Meta repeats in the handshake.
    pub verify_token: Secret,
    /// What Hilo sends with.
    pub access_token: Secret,
    /// How fast this number may send.
    pub messages_per_second: u32,
}

pub(super) fn check(channel: &ChannelFile, workspace: &str, home: &Path) -> Result<ChannelSettings> {
    let mut app_secrets = vec![secret("app_secret_file", home, &channel.app_secret_file)?];
    if let Some(previous) = &channel.previous_app_secret_file {
        app_secrets.push(secret("previous_app_secret_file", home, previous)?);
    }
    let region = match &channel.region {
        Some(code) => code.parse::<Region>().context("`region`")?,
        None => {
            let digits: String = channel.display_phone_number.chars().filter(char::is_ascii_digit).collect();
            PhoneNumber::from_whatsapp(&digits).ok().and_then(|number| number.region()).unwrap_or(Region::MX)
        }
    };
    let base = channel.graph_base_url.trim_end_matches('/');
    let version = base.rsplit('/').next().unwrap_or_default();
    if !version.starts_with('v') || !version[1..].starts_with(|c: char| c.is_ascii_digit()) {
        bail!("`graph_base_url`: end it with the version, for example https://graph.facebook.com/v25.0, not `{base}`");
    }
    if channel.messages_per_second == 0 {
        bail!("`messages_per_second`: at least 1");
    }
    Ok(ChannelSettings {
        workspace: channel.workspace.clone().unwrap_or_else(|| workspace.to_owned()),
        phone_number_id: channel.phone_number_id.clone(),
        waba_id: channel.waba_id.clone(),
        display_phone_number: channel.display_phone_number.clone(),
        region,
        graph_base_url: base.to_owned(),
        app_secrets,
        verify_token: secret("verify_token_file", home, &channel.verify_token_file)?,
        access_token: secret("access_token_file", home, &channel.access_token_file)?,
        messages_per_second: channel.messages_per_second,
    })
}

fn default_rate() -> u32 {
    80 // Meta's default for a number
}
