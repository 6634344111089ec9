//! What a visitor does to the world around the conversation: its clock, its faults, the worker itself.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use simulator::control::Client;
use simulator::{Pace, Personas};

use super::Stage;
use super::acts::{Done, Sent, away, refused, understood};
use super::faults::{self, FaultName};
use super::visitor::Visitor;
use crate::demo::{News, ToParent, move_clock};
use crate::http::problem::Problem;
use crate::kill_points;

/// Between the worst moment's two halves: WhatsApp has taken the message, and nothing here knows it yet.
const WORST_MOMENT: &str = "sent";
/// So that the answer is out before the process is gone.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// As many as somebody can still follow.
const CROWD: u32 = 12;

#[derive(Deserialize)]
pub(super) struct Move {
    to: Target,
}

/// Where the clock can be moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    Hour,
    Day,
    Day3,
    Day7,
    Day14,
}

impl Target {
    pub(super) const ALL: [Target; 5] = [Target::Hour, Target::Day, Target::Day3, Target::Day7, Target::Day14];

    pub(super) fn name(self) -> &'static str {
        match self {
            Target::Hour => "hour",
            Target::Day => "day",
            Target::Day3 => "day3",
            Target::Day7 => "day7",
            Target::Day14 => "day14",
        }
    }

    /// The moment; nothing if it has passed. Days are counted from the demo's first start.
    pub(super) fn of(self, began_at: i64, now: Timestamp) -> Option<Timestamp> {
        let began = Timestamp::from_millisecond(began_at).unwrap_or(now);
        let moment = match self {
            Target::Hour => now + SignedDuration::from_hours(1),
            Target::Day => now + SignedDuration::from_hours(24),
            Target::Day3 => began + SignedDuration::from_hours(3 * 24),
            Target::Day7 => began + SignedDuration::from_hours(7 * 24),
            Target::Day14 => began + SignedDuration::from_hours(14 * 24),
        };
        (now < moment).then_some(moment)
    }
}

/// `POST /demo/clock`: moves business time.
pub(super) async fn clock(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Move>) -> Done {
    let target = understood(&visitor, sent)?.to;
    let channel = stage.channel()?.workspace;
    let began_at = stage.line.known().time.began_at;
    let to = target.of(began_at, stage.node.clock.now()).ok_or_else(|| refused(&visitor, "past"))?;
    // A visitor who closes the page does not stop the clock half-way.
    let moved =
        tokio::spawn(async move { move_clock(&stage.node, &stage.line, &stage.phones.client, channel, to).await });
    match moved.await {
        Ok(Ok(true)) => Ok(StatusCode::NO_CONTENT),
        Ok(Ok(false)) => Err(Problem::new(StatusCode::CONFLICT, visitor.say("demo-refused-moving"))),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, visitor.say("demo-refused-phone"))),
    }
}

#[derive(Deserialize)]
pub(super) struct Read {
    what: News,
}

/// `POST /demo/seen`: what the clock passed has been read, or that the worker was killed.
pub(super) async fn seen(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Read>) -> Done {
    let news = understood(&visitor, sent)?.what;
    stage.line.say(ToParent::Seen(news));
    stage.line.until(|known| known.is_read(news)).await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct Crash {
    when: When,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    Now,
    WorstMoment,
}

/// `POST /demo/crash`: the worker is killed, now or in the middle of its next send.
pub(super) async fn crash(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Crash>) -> Done {
    match understood(&visitor, sent)?.when {
        When::Now => {
            let line = stage.line.clone();
            tokio::spawn(async move {
                tokio::time::sleep(LAST_WORDS).await;
                line.say(ToParent::Kill);
            });
        }
        When::WorstMoment => {
            stage.line.say(ToParent::Armed);
            stage.armed.store(true, Ordering::Relaxed);
            kill_points::arm(WORST_MOMENT);
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct Switch {
    fault: FaultName,
    on: bool,
}

/// `POST /demo/fault`: something goes wrong from now on, or no longer.
pub(super) async fn fault(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Switch>) -> Done {
    let Switch { fault, on } = understood(&visitor, sent)?;
    switch(&stage.phones.client, fault, on).await.map_err(away(visitor))?;
    look_again(&stage)
}

/// The platform takes faults back all together: those that stay are set anew.
async fn switch(platform: &Client, name: FaultName, on: bool) -> Result<(), simulator::Error> {
    let mut wanted: Vec<_> = platform.faults().await?.into_iter().filter(|fault| !faults::is(name, fault)).collect();
    wanted.extend(on.then(|| name.fault()));
    platform.clear_faults().await?;
    for fault in &wanted {
        platform.set_fault(fault).await?;
    }
    Ok(())
}

/// `POST /demo/faults/clear`: everything goes right again.
pub(super) async fn clear_faults(State(stage): State<Arc<Stage>>, visitor: Visitor) -> Done {
    stage.phones.client.clear_faults().await.map_err(away(visitor))?;
    look_again(&stage)
}

#[derive(Deserialize)]
pub(super) struct Crowd {
    come: bool,
}

/// `POST /demo/others`: other customers begin to write by themselves, or go home.
pub(super) async fn others(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Crowd>) -> Done {
    let platform = &stage.phones.client;
    let done = match understood(&visitor, sent)?.come {
        true => platform.start_personas(&crowd(&stage)).await.map(drop),
        false => platform.stop_personas().await,
    };
    done.map_err(away(visitor))?;
    look_again(&stage)
}

/// Others than last time: whoever comes twice has said everything.
fn crowd(stage: &Stage) -> Personas {
    let seed = stage.node.clock.now().as_second().unsigned_abs();
    Personas { count: CROWD, seed, pace: Pace { seconds_between: 6, speed: 10 } }
}

fn look_again(stage: &Stage) -> Done {
    stage.node.changed(&[stage.channel()?.workspace]);
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_first_start_and_are_over_once_they_have_passed() {
        let began = 1_767_225_600_000;
        let after = |days: i64| Timestamp::from_millisecond(began).unwrap() + SignedDuration::from_hours(24 * days);
        assert_eq!(Target::Day3.of(began, after(1)), Some(after(3)));
        assert_eq!(Target::Day3.of(began, after(3)), None);
        assert_eq!(Target::Day.of(began, after(20)), Some(after(21)));
    }
}
