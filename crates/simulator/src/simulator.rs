//! Starting and stopping the platform, and the methods that tests call on it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::connection::{Connection, Incoming};
use crate::error::{Error, PhoneError};
use crate::events::Event;
use crate::faults::Fault;
use crate::ledger::Ledger;
use crate::media::StoredMedia;
use crate::personas::{Crowd, PersonaView, Personas};
use crate::phone::Phone;
use crate::phones::{NewPhone, PhoneView};
use crate::platform::{Platform, lock};
use crate::settings::Settings;
use crate::templates::Decision;
use crate::{control, gate, graph};

const LAST_ANSWERS: Duration = Duration::from_secs(1); // how long a shutdown waits for requests in flight

/// A running platform. Dropping it ends it.
pub struct Simulator {
    platform: Arc<Platform>,
    address: SocketAddr,
    server: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Listens and serves.
    pub async fn start(settings: Settings) -> Result<Self, Error> {
        let listen = settings.listen;
        if !settings.allow_remote && !listen.ip().is_loopback() {
            return Err(Error::NotLoopback { what: "the address", value: listen.to_string() });
        }
        let platform = Arc::new(Platform::new(settings)?);
        let failed = |source| Error::Listen { address: listen.to_string(), source };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        platform.media.served_at(format!("http://{address}"));
        let server = tokio::spawn(serve(listener, Arc::clone(&platform)));
        Ok(Self { platform, address, server: Some(server) })
    }

    /// Where the control API is: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the program under test takes for `https://graph.facebook.com`; a version follows in the path.
    pub fn graph_base_url(&self) -> String {
        self.url()
    }

    /// Says where webhooks go from now on; what waited for an address is posted at once.
    pub fn deliver_webhooks_to(&self, url: &str) -> Result<(), Error> {
        self.platform.courier.deliver_to(url)
    }

    /// Meta's verification handshake with the webhook.
    pub async fn verify_webhook(&self) -> Result<(), Error> {
        self.platform.courier.verify(&self.platform.settings.verify_token).await
    }

    /// The phone with this number, user id or username. A number or username that nobody has gets a phone.
    ///
    /// # Panics
    /// When the text can be neither a number nor a username: a test that is written wrong should not run on.
    pub async fn phone(&self, name: &str) -> Phone {
        if let Some(phone) = self.find_phone(name) {
            return phone;
        }
        let new = match crate::numbers::digits(name) {
            Some(_) => NewPhone { number: Some(name.into()), ..NewPhone::default() },
            None => NewPhone { username: Some(name.into()), ..NewPhone::default() },
        };
        match self.add_phone(&new).await {
            Ok(phone) => phone,
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds a phone.
    pub async fn add_phone(&self, new: &NewPhone) -> Result<Phone, PhoneError> {
        let phone = lock(&self.platform.world).create(self.platform.scope(), new)?;
        Ok(self.platform.handle(phone))
    }

    /// The phone with this number, user id or username, if there is one.
    pub fn find_phone(&self, name: &str) -> Option<Phone> {
        let phone = lock(&self.platform.world).find(name)?;
        Some(self.platform.handle(phone))
    }

    /// All phones, in the order of their creation.
    pub fn phones(&self) -> Vec<PhoneView> {
        self.platform.views()
    }

    /// Sets a fault beside those that are set.
    pub fn set_fault(&self, fault: Fault) {
        lock(&self.platform.faults).set(fault);
    }

    /// Takes all faults back.
    pub fn clear_faults(&self) {
        lock(&self.platform.faults).clear();
    }

    /// Keeps a file as if a person had sent it, for seven days, and returns its id.
    pub fn put_media(&self, bytes: impl Into<Bytes>, mime_type: &str, filename: Option<&str>) -> String {
        self.platform.media.put(bytes, mime_type, filename)
    }

    /// The file with this id, as long as it is there.
    pub fn media(&self, id: &str) -> Option<StoredMedia> {
        self.platform.media.get(id)
    }

    /// Decides about the template of this id, or all of this name, and returns them as they are now; each change posts
    /// its webhook.
    pub fn decide_template(&self, which: &str, decision: &Decision) -> Vec<Value> {
        self.platform.decide_template(which, decision)
    }

    /// Has something happen to the account.
    pub fn announce(&self, event: &Event) {
        self.platform.happens(event);
    }

    /// Lets people come who write by themselves.
    pub fn start_personas(&self, wanted: &Personas) -> Result<Crowd, Error> {
        self.platform.start_personas(wanted)
    }

    /// Everybody who was started, in the order in which they come.
    pub fn personas(&self) -> Vec<PersonaView> {
        self.platform.personas()
    }

    /// Sends all of them home. Their phones stay.
    pub fn stop_personas(&self) {
        self.platform.stop_personas();
    }

    /// A copy of the ledger as it is now.
    pub fn ledger(&self) -> Ledger {
        lock(&self.platform.ledger).copy()
    }

    /// Forgets what the ledger holds: a long run would fill the memory with it.
    pub fn clear_ledger(&self) {
        lock(&self.platform.ledger).clear();
    }

    /// Waits until no status is owed and every webhook has been answered with 200; false when that takes too long.
    pub async fn settled(&self, patience: Duration) -> bool {
        self.platform.tasks.settled(patience).await
    }

    /// Ends at once: what was on its way is lost, as with a process that is killed.
    pub async fn shutdown(mut self) {
        self.platform.tasks.stop();
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(LAST_ANSWERS, &mut server).await.is_err()
        {
            server.abort();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.platform.tasks.stop();
    }
}

impl Platform {
    pub(crate) fn handle(self: &Arc<Self>, phone: usize) -> Phone {
        Phone { platform: Arc::clone(self), phone, number: Arc::clone(&self.numbers[0]) }
    }

    pub(crate) fn views(&self) -> Vec<PhoneView> {
        let now = self.now();
        lock(&self.world).phones.iter().map(|phone| phone.view(now)).collect()
    }
}

async fn serve(listener: TcpListener, platform: Arc<Platform>) {
    let tasks = platform.tasks.clone();
    let gate = axum::middleware::from_fn_with_state(Arc::clone(&platform), gate::let_in);
    let heard_out = || axum::middleware::from_fn(gate::hear_out);
    let graph = graph::router(&platform).layer(heard_out()).layer(gate);
    // A service of its own: what it does not serve must not be taken for a node of the Graph API.
    let control = control::router().layer(heard_out()).with_state(Arc::clone(&platform));
    let router = Router::new().merge(graph).nest_service("/sim", control).with_state(platform);
    let service = router.into_make_service_with_connect_info::<Connection>();
    let server = axum::serve(Incoming(listener), service).with_graceful_shutdown(async move { tasks.stopped().await });
    if let Err(error) = server.await {
        tracing::error!(%error, "The simulator stopped serving");
    }
}
