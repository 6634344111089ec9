//! The Graph API, one file a resource. Any version is accepted in the path: clients in the wild say v14.0 to v26.0.

mod app_sync;
mod blocks;
mod direct;
mod door;
mod mark_read;
mod media;
mod messages;
mod node;
mod number_settings;
mod numbers;
mod order;
mod page;
mod profile;
mod request;
mod standing;
mod subscriptions;
mod templates;
mod tokens;
mod uploads;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::middleware;
use axum::routing::{MethodRouter, delete, get, post};

use crate::codes::{self, Refusal};
use crate::media::PATH as ATTACHMENTS;
use crate::platform::Platform;

pub(crate) const LARGEST_BODY: usize = 101 * 1024 * 1024; // a document of 100 MB, and the form around it

pub(crate) fn router(platform: &Arc<Platform>) -> Router<Arc<Platform>> {
    Router::new()
        .route("/{version}/{id}/messages", post(messages::post))
        .route("/{version}/{id}/media", post(media::upload).layer(DefaultBodyLimit::max(LARGEST_BODY)))
        .route(
            "/{version}/{id}/message_templates",
            get(templates::list).post(templates::create).delete(templates::delete),
        )
        .route("/{version}/{id}/phone_numbers", get(numbers::list))
        .route(
            "/{version}/{id}/subscribed_apps",
            get(subscriptions::list).post(subscriptions::subscribe).delete(subscriptions::unsubscribe),
        )
        .route("/{version}/{id}/whatsapp_business_profile", get(profile::read).post(profile::change))
        .route("/{version}/{id}/conversational_automation", post(profile::automate))
        .route("/{version}/{id}/block_users", get(blocks::list).post(blocks::block).delete(blocks::unblock))
        .route("/{version}/{id}/settings", get(number_settings::read).post(number_settings::change))
        .route("/{version}/{id}/smb_app_data", post(app_sync::request))
        .route("/{version}/{id}/contact_book", delete(blocks::forget))
        .route("/{version}/{id}/unpause", post(templates::unpause))
        .route("/{version}/{id}/uploads", post(uploads::open))
        .route("/{version}/debug_token", get(tokens::debug))
        .route("/{version}/{id}", node())
        .route("/{version}/{id}/", node())
        .route(ATTACHMENTS, get(media::download))
        .method_not_allowed_fallback(unsupported)
        .fallback(unknown_path)
        .layer(middleware::from_fn_with_state(Arc::clone(platform), door::door))
}

fn node() -> MethodRouter<Arc<Platform>> {
    let node = get(node::read).post(node::change).delete(node::delete);
    node.layer(DefaultBodyLimit::max(LARGEST_BODY)) // an id can be that of an upload
}

fn no_such_object(id: &str) -> Refusal {
    let details = format!("object `{id}` does not exist, or this token may not use it");
    Refusal { subcode: Some(33), ..Refusal::parameter(details) }
}

async fn unsupported(uri: Uri) -> Refusal {
    Refusal { subcode: Some(33), ..Refusal::parameter(format!("{} does not support this method", uri.path())) }
}

async fn unknown_path(uri: Uri) -> Refusal {
    Refusal::of(codes::UNKNOWN_PATH, format!("nothing is served at {}", uri.path()))
}
