//! What outlives a week: the database, a number of ours, and the workflow, whose training takes longer than a week.

use std::sync::Arc;

use domain::Region;
use domain::ids::{ChannelId, WorkspaceId};
use store::by_hand::{Database, Desk, Nodes};
use store::{Channel, Location};
use tempfile::TempDir;
use uuid::Uuid;
use whatsapp::client::Timeouts;
use whatsapp::{Client, Secret};

use crate::channels::{ChannelHandle, Channels, LiveChannel};
use crate::clock::Clock;
use crate::config::{Advice, AlertSettings, ApiSettings, Front, MediaSettings, Prices, ReadReceipts, Settings};
use crate::node::Node;
use crate::subscribers::addresses::Allowed;
use crate::workflows::Published;

/// What signs the webhooks.
pub(super) const SECRET: &str = "the secret of the app";
const WORKSPACE: WorkspaceId = WorkspaceId(Uuid::from_u128(1));

/// Where weeks are played, one after the other.
pub(super) struct Stage {
    pub(super) database: Database,
    pub(super) channel: ChannelHandle,
    settings: Settings,
    workflow: Arc<Published>,
    _files: TempDir,
}

impl Stage {
    pub(super) fn new(workflow: Arc<Published>) -> Stage {
        let files = tempfile::tempdir().unwrap();
        let database = Database::in_memory().unwrap();
        Stage { database, channel: Arc::new(channel()), settings: settings(&files), workflow, _files: files }
    }

    /// As before the first message.
    pub(super) fn clear(&self, now: i64) {
        let prepare = |tx: &mut store::Tx<'_>| {
            tx.instance(b"the key of the installation", now)?;
            tx.ensure_workspace(WORKSPACE, "default", now)?;
            tx.ensure_channel(&row(&self.channel), now)
        };
        self.database.empty().unwrap();
        self.database.look(prepare).unwrap();
    }

    /// A node that has just started, and where its transactions wait.
    pub(super) fn node(&self, nodes: Nodes) -> (Arc<Node>, Desk) {
        let (store, desk) = self.database.node(nodes);
        let instance = self.database.look(|tx| tx.instance(&[], 0)).unwrap();
        let channels = Channels::new(vec![self.channel.clone()]);
        let node = Node::of(store, self.settings.clone(), Clock::default(), instance, channels).unwrap();
        node.workflows.put(WORKSPACE, self.workflow.clone());
        (Arc::new(node), desk)
    }
}

fn channel() -> LiveChannel {
    LiveChannel {
        workspace: WORKSPACE,
        id: ChannelId(Uuid::from_u128(2)),
        phone_number_id: "100000000000001".to_owned(),
        waba_id: "200000000000001".to_owned(),
        display_phone_number: "+52 55 5000 1000".to_owned(),
        region: Region::MX,
        app_secrets: vec![Secret::new(SECRET)],
        verify_token: Secret::new(""),
        client: Client::new("http://127.0.0.1:1/v25.0", &Secret::new("nobody listens"), Timeouts::default()).unwrap(),
        messages_per_second: 80,
    }
}

fn row(channel: &LiveChannel) -> Channel {
    Channel {
        workspace: channel.workspace,
        id: channel.id,
        phone_number_id: channel.phone_number_id.clone(),
        waba_id: channel.waba_id.clone(),
        display_phone_number: channel.display_phone_number.clone(),
        paused_reason: None,
        replies_only_reason: None,
        reported_up_to: 0,
    }
}

fn settings(files: &TempDir) -> Settings {
    Settings {
        listen: String::new(),
        database: Location::Sqlite("in memory".into()),
        workflow: None,
        workspace: "default".to_owned(),
        log_json: false,
        log_level: "warn".to_owned(),
        channels: Vec::new(),
        prices: Prices::new(),
        api: ApiSettings::default(),
        media: MediaSettings::in_folder(files.path().to_owned()),
        read_receipts: ReadReceipts::Never,
        allow_internal: Allowed::default(),
        front: Front::default(),
        advice: Advice::default(),
        alerts: AlertSettings::default(),
    }
}
