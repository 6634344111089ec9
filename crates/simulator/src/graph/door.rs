//! What every request passes: faults, the token, and the note in the ledger when it was refused.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::sleep;

use crate::codes::{self, Refusal, RefusalCode};
use crate::faults::Breakdown;
use crate::platform::{Platform, lock};

pub(super) async fn door(State(platform): State<Arc<Platform>>, request: Request, next: Next) -> Response {
    let (slowness, breakdown) = {
        let mut faults = lock(&platform.faults);
        (faults.slowness(&platform.random), faults.breakdown(&platform.random))
    };
    let response = match breakdown {
        Some(breakdown) => broken_down(breakdown),
        None => match authorise(&platform, &request) {
            Ok(()) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        },
    };
    if let Some(RefusalCode(code)) = response.extensions().get() {
        lock(&platform.ledger).refuse(*code);
    }
    // Slowness is in the answer, not in the acceptance: a client that gives up must not conclude that nothing happened.
    sleep(slowness).await;
    response
}

fn broken_down(breakdown: Breakdown) -> Response {
    match breakdown {
        Breakdown::Graph(refusal) => refusal.into_response(),
        Breakdown::Plain500 => {
            let page = "<html><body>Sorry, something went wrong.</body></html>";
            let mut response = (StatusCode::INTERNAL_SERVER_ERROR, page).into_response();
            response.extensions_mut().insert(RefusalCode(500));
            response
        }
    }
}

fn authorise(platform: &Platform, request: &Request) -> Result<(), Refusal> {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = given.strip_prefix("Bearer ").unwrap_or_default().trim();
    if token == platform.settings.access_token {
        return Ok(());
    }
    Err(Refusal::of(codes::TOKEN, "the access token is missing or is not the one of this app"))
}
