//! `hilo pause`: automation says nothing until it is let go on; with `--sending`, nothing at all leaves. For the moment in which one does not
//! look for the right screen.

use anyhow::{Result, bail};
use clap::Args;
use domain::ids::WorkspaceId;
use store::{Channel, Store, Tx};

use super::key::{Where, open};
use super::{NotRight, block_on};
use crate::clock::Clock;
use crate::inbox::{self, Entry, Pausing};

const BY: &str = "hilo pause";

#[derive(Debug, Args)]
pub(super) struct Pause {
    /// Only what automation answers to this interaction type.
    #[arg(long = "type", value_name = "NAME", conflicts_with_all = ["channel", "sending"])]
    kind: Option<String>,
    /// Only on this number, as people write it or as Meta numbers it.
    #[arg(long, value_name = "NUMBER")]
    channel: Option<String>,
    /// Stops what people send as well: nothing leaves the number, or all of them. What waits keeps its order.
    #[arg(long)]
    sending: bool,
    /// Let it go on instead.
    #[arg(long)]
    resume: bool,
    /// Why, for colleagues.
    #[arg(long, default_value = "")]
    why: String,
    #[command(flatten)]
    place: Where,
}

impl Pause {
    pub(super) fn run(self) -> Result<()> {
        let Where { config, workspace } = self.place.clone();
        let named = block_on(async {
            let (store, workspace) = open(&config, workspace).await?;
            match (self.sending, &self.kind, &self.channel) {
                (true, _, _) => self.stop(&store, workspace).await,
                (false, Some(kind), _) => self.pause(&store, workspace, Pausing::Type(kind.clone()), kind).await,
                (false, None, Some(_)) => self.pause_channels(&store, workspace).await,
                (false, None, None) => self.pause(&store, workspace, Pausing::All, "Automation").await,
            }
        })?;
        let done = if self.resume { "goes on" } else { "is paused" };
        named.iter().for_each(|name| println!("{name} {done}."));
        Ok(())
    }

    async fn pause(&self, store: &Store, workspace: WorkspaceId, what: Pausing, name: &str) -> Result<Vec<String>> {
        if let (Pausing::Type(kind), false) = (&what, self.resume) {
            known_type(store, workspace, kind).await?;
        }
        let (resume, why, entry) = (self.resume, self.why.clone(), Entry::at(now(), BY));
        let unit = move |tx: &mut Tx<'_>| match resume {
            true => inbox::resume_at(tx, workspace, &what, &entry).map(|done| done.map(drop)),
            false => inbox::pause_at(tx, workspace, &what, &why, &entry),
        };
        store.write(Vec::new(), unit).await?.map_err(|refusal| NotRight(refusal.to_string()))?;
        Ok(vec![name.to_owned()])
    }

    async fn pause_channels(&self, store: &Store, workspace: WorkspaceId) -> Result<Vec<String>> {
        let mut named = Vec::new();
        for channel in self.meant(store, workspace).await? {
            let name = &channel.display_phone_number;
            named.extend(self.pause(store, workspace, Pausing::Channel(channel.id), name).await?);
        }
        Ok(named)
    }

    async fn stop(&self, store: &Store, workspace: WorkspaceId) -> Result<Vec<String>> {
        let meant = self.meant(store, workspace).await?;
        for channel in &meant {
            let (id, resume, entry) = (channel.id, self.resume, Entry::at(now(), BY));
            let unit = move |tx: &mut Tx<'_>| match resume {
                true => inbox::resume_channel_at(tx, workspace, id, &entry).map(drop),
                false => inbox::pause_channel_at(tx, workspace, id, &entry).map(drop),
            };
            store.write(Vec::new(), unit).await?;
        }
        Ok(meant.into_iter().map(|channel| channel.display_phone_number).collect())
    }

    async fn meant(&self, store: &Store, workspace: WorkspaceId) -> Result<Vec<Channel>> {
        let mut channels = store.read(move |tx| tx.channels(workspace)).await?;
        channels.retain(|channel| is_meant(channel, self.channel.as_deref()));
        if channels.is_empty() {
            bail!(NotRight("there is no such number in this workspace; `hilo doctor` names them".to_owned()));
        }
        Ok(channels)
    }
}

async fn known_type(store: &Store, workspace: WorkspaceId, kind: &str) -> Result<()> {
    let Some((_, text)) = store.read(move |tx| tx.workflow_in_force(workspace)).await? else { return Ok(()) };
    let workflow = workflow::read(&text, "workflow.yaml").map_err(miette::Report::new);
    let workflow = workflow.map_err(|report| anyhow::anyhow!("{report:?}"))?;
    if workflow.interaction_type(kind).is_none() {
        let known: Vec<&str> = workflow.types.iter().map(|kind| kind.id.as_str()).collect();
        bail!(NotRight(format!("there is no type `{kind}` in the workflow; there are {}", known.join(", "))));
    }
    Ok(())
}

fn now() -> i64 {
    Clock::default().now().as_millisecond()
}

fn is_meant(channel: &Channel, wanted: Option<&str>) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    wanted.is_none_or(|wanted| {
        channel.phone_number_id == wanted || digits(&channel.display_phone_number) == digits(wanted)
    })
}
