//! `hilo sim`: write to Hilo from a simulated phone, and read what came back.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::block_on;

/// Where `hilo demo` starts its simulator.
pub(super) const DEFAULT_URL: &str = "http://127.0.0.1:8091";

#[derive(Debug, Args)]
pub(super) struct Sim {
    /// Where the simulator is.
    #[arg(long, global = true, default_value = DEFAULT_URL)]
    simulator: String,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Send a text from a simulated phone; the phone is made if it is new.
    Send {
        /// What to write.
        text: String,
        /// The phone's number, in any format with its country code; or a username, for a phone that hides its number.
        #[arg(long)]
        from: String,
        /// The name in its profile.
        #[arg(long)]
        name: Option<String>,
    },
    /// What a simulated phone received.
    Inbox {
        /// The phone's number or username.
        #[arg(long)]
        of: String,
    },
}

impl Sim {
    pub(super) fn run(self) -> Result<()> {
        let client = simulator::control::Client::new(&self.simulator)?;
        block_on(async {
            match self.verb {
                Verb::Send { text, from, name } => {
                    let wamid = crate::simulated::write(&client, &from, name.as_deref(), &text).await?;
                    println!("{wamid}");
                }
                Verb::Inbox { of } => {
                    for received in client.inbox(&of).await? {
                        println!("{}", serde_json::to_string(&received)?);
                    }
                }
            }
            Ok(())
        })
    }
}
