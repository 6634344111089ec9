//! The ids and moments of a message, behind a click: for whoever wants to check what the sentences say.

use domain::ids::ticket_reference;
use domain::interaction::Step;
use maud::{Markup, html};
use store::{EventRow, MessageRow};

use super::scene::Scene;
use crate::ids::made_at;

/// Milliseconds between a webhook and its commit, at most.
const ONE_BREATH: u64 = 30_000;

/// A moment in the life of a message.
#[derive(Debug, PartialEq, Eq)]
struct Moment {
    /// Which.
    name: String,
    /// Milliseconds since 1970.
    at: i64,
    /// WhatsApp counts in seconds; what we see ourselves is known to the millisecond.
    exact: bool,
}

impl Moment {
    fn exact(name: &str, at: i64) -> Self {
        Self { name: name.to_owned(), at, exact: true }
    }

    fn to_the_second(name: &str, at: i64) -> Self {
        Self { name: name.to_owned(), at, exact: false }
    }
}

/// Of a message and what answered it.
pub(super) fn render(scene: &Scene, row: &MessageRow, answers: &[&MessageRow]) -> Markup {
    let from = received(row).unwrap_or(row.message.recorded_at);
    html! {
        details {
            summary { (scene.say("demo-details")) }
            (table(scene, &way_in(row), from))
            (names(scene, row))
            // An agent's message has a way out of its own.
            @for answer in std::iter::once(&row).chain(answers).filter(|row| row.message.send.is_some()) {
                (table(scene, &way_out(scene, answer), from))
                @if answer.message.seq != row.message.seq { (names(scene, answer)) }
            }
        }
    }
}

/// Of something that somebody did.
pub(super) fn render_event(scene: &Scene, event: &EventRow) -> Markup {
    html! {
        details {
            summary { (scene.say("demo-details")) }
            (table(scene, &[Moment::exact("recorded", event.at)], event.at))
            dl.names { dt { (scene.say("demo-id-by")) } dd { bdi { (event.by) } } dt { (scene.say("demo-id-event")) } dd { code { (event.id) } } }
        }
    }
}

fn way_in(row: &MessageRow) -> Vec<Moment> {
    let mut moments: Vec<Moment> = received(row).map(|at| Moment::exact("received", at)).into_iter().collect();
    moments.push(Moment::exact("recorded", row.message.recorded_at));
    if row.message.body.is_some() && 0 < row.message.sent_at {
        moments.insert(0, Moment::to_the_second("written", row.message.sent_at));
    }
    moments
}

/// When the webhook came: its id knows, in machine time. Where business time is elsewhere, the two cannot be told in one breath.
fn received(row: &MessageRow) -> Option<i64> {
    let at = made_at(row.message.body?.0);
    (row.message.recorded_at - at).unsigned_abs().lt(&ONE_BREATH).then_some(at)
}

/// When the platform took the message it alone knows: we hear of the reports that follow.
fn way_out(scene: &Scene, row: &MessageRow) -> Vec<Moment> {
    let wamid = row.message.wamid.as_deref();
    let accepted = scene.received.iter().find(|received| Some(&*received.wamid) == wamid);
    let accepted = accepted.map(|received| Moment::exact("accepted", received.sent_at));
    accepted.into_iter().chain(reports(row.reports.as_deref().unwrap_or_default())).collect()
}

/// WhatsApp's reports as the store keeps them: `sent@1767225600000;delivered@1767225601000;`.
fn reports(kept: &str) -> Vec<Moment> {
    let report = |report: &str| {
        let (name, at) = report.split_once('@')?;
        Some(Moment::to_the_second(name, at.parse().ok()?))
    };
    let mut moments: Vec<Moment> = kept.split(';').filter_map(report).collect();
    moments.sort_by_key(|moment| moment.at); // they arrive in any order
    moments
}

fn table(scene: &Scene, moments: &[Moment], from: i64) -> Markup {
    html! {
        dl.moments {
            @for moment in moments {
                dt { (scene.say(&format!("demo-time-{}", moment.name))) }
                dd {
                    @if moment.exact { (scene.reader.moment(moment.at, "%H:%M:%S%.3f")) }
                    @else { (scene.reader.moment(moment.at, "%H:%M:%S")) }
                    @if moment.exact && from < moment.at { span { "+" (moment.at - from) " ms" } }
                }
            }
        }
    }
}

fn names(scene: &Scene, row: &MessageRow) -> Markup {
    let message = &row.message;
    let known = [
        ("message", message.wamid.clone()),
        ("body", message.body.map(|id| id.to_string())),
        ("matter", message.interaction.map(|id| id.to_string())),
        ("ticket", ticket(message.steps.as_deref())),
        ("send", message.send.map(|id| id.to_string())),
    ];
    html! {
        dl.names {
            @for (name, id) in known.iter().filter_map(|(name, id)| id.as_ref().map(|id| (name, id))) {
                dt { (scene.say(&format!("demo-id-{name}"))) }
                dd { code { (id) } }
            }
        }
    }
}

fn ticket(steps: Option<&str>) -> Option<String> {
    let steps: Vec<Step> = serde_json::from_str(steps?).ok()?;
    steps.iter().find_map(|step| {
        let (Step::TicketOpened { ticket, .. } | Step::TicketUpdated { ticket, .. }) = step else { return None };
        Some(format!("{} {ticket}", ticket_reference(*ticket)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_told_in_the_order_in_which_they_happened() {
        let told = reports("delivered@2000;sent@1000;broken;read@x;");
        assert_eq!(told, [Moment::to_the_second("sent", 1000), Moment::to_the_second("delivered", 2000)]);
    }
}
