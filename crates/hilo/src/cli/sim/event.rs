//! `hilo sim event`: what Meta does to the account.

use anyhow::Result;
use clap::{Args, Subcommand};
use simulator::Event;
use simulator::control::Client;

#[derive(Debug, Args)]
pub(super) struct Happening {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The quality or the throughput of the number changes.
    Quality {
        /// Meta's word: FLAGGED, UNFLAGGED, ONBOARDING, THROUGHPUT_UPGRADE.
        change: String,
        /// The messaging limit from now on.
        #[arg(long, default_value = "TIER_2K")]
        limit: String,
    },
    /// The account may not start conversations for a while.
    Restriction {
        /// Meta's word.
        #[arg(default_value = "RESTRICTED_BIZ_INITIATED_MESSAGING")]
        restriction: String,
        /// For how long.
        #[arg(long, default_value_t = 24)]
        hours: u32,
    },
    /// The account is warned.
    Violation {
        /// Meta's word.
        #[arg(default_value = "SPAM")]
        violation: String,
    },
    /// The account is switched off, or on again.
    Disabled {
        /// Meta's word: DISABLE, REINSTATE, SCHEDULE_FOR_DISABLE.
        #[arg(default_value = "DISABLE")]
        state: String,
    },
    /// Something is wrong that concerns no message.
    Problem {
        /// Meta's code.
        #[arg(default_value_t = 130_429)]
        code: i64,
    },
    /// Anything else that an account can hear of.
    Other {
        /// The subscribed field, such as `security`.
        field: String,
        /// What it says, as JSON.
        value: serde_json::Value,
    },
}

impl Happening {
    pub(super) async fn run(self, client: &Client) -> Result<()> {
        let event = match self.what {
            What::Quality { change, limit } => Event::NumberQuality { change, current_limit: limit },
            What::Restriction { restriction, hours } => Event::AccountRestriction { restriction, hours },
            What::Violation { violation } => Event::AccountViolation { violation },
            What::Disabled { state } => Event::AccountDisabled { state },
            What::Problem { code } => Event::Problem { code },
            What::Other { field, value } => Event::Other { field, value },
        };
        Ok(client.announce(&event).await?)
    }
}
