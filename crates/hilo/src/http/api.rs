//! `/api/v1`: what exists, for other systems. One file a noun.

mod agents;
mod appointments;
mod bulk;
mod canned_replies;
mod changes;
mod channels;
mod companies;
mod contacts;
mod conversations;
mod deals;
mod deliveries;
mod document;
mod duplicates;
mod endpoints;
mod events;
mod examples;
mod failed;
mod follow_ups;
mod imports;
pub(crate) mod inbox;
mod interactions;
mod invitations;
mod keys;
mod me;
pub mod media;
mod merges;
mod messages;
mod notes;
mod orders;
mod outbox;
mod page;
mod pauses;
mod pipelines;
mod platform;
mod reached;
mod record;
mod record_notes;
mod replay;
pub(crate) mod schemas;
mod search;
mod senders;
mod sessions;
pub(crate) mod shapes;
mod starter;
mod templates;
mod tickets;
pub mod timeline;
mod trial;
mod troubles;
mod uploads;
mod users;
pub(crate) mod views;
mod work;
mod workflow;
mod workspace;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Router, middleware};
use domain::right::Right;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::Problem;
use super::{hardened, keys as guard, words};
use crate::node::Node;

/// What the API answers with, or why not.
type Answer<T> = Result<axum::Json<T>, Problem>;

type Described = OpenApiRouter<Arc<Node>>;

/// Every route of the API. Each needs a key or somebody who is signed in; only the document about them is for everybody.
pub fn routes(node: Arc<Node>) -> Router<Arc<Node>> {
    let document = Arc::new(document());
    let show = async move || axum::Json(document.as_ref().clone());
    let (routes, _) = described().split_for_parts();
    routes
        .fallback(unknown)
        .layer(middleware::from_fn_with_state(node, guard::require))
        .route("/openapi.json", get(show))
        .layer(middleware::from_fn(words::ours))
        .layer(middleware::map_response(hardened::keep_apart))
}

/// The OpenAPI document of the API.
pub fn document() -> OpenApi {
    document::complete(described().into_openapi())
}

/// The same as text, as it is checked in.
pub fn document_text() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&document()).map(|text| text + "\n")
}

/// A route and its description are one thing: what is not in the document does not exist.
fn described() -> Described {
    OpenApiRouter::with_openapi(document::frame())
        .merge(needing(Right::Look, looking()))
        .merge(needing(Right::Oversee, overseeing()))
        .merge(needing(Right::Work, working()))
        .merge(needing(Right::Direct, directing()))
        .merge(needing(Right::Design, designing()))
        .merge(needing(Right::Own, owning()))
        .merge(needing(Right::LetIn, letting_in()))
        .merge(needing(Right::Account, accounting()))
}

fn looking() -> Described {
    OpenApiRouter::new()
        .routes(routes!(contacts::list))
        .routes(routes!(contacts::show))
        .routes(routes!(contacts::identities))
        .routes(routes!(merges::list))
        .routes(routes!(duplicates::list))
        .routes(routes!(senders::list))
        .routes(routes!(timeline::of_contact))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::show))
        .routes(routes!(conversations::messages))
        .routes(routes!(failed::list))
        .routes(routes!(follow_ups::list))
        .routes(routes!(inbox::list))
        .routes(routes!(inbox::counts))
        .routes(routes!(notes::calls))
        .routes(routes!(notes::drafts))
        .routes(routes!(notes::list))
        .routes(routes!(canned_replies::list))
        .routes(routes!(canned_replies::fill))
        .routes(routes!(agents::list))
        .routes(routes!(agents::desk))
        .routes(routes!(pauses::list))
        .routes(routes!(interactions::list))
        .routes(routes!(interactions::show))
        .routes(routes!(tickets::list))
        .routes(routes!(tickets::show))
        .routes(routes!(outbox::list))
        .routes(routes!(outbox::counts))
        .routes(routes!(outbox::show))
        .routes(routes!(changes::list))
        .routes(routes!(events::stream))
        .routes(routes!(channels::list))
        .routes(routes!(channels::show))
        .routes(routes!(media::list))
        .routes(routes!(media::show))
        .routes(routes!(media::bytes))
        .routes(routes!(templates::list))
        .routes(routes!(templates::show))
        .routes(routes!(workspace::show))
        .routes(routes!(workflow::in_force))
        .routes(routes!(workflow::list))
        .routes(routes!(workflow::show))
        .routes(routes!(workflow::compare))
        .routes(routes!(trial::show))
        .routes(routes!(trial::numbers))
        .routes(routes!(workspace::queues))
        .routes(routes!(search::find))
        .routes(routes!(companies::list))
        .routes(routes!(companies::show))
        .routes(routes!(deals::list))
        .routes(routes!(deals::show))
        .routes(routes!(pipelines::list))
        .routes(routes!(appointments::list))
        .routes(routes!(appointments::show))
        .routes(routes!(orders::list))
        .routes(routes!(orders::show))
        .routes(routes!(record_notes::list))
        .routes(routes!(record_notes::history))
}

fn working() -> Described {
    OpenApiRouter::new()
        .routes(routes!(contacts::create))
        .routes(routes!(contacts::change))
        .routes(routes!(contacts::make_record))
        .routes(routes!(merges::create))
        .routes(routes!(merges::undo))
        .routes(routes!(duplicates::tell_apart))
        .routes(routes!(duplicates::merge))
        .routes(routes!(senders::name))
        .routes(routes!(senders::judge))
        .routes(routes!(messages::send))
        .routes(routes!(messages::read))
        .routes(routes!(messages::take_back))
        .routes(routes!(work::assign, work::unassign))
        .routes(routes!(work::take_over, work::hand_back))
        .routes(routes!(work::reclassify))
        .routes(routes!(work::snooze, work::wake))
        .routes(routes!(work::close, work::reopen))
        .routes(routes!(work::seen))
        .routes(routes!(work::here, work::leave))
        .routes(routes!(bulk::assign))
        .routes(routes!(bulk::close))
        .routes(routes!(bulk::reply))
        .routes(routes!(notes::write))
        .routes(routes!(notes::delete))
        .routes(routes!(notes::keep_draft, notes::give_up_draft))
        .routes(routes!(reached::open))
        .routes(routes!(reached::block, reached::unblock))
        .routes(routes!(agents::set_availability))
        .routes(routes!(tickets::resolve, tickets::reopen))
        .routes(routes!(outbox::drop_send))
        .routes(routes!(outbox::release))
        .routes(routes!(outbox::resend))
        .routes(routes!(media::upload))
        .routes(routes!(media::retry))
        .routes(routes!(uploads::delete))
        .routes(routes!(companies::create))
        .routes(routes!(companies::change_one))
        .routes(routes!(deals::create))
        .routes(routes!(deals::change_one))
        .routes(routes!(deals::go))
        .routes(routes!(appointments::create))
        .routes(routes!(appointments::change_one))
        .routes(routes!(appointments::set_status))
        .routes(routes!(orders::create))
        .routes(routes!(orders::change_one))
        .routes(routes!(orders::set_status))
        .routes(routes!(record_notes::create))
        .routes(routes!(record_notes::change))
        .routes(routes!(follow_ups::skip))
}

fn overseeing() -> Described {
    OpenApiRouter::new()
        .routes(routes!(endpoints::list))
        .routes(routes!(endpoints::show))
        .routes(routes!(deliveries::list))
        .routes(routes!(imports::list))
        .routes(routes!(imports::show))
        .routes(routes!(imports::rows))
        .routes(routes!(imports::export))
        .routes(routes!(platform::notices))
        .routes(routes!(troubles::list))
        .routes(routes!(users::list))
        .routes(routes!(users::show))
        .routes(routes!(invitations::list))
        .routes(routes!(platform::backlog))
        .routes(routes!(platform::body))
}

fn directing() -> Described {
    OpenApiRouter::new()
        .routes(routes!(channels::pause, channels::resume))
        .routes(routes!(imports::create))
        .routes(routes!(imports::run))
        .routes(routes!(imports::delete))
        .routes(routes!(pauses::pause_all, pauses::resume_all))
        .routes(routes!(pauses::pause_type, pauses::resume_type))
        .routes(routes!(pauses::pause_channel, pauses::resume_channel))
        .routes(routes!(platform::replay))
        .routes(routes!(follow_ups::release))
        .routes(routes!(follow_ups::drop_all))
        .routes(routes!(pipelines::edit))
        .routes(routes!(canned_replies::add))
        .routes(routes!(canned_replies::change, canned_replies::delete))
        .routes(routes!(agents::set_capacity))
        .routes(routes!(agents::add_member, agents::remove_member))
        .routes(routes!(agents::set_assignment))
        .routes(routes!(agents::set_desk))
}

fn designing() -> Described {
    OpenApiRouter::new()
        .routes(routes!(templates::create))
        .routes(routes!(templates::edit, templates::delete))
        .routes(routes!(templates::refresh))
        .routes(routes!(starter::choose))
        .routes(routes!(workflow::check))
        .routes(routes!(workflow::publish))
        .routes(routes!(replay::run))
        .routes(routes!(workflow::restore))
        .routes(routes!(trial::set))
        .routes(routes!(trial::add_number, trial::remove_number))
}

fn owning() -> Described {
    OpenApiRouter::new()
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(endpoints::create))
        .routes(routes!(endpoints::change, endpoints::delete))
        .routes(routes!(endpoints::rotate))
        .routes(routes!(endpoints::test))
        .routes(routes!(deliveries::replay))
        .routes(routes!(deliveries::recover))
}

fn letting_in() -> Described {
    OpenApiRouter::new()
        .routes(routes!(users::change))
        .routes(routes!(users::reset))
        .routes(routes!(users::remove_totp))
        .routes(routes!(users::sessions, users::end_sessions))
        .routes(routes!(users::end_session))
        .routes(routes!(invitations::create))
        .routes(routes!(invitations::withdraw))
}

fn accounting() -> Described {
    OpenApiRouter::new()
        .routes(routes!(me::show, me::change))
        .routes(routes!(me::change_password))
        .routes(routes!(me::offer_totp, me::confirm_totp))
        .routes(routes!(me::remove_totp))
        .routes(routes!(me::my_sessions, me::end_others))
        .routes(routes!(me::end_session))
}

/// The routes of one right: said in the document, and asked of every caller.
fn needing(right: Right, mut routes: Described) -> Described {
    document::name_the_right(routes.get_openapi_mut(), right);
    routes.route_layer(middleware::from_fn_with_state(right, guard::need))
}

async fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "there is no such route; `/api/v1/openapi.json` lists them all")
}
