//! Óptica Luna, an optician in Mexico City: its number, its platform, its server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use domain::Region;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use simulator::{BusinessNumber, WebhookSettings};
use store::Location;
use tokio::sync::mpsc::UnboundedSender;
use whatsapp::Secret;

use super::line::Known;
use super::templates;
use crate::clock::Clock;
use crate::config::{
    Advice, AlertSettings, ApiSettings, ChannelSettings, Front, MediaSettings, Prices, ReadReceipts, Settings,
};
use crate::subscribers::addresses::Allowed;

const PHONE_NUMBER_ID: &str = "100000000000001";
const WABA_ID: &str = "200000000000001";
const DISPLAY: &str = "+52 55 5555 0100";

/// A worker that was killed is back in a second: whoever watches should not wait longer for what came meanwhile.
const LONGEST_RETRY: Duration = Duration::from_secs(1);

/// What a worker needs to serve.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Brief {
    pub(super) listen: SocketAddr,
    pub(super) database: PathBuf,
    pub(super) simulator: Address,
    pub(super) secrets: Secrets,
    pub(super) known: Known,
}

/// An address on this machine: the demo has no other, so that nothing of it can reach Meta.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SocketAddr", into = "SocketAddr")]
pub struct Address(SocketAddr);

impl TryFrom<SocketAddr> for Address {
    type Error = anyhow::Error;

    fn try_from(address: SocketAddr) -> Result<Self> {
        ensure!(
            address.ip().is_loopback(),
            "{address} is not on this machine: the demo's WhatsApp is simulated and stays on 127.0.0.1"
        );
        Ok(Self(address))
    }
}

impl From<Address> for SocketAddr {
    fn from(address: Address) -> Self {
        address.0
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http://{}", self.0)
    }
}

/// Made anew at every start; nobody but the parent and its worker knows them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Secrets {
    app: String,
    access: String,
    verify: String,
}

impl Secrets {
    pub(super) fn fresh() -> Self {
        let random = || uuid::Uuid::new_v4().to_string();
        Self { app: random(), access: random(), verify: random() }
    }
}

/// The WhatsApp that the business is on.
pub(super) fn platform(
    listen: SocketAddr,
    secrets: &Secrets,
    clock: &Clock,
    moved_by_hand: UnboundedSender<()>,
) -> simulator::Settings {
    let (clock, hands) = (clock.clone(), clock.clone());
    simulator::Settings {
        listen,
        app_secret: secrets.app.clone(),
        access_token: secrets.access.clone(),
        verify_token: secrets.verify.clone(),
        numbers: vec![BusinessNumber {
            phone_number_id: PHONE_NUMBER_ID.to_owned(),
            waba_id: WABA_ID.to_owned(),
            display_phone_number: DISPLAY.to_owned(),
            ..BusinessNumber::default()
        }],
        now: Arc::new(move || clock.now().as_millisecond()),
        // The parent tells the worker and keeps it; one that ends does neither any more.
        move_clock: Some(Arc::new(move |by| {
            hands.advance(SignedDuration::from_millis(by.max(0)));
            let _ = moved_by_hand.send(());
        })),
        approved_templates: templates::approved(),
        webhooks: WebhookSettings { longest_retry: LONGEST_RETRY, ..WebhookSettings::default() },
        ..simulator::Settings::default()
    }
}

/// The server of the business.
pub(super) fn settings(brief: &Brief) -> Settings {
    let channel = ChannelSettings {
        workspace: "default".to_owned(),
        phone_number_id: PHONE_NUMBER_ID.to_owned(),
        waba_id: WABA_ID.to_owned(),
        display_phone_number: DISPLAY.to_owned(),
        region: Region::MX,
        graph_base_url: format!("{}/v25.0", brief.simulator),
        app_secrets: vec![Secret::new(&*brief.secrets.app)],
        verify_token: Secret::new(&*brief.secrets.verify),
        access_token: Secret::new(&*brief.secrets.access),
        messages_per_second: 80,
    };
    Settings {
        listen: brief.listen.to_string(),
        database: Location::Sqlite(brief.database.clone()),
        workflow: Some((PathBuf::from("optica-luna.yaml"), workflow::OPTICA_LUNA.to_owned())),
        workspace: "default".to_owned(),
        log_json: false,
        log_level: "warn".to_owned(),
        channels: vec![channel],
        prices: prices(),
        read_receipts: ReadReceipts::default(),
        api: ApiSettings::default(),
        media: MediaSettings::in_folder(brief.database.with_file_name("media")),
        // Whoever tries the webhooks of the demo has their receiver on this machine.
        front: Front::default(),
        advice: Advice::default(),
        alerts: AlertSettings::default(),
        allow_internal: Allowed::new(
            [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)].map(IpAddr::into).to_vec(),
        ),
    }
}

/// The rates of the home market, as a business copies them from its rate card.
fn prices() -> Prices {
    let rates = [("marketing", 0.0305), ("utility", 0.0085), ("service", 0.0085)];
    Prices::from([("MX".to_owned(), rates.map(|(category, price)| (category.to_owned(), price)).into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_no_address_beyond_this_machine() {
        for own in ["127.0.0.1:8091", "[::1]:8091", "127.8.8.8:1"] {
            assert!(Address::try_from(own.parse::<SocketAddr>().unwrap()).is_ok(), "{own}");
        }
        for other in ["157.240.1.1:443", "0.0.0.0:8091", "10.0.0.1:80"] {
            assert!(Address::try_from(other.parse::<SocketAddr>().unwrap()).is_err(), "{other}");
            let line = format!("\"{other}\"");
            assert!(serde_json::from_str::<Address>(&line).is_err(), "{other}, told by a line");
        }
    }
}
