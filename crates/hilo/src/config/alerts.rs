//! `[alerts]`: who is told of trouble off-screen, how, and from when on something is trouble.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use domain::{Language, PhoneNumber, Region};
use serde::Deserialize;
use whatsapp::Secret;

use super::secret::secret;
use crate::people::email;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertsFile {
    smtp_host: Option<String>,
    smtp_port: Option<u16>,
    #[serde(default)]
    tls: Tls,
    user: Option<String>,
    password_file: Option<PathBuf>,
    from: Option<String>,
    #[serde(default)]
    to: Vec<String>,
    #[serde(default)]
    language: Option<Language>,
    whatsapp: Option<WhatsappFile>,
    #[serde(default)]
    limits: Limits,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WhatsappFile {
    from: String,
    to: Vec<String>,
    template: String,
    template_language: String,
}

/// How the way to the mail server is kept private.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// It begins in the open, and nothing is said before it is private.
    #[default]
    Starttls,
    /// From the first byte on.
    Tls,
    /// Not at all: for a server on this machine.
    None,
}

impl Tls {
    fn usual_port(self) -> u16 {
        match self {
            Tls::Starttls => 587,
            Tls::Tls => 465,
            Tls::None => 25,
        }
    }
}

/// A mail server, and who is written to.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept private.
    pub tls: Tls,
    /// As whom to sign in, if at all.
    pub login: Option<(String, Secret)>,
    /// Whose name the letters bear.
    pub from: String,
    /// Who is written to.
    pub to: Vec<String>,
}

/// A template on WhatsApp, and who gets it.
#[derive(Debug, Clone)]
pub struct WhatsappAlerts {
    /// Meta's id of the number that it is sent from.
    pub from: String,
    /// Who gets it.
    pub to: Vec<PhoneNumber>,
    /// Its name. Its text has two gaps: what is wrong, and the address of the screen.
    pub template: String,
    /// The language that it was approved in.
    pub template_language: String,
}

/// From when on something is trouble.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A number that usually receives hears nothing for so long, in business hours.
    pub silent_minutes: u32,
    /// So many messages wait for ten minutes to be processed or to leave.
    pub backlog: u32,
    /// So many messages were refused, or nobody knows whether they arrived.
    pub sends: u32,
    /// So many customers wait for longer than they were told.
    pub promises: u32,
    /// Less is free on a disk.
    pub disk_free_mb: u32,
    /// A token ends within so many days.
    pub token_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { silent_minutes: 120, backlog: 50, sends: 20, promises: 5, disk_free_mb: 2048, token_days: 7 }
    }
}

/// Who is told of trouble off-screen, and how.
#[derive(Debug, Clone)]
pub struct AlertSettings {
    /// By e-mail.
    pub mail: Option<MailSettings>,
    /// By WhatsApp.
    pub whatsapp: Option<WhatsappAlerts>,
    /// In which language, to those whose own is not known.
    pub language: Language,
    /// From when on something is trouble.
    pub limits: Limits,
}

impl Default for AlertSettings {
    fn default() -> Self {
        Self { mail: None, whatsapp: None, language: Language::Es, limits: Limits::default() }
    }
}

impl AlertSettings {
    /// Whether anybody is told.
    pub fn tell_anybody(&self) -> bool {
        self.mail.is_some() || self.whatsapp.is_some()
    }
}

pub(super) fn check(file: &AlertsFile, home: &Path) -> Result<AlertSettings> {
    let limits = file.limits;
    let counts = [
        ("silent_minutes", limits.silent_minutes),
        ("backlog", limits.backlog),
        ("sends", limits.sends),
        ("promises", limits.promises),
    ];
    if let Some((key, _)) = counts.iter().find(|(_, limit)| *limit == 0) {
        bail!("`alerts.limits.{key}`: at least 1");
    }
    Ok(AlertSettings {
        mail: mail(file, home)?,
        whatsapp: file.whatsapp.as_ref().map(whatsapp).transpose()?,
        language: file.language.unwrap_or(Language::Es),
        limits,
    })
}

fn mail(file: &AlertsFile, home: &Path) -> Result<Option<MailSettings>> {
    let Some(host) = &file.smtp_host else {
        if !file.to.is_empty() || file.from.is_some() {
            bail!("`alerts.smtp_host` is missing: name the mail server that takes letters");
        }
        return Ok(None);
    };
    let Some(from) = &file.from else { bail!("`alerts.from` is missing: write the address that letters come from") };
    if file.to.is_empty() {
        bail!("`alerts.to` is empty: write the addresses of those who are told");
    }
    let address = |key: &str, text: &String| -> Result<String> {
        email::check(text).map_err(|_| anyhow::anyhow!("`alerts.{key}`: `{text}` is no e-mail address"))
    };
    let login = match (&file.user, &file.password_file) {
        (None, None) => None,
        (Some(user), Some(path)) => Some((user.clone(), secret("alerts.password_file", home, path)?)),
        _ => bail!("`alerts.user` and `alerts.password_file` belong together: set both or neither"),
    };
    if login.is_some() && file.tls == Tls::None && !is_here(host) {
        bail!("`alerts.tls`: anybody on the way to {host} could read the password; write starttls or tls");
    }
    Ok(Some(MailSettings {
        host: host.clone(),
        port: file.smtp_port.unwrap_or(file.tls.usual_port()),
        tls: file.tls,
        login,
        from: address("from", from)?,
        to: file.to.iter().map(|text| address("to", text)).collect::<Result<_>>()?,
    }))
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn whatsapp(file: &WhatsappFile) -> Result<WhatsappAlerts> {
    let number = |text: &String| -> Result<PhoneNumber> {
        let said = || {
            anyhow::anyhow!(
                "`alerts.whatsapp.to`: write numbers with their country code, such as +525512345678, not `{text}`"
            )
        };
        if !text.trim_start().starts_with('+') {
            return Err(said());
        }
        PhoneNumber::parse(text, Region::MX).map_err(|_| said())
    };
    if file.to.is_empty() {
        bail!("`alerts.whatsapp.to` is empty: write the numbers of those who are told");
    }
    Ok(WhatsappAlerts {
        from: file.from.clone(),
        to: file.to.iter().map(number).collect::<Result<_>>()?,
        template: file.template.clone(),
        template_language: file.template_language.clone(),
    })
}

#[cfg(test)]
mod tests {
    fn refusal(alerts: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hilo.toml");
        std::fs::write(folder.path().join("smtp-password"), "a password").unwrap();
        std::fs::write(&path, format!("database = \"sqlite:a\"\n[alerts]\n{alerts}")).unwrap();
        format!("{:#}", crate::config::read(&path).unwrap_err())
    }

    #[test]
    fn what_would_tell_nobody_or_tell_the_password_to_everybody_is_refused_by_its_key() {
        let mail = "smtp_host = \"mail.example.com\"\nfrom = \"hilo@example.com\"\n";
        assert!(refusal(mail).contains("`alerts.to` is empty"));
        assert!(refusal("to = [\"ana@example.com\"]").contains("`alerts.smtp_host` is missing"));
        let to = format!("{mail}to = [\"ana\"]\n");
        assert!(refusal(&to).contains("`alerts.to`: `ana` is no e-mail address"));
        let open = format!(
            "{mail}to = [\"ana@example.com\"]\ntls = \"none\"\nuser = \"hilo\"\npassword_file = \"smtp-password\"\n"
        );
        assert!(refusal(&open).contains("`alerts.tls`"), "{}", refusal(&open));
        assert!(refusal("[alerts.limits]\nsends = 0\n").contains("`alerts.limits.sends`: at least 1"));
        let number =
            "[alerts.whatsapp]\nfrom = \"1\"\nto = [\"55 1234 5678\"]\ntemplate = \"t\"\ntemplate_language = \"es\"\n";
        assert!(refusal(number).contains("country code"));
    }
}
