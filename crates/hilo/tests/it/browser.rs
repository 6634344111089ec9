//! A Chromium that a test drives, without a window.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::str::FromStr;
use std::time::Duration;

use fantoccini::key::Key;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use futures::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::app::eventually;

const WITHOUT: &str = "HILO_TEST_WITHOUT_BROWSER";
const CHROMIUM: &str = "HILO_TEST_CHROMIUM";
const CHROMEDRIVER: &str = "HILO_TEST_CHROMEDRIVER";

/// A machine that runs other tests too takes its time.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Browser {
    client: Client,
    driver: Child,
}

/// A command of Chromium's own.
#[derive(Debug, Serialize)]
struct Devtools {
    cmd: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, serde_json::to_string(self).ok())
    }
}

/// Which colours somebody prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Light,
    Dark,
}

impl Look {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Look::Light => "light",
            Look::Dark => "dark",
        }
    }

    /// Chromium's own number for it.
    fn setting(self) -> &'static str {
        match self {
            Look::Light => "--blink-settings=preferredColorScheme=1",
            Look::Dark => "--blink-settings=preferredColorScheme=0",
        }
    }
}

/// Does something in a browser that is gone afterwards, whatever became of it: one that loses its driver would stay for ever.
pub(crate) async fn in_browser(test: impl AsyncFnOnce(&Browser)) {
    in_browser_that(Look::Light, test).await;
}

/// The same with a browser of somebody who prefers these colours.
pub(crate) async fn in_browser_that(look: Look, test: impl AsyncFnOnce(&Browser)) {
    let Some(browser) = Browser::start(look).await else { return };
    let outcome = AssertUnwindSafe(test(&browser)).catch_unwind().await;
    browser.stop().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

impl Browser {
    /// Nothing, with a sentence, where there is no browser or none is wanted.
    async fn start(look: Look) -> Option<Browser> {
        if std::env::var_os(WITHOUT).is_some() {
            println!("Skipped in the browser: {WITHOUT} is set.");
            return None;
        }
        let chromium = program(CHROMIUM, "/usr/bin/chromium")?;
        let chromedriver = program(CHROMEDRIVER, "/usr/bin/chromedriver")?;
        let mut driver = Command::new(chromedriver);
        let mut driver = driver.arg("--port=0").stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let port = port_of(&mut driver).await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client =
            builder.capabilities(headless(&chromium, look)).connect(&format!("http://127.0.0.1:{port}")).await.unwrap();
        Some(Browser { client, driver })
    }

    async fn stop(mut self) {
        self.client.close().await.unwrap();
        self.driver.kill().await.unwrap();
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// For the page that is open.
    pub(crate) async fn keeps_cookie(&self, name: &str, value: &str) {
        let keep = "document.cookie = `${arguments[0]}=${arguments[1]}; path=/`";
        self.does(keep, vec![json!(name), json!(value)]).await;
    }

    /// Runs a script in the page, and answers what it returns.
    pub(crate) async fn does(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// Runs a script that calls its last argument with what it answers.
    pub(crate) async fn waits_for(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.unwrap()
    }

    /// From now on somebody prefers these colours, on the page that is open and on every other.
    pub(crate) async fn prefers(&self, look: Look) {
        let feature = json!({ "name": "prefers-color-scheme", "value": look.name() });
        let params = json!({ "features": [feature] });
        self.client.issue_cmd(Devtools { cmd: "Emulation.setEmulatedMedia", params }).await.unwrap();
    }

    /// The width of the page, however narrow a window could be.
    pub(crate) async fn is_wide(&self, width: u32) {
        let params = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.client.issue_cmd(Devtools { cmd: "Emulation.setDeviceMetricsOverride", params }).await.unwrap();
    }

    pub(crate) async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.unwrap();
    }

    pub(crate) async fn takes_picture(&self, file: &Path) {
        std::fs::write(file, self.client.screenshot().await.unwrap()).unwrap();
    }

    /// Types into a field, and presses Enter.
    pub(crate) async fn types(&self, field: &str, text: &str) {
        self.client.find(Locator::Css(field)).await.unwrap().send_keys(&format!("{text}\n")).await.unwrap();
    }

    /// Types into a field, and nothing more.
    pub(crate) async fn writes_in(&self, field: &str, text: &str) {
        self.sees(field).await;
        self.client.find(Locator::Css(field)).await.unwrap().send_keys(text).await.unwrap();
    }

    /// The same for single keys.
    pub(crate) async fn presses_in(&self, field: &str, keys: &str) {
        self.writes_in(field, keys).await;
    }

    /// Types where the keyboard is, and presses Enter.
    pub(crate) async fn writes(&self, text: &str) {
        self.presses(&format!("{text}\n")).await;
    }

    /// Presses keys where the keyboard is. What has it may be gone before the key comes: then nothing was pressed, and something else has it.
    pub(crate) async fn presses(&self, keys: &str) {
        eventually("the keys to be pressed", async || {
            self.client.active_element().await.ok()?.send_keys(keys).await.ok()
        })
        .await;
    }

    /// A key that writes nothing.
    pub(crate) async fn presses_key(&self, key: Key) {
        self.presses(&char::from(key).to_string()).await;
    }

    /// A key together with Control.
    pub(crate) async fn presses_with_control(&self, key: &str) {
        self.presses(&format!("{}{key}{}", char::from(Key::Control), char::from(Key::Null))).await;
    }

    pub(crate) async fn clicks(&self, css: &str) {
        self.sees(css).await;
        self.client.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
    }

    /// Waits until something is there.
    pub(crate) async fn sees(&self, css: &str) {
        let wait = self.client.wait().at_most(PATIENCE);
        if let Err(error) = wait.for_element(Locator::Css(css)).await {
            panic!("waited in vain for `{css}` ({error}) on a page that says: {}", self.reads("body").await);
        }
    }

    /// Waits until an element says something.
    pub(crate) async fn sees_in(&self, css: &str, text: &str) {
        let quoted = |text: &str| format!("\"{text}\"");
        let pane = format!("//*[@id={}]//*[contains(., {})]", quoted(css), quoted(text));
        let wait = self.client.wait().at_most(PATIENCE);
        if let Err(error) = wait.for_element(Locator::XPath(&pane)).await {
            panic!(
                "waited in vain for “{text}” ({error}) in a pane that says: {}",
                self.reads(&format!("#{css}")).await
            );
        }
    }

    /// What somebody reads there.
    pub(crate) async fn reads(&self, css: &str) -> String {
        self.client.find(Locator::Css(css)).await.unwrap().text().await.unwrap()
    }

    /// What stands in a field.
    pub(crate) async fn written_in(&self, field: &str) -> String {
        let field = self.client.find(Locator::Css(field)).await.unwrap();
        field.prop("value").await.unwrap().unwrap_or_default()
    }
}

fn program(variable: &str, usual: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map_or_else(|| PathBuf::from(usual), PathBuf::from);
    if !path.exists() {
        println!("Skipped in the browser: {} is not there; {variable} may name another.", path.display());
        return None;
    }
    Some(path)
}

/// The driver takes a free port, and says which.
async fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
            let port = port.trim_end_matches('.').parse().unwrap();
            // Read on: a driver that nobody listens to stops at a full pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return port;
        }
    }
    panic!("chromedriver ended before it listened");
}

fn headless(chromium: &Path, look: Look) -> Capabilities {
    // Whoever tests as root, as containers do, has no sandbox to offer.
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1400,900",
        look.setting(),
    ];
    let options = json!({ "binary": chromium, "args": arguments });
    Capabilities::from_iter([("goog:chromeOptions".to_owned(), options)])
}
