//! Letters by SMTP, to a server that the operator chose.

use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as Way, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::letter::Letter;
use crate::config::{MailSettings, Tls};

const PATIENCE: Duration = Duration::from_secs(15);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Sends a letter to one person. Its id stays the same however often it is tried.
pub(crate) async fn send(settings: &MailSettings, to: &str, id: &str, letter: &Letter) -> Result<(), String> {
    let message = message(settings, to, id, letter)?;
    within(transport(settings)?.send(message)).await.map(drop)
}

/// Whether the server lets Hilo in.
pub(crate) async fn probe(settings: &MailSettings) -> Result<(), String> {
    match within(transport(settings)?.test_connection()).await? {
        true => Ok(()),
        false => Err("the server does not answer as a mail server does".to_owned()),
    }
}

async fn within<T>(work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(|error| in_one_line(&error)),
        Err(_) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
    }
}

fn in_one_line(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !line.contains(&words) {
            line = format!("{line}: {words}");
        }
        cause = error.source();
    }
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

fn transport(settings: &MailSettings) -> Result<Transport, String> {
    let parameters = || TlsParameters::new(settings.host.clone()).map_err(|error| in_one_line(&error));
    let way = match settings.tls {
        Tls::Starttls => Way::Required(parameters()?),
        Tls::Tls => Way::Wrapper(parameters()?),
        Tls::None => Way::None,
    };
    let mut builder = Transport::builder_dangerous(&settings.host).port(settings.port).tls(way).timeout(Some(PATIENCE));
    if let Some((user, password)) = &settings.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
    }
    Ok(builder.build())
}

fn message(settings: &MailSettings, to: &str, id: &str, letter: &Letter) -> Result<Message, String> {
    let address = |text: &str| text.parse::<Address>().map_err(|error| format!("`{text}`: {error}"));
    let from = address(&settings.from)?;
    let name = format!("<{id}@{}>", from.domain());
    // So that no absence note answers it.
    let by_itself = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    let builder: MessageBuilder = Message::builder().from(Mailbox::new(Some("Hilo".to_owned()), from));
    let builder = builder.to(Mailbox::new(None, address(to)?)).subject(&letter.subject).message_id(Some(name));
    let builder = builder.header(ContentType::TEXT_PLAIN).raw_header(by_itself);
    builder.body(letter.text.clone()).map_err(|error| in_one_line(&error))
}
