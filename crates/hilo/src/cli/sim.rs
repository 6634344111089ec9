//! `hilo sim`: a WhatsApp of one's own. `serve` runs it; the others write on its phones, move its clock and break it.

mod act;
mod clock;
mod event;
mod fault;
mod personas;
mod phones;
mod serve;
mod template;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde::Serialize;
use simulator::control::Client;
use simulator::{Act, Tap};

use super::{NotRight, block_on};

/// Where `hilo demo` and `hilo sim serve` start their simulator.
pub(super) const DEFAULT_URL: &str = "http://127.0.0.1:8091";

#[derive(Debug, Args)]
pub(super) struct Sim {
    /// Where the simulator is.
    #[arg(long, global = true, value_name = "URL", default_value = DEFAULT_URL)]
    simulator: String,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the simulator by itself, for any program that speaks WhatsApp's Cloud API.
    Serve(serve::Serve),
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
    /// Do something else with a phone: a voice note, a photo, an order, a block.
    Act(act::Doing),
    /// Tap a button or a list row, by its title or id, on the newest message that has it.
    Tap {
        /// The title or the id.
        button: String,
        /// The phone's number or username.
        #[arg(long)]
        from: String,
        /// The message that holds it.
        #[arg(long, value_name = "WAMID")]
        message: Option<String>,
    },
    /// What a simulated phone received, a line of JSON each.
    Inbox {
        /// The phone's number or username.
        #[arg(long)]
        of: String,
    },
    /// The phones that exist.
    Phones(phones::Phones),
    /// Customers who write by themselves.
    Personas(personas::Company),
    /// Have something go wrong: `hilo sim fault lose-response 10%`.
    Fault(fault::Wanted),
    /// Move the platform's time forward: `hilo sim clock +24h`. Without a step, tell the time.
    Clock(clock::Step),
    /// Have Meta decide about message templates.
    Template(template::Review),
    /// Have Meta do something to the account.
    Event(event::Happening),
}

impl Sim {
    pub(super) fn run(self) -> Result<()> {
        let client = Client::new(&self.simulator).map_err(|error| NotRight(format!("--simulator: {error}")))?;
        match self.verb {
            Verb::Serve(serve) => serve.run(),
            verb => block_on(verb.speak_to(&client)).map_err(|error| explained(error, &self.simulator)),
        }
    }
}

impl Verb {
    async fn speak_to(self, client: &Client) -> Result<()> {
        match self {
            Self::Serve(_) => Ok(()),
            Self::Send { text, from, name } => {
                let act = Act::Text { text, reply_to: None };
                println!("{}", crate::simulated::perform(client, &from, name.as_deref(), &act).await?);
                Ok(())
            }
            Self::Act(doing) => doing.run(client).await,
            Self::Tap { button, from, message } => {
                println!("{}", client.tap(&from, &Tap { message_id: message, button }).await?);
                Ok(())
            }
            Self::Inbox { of } => {
                client.inbox(&of).await?.iter().try_for_each(|received| print_json(received, Shape::Line))
            }
            Self::Phones(phones) => phones.run(client).await,
            Self::Personas(company) => company.run(client).await,
            Self::Fault(wanted) => wanted.run(client).await,
            Self::Clock(step) => step.run(client).await,
            Self::Template(review) => review.run(client).await,
            Self::Event(happening) => happening.run(client).await,
        }
    }
}

/// Nobody is there: say how to have somebody there.
fn explained(error: anyhow::Error, url: &str) -> anyhow::Error {
    match error.downcast_ref::<simulator::Error>() {
        Some(simulator::Error::Http(source)) if source.is_connect() => {
            anyhow::anyhow!("no simulator answers at {url}; `hilo sim serve` or `hilo demo` starts one")
        }
        _ => error,
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Line,
    Pretty,
}

fn print_json(value: &impl Serialize, shape: Shape) -> Result<()> {
    let text = match shape {
        Shape::Line => serde_json::to_string(value)?,
        Shape::Pretty => serde_json::to_string_pretty(value)?,
    };
    println!("{text}");
    Ok(())
}
