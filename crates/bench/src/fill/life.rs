//! The people whose past is real.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::MESSAGES_IN_A_LIFE;
use crate::api::Api;
use crate::bodies::Site;
use crate::child::Program;
use crate::graph::{self, Behaviour, Graph};
use crate::ledger::Ledger;
use crate::load::{self, Pace, Target, Turn};
use crate::measure::{self, Place};
use crate::nodes::{Nodes, Team};
use crate::script::Script;
use crate::senders::{self, Senders};

const MATTERS: usize = 2;
const AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(120);
/// Seconds by which they wrote before whoever is measured: the same person, message and second would be a repetition.
const EARLIER: u64 = 60;
const LOOK: Duration = Duration::from_millis(50);
const PAGE: usize = 200;
const AN_HOUR_MS: i64 = 3600 * 1000;

/// Each writes about two matters; both are acknowledged, reported as delivered, and resolved.
pub(super) async fn live(place: &Place<'_>, people: usize) -> Result<()> {
    let site = measure::site()?;
    let mut life = Life::begin(place, &site, people, MESSAGES_IN_A_LIFE - MATTERS).await?;
    for matter in 0..MATTERS {
        life.write_and_be_helped(matter, MATTERS).await?;
    }
    life.nodes.end().await
}

/// Each writes once, and is then to come at a moment, which they confirm. Whatever the workflow says follows that.
pub(super) async fn live_to_come(place: &Place<'_>, site: &Site, people: usize, starts_at: i64) -> Result<()> {
    let mut life = Life::begin(place, site, people, 1).await?;
    life.write_and_be_helped(0, 1).await?;
    for person in 0..people {
        life.book(person, starts_at).await?;
    }
    life.nodes.end().await
}

/// Some people, the program that they write to, and somebody who works with it.
struct Life {
    people: usize,
    messages: usize,
    nodes: Nodes,
    api: Api,
    target: Target,
    /// Ends with it.
    _graph: Rc<Graph>,
}

impl Life {
    async fn begin(place: &Place<'_>, site: &Site, people: usize, messages_each: usize) -> Result<Self> {
        let messages = people * messages_each;
        let senders = Senders::Known(people);
        let ledger = Arc::new(Ledger::open(messages, people, AT_ONCE));
        let behaviour = Behaviour { statuses: true, ..Behaviour::default() };
        let graph = graph::start(behaviour, site, ledger.clone()).await?;
        let team = Team { program: Program::Hilo, site, database: &place.url, graph_base_url: &graph.base_url() };
        let key = team.make_key(place.folder.path())?;
        let nodes = team.start(1, place.folder.path()).await?;
        let api = Api::connect(site.address, &key).await?;
        let written = crate::unix_second().saturating_sub(EARLIER);
        let script = Rc::new(Script::of_messages(site, senders, messages, written));
        let target = Target { doors: nodes.doors(), script, senders, ledger };
        Ok(Self { people, messages, nodes, api, target, _graph: graph })
    }

    /// One matter of so many.
    async fn write_and_be_helped(&mut self, matter: usize, of: usize) -> Result<()> {
        let messages = matter * self.messages / of..(matter + 1) * self.messages / of;
        write(&self.target, messages, (matter + 1) * self.people, &mut self.api).await?;
        resolve_everything(&mut self.api).await
    }

    async fn book(&mut self, person: usize, starts_at: i64) -> Result<()> {
        let user_id = senders::sender(person).user_id;
        let found = self.api.list(&format!("/contacts?user_id={user_id}")).await?;
        let contact = found.first().with_context(|| format!("{user_id} wrote and is no contact"))?;
        let ends_at = starts_at + AN_HOUR_MS;
        let wish =
            json!({ "contact_id": contact["id"], "service": "Examen", "starts_at": starts_at, "ends_at": ends_at });
        let visit = self.api.act("POST", "/appointments", &wish).await?;
        let path = format!("/appointments/{}/status", visit["id"].as_str().unwrap_or_default());
        let confirmed = json!({ "version": visit["version"], "status": "confirmed" });
        self.api.act("PUT", &path, &confirmed).await.map(drop)
    }
}

/// Returns when so many acknowledgements have come in all, and were reported on.
async fn write(target: &Target, messages: Range<usize>, acknowledged: usize, api: &mut Api) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    load::drive(Pace::Closed(Turn::Accepted), AT_ONCE, target, messages.collect(), end).await?;
    while target.ledger.arrival_count() < acknowledged || !api.list("/outbox?limit=1").await?.is_empty() {
        if end <= Instant::now() {
            bail!("{} of {acknowledged} acknowledgements came", target.ledger.arrival_count());
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

async fn resolve_everything(api: &mut Api) -> Result<()> {
    loop {
        let open = api.list(&format!("/tickets?state=open&limit={PAGE}")).await?;
        if open.is_empty() {
            return Ok(());
        }
        for ticket in open {
            let id = ticket["id"].as_str().unwrap_or_default();
            api.put(&format!("/tickets/{id}/resolution")).await?;
        }
    }
}
