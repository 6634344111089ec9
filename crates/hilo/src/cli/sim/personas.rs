//! `hilo sim personas`: customers who write by themselves.

use anyhow::Result;
use clap::{Args, Subcommand};
use simulator::control::Client;
use simulator::{Pace, PersonaState, PersonaView, Personas};

use super::{Shape, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Example: hilo sim personas start --count 20 --seed 7 --speed 10")]
pub(super) struct Company {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Let them come.
    Start {
        /// How many.
        #[arg(long, default_value_t = 10)]
        count: u32,
        /// The same seed brings the same people, who say the same.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Seconds between one newcomer and the next.
        #[arg(long, default_value_t = 30)]
        seconds_between: u32,
        /// How many times faster than real people they type, think and lose patience.
        #[arg(long, default_value_t = 1)]
        speed: u32,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Who they are and what they did.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Send all of them home. Their phones stay.
    Stop,
}

impl Company {
    pub(super) async fn run(self, client: &Client) -> Result<()> {
        match self.verb {
            Verb::Start { count, seed, seconds_between, speed, json } => {
                let wanted = Personas { count, seed, pace: Pace { seconds_between, speed } };
                print(&client.start_personas(&wanted).await?, json)
            }
            Verb::List { json } => print(&client.personas().await?, json),
            Verb::Stop => Ok(client.stop_personas().await?),
        }
    }
}

fn print(people: &[PersonaView], json: bool) -> Result<()> {
    if json {
        return print_json(&people, Shape::Pretty);
    }
    people.iter().for_each(|person| println!("{}", line(person)));
    Ok(())
}

fn line(person: &PersonaView) -> String {
    let state = match person.state {
        PersonaState::Coming => "coming",
        PersonaState::Writing => "writing",
        PersonaState::Waiting => "waiting",
        PersonaState::Done => "done",
    };
    let last = person.last.as_deref().unwrap_or_default();
    format!("{:<16} {:<20} {:<24} {state:<8} {last}", person.phone, person.name, person.script)
}
