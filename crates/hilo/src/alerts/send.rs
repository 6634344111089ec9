//! The way out of a word of trouble. What does not leave is tried again, later each time, and holds nothing else up.

use std::sync::Arc;

use domain::Language;
use domain::ids::WorkspaceId;
use domain::trouble::{AlertState, AlertWay};
use store::{AlertRow, Tx};
use tracing::warn;

use super::letter::{self, line};
use super::{MINUTE_MS, mail};
use crate::clock::machine_now;
use crate::config::WhatsappAlerts;
use crate::inbox::{self, Acted, Actor, Answer, Asked, NewContact, Once, Refusal, Wish};
use crate::node::Node;
use crate::outgoing::{Filling, Gaps, New, Said};

const AT_ONCE: i64 = 5;
/// Longer than as many tries can take.
const LEASE_MS: i64 = 5 * MINUTE_MS;
/// How long to wait after each try that failed; after the last of them, as long each time.
const WAITS_MS: [i64; 4] = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];
/// Two days.
const MOST_ATTEMPTS: i64 = 50;
const BY: &str = "alerts";

/// Who is told of the trouble of a workspace. A number tells nothing but what concerns its own.
pub(crate) fn whoever_is_told(node: &Node, workspace: WorkspaceId) -> Vec<(AlertWay, String)> {
    let alerts = &node.settings.alerts;
    let mail = alerts.mail.iter().flat_map(|mail| mail.to.iter().map(|to| (AlertWay::Mail, to.clone())));
    let is_ours = |settings: &&WhatsappAlerts| {
        node.channels.iter().any(|channel| channel.phone_number_id == settings.from && channel.workspace == workspace)
    };
    let whatsapp = alerts.whatsapp.as_ref().filter(is_ours);
    let whatsapp = whatsapp.into_iter().flat_map(|settings| settings.to.iter());
    mail.chain(whatsapp.map(|number| (AlertWay::Whatsapp, number.as_str().to_owned()))).collect()
}

/// Sends what is due.
pub async fn send_due(node: &Arc<Node>) -> store::Result<()> {
    let now = machine_now();
    let due = node.store.read(move |tx| tx.has_due_alerts(now)).await?;
    if !due {
        return Ok(());
    }
    for alert in node.store.write(Vec::new(), move |tx| tx.take_alerts(now, now + LEASE_MS, AT_ONCE)).await? {
        let done = match alert.way {
            AlertWay::Mail => by_mail(node, &alert).await?,
            AlertWay::Whatsapp => by_whatsapp(node, &alert).await,
        };
        settle(node, &alert, done).await?;
    }
    Ok(())
}

async fn settle(node: &Arc<Node>, alert: &AlertRow, done: Result<(), String>) -> store::Result<()> {
    let (workspace, id, tries) = (alert.workspace, alert.id, alert.attempts + 1);
    let outcome = if done.is_ok() { "sent" } else { "failed" };
    metrics::counter!("hilo_alerts_total", "outcome" => outcome).increment(1);
    let (state, error, wait) = match done {
        Ok(()) => (AlertState::Sent, None, 0),
        Err(reason) if MOST_ATTEMPTS <= tries => (AlertState::GivenUp, Some(reason), 0),
        Err(reason) => (AlertState::Waiting, Some(reason), wait_after(tries)),
    };
    if let Some(reason) = &error {
        warn!(reason, tries, way = %alert.way, "Somebody could not be told of trouble");
    }
    let not_before = machine_now() + wait;
    let unit = move |tx: &mut Tx<'_>| tx.settle_alert(workspace, id, state, error.as_deref(), not_before);
    node.store.write(Vec::new(), unit).await?;
    node.changed(&[workspace]);
    Ok(())
}

fn wait_after(tries: i64) -> i64 {
    let place = usize::try_from(tries - 1).unwrap_or_default().min(WAITS_MS.len() - 1);
    WAITS_MS[place]
}

/// Where to look.
fn link(node: &Node) -> String {
    let base = node.settings.front.public_url.clone().unwrap_or_else(|| format!("http://{}", node.settings.listen));
    format!("{base}/health")
}

async fn by_mail(node: &Arc<Node>, alert: &AlertRow) -> store::Result<Result<(), String>> {
    let Some(settings) = &node.settings.alerts.mail else {
        return Ok(Err("the settings of this node name no mail server".to_owned()));
    };
    let (workspace, address) = (alert.workspace, alert.recipient.clone());
    let read = move |tx: &mut Tx<'_>| Ok((tx.user_of_email(&address)?, tx.workspace(workspace)?));
    let (user, name) = node.store.read(read).await?;
    let theirs = user.filter(|user| user.workspace == workspace).map(|user| user.language);
    let language: Language = theirs.unwrap_or(node.settings.alerts.language);
    let zone = node.workflows.of(workspace)?.workflow.business.time_zone.clone();
    let name = name.map(|(name, _)| name).unwrap_or_default();
    let letter = letter::letter(alert, language, &name, zone, &link(node));
    Ok(mail::send(settings, &alert.recipient, &alert.id.to_string(), &letter).await)
}

/// Through the outbox, as any send; queued once, however often it is tried.
async fn by_whatsapp(node: &Arc<Node>, alert: &AlertRow) -> Result<(), String> {
    let settings = node.settings.alerts.whatsapp.as_ref().ok_or("the settings of this node name no template")?;
    let channel = node.channels.iter().find(|channel| channel.phone_number_id == settings.from);
    let channel = channel.ok_or("the number of `alerts.whatsapp.from` is not in the settings of this node")?.id;
    let phone = settings.to.iter().find(|number| number.as_str() == alert.recipient);
    let phone = phone.ok_or("this number is not in `alerts.whatsapp.to` any more")?.clone();
    let new = NewContact { phone, name: None, language: None };
    let said = |refusal: Refusal| refusal.to_string();
    let introduced = inbox::create_contact(node, alert.workspace, new, BY, Once::each_time()).await.map_err(said)?;
    let Acted::Now(introduced) = introduced else { return Ok(()) };
    let contact = introduced.contact.contact.id;
    let opened = inbox::open_conversation(node, alert.workspace, contact, Some(channel), Once::each_time());
    let Acted::Now(thread) = opened.await.map_err(said)? else { return Ok(()) };
    let language = node.settings.alerts.language;
    let filling = Filling {
        name: settings.template.clone(),
        language: settings.template_language.clone(),
        header: None,
        body: Gaps::Ordered(vec![line(alert, language), link(node)]),
        buttons: Vec::new(),
    };
    let wish = Wish { new: New { said: Said::Template(filling), reply_to: None }, seen: None };
    let asked = Asked { key: format!("alert {}", alert.id), request: alert.id.0.as_bytes().to_vec() };
    let once = Once::for_request(Some(asked), |_| Answer { status: 201, body: String::new() });
    inbox::send_message(node, alert.workspace, thread, wish, &Actor::named(BY), once).await.map_err(said)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_less_and_less_often_and_go_on_for_two_days() {
        assert_eq!([1, 2, 3, 4, 9].map(wait_after), [1, 5, 15, 60, 60].map(|minutes| minutes * MINUTE_MS));
        let all: i64 = (1..MOST_ATTEMPTS).map(wait_after).sum();
        assert!(46 * 60 * MINUTE_MS < all && all < 50 * 60 * MINUTE_MS, "{all}");
    }
}
