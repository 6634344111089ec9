//! One question to a machine outside, and what it says.

use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder, Response, redirect};
use serde_json::Value;
use workflow::Workflow;

use super::load::{Loaded, Question};
use super::opinion;
use crate::config::Machine;

/// More is not read of an answer.
const LONGEST_ANSWER: usize = 256 * 1024;
/// More is not kept of it.
const KEPT: usize = 4000;

/// Asks.
#[derive(Debug, Clone)]
pub(crate) struct Asker(Client);

impl Asker {
    pub(crate) fn new() -> reqwest::Result<Asker> {
        // Only a second provider in one process is refused, and then the first one serves.
        drop(rustls::crypto::ring::default_provider().install_default());
        Ok(Asker(Client::builder().redirect(redirect::Policy::none()).no_proxy().build()?))
    }

    /// What the machine says, or why there is no answer.
    pub(crate) async fn ask(&self, machine: &Machine, workflow: &Workflow, loaded: &Loaded) -> Result<String, String> {
        let request = self.0.post(&machine.url).timeout(machine.timeout);
        let request = match &loaded.question {
            Question::Type { text, names } => {
                request.json(&opinion::request(&machine.model, workflow, &machine.languages, text, names))
            }
            Question::Words { bytes, mime_type } => request.multipart(form(machine, bytes, mime_type)?),
        };
        let answer = send(request, machine).await?;
        let said = match &loaded.question {
            Question::Type { .. } => answer["choices"][0]["message"]["content"].as_str(),
            Question::Words { .. } => answer["text"].as_str(),
        };
        said.map(shortened).ok_or_else(|| "its answer has not the form of an OpenAI-compatible endpoint".to_owned())
    }
}

fn form(machine: &Machine, bytes: &[u8], mime_type: &str) -> Result<Form, String> {
    // The name tells the machine the format, and nobody anything else.
    let extension = match mime_type {
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/aac" => "aac",
        "audio/amr" => "amr",
        _ => "ogg",
    };
    let part = Part::bytes(bytes.to_vec()).file_name(format!("voice.{extension}"));
    let part = part.mime_str(mime_type).map_err(|_| "the file has a type that nobody knows".to_owned())?;
    Ok(Form::new().text("model", machine.model.clone()).text("response_format", "json").part("file", part))
}

async fn send(request: RequestBuilder, machine: &Machine) -> Result<Value, String> {
    let request = match &machine.key {
        Some(key) => request.bearer_auth(key.expose()),
        None => request,
    };
    let response = request.send().await.map_err(|error| why(&error))?;
    let status = response.status();
    if !status.is_success() {
        return Err(format!("it answered {}", status.as_u16()));
    }
    let bytes = read(response).await?;
    serde_json::from_slice(&bytes).map_err(|_| "its answer is no JSON".to_owned())
}

async fn read(mut response: Response) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| why(&error))? {
        bytes.extend_from_slice(&chunk);
        if LONGEST_ANSWER < bytes.len() {
            return Err("its answer does not end".to_owned());
        }
    }
    Ok(bytes)
}

fn shortened(said: &str) -> String {
    said.trim().chars().take(KEPT).collect()
}

fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "it took too long".to_owned()
    } else if error.is_connect() {
        "no connection could be made".to_owned()
    } else {
        "the connection broke before there was an answer".to_owned()
    }
}
