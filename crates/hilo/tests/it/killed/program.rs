//! `hilo serve` as a process that can be killed, against a simulated WhatsApp that outlives it.

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
pub(super) fn on_both(test: impl AsyncFn(&mut Program)) {
    for database in [Database::sqlite(), Database::postgres()].iter().flatten() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async { test(&mut Program::new(database.location()).await).await });
    }
}

pub(super) struct Program {
    pub(super) simulator: Simulator,
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
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
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
    pub(super) async fn start(&mut self, kill_at: Option<&str>) {
        let mut command = hilo(self.folder.path());
        command.arg("serve").env_remove("HILO_KILL_AT").kill_on_drop(true);
        if let Some(point) = kill_at {
            command.env("HILO_KILL_AT", point);
        }
        self.process = Some(command.spawn().unwrap());
        let ready = format!("http://{}/readyz", self.address);
        eventually("the program to be ready", async || {
            self.http.get(&ready).send().await.ok().filter(|answer| answer.status() == 200).map(drop)
        })
        .await;
        self.simulator.deliver_webhooks_to(&format!("http://{}/webhooks/whatsapp", self.address)).unwrap();
    }

    /// Waits until it has come by its kill point.
    pub(super) async fn has_died(&mut self) {
        let mut process = self.process.take().unwrap();
        let status = tokio::time::timeout(PATIENCE, process.wait()).await.expect("it lives").unwrap();
        assert_eq!(status.signal(), Some(ABORTED));
    }

    /// Ends it as a power cut does.
    pub(super) async fn kills(&mut self) {
        self.process.take().unwrap().kill().await.unwrap();
    }

    /// Changes its database while it does not run.
    pub(super) async fn changes(&self, work: impl FnMut(&mut Tx<'_>) -> store::Result<u64> + Send + 'static) {
        let location = self.location.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&location)).await.unwrap().unwrap();
        store.write(Vec::new(), work).await.unwrap();
    }

    /// Whether other nodes could be at work on its database.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.location, Location::Postgres(_))
    }

    /// Where it keeps files.
    pub(super) fn files(&self) -> PathBuf {
        self.folder.path().join("media")
    }

    /// Posts under an `Idempotency-Key`; nothing if there was no answer.
    pub(super) async fn posts(&self, path: &str, key: &str, kind: &str, body: &[u8]) -> Option<(u16, Value)> {
        let request = self.request(Method::POST, path).header("idempotency-key", key).header("content-type", kind);
        answered(request.body(body.to_vec())).await
    }

    /// Asks without a body.
    pub(super) async fn asks(&self, method: Method, path: &str) -> (u16, Value) {
        answered(self.request(method, path)).await.expect("no answer")
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("http://{}/api/v1{path}", self.address)).bearer_auth(&self.key)
    }
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
