//! A day of five hundred customers on a bad network, with a desk that answers and one restart in the middle. What WhatsApp saw
//! is then compared with what Hilo holds.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, Outcome, Pace, Personas};
use store::Tx;

use crate::app::{TestApp, on_both, text};

const CUSTOMERS: u32 = 500;
const BETWEEN: u32 = 60; // seconds of business time between one customer and the next
const STEP: SignedDuration = SignedDuration::from_mins(2);
const PACE: Duration = Duration::from_millis(60); // of machine time, for each step of the business's
const DAY: u32 = 15 * 30; // steps: nine in the morning to midnight
const LUNCH: u32 = DAY / 3; // when the server is updated
const NIGHT: SignedDuration = SignedDuration::from_hours(80); // after it, everybody has given up waiting

/// Fates that a send or a webhook meets, in a hundred cases each.
fn bad_day() -> Vec<Fault> {
    let some = Fault::in_percent;
    vec![
        some(3, FaultKind::LoseResponse),
        some(2, FaultKind::BlackHole),
        some(3, FaultKind::Error500),
        some(3, FaultKind::ErrorCode { code: 131_000 }),
        some(2, FaultKind::ErrorCode { code: 131_056 }),
        some(1, FaultKind::ErrorCode { code: 131_026 }),
        some(5, FaultKind::StatusBeforeResponse),
        some(5, FaultKind::LateStatuses { ms: 400 }),
        some(15, FaultKind::DuplicateWebhooks),
        some(15, FaultKind::DisorderWebhooks),
        some(5, FaultKind::Slow { ms: 150 }),
    ]
}

#[test]
fn in_a_day_of_500_customers_with_faults_every_message_has_an_outcome_and_none_is_doubled() {
    on_both(async |app: &mut TestApp| {
        bad_day().into_iter().for_each(|fault| app.simulator.set_fault(fault));
        let pace = Pace { seconds_between: BETWEEN, speed: 1 };
        let crowd = app.simulator.start_personas(&Personas { count: CUSTOMERS, seed: 7, pace }).unwrap();
        let mut desk = Desk::default();
        for step in 0..DAY {
            app.clock.advance(STEP);
            tokio::time::sleep(PACE).await;
            if step % 5 == 0 {
                desk.works(app).await;
            }
            if step == LUNCH {
                app.restart().await;
            }
        }
        app.simulator.clear_faults();
        // Whoever writes once more at the end of a night gives up in the next one.
        app.clock.advance(NIGHT);
        if !crowd.finished(Duration::from_secs(20)).await {
            app.clock.advance(NIGHT);
        }
        assert!(crowd.finished(Duration::from_secs(60)).await, "{:#?}", crowd.people());
        app.settled().await;

        let seen = app.simulator.ledger();
        let wrote: HashSet<&str> = (seen.webhooks.iter())
            .filter(|webhook| webhook.field == "messages" && !is_status(&webhook.what))
            .inspect(|webhook| assert_eq!(webhook.outcome, Outcome::Delivered, "{webhook:?}"))
            .map(|webhook| webhook.wamid.as_str())
            .collect();
        let held = Held::read(app).await;
        println!("{} messages came, {} sends were taken, {}", wrote.len(), seen.accepted.len(), held.in_short());
        assert!(CUSTOMERS as usize <= wrote.len());

        let lost = seen.webhooks.iter().filter(|webhook| wrote.contains(&*webhook.wamid));
        let lost: Vec<_> = lost.filter(|webhook| !held.inbound.contains_key(&webhook.wamid)).collect();
        assert!(lost.is_empty(), "{} messages came and are not held: {lost:#?}", lost.len());
        assert_eq!(wrote.len(), held.inbound.len(), "Hilo holds messages that nobody wrote");
        assert!(held.inbound.values().all(|times| *times == 1), "a message is held twice");
        assert_eq!(held.without_outcome, 0, "nothing was decided about a message");
        assert!(seen.repeated_opaque().is_empty(), "a send was taken twice: {:?}", seen.repeated_opaque());
        assert_eq!(held.tickets, held.conversations_with_tickets, "a conversation has two tickets that are open");

        // WhatsApp took it and we do not know what became of it: then it is in the list for a person.
        let listed: HashSet<String> = listed(app).await;
        let unsure: Vec<&String> = held.unconfirmed.iter().filter(|send| !listed.contains(*send)).collect();
        assert!(unsure.is_empty(), "unconfirmed and in no list: {unsure:?}");
        assert!(!listed.is_empty(), "the faults have struck nobody");
    });
}

fn is_status(what: &str) -> bool {
    ["sent", "delivered", "read", "played", "failed"].contains(&what)
}

/// People at the business: they answer who waits, and resolve what was answered.
#[derive(Default)]
struct Desk {
    answered: HashMap<String, u32>,
}

impl Desk {
    async fn works(&mut self, app: &TestApp) {
        for ticket in app.api.list("/tickets?state=open").await {
            let id = text(&ticket["id"]).to_owned();
            let turns = self.answered.entry(id.clone()).or_default();
            *turns += 1;
            match *turns {
                2 => {
                    let thread = text(&ticket["conversation_id"]);
                    let reply = json!({ "text": format!("Lo reviso y le aviso ({})", text(&ticket["reference"])) });
                    // Outside the window, or while the database is away: then the customer is answered later.
                    app.api.post(&format!("/conversations/{thread}/messages"), &reply).await;
                }
                4.. => {
                    app.api.call(Method::PUT, &format!("/tickets/{id}/resolution")).await;
                }
                _ => {}
            }
        }
    }
}

/// What Hilo holds.
struct Held {
    /// How often each message of a customer, by WhatsApp's id.
    inbound: HashMap<String, i64>,
    without_outcome: i64,
    /// Messages of ours of which no report and no refusal tells what became of them.
    unconfirmed: HashSet<String>,
    tickets: i64,
    conversations_with_tickets: i64,
}

impl Held {
    async fn read(app: &TestApp) -> Held {
        let read = |tx: &mut Tx<'_>| {
            let inbound = tx.query(
                "SELECT wamid, count(*) FROM messages WHERE send_id IS NULL AND kind <> 'preference' GROUP BY wamid",
                vec![],
            )?;
            let without = tx.query_one(
                "SELECT count(*) FROM messages WHERE send_id IS NULL AND (steps IS NULL OR steps = '[]')",
                vec![],
            )?;
            let unconfirmed =
                tx.query("SELECT send_id FROM messages WHERE send_id IS NOT NULL AND progress IN (0, 1)", vec![])?;
            let tickets = tx.query_one(
                "SELECT count(*), count(DISTINCT conversation_id) FROM tickets WHERE state = 'open'",
                vec![],
            )?;
            Ok(Held {
                inbound: inbound
                    .iter()
                    .map(|row| Ok((row.text(0)?, row.int(1)?)))
                    .collect::<store::Result<HashMap<_, _>>>()?,
                without_outcome: without.int(0)?,
                unconfirmed: unconfirmed
                    .iter()
                    .map(|row| Ok(row.id(0)?.to_string()))
                    .collect::<store::Result<HashSet<_>>>()?,
                tickets: tickets.int(0)?,
                conversations_with_tickets: tickets.int(1)?,
            })
        };
        app.node.store.read(read).await.unwrap()
    }

    fn in_short(&self) -> String {
        format!("{} are unconfirmed, {} tickets are open", self.unconfirmed.len(), self.tickets)
    }
}

/// The sends that the API lists as waiting for a report or for a person.
async fn listed(app: &TestApp) -> HashSet<String> {
    let all = app.api.list("/outbox").await;
    all.iter().map(|send: &Value| text(&send["id"]).to_owned()).collect()
}
