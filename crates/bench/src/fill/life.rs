//! The people whose past is real.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::MESSAGES_IN_A_LIFE;
use crate::api::Api;
use crate::child::Program;
use crate::graph::{self, Behaviour};
use crate::ledger::Ledger;
use crate::load::{self, Pace, Target, Turn};
use crate::measure::{self, Place};
use crate::nodes::Team;
use crate::script::Script;
use crate::senders::Senders;

const MATTERS: usize = 2;
const AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(120);
/// Seconds by which they wrote before whoever is measured: the same person, message and second would be a repetition.
const EARLIER: u64 = 60;
const LOOK: Duration = Duration::from_millis(50);
const PAGE: usize = 200;

/// Each writes about two matters; both are acknowledged, reported as delivered, and resolved.
pub(super) async fn live(place: &Place<'_>, people: usize) -> Result<()> {
    let site = measure::site()?;
    let messages = people * (MESSAGES_IN_A_LIFE - MATTERS);
    let senders = Senders::Known(people);
    let ledger = Arc::new(Ledger::open(messages, people, AT_ONCE));
    let behaviour = Behaviour { statuses: true, ..Behaviour::default() };
    let graph = graph::start(behaviour, &site, ledger.clone()).await?;
    let team = Team { program: Program::Hilo, site: &site, database: &place.url, graph_base_url: &graph.base_url() };
    let key = team.make_key(place.folder.path())?;
    let mut nodes = team.start(1, place.folder.path()).await?;
    let mut api = Api::connect(site.address, &key).await?;

    let written = crate::unix_second().saturating_sub(EARLIER);
    let script = Rc::new(Script::of_messages(&site, senders, messages, written));
    let target = Target { doors: nodes.doors(), script, senders, ledger };
    for matter in 0..MATTERS {
        let of_this_matter = matter * messages / MATTERS..(matter + 1) * messages / MATTERS;
        write(&target, of_this_matter, (matter + 1) * people, &mut api).await?;
        resolve_everything(&mut api).await?;
    }
    nodes.end().await
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
