//! Simulated phones, as the command line and the demo page use them.

use anyhow::Result;
use simulator::control::Client;
use simulator::{Act, NewPhone};

/// Writes a text from a phone that is made if it is new. Answers WhatsApp's id of the message.
pub async fn write(client: &Client, from: &str, name: Option<&str>, text: &str) -> Result<String> {
    perform(client, from, name, &Act::Text { text: text.to_owned(), reply_to: None }).await
}

/// Does something with a phone that is made if it is new. Answers WhatsApp's id of the message, or what was done.
pub async fn perform(client: &Client, from: &str, name: Option<&str>, act: &Act) -> Result<String> {
    match client.send(from, act).await {
        Err(simulator::Error::Refused { status: 404, .. }) if client.inbox(from).await.is_err() => {
            client.add_phone(&newcomer(from, name)).await?;
            Ok(client.send(from, act).await?)
        }
        done => Ok(done?),
    }
}

/// A username alone makes a phone of which nobody knows the number.
fn newcomer(from: &str, name: Option<&str>) -> NewPhone {
    let named = NewPhone { name: Some(name.unwrap_or("Ana").to_owned()), ..NewPhone::default() };
    let is_number = from.chars().filter(char::is_ascii_digit).count() >= 6;
    if is_number {
        NewPhone { number: Some(from.to_owned()), ..named }
    } else {
        NewPhone { username: Some(from.to_owned()), ..named }
    }
}
