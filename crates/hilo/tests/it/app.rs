//! The real server in this process, against a simulated WhatsApp, on a database of its own. The business clock is ours.

mod bodies;
mod calls;
mod command;
mod database;
mod mailbox;
mod receiver;
mod wait;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::Region;
use domain::ids::{KeyId, WorkspaceId};
use domain::scope::{Scope, Scopes};
use hilo::clock::Clock;
use hilo::config::{
    Advice, AlertSettings, ApiSettings, ChannelSettings, Front, Largest, MediaSettings, Prices, ReadReceipts,
    S3Settings, Settings,
};
use hilo::http::{self, health, keys};
use hilo::ids;
use hilo::node::Node;
use hilo::server::Server;
use hilo::subscribers::addresses::Allowed;
use jiff::{SignedDuration, Timestamp, ToSpan, civil};
use serde_json::{Value, json};
use simulator::{BusinessNumber, Delays, Phone, Simulator, WebhookSettings};
use store::{Location, NewKey, Tx};
use tempfile::TempDir;
use whatsapp::{Secret, signature};

pub(crate) use bodies::{Written, body, messages_body, status, statuses_body, written};
pub(crate) use calls::{Answer, Api};
pub(crate) use database::{Database, Outage};
pub(crate) use mailbox::Mailbox;
pub(crate) use receiver::{Receiver, Saying};
pub(crate) use wait::{PATIENCE, eventually};

/// The number that phones write to unless told otherwise.
pub(crate) const NUMBER: &str = "100000000000001";
/// What signs the webhooks of the simulator.
pub(crate) const SECRET: &str = "the secret of the app";
/// What the Graph API of the simulator asks for.
pub(crate) const ACCESS_TOKEN: &str = "the token of the app";
/// What Meta repeats in the handshake.
pub(crate) const VERIFY_TOKEN: &str = "the word of the handshake";
/// The workspace that is made at first start.
pub(crate) const WORKSPACE: &str = "default";

/// What differs from test to test.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) numbers: Vec<Number>,
    pub(crate) messages_per_second: u32,
    pub(crate) prices: Prices,
    pub(crate) api: ApiSettings,
    pub(crate) largest: Largest,
    pub(crate) read_receipts: ReadReceipts,
    pub(crate) allow_internal: Allowed,
    /// What is particular about the simulated platform.
    pub(crate) platform: fn(&mut simulator::Settings),
    pub(crate) s3: Option<S3Settings>,
    /// Machines outside.
    pub(crate) advice: Advice,
    pub(crate) alerts: AlertSettings,
}

/// A WhatsApp number of the server.
#[derive(Clone)]
pub(crate) struct Number {
    pub(crate) phone_number_id: String,
    pub(crate) workspace: String,
    /// What may have signed a webhook.
    pub(crate) secrets: Vec<String>,
}

impl Number {
    pub(crate) fn new(phone_number_id: &str) -> Self {
        Self {
            phone_number_id: phone_number_id.to_owned(),
            workspace: WORKSPACE.to_owned(),
            secrets: vec![SECRET.to_owned()],
        }
    }

    pub(crate) fn of_workspace(self, workspace: &str) -> Self {
        Self { workspace: workspace.to_owned(), ..self }
    }

    pub(crate) fn signed_with(self, secrets: &[&str]) -> Self {
        Self { secrets: secrets.iter().map(|secret| (*secret).to_owned()).collect(), ..self }
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            numbers: vec![Number::new(NUMBER)],
            messages_per_second: 10_000,
            prices: Prices::new(),
            api: ApiSettings { requests_per_minute: 1_000_000 },
            largest: Largest::default(),
            read_receipts: ReadReceipts::default(),
            allow_internal: Allowed::default(),
            platform: |_| {},
            s3: None,
            advice: Advice::default(),
            alerts: AlertSettings::default(),
        }
    }
}

impl Setup {
    /// Webhooks may go to this machine.
    pub(crate) fn with_receivers() -> Self {
        let here = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
        Self { allow_internal: Allowed::new(here.map(IpAddr::into).to_vec()), ..Self::default() }
    }

    pub(crate) fn with_numbers(numbers: &[Number]) -> Self {
        Self { numbers: numbers.to_vec(), ..Self::default() }
    }
}

/// Runs a test on SQLite and on PostgreSQL.
pub(crate) fn on_both(test: impl AsyncFn(&mut TestApp) + Sync) {
    on_both_with(&Setup::default(), test);
}

/// The same with numbers or limits of the test's own. Side by side, because most tests wait more than they work; the name of the
/// thread that panics is the name of the database.
pub(crate) fn on_both_with(setup: &Setup, test: impl AsyncFn(&mut TestApp) + Sync) {
    let databases = [Database::sqlite(), Database::postgres()];
    std::thread::scope(|threads| {
        for database in databases.iter().flatten() {
            let thread = std::thread::Builder::new().name(database.name().to_owned());
            thread.spawn_scoped(threads, || run(setup, database, &test)).unwrap();
        }
    });
}

/// Runs a test on SQLite only: one about something other than the database.
pub(crate) fn on_sqlite_with(setup: &Setup, test: impl AsyncFn(&mut TestApp)) {
    for database in Database::sqlite().iter() {
        run(setup, database, &test);
    }
}

fn run(setup: &Setup, database: &Database, test: &impl AsyncFn(&mut TestApp)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut app = TestApp::start(setup, database).await;
        test(&mut app).await;
        app.stop().await;
    });
}

/// A server with everything around it.
pub(crate) struct TestApp {
    pub(crate) node: Arc<Node>,
    pub(crate) simulator: Simulator,
    pub(crate) clock: Clock,
    /// With a key of the first workspace.
    pub(crate) api: Api,
    pub(crate) http: reqwest::Client,
    /// Where the server listens.
    pub(crate) url: String,
    /// What takes the database away, where it can be taken.
    pub(crate) outage: Option<Outage>,
    /// Where files are kept.
    pub(crate) files: TempDir,
    settings: Settings,
    server: Option<Server>,
    others: Vec<Server>,
}

impl TestApp {
    async fn start(setup: &Setup, database: &Database) -> TestApp {
        health::recorder();
        let clock = Clock::default();
        clock.advance(until_a_tuesday_morning(clock.now()));
        let simulator = Simulator::start(platform(setup, &clock)).await.unwrap();
        let files = tempfile::tempdir().unwrap();
        let settings = settings(setup, &simulator, database.location(), files.path());
        let (node, server) = serve(&settings, &clock).await;
        let url = format!("http://{}", server.address);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let key = key(&node, WORKSPACE, Scopes::all()).await;
        let api = Api::new(&http, &url, &key);
        simulator.deliver_webhooks_to(&format!("{url}/webhooks/whatsapp")).unwrap();
        let (server, others, outage) = (Some(server), Vec::new(), database.outage());
        TestApp { node, simulator, clock, api, http, url, outage, files, settings, server, others }
    }

    async fn stop(&mut self) {
        for server in self.server.take().into_iter().chain(self.others.drain(..)) {
            server.stop().await;
        }
    }

    /// Stops the server and starts it again on the same data, as after an update. Its timers begin anew, so they run at once.
    pub(crate) async fn restart(&mut self) {
        self.restart_after(async |_| {}).await;
    }

    /// The same, with something done to the data while no server runs.
    pub(crate) async fn restart_after(&mut self, meanwhile: impl AsyncFnOnce(&Node)) {
        self.stop().await;
        meanwhile(&self.node).await;
        let (node, server) = serve(&self.settings, &self.clock).await;
        self.url = format!("http://{}", server.address);
        self.api = self.api.moved_to(&self.url);
        (self.node, self.server) = (node, Some(server));
        self.simulator.deliver_webhooks_to(&format!("{}/webhooks/whatsapp", self.url)).unwrap();
    }

    /// Another server on the same data, as behind a load balancer; answers where it listens.
    pub(crate) async fn another_node(&mut self) -> String {
        let (_, server) = serve(&self.settings, &self.clock).await;
        let url = format!("http://{}", server.address);
        self.others.push(server);
        url
    }

    /// The API with a key of another workspace.
    pub(crate) async fn api_of(&self, workspace: &str) -> Api {
        Api::new(&self.http, &self.url, &key(&self.node, workspace, Scopes::all()).await)
    }

    /// The API with a key that has only this right.
    pub(crate) async fn api_that_may(&self, scope: Scope) -> Api {
        Api::new(&self.http, &self.url, &key(&self.node, WORKSPACE, Scopes::of(&[scope])).await)
    }

    /// The id of the workspace of that name.
    pub(crate) async fn workspace(&self, name: &str) -> WorkspaceId {
        workspace(&self.node, name).await
    }

    /// Posts a webhook, signed as Meta would, and answers the status.
    pub(crate) async fn post(&self, webhook: &Value) -> u16 {
        self.post_bytes(webhook.to_string().into_bytes()).await
    }

    /// The same with any bytes.
    pub(crate) async fn post_bytes(&self, bytes: Vec<u8>) -> u16 {
        let signature = signature::sign(SECRET.as_bytes(), &bytes);
        self.post_with(Some(&signature), bytes).await
    }

    /// The same to a server of the test's choice.
    pub(crate) async fn post_to(&self, url: &str, webhook: Value) -> u16 {
        let bytes = webhook.to_string().into_bytes();
        let request = self.http.post(format!("{url}/webhooks/whatsapp"));
        let signed = request.header("X-Hub-Signature-256", signature::sign(SECRET.as_bytes(), &bytes));
        signed.body(bytes).send().await.unwrap().status().as_u16()
    }

    /// Posts bytes with a signature of the test's own.
    pub(crate) async fn post_with(&self, signature: Option<&str>, bytes: Vec<u8>) -> u16 {
        let mut request = self.http.post(format!("{}/webhooks/whatsapp", self.url)).body(bytes);
        if let Some(signature) = signature {
            request = request.header("X-Hub-Signature-256", signature);
        }
        request.send().await.unwrap().status().as_u16()
    }

    /// Business time in milliseconds.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    /// Waits until nothing is under way: every webhook answered, nothing due in the backlog or the outbox, no status owed.
    pub(crate) async fn settled(&self) {
        eventually("everything to come to rest", async || {
            assert!(self.simulator.settled(PATIENCE).await, "the simulator still owes statuses");
            let before = self.happened();
            let due = |tx: &mut Tx<'_>| {
                let waiting =
                    tx.query_one("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')", vec![])?;
                Ok(waiting.int(0)? + tx.work_counts()?.0)
            };
            let nothing_due = self.node.store.read(due).await.unwrap() == 0;
            // What left while the database was asked is owed statuses, and these may have anything follow.
            let nothing_new = self.simulator.settled(Duration::ZERO).await && self.happened() == before;
            (nothing_due && nothing_new).then_some(())
        })
        .await;
    }

    /// Counts up with everything that the platform is asked, and with everything that it tells.
    fn happened(&self) -> (usize, u64, usize) {
        let ledger = self.simulator.ledger();
        (ledger.accepted.len(), ledger.refused.values().sum(), ledger.webhooks.len())
    }

    /// The same while a number is paused: what it has to send stays in the outbox.
    pub(crate) async fn settled_but_paused(&self) {
        assert!(self.simulator.settled(PATIENCE).await, "a webhook is not answered");
        eventually("the backlog to be worked off", async || {
            let open = self.node.store.read(|tx| Ok(tx.work_counts()?.0)).await.unwrap();
            (open == 0).then_some(())
        })
        .await;
    }

    /// The only contact that a phone's names lead to.
    pub(crate) async fn contact_of(&self, phone: &Phone) -> Value {
        let (number, user_id) = names(phone);
        let is_theirs = |identity: &Value| identity["value"] == *number || identity["value"] == *user_id;
        let all = self.api.list("/contacts").await;
        only(all, |contact| contact["identities"].as_array().unwrap().iter().any(is_theirs))
    }

    /// The only conversation with a phone.
    pub(crate) async fn conversation_of(&self, phone: &Phone) -> Value {
        let (number, user_id) = names(phone);
        let all = self.api.list("/conversations").await;
        only(all, |thread| thread["phone"] == *number || thread["user_id"] == *user_id)
    }

    /// The messages of the only conversation with a phone, the oldest first.
    pub(crate) async fn messages_with(&self, phone: &Phone) -> Vec<Value> {
        let thread = self.conversation_of(phone).await;
        self.api.list(&format!("/conversations/{}/messages", text(&thread["id"]))).await
    }

    /// What stands on the only timeline of a phone's names, the oldest first, told in a language.
    pub(crate) async fn timeline_of(&self, phone: &Phone, language: &str) -> Vec<Value> {
        let contact = self.contact_of(phone).await;
        let timeline = self.api.get(&format!("/contacts/{}/timeline?lang={language}", text(&contact["id"]))).await;
        timeline["data"].as_array().unwrap().clone()
    }

    /// A person answers, through the API.
    pub(crate) async fn reply_to(&self, phone: &Phone, reply: &str) -> Answer {
        let thread = self.conversation_of(phone).await;
        let path = format!("/conversations/{}/messages", text(&thread["id"]));
        self.api.post(&path, &json!({ "text": reply })).await
    }

    /// The only ticket of a phone's conversation.
    pub(crate) async fn ticket_of(&self, phone: &Phone) -> Value {
        let thread = self.conversation_of(phone).await;
        only(self.api.list("/tickets").await, |ticket| ticket["conversation_id"] == thread["id"])
    }

    /// How many sends wait for their turn.
    pub(crate) async fn queued(&self) -> usize {
        self.api.list("/outbox").await.iter().filter(|send| send["state"] == "queued").count()
    }

    /// The matters of a phone's conversation, the oldest first.
    pub(crate) async fn matters_of(&self, phone: &Phone) -> Vec<Value> {
        let thread = self.conversation_of(phone).await;
        let mut all = self.api.list("/interactions").await;
        all.retain(|matter| matter["conversation_id"] == thread["id"]);
        all.reverse();
        all
    }
}

/// The text of a JSON string.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

/// A step of what was done about a message, by its name.
pub(crate) fn step<'a>(message: &'a Value, name: &str) -> Option<&'a Value> {
    message["steps"].as_array()?.iter().find(|step| step["step"] == name)
}

fn names(phone: &Phone) -> (String, String) {
    let view = phone.view();
    (view.number.map_or_else(|| "nobody shows this number".to_owned(), |digits| format!("+{digits}")), view.user_id)
}

fn only(all: Vec<Value>, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let mut wanted: Vec<Value> = all.into_iter().filter(is_wanted).collect();
    assert_eq!(wanted.len(), 1, "{wanted:#?}");
    wanted.remove(0)
}

async fn serve(settings: &Settings, clock: &Clock) -> (Arc<Node>, Server) {
    let node = Node::start(settings.clone(), clock.clone()).await.unwrap();
    let server = Server::start(&node, http::routes(node.clone())).await.unwrap();
    // Faults that a test sets are meant for what it sends.
    eventually("the templates to be looked at", async || node.templates.at_rest().then_some(())).await;
    (node, server)
}

async fn workspace(node: &Node, name: &str) -> WorkspaceId {
    let (name, now) = (name.to_owned(), node.clock.now().as_millisecond());
    let ensure = move |tx: &mut Tx<'_>| tx.ensure_workspace(WorkspaceId(ids::fresh()), &name, now);
    node.store.write(Vec::new(), ensure).await.unwrap()
}

async fn key(node: &Node, workspace_name: &str, scopes: Scopes) -> String {
    let (key, hash) = keys::mint();
    let workspace = workspace(node, workspace_name).await;
    let new = NewKey { id: KeyId(ids::fresh()), name: "Luisa".to_owned(), hash, scopes, expires_at: None };
    let now = node.clock.now().as_millisecond();
    node.store.write(Vec::new(), move |tx| tx.add_key(workspace, &new, now)).await.unwrap();
    key
}

/// Every queue of the starter workflow is open on a Tuesday at ten in Mexico City, unless a holiday is near.
fn until_a_tuesday_morning(now: Timestamp) -> SignedDuration {
    let is_holiday = |day: civil::Date| [(1, 1), (12, 25)].contains(&(day.month(), day.day()));
    let today = now.in_tz("America/Mexico_City").unwrap().date();
    let tuesdays = (1..6).map(|nth| today.nth_weekday(nth, civil::Weekday::Tuesday).unwrap());
    let is_usual = |tuesday: &civil::Date| !(0..8).any(|days| is_holiday(*tuesday + days.days()));
    let tuesday = tuesdays.into_iter().find(is_usual).unwrap();
    now.duration_until(tuesday.at(10, 0, 0, 0).in_tz("America/Mexico_City").unwrap().timestamp())
}

fn platform(setup: &Setup, clock: &Clock) -> simulator::Settings {
    let (ms, clock) = (Duration::from_millis, clock.clone());
    let number = |number: &Number| BusinessNumber {
        phone_number_id: number.phone_number_id.clone(),
        waba_id: "200000000000001".to_owned(),
        ..BusinessNumber::default()
    };
    let mut platform = simulator::Settings {
        app_secret: SECRET.to_owned(),
        access_token: ACCESS_TOKEN.to_owned(),
        verify_token: VERIFY_TOKEN.to_owned(),
        numbers: setup.numbers.iter().map(number).collect(),
        now: Arc::new(move || clock.now().as_millisecond()),
        seed: 1,
        delays: Delays { sent: ms(2), delivered: ms(4), read: ms(6) },
        number_rate: None,
        pair_rate: None,
        webhooks: WebhookSettings { first_retry: ms(10), longest_retry: ms(50), ..WebhookSettings::default() },
        ..simulator::Settings::default()
    };
    (setup.platform)(&mut platform);
    platform
}

fn settings(setup: &Setup, simulator: &Simulator, database: Location, files: &Path) -> Settings {
    let channel = |number: &Number| ChannelSettings {
        workspace: number.workspace.clone(),
        phone_number_id: number.phone_number_id.clone(),
        waba_id: "200000000000001".to_owned(),
        display_phone_number: "+52 55 5000 1000".to_owned(),
        region: Region::MX,
        graph_base_url: format!("{}/v25.0", simulator.graph_base_url()),
        app_secrets: number.secrets.iter().map(|secret| Secret::new(&**secret)).collect(),
        verify_token: Secret::new(VERIFY_TOKEN),
        access_token: Secret::new(ACCESS_TOKEN),
        messages_per_second: setup.messages_per_second,
    };
    Settings {
        listen: "127.0.0.1:0".to_owned(),
        database,
        workflow: None,
        workspace: WORKSPACE.to_owned(),
        log_json: false,
        log_level: "warn".to_owned(),
        channels: setup.numbers.iter().map(channel).collect(),
        prices: setup.prices.clone(),
        api: setup.api,
        read_receipts: setup.read_receipts,
        allow_internal: setup.allow_internal.clone(),
        front: Front::default(),
        advice: setup.advice.clone(),
        alerts: setup.alerts.clone(),
        media: MediaSettings {
            largest: setup.largest,
            s3: setup.s3.clone(),
            ..MediaSettings::in_folder(files.to_owned())
        },
    }
}
