//! The page of `hilo demo`: a customer's phone, the conversation as the business records it, and what happened and why.

mod acts;
mod assets;
mod events;
mod guard;
mod icons;
mod page;
mod people;
mod phone;
mod scene;
mod story;
mod thread;
mod timings;
mod visitor;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Router, middleware};
use simulator::control::Client;
use tokio::sync::watch;

use super::problem::Problem;
use crate::channels::ChannelHandle;
use crate::node::Node;
use scene::Scene;
use visitor::Visitor;

/// A text of WhatsApp has 4,096 characters; nothing longer is read.
const LONGEST_BODY: usize = 64 * 1024;

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
}

impl Stage {
    /// The number that the phones write to: the demo has one.
    fn channel(&self) -> Result<&ChannelHandle, Problem> {
        self.node.channels.iter().next().ok_or_else(|| Problem::missing("number"))
    }
}

/// The page's routes. Only a browser on this machine is served, and only the page itself may act.
pub fn routes(node: Arc<Node>, phones: Phones) -> Router {
    let acts = Router::new()
        .route("/demo/say", post(acts::say))
        .route("/demo/tap", post(acts::tap))
        .route("/demo/phone", post(acts::take_phone))
        .route("/demo/reply", post(acts::reply))
        .route("/demo/resolve", post(acts::resolve))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn(guard::same_origin));
    Router::new()
        .route("/", get(page::show))
        .route("/demo/phone", get(show_phone))
        .route("/demo/thread", get(show_thread))
        .route("/demo/story", get(show_story))
        .route("/demo/events", get(events::stream))
        .route("/demo/readme", get(assets::readme))
        .route("/assets/{name}", get(assets::serve))
        .merge(acts)
        .layer(middleware::from_fn(guard::this_machine))
        .layer(middleware::map_response(guard::harden))
        .with_state(Arc::new(Stage { node, phones }))
}

async fn show_phone(State(stage): State<Arc<Stage>>, visitor: Visitor) -> Result<Html<String>, Problem> {
    Ok(Html(phone::render(&Scene::read(&stage, visitor).await?).into_string()))
}

async fn show_thread(State(stage): State<Arc<Stage>>, visitor: Visitor) -> Result<Html<String>, Problem> {
    Ok(Html(thread::render(&Scene::read(&stage, visitor).await?).into_string()))
}

async fn show_story(State(stage): State<Arc<Stage>>, visitor: Visitor) -> Result<Html<String>, Problem> {
    Ok(Html(story::render(&Scene::read(&stage, visitor).await?).into_string()))
}
