//! `hilo demo` as a process, as a newcomer starts it.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::app::eventually;

/// Any port that is free.
pub(super) const ANY: &str = "127.0.0.1:0";

/// A demo that runs, on ports of its own.
pub(super) struct Program {
    pub(super) url: String,
    http: reqwest::Client,
    process: Child,
}

impl Program {
    pub(super) async fn start(folder: &Path) -> Program {
        let mut command = demo(folder, ANY, ANY);
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = loop {
            let line = lines.next_line().await.unwrap().expect("the demo ended before it could be opened");
            if let Some((_, url)) = line.split_once("Open") {
                break url.trim().to_owned();
            }
        };
        // Read on: a program that nobody listens to stops at a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        // Every client of the process needs one; a second is refused, and then the first one serves.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        Program { url, http, process }
    }

    /// Does what the page would do.
    pub(super) async fn does(&self, act: &str, body: Value) -> u16 {
        self.tries(act, body).await.expect("an answer")
    }

    /// The same, with the status of the answer if one came.
    pub(super) async fn tries(&self, act: &str, body: Value) -> Option<u16> {
        let request = self.http.post(format!("{}/demo/{act}", self.url)).json(&body);
        let answer = request.header("sec-fetch-site", "same-origin").send().await.ok()?;
        Some(answer.status().as_u16())
    }

    /// The page in English, once it says something.
    pub(super) async fn says(&self, what: &str) -> String {
        eventually(&format!("the page to say `{what}`"), async || {
            let page = self.http.get(format!("{}/?lang=en", self.url)).send().await.ok()?.text().await.ok()?;
            page.contains(what).then_some(page)
        })
        .await
    }

    pub(super) async fn headers(&self, path: &str) -> HeaderMap {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap().headers().clone()
    }

    /// Ends it as Ctrl-C does.
    pub(super) async fn stop(mut self) {
        let id = self.process.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
        assert!(self.process.wait().await.unwrap().success());
    }

    /// Ends it as a power cut does.
    pub(super) async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }
}

fn demo(folder: &Path, listen: &str, simulator: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hilo"));
    command.args(["demo", "--listen", listen, "--simulator", simulator, "--folder"]).arg(folder);
    command
}

/// What a demo says that cannot start.
pub(super) async fn refused(folder: &Path, listen: &str, simulator: &str) -> String {
    let Output { status, stderr, .. } = demo(folder, listen, simulator).output().await.unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

/// Removes a demo.
pub(super) async fn remove(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hilo"));
    command.args(["demo", "--remove", "--yes", "--folder"]).arg(folder).output().await.unwrap()
}

/// A text for a customer to write.
pub(super) fn words(text: &str) -> Value {
    json!({ "text": text })
}
