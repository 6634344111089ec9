//! The page of `hilo demo`: a customer's phone, the conversation as the business records it, and what happened and why.

mod acts;
mod attention;
mod bar;
mod controls;
mod desk;
mod events;
mod faults;
mod figures;
mod guard;
mod page;
mod past;
mod people;
mod phone;
mod scene;
mod story;
mod thread;
mod timings;
mod visitor;
mod way;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use simulator::control::Client;
use tokio::sync::watch;

use super::hardened;
use super::problem::Problem;
use crate::channels::ChannelHandle;
use crate::demo::Line;
use crate::node::Node;

/// A text of WhatsApp has 4,096 characters; nothing longer is read.
const LONGEST_BODY: usize = 64 * 1024;
/// Says on every answer that nothing here is real.
const FLAG: HeaderName = HeaderName::from_static("hilo-demo");

/// The simulated phones behind the page.
#[derive(Clone)]
pub struct Phones {
    /// Where they are reached.
    pub client: Client,
    hung_up: Arc<watch::Sender<bool>>,
}

impl Phones {
    /// Reached through a simulator's control API.
    pub fn new(client: Client) -> Self {
        Self { client, hung_up: Arc::new(watch::Sender::new(false)) }
    }

    /// Ends the event streams of open pages: a server that stops would wait for them.
    pub fn hang_up(&self) {
        self.hung_up.send_replace(true);
    }
}

/// What every handler of the page needs.
struct Stage {
    node: Arc<Node>,
    phones: Phones,
    /// To the parent, which holds the clock and starts a worker that was killed.
    line: Line,
    /// The worker ends in the middle of its next send.
    armed: AtomicBool,
}

impl Stage {
    /// The number that the phones write to: the demo has one.
    fn channel(&self) -> Result<&ChannelHandle, Problem> {
        self.node.channels.iter().next().ok_or_else(|| Problem::missing("number"))
    }
}

/// The whole server of the demo: everything that `hilo serve` answers, and the page. Every answer says that it is a demo's.
pub fn whole(node: Arc<Node>, phones: Phones, line: Line) -> Router {
    let served = super::served(node.clone());
    served.merge(routes(node, phones, line)).layer(middleware::map_response(flag))
}

async fn flag(mut response: Response) -> Response {
    response.headers_mut().insert(FLAG, HeaderValue::from_static("true"));
    response
}

/// The page's routes. Only a browser on this machine is served, and only the page itself may act.
fn routes(node: Arc<Node>, phones: Phones, line: Line) -> Router {
    let acts = Router::new()
        .route("/demo/say", post(acts::say))
        .route("/demo/media", post(acts::media))
        .route("/demo/tap", post(acts::tap))
        .route("/demo/phone", post(acts::take_phone))
        .route("/demo/reply", post(acts::reply))
        .route("/demo/resolve", post(acts::resolve))
        .route("/demo/release", post(acts::release))
        .route("/demo/resume", post(acts::resume))
        .route("/demo/desk", post(desk::enter))
        .route("/demo/clock", post(controls::clock))
        .route("/demo/seen", post(controls::seen))
        .route("/demo/crash", post(controls::crash))
        .route("/demo/others", post(controls::others))
        .route("/demo/fault", post(controls::fault))
        .route("/demo/faults/clear", post(controls::clear_faults))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn(guard::same_origin));
    Router::new()
        .route("/", get(page::show))
        .route("/demo/past", get(past::list))
        .route("/demo/past/{conversation}", get(past::show))
        .route("/demo/events", get(events::stream))
        .route("/demo/readme", get(readme))
        .merge(acts)
        .layer(middleware::from_fn(guard::this_machine))
        .layer(middleware::map_response(hardened::harden))
        .with_state(Arc::new(Stage { node, phones, line, armed: AtomicBool::new(false) }))
}

/// `GET /demo/readme`: what is behind the demo, without leaving the machine.
async fn readme() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], include_str!("../../../../README.md"))
}
