//! `hilo sim clock`: the platform's time.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use jiff::{Span, SpanRelativeTo, Timestamp};
use simulator::control::{Client, ClockView};

use super::{Shape, print_json};

#[derive(Debug, Args)]
pub(super) struct Step {
    /// How far forward: `+24h`, `+3d`, `+90m`.
    #[arg(value_parser = forward)]
    step: Option<Duration>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Step {
    pub(super) async fn run(self, client: &Client) -> Result<()> {
        let clock = match self.step {
            Some(step) => client.advance_clock(step).await?,
            None => client.clock().await?,
        };
        if self.json {
            return print_json(&clock, Shape::Line);
        }
        let ClockView { now, .. } = clock;
        println!("{}", Timestamp::from_millisecond(now)?);
        Ok(())
    }
}

fn forward(raw: &str) -> Result<Duration, String> {
    let wrong = || format!("`{raw}` is not a step forward; write it like +24h, +3d or +90m");
    let span: Span = raw.trim().parse().map_err(|_| wrong())?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    Duration::try_from(length).ok().filter(|step| !step.is_zero()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_number_with_a_unit_and_goes_forward() {
        assert_eq!(forward("+24h"), Ok(Duration::from_hours(24)));
        assert_eq!(forward("3d"), Ok(Duration::from_hours(72)));
        assert_eq!(forward("+1w"), Ok(Duration::from_hours(168)));
        assert!(forward("-1h").is_err() && forward("0h").is_err() && forward("tomorrow").is_err());
    }
}
