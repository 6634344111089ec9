//! Business time over HTTP. It moves only where whoever started the platform has given it a clock to move.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::Trouble;
use crate::platform::Platform;

const FARTHEST: i64 = 3_660 * 24 * 60 * 60 * 1000; // ten years: beyond it, somebody has mistaken the unit

/// What time it is for the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockView {
    /// Milliseconds since 1970.
    pub now: i64,
    /// Whether it can be moved from here.
    pub movable: bool,
}

#[derive(Deserialize)]
pub(super) struct Step {
    advance_ms: i64,
}

pub(super) async fn read(State(platform): State<Arc<Platform>>) -> Json<ClockView> {
    Json(view(&platform))
}

pub(super) async fn advance(
    State(platform): State<Arc<Platform>>,
    Json(Step { advance_ms }): Json<Step>,
) -> Result<Json<ClockView>, Trouble> {
    let Some(move_clock) = &platform.settings.move_clock else {
        let reason = "this platform's clock belongs to another program, and is moved there";
        return Err(Trouble(StatusCode::CONFLICT, reason.into()));
    };
    if !(1..=FARTHEST).contains(&advance_ms) {
        let reason = format!("`advance_ms` must be between 1 and {FARTHEST}: time only moves forward");
        return Err(Trouble(StatusCode::UNPROCESSABLE_ENTITY, reason));
    }
    move_clock(advance_ms);
    Ok(Json(view(&platform)))
}

fn view(platform: &Platform) -> ClockView {
    ClockView { now: platform.now(), movable: platform.settings.move_clock.is_some() }
}
