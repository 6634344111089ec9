//! One running Hilo: its store, its clock, its numbers, and who is told when something happens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use domain::ids::{ChannelId, WorkspaceId};
use store::{Channel, Instance, Store};
use tokio::sync::{Notify, Semaphore, broadcast, watch};
use uuid::Uuid;
use whatsapp::Client;
use whatsapp::client::Timeouts;

use crate::changes::Seats;
use crate::channels::{Channels, LiveChannel};
use crate::clock::Clock;
use crate::config::{ChannelSettings, Settings};
use crate::http::keys::rates::Callers;
use crate::ids;
use crate::lives::Lives;
use crate::media::Media;
use crate::neighbours::Neighbours;
use crate::pipeline::Summary;
use crate::seal::Seal;
use crate::templates::{self, Looks};
use crate::workflows::{self, Workflows};

/// A running Hilo.
pub struct Node {
    /// This process, among the nodes of a database.
    pub id: Uuid,
    /// The data.
    pub store: Store,
    /// Business time.
    pub clock: Clock,
    /// `hilo.toml`.
    pub settings: Settings,
    /// The database's own facts.
    pub instance: Instance,
    /// Names for sends.
    pub seal: Seal,
    /// The WhatsApp numbers.
    pub channels: Channels,
    /// What is done about messages.
    pub workflows: Workflows,
    /// One changed workflow at a time is tried on what came in.
    pub replays: Arc<Semaphore>,
    /// The other nodes of this database.
    pub neighbours: Neighbours,
    /// Something may be due in the outbox.
    pub outbox_wakes: Notify,
    /// There may be work to give away, or somebody with room for it.
    pub work_wakes: Notify,
    /// A file of people may wait to be worked off.
    pub import_wakes: Notify,
    /// Signs of life of the people who work here.
    pub lives: Lives,
    /// The files of messages.
    pub media: Media,
    /// A file may wait to be fetched.
    pub media_wakes: Notify,
    /// Which accounts' templates are to be looked at.
    pub templates: Looks,
    /// Something may be due in the backlog.
    pub backlog_wakes: Notify,
    /// A workspace's data changed: screens look again.
    pub changes: broadcast::Sender<WorkspaceId>,
    /// Turns true when this process is about to end: whoever follows something hangs up.
    pub stopping: watch::Sender<bool>,
    /// Who follows the events.
    pub seats: Seats,
    /// Who calls the API, and how often.
    pub callers: Callers,
    /// By number: machine time of the latest send that WhatsApp reported on.
    pub reported: Mutex<HashMap<ChannelId, i64>>,
    /// By number: how many bodies WhatsApp posted about it lately, and machine time of the last.
    pub heard: Mutex<HashMap<ChannelId, (i64, i64)>>,
}

impl Node {
    /// Opens the database and brings workspaces, numbers and workflows into force. Must be called outside any other database work.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Arc<Node>> {
        let location = settings.database.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&location))
            .await?
            .context("the database cannot be opened")?;
        let now = clock.now().as_millisecond();
        let key: Vec<u8> = [Uuid::new_v4(), Uuid::new_v4()].iter().flat_map(|part| *part.as_bytes()).collect();
        let instance = store.write(Vec::new(), move |tx| tx.instance(&key, now)).await?;
        let channels = open_channels(&store, &settings, now).await?;
        let node = Node::of(store, settings, clock, instance, channels)?;
        node.open_workspaces(now).await?;
        templates::accounts(&node.channels).keys().for_each(|waba_id| node.templates.look_at(waba_id));
        Ok(Arc::new(node))
    }

    /// A node that has done nothing yet, with no workflow in force.
    pub(crate) fn of(
        store: Store,
        settings: Settings,
        clock: Clock,
        instance: Instance,
        channels: Channels,
    ) -> Result<Node> {
        let media = Media::open(&settings.media, &instance.mac_key, store.is_shared())?;
        Ok(Node {
            id: ids::fresh(),
            seal: Seal::new(instance.mac_key.clone()),
            store,
            clock,
            instance,
            channels,
            workflows: Workflows::default(),
            replays: Arc::new(Semaphore::new(1)),
            neighbours: Neighbours::default(),
            outbox_wakes: Notify::new(),
            work_wakes: Notify::new(),
            import_wakes: Notify::new(),
            lives: Lives::default(),
            media,
            media_wakes: Notify::new(),
            templates: Looks::default(),
            backlog_wakes: Notify::new(),
            changes: broadcast::channel(256).0,
            stopping: watch::channel(false).0,
            seats: Seats::default(),
            callers: Callers::default(),
            reported: Mutex::default(),
            heard: Mutex::default(),
            settings,
        })
    }

    async fn open_workspaces(&self, now: i64) -> Result<()> {
        let name = self.settings.workspace.clone();
        let first =
            self.store.write(Vec::new(), move |tx| tx.ensure_workspace(WorkspaceId(ids::fresh()), &name, now)).await?;
        let given = self.settings.workflow.as_ref().map(|(path, text)| (path.display().to_string(), text.as_str()));
        for (workspace, _) in self.store.read(|tx| tx.workspaces()).await? {
            let given = given.as_ref().filter(|_| workspace == first).map(|(file, text)| (file.as_str(), *text));
            workflows::bring_into_force(&self.store, &self.workflows, workspace, given, now).await?;
        }
        Ok(())
    }

    /// Tells whoever waits that a body has been taken in.
    pub fn tell(&self, workspaces: &[WorkspaceId], summary: Summary) {
        metrics::counter!("hilo_messages_total").increment(summary.messages);
        metrics::counter!("hilo_messages_repeated_total").increment(summary.repeated);
        metrics::counter!("hilo_reports_total").increment(summary.reports);
        if 0 < summary.replies {
            self.outbox_wakes.notify_one();
        }
        if 0 < summary.files {
            self.media_wakes.notify_one();
        }
        if 0 < summary.aside {
            self.backlog_wakes.notify_one();
        }
        if 0 < summary.messages {
            self.work_wakes.notify_one();
        }
        if 0 < summary.messages + summary.reports {
            self.changed(workspaces);
        }
    }

    /// Tells screens to look again. Nobody may be looking.
    pub fn changed(&self, workspaces: &[WorkspaceId]) {
        for workspace in workspaces {
            drop(self.changes.send(*workspace));
        }
    }
}

async fn open_channels(store: &Store, settings: &Settings, now: i64) -> Result<Channels> {
    let mut all = Vec::new();
    for channel in &settings.channels {
        all.push(Arc::new(open_channel(store, channel, now).await?));
    }
    Ok(Channels::new(all))
}

async fn open_channel(store: &Store, settings: &ChannelSettings, now: i64) -> Result<LiveChannel> {
    let name = settings.workspace.clone();
    let workspace =
        store.write(Vec::new(), move |tx| tx.ensure_workspace(WorkspaceId(ids::fresh()), &name, now)).await?;
    let wanted = Channel {
        workspace,
        id: ChannelId(ids::fresh()),
        phone_number_id: settings.phone_number_id.clone(),
        waba_id: settings.waba_id.clone(),
        display_phone_number: settings.display_phone_number.clone(),
        paused_reason: None,
        replies_only_reason: None,
        reported_up_to: 0,
    };
    let kept = store.write(Vec::new(), move |tx| tx.ensure_channel(&wanted, now)).await?;
    if kept.workspace != workspace {
        bail!(
            "the number {} belongs to another workspace of this database; name that workspace in its [[channel]]",
            settings.phone_number_id
        );
    }
    Ok(LiveChannel {
        workspace,
        id: kept.id,
        phone_number_id: settings.phone_number_id.clone(),
        waba_id: settings.waba_id.clone(),
        display_phone_number: settings.display_phone_number.clone(),
        region: settings.region,
        app_secrets: settings.app_secrets.clone(),
        verify_token: settings.verify_token.clone(),
        client: Client::new(&settings.graph_base_url, &settings.access_token, Timeouts::default())?,
        messages_per_second: settings.messages_per_second,
    })
}
