//! Reports that came before their message was known find it, or are dropped after a week.

use std::sync::Arc;
use std::time::Duration;

use whatsapp::webhook::{ChangeValue, Item};

use crate::clock::machine_now;
use crate::node::Node;
use crate::reconcile::{self, ReportIn};

/// Meta repeats a webhook for up to seven days.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
const AT_ONCE: i64 = 200;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let node_in = node.clone();
    let settle = move |tx: &mut store::Tx<'_>| {
        let mut about_templates = Vec::new();
        for settled in tx.settled_reports(AT_ONCE)? {
            if let Some(report) = read(&settled.parked) {
                let prices = &node_in.settings.prices;
                let now = node_in.clock.now();
                reconcile::apply_to(tx, prices, &report, settled.conversation, settled.seq, settled.send, now)?;
                about_templates.extend(report.is_about_template().then_some(report.channel));
            }
            tx.unpark_report(&settled.parked)?;
        }
        tx.drop_parked_reports(machine_now() - KEPT.as_millis() as i64)?;
        Ok(about_templates)
    };
    for channel in node.store.write(Vec::new(), settle).await? {
        if let Some(channel) = node.channels.get(channel) {
            node.templates.look_at(&channel.waba_id);
        }
    }
    Ok(())
}

/// A report was kept as WhatsApp wrote it; it is read again as if it had just come.
fn read(parked: &store::ParkedReport) -> Option<ReportIn> {
    let raw: serde_json::Value = serde_json::from_str(&parked.report).ok()?;
    let body =
        serde_json::json!({ "entry": [{ "changes": [{ "field": "messages", "value": { "statuses": [raw] } }] }] });
    let envelope = whatsapp::parse(body.to_string().as_bytes()).ok()?;
    let change = envelope.entries.into_iter().next()?.changes.into_iter().next()?;
    let ChangeValue::Batch(batch) = change.value else { return None };
    match batch.items.into_iter().next()? {
        Item::Status(status) => ReportIn::read(parked.workspace, parked.channel, *status).ok(),
        _ => None,
    }
}
