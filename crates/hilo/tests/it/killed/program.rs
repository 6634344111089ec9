//! `hilo serve` as processes that can be killed, stopped and told to end, against a simulated WhatsApp that outlives them.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use simulator::{BusinessNumber, Simulator};
use store::{Location, Store, Tx};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::app::{ACCESS_TOKEN, Database, NUMBER, PATIENCE, SECRET, VERIFY_TOKEN, eventually};

const ACCOUNT: &str = "200000000000001";
const ABORTED: i32 = 6; // SIGABRT, how the program ends at a kill point

/// Runs a test on SQLite and on PostgreSQL, with a program that has not been started yet.
pub(crate) fn on_both(test: impl AsyncFn(&mut Program)) {
    for database in [Database::sqlite(), Database::postgres()].iter().flatten() {
        run(database, &test);
    }
}

/// Runs a test on PostgreSQL, where several nodes can be at work.
pub(crate) fn on_shared(test: impl AsyncFn(&mut Program)) {
    Database::postgres().iter().for_each(|database| run(database, &test));
}

fn run(database: &Database, test: &impl AsyncFn(&mut Program)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { test(&mut Program::new(database.location()).await).await });
}

pub(crate) struct Program {
    pub(crate) simulator: Simulator,
    folder: TempDir,
    location: Location,
    http: reqwest::Client,
    key: String,
    address: SocketAddr,
    process: Option<Child>,
}

impl Program {
    async fn new(location: Location) -> Program {
        let settings = simulator::Settings {
            app_secret: SECRET.to_owned(),
            access_token: ACCESS_TOKEN.to_owned(),
            verify_token: VERIFY_TOKEN.to_owned(),
            numbers: vec![BusinessNumber {
                phone_number_id: NUMBER.to_owned(),
                waba_id: ACCOUNT.to_owned(),
                ..BusinessNumber::default()
            }],
            ..simulator::Settings::default()
        };
        let simulator = Simulator::start(settings).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("hilo.toml", &settings_of(&location, &simulator, address));
        [("app_secret", SECRET), ("verify_token", VERIFY_TOKEN), ("access_token", ACCESS_TOKEN)]
            .iter()
            .for_each(|(name, secret)| write(name, secret));
        let key = hilo(folder.path()).args(["key", "create", "--name", "Luisa"]).output().await.unwrap();
        assert!(key.status.success(), "{key:?}");
        let key = String::from_utf8(key.stdout).unwrap().trim().to_owned();
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Program { simulator, folder, location, http, key, address, process: None }
    }

    /// Starts it, perhaps to be ended at a kill point.
    pub(crate) async fn start(&mut self, kill_at: Option<&str>) {
        self.start_with(kill_at.map(|point| ("HILO_KILL_AT", point)), &mut self.command()).await;
    }

    /// Starts it where nothing of what it says can be written down any more.
    pub(crate) async fn start_on_a_full_disk_for_logs(&mut self) {
        let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = self.command();
        self.start_with(None, command.stdout(full()).stderr(full())).await;
    }

    /// Starts it, to be stopped at a kill point until it is woken.
    pub(crate) async fn start_to_stop(&mut self, point: &str) {
        self.start_with(Some(("HILO_STOP_AT", point)), &mut self.command()).await;
    }

    fn command(&self) -> Command {
        let mut command = hilo(self.folder.path());
        command.arg("serve").env("HILO_LISTEN", self.address.to_string()).kill_on_drop(true);
        command
    }

    async fn start_with(&mut self, armed: Option<(&str, &str)>, command: &mut Command) {
        command.env_remove("HILO_KILL_AT").env_remove("HILO_STOP_AT").envs(armed);
        self.process = Some(command.spawn().unwrap());
        let ready = format!("http://{}/readyz", self.address);
        eventually("the program to be ready", async || {
            self.http.get(&ready).send().await.ok().filter(|answer| answer.status() == 200).map(drop)
        })
        .await;
        self.simulator.deliver_webhooks_to(&format!("http://{}/webhooks/whatsapp", self.address)).unwrap();
    }

    /// What runs goes on by itself from now on, and the next one that is started is another node beside it.
    pub(crate) fn leaves_it_running(&mut self) -> Running {
        self.address = free_address();
        Running(self.process.take().unwrap())
    }

    /// Waits until it has come by its kill point.
    pub(crate) async fn has_died(&mut self) {
        let mut process = self.process.take().unwrap();
        let status = tokio::time::timeout(PATIENCE, process.wait()).await.expect("it lives").unwrap();
        assert_eq!(status.signal(), Some(ABORTED));
    }

    /// Ends it as a power cut does.
    pub(crate) async fn kills(&mut self) {
        self.process.take().unwrap().kill().await.unwrap();
    }

    /// Changes its database while it does not run.
    pub(crate) async fn changes(&self, work: impl FnMut(&mut Tx<'_>) -> store::Result<u64> + Send + 'static) {
        let location = self.location.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&location)).await.unwrap().unwrap();
        store.write(Vec::new(), work).await.unwrap();
    }

    /// Whether other nodes could be at work on its database.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.location, Location::Postgres(_))
    }

    /// Where it keeps files.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.path().join("media")
    }

    /// Posts under an `Idempotency-Key`; nothing if there was no answer.
    pub(crate) async fn posts(&self, path: &str, key: &str, kind: &str, body: &[u8]) -> Option<(u16, Value)> {
        let request = self.request(Method::POST, path).header("idempotency-key", key).header("content-type", kind);
        answered(request.body(body.to_vec())).await
    }

    /// Asks without a body.
    pub(crate) async fn asks(&self, method: Method, path: &str) -> (u16, Value) {
        answered(self.request(method, path)).await.expect("no answer")
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("http://{}/api/v1{path}", self.address)).bearer_auth(&self.key)
    }
}

/// A process of its own; dropped, it is killed.
pub(crate) struct Running(Child);

impl Running {
    /// Sends it a signal.
    pub(crate) async fn gets(&self, signal: &str) {
        let pid = self.0.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().await.unwrap().success());
    }

    /// Waits until it has stopped by itself.
    pub(crate) async fn has_stopped(&self) {
        let stat = format!("/proc/{}/stat", self.0.id().unwrap());
        eventually("the process to stop", async || {
            let stat = std::fs::read_to_string(&stat).unwrap();
            stat.rsplit_once(") ").is_some_and(|(_, state)| state.starts_with('T')).then_some(())
        })
        .await;
    }

    /// The code with which it ends.
    pub(crate) async fn ends_with(&mut self, within: Duration) -> Option<i32> {
        tokio::time::timeout(within, self.0.wait()).await.expect("it runs on").unwrap().code()
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

async fn answered(request: reqwest::RequestBuilder) -> Option<(u16, Value)> {
    let answer = request.timeout(Duration::from_secs(60)).send().await.ok()?;
    Some((answer.status().as_u16(), answer.json().await.unwrap_or_default()))
}

fn hilo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hilo"));
    command.current_dir(folder);
    command
}

fn settings_of(location: &Location, simulator: &Simulator, address: SocketAddr) -> String {
    let database = match location {
        Location::Sqlite(path) => format!("sqlite:{}", path.display()),
        Location::Postgres(url) => url.clone(),
    };
    let graph = simulator.graph_base_url();
    format!(
        r#"
listen = "{address}"
database = "{database}"

[api]
requests_per_minute = 1000000

[media]
folder = "media"

[webhooks]
allow_internal = ["127.0.0.1"]

[[channel]]
phone_number_id = "{NUMBER}"
waba_id = "{ACCOUNT}"
display_phone_number = "+52 55 5000 1000"
graph_base_url = "{graph}/v25.0"
app_secret_file = "app_secret"
verify_token_file = "verify_token"
access_token_file = "access_token"
"#
    )
}
