//! `hilo.toml`: where the server listens, where it keeps its data, and which WhatsApp numbers it serves.

mod advice;
mod alerts;
mod channel;
mod front;
mod media;
mod mistakes;
mod secret;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use ipnet::IpNet;
use serde::Deserialize;
use store::Location;

pub use advice::{Advice, Machine};
pub use alerts::{AlertSettings, Limits, MailSettings, Tls, WhatsappAlerts};
pub use channel::ChannelSettings;
pub use front::Front;
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
    channel: Vec<channel::ChannelFile>,
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
    second_opinion: Option<advice::SecondOpinionFile>,
    transcription: Option<advice::TranscriptionFile>,
    public_url: Option<String>,
    trusted_proxies: Option<Vec<String>>,
    #[serde(default)]
    alerts: alerts::AlertsFile,
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
    /// What stands in front of Hilo.
    pub front: Front,
    /// Machines outside that may be asked about messages.
    pub advice: Advice,
    /// Who is told of trouble off-screen.
    pub alerts: AlertSettings,
}

/// Reads and checks a settings file; the environment wins over it. An error names the file, the line where there is one, and the key.
pub fn read(path: &Path) -> Result<Settings> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("{}: the settings file cannot be read; copy hilo.example.toml to it", path.display())
    })?;
    let figment = Figment::new()
        .merge(Toml::string(&text))
        .merge(Env::prefixed("HILO_").filter(|key| is_setting(key.as_str())).split("__"));
    let file: File = figment.extract().map_err(|error| mistakes::describe(path, &text, &error))?;
    let home = path.parent().map(Path::to_owned).unwrap_or_default();
    check(file, &home).with_context(|| format!("{} is not right", path.display()))
}

/// What the settings consist of.
const KEYS: [&str; 16] = [
    "listen",
    "database",
    "workflow",
    "workspace",
    "log",
    "channel",
    "prices",
    "media",
    "api",
    "send_read_receipts",
    "webhooks",
    "public_url",
    "trusted_proxies",
    "second_opinion",
    "transcription",
    "alerts",
];

/// Whether a variable is meant for the settings; others that begin with `HILO_` are somebody else's.
fn is_setting(variable: &str) -> bool {
    let first = variable.split("__").next().unwrap_or_default().to_ascii_lowercase();
    KEYS.contains(&first.as_str())
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
        channel::check(channel, &file.workspace, home).context(name)
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
        allow_internal: Allowed::new(networks("webhooks.allow_internal", &file.webhooks.allow_internal)?),
        advice: advice::check(file.second_opinion.as_ref(), file.transcription.as_ref(), home)?,
        front: front::check(file.public_url, file.trusted_proxies.as_deref())?,
        alerts: alerts::check(&file.alerts, home)?,
    })
}

/// Networks, as a key of that name lists them.
fn networks(key: &str, texts: &[String]) -> Result<Vec<IpNet>> {
    let read = |text: &String| -> Result<IpNet> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        let Ok(network) = network else {
            bail!("`{key}`: write networks or addresses such as \"10.1.0.0/16\" or \"::1\", not `{text}`");
        };
        Ok(network)
    };
    texts.iter().map(read).collect()
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
    fn every_part_of_the_settings_can_come_from_the_environment() {
        let said = refusal("nonsense = 1\n");
        let (_, known) = said.split_once("the keys here are ").unwrap();
        assert!(known.split(", ").all(|key| is_setting(key.trim())), "{known}");
        assert!(is_setting("API__REQUESTS_PER_MINUTE") && !is_setting("TEST_POSTGRES"));
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
            "second-opinion-key",
            "transcription-key",
            "smtp-password",
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
                format!("{:?}", settings.alerts.limits),
            )
        };
        assert_eq!(defaults(&plain), defaults(&full));
        // And what has no default is read where it is switched on.
        assert_eq!((plain.channels[0].app_secrets.len(), full.channels[0].app_secrets.len()), (1, 2));
        assert!(plain.workflow.is_none() && full.workflow.is_some());
        assert!(plain.media.s3.is_none() && full.media.s3.is_some());
        assert!(plain.advice.is_off() && full.advice.second_opinion.is_some() && full.advice.transcription.is_some());
        assert_eq!((plain.allow_internal.len(), full.allow_internal.len()), (0, 2));
        assert!(plain.prices.is_empty() && full.prices["MX"].contains_key("utility"));
        assert!(!plain.alerts.tell_anybody() && full.alerts.mail.is_some() && full.alerts.whatsapp.is_some());
    }
}
