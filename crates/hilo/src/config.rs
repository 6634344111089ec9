//! `hilo.toml`: where the server listens, where it keeps its data, and which WhatsApp numbers it serves.

mod media;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use domain::{PhoneNumber, Region};
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use ipnet::IpNet;
use serde::Deserialize;
use store::Location;
use whatsapp::Secret;

pub use media::{Largest, MediaSettings, S3Settings};

use crate::subscribers::addresses::Allowed;

/// US dollars a delivered message, by market and Meta's pricing category.
pub type Prices = BTreeMap<String, BTreeMap<String, f64>>;

/// The settings as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "default_listen")]
    listen: String,
    database: String,
    workflow: Option<PathBuf>,
    #[serde(default = "default_workspace")]
    workspace: String,
    #[serde(default)]
    log: LogFile,
    #[serde(default)]
    channel: Vec<ChannelFile>,
    #[serde(default)]
    prices: Prices,
    #[serde(default)]
    media: media::MediaFile,
    #[serde(default)]
    api: ApiSettings,
    #[serde(default)]
    send_read_receipts: ReadReceipts,
    #[serde(default)]
    webhooks: WebhooksFile,
}

/// How the API may be used.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApiSettings {
    /// How often a key may ask in a minute, of each node.
    pub requests_per_minute: u32,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self { requests_per_minute: 600 }
    }
}

/// When WhatsApp is told that somebody read what a customer wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadReceipts {
    /// Never.
    Never,
    /// When a person says so, through the API.
    #[default]
    OnReading,
    /// Then, and when a person replies.
    OnReadingAndReply,
}

impl ReadReceipts {
    /// Whether a reading is told.
    pub fn on_reading(self) -> bool {
        self != ReadReceipts::Never
    }

    /// Whether a reply tells it too.
    pub fn on_reply(self) -> bool {
        self == ReadReceipts::OnReadingAndReply
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhooksFile {
    #[serde(default)]
    allow_internal: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelFile {
    workspace: Option<String>,
    phone_number_id: String,
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

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogFile {
    format: Option<String>,
    level: Option<String>,
}

fn default_listen() -> String {
    "127.0.0.1:8080".to_owned()
}

fn default_workspace() -> String {
    "default".to_owned()
}

fn default_rate() -> u32 {
    80 // Meta's default for a number
}

/// The settings, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address to listen on.
    pub listen: String,
    /// Where the data is.
    pub database: Location,
    /// The workflow file to publish, and its text.
    pub workflow: Option<(PathBuf, String)>,
    /// The workspace made at first start.
    pub workspace: String,
    /// One object a line instead of lines to read.
    pub log_json: bool,
    /// The log level.
    pub log_level: String,
    /// The WhatsApp numbers.
    pub channels: Vec<ChannelSettings>,
    /// The rate card.
    pub prices: Prices,
    /// How the API may be used.
    pub api: ApiSettings,
    /// The files of messages.
    pub media: MediaSettings,
    /// When customers see that somebody read what they wrote.
    pub read_receipts: ReadReceipts,
    /// Networks that webhooks of ours may go to although they are internal.
    pub allow_internal: Allowed,
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

/// Reads and checks a settings file; the environment wins over it. An error names the file, the line where there is one, and the key.
pub fn read(path: &Path) -> Result<Settings> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("{}: the settings file cannot be read; copy hilo.example.toml to it", path.display())
    })?;
    let figment = Figment::new()
        .merge(Toml::string(&text))
        .merge(Env::prefixed("HILO_").filter(|key| is_setting(key.as_str())).split("__"));
    let file: File = figment.extract().map_err(|error| describe(path, &text, &error))?;
    let home = path.parent().map(Path::to_owned).unwrap_or_default();
    check(file, &home).with_context(|| format!("{} is not right", path.display()))
}

/// Whether a variable is meant for the settings; others that begin with `HILO_` are somebody else's.
fn is_setting(variable: &str) -> bool {
    let first = variable.split("__").next().unwrap_or_default().to_ascii_lowercase();
    [
        "listen",
        "database",
        "workflow",
        "workspace",
        "log",
        "channel",
        "prices",
        "media",
        "send_read_receipts",
        "webhooks",
    ]
    .contains(&first.as_str())
}

fn describe(path: &Path, text: &str, error: &figment::Error) -> anyhow::Error {
    let lines: Vec<String> = error
        .clone()
        .into_iter()
        .map(|single| {
            let key = single.path.join(".");
            let wrong = match &single.kind {
                figment::error::Kind::UnknownField(field, known) => {
                    format!("there is no key `{field}`; the keys here are {}", known.join(", "))
                }
                figment::error::Kind::MissingField(field) => format!("the key `{field}` is missing; add it"),
                other => format!("{other}"),
            };
            let name = match &single.kind {
                figment::error::Kind::UnknownField(field, _) => field.clone(),
                _ => single.path.last().cloned().unwrap_or_default(),
            };
            let place = line_of(text, &name).map_or(String::new(), |line| format!(":{line}"));
            let key = if key.is_empty() { String::new() } else { format!("`{key}`: ") };
            format!("{}{place}: {key}{wrong}", path.display())
        })
        .collect();
    anyhow::anyhow!(lines.join("\n"))
}

/// The first line that sets a key.
fn line_of(text: &str, key: &str) -> Option<usize> {
    if key.is_empty() {
        return None;
    }
    let sets = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(sets).map(|line| line + 1)
}

fn check(file: File, home: &Path) -> Result<Settings> {
    let database: Location =
        file.database.parse().map_err(|hint| anyhow::anyhow!("`database`: {hint}, not `{}`", file.database))?;
    if file.listen.parse::<std::net::SocketAddr>().is_err() {
        bail!("`listen`: write an address and a port such as 127.0.0.1:8080, not `{}`", file.listen);
    }
    let workflow = match &file.workflow {
        None => None,
        Some(path) => {
            let path = home.join(path);
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("`workflow`: {} cannot be read", path.display()))?;
            Some((path, text))
        }
    };
    let (log_json, log_level) = log(&file.log)?;
    let mut numbers: Vec<&str> = file.channel.iter().map(|channel| channel.phone_number_id.as_str()).collect();
    numbers.sort_unstable();
    if let Some(twice) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        bail!("`phone_number_id`: {} stands in two [[channel]] blocks; remove one", twice[0]);
    }
    if file.api.requests_per_minute == 0 {
        bail!("`api.requests_per_minute`: at least 1");
    }
    let channels = file.channel.iter().enumerate().map(|(place, channel)| {
        let name = format!("[[channel]] number {} (phone_number_id {})", place + 1, channel.phone_number_id);
        check_channel(channel, &file.workspace, home).context(name)
    });
    let media = media::check(&file.media, &database, home)?;
    Ok(Settings {
        listen: file.listen.clone(),
        database,
        workflow,
        workspace: file.workspace.clone(),
        log_json,
        log_level,
        channels: channels.collect::<Result<_>>()?,
        api: file.api,
        // The environment writes every key in lower case.
        read_receipts: file.send_read_receipts,
        prices: file.prices.into_iter().map(|(market, rates)| (market.to_uppercase(), rates)).collect(),
        media,
        allow_internal: networks(&file.webhooks.allow_internal)?,
    })
}

fn networks(texts: &[String]) -> Result<Allowed> {
    let read = |text: &String| -> Result<IpNet> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        let Ok(network) = network else {
            bail!(
                "`webhooks.allow_internal`: write networks or addresses such as \"10.1.0.0/16\" or \"::1\", not `{text}`"
            );
        };
        Ok(network)
    };
    texts.iter().map(read).collect::<Result<Vec<_>>>().map(Allowed::new)
}

fn log(log: &LogFile) -> Result<(bool, String)> {
    let json = match log.format.as_deref() {
        None | Some("human") => false,
        Some("json") => true,
        Some(other) => bail!("`log.format`: write human or json, not `{other}`"),
    };
    let level = log.level.clone().unwrap_or_else(|| "info".to_owned());
    if !["error", "warn", "info", "debug", "trace"].contains(&level.as_str()) {
        bail!("`log.level`: write error, warn, info, debug or trace, not `{level}`");
    }
    Ok((json, level))
}

fn check_channel(channel: &ChannelFile, workspace: &str, home: &Path) -> Result<ChannelSettings> {
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

/// The text of a secret's file. An empty one guards nothing and is refused.
fn secret(key: &str, home: &Path, path: &Path) -> Result<Secret> {
    let path = home.join(path);
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("`{key}`: {} cannot be read; put the secret in that file", path.display()))?;
    let text = text.trim();
    if text.is_empty() {
        bail!("`{key}`: {} is empty; put the secret in it", path.display());
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hilo.toml");
        std::fs::write(&path, text).unwrap();
        format!("{:#}", read(&path).unwrap_err())
    }

    #[test]
    fn a_wrong_key_is_named_with_its_line_and_what_to_write() {
        let said = refusal("database = \"sqlite:hilo.db\"\nlisten_on = \"x\"\n");
        assert!(said.contains("hilo.toml:2"), "{said}");
        assert!(said.contains("no key `listen_on`"), "{said}");
        assert!(refusal("listen = \"127.0.0.1:1\"").contains("`database` is missing"));
        assert!(refusal("database = \"mysql://x\"").contains("sqlite:PATH"));
        assert!(refusal("database = 7\n").contains("hilo.toml:1: `database`"));
        assert!(refusal("database = \"sqlite:a\"\nlisten = \"somewhere\"").contains("127.0.0.1:8080"));
    }

    #[test]
    fn a_limit_that_whatsapp_would_not_keep_is_refused_by_its_name() {
        let said = refusal("database = \"sqlite:a\"\n[media.largest_mb]\nvideo = 500\n");
        assert!(said.contains("`media.largest_mb.video`: write 1 to 100"), "{said}");
        let s3 = "database = \"sqlite:a\"\n[media.s3]\nendpoint = \"storage\"\nregion = \"\"\nbucket = \"b\"\n\
            access_key_file = \"a\"\nsecret_key_file = \"b\"\n";
        assert!(refusal(s3).contains("`endpoint`"));
    }

    #[test]
    fn a_number_without_a_secret_is_refused() {
        let channel = "database = \"sqlite:a\"\n[[channel]]\nphone_number_id = \"1\"\nwaba_id = \"2\"\n\
            display_phone_number = \"+52 55 1234 5678\"\ngraph_base_url = \"https://graph.facebook.com/v25.0\"\n\
            app_secret_file = \"nowhere\"\nverify_token_file = \"b\"\naccess_token_file = \"c\"\n";
        let said = refusal(channel);
        assert!(said.contains("app_secret_file") && said.contains("put the secret in that file"), "{said}");
    }

    /// The example with every line switched on that is commented out.
    fn switched_on(example: &str) -> String {
        let is_setting = |line: &str| {
            line.starts_with('[')
                || line
                    .split_once(" = ")
                    .is_some_and(|(key, _)| key.bytes().all(|c| c.is_ascii_lowercase() || c == b'_'))
        };
        let switch = |line: &str| match line.strip_prefix("# ") {
            Some(setting) if is_setting(setting) => format!("{setting}\n"),
            Some(_) | None => format!("{line}\n"),
        };
        example.lines().map(switch).collect()
    }

    #[test]
    fn the_example_is_read_as_it_is_and_with_every_line_switched_on() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "app-secret",
            "previous-app-secret",
            "verify-token",
            "access-token",
            "workflow.yaml",
            "s3-access-key",
            "s3-secret-key",
            "s3-session-token",
        ] {
            std::fs::write(folder.path().join(name), format!("{name} of a test\n")).unwrap();
        }
        let example = include_str!("../../../hilo.example.toml").replace("/etc/hilo/", "");
        let path = folder.path().join("hilo.toml");
        std::fs::write(&path, &example).unwrap();
        let plain = read(&path).unwrap();
        std::fs::write(&path, switched_on(&example)).unwrap();
        let full = read(&path).unwrap();

        // What is commented out shows the default.
        let defaults = |settings: &Settings| {
            let channel = &settings.channels[0];
            let files = (settings.media.folder.ends_with("media"), settings.media.largest);
            let of_channel = (channel.workspace.clone(), channel.region.code(), channel.messages_per_second);
            (
                settings.listen.clone(),
                settings.workspace.clone(),
                settings.log_json,
                settings.log_level.clone(),
                settings.api.requests_per_minute,
                of_channel,
                files,
            )
        };
        assert_eq!(defaults(&plain), defaults(&full));
        // And what has no default is read where it is switched on.
        assert_eq!((plain.channels[0].app_secrets.len(), full.channels[0].app_secrets.len()), (1, 2));
        assert!(plain.workflow.is_none() && full.workflow.is_some());
        assert!(plain.media.s3.is_none() && full.media.s3.is_some());
        assert_eq!((plain.allow_internal.len(), full.allow_internal.len()), (0, 2));
        assert!(plain.prices.is_empty() && full.prices["MX"].contains_key("utility"));
    }
}
