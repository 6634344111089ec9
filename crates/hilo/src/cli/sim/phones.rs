//! `hilo sim phones`: who there is.

use anyhow::Result;
use clap::Args;
use simulator::PhoneView;
use simulator::control::Client;

use super::{Shape, print_json};

#[derive(Debug, Args)]
pub(super) struct Phones {
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Phones {
    pub(super) async fn run(self, client: &Client) -> Result<()> {
        let phones = client.phones().await?;
        if self.json {
            return print_json(&phones, Shape::Pretty);
        }
        if phones.is_empty() {
            eprintln!("There is no phone yet; `hilo sim send \"hola\" --from +525512345678` makes one.");
        }
        phones.iter().for_each(|phone| println!("{}", line(phone)));
        Ok(())
    }
}

fn line(phone: &PhoneView) -> String {
    let username = phone.username.as_ref().map_or_else(String::new, |name| format!(" @{name}"));
    let marks = [
        (!phone.online, "offline"),
        (phone.blocked, "blocks the business"),
        (phone.opted_out, "no marketing"),
        (phone.number.is_some() && !phone.shows_number, "number hidden"),
        (phone.held_elsewhere, "held by another actor"),
    ];
    let marks: String = marks.iter().filter(|(holds, _)| *holds).map(|(_, word)| format!(", {word}")).collect();
    format!("{:<22} {}{username}: {} received, {} unread{marks}", phone.id, phone.name, phone.received, phone.unread)
}
