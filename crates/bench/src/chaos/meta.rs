//! WhatsApp on a bad day: a simulator with faults, and the relay that its webhooks go through.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use simulator::{BusinessNumber, Fault, FaultKind, Outcome, Settings, Simulator, Template, WebhookSettings};

use super::evidence::{self, Accepted};
use super::relay::{self, Relay};
use crate::bodies::Site;
use crate::child::{ACCESS_TOKEN, VERIFY_TOKEN};
use crate::measure;

/// Meta's code for a request that is wrong.
const INVALID: i64 = 100;
/// Some types of it are automated, and it follows up.
const WORKFLOW: &str = include_str!("workflow.yaml");
/// A failure after the message was taken, about which nothing can be done.
const FOR_GOOD: i64 = 131_051;
/// A template that is approved from the start.
pub(super) const TEMPLATE: &str = "pedido_listo";

pub(super) struct Meta {
    pub(super) site: Site,
    pub(super) simulator: Arc<Simulator>,
    pub(super) relay: Arc<Relay>,
}

impl Meta {
    /// In front of so many nodes.
    pub(super) async fn start(nodes: usize, seed: u64) -> Result<Self> {
        let site = Site { workflow: Some(WORKFLOW), ..measure::site()? };
        let relay = Arc::new(Relay::new(nodes, site.address));
        let simulator = Arc::new(Simulator::start(settings(&site, seed)).await?);
        bad_day().into_iter().for_each(|fault| simulator.set_fault(fault));
        simulator.deliver_webhooks_to(&relay::serve(relay.clone()).await?)?;
        Ok(Self { site, simulator, relay })
    }

    /// Every send that WhatsApp took, in its order.
    pub(super) fn accepted(&self) -> Vec<Accepted> {
        self.simulator.ledger().accepted.into_iter().map(evidence::accepted).collect()
    }

    /// The messages of which it still has a webhook to deliver.
    pub(super) fn owed(&self) -> HashSet<String> {
        let webhooks = self.simulator.ledger().webhooks.into_iter();
        webhooks.filter(|webhook| webhook.outcome == Outcome::Waiting).map(|webhook| webhook.wamid).collect()
    }

    /// The messages that it took and then reported as failed. Such a report carries no name of ours.
    pub(super) fn failed(&self) -> HashSet<String> {
        let webhooks = self.simulator.ledger().webhooks.into_iter();
        webhooks.filter(|webhook| webhook.what == "failed").map(|webhook| webhook.wamid).collect()
    }

    /// Requests that it could not make sense of: one for a second template of the same name is such a one.
    pub(super) fn nonsense(&self) -> u64 {
        self.simulator.ledger().refused.get(&INVALID).copied().unwrap_or(0)
    }
}

fn settings(site: &Site, seed: u64) -> Settings {
    Settings {
        app_secret: site.app_secret.clone(),
        access_token: ACCESS_TOKEN.into(),
        verify_token: VERIFY_TOKEN.into(),
        numbers: vec![BusinessNumber {
            phone_number_id: site.phone_number_id.clone(),
            waba_id: site.waba_id.clone(),
            display_phone_number: site.display_phone_number.clone(),
            ..BusinessNumber::default()
        }],
        approved_templates: vec![Template {
            languages: vec!["es".into()],
            body: Some("Su pedido {{1}} está listo.".into()),
            ..Template::named(TEMPLATE)
        }],
        seed,
        number_rate: None,
        pair_rate: None,
        // Meta waits longer; but then a dead program would keep most of the load from the next one.
        webhooks: WebhookSettings {
            first_retry: Duration::from_millis(50),
            longest_retry: Duration::from_millis(400),
            ..WebhookSettings::default()
        },
        ..Settings::default()
    }
}

fn bad_day() -> [Fault; 9] {
    [
        Fault::in_percent(10, FaultKind::DuplicateWebhooks),
        Fault::in_percent(10, FaultKind::DisorderWebhooks),
        Fault::in_percent(8, FaultKind::LoseResponse),
        Fault::in_percent(10, FaultKind::StatusBeforeResponse),
        Fault::in_percent(15, FaultKind::LateStatuses { ms: 400 }),
        Fault::in_percent(10, FaultKind::Slow { ms: 100 }),
        Fault::in_percent(3, FaultKind::Error500),
        Fault::in_percent(3, FaultKind::ErrorCode { code: 131_000 }),
        Fault::in_percent(5, FaultKind::FailLater { code: FOR_GOOD }),
    ]
}
