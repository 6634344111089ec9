//! A business with a webhook, a platform, and a person called Ana.

use std::sync::atomic::{AtomicI64, AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use simulator::{Category, Delays, Phone, Settings, Simulator, Template};

pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
pub(crate) const HOUR: i64 = 60 * 60 * 1000;
pub(crate) const LARGEST_BODY: usize = 3_000_000; // bytes of a webhook
pub(crate) const TOKEN: &str = "simulated-access-token";

pub(crate) struct Stage {
    pub(crate) sim: Simulator,
    pub(crate) business: Business,
    pub(crate) ana: Phone,
    clock: Arc<AtomicI64>,
    http: reqwest::Client,
}

/// The server that receives webhooks.
#[derive(Clone, Default)]
pub(crate) struct Business {
    pub(crate) bodies: Arc<Mutex<Vec<Bytes>>>,
    pub(crate) forged: Arc<AtomicU32>,
    /// How many of the next webhooks are answered with 503.
    pub(crate) refuses: Arc<AtomicU32>,
    /// The status of those answers, if it is another.
    pub(crate) refuses_with: Arc<AtomicU16>,
    pub(crate) url: String,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(quick()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let business = Business::open().await;
        let clock = Arc::new(AtomicI64::new(1_795_000_000_000)); // November 2026
        let now = Arc::clone(&clock);
        let settings = Settings { now: Arc::new(move || now.load(Ordering::Relaxed)), ..settings };
        Self::open(settings, business, clock).await
    }

    /// With a clock that the test has chosen.
    pub(crate) async fn with_its_own_clock(settings: Settings) -> Self {
        Self::open(settings, Business::open().await, Arc::default()).await
    }

    async fn open(settings: Settings, business: Business, clock: Arc<AtomicI64>) -> Self {
        let settings = Settings { webhook_url: Some(business.url.clone()), ..settings };
        let sim = Simulator::start(settings).await.unwrap();
        let ana = sim.phone("+52 1 55 1234 5678").await;
        Self { sim, business, ana, clock, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// With the 24-hour window open.
    pub(crate) async fn after_ana_wrote() -> Self {
        Self::after_ana_wrote_with(quick()).await
    }

    pub(crate) async fn after_ana_wrote_with(settings: Settings) -> Self {
        let stage = Self::with(settings).await;
        stage.ana.says("hola").await;
        stage
    }

    pub(crate) fn time_passes(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::Relaxed);
    }

    pub(crate) async fn post(&self, request: Value) -> reqwest::Result<(u16, Value)> {
        self.post_to("/v25.0/100200300400500/messages", TOKEN, request).await
    }

    pub(crate) async fn post_to(&self, path: &str, token: &str, request: Value) -> reqwest::Result<(u16, Value)> {
        let url = format!("{}{path}", self.sim.graph_base_url());
        answer(self.http.post(url).bearer_auth(token).json(&request)).await
    }

    /// Uploads a file and returns Meta's answer.
    pub(crate) async fn upload(&self, mime_type: &str, bytes: &[u8]) -> (u16, Value) {
        let mut body = form_field("messaging_product", "whatsapp") + &form_field("type", mime_type);
        body += "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n";
        body += &format!("Content-Type: {mime_type}\r\n\r\n");
        let mut body = body.into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--frontier--\r\n");
        let request = self.http.post(format!("{}/v25.0/100200300400500/media", self.sim.graph_base_url()));
        let request = request.header("Content-Type", "multipart/form-data; boundary=frontier").body(body);
        answer(request.bearer_auth(TOKEN)).await.unwrap()
    }

    /// Uploads a file that is fine and returns its id.
    pub(crate) async fn uploaded(&self, mime_type: &str) -> String {
        let (status, body) = self.upload(mime_type, b"bytes").await;
        assert_eq!(status, 200, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.http.get(self.graph(path)).bearer_auth(TOKEN)).await.unwrap()
    }

    pub(crate) async fn delete(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.http.delete(self.graph(path)).bearer_auth(TOKEN).json(&body)).await.unwrap()
    }

    /// Fetches a download URL.
    pub(crate) async fn download(&self, url: &str, token: &str) -> (u16, Vec<u8>) {
        let response = self.http.get(url).bearer_auth(token).send().await.unwrap();
        (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
    }

    fn graph(&self, path: &str) -> String {
        format!("{}/v25.0/{path}", self.sim.graph_base_url())
    }

    /// Sends a message to Ana and returns its wamid.
    pub(crate) async fn send(&self, message: Value) -> String {
        let (status, body) = self.post(to_ana(message)).await.unwrap();
        assert_eq!(status, 200, "{body}");
        body["messages"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Sends a message to Ana and returns Meta's error code.
    pub(crate) async fn refusal(&self, message: Value) -> (u16, i64) {
        let (status, body) = self.post(to_ana(message)).await.unwrap();
        (status, body["error"]["code"].as_i64().unwrap_or_else(|| panic!("accepted: {body}")))
    }

    /// The statuses of a message, once nothing more is owed.
    pub(crate) async fn statuses(&self, wamid: &str) -> Vec<Value> {
        let of_message = |status: &Value| status["id"] == wamid;
        self.values().await.iter().flat_map(|value| list(&value["statuses"])).filter(of_message).collect()
    }

    pub(crate) async fn failure(&self, wamid: &str) -> i64 {
        let statuses = self.statuses(wamid).await;
        assert_eq!(names(&statuses), ["failed"]);
        statuses[0]["errors"][0]["code"].as_i64().unwrap()
    }

    /// The messages that the business has received.
    pub(crate) async fn messages(&self) -> Vec<Value> {
        self.values().await.iter().flat_map(|value| list(&value["messages"])).collect()
    }

    /// The values of all changes so far.
    pub(crate) async fn values(&self) -> Vec<Value> {
        self.changes().await.into_iter().map(|change| change["value"].clone()).collect()
    }

    pub(crate) async fn changes(&self) -> Vec<Value> {
        assert!(self.sim.settled(PATIENCE).await, "webhooks are still under way");
        self.business.changes()
    }
}

impl Business {
    pub(crate) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhook", listener.local_addr().unwrap());
        let business = Self { url, ..Self::default() };
        let router = Router::new().route("/webhook", get(verify).post(receive));
        let router = router.layer(DefaultBodyLimit::max(LARGEST_BODY)).with_state(business.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        business
    }

    pub(crate) fn changes(&self) -> Vec<Value> {
        let bodies = self.bodies.lock().unwrap();
        let read = |body: &Bytes| serde_json::from_slice::<Value>(body).unwrap();
        bodies.iter().map(read).map(|body| body["entry"][0]["changes"][0].clone()).collect()
    }

    /// The changes of each body, for those that carry several.
    pub(crate) fn batches(&self) -> Vec<Vec<Value>> {
        let bodies = self.bodies.lock().unwrap();
        let read = |body: &Bytes| serde_json::from_slice::<Value>(body).unwrap();
        let changes = |body: Value| list(&body["entry"]).iter().flat_map(|entry| list(&entry["changes"])).collect();
        bodies.iter().map(read).map(changes).collect()
    }

    /// Waits until every refusal that was asked for has been given.
    pub(crate) async fn has_refused(&self) {
        let all_given = async {
            while self.refuses.load(Ordering::Relaxed) != 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, all_given).await.expect("a webhook to refuse");
    }
}

async fn verify(Query(query): Query<Vec<(String, String)>>) -> Result<String, StatusCode> {
    let get = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    if get("hub.mode").as_deref() == Some("subscribe")
        && get("hub.verify_token").as_deref() == Some("simulated-verify-token")
    {
        return get("hub.challenge").ok_or(StatusCode::BAD_REQUEST);
    }
    Err(StatusCode::FORBIDDEN)
}

async fn receive(State(business): State<Business>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"simulated-app-secret").unwrap();
    mac.update(&body);
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    if headers["X-Hub-Signature-256"] != format!("sha256={expected}") {
        business.forged.fetch_add(1, Ordering::Relaxed);
        return StatusCode::UNAUTHORIZED;
    }
    let refuse = |left: u32| left.checked_sub(1);
    if business.refuses.fetch_update(Ordering::Relaxed, Ordering::Relaxed, refuse).is_ok() {
        let status = StatusCode::from_u16(business.refuses_with.load(Ordering::Relaxed));
        return status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    }
    business.bodies.lock().unwrap().push(body);
    StatusCode::OK
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<(u16, Value)> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let body = response.text().await?;
    Ok((status, serde_json::from_str(&body).unwrap_or(Value::String(body))))
}

fn form_field(name: &str, value: &str) -> String {
    format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

/// Short delays and quick retries; the limits as Meta sets them.
pub(crate) fn quick() -> Settings {
    let ms = Duration::from_millis;
    let webhooks = simulator::WebhookSettings { first_retry: ms(10), longest_retry: ms(40), ..Default::default() };
    let marketing = Template { category: Category::Marketing, ..Template::named("spring_sale") };
    Settings {
        delays: Delays { sent: ms(5), delivered: ms(10), read: ms(15) },
        approved_templates: vec![Template::named("appointment_reminder"), marketing],
        template_review: Some(ms(5)),
        webhooks,
        seed: 1,
        ..Settings::default()
    }
}

pub(crate) fn text(body: &str) -> Value {
    json!({ "type": "text", "text": { "body": body } })
}

pub(crate) fn template(name: &str) -> Value {
    json!({ "type": "template", "template": { "name": name, "language": { "code": "es_MX" } } })
}

pub(crate) fn to_ana(message: Value) -> Value {
    let mut request = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "5215512345678",
    });
    request.as_object_mut().unwrap().extend(message.as_object().unwrap().clone());
    request
}

pub(crate) fn names(statuses: &[Value]) -> Vec<&str> {
    statuses.iter().map(|status| status["status"].as_str().unwrap()).collect()
}

pub(crate) fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}
