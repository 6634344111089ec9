//! A client for the control API of a simulator in another process.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::ClockView;
use crate::acts::{Act, Tap};
use crate::error::Error;
use crate::events::Event;
use crate::faults::{Fault, FaultInfo};
use crate::health::{NumberChange, NumberView};
use crate::ledger::Ledger;
use crate::personas::{PersonaView, Personas};
use crate::phones::{NewPhone, PhoneChange, PhoneView, Received, SaidView};
use crate::templates::Decision;
use crate::webhook::http_client;

const TIMEOUT: Duration = Duration::from_secs(30); // a ledger of a long run is large

/// Speaks to `/sim` of a running simulator.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
}

impl Client {
    /// A client for the simulator at `http://127.0.0.1:PORT`.
    pub fn new(url: &str) -> Result<Self, Error> {
        let base = Url::parse(url).map_err(|_| Error::SimulatorUrl(url.into()))?;
        if base.cannot_be_a_base() {
            return Err(Error::SimulatorUrl(url.into()));
        }
        Ok(Self { http: http_client(TIMEOUT)?, base })
    }

    /// Adds a phone.
    pub async fn add_phone(&self, phone: &NewPhone) -> Result<PhoneView, Error> {
        self.ask(Method::POST, &["phones"], Some(phone)).await
    }

    /// All phones.
    pub async fn phones(&self) -> Result<Vec<PhoneView>, Error> {
        self.get(&["phones"]).await
    }

    /// Connects or disconnects a phone, blocks or unblocks, sets who opens the chat.
    pub async fn change_phone(&self, id: &str, change: PhoneChange) -> Result<PhoneView, Error> {
        self.ask(Method::PUT, &["phones", id], Some(&change)).await
    }

    /// What a phone has received.
    pub async fn inbox(&self, id: &str) -> Result<Vec<Received>, Error> {
        self.get(&["phones", id, "inbox"]).await
    }

    /// What a phone has written.
    pub async fn said(&self, id: &str) -> Result<Vec<SaidView>, Error> {
        self.get(&["phones", id, "said"]).await
    }

    /// Does something with a phone, and returns the id of the message.
    pub async fn send(&self, id: &str, act: &Act) -> Result<String, Error> {
        message_id(self.ask(Method::POST, &["phones", id, "send"], Some(act)).await?)
    }

    /// Taps a button or list row, and returns the id of the message.
    pub async fn tap(&self, id: &str, tap: &Tap) -> Result<String, Error> {
        message_id(self.ask(Method::POST, &["phones", id, "tap"], Some(tap)).await?)
    }

    /// Opens the chat on a phone.
    pub async fn open_chat(&self, id: &str) -> Result<PhoneView, Error> {
        self.ask(Method::POST, &["phones", id, "read"], None::<&()>).await
    }

    /// Keeps a file as if a person had sent it, and returns its id.
    pub async fn put_media(&self, bytes: Vec<u8>, mime_type: &str, filename: &str) -> Result<String, Error> {
        let request = self.request(Method::POST, &["media", filename], None::<&()>);
        message_id(answered(request.header(CONTENT_TYPE, mime_type).body(bytes)).await?.json().await?)
    }

    /// The bytes of a file.
    pub async fn media(&self, id: &str) -> Result<Vec<u8>, Error> {
        Ok(answered(self.request(Method::GET, &["media", id], None::<&()>)).await?.bytes().await?.to_vec())
    }

    /// Sets a fault, and returns those that are set.
    pub async fn set_fault(&self, fault: &Fault) -> Result<Vec<Fault>, Error> {
        self.ask(Method::POST, &["fault"], Some(fault)).await
    }

    /// The faults that are set.
    pub async fn faults(&self) -> Result<Vec<Fault>, Error> {
        self.get(&["fault"]).await
    }

    /// Every fault there is.
    pub async fn fault_kinds(&self) -> Result<Vec<FaultInfo>, Error> {
        self.get(&["fault", "kinds"]).await
    }

    /// Lets people come who write by themselves.
    pub async fn start_personas(&self, wanted: &Personas) -> Result<Vec<PersonaView>, Error> {
        self.ask(Method::POST, &["personas"], Some(wanted)).await
    }

    /// Everybody who was started.
    pub async fn personas(&self) -> Result<Vec<PersonaView>, Error> {
        self.get(&["personas"]).await
    }

    /// Sends all of them home.
    pub async fn stop_personas(&self) -> Result<(), Error> {
        self.tell(Method::DELETE, &["personas"], None::<&()>).await
    }

    /// The numbers of the business.
    pub async fn numbers(&self) -> Result<Vec<NumberView>, Error> {
        self.get(&["numbers"]).await
    }

    /// Connects the business's phone app to a number, or takes it off.
    pub async fn change_number(&self, phone_number_id: &str, change: NumberChange) -> Result<NumberView, Error> {
        self.ask(Method::PUT, &["numbers", phone_number_id], Some(&change)).await
    }

    /// Has something happen to the account.
    pub async fn announce(&self, event: &Event) -> Result<(), Error> {
        self.tell(Method::POST, &["event"], Some(event)).await
    }

    /// What time it is for the business.
    pub async fn clock(&self) -> Result<ClockView, Error> {
        self.get(&["clock"]).await
    }

    /// Moves the business's time forward.
    pub async fn advance_clock(&self, by: Duration) -> Result<ClockView, Error> {
        let milliseconds = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ask(Method::POST, &["clock"], Some(&json!({ "advance_ms": milliseconds }))).await
    }

    /// Takes all faults back.
    pub async fn clear_faults(&self) -> Result<(), Error> {
        self.tell(Method::DELETE, &["fault"], None::<&()>).await
    }

    /// All templates, as Graph shows them.
    pub async fn templates(&self) -> Result<Vec<Value>, Error> {
        self.get(&["templates"]).await
    }

    /// Decides about the template of this id, or all of this name, and returns them as they are now.
    pub async fn decide_template(&self, which: &str, decision: &Decision) -> Result<Vec<Value>, Error> {
        self.ask(Method::PUT, &["templates", which], Some(decision)).await
    }

    /// The ledger as it is now.
    pub async fn ledger(&self) -> Result<Ledger, Error> {
        self.get(&["ledger"]).await
    }

    /// Forgets what the ledger holds.
    pub async fn clear_ledger(&self) -> Result<(), Error> {
        self.tell(Method::DELETE, &["ledger"], None::<&()>).await
    }

    /// Waits until no status is owed and every webhook has been answered; false when that takes longer.
    pub async fn settled(&self, patience: Duration) -> Result<bool, Error> {
        let within = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        let request = self.request(Method::POST, &["settled"], Some(&json!({ "within_ms": within })));
        let answer: Value = answered(request.timeout(patience + TIMEOUT)).await?.json().await?;
        Ok(answer["settled"] == true)
    }

    /// Says where webhooks go from now on.
    pub async fn deliver_webhooks_to(&self, url: &str) -> Result<(), Error> {
        self.tell(Method::PUT, &["webhook"], Some(&json!({ "url": url }))).await
    }

    /// Has the simulator verify the webhook as Meta does.
    pub async fn verify_webhook(&self) -> Result<(), Error> {
        self.tell(Method::POST, &["webhook", "verification"], None::<&()>).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Error> {
        self.ask(Method::GET, path, None::<&()>).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&impl Serialize>,
    ) -> Result<T, Error> {
        Ok(answered(self.request(method, path, body)).await?.json().await?)
    }

    async fn tell(&self, method: Method, path: &[&str], body: Option<&impl Serialize>) -> Result<(), Error> {
        answered(self.request(method, path, body)).await.map(drop)
    }

    fn request(&self, method: Method, path: &[&str], body: Option<&impl Serialize>) -> RequestBuilder {
        let mut url = self.base.clone();
        // Ids are escaped as they are joined: a username may hold anything, a number begins with a plus.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("sim").extend(path);
        }
        let request = self.http.request(method, url);
        match body {
            Some(body) => request.json(body),
            None => request,
        }
    }
}

async fn answered(request: RequestBuilder) -> Result<reqwest::Response, Error> {
    let response = request.send().await?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let text = response.text().await?;
    let sentence = serde_json::from_str::<Value>(&text).ok().and_then(|body| Some(body["detail"].as_str()?.to_owned()));
    Err(Error::Refused { status: status.as_u16(), reason: sentence.unwrap_or(text) })
}

fn message_id(answer: Value) -> Result<String, Error> {
    let id = answer["id"].as_str().map(str::to_owned);
    id.ok_or_else(|| Error::Refused { status: 200, reason: format!("it answered without an id: {answer}") })
}
